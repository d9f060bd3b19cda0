// The pages of one order that only read: Overview, Main, Addresses, Products, History. What changes it is in pages_order_act.cpp.
#include "order_view.hpp"
#include "order_words.hpp"
#include "pages.hpp"
#include "plugin_view.hpp"

namespace shopadmin::web {
namespace {

constexpr std::size_t note_long = 400;  // from here on a note may scroll in its panel

Response overview(Site& site, Visit& visit, const Order& order) {
  const auto& say = visit.say;
  json::object data{{"order", order_head(site, visit, order, "overview")}, {"value", order_value(say, order)}};
  data["customer"] = json::object{{"name", order.buyer_name}, {"email", order.buyer_email}, {"phone", order.buyer_phone}};
  const auto shipped = order.state != "shipped" ? say.tr("Not shipped yet")
                       : order.shipped_ms == 0  ? say.tr("Shipped")  // imported as shipped: nobody knows when
                       : order.carrier.empty()  ? say.tr("Shipped on {date}", {{"date", say.date(order.shipped_ms)}})
                                                : say.tr("Shipped on {date} with {carrier} {tracking}", {{"date", say.date(order.shipped_ms)}, {"carrier", order.carrier}, {"tracking", order.tracking_number}});
  data["delivery"] = json::object{{"lines", address_lines(order.shipping)}, {"addresses", order_address(order.id) + "/addresses"}, {"shipped", shipped}};
  data["notes"] = json::object{{"text", order.notes}, {"long", order.notes.size() > note_long}, {"href", order_address(order.id) + "/main#note"}};
  data["nothing"] = nullptr;

  Slots slots;
  std::string plugin_id;
  if (const auto* manifest = site.app.plugins.for_method(order.payment_method)) {
    plugin_id = manifest->id;
    auto view = site.app.plugins.order_view(visit.caller(), plugin_id, "panel", order.id);
    if (view) view = checked_view(site, *manifest, std::move(*view));
    if (view) {
      put_view(data, slots, "view", *manifest, std::move(*view));
    } else {
      data["nothing"] = panel_problem(say, *manifest, view.problem());
    }
  } else {
    const auto method = method_label(site, say, order);
    data["nothing"] = json::object{{"title", say.tr("Payment")}, {"role", "neutral"}, {"icon", "card"}, {"word", method},
                                   {"say", order.payment_method == "amazon_pay" ? say.tr("The plugin for this payment method is not loaded, so this shop cannot say what the money does. An administrator finds the reason under Plugins.")
                                                                                : say.tr("This order is paid by {method}. No payment plugin looks after it.", {{"method", method}})},
                                   {"ship", json::object{{"role", "neutral"}, {"icon", "info"}, {"answer", say.tr("Not known here")}}}, {"foot", say.tr("No payment data is kept for this order.")}};
  }
  return site.page(visit, "order_overview", say.tr("Order {number}, Overview", {{"number", order.number}}), "/orders", std::move(data), slots, plugin_names(site, visit, order, plugin_id));
}

json::array act_hidden(const Order& order, const char* act) {
  return {hidden("act", act), hidden("operation_id", random_hex(16)), hidden("version", std::to_string(order.version))};
}

json::object state_box(const Site& site, const Visit& visit, const Order& order) {
  const auto& say = visit.say;
  auto box = state_word(say, order.state);
  box["form"] = nullptr;
  box["why"] = "";
  if (order.state == "canceled") {
    box["why"] = say.tr("The order is canceled. Undo the cancellation of lines under Products to open it again.");
  } else if (site.may(visit, "orders.edit")) {
    json::array choices;
    for (const auto* state : {"new", "in_progress", "on_hold"})
      choices.push_back(json::object{{"value", state}, {"label", state_label(say, state)}, {"selected", order.state == state}});
    box["form"] = json::object{{"hidden", act_hidden(order, "set_state")}, {"choices", std::move(choices)}};
  }
  return box;
}

json::object payment_facts(const Site& site, const Visit& visit, const Order& order) {
  const auto& say = visit.say;
  json::array facts;
  const auto add = [&](const std::string& label, const std::string& value, bool mono = false) {
    if (!value.empty()) facts.push_back(json::object{{"label", label}, {"value", value}, {"mono", mono}});
  };
  add(say.tr("Method"), method_label(site, say, order));
  add(say.tr("Reference"), order.payment.reference.empty() ? order.payment_reference : order.payment.reference, true);
  add(say.tr("Charge"), order.charge_id, true);
  if (order.at_checkout == "authorize") add(say.tr("At checkout"), say.tr("reserved"));
  if (order.at_checkout == "authorize_with_capture") add(say.tr("At checkout"), say.tr("collected at once"));
  if (order.at_checkout == "confirm") add(say.tr("At checkout"), say.tr("agreed, nothing reserved"));
  add(say.tr("Said at last"), payment_note(site, say, order));
  json::object out{{"word", payment_word(site, say, order)}, {"facts", std::move(facts)}, {"href", ""}, {"link", ""}};
  if (const auto* manifest = site.app.plugins.for_method(order.payment_method); manifest && !manifest->tab_id.empty()) {
    out["href"] = order_address(order.id) + "/plugin/" + encode_component(manifest->id);
    out["link"] = say.tr("All about this payment");
  }
  return out;
}

Response main_tab(Site& site, Visit& visit, const Order& order) {
  const auto& say = visit.say;
  const bool edit = site.may(visit, "orders.edit");
  json::object data{{"order", order_head(site, visit, order, "main")}, {"value", order_value(say, order)}, {"state", state_box(site, visit, order)},
                    {"payment", payment_facts(site, visit, order)}};
  for (const auto* name : {"shipped", "ship", "no_ship"}) data[name] = nullptr;
  if (order.state == "shipped") {
    json::array facts{json::object{{"label", say.tr("Shipped")}, {"value", order.shipped_ms == 0 ? "–" : say.time(order.shipped_ms)}}};
    if (!order.carrier.empty()) facts.push_back(json::object{{"label", say.tr("Carrier")}, {"value", order.carrier}});
    if (!order.tracking_number.empty()) facts.push_back(json::object{{"label", say.tr("Tracking number")}, {"value", order.tracking_number}});
    data["shipped"] = json::object{{"facts", std::move(facts)}};
  } else if (order.state == "canceled") {
    data["no_ship"] = say.tr("A canceled order cannot be shipped.");
  } else if (!edit) {
    data["no_ship"] = say.tr("Not shipped yet. Your role may not mark it as shipped.");
  } else {
    data["ship"] = json::object{{"carrier", order.carrier}, {"tracking", order.tracking_number}};
  }
  data["notes"] = json::object{{"text", order.notes}, {"long", order.notes.size() > note_long}, {"form", edit ? json::value(json::object{{"text", order.notes}, {"hidden", act_hidden(order, "set_notes")}}) : json::value(nullptr)}};
  return site.page(visit, "order_main", say.tr("Order {number}, Main", {{"number", order.number}}), "/orders", std::move(data), {}, order_names(order));
}

Response addresses_tab(Site& site, Visit& visit, const Order& order) {
  const auto& say = visit.say;
  const auto box = [&](const std::string& id, const std::string& title, const Address& address) {
    const auto lines = address_lines(address);
    std::string copy;
    for (const auto& line : lines) copy += (copy.empty() ? "" : "\n") + std::string(line.get_string());
    return json::object{{"id", id}, {"title", title}, {"lines", lines}, {"phone", address.phone}, {"copy", copy}};
  };
  json::object data{{"order", order_head(site, visit, order, "addresses")},
                    {"addresses", json::array{box("delivery", say.tr("Delivery address"), order.shipping), box("billing", say.tr("Billing address"), order.billing)}}};
  return site.page(visit, "order_addresses", say.tr("Order {number}, Addresses", {{"number", order.number}}), "/orders", std::move(data), {}, order_names(order));
}

Response products_tab(Site& site, Visit& visit, const Order& order) {
  json::object data{{"order", order_head(site, visit, order, "products")}};
  add_lines(data, site, visit, order, true);
  return site.page(visit, "order_products", visit.say.tr("Order {number}, Products", {{"number", order.number}}), "/orders", std::move(data), {}, order_names(order));
}

std::string history_icon(const std::string& event) {
  if (event.find("cancel") != std::string::npos) return event.find("uncancel") != std::string::npos ? "undo" : "cancel";
  if (event.find("delete") != std::string::npos) return "delete";
  if (event == "order.ship") return "truck";
  if (event == "order.notes") return "log";
  return "info";
}

std::string known_name(const Say& say, const std::string& who) {
  if (who == "system") return say.tr("the shop itself");
  return who;
}

Response history_tab(Site& site, Visit& visit, const Order& order) {
  const auto& say = visit.say;
  const auto now_ms = site.app.clock->now_ms();
  json::array history, audit;
  for (const auto& entry : site.app.orders.history(order.id))
    history.push_back(json::object{{"when", when(say, entry.at_ms, now_ms)}, {"when_iso", iso_time(entry.at_ms)}, {"icon", history_icon(entry.event)},
                                   {"text", say.known(entry.text, entry.args)}, {"who", known_name(say, entry.who)}});
  const bool may_audit = site.may(visit, "audit.view");
  if (may_audit) {
    AuditQuery query;
    query.order_id = order.id;
    for (const auto& entry : site.app.audit.list(query))
      audit.push_back(json::object{{"when", when(say, entry.at_ms, now_ms)}, {"who", known_name(say, entry.who_name)}, {"event", entry.event}, {"reason", reason_label(say, entry.reason)},
                                   {"m", entry.amount_minor ? json::value(say.m(*entry.amount_minor, entry.currency)) : json::value(nullptr)}});
  }
  json::object data{{"order", order_head(site, visit, order, "history")}, {"history", std::move(history)}, {"audit", std::move(audit)},
                    {"audit_href", may_audit ? "/audit?order=" + encode_component(order.number) : ""},
                    {"audit_empty", may_audit ? say.tr("No act on this order is in the audit yet.") : say.tr("Owners and administrators may read the audit.")},
                    {"labels", json::object{{"when", say.tr("When")}, {"who", say.tr("Who")}, {"what", say.tr("What")}, {"amount", say.tr("Amount")}}}};
  return site.page(visit, "order_history", say.tr("Order {number}, History", {{"number", order.number}}), "/orders", std::move(data), {}, order_names(order));
}

}  // namespace

// An order that was deleted while a plugin keeps the record of its payment.
std::string record_address(Site& site, const Visit& visit, const std::string& order_id) {
  for (const auto* manifest : site.app.plugins.manifests())
    if (!manifest->tab_id.empty() && site.app.plugins.order_view(visit.caller(), manifest->id, "panel", order_id)) return order_address(order_id) + "/plugin/" + encode_component(manifest->id);
  return {};
}

Response order_page(Site& site, Visit& visit, const std::string& order_id, const std::string& tab) {
  if (!site.may(visit, "orders.view")) return site.denied(visit);
  const auto order = site.app.orders.get(order_id);
  if (!order) {
    if (order.kind() == Kind::not_found && tab == "overview")
      if (const auto record = record_address(site, visit, order_id); !record.empty()) return site.go(record);
    if (order.kind() != Kind::not_found) return site.problem(visit, order.problem(), "/orders", visit.say.tr("To the orders"));
    return site.problem(visit, 404, visit.say.tr("This order is not there"), visit.say.tr("No order has this address. It was deleted, or the address is not complete."), "/orders", visit.say.tr("To the orders"));
  }
  if (tab == "overview") return overview(site, visit, *order);
  if (tab == "main") return main_tab(site, visit, *order);
  if (tab == "addresses") return addresses_tab(site, visit, *order);
  if (tab == "products") return products_tab(site, visit, *order);
  if (tab == "history") return history_tab(site, visit, *order);
  return site.not_found(visit);
}

}  // namespace shopadmin::web
