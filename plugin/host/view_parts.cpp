#include "host/view_parts.hpp"
#include "host/sentences.hpp"

namespace amazonpay::host {
namespace {

void finish(json::value& value);

void finish(json::object& object) {
  std::vector<std::pair<std::string, bool>> flags;
  for (auto& member : object) {
    if (member.value().is_array()) flags.emplace_back("has_" + std::string(member.key()), !member.value().get_array().empty());
    finish(member.value());
  }
  for (const auto& [name, any] : flags) object[name] = any;
}

void finish(json::value& value) {
  if (value.is_object()) finish(value.get_object());
  else if (value.is_array())
    for (auto& one : value.get_array()) finish(one);
}

const char* role_of(Ship ship) { return ship == Ship::yes ? "good" : ship == Ship::wait ? "wait" : "stop"; }
const char* answer_of(Ship ship) { return ship == Ship::yes ? tr("Yes") : ship == Ship::wait ? tr("Wait") : tr("No"); }

bool answer_missing(const Picture& p) {
  return std::any_of(p.intents.begin(), p.intents.end(), [](const Intent& i) { return i.state == IntentState::uncertain; });
}

}  // namespace

json::object view_document(const char* template_name, json::object data) {
  finish(data);
  return {{"template", template_name}, {"data", std::move(data)}, {"actions", json::array()}};
}

json::object environment_part(const Picture& p, const Speech& speech) {
  return {{"test", p.test()}, {"label", speech.say(p.test() ? tr("Sandbox") : tr("Live"))}};
}

namespace {
std::string sentence_of(const Picture& p, const Speech& speech) {
  if (!p.in_shop) return sentences(speech.say(p.verdict.say), speech.say(tr("The order was deleted. Only the record of its payment is kept, without personal data.")));
  if (p.keys_refused() && p.verdict.word == Word::reserved)
    return speech.say({tr("The last word from Amazon is from {time}: {amount} is reserved."), {{"time", Moment{p.payment.sync.synced_ms}}, {"amount", p.sums.reserved}}});
  if (p.test() && p.sums.captured.positive()) return sentences(speech.say(p.verdict.say), speech.say(tr("No real money moves in the sandbox.")));
  return speech.say(p.verdict.say);
}
}  // namespace

json::object verdict_part(const Picture& p, const Speech& speech) {
  const auto& v = p.verdict;
  auto word = speech.say(label_of(v.word));
  if (!v.raw.empty()) word += " (" + v.raw + ")";
  return {{"role", role_of(v.word)}, {"icon", icon_of(v.word)}, {"word", word}, {"say", sentence_of(p, speech)}};
}

ShipAnswer ship_answer(const Picture& p) {
  if (!p.in_shop) return {Ship::no, {tr("the order is deleted")}};
  if (p.keys_refused() && p.verdict.word == Word::reserved) return {Ship::wait, {tr("not confirmed")}};
  if (p.verdict.ship == Ship::yes && p.test()) return {Ship::no, {tr("a test order")}, true};
  if (p.verdict.ship == Ship::yes && answer_missing(p)) return {Ship::wait, {tr("an answer of Amazon is missing")}};
  return {p.verdict.ship, p.verdict.ship_why};
}

json::object ship_part(const Picture& p, const Speech& speech) {
  const auto answer = ship_answer(p);
  return {{"role", answer.only_a_test ? "neutral" : role_of(answer.ship)}, {"icon", "truck"}, {"answer", speech.say(answer_of(answer.ship))},
          {"why", answer.ship == Ship::yes ? std::string() : speech.say(answer.why)}};
}

json::array event_parts(const std::vector<Event>& events, std::size_t most, const Speech& speech) {
  json::array parts;
  for (const auto& e : events) {
    if (parts.size() == most) break;
    json::object part{{"role", e.role}, {"icon", e.icon}, {"when", speech.time(e.at_ms)}, {"when_iso", iso_time(e.at_ms)}, {"text", speech.say(e.text)},
                      {"who", e.who}, {"struck", e.struck}};
    if (e.amount) part["m"] = speech.m(*e.amount);
    parts.push_back(std::move(part));
  }
  return parts;
}

json::object as_of_part(const Picture& p, const Speech& speech) {
  const auto at = p.payment.sync.synced_ms;
  json::object part{{"action", "refresh"}, {"form", json::array()}};
  if (at == 0) {
    part["text"] = speech.say(tr("Amazon has not been asked about this order yet."));
  } else {
    const auto old_min = (p.now_ms - at) / 60'000;
    const Text time{old_min < 30         ? tr("As of {time} (stored)")
                    : old_min < 90       ? tr("As of {time} (stored), {minutes} minutes old")
                    : old_min < 48 * 60  ? tr("As of {time} (stored), {hours} hours old")
                                         : tr("As of {time} (stored), {days} days old"),
                    {{"time", speech.full_time(at)}, {"minutes", old_min}, {"hours", (old_min + 30) / 60}, {"days", old_min / (24 * 60)}}};
    part["text"] = speech.say(time);
    part["iso"] = iso_time(at);
  }
  return part;
}

json::object as_of_told(const Picture& p, const Speech& speech) {
  auto part = as_of_part(p, speech);
  part["action"] = "";
  return part;
}

json::object word_part(Word word, const std::string& raw, const Speech& speech) {
  auto text = speech.say(label_of(word));
  if (word == Word::unknown && !raw.empty()) text += " (" + raw + ")";
  return {{"role", role_of(word)}, {"icon", icon_of(word)}, {"text", text}};
}

namespace {
// What can still be taken back: one strip per act that cools off.
void add_cooling(json::array& strips, const Picture& p, const Speech& speech) {
  std::string last;
  for (const auto& intent : p.intents) {
    if (intent.state != IntentState::planned || !never_sent(intent) || intent.send_after_ms <= p.now_ms || intent.cause == last) continue;
    last = intent.cause;
    json::object strip{{"role", "wait"}, {"icon", "wait"}, {"title", speech.say({tr("The refund of {amount} is not sent yet"), {{"amount", intent.amount}}})},
                       {"text", speech.say({tr("It goes to Amazon at {time}. Until then {who} or another person with this right can take it back."),
                                            {{"time", speech.full_time(intent.send_after_ms)}, {"who", intent.who.name}}})}};
    if (p.rights.refund) strip["action"] = "take_back", strip["label"] = speech.say(tr("Take it back…")), strip["form"] = form_part({{"cause", intent.cause}});
    strips.push_back(std::move(strip));
  }
}
}  // namespace

json::array strip_parts(const Picture& p, const Speech& speech) {
  json::array strips;
  const auto add = [&](Money amount, const char* title, const char* text) {
    if (!amount.positive()) return;
    json::object strip{{"role", "wait"}, {"icon", "drift"}, {"title", speech.say(title)}, {"text", speech.say({text, {{"amount", amount}}})}};
    if (p.rights.refund) {
      strip["action"] = "take_over";
      strip["label"] = speech.say({tr("Take over {amount}"), {{"amount", amount}}});
      strip["form"] = json::array();
    }
    strips.push_back(std::move(strip));
  };
  add(p.verdict.drift, tr("Amazon shows a refund this shop did not start"),
      tr("{amount} went back at Amazon, probably in Seller Central. Order and money differ by this sum until you take it over. "
         "Taking over records the fact; it never moves money."));
  add(p.verdict.drift_collected, tr("Amazon shows a capture this shop did not start"),
      tr("{amount} was collected at Amazon, probably in Seller Central. Taking it over records that you know of it; it never moves money."));
  add_cooling(strips, p, speech);
  return strips;
}

json::value alert_part(const Picture& p, const Speech& speech) {
  const auto alert = [&](const char* role, const char* icon, std::string title, std::string text) -> json::value {
    return json::object{{"role", role}, {"icon", icon}, {"title", std::move(title)}, {"text", std::move(text)}};
  };
  const auto& sync = p.payment.sync;
  const auto since = speech.time(sync.failed_ms);
  if (p.keys_refused())
    return alert("stop", "key", speech.say(tr("Amazon refuses this shop’s keys")),
                 speech.say({tr("Since {time}. No payment can be captured or refunded until an administrator mends the connection in the settings."), {{"time", since}}}));
  if (p.sync_failed() && sync.failure_code == "not_found")
    return alert("stop", "unknown", speech.say(tr("Amazon does not know this payment")),
                 speech.say(tr("The reference of this order does not exist in this Amazon Pay account. Check region and environment in the settings.")));
  if (p.sync_failed())
    return alert("wait", "plug", speech.say({tr("Amazon did not answer at {time}"), {{"time", since}}}),
                 sync.next_ms > p.now_ms ? speech.say({tr("You see what was stored before. Acts are kept and sent once when Amazon answers again; next try {time}."), {{"time", Moment{sync.next_ms}}}})
                                         : speech.say(tr("You see what was stored before. Acts are kept and sent once when Amazon answers again.")));
  for (const auto& intent : p.intents) {
    if (intent.state != IntentState::uncertain) continue;
    const auto text = intent.kind == IntentKind::refund
                          ? Text{tr("A refund of {amount} was sent, Amazon’s answer did not arrive. It is looked up before anything is repeated; the sum stays reserved."), {{"amount", intent.amount}}}
                          : Text{tr("A request was sent at {time}, Amazon’s answer did not arrive. It is looked up before anything is repeated."), {{"time", speech.time(intent.updated_ms)}}};
    return alert("wait", "wait", speech.say(tr("One answer is missing")), speech.say(text));
  }
  return nullptr;
}

const char* nothing_refundable(const PaymentSums& sums) {
  if (sums.captured.zero()) return tr("Nothing was collected, so nothing can be refunded.");
  if (sums.refunds_left == 0) return tr("Amazon allows ten refunds per charge and all are used.");
  return tr("Nothing can be refunded any more: everything went back or is on the way.");
}

std::string limit_explained(const PaymentSums& sums, const Speech& speech) {
  if (sums.captured.zero() || sums.refunds_left == 0 || sums.refundable.zero()) return speech.say(nothing_refundable(sums));
  if (sums.refundable != sums.held + sums.allowance)
    return speech.say({tr("At most {refundable}, which is what Amazon allows."), {{"refundable", sums.refundable}}});
  return speech.say({tr("At most {refundable}: {held} held + {allowance} allowance."),
                     {{"refundable", sums.refundable}, {"held", speech.bare(sums.held)}, {"allowance", speech.bare(sums.allowance)}}});
}

std::string limit_parts(const PaymentSums& sums, const Speech& speech) {
  if (sums.captured.zero() || sums.refunds_left == 0 || sums.refundable.zero()) return limit_explained(sums, speech);
  if (sums.refundable != sums.held + sums.allowance) return speech.say(tr("Amazon allows no more in one refund."));
  return speech.say({tr("{held} held + {allowance} allowance."), {{"held", speech.bare(sums.held)}, {"allowance", speech.bare(sums.allowance)}}});
}

json::array form_part(const FormValues& values) {
  json::array form;
  for (const auto& [name, value] : values) form.push_back(json::object{{"name", name}, {"value", value}});
  return form;
}

json::object row(const std::string& label, const json::object& m, bool total) { return {{"label", label}, {"m", m}, {"total", total}}; }

std::string reason_label(const std::string& id, const Speech& speech) {
  static constexpr std::pair<const char*, const char*> of_shops[] = {{"buyer_changed_mind", tr("Buyer changed their mind")},
                                                                     {"wrong_price", tr("Wrong price")},
                                                                     {"fraud", tr("Suspected fraud")}};
  for (const auto& reason : reasons())
    if (id == reason.id) return speech.say(reason.label);
  for (const auto& [known, label] : of_shops)
    if (id == known) return speech.say(label);
  return id;
}

std::string what_for(const Intent& intent, const Picture& p, const Speech& speech) {
  static constexpr std::pair<const char*, const char*> events[] = {{"order.cancel", tr("Order canceled")}, {"order.delete", tr("Order deleted")},
                                                                   {"line.cancel", tr("Lines canceled")}, {"line.delete", tr("Lines deleted")}};
  std::string text;
  const auto add = [&](const std::string& part, const char* between) {
    if (!part.empty()) text += (text.empty() ? "" : between) + part;
  };
  for (const auto& piece : intent.lines)
    if (const auto title = p.titles.find(piece.line_id); title != p.titles.end()) add(std::to_string(piece.pieces) + " × " + title->second, ", ");
  if (text.empty())
    for (const auto& [event, label] : events)
      if (intent.event == event) add(speech.say(label), "");
  for (const auto& part : {reason_label(intent.reason, speech), intent.note})
    if (!part.empty()) text = text.empty() ? part : speech.say({tr("{label}: {text}"), {{"label", text}, {"text", part}}});
  return text;
}

const char* role_of_severity(const std::string& severity) { return severity == "stop" ? "stop" : severity == "watch" ? "neutral" : "wait"; }

const char* icon_of(TodoKind kind) {
  switch (kind) {
    case TodoKind::refund_due: case TodoKind::refund_withdrawn: return "inbox";
    case TodoKind::approval: return "lock";
    case TodoKind::drift: return "drift";
    case TodoKind::refund_overdue: case TodoKind::uncertain: case TodoKind::expiring: return "wait";
    case TodoKind::delivery_refused: return "truck";
    case TodoKind::keys_refused: return "key";
    case TodoKind::canceled_again: case TodoKind::not_covered: return "warn";
    case TodoKind::refund_declined: case TodoKind::refund_refused: case TodoKind::act_refused: return "stop";
    case TodoKind::dispute: return "warn";
    case TodoKind::orphan: return "unknown";
    case TodoKind::quarantine: case TodoKind::notification_gap: return "bell";
    case TodoKind::bulk_approval: return "lock";
  }
  return "info";
}

TodoAct act_of(const Todo& todo, const Picture& p, const Speech& speech) {
  const FormValues about{{"todo_id", todo.id}};
  const auto refund = [&](const char* label) -> TodoAct {
    if (!p.rights.refund || !todo.amount || *todo.amount > p.sums.refundable) return {};
    return {"refund", speech.say({label, {{"amount", *todo.amount}}}), {{"todo_id", todo.id}, {"kind", "amount"}, {"amount", to_wire(*todo.amount)}}};
  };
  switch (todo.kind) {
    case TodoKind::refund_due: case TodoKind::refund_withdrawn:
      if (p.sums.captured.zero() && p.sums.reserved.positive() && p.rights.cancel) return {"cancel_charge", speech.say(tr("Cancel the reservation…")), about};
      return refund(tr("Refund {amount}"));
    case TodoKind::refund_declined: case TodoKind::refund_refused: return refund(tr("Refund {amount} again"));
    case TodoKind::drift:
      if (!p.rights.refund || (!p.verdict.drift.positive() && !p.verdict.drift_collected.positive())) return {};
      return {"take_over", speech.say({tr("Take over {amount}"), {{"amount", todo.amount.value_or(p.verdict.drift)}}}), about};
    case TodoKind::expiring: {
      const auto amount = capture_proposal(p.payment, p.intents);
      if (!p.rights.capture || !amount.positive()) return {};
      return {"capture", speech.say({tr("Capture {amount}…"), {{"amount", amount}}}), {{"todo_id", todo.id}, {"amount", to_wire(amount)}}};
    }
    case TodoKind::not_covered:
      if (!p.rights.capture || !capture_proposal(p.payment, p.intents).positive()) return {};
      return {"capture", speech.say({tr("Charge {amount}…"), {{"amount", capture_proposal(p.payment, p.intents)}}}),
              {{"todo_id", todo.id}, {"amount", to_wire(capture_proposal(p.payment, p.intents))}}};
    case TodoKind::approval:
      // Who asked for it sees that it waits and may take it back; somebody else decides.
      if (todo.asked_by.id == p.me.id ? !p.rights.refund : !p.rights.approve) return {};
      return {todo.asked_by.id == p.me.id ? "take_back" : "approve", speech.say(todo.asked_by.id == p.me.id ? tr("Take it back…") : tr("Decide…")), {{"cause", todo.cause}}};
    case TodoKind::uncertain:
      if (!p.rights.refund) return {};
      return {"settle_uncertain", speech.say(tr("I looked it up…")), {{"intent_id", todo.cause}}};
    case TodoKind::dispute:
      if (!p.rights.refund) return {};
      return {"close_dispute", speech.say(tr("Won or lost…")), {{"dispute_id", todo.cause}}};
    default: return {};
  }
}

}  // namespace amazonpay::host
