#include "host/refund_form.hpp"

#include "domain/typed_amount.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

// The script fills the places: the same sentences, with a mark where an amount goes.
std::string with_marks(const char* id, std::initializer_list<const char*> places, const Speech& speech) {
  Text text{id};
  for (const auto* place : places) text.args[place] = "[" + std::string(place) + "]";
  return speech.say(text);
}

json::object room_part(const RefundRoom& room) {
  return {{"held", std::to_string(room.held.minor())}, {"most", std::to_string(room.refundable.minor())},
          {"approval", room.approval ? std::to_string(room.approval->minor()) : std::string()}};
}

json::object amounts_part(Currency currency, const Speech& speech) {
  json::array refusals;
  for (const auto& refusal : amount_refusals()) refusals.push_back(json::object{{"code", refusal.code}, {"text", speech.say(std::string_view(refusal.code) == "empty" ? parse_amount("", currency).failure().message.c_str() : refusal.sentence)}});
  return {{"currency", currency.code()}, {"digits", std::to_string(currency.decimals())}, {"refusals", std::move(refusals)},
          {"too_much", with_marks(sentence::too_much, {"more", "most"}, speech)}, {"which", with_marks(sentence::which, {"first", "second"}, speech)}};
}

json::array reason_options(const std::string& chosen, const Speech& speech) {
  json::array choices;
  for (const auto& reason : reasons()) choices.push_back(json::object{{"value", reason.id}, {"label", speech.say(reason.label)}, {"selected", chosen == reason.id}});
  return choices;
}

json::array line_parts(const Picture& p, const json::value& typed, const Speech& speech) {
  const auto ticked = ticked_lines(typed);
  json::array lines;
  for (const auto& line : p.lines) {
    if (!line.worth.positive()) continue;
    const auto most = line.refundable();
    const auto kept = form_text(typed, ("pieces_" + line.id).c_str());
    json::object part{{"id", line.id}, {"title", line.title}, {"quantity", line.open}, {"most", most}, {"several", most > 1}, {"none", most == 0},
                      {"ticked", std::count(ticked.begin(), ticked.end(), line.id) > 0}, {"pieces", kept.empty() ? std::to_string(most) : kept},
                      {"worth", speech.m(worth_of_pieces(line.worth, line.open, most))}, {"minor", std::to_string(line.worth.minor())}, {"note", ""},
                      {"how_many", speech.say({tr("How many of {title}, at most {most}"), {{"title", line.title}, {"most", most}}})}};
    if (line.by_hand > 0) part["note"] = speech.say({tr("{count} piece was refunded by hand before|{count} pieces were refunded by hand before"), {{"count", line.by_hand}}});
    lines.push_back(std::move(part));
  }
  return lines;
}

// Only where there is something to choose.
json::array charge_parts(const Picture& p, const std::string& chosen, const Speech& speech) {
  json::array all;
  for (const auto& c : p.payment.charges) {
    const auto sums = sums_of(c, p.payment, p.intents, p.policy.refund_rules);
    if (!sums.captured.positive()) continue;
    auto part = room_part(room_of(sums, p.policy.approval));
    part["id"] = c.id, part["selected"] = chosen == c.id;
    part["label"] = speech.say({tr("{charge}: {held} held, at most {most}"), {{"charge", short_id(c.id)}, {"held", sums.held}, {"most", sums.refundable}}});
    all.push_back(std::move(part));
  }
  if (all.size() < 2) return {};
  auto any = room_part(room_of(p.sums, p.policy.approval));
  any["id"] = "", any["selected"] = chosen.empty();
  any["label"] = speech.say(tr("All charges, the newest first"));
  all.insert(all.begin(), std::move(any));
  return all;
}

json::value judged_part(const json::value& typed, const RefundRoom& room, const Speech& speech) {
  const auto judged = judge_refund(typed_amount(typed), room);
  const std::string_view role = judged.role;
  json::array readings;
  for (const auto& reading : judged.readings) readings.push_back(json::object{{"value", to_wire(reading)}, {"label", speech.money(reading)}});
  return json::object{{"role", role}, {"icon", role == "good" ? "good" : role == "wait" ? "wait" : "stop"}, {"text", speech.say(judged.say)}, {"bad", role == "stop"},
                      {"readings", std::move(readings)}};
}

