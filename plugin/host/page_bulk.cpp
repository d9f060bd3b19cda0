// The page "Bulk jobs": the list, one job (?job=ID), its result as a file (&as=csv), and what people do with it. Nothing acts here: check only looks, the rest
// are the flows of flows/bulk.hpp, which the clockwork carries out.
#include <charconv>

#include "domain/bulk_csv.hpp"
#include "host/bulk_views.hpp"
#include "host/pages.hpp"
#include "host/store_bulk.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

constexpr std::size_t ticked_most = 500;

std::int64_t number_in(const json::value& request, const char* name) {
  const auto text = text_in(request, name);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0 && number < (std::int64_t{1} << 50) ? number : 0;
}

int row_in(const json::value& request, const char* name) { return static_cast<int>(std::min<std::int64_t>(number_in(request, name), bulk_rows_max + 1)); }

Result<BulkJob> job_of(ports::BulkJobs& jobs, const std::string& id) {
  auto stored = jobs.job(id);
  if (stored) return stored->job;
  return stored.kind() == Kind::not_found ? Failure{Kind::not_found, tr("There is no such bulk job.")} : stored.failure();
}

std::vector<AskedRow> ticked_rows(const json::value& form) {
  std::vector<AskedRow> rows;
  const auto add = [&](const json::value& one) {
    if (!one.is_string() || one.get_string().empty()) return;
    AskedRow row;
    row.row = static_cast<int>(rows.size()) + 1, row.order = std::string(one.get_string()), row.by_id = true;
    rows.push_back(std::move(row));
  };
  const auto* orders = form.is_object() ? form.get_object().if_contains("order") : nullptr;
  if (orders == nullptr) return rows;
  if (!orders->is_array()) add(*orders);
  else
    for (const auto& one : orders->get_array()) add(one);
  return rows;
}

class BulkActs {
 public:
  BulkActs(Call& call, const json::value& form, Actor who) : call_(call), ports_(call.ports()), jobs_(call.session), speech_(call.session), form_(form), who_(std::move(who)) {}

  Result<json::value> check(bool ticked) {
    const auto kind = bulk_kind(form_text(form_, "kind"));
    const auto operation_id = form_text(form_, "operation_id");
    if (!kind || operation_id.empty()) return Failure{Kind::invalid, tr("This form is incomplete. Open the page again.")};
    if (auto allowed = authorise(call_.session, permission_of(*kind)); !allowed) return allowed.failure();
    flows::BulkWish wish;
    wish.kind = *kind, wish.who = who_, wish.job_id = bulk_operation_id("form:" + operation_id, 0).substr(0, 16);
    wish.reason = known_reason(form_text(form_, "reason")), wish.note = clipped(form_text(form_, "note"), 400);
    if (ticked) {
      wish.rows = ticked_rows(form_);
      if (wish.rows.size() > ticked_most) return Failure{Kind::refused, tr("More than 500 orders are ticked. Use a CSV file for so many.")};
    } else {
      auto file = read_bulk_csv(form_text(form_, "rows"));
      if (!file.problem.empty()) return Failure{Kind::refused, speech_.say(file.problem)};
      wish.rows = std::move(file.rows);
      wish.title = clipped(form_text(form_, "file_name"), 120);
      if (wish.title.empty()) wish.title = pasted_rows;
    }
    auto job = flows::check_bulk(ports_, jobs_, wish);
    if (!job) return job.failure();
    return done({tr("Dry run: {will} as asked, {less} less, {left_out} left out. Nothing has happened yet."),
                 {{"will", std::int64_t{job->will}}, {"less", std::int64_t{job->less}}, {"left_out", std::int64_t{job->left_out}}}}, *job);
  }

  Result<json::value> of_job(std::string_view action) {
    auto job = job_of(jobs_, form_text(form_, "job"));
    if (!job) return job.failure();
    if (auto allowed = authorise(call_.session, permission_of(job->kind)); !allowed) return allowed.failure();
    if (action == "start") return start(*job);
    if (action == "pause") return after(flows::pause_bulk(ports_, jobs_, job->id, who_), {tr("Paused. Rows already sent are followed to their end.")});
    if (action == "resume") return after(flows::resume_bulk(ports_, jobs_, job->id, who_), {tr("The job goes on.")});
    if (action == "stop") return after(flows::stop_bulk(ports_, jobs_, job->id, who_), {tr("Stopped. Rows not begun are left out.")});
    if (action == "approve") return after(flows::approve_bulk(ports_, jobs_, job->id, who_), {tr("Approved. The job runs.")});
    if (action == "reject") return after(flows::reject_bulk(ports_, jobs_, job->id, clipped(form_text(form_, "note"), 400), who_), {tr("Not approved. Nothing is sent.")});
    return Failure{Kind::not_found, "this page has no action " + std::string(action)};
  }

