#include "order_view.hpp"

#include "order_words.hpp"

namespace shopadmin::web {
namespace {

json::object head_button(const std::string& href, const std::string& label, const std::string& icon, const std::string& reason = "") {
  return {{"href", href}, {"label", label}, {"icon", icon}, {"reason", reason}};
}

std::string what_happened(const Say& say, const OrderLine& line) {
  if (line.canceled == 0 || line.canceled_by.who.empty()) return {};
  const auto reason = reason_label(say, line.canceled_by.reason);
  const json::object args{{"canceled", line.canceled}, {"quantity", line.quantity()}, {"date", say.date(line.canceled_by.at_ms)}, {"who", line.canceled_by.who}, {"reason", reason}};
  if (line.open() > 0) return say.tr("{canceled} of {quantity} canceled on {date} by {who}", args);
  return reason.empty() ? say.tr("canceled on {date} by {who}", args) : say.tr("canceled on {date} by {who}, {reason}", args);
}

json::value line_undo(const Site& site, const Visit& visit, const Order& order, const OrderLine& line) {
  if (line.canceled == 0 || !site.may(visit, "orders.cancel")) return nullptr;
  return json::object{{"href", order_address(order.id) + "/act?act=uncancel_lines&line=" + encode_component(line.id) + "#sheet"},
                      {"label", visit.say.tr("Undo the cancellation of {title}", {{"title", line.title}})},
                      {"title", visit.say.tr("Undo: the line counts again, no money moves")}};
}

json::object line_row(const Site& site, const Visit& visit, const Order& order, const OrderLine& line, bool ticks, const LinePick* picked) {
  const auto& say = visit.say;
  const bool gone = line.open() == 0;
  json::object row{{"id", line.id}, {"title", line.title}, {"sku", line.sku}, {"gone", gone}, {"tickable", ticks}, {"what_happened", what_happened(say, line)},
                   {"quantity", say.number(gone ? line.quantity() : line.open())},
                   {"of", !gone && line.canceled > 0 ? say.tr("of {quantity}", {{"quantity", say.number(line.quantity())}}) : ""},
                   {"price", say.m(line.unit_price_minor, order.currency)}, {"tax", say.percent(line.tax_rate_bp)},
                   {"worth", say.m(gone ? line.canceled_worth_minor : line.worth_minor, order.currency)}, {"currency", order.currency}};
  if (!ticks) return row;
  row["word"] = gone ? say.tr("Canceled") : "";
  row["undo"] = line_undo(site, visit, order, line);
  for (const auto* name : {"cancel", "delete", "tick", "pieces"}) row[name] = nullptr;
  const json::object name{{"title", line.title}};
  if (site.may(visit, "orders.delete"))
    row["delete"] = json::object{{"id", line.id}, {"label", say.tr("Delete {title}", name)}, {"title", say.tr("Delete: the line goes, for good")}};
  if (gone) return row;
  if (site.may(visit, "orders.cancel"))
    row["cancel"] = json::object{{"id", line.id}, {"label", say.tr("Cancel {title}", name)}, {"title", say.tr("Cancel: the line stays, greyed")}};
  row["tick"] = json::object{{"id", line.id}, {"label", say.tr("Tick {title}", name)}, {"minor", std::to_string(line.worth_minor)}, {"currency", order.currency}, {"checked", picked != nullptr}};
  row["pieces"] = json::object{{"id", line.id}, {"one", line.open() == 1}, {"max", std::to_string(line.open())},
                               {"value", std::to_string(picked && picked->quantity > 0 ? std::min(picked->quantity, line.open()) : line.open())},
                               {"label", say.tr("How many of {title}, at most {max}", {{"title", line.title}, {"max", line.open()}})}};
  return row;
}

json::array totals(const Say& say, const Order& order, bool ticks) {
  json::array rows;
  const auto add = [&](const std::string& label, std::int64_t minor, bool total) {
    rows.push_back(json::object{{"label", label}, {"m", say.m(minor, order.currency)}, {"total", total}, {"span", ticks ? "6" : "4"}, {"spare", ticks}});
  };
  add(order.shipping_gone ? say.tr("Shipping, given up") : say.tr("Shipping"), order.shipping_gone ? 0 : order.shipping_minor, false);
  add(order.total_minor == order.original_total_minor ? say.tr("Order total") : say.tr("Order total now (was {before})", {{"before", say.money(order.original_total_minor, order.currency)}}),
      order.total_minor, true);
  for (const auto& tax : order.taxes) add(say.tr("of that VAT {rate}", {{"rate", say.percent(tax.rate_bp)}}), tax.tax_minor, false);
  return rows;
}

}  // namespace

json::object order_head(const Site& site, const Visit& visit, const Order& order, const std::string& tab) {
  const auto& say = visit.say;
  const auto base = order_address(order.id);
  json::array acts;
  if (site.may(visit, "orders.cancel")) {
    if (order.state == "canceled") {
      acts.push_back(head_button("", say.tr("Cancel order…"), "cancel", say.tr("The order is canceled already.")));
    } else {
      acts.push_back(head_button(base + "/act?act=cancel_order#sheet", say.tr("Cancel order…"), "cancel"));
    }
  }
  if (site.may(visit, "orders.delete")) acts.push_back(head_button(base + "/act?act=delete_order#sheet", say.tr("Delete order…"), "delete"));

  json::array tabs;
  const auto add = [&](const std::string& id, const std::string& href, const std::string& label, std::int64_t count = 0) {
    tabs.push_back(json::object{{"href", href}, {"label", label}, {"current", tab == id}, {"count", count > 0 ? std::to_string(count) : ""}});
  };
  add("overview", base, say.tr("Overview"));
  add("main", base + "/main", say.tr("Main"));
  add("addresses", base + "/addresses", say.tr("Addresses"));
  add("products", base + "/products", say.tr("Products"));
  add("history", base + "/history", say.tr("History"));
  if (const auto* manifest = site.app.plugins.for_method(order.payment_method); manifest && !manifest->tab_id.empty())
    add("plugin:" + manifest->id, base + "/plugin/" + encode_component(manifest->id), say.in_domain(manifest->domain, manifest->tab_label), order.payment.open_tasks);
  return {{"number", order.number}, {"when", say.time(order.created_ms)}, {"customer", order.buyer_name}, {"state", state_label(say, order.state)},
          {"total", say.m(order.total_minor, order.currency)}, {"acts", std::move(acts)}, {"tabs", std::move(tabs)}};
}

json::object order_value(const Say& say, const Order& order) {
  std::int64_t goods = 0, pieces = 0, gone = 0;
  for (const auto& line : order.lines) {
    goods += line.unit_price_minor * line.ordered;
    pieces += line.ordered;
    gone += line.gone();
  }
  json::array rows;
  const auto add = [&](const std::string& label, std::int64_t minor, bool total = false) {
    rows.push_back(json::object{{"label", label}, {"m", say.m(minor, order.currency)}, {"total", total}});
  };
  // What the visible lines do not explain (deleted lines are no longer there) stands in one row, so that the column always adds up.
  const auto lines = static_cast<std::int64_t>(order.lines.size());
  add(say.tr_n("{count} line, {pieces}", "{count} lines, {pieces}", lines, {{"pieces", say.tr_n("{count} piece", "{count} pieces", pieces)}}), goods);
  if (order.discount_minor != 0) add(say.tr("Discount"), -order.discount_minor);
  if (order.shipping_minor != 0) add(say.tr("Shipping"), order.shipping_minor);
  const auto off = order.total_minor - (goods - order.discount_minor + order.shipping_minor);
  if (off != 0) add(gone > 0 ? say.tr_n("Canceled or deleted: {count} piece", "Canceled or deleted: {count} pieces", gone) : say.tr("Canceled or deleted"), off);
  add(say.tr("Total"), order.total_minor, true);
  for (const auto& tax : order.taxes) add(say.tr("of that VAT {rate}", {{"rate", say.percent(tax.rate_bp)}}), tax.tax_minor);
  return {{"rows", std::move(rows)}, {"products", order_address(order.id) + "/products"}};
}

void add_lines(json::object& data, const Site& site, const Visit& visit, const Order& order, bool with_ticks, const std::vector<LinePick>& picked) {
  const auto& say = visit.say;
  const bool may_cancel = site.may(visit, "orders.cancel"), may_delete = site.may(visit, "orders.delete");
  const bool ticks = with_ticks && (may_cancel || may_delete);
  json::array rows;
  for (const auto& line : order.lines) {
    const LinePick* found = nullptr;
    for (const auto& pick : picked)
      if (pick.line_id == line.id) found = &pick;
    rows.push_back(line_row(site, visit, order, line, ticks, found));
  }
  const auto explained = order.discount_minor != 0 ? say.tr("Worth = price × quantity less its share of the discount of {discount}", {{"discount", say.money(order.discount_minor, order.currency)}}) : std::string();
  data["products"] = json::object{{"ticks", ticks}, {"may_cancel", may_cancel}, {"may_delete", may_delete}, {"explained", explained}, {"totals", totals(say, order, ticks)}};
  data["lines"] = std::move(rows);
  data["labels"] = json::object{{"product", say.tr("Product")}, {"quantity", say.tr("Quantity")}, {"how_many", say.tr("How many")}, {"price", say.tr("Price each")}, {"tax", say.tr("Tax")}, {"worth", say.tr("Worth")}};
}

json::array address_lines(const Address& address) {
  json::array lines;
  const auto add = [&](const std::string& text) {
    if (!text.empty()) lines.emplace_back(text);
  };
  if (address.empty()) return lines;
  add(address.name);
  add(address.company);
  add(address.line1);
  add(address.line2);
  add(address.postal_code.empty() || address.city.empty() ? address.postal_code + address.city : address.postal_code + " " + address.city);
  add(address.region);
  add(address.country_code);
  return lines;
}

json::object order_names(const Order& order, const std::string& plugin_id) {
  const auto base = order_address(order.id);
  json::object names{{"order_url", base}};
  if (!plugin_id.empty()) names["action_url"] = base + "/plugin/" + encode_component(plugin_id);
  return names;
}

json::object plugin_names(const Site& site, const Visit& visit, const Order& order, const std::string& plugin_id) {
  auto names = order_names(order, plugin_id);
  const bool may = site.may(visit, "orders.cancel") && order.state != "canceled";
  names["cancel_url"] = may ? order_address(order.id) + "/act?act=cancel_order#sheet" : "";
  return names;
}

}  // namespace shopadmin::web
