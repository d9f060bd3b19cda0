#include "host/orphan_view.hpp"

#include <algorithm>

#include "amazon/signing.hpp"
#include "flows/orphans.hpp"
#include "host/sheet_parts.hpp"
#include "host/view_parts.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

struct ShopSide {
  ports::ShopOrder order;
  std::string buyer;
};

// The shop's order of this number, if it is paid with Amazon Pay. refused: a sentence why it is none.
Result<ShopSide> order_numbered(const hostapi::sdk::Session& session, const std::string& number) {
  auto found = session.orders().find({{"number", number}});
  if (!found) return found.failure();
  std::optional<Failure> why;
  auto orders = reading("orders.find's answer", [&] { return Members(*found).list("orders"); });
  if (!orders) return orders.failure();
  for (const auto& document : *orders) {
    auto order = shop_order(document);
    if (!order) {
      why = order.failure();
      continue;
    }
    ShopSide side{std::move(*order), ""};
    const Members m(document);
    if (const auto buyer = m.object("buyer")) side.buyer = buyer->text("name");
    return side;
  }
  return why ? Result<ShopSide>(Failure{Kind::refused, why->message}) : Failure{Kind::refused, tr("The shop has no order with this number. Compare it with the order list.")};
}

std::string orphan_sheet_address(const Orphan& o, const char* act) { return std::string("?env=") + environment_name(o.environment) + "&orphan=" + amazon::percent_encoded(o.permission_id) + "&do=" + act + "#sheet"; }

json::array facts_of_orphan(const Orphan& o, const Speech& speech) {
  json::array facts{fact(speech.say(tr("Charge permission")), o.permission_id, true), fact(speech.say(tr("Reserved")), speech.time(o.created_ms))};
  if (!o.merchant_reference_id.empty()) facts.push_back(fact(speech.say(tr("Number at Amazon")), o.merchant_reference_id));
  facts.push_back(fact(speech.say(tr("Account")), speech.say(o.environment == Environment::sandbox ? tr("Sandbox: test money only") : tr("Live: real money"))));
  return facts;
}

json::object sheet_base(const Orphan& o, const char* title, const char* lead, const Speech& speech) {
  json::object sheet{{"title", speech.say(title)}, {"lead", speech.say(lead)}, {"facts", facts_of_orphan(o, speech)}, {"checks", json::array()}, {"back", std::string("?env=") + environment_name(o.environment)}, {"error", ""}};
  if (o.limit) sheet["big"] = json::object{{"label", speech.say(tr("Agreed with the buyer"))}, {"m", speech.m(*o.limit)}};
  return sheet;
}

json::object close_sheet(const Orphan& o, const std::string& operation_id, const Speech& speech) {
  auto sheet = sheet_base(o, tr("Close the payment at Amazon"), tr("Nothing has been sent yet."), speech);
  sheet["checks"] = json::array{check("neutral", "info", speech.say(tr("Amazon closes the payment and cancels what is reserved: nothing can be collected from it any more."))),
                                check("neutral", "info", speech.say(tr("Money that was captured already stays where it is. Give it back in Seller Central.")))};
  sheet["close"] = json::object{{"form", form_part({{"permission_id", o.permission_id}, {"operation_id", operation_id}})},
                                {"label", o.limit ? speech.say({tr("Close the payment of {amount} at Amazon"), {{"amount", *o.limit}}}) : speech.say(tr("Close the payment at Amazon"))}};
  return sheet;
}

json::object ignore_sheet(const Orphan& o, const Speech& speech) {
  auto sheet = sheet_base(o, tr("Ignore this payment"), tr("No money moves. The payment stays as it is at Amazon."), speech);
  sheet["ignore"] = json::object{{"form", form_part({{"permission_id", o.permission_id}})}, {"label", speech.say(tr("Ignore with this reason"))}};
  return sheet;
}

