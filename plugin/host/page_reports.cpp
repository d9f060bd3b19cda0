// The page "Reports": figures with charts, settlements and one of them (?settlement=KEY, &as=booking), lines without an order (?part=unmatched), Amazon's
// reports (?part=reports, ?download=ID). Everything shown comes from the store; what people ask for is a task.
#include <charconv>

#include "host/pages.hpp"
#include "host/report_acts.hpp"
#include "host/report_views.hpp"
#include "host/view_parts.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

constexpr int sums_in_overview = 4, unmatched_in_overview = 3, reports_in_overview = 4;
constexpr int sums_per_page = 25, unmatched_most = 200, reports_per_page = 40;

std::int64_t before_in(const json::value& request) {
  const auto text = text_in(request, "before");
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0 ? number : 0;
}

json::value attachment(const std::string& name, const char* type, std::string text) {
  return json::object{{"download", json::object{{"file_name", name}, {"media_type", type}, {"text", std::move(text)}}}};
}

class ReportsPage : public Page {
 public:
  explicit ReportsPage(PaymentsSource& amazon) : amazon_(amazon) {}
  Result<json::value> view(const Session& session, const json::value& request) override;
  Result<json::value> run(const Session& session, std::string_view action, const json::value& form) override;

 private:
  PaymentsSource& amazon_;
};

json::array part_tabs(const std::string& part, const Speech& speech) {
  json::array tabs;
  for (const auto& [id, label] : {std::pair{"", tr("Figures")}, std::pair{"settlements", tr("Settlements")}, std::pair{"unmatched", tr("Unmatched lines")}, std::pair{"reports", tr("Amazon’s reports")}})
    tabs.push_back(json::object{{"href", *id == 0 ? "?" : std::string("?part=") + id}, {"label", speech.say(label)}, {"current", part == id}});
  return tabs;
}

// Each part is an object of its own, and names do not reach from one into another.
Result<> put_part(json::object& data, const char* name, const ReportsContext& c, Result<json::object> part) {
  if (!part) return part.failure();
  (*part)["overview"] = data.at("overview"), (*part)["may_act"] = c.acts, (*part)["can_bring"] = !data.at("bring").is_null();
  data[name] = std::move(*part);
  return hostapi::success();
}

Result<json::object> shelf_with_schedules(const ReportsContext& c, std::int64_t before_ms, int most) {
  auto shelf = shelf_part(c, before_ms, most);
  if (!shelf) return shelf;
  auto schedules = schedule_parts(c);
  if (!schedules) return schedules.failure();
  (*shelf)["schedules"] = std::move(*schedules);
  return shelf;
}

std::string form_id(const Session& session) {
  auto id = session.core().random_hex(16);
  return id ? *id : std::string();
}

Result<> add_parts(json::object& data, const ReportsContext& c, const std::string& part, const json::value& request) {
  const auto before_ms = before_in(request);
  Result<> done = hostapi::success();
  if (part.empty()) {
    done = put_part(data, "figures", c, figures_part(c, {text_in(request, "currency"), text_in(request, "by") == "day"}));
    if (done) done = put_part(data, "settlements", c, settlements_part(c, 0, sums_in_overview));
    if (done) done = put_part(data, "unmatched", c, unmatched_part(c, unmatched_in_overview, false));
    if (done) done = put_part(data, "shelf", c, shelf_with_schedules(c, 0, reports_in_overview));
    return done;
  }
  if (part == "settlements") {
    if (c.acts) data["bring"] = json::object{{"form", form_part({{"operation_id", form_id(c.session)}})}};
    return put_part(data, "settlements", c, settlements_part(c, before_ms, sums_per_page));
  }
  if (part == "unmatched") return put_part(data, "unmatched", c, unmatched_part(c, unmatched_most, true));
  if (part != "reports") return Failure{Kind::not_found, tr("There is no such part of this page.")};
  if (c.acts) data["request"] = request_part(c, form_id(c.session)), data["schedule_form"] = schedule_form_part(c, form_id(c.session));
  return put_part(data, "shelf", c, shelf_with_schedules(c, before_ms, reports_per_page));
}

