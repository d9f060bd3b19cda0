#include <algorithm>

#include "amazon/signing.hpp"
#include "host/report_views.hpp"
#include "host/view_parts.hpp"

namespace amazonpay::host {
namespace {

constexpr int lines_per_page = 100;

json::object settled_word(const char* role, const char* icon, std::string text) { return {{"role", role}, {"icon", icon}, {"text", std::move(text)}}; }

std::string period(const SettlementSum& sum, const Speech& speech) {
  if (sum.from_ms == 0) return speech.day(sum.read_ms);
  const auto from = speech.day(sum.from_ms), to = speech.day(sum.to_ms);
  return from == to ? from : from + " – " + to;
}

std::string settlement_address(const std::string& key) { return "?settlement=" + amazon::percent_encoded(key); }

// What stands under the word: the other half of the answer.
std::string under_word(const SettlementSum& sum, const PayoutCheck& check, const Speech& speech) {
  if (check.state == PayoutState::differs) return speech.say({tr("the lines say {sum}"), {{"sum", sum.net}}});
  if (check.state == PayoutState::none) return speech.say(tr("no payout listed yet"));
  return speech.say(tr("sums agree"));
}

json::object sum_part(const SettlementSum& sum, const PayoutCheck& check, const Speech& speech) {
  json::object part{{"id", sum.settlement_id}, {"href", settlement_address(sum.key())}, {"period", period(sum, speech)}, {"collected", speech.m(sum.collected)},
                    {"refunded", speech.m(sum.refunded)}, {"fees", speech.m(zero_of(sum.fees.currency()) - sum.fees)}, {"lines", std::to_string(sum.lines)},
                    {"word", check_word(sum, check, speech)}, {"under", under_word(sum, check, speech)}, {"payout", nullptr}, {"unmatched", ""}};
  if (check.state != PayoutState::none) part["payout"] = speech.m(check.paid);
  if (check.state == PayoutState::differs && sum.unmatched > 0)
    part["unmatched"] = speech.say({tr("{count} line unmatched|{count} lines unmatched"), {{"count", std::int64_t{sum.unmatched}}}});
  return part;
}

json::object line_word(const SettledLine& line, const Speech& speech) {
  switch (line.state) {
    case LineState::matched: return settled_word("good", "good", speech.say(tr("Matched")));
    case LineState::by_hand: return settled_word("good", "link", speech.say(tr("Matched by hand")));
    case LineState::set_aside: return settled_word("neutral", "neutral", speech.say(tr("Set aside")));
    case LineState::unmatched: return settled_word("wait", "unknown", speech.say(tr("Unmatched")));
  }
  return {};
}

std::string kind_label(const SettledLine& line, const Speech& speech) {
  if (line.line.type == "Capture") return speech.say(tr("Capture"));
  if (line.line.type == "Refund") return speech.say(tr("Refund"));
  return line.line.type;
}

std::string decided_text(const SettledLine& line, const Speech& speech) {
  if (line.state == LineState::unmatched) return speech.say(line.why);
  if (line.decided_by.name.empty()) return {};
  return line.note.empty() ? line.decided_by.name : speech.say({tr("{note}, {person}"), {{"note", line.note}, {"person", line.decided_by.name}}});
}

json::object line_part(const SettledLine& line, const Speech& speech) {
  json::object part{{"when", line.line.posted_ms == 0 ? "" : speech.day(line.line.posted_ms)}, {"iso", line.line.posted_ms == 0 ? "" : iso_time(line.line.posted_ms)},
                    {"order", line.order_number}, {"order_url", line.order_id.empty() ? "" : "/orders/" + amazon::percent_encoded(line.order_id)}, {"kind", kind_label(line, speech)},
                    {"reference", line.line.transaction_id}, {"amount", speech.m(line.line.amount)}, {"fee", speech.m(zero_of(line.line.net.currency()) - fee_of(line.line))},
                    {"net", speech.m(line.line.net)}, {"word", line_word(line, speech)}, {"under", decided_text(line, speech)}};
  return part;
}

json::array payout_parts(const SettlementSum& sum, const std::vector<Payout>& payouts, const Speech& speech) {
  json::array parts;
  for (const auto& payout : payouts)
    if (payout.environment == sum.environment && payout.paid.settlement_id == sum.settlement_id)
      parts.push_back(json::object{{"reference", payout.paid.reference_id}, {"when", speech.time(payout.paid.at_ms)}, {"iso", iso_time(payout.paid.at_ms)}, {"m", speech.m(payout.paid.amount)}});
  return parts;
}

json::object check_part(const SettlementSum& sum, const PayoutCheck& check, const Speech& speech) {
  switch (check.state) {
    case PayoutState::agrees: return {{"role", "good"}, {"icon", "good"}, {"title", speech.say(tr("The payout is the sum of the lines"))}, {"text", ""}};
    case PayoutState::differs:
      return {{"role", "stop"}, {"icon", "stop"},
              {"title", speech.say({check.difference.positive() ? tr("The payout is {sum} higher than the lines") : tr("The payout is {sum} lower than the lines"),
                                    {{"sum", check.difference.positive() ? check.difference : zero_of(check.difference.currency()) - check.difference}}})},
              {"text", speech.say(tr("Compare the file with Seller Central, Settlement view. A line may be missing, or Amazon kept money back."))}};
    case PayoutState::none:
      return {{"role", "wait"}, {"icon", "wait"}, {"title", speech.say(tr("Amazon has listed no payout for it yet"))},
              {"text", speech.say({tr("The lines add up to {sum}. Payouts are looked up four times a day."), {{"sum", sum.net}}})}};
  }
  return {};
}

}  // namespace

json::object check_word(const SettlementSum& sum, const PayoutCheck& check, const Speech& speech) {
  if (check.state == PayoutState::differs) {
    const auto off = check.difference.positive() ? check.difference : zero_of(check.difference.currency()) - check.difference;
    return settled_word("stop", "stop", speech.say({tr("Differs by {sum}"), {{"sum", off}}}));
  }
  if (sum.unmatched > 0) return settled_word("wait", "wait", speech.say({tr("{count} line unmatched|{count} lines unmatched"), {{"count", std::int64_t{sum.unmatched}}}}));
  return settled_word(check.state == PayoutState::none ? "neutral" : "good", check.state == PayoutState::none ? "wait" : "good", speech.say(tr("All matched")));
}

Result<json::object> settlements_part(const ReportsContext& c, std::int64_t before_ms, int most) {
  auto sums = c.settlements.sums(c.policy.environment, before_ms, most + 1);
  if (!sums) return sums.failure();
  const bool more = static_cast<int>(sums->size()) > most;
  if (more) sums->resize(static_cast<std::size_t>(most));
  std::vector<std::string> ids;
  for (const auto& sum : *sums) ids.push_back(sum.settlement_id);
  auto payouts = c.settlements.payouts_of(ids);
  if (!payouts) return payouts.failure();
  json::array rows, problems;
  for (const auto& sum : *sums) rows.push_back(sum_part(sum, check_payout(sum, *payouts), c.speech));
  auto reports = c.settlements.newest_reports(20);
  if (!reports) return reports.failure();
  for (const auto& report : *reports) {
    if (!report.problem.empty()) problems.push_back(json::object{{"role", "stop"}, {"icon", "stop"}, {"title", c.speech.say({tr("Settlement report {id} could not be read"), {{"id", report.report_id}}})}, {"text", c.speech.say(report.problem.c_str())}});
    else if (!report.done && report.lines > 0)
      problems.push_back(json::object{{"role", "wait"}, {"icon", "wait"}, {"title", c.speech.say(tr("A settlement is being read"))},
                                      {"text", c.speech.say({tr("{done} of {lines} lines"), {{"done", std::int64_t{report.lines_read}}, {"lines", std::int64_t{report.lines}}}})}});
  }
  std::string older;
  if (more) older = "?part=settlements&before=" + std::to_string(sums->back().to_ms == 0 ? sums->back().read_ms : sums->back().to_ms);
  return json::object{{"has_rows", !rows.empty()}, {"rows", std::move(rows)}, {"problems", std::move(problems)}, {"older", older}, {"newest", before_ms == 0 ? "" : "?part=settlements"}};
}

Result<SettlementSum> settlement_named(StoreSettlements& settlements, Environment environment, const std::string& name) {
  const Failure unknown{Kind::not_found, tr("There is no such settlement here. Settlements are read four times a day.")};
  if (name.empty()) return unknown;
  if (name.find('/') != std::string::npos) {
    auto stored = settlements.sum(name);
    if (!stored) return stored.failure();
    return stored->version == 0 ? Result<SettlementSum>(unknown) : stored->value;
  }
  auto found = settlements.sums_of(environment, name);
  if (!found) return found.failure();
  return found->empty() ? Result<SettlementSum>(unknown) : found->front();
}

Result<std::string> booking_of(StoreSettlements& settlements, const SettlementSum& sum) {
  auto lines = settlements.all_lines(sum.key());
  if (!lines) return lines.failure();
  auto payouts = settlements.payouts_of({sum.settlement_id});
  if (!payouts) return payouts.failure();
  return booking_csv(bookings_of(sum, *lines, *payouts));
}

Result<json::object> settlement_view(const ReportsContext& c, const std::string& key, const std::string& after) {
  auto sum = settlement_named(c.settlements, c.policy.environment, key);
  if (!sum) return sum.failure();
  auto page = c.settlements.lines(sum->key(), after, lines_per_page);
  if (!page) return page.failure();
  auto payouts = c.settlements.payouts_of({sum->settlement_id});
  if (!payouts) return payouts.failure();
  const auto check = check_payout(*sum, *payouts);
  const auto& speech = c.speech;
  json::array lines;
  for (const auto& line : page->lines) lines.push_back(line_part(line, speech));
  const auto here = settlement_address(sum->key());
  json::array sums{row(speech.say(tr("Collected")), speech.m(sum->collected)), row(speech.say(tr("Refunded")), speech.m(sum->refunded)),
                   row(speech.say(tr("Amazon’s fees")), speech.m(zero_of(sum->fees.currency()) - sum->fees)),
                   row(speech.say({tr("Sum of {count} line|Sum of {count} lines"), {{"count", std::int64_t{sum->lines}}}}), speech.m(sum->net), true)};
  return json::object{{"id", sum->settlement_id}, {"period", period(*sum, speech)}, {"word", check_word(*sum, check, speech)}, {"sums", std::move(sums)}, {"check", check_part(*sum, check, speech)},
                      {"payouts", payout_parts(*sum, *payouts, speech)}, {"lines", std::move(lines)}, {"first", after.empty() ? "" : here},
                      {"next", page->next.empty() ? "" : here + "&after=" + amazon::percent_encoded(page->next)}, {"booking", here + "&as=booking"},
                      {"unmatched", sum->unmatched > 0 ? "?part=unmatched" : ""}};
}

Result<json::object> unmatched_part(const ReportsContext& c, int most, bool decide) {
  auto lines = c.settlements.unmatched(c.policy.environment, most + 1);
  if (!lines) return lines.failure();
  const bool more = static_cast<int>(lines->size()) > most;
  if (more) lines->resize(static_cast<std::size_t>(most));
  const auto& speech = c.speech;
  json::array rows;
  for (const auto& line : *lines) {
    json::object part{{"kind", kind_label(line, speech)}, {"m", speech.m(line.line.amount)}, {"when", line.line.posted_ms == 0 ? "" : speech.day(line.line.posted_ms)},
                      {"reference", line.line.transaction_id}, {"why", speech.say(line.why)}, {"number", line.line.seller_order_id}, {"settlement", line.line.settlement_id},
                      {"href", settlement_address(settlement_key(line))}, {"acts", nullptr}, {"look", c.acts && !decide ? "?part=unmatched" : ""}};
    if (c.acts && decide) part["acts"] = json::object{{"form", form_part({{"line", line_key(line)}})}};
    rows.push_back(std::move(part));
  }
  return json::object{{"has_rows", !rows.empty()}, {"rows", std::move(rows)}, {"more", more ? "?part=unmatched" : ""}};
}

}  // namespace amazonpay::host