json::object amounts_of_refund(const Picture& p, const RefundRoom& room, const Speech& speech) {
  auto amounts = amounts_part(p.payment.currency, speech);
  amounts["room"] = room_part(room_of(p.sums, p.policy.approval));
  amounts["within"] = with_marks(sentence::within, {"amount", "rest"}, speech);
  amounts["above_held"] = with_marks(room.compensation_approved ? sentence::compensation_approval : sentence::compensation, {"amount", "more"}, speech);
  amounts["above_approval"] = with_marks(sentence::approval, {"limit"}, speech);
  amounts["button"] = with_marks(tr("Check refund of {amount}"), {"amount"}, speech);
  return amounts;
}

}  // namespace

json::value refused_form(const json::value& request, const char* action) {
  if (!request.is_object()) return nullptr;
  const auto* refused = request.get_object().if_contains("refused");
  const auto* form = request.get_object().if_contains("form");
  return refused != nullptr && form != nullptr && form->is_object() && form_text(*refused, "action") == action ? *form : json::value();
}

json::object refund_form(const Picture& p, const json::value& request, const Speech& speech) {
  const auto typed = refused_form(request, "refund");
  const bool disabled = !p.rights.refund || !p.sums.refundable.positive();
  const auto kind = form_text(typed, "kind"), reason = form_text(typed, "reason"), chosen = form_text(typed, "charge");
  const auto* charge = p.payment.charge(chosen);
  const auto room = room_of(charge == nullptr ? ChargeSums(p.sums) : sums_of(*charge, p.payment, p.intents, p.policy.refund_rules), p.policy.approval);
  const auto open_lines = std::count_if(p.lines.begin(), p.lines.end(), [](const ShopLine& l) { return l.worth.positive(); });
  json::object form{{"currency", p.payment.currency.code()}, {"max", speech.m(p.sums.refundable)}, {"limit_explained", limit_parts(p.sums, speech)},
                    {"reasons", reason_options(reason.empty() ? "goodwill" : reason, speech)}, {"lines", line_parts(p, typed, speech)}, {"charges", charge_parts(p, chosen, speech)},
                    {"lines_open", speech.say({tr("{count} line open|{count} lines open"), {{"count", std::int64_t(open_lines)}}})}, {"amounts", amounts_of_refund(p, room, speech)},
                    {"disabled", disabled}, {"note", form_text(typed, "note")}, {"todo_id", form_text(typed, "todo_id")}, {"amount", form_text(typed, "amount")},
                    {"reason", !p.rights.refund ? speech.say(tr("Your role may not do this. Ask an administrator.")) : disabled ? limit_explained(p.sums, speech) : std::string()},
                    {"kind_lines", kind == "lines"}, {"kind_rest", kind == "rest"}, {"kind_amount", kind != "lines" && kind != "rest"},
                    {"judged", nullptr}, {"error", ""}, {"from", ""}, {"rest", nullptr}, {"approval", ""}};
  if (p.sums.held.positive()) form["rest"] = speech.m(p.sums.held);
  if (p.payment.charges.size() == 1) form["from"] = p.payment.charges.front().id;
  if (room.approval) form["approval"] = speech.say({tr("Above {limit} a second person approves."), {{"limit", *room.approval}}});
  if (typed.is_null()) return form;
  if (form.at("kind_amount").as_bool()) form["judged"] = judged_part(typed, room, speech);
  // The field's own sentence is clearer than the refusal, if the field is the reason.
  const auto& judged = form.at("judged");
  if (judged.is_null() || judged.at("role") == "good") form["error"] = form_text(request.at("refused"), "message");
  return form;
}

json::object amounts_of_capture(Money most, bool fresh, const Speech& speech) {
  auto amounts = amounts_part(most.currency(), speech);
  amounts["room"] = json::object{{"held", std::to_string(most.minor())}, {"most", std::to_string(most.minor())}, {"approval", ""}};
  amounts["within"] = fresh ? with_marks(tr("Read as {amount}."), {"amount"}, speech) : with_marks(tr("Read as {amount}. {rest} of the reservation is released."), {"amount", "rest"}, speech);
  amounts["too_much"] = with_marks(tr("Too much by {more}. At most {most} can be captured."), {"more", "most"}, speech);
  amounts["above_held"] = amounts["above_approval"] = "";
  amounts["button"] = fresh ? with_marks(tr("Charge again and capture {amount}…"), {"amount"}, speech) : with_marks(tr("Capture {amount}…"), {"amount"}, speech);
  return amounts;
}

}  // namespace amazonpay::host
