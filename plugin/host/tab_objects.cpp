#include "host/tab_objects.hpp"

namespace amazonpay::host {
namespace {

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

}  // namespace

json::object charges_part(const Picture& p, const Speech& speech) {
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

namespace {

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

}  // namespace

json::object refunds_part(const Picture& p, const Speech& speech) {
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

namespace {

// Two spaces a level; the members as Amazon sent them.
void write_pretty(std::string& out, const json::value& value, std::size_t depth) {
  const auto line = [&](std::size_t level) { out += "\n" + std::string(2 * level, ' '); };
  const auto each = [&](const auto& all, char open, char close, auto&& write) {
    out += open;
    bool first = true;
    for (const auto& one : all) out += first ? "" : ",", first = false, line(depth + 1), write(one);
    line(depth);
    out += close;
  };
  if (value.is_object() && !value.get_object().empty())
    each(value.get_object(), '{', '}', [&](const auto& member) { out += json::serialize(json::value(member.key())) + ": ", write_pretty(out, member.value(), depth + 1); });
  else if (value.is_array() && !value.get_array().empty())
    each(value.get_array(), '[', ']', [&](const auto& one) { write_pretty(out, one, depth + 1); });
  else
    out += json::serialize(value);
}

std::string pretty(const std::string& raw) {
  boost::system::error_code error;
  const auto document = json::parse(raw, error);
  if (error) return raw;
  std::string text;
  write_pretty(text, document, 0);
  return text;
}

}  // namespace

json::array raw_parts(const Picture& p, const std::map<std::string, std::string>& answers, const Speech& speech) {
  json::array parts;
  const auto add = [&](const char* label, const std::string& id, const std::string& in_payment) {
    const auto kept = answers.find(id);
    const auto& raw = kept == answers.end() ? in_payment : kept->second;
    if (!raw.empty()) parts.push_back(json::object{{"label", speech.say(label)}, {"id", id}, {"text", pretty(raw)}});
  };
  if (p.payment.permission) add(tr("Charge permission"), p.payment.permission->id, p.payment.permission->raw);
  for (const auto& c : p.payment.charges) add(tr("Charge"), c.id, c.raw);
  for (const auto& r : p.payment.refunds) add(tr("Refund"), r.id, r.raw);
  return parts;
}

}  // namespace amazonpay::host
