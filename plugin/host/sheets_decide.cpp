// Sheets of decisions about intents that exist already: the second person's yes or no, taking back, what became of an uncertain one.
#include <algorithm>

#include "flows/controls.hpp"
#include "flows/disputes.hpp"
#include "host/sheet_parts.hpp"

namespace amazonpay::host {
namespace {

void add_intent_facts(json::object& sheet, const Picture& p, const std::vector<Intent>& intents, const Speech& speech) {
  auto& facts = sheet["facts"].as_array();
  const auto& first = intents.front();
  facts.push_back(fact(speech.say(tr("Asked for by")), first.who.name + ", " + speech.time(first.created_ms)));
  facts.push_back(fact(speech.say(tr("For")), what_for(first, p, speech)));
  for (const auto& i : intents)
    if (!i.charge_id.empty()) facts.push_back(fact(speech.say(tr("Charge")), i.charge_id, true));
}

json::object button_of(std::string label, const char* action) { return {{"label", std::move(label)}, {"action", action}}; }

const Failure nothing_waits{Kind::refused, tr("Nothing waits for an approval here any more. Look at the order again.")};

}  // namespace

Result<json::object> approve_sheet(const Picture& p, const std::string& cause, const SheetForm& form, const Speech& speech) {
  const auto waiting = flows::awaiting_approval(p.intents, cause);
  if (waiting.empty()) return nothing_waits;
  const bool own = waiting.front().who.id == p.me.id;
  const auto amount = sum_of(waiting);
  const bool refund = waiting.front().kind == IntentKind::refund;
  const Text question{refund ? tr("Approve the refund of {amount}?") : tr("Approve the capture of {amount}?"), {{"amount", amount}}};
  auto sheet = sheet_of(p, own ? "take_back" : "approve", speech.say(question),
                        own ? speech.say(tr("Take it back")) : speech.say({tr("Approve {amount}"), {{"amount", amount}}}), own, form, {{"cause", cause}}, speech);
  sheet["big"] = big(refund ? tr("To the buyer") : tr("From the buyer"), amount, speech);
  add_intent_facts(sheet, p, waiting, speech);
  json::array checks;
  for (const auto& todo : p.todos)
    if (todo.kind == TodoKind::approval && todo.cause == cause) checks.push_back(check("neutral", "info", speech.say(todo.text)));
  checks.push_back(check("wait", "wait", speech.say({tr("Without an answer it is withdrawn on {day}."), {{"day", Day{waiting.front().expires_ms}}}})));
  if (own) checks.push_back(check("stop", "lock", speech.say(tr("You asked for this yourself. A second person has to approve it."))));
  else if (p.rights.approve) sheet["second"] = button_of(speech.say(tr("Do not approve")), "reject"), sheet["note"] = true;
  add_warnings(checks, p, speech);
  sheet["checks"] = std::move(checks);
  return sheet;
}

Result<json::object> take_back_sheet(const Picture& p, const std::string& cause, const SheetForm& form, const Speech& speech) {
  const auto waiting = flows::still_to_take_back(p.intents, cause);
  if (waiting.empty()) return Failure{Kind::refused, tr("Too late to take this back: it was sent to Amazon.")};
  const auto amount = sum_of(waiting);
  auto sheet = sheet_of(p, "take_back", speech.say({tr("Take back {amount}?"), {{"amount", amount}}}), speech.say({tr("Take back {amount}"), {{"amount", amount}}}), true, form,
                        {{"cause", cause}}, speech);
  sheet["big"] = big(tr("Will not be sent"), amount, speech);
  add_intent_facts(sheet, p, waiting, speech);
  if (const auto at = waiting.front().send_after_ms; at > p.now_ms)
    sheet["checks"] = json::array{check("wait", "wait", speech.say({tr("It is sent in {seconds} seconds unless you take it back."), {{"seconds", (at - p.now_ms + 999) / 1000}}}))};
  return sheet;
}

Result<json::object> uncertain_sheet(const Picture& p, const std::string& intent_id, const SheetForm& form, const Speech& speech) {
  const auto intent = std::find_if(p.intents.begin(), p.intents.end(), [&](const Intent& i) { return i.id == intent_id && i.undecided; });
  if (intent == p.intents.end()) return Failure{Kind::refused, tr("This is decided already. Look at the order again.")};
  const bool refund = intent->kind == IntentKind::refund;
  auto sheet = sheet_of(p, "settle_uncertain", speech.say({tr("What became of {amount}?"), {{"amount", intent->amount}}}), speech.say(tr("Found: book it")), false, form,
                        {{"intent_id", intent_id}}, speech);
  sheet["big"] = big(tr("Sent, answer lost"), intent->amount, speech);
  add_intent_facts(sheet, p, {*intent}, speech);
  json::array checks;
  for (const auto& todo : p.todos)
    if (todo.kind == TodoKind::uncertain && todo.cause == intent_id) checks.push_back(check("wait", "info", speech.say(todo.text)));
  checks.push_back(check("neutral", "info", speech.say(tr("The id is checked at Amazon: it counts only if payment and amount fit."))));
  checks.push_back(check("stop", "warn", speech.say(tr("Say that it is not there only after you looked it up: it is then sent again, under the same key."))));
  sheet["checks"] = std::move(checks);
  sheet["input"] = json::object{{"name", "amazon_id"}, {"label", speech.say(refund ? tr("Refund id from Seller Central") : tr("Charge id from Seller Central"))},
                                {"example", refund ? "S02-1234567-7654321-R012345" : "S02-1234567-7654321-C012345"}};
  sheet["second"] = button_of(speech.say(tr("It is not there: send it again")), "send_again");
  return sheet;
}

Result<json::object> dispute_sheet(const Picture& p, const std::string& dispute_id, const SheetForm& form, const Speech& speech) {
  const auto* dispute = p.payment.dispute(dispute_id);
  if (dispute == nullptr || dispute->outcome != DisputeOutcome::open) return Failure{Kind::refused, tr("This dispute is closed already. Look at the order again.")};
  const auto amount = flows::proposal_of(*dispute, p.payment, p.intents);
  auto sheet = sheet_of(p, "close_dispute", speech.say(tr("How did the dispute end?")), speech.say(tr("Lost: this went back to the buyer")), true, form, {{"dispute_id", dispute_id}}, speech);
  sheet["lead"] = speech.say(tr("Answer disputes in Seller Central. Here you only record how one ended; no money moves."));
  auto& facts = sheet["facts"].as_array();
  facts.push_back(fact(speech.say(tr("Dispute")), dispute_id, true));
  facts.push_back(fact(speech.say(tr("Opened")), speech.full_time(dispute->opened_ms)));
  if (!dispute->charge_id.empty()) facts.push_back(fact(speech.say(tr("Charge")), dispute->charge_id, true));
  json::array checks{check("neutral", "info", speech.say(tr("Lost: the sum counts as given back outside of refunds and cannot be refunded any more."))),
                     check("neutral", "info", speech.say(tr("Won: nothing changes, the money stays yours.")))};
  if (p.sums.on_the_way.positive())
    checks.push_back(check("wait", "warn", speech.say({tr("{amount} is on its way back as a refund. Tell Amazon so in the dispute, or the buyer gets it twice."), {{"amount", p.sums.on_the_way}}})));
  sheet["checks"] = std::move(checks);
  sheet["input"] = json::object{{"name", "amount"}, {"label", speech.say({tr("What it took, if it was lost, in {currency}"), {{"currency", std::string(p.payment.currency.code())}}})}, {"example", speech.bare(amount)}};
  sheet["note"] = true;
  sheet["second"] = button_of(speech.say(tr("Won: nothing went back")), "dispute_won");
  return sheet;
}

}  // namespace amazonpay::host