Result<json::object> link_sheet(Call& call, const Orphan& o, const std::string& number, const Speech& speech) {
  auto sheet = sheet_base(o, tr("Link to an order"), tr("No money moves. The order learns which payment it is paid with."), speech);
  sheet["ask"] = json::object{{"number", number.empty() ? o.merchant_reference_id : number}, {"env", environment_name(o.environment)}, {"permission_id", o.permission_id}};
  if (number.empty()) return sheet;
  auto found = order_numbered(call.session, number);
  if (!found && found.kind() != Kind::refused) return found.failure();
  auto good = found ? flows::check_link(call.ports(), o, found->order) : Result<>(found.failure());
  if (!good && good.kind() != Kind::refused) return good.failure();
  if (!good) {
    sheet["error"] = speech.say(good.message().c_str());
    if (found) sheet["checks"] = json::array{check("neutral", "info", speech.say({tr("Order {number} is worth {total}."), {{"number", found->order.number}, {"total", found->order.total}}}))};
    return sheet;
  }
  auto facts = sheet.at("facts").as_array();
  facts.push_back(fact(speech.say(tr("Order")), found->order.number));
  if (!found->buyer.empty()) facts.push_back(fact(speech.say(tr("Buyer")), found->buyer));
  sheet["facts"] = std::move(facts);
  sheet["checks"] = json::array{check("good", "good", speech.say({tr("Currency and total agree: order {number} is worth {total}."), {{"number", found->order.number}, {"total", found->order.total}}})),
                                check("good", "good", speech.say(tr("No other payment belongs to this order.")))};
  sheet["ask"] = nullptr;
  sheet["link"] = json::object{{"form", form_part({{"permission_id", o.permission_id}, {"order_id", found->order.id}})}, {"label", speech.say({tr("Link to order {number}"), {{"number", found->order.number}}})}};
  return sheet;
}

}  // namespace

std::string time_left_in_words(std::int64_t left_ms, const Speech& speech) {
  const auto minutes = std::max<std::int64_t>(left_ms, 0) / 60'000;
  if (minutes < 60) return speech.say({tr("{count} min|{count} min"), {{"count", minutes}}});
  return speech.say({tr("{hours} h {minutes} min"), {{"hours", minutes / 60}, {"minutes", minutes % 60}}});
}

