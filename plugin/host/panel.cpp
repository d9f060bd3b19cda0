#include "host/panel.hpp"

#include "host/panel_parts.hpp"

namespace amazonpay::host {
namespace {

std::string kind_label(const Picture& p, const Speech& speech) {
  if (!p.in_shop) return speech.say(tr("deleted order"));
  if (!p.payment.permission) return {};
  const auto& type = p.payment.permission->type;
  return speech.say(type == "Recurring" ? tr("recurring payment") : type == "PaymentMethodOnFile" ? tr("payment method on file") : tr("one-time payment"));
}

std::string given_note(const Picture& p, const Speech& speech) {
  const auto settled = std::count_if(p.payment.refunds.begin(), p.payment.refunds.end(), [](const Refund& r) { return r.state == RefundState::refunded; });
  if (settled == 0) return {};
  return speech.say({tr("{count} refund|{count} refunds"), {{"count", std::int64_t(settled)}}});
}

std::string way_note(const Picture& p, const Speech& speech) {
  std::int64_t since = 0;
  const auto earlier = [&](std::int64_t ms) { since = since == 0 ? ms : std::min(since, ms); };
  for (const auto& r : p.payment.refunds)
    if (r.state == RefundState::initiated) earlier(r.created_ms);
  for (const auto& i : p.intents)
    if (i.kind == IntentKind::refund && is_open(i.state)) earlier(i.created_ms);
  return since == 0 || p.sums.on_the_way.zero() ? std::string() : speech.say({tr("since {day}"), {{"day", Day{since}}}});
}

std::string collected_note(const Picture& p, const Speech& speech) {
  if (p.sums.captured.zero()) return p.sums.pending_capture.positive() ? speech.say(tr("under way")) : std::string();
  std::int64_t at = 0;
  for (const auto& c : p.payment.charges)
    if (c.state == ChargeState::captured) at = std::max(at, c.at_checkout ? c.created_ms : 0);
  for (const auto& e : p.events)
    if (at == 0 && e.amount && e.amount->positive() && e.role == "good") at = e.at_ms;
  return at == 0 ? std::string() : speech.day(at);
}

json::array figures(const Picture& p, const Speech& speech) {
  json::array all;
  const auto figure = [&](const char* label, Money amount, std::string note, bool main = false) {
    json::object one{{"label", speech.say(label)}, {"m", speech.m(amount)}, {"note", std::move(note)}, {"zero", amount.zero()}, {"main", main}, {"unknown", ""}};
    all.push_back(std::move(one));
  };
  // A charge in a state nobody here understands: neither what is held nor what may go back is known, and a zero would be a claim.
  const bool unknown = p.verdict.word == Word::unknown;
  const auto& s = p.sums;
  const bool changed = p.payment.original_total != p.payment.order_total;
  figure(tr("Order"), p.payment.order_total, changed ? speech.say({tr("was {amount}"), {{"amount", speech.bare(p.payment.original_total)}}}) : std::string());
  figure(tr("Reserved"), s.reserved, s.reserved.zero() && s.captured.positive() ? speech.say(tr("all captured")) : std::string());
  figure(tr("Collected"), s.captured, collected_note(p, speech));
  figure(tr("Given back"), p.given_back(), given_note(p, speech));
  figure(tr("On the way"), s.on_the_way, way_note(p, speech));
  figure(tr("Still refundable"), s.refundable, s.refundable.positive() && s.allowance.positive() ? speech.say(tr("with allowance")) : std::string(), true);
  if (unknown)
    for (const auto at : {1, 2, 5}) {
      auto& one = all[static_cast<std::size_t>(at)].as_object();
      one["unknown"] = speech.say(tr("unknown")), one["m"] = nullptr, one["zero"] = false, one["note"] = "";
    }
  return all;
}

// Hundredths of a percent as "12.34%".
std::string percent(std::int64_t part_bp) {
  auto cents = std::to_string(part_bp % 100);
  return std::to_string(part_bp / 100) + "." + (cents.size() == 1 ? "0" : "") + cents + "%";
}

json::value bar(const Picture& p, const Speech& speech) {
  const auto& s = p.sums;
  if (s.captured.zero()) return nullptr;
  struct Part {
    const char* css;
    const char* text;
    Money amount;
  };
  const Part parts[] = {{"b-keep", tr("held {amount}"), s.held}, {"b-back", tr("given back {amount}"), p.given_back()}, {"b-way", tr("on the way {amount}"), s.on_the_way},
                        {"b-seen", tr("seen at Amazon {amount}"), p.verdict.drift}, {"b-lost", tr("lost in a dispute {amount}"), s.lost}};
  Money whole = zero_of(p.payment.currency);
  for (const auto& part : parts) whole += part.amount;
  json::array drawn, key;
  std::string label = speech.say({tr("Of {amount} collected:"), {{"amount", s.captured}}});
  std::int64_t at_bp = 0;
  for (const auto& part : parts) {
    if (!part.amount.positive()) continue;
    const auto width_bp = static_cast<std::int64_t>(static_cast<__int128>(part.amount.minor()) * 10000 / whole.minor());
    drawn.push_back(json::object{{"class", part.css}, {"x", percent(at_bp)}, {"width", percent(std::max<std::int64_t>(width_bp - 30, 20))}});
    at_bp += width_bp;
    const auto text = speech.say({part.text, {{"amount", speech.bare(part.amount)}}});
    key.push_back(json::object{{"class", part.css}, {"text", text}});
    label += (key.size() == 1 ? " " : ", ") + text;
  }
  return json::object{{"label", label}, {"parts", std::move(drawn)}, {"key", std::move(key)}};
}

json::value computed(const Picture& p, const Speech& speech) {
  const auto& s = p.sums;
  if (s.captured.zero()) return nullptr;
  const auto zero = zero_of(p.payment.currency);
  json::array rows{row(speech.say(tr("Collected")), speech.m(s.captured)), row(speech.say(tr("given back")), speech.m(zero - p.given_back())),
                   row(speech.say(tr("on the way")), speech.m(zero - s.on_the_way))};
  if (p.verdict.drift.positive()) rows.push_back(row(speech.say(tr("seen at Amazon, not taken over")), speech.m(zero - p.verdict.drift)));
  if (s.lost.positive()) rows.push_back(row(speech.say(tr("lost in a dispute")), speech.m(zero - s.lost)));
  rows.push_back(row(speech.say(tr("allowance above the collected sum")), speech.m(s.allowance)));
  rows.push_back(row(speech.say(tr("Still refundable")), speech.m(s.refundable), true));
  return json::object{
      {"summary", limit_explained(s, speech)},
      {"rows", std::move(rows)},
      {"note", speech.say({tr("Counts what Amazon really holds, also what is not taken over yet. The allowance is what Amazon lets a shop give back above the collected sum. "
                              "Refunds used: {used} of {most}."),
                           {{"used", std::int64_t(s.refunds_used)}, {"most", std::int64_t(s.refunds_used + s.refunds_left)}}})}};
}

json::array todo_parts(const Picture& p, const Speech& speech) {
  json::array parts;
  for (const auto& todo : p.todos) {
    if (todo.kind == TodoKind::drift && (p.verdict.drift.positive() || p.verdict.drift_collected.positive())) continue;  // drift has its own strip
    json::object part{{"role", role_of_severity(todo.severity)}, {"icon", icon_of(todo.kind)}, {"title", speech.say(todo.title)}, {"text", speech.say(todo.text)}};
    const auto act = act_of(todo, p, speech);
    if (!act.action.empty()) part["action"] = act.action, part["label"] = act.label, part["form"] = form_part(act.form);
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace

json::object panel_view(const Picture& p, const Speech& speech) {
  return view_document("panel", {{"environment", environment_part(p, speech)},
                                 {"order_number", p.payment.order_number},
                                 {"kind_label", kind_label(p, speech)},
                                 {"alert", alert_part(p, speech)},
                                 {"verdict", verdict_part(p, speech)},
                                 {"ship", ship_part(p, speech)},
                                 {"figures", figures(p, speech)},
                                 {"bar", bar(p, speech)},
                                 {"computed", computed(p, speech)},
                                 {"next", next_step(p, speech)},
                                 {"strips", strip_parts(p, speech)},
                                 {"todos", todo_parts(p, speech)},
                                 {"refs", reference_parts(p, speech)},
                                 {"events", event_parts(p.events, 5, speech)},
                                 {"as_of", as_of_part(p, speech)}});
}

json::object hidden_view(const Picture& p, const Speech& speech) {
  return view_document("panel", {{"environment", environment_part(p, speech)},
                                 {"order_number", p.payment.order_number},
                                 {"kind_label", ""},
                                 {"as_of", as_of_told(p, speech)},
                                 {"verdict", json::object{{"role", "neutral"}, {"icon", "lock"}, {"word", speech.say(tr("Amounts are hidden"))},
                                                          {"say", speech.say(tr("Your role may see whether to ship, but not the sums. Ask an administrator if you need them."))}}},
                                 {"ship", ship_part(p, speech)},
                                 {"figures", json::array()},
                                 {"strips", json::array()},
                                 {"todos", json::array()},
                                 {"refs", json::array()},
                                 {"events", json::array()}});
}

}  // namespace amazonpay::host
