// The commands about settlements and Amazon's reports: the same as the page "Reports".
#include "host/commands.hpp"
#include "host/report_acts.hpp"
#include "host/report_views.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

constexpr int listed_most = 200;

json::object minor_document(const SettlementSum& sum, const PayoutCheck& check) {
  json::object document{{"settlement", sum.settlement_id}, {"environment", environment_name(sum.environment)}, {"currency", sum.net.currency().code()}, {"lines", sum.lines}, {"unmatched", sum.unmatched},
                        {"collected_minor", sum.collected.minor()}, {"refunded_minor", sum.refunded.minor()}, {"fees_minor", sum.fees.minor()}, {"net_minor", sum.net.minor()},
                        {"from_ms", sum.from_ms}, {"to_ms", sum.to_ms}, {"payout", check.state == PayoutState::agrees ? "agrees" : check.state == PayoutState::differs ? "differs" : "none"},
                        {"paid_minor", nullptr}};
  if (check.state != PayoutState::none) document["paid_minor"] = check.paid.minor();
  return document;
}

json::object line_document(const SettledLine& line) {
  return {{"settlement", line.line.settlement_id}, {"reference", line.line.transaction_id}, {"type", line.line.type}, {"order", line.order_number}, {"state", name_of(line.state)},
          {"amount_minor", line.line.amount.minor()}, {"fee_minor", fee_of(line.line).minor()}, {"net_minor", line.line.net.minor()}, {"currency", line.line.net.currency().code()},
          {"posted_ms", line.line.posted_ms}, {"note", line.note}};
}

class ReportCommand {
 public:
  ReportCommand(Call& call, const json::value& arguments, const Actor& who, const ports::Policy& policy)
      : call_(call), ports_(call.ports()), policy_(policy), settlements_(call.session), shelf_(call.session), speech_(call.session), arguments_(arguments), who_(who) {}

  Result<json::value> run(std::string_view command) {
    if (command == "settlements") return settlements();
    if (command == "settlement") return settlement();
    if (command == "booking") return booking();
    if (command == "report-list") return list();
    if (command == "report-download") return download();
    if (command == "settlement-import") return act("bring");
    if (command == "report-request") return act("request");
    return Failure{Kind::not_found, "there is no command " + std::string(command)};
  }

 private:
  std::string text(const char* name) const { return form_text(arguments_, name); }

  std::string sum_text(const SettlementSum& sum, const PayoutCheck& check) const {
    const auto word = check_word(sum, check, speech_);
    return sum.settlement_id + "  " + speech_.money(sum.net) + "  " + std::string(word.at("text").as_string()) + "\n";
  }

  Result<json::value> settlements() {
    auto sums = settlements_.sums(policy_.environment, 0, listed_most);
    if (!sums) return sums.failure();
    std::vector<std::string> ids;
    for (const auto& sum : *sums) ids.push_back(sum.settlement_id);
    auto payouts = settlements_.payouts_of(ids);
    if (!payouts) return payouts.failure();
    json::array documents;
    std::string lines;
    for (const auto& sum : *sums) {
      const auto check = check_payout(sum, *payouts);
      documents.push_back(minor_document(sum, check)), lines += sum_text(sum, check);
    }
    return json::value(json::object{{"settlements", std::move(documents)}, {"text", lines.empty() ? speech_.say(tr("No settlement has been read yet.")) + "\n" : lines}});
  }

  Result<json::value> settlement() {
    auto sum = settlement_named(settlements_, policy_.environment, named());
    if (!sum) return sum.failure();
    auto lines = settlements_.all_lines(sum->key());
    if (!lines) return lines.failure();
    auto payouts = settlements_.payouts_of({sum->settlement_id});
    if (!payouts) return payouts.failure();
    const auto check = check_payout(*sum, *payouts);
    auto document = minor_document(*sum, check);
    json::array all;
    auto said = sum_text(*sum, check);
    for (const auto& line : *lines) {
      all.push_back(line_document(line));
      said += "  " + line.line.transaction_id + "  " + line.line.type + "  " + (line.order_number.empty() ? "–" : line.order_number) + "  " + speech_.money(line.line.net) + (line.why.empty() || line.state != LineState::unmatched ? "" : "  " + speech_.say(line.why)) + "\n";
    }
    document["all_lines"] = std::move(all), document["text"] = said;
    return json::value(std::move(document));
  }

  Result<json::value> booking() {
    auto sum = settlement_named(settlements_, policy_.environment, named());
    if (!sum) return sum.failure();
    auto csv = booking_of(settlements_, *sum);
    if (!csv) return csv.failure();
    return json::value(json::object{{"settlement", sum->settlement_id}, {"text", std::move(*csv)}});
  }

  Result<json::value> list() {
    auto reports = shelf_.newest(policy_.environment, 0, listed_most);
    if (!reports) return reports.failure();
    json::array documents;
    std::string lines;
    for (const auto& report : *reports) {
      documents.push_back(json::object{{"id", report.id}, {"report_id", report.report_id}, {"type", report.type}, {"state", name_of(report.state)}, {"start_ms", report.start_ms}, {"end_ms", report.end_ms},
                                       {"created_ms", report.created_ms}, {"kept", report.kept()}, {"size", report.size}});
      lines += report.id + "  " + speech_.time(report.created_ms) + "  " + type_label(report.type, speech_) + "  " + std::string(kept_word(report, speech_).at("text").as_string()) + "\n";
    }
    return json::value(json::object{{"reports", std::move(documents)}, {"text", lines.empty() ? speech_.say(tr("No report yet.")) + "\n" : lines}});
  }

  Result<json::value> download() {
    auto stored = shelf_.report(text("id"));
    if (stored && stored->version == 0) stored = shelf_.report_of(text("id"));
    if (!stored) return stored.failure();
    if (stored->version == 0 || !stored->value.kept()) return Failure{Kind::not_found, tr("This report has no file here.")};
    auto file = shelf_.text(stored->value);
    if (!file) return file.failure();
    return json::value(json::object{{"id", stored->value.id}, {"file_name", file_name_of(stored->value)}, {"text", std::move(*file)}});
  }

  // The id is the idempotency key: a script that repeats itself names it.
  Result<json::value> act(std::string_view action) {
    auto id = text("id").empty() ? call_.session.core().random_hex(16) : Result<std::string>(text("id"));
    if (!id) return id.failure();
    auto said = ReportActs(call_, arguments_, who_).run(action, *id);
    if (!said) return said.failure();
    return json::value(json::object{{"id", *id}, {"text", speech_.say(*said) + "\n"}});
  }

  std::string named() const { return text("settlement").empty() ? text("report") : text("settlement"); }

  Call& call_;
  flows::Ports ports_;
  const ports::Policy& policy_;
  StoreSettlements settlements_;
  StoreReports shelf_;
  Speech speech_;
  const json::value& arguments_;
  const Actor& who_;
};

}  // namespace

Result<json::value> run_report_command(Call& call, std::string_view command, const json::value& arguments, const Actor& who) {
  auto policy = call.settings.policy();
  if (!policy) return policy.failure();
  return ReportCommand(call, arguments, who, *policy).run(command);
}

}  // namespace amazonpay::host