json::object orphan_row(const hostapi::sdk::Session& session, const Orphan& o, const std::string& page, std::int64_t now_ms, const Speech& speech) {
  const std::string severity = severity_of(o, now_ms);
  json::object row{{"id", o.permission_id}, {"role", severity == "watch" ? "neutral" : severity}, {"icon", severity == "stop" ? "warn" : severity == "wait" ? "wait" : "info"},
                   {"reserved", speech.say({tr("reserved {time}"), {{"time", speech.time(o.created_ms)}}})}, {"source", speech.say(o.source == "settlement" ? tr("found by a settlement report") : tr("found by a notification"))},
                   {"buyer", ""}, {"problem", ""}, {"closing", ""}, {"env", environment_name(o.environment)}};
  if (o.limit) row["amount"] = speech.m(*o.limit);
  const auto drops = drops_ms(o);
  if (drops > now_ms) {
    row["drops"] = speech.say({tr("drops in {time}"), {{"time", time_left_in_words(drops - now_ms, speech)}}});
    const auto waited = waited_minutes(o, now_ms);
    row["bar"] = json::object{{"max", drop_minutes}, {"value", waited}, {"percent", std::to_string(waited * 100 / drop_minutes) + " %"},
                              {"label", speech.say({tr("{used} of 24 hours used"), {{"used", time_left_in_words(waited * 60'000LL, speech)}}})}};
  } else {
    row["drops"] = speech.say({tr("state at Amazon: {state}"), {{"state", o.state}}});
  }
  if (!o.merchant_reference_id.empty()) {
    if (auto perhaps = order_numbered(session, o.merchant_reference_id)) {
      row["buyer"] = perhaps->buyer;
      row["perhaps"] = json::object{{"label", speech.say(tr("perhaps order"))}, {"number", perhaps->order.number}, {"href", "/orders/" + amazon::percent_encoded(perhaps->order.id)}};
    }
  }
  if (!o.problem.empty()) row["problem"] = speech.say({tr("Amazon refused to close it: {why}"), {{"why", o.problem}}});
  if (!o.closing.empty()) {
    row["closing"] = speech.say({tr("{name} asked to close it; Amazon is being asked."), {{"name", o.closing_by}}});
    return row;
  }
  json::array acts;
  const auto add = [&](const char* permission, const char* act, const char* label, const char* icon, const char* look) {
    if (session.identity().may(permission).ok())
      acts.push_back(json::object{{"href", page + orphan_sheet_address(o, act)}, {"label", speech.say(label)}, {"icon", icon == nullptr ? json::value() : json::value(icon)}, {"look", look}});
  };
  add("payment.refund", "link", tr("Link to an order…"), "link", "btn-plain");
  add("payment.cancel", "close", tr("Close at Amazon…"), nullptr, "btn-plain");
  add("payment.refund", "ignore", tr("Ignore, with reason…"), nullptr, "btn-quiet");
  row["acts"] = std::move(acts);
  return row;
}

Result<json::object> orphan_part(const hostapi::sdk::Session& session, Environment environment, const json::value& request, const Speech& speech) {
  StoreNotifications store(session);
  auto open = store.open_orphans(orphans_listed);
  if (!open) return open.failure();
  const auto now_ms = session.core().now_unix_ms();
  std::erase_if(*open, [&](const Orphan& o) { return o.environment != environment; });
  // What Amazon drops first stands first; what it does not drop comes last.
  const auto until = [&](const Orphan& o) { return drops_ms(o) > now_ms ? drops_ms(o) : INT64_MAX; };
  std::stable_sort(open->begin(), open->end(), [&](const Orphan& a, const Orphan& b) { return until(a) < until(b); });
  json::array rows;
  for (const auto& o : *open) rows.push_back(orphan_row(session, o, "", now_ms, speech));
  json::object part{{"orphans", std::move(rows)}, {"sheet", nullptr}};
  const auto wanted = text_in(request, "orphan"), act = text_in(request, "do");
  const auto chosen = std::find_if(open->begin(), open->end(), [&](const Orphan& o) { return o.permission_id == wanted; });
  if (wanted.empty() || chosen == open->end() || !chosen->closing.empty()) return part;
  if (auto allowed = authorise(session, act == "close" ? "payment.cancel" : "payment.refund"); !allowed) return allowed.failure();
  auto operation_id = session.core().random_hex(16);
  if (!operation_id) return operation_id.failure();
  if (act == "close") part["sheet"] = close_sheet(*chosen, *operation_id, speech);
  if (act == "ignore") part["sheet"] = ignore_sheet(*chosen, speech);
  if (act == "link") {
    struct NoAmazon : PaymentsSource {  // a sheet never asks Amazon
      std::shared_ptr<ports::Payments> for_call(const hostapi::sdk::Session&, amazon::Urgency) override { return nullptr; }
      Result<std::shared_ptr<ports::Reports>> reports_for_call(const hostapi::sdk::Session&) override { return Failure{Kind::unavailable, ""}; }
    } nowhere;
    Call call(session, nowhere);
    auto sheet = link_sheet(call, *chosen, text_in(request, "number").substr(0, 80), speech);
    if (!sheet) return sheet.failure();
    part["sheet"] = std::move(*sheet);
  }
  return part;
}

Result<json::value> run_orphan_act(Call& call, std::string_view action, const json::value& form) {
  const auto& session = call.session;
  const bool close = action == "close_orphan", link = action == "link_orphan", ignore = action == "ignore_orphan";
  if (!close && !link && !ignore) return Failure{Kind::not_found, "this page has no action " + std::string(action)};
  if (auto allowed = authorise(session, close ? "payment.cancel" : "payment.refund"); !allowed) return allowed.failure();
  auto who = actor_of(session);
  if (!who) return who.failure();
  const auto permission_id = form_text(form, "permission_id"), operation_id = form_text(form, "operation_id"), note = form_text(form, "note").substr(0, 200);
  if (permission_id.empty() || (close && operation_id.empty())) return in_words(session, {Kind::invalid, tr("This form is incomplete. Open the page again.")});
  if (ignore && note.empty()) return in_words(session, {Kind::refused, tr("Write why it is ignored, so that the next reader understands it.")});
  auto known = call.notifications.orphan(permission_id);
  if (!known) return known.failure();
  Result<> ran = hostapi::success();
  Text answer;
  if (close) ran = flows::ask_to_close_orphan(call.ports(), permission_id, operation_id, *who, note), answer = {tr("Amazon is asked to close it. It leaves the list once Amazon has.")};
  if (ignore) ran = flows::set_orphan_aside(call.ports(), permission_id, *who, note), answer = {tr("Ignored. No money moved.")};
  if (link) ran = flows::link_orphan(call.ports(), permission_id, form_text(form, "order_id"), *who), answer = {tr("Linked. The payment is read from Amazon now and shows on the order.")};
  if (!ran) return in_words(session, ran.failure());
  return json::value(json::object{{"done", true}, {"message", Speech(session).say(answer)}, {"level", "good"}, {"go", std::string("?env=") + environment_name(*known ? (*known)->orphan.environment : Environment::sandbox)}});
}

}  // namespace amazonpay::host