std::string lead_of(const ReportsContext& c) {
  return c.policy.environment == Environment::live ? c.speech.say(tr("Figures from this shop’s own records and Amazon’s settlements. Live account."))
                                                   : c.speech.say(tr("Figures from this shop’s own records and Amazon’s settlements. Sandbox: test payments only."));
}

Result<json::value> reports_view(const ReportsContext& c, const json::value& request) {
  if (const auto id = text_in(request, "download"); !id.empty()) {
    auto stored = c.shelf.report(id);
    if (!stored) return stored.failure();
    if (stored->version == 0 || !stored->value.kept()) return Failure{Kind::not_found, tr("This report has no file here.")};
    auto text = c.shelf.text(stored->value);
    if (!text) return text.failure();
    const auto name = file_name_of(stored->value);
    return attachment(name, name.ends_with(".csv") ? "text/csv" : "text/plain", std::move(*text));
  }
  if (const auto key = text_in(request, "settlement"); !key.empty()) {
    auto sum = settlement_named(c.settlements, c.policy.environment, key);
    if (!sum) return sum.failure();
    if (text_in(request, "as") == "booking") {
      auto csv = booking_of(c.settlements, *sum);
      return csv ? Result<json::value>(attachment("booking-" + sum->settlement_id + ".csv", "text/csv", std::move(*csv))) : csv.failure();
    }
    auto data = settlement_view(c, key, text_in(request, "after"));
    return data ? Result<json::value>(view_document("reports_settlement", std::move(*data))) : data.failure();
  }
  const auto part = text_in(request, "part");
  json::object data{{"lead", lead_of(c)}, {"tabs", part_tabs(part, c.speech)}, {"overview", part.empty()}, {"may_act", c.acts}, {"figures", nullptr}, {"settlements", nullptr}, {"unmatched", nullptr},
                    {"shelf", nullptr}, {"bring", nullptr}, {"request", nullptr}, {"schedule_form", nullptr}};
  if (auto added = add_parts(data, c, part, request); !added) return added.failure();
  auto view = view_document("reports", std::move(data));
  if (part.empty()) view["charts"] = true;
  return json::value(std::move(view));
}

}  // namespace

Result<json::value> ReportsPage::view(const Session& session, const json::value& request) {
  if (auto allowed = authorise(session, "payment.view"); !allowed) return allowed.failure();
  Call call(session, amazon_);
  auto policy = call.settings.policy();
  if (!policy) return policy.failure();
  const Speech speech(session);
  StoreSettlements settlements(session);
  StoreReports shelf(session);
  const auto ports = call.ports();
  const ReportsContext c{session, ports, *policy, speech, settlements, shelf, session.identity().may("payment.reports").ok()};
  auto view = reports_view(c, request);
  return view ? view : in_words(session, view.failure());
}

Result<json::value> ReportsPage::run(const Session& session, std::string_view action, const json::value& form) {
  auto who = actor_of(session);
  if (!who) return who.failure();
  Call call(session, amazon_);
  ReportActs acts(call, form, *who);
  auto said = acts.run(action, form_text(form, "operation_id"));
  if (!said) return in_words(session, said.failure());
  const bool waits = action == "request" || action == "schedule" || action == "look" || action == "keep" || action == "end" || action == "bring";
  json::object result{{"done", true}, {"message", Speech(session).say(*said)}, {"level", waits ? "wait" : "good"}};
  if (action == "bring") result["go"] = "?part=settlements";
  else if (action == "match" || action == "aside") result["go"] = "?part=unmatched";
  else if (action != "look") result["go"] = "?part=reports";
  return json::value(std::move(result));
}

std::unique_ptr<Page> reports_page(PaymentsSource& amazon) { return std::make_unique<ReportsPage>(amazon); }

}  // namespace amazonpay::host
