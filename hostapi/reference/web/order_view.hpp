// The parts of an order's pages that several of them share: the head with tabs, the table of lines, the box with the order's value.
// Used by pages_order.cpp, pages_order_act.cpp and pages_plugin.cpp. Pure but for reading the loaded manifests. Any thread.
#pragma once

#include "site.hpp"

namespace shopadmin::web {

// "order" of the templates: number, lead line, buttons, tabs. `tab`: overview, main, addresses, products, history or plugin:<id>.
json::object order_head(const Site& site, const Visit& visit, const Order& order, const std::string& tab);
json::object order_value(const Say& say, const Order& order);
// "products", "lines" and "labels" of _lines.mustache; with ticks when the reader may cancel or delete. `picked`: lines that stay ticked.
void add_lines(json::object& data, const Site& site, const Visit& visit, const Order& order, bool with_ticks, const std::vector<LinePick>& picked = {});
json::array address_lines(const Address& address);

// Names of the host that plugins' templates may use.
json::object order_names(const Order& order, const std::string& plugin_id = "");
// The same where a plugin draws: also where the plan of canceling the order is shown, if the reader may cancel it and it is not canceled yet.
json::object plugin_names(const Site& site, const Visit& visit, const Order& order, const std::string& plugin_id);

}  // namespace shopadmin::web