 private:
  Result<json::value> start(const BulkJob& job) {
    std::vector<Money> typed;
    for (const auto& sum : job.planned_sums) {
      if (!sum.amount.positive()) continue;
      const std::string currency(sum.amount.currency().code());
      const auto text = form_text(form_, ("total_" + currency).c_str());
      auto amount = parse_amount(text, sum.amount.currency());
      if (!amount || *amount != sum.amount)
        return Failure{Kind::refused, speech_.say({tr("“{typed}” is not the total in {currency}. Compare it with the table; nothing was sent."), {{"typed", clipped(text, 40)}, {"currency", currency}}})};
      typed.push_back(*amount);
    }
    std::optional<int> stop_after;
    if (const auto errors = form_text(form_, "stop_after"); !errors.empty()) {
      auto read = read_stop_after(errors);
      if (!read) return read.failure();
      stop_after = *read;
    }
    auto started = flows::start_bulk(ports_, jobs_, job.id, typed, stop_after, who_);
    if (!started) return started.failure();
    return done(started->state == BulkState::waiting_approval ? Text{tr("The job waits until a second person approves it. Nothing was sent.")} : Text{tr("The job runs.")}, *started);
  }

  Result<json::value> after(Result<BulkJob> changed, const Text& message) { return changed ? done(message, *changed) : Result<json::value>(changed.failure()); }

  json::value done(const Text& message, const BulkJob& job) {
    return json::object{{"done", true}, {"message", speech_.say(message)}, {"level", "good"}, {"go", "?job=" + job.id}};
  }

  Call& call_;
  flows::Ports ports_;
  StoreBulk jobs_;
  Speech speech_;
  const json::value& form_;
  Actor who_;
};

class BulkPage : public Page {
 public:
  explicit BulkPage(PaymentsSource& amazon) : amazon_(amazon) {}
  Result<json::value> view(const Session& session, const json::value& request) override;
  Result<json::value> run(const Session& session, std::string_view action, const json::value& form) override;

 private:
  PaymentsSource& amazon_;
};

}  // namespace

Result<json::value> BulkPage::view(const Session& session, const json::value& request) {
  if (auto allowed = authorise(session, "payment.view"); !allowed) return allowed.failure();
  const Speech speech(session);
  StoreBulk jobs(session);
  const BulkView wanted{text_in(request, "job"), text_in(request, "show"), row_in(request, "after"), row_in(request, "before")};
  if (wanted.job_id.empty()) {
    auto list = bulk_list_view(session, jobs, number_in(request, "before"), speech);
    return list ? Result<json::value>(std::move(*list)) : Result<json::value>(list.failure());
  }
  auto job = job_of(jobs, wanted.job_id);
  if (!job) return in_words(session, job.failure());
  if (text_in(request, "as") == "csv") {
    auto csv = rows_as_csv(jobs, *job, speech);
    if (!csv) return csv.failure();
    return json::value(json::object{{"download", json::object{{"file_name", std::string("bulk-") + name_of(job->kind) + "-" + job->id + ".csv"}, {"media_type", "text/csv"}, {"text", std::move(*csv)}}}});
  }
  auto view = bulk_job_view(session, jobs, *job, wanted, speech);
  return view ? Result<json::value>(std::move(*view)) : Result<json::value>(view.failure());
}

Result<json::value> BulkPage::run(const Session& session, std::string_view action, const json::value& form) {
  auto who = actor_of(session);
  if (!who) return who.failure();
  Call call(session, amazon_);
  BulkActs acts(call, form, *who);
  auto answer = action == "check" || action == "check_ticked" ? acts.check(action == "check_ticked") : acts.of_job(action);
  if (answer) return answer;
  auto failure = answer.failure();
  if (failure.kind == Kind::denied) failure.message = Speech(session).say(failure.message.c_str());
  return in_words(session, std::move(failure));
}

std::unique_ptr<Page> bulk_page(PaymentsSource& amazon) { return std::make_unique<BulkPage>(amazon); }

}  // namespace amazonpay::host
