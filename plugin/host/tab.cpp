#include "host/tab.hpp"

#include "host/view_parts.hpp"

namespace amazonpay::host {
namespace {

const char* not_allowed = tr("Your role may not do this. Ask an administrator.");

json::object action(const char* id, const char* icon, std::string label, bool may, const std::optional<std::string>& refusal, std::string hint, const Speech& speech) {
  const bool enabled = may && !refusal;
  auto reason = !may ? speech.say(not_allowed) : refusal ? *refusal : std::move(hint);
  return {{"id", id}, {"icon", enabled ? icon : "lock"}, {"label", std::move(label)}, {"enabled", enabled}, {"reason", std::move(reason)},
          {"danger", false}, {"form", json::array()}, {"fields", json::array()}};
}

// Of a refund of ours that has no object at Amazon.
const char* word_of(IntentState state) {
  switch (state) {
    case IntentState::refused: case IntentState::declined: return tr("Refused");
    case IntentState::uncertain: return tr("Answer missing");
    case IntentState::awaiting_approval: return tr("Waits for a second person");
    case IntentState::withdrawn: return tr("Withdrawn, not sent");
    default: return tr("Being sent");
  }
}

template <class T>
std::optional<std::string> refusal_of(const Result<T>& plan, const Speech& speech) {
  if (plan) return std::nullopt;
  return speech.say({tr("Not possible: {reason}"), {{"reason", speech.say(plan.message().c_str())}}});
}

json::object capture_action(const Picture& p, const Speech& speech) {
  const auto amount = capture_proposal(p.payment, p.intents);
  const auto plan = plan_capture(p.payment, p.intents, amount.positive() ? amount : Money{1, p.payment.currency}, p.now_ms);
  auto refusal = refusal_of(plan, speech);
  if (!refusal && !amount.positive()) refusal = speech.say(tr("Not needed: what is held covers the open lines."));
  const auto hint = plan ? speech.say(plan->says.empty() ? Text{} : plan->says.front()) : std::string();
  auto made = action("capture", "card", speech.say(tr("Capture…")), p.rights.capture, refusal, hint, speech);
  if (made.at("enabled").as_bool())
    made["fields"] = json::array{json::object{{"name", "amount"}, {"label", speech.say(tr("Amount to capture"))}, {"value", speech.bare(amount)}, {"amount", true},
                                              {"currency", p.payment.currency.code()}}};
  return made;
}

json::array actions(const Picture& p, const Speech& speech) {
  std::optional<std::string> refund_refusal;
  if (!p.sums.refundable.positive()) refund_refusal = limit_explained(p.sums, speech);
  const auto cancel = plan_cancel_charge(p.payment, p.intents);
  const auto close = plan_close_permission(p.payment, p.intents);
  const auto says = [&](const Result<Plan>& plan) { return plan && !plan->says.empty() ? speech.say(plan->says.front()) : std::string(); };
  auto refund = action("refund", "back", speech.say(tr("Refund the rest…")), p.rights.refund, refund_refusal,
                       speech.say({tr("Gives back what is held: {amount}. Other amounts: the form is below."), {{"amount", p.sums.held}}}), speech);
  refund["form"] = form_part({{"kind", "rest"}});
  if (p.sums.held.zero() && refund.at("enabled").as_bool()) {
    refund["enabled"] = false, refund["icon"] = "lock";
    refund["reason"] = speech.say(tr("Nothing is held any more. A goodwill amount can be given with the form below."));
  }
  return {std::move(refund), capture_action(p, speech),
          action("cancel_charge", "cancel", speech.say(tr("Cancel reservation…")), p.rights.cancel, refusal_of(cancel, speech), says(cancel), speech),
          action("close_permission", "lock", speech.say(tr("Close payment…")), p.rights.cancel, refusal_of(close, speech), says(close), speech)};
}

json::array reason_choices(const Speech& speech) {
  json::array choices;
  for (const auto& reason : reasons())
    choices.push_back(json::object{{"value", reason.id}, {"label", speech.say(reason.label)}, {"selected", std::string_view(reason.id) == "goodwill"}});
  return choices;
}

json::object refund_form(const Picture& p, const Speech& speech) {
  json::array lines;
  for (const auto& line : p.lines)
    if (line.worth.positive())
      lines.push_back(json::object{{"id", line.id}, {"title", line.title}, {"quantity", line.open}, {"worth", speech.m(line.worth)}, {"minor", line.worth.minor()}});
  const bool disabled = !p.rights.refund || !p.sums.refundable.positive();
  json::object form{{"currency", p.payment.currency.code()}, {"max", speech.m(p.sums.refundable)}, {"limit_explained", limit_parts(p.sums, speech)},
                    {"reasons", reason_choices(speech)}, {"lines", std::move(lines)}, {"disabled", disabled}, {"amount", ""},
                    {"reason", !p.rights.refund ? speech.say(not_allowed) : disabled ? limit_explained(p.sums, speech) : std::string()}};
  if (p.sums.held.positive()) form["rest"] = speech.m(p.sums.held);
  if (p.payment.charges.size() == 1) form["from"] = p.payment.charges.front().id;
  return form;
}

json::object charges(const Picture& p, const Speech& speech) {
  json::array rows;
  for (const auto& c : p.payment.charges) {
    const auto sums = sums_of(c, p.payment, p.intents, p.policy.refund_rules);
    json::object one{{"id", c.id}, {"id_short", short_id(c.id)}, {"descriptor", c.soft_descriptor}, {"created", speech.time(c.created_ms)},
                     {"reserved", speech.m(c.amount)}, {"captured", speech.m(sums.captured)}, {"refunded", speech.m(c.refunded)}, {"word", word_part(word_of(c), c.raw_state, speech)}};
    if (!c.reason_code.empty()) one["note"] = c.reason_code;
    else if (c.state == ChargeState::authorized && c.expires_ms != 0) one["note"] = speech.say({tr("until {time}"), {{"time", speech.time(c.expires_ms)}}});
    rows.push_back(std::move(one));
  }
  return {{"head", speech.say({tr("{used} of {most}"), {{"used", std::int64_t(p.payment.charges.size())}, {"most", std::int64_t{25}}}})}, {"rows", std::move(rows)}};
}

const Intent* intent_of(const Picture& p, const Refund& refund) {
  for (const auto& i : p.intents)
    if (i.kind == IntentKind::refund && (i.id == refund.intent_id || (!i.amazon_id.empty() && i.amazon_id == refund.id))) return &i;
  return nullptr;
}

std::string refund_note(const Refund& r, const Speech& speech) {
  if (r.state == RefundState::initiated) return speech.say({tr("by {day} at the latest"), {{"day", Day{r.created_ms + refund_days_max * day_ms}}}});
  if (!r.reason_code.empty()) return r.reason_code;
  return r.state == RefundState::refunded && r.updated_ms != 0 ? speech.time(r.updated_ms) : std::string();
}

json::object refunds(const Picture& p, const Speech& speech) {
  std::vector<std::pair<std::int64_t, json::object>> found;
  for (const auto& r : p.payment.refunds) {
    const auto* intent = intent_of(p, r);
    found.emplace_back(r.created_ms, json::object{{"id", r.id}, {"id_short", short_id(r.id)}, {"asked", speech.time(r.created_ms)},
                                                  {"by", intent != nullptr ? intent->who.name : speech.say(tr("outside this shop"))}, {"not_ours", intent == nullptr},
                                                  {"for", intent != nullptr ? what_for(*intent, p, speech) : std::string()}, {"amount", speech.m(r.amount)},
                                                  {"word", word_part(word_of(r), r.raw_state, speech)}, {"note", refund_note(r, speech)}});
  }
  // Refunds of ours that Amazon has not answered, or refused.
  for (const auto& i : p.intents) {
    const bool known = std::any_of(p.payment.refunds.begin(), p.payment.refunds.end(), [&](const Refund& r) { return r.intent_id == i.id || (!i.amazon_id.empty() && r.id == i.amazon_id); });
    if (i.kind != IntentKind::refund || known) continue;
    const bool refused = i.state == IntentState::refused || i.state == IntentState::declined;
    const bool withdrawn = i.state == IntentState::withdrawn;
    const json::object word{{"role", refused ? "stop" : withdrawn ? "neutral" : "wait"}, {"icon", refused ? "stop" : withdrawn ? "undo" : "wait"},
                            {"text", speech.say(word_of(i.state))}};
    found.emplace_back(i.created_ms, json::object{{"id", i.id}, {"id_short", "–"}, {"asked", speech.time(i.created_ms)}, {"by", i.who.name}, {"not_ours", false},
                                                  {"for", what_for(i, p, speech)}, {"amount", speech.m(i.amount)}, {"word", word}, {"note", i.code}});
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  json::array rows;
  for (auto& one : found) rows.push_back(std::move(one.second));
  return {{"head", speech.say({tr("{used} of {most}"), {{"used", std::int64_t(p.sums.refunds_used)}, {"most", std::int64_t(p.sums.refunds_used + p.sums.refunds_left)}}})},
          {"rows", std::move(rows)}};
}

// Amazon's last answers, one after the other. They were redacted when they were read from the wire.
std::string raw_text(const Picture& p) {
  std::string text;
  const auto add = [&](const std::string& raw) {
    if (!raw.empty()) text += (text.empty() ? "" : "\n") + raw;
  };
  if (p.payment.permission) add(p.payment.permission->raw);
  for (const auto& c : p.payment.charges) add(c.raw);
  for (const auto& r : p.payment.refunds) add(r.raw);
  return text;
}

}  // namespace

json::object tab_view(const Picture& p, const Speech& speech) {
  json::object data{{"environment", environment_part(p, speech)}, {"alert", alert_part(p, speech)}, {"verdict", verdict_part(p, speech)},
                    {"actions", actions(p, speech)}, {"strips", strip_parts(p, speech)}, {"refund_form", refund_form(p, speech)},
                    {"as_of", as_of_part(p, speech)}, {"raw", json::object{{"text", raw_text(p)}}}};
  if (!p.payment.charges.empty()) data["charges"] = charges(p, speech);
  auto all_refunds = refunds(p, speech);
  if (!all_refunds.at("rows").as_array().empty()) data["refunds"] = std::move(all_refunds);
  if (!p.events.empty()) data["timeline"] = json::object{{"events", event_parts(p.events, timeline_most, speech)}};
  return view_document("tab", std::move(data));
}

}  // namespace amazonpay::host
