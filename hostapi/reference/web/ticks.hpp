// Tick boxes of the order list: which orders have one, the bar with the buttons plugins offer for ticked orders (<tick-actions> of the manifest), and what
// happens when one is pressed: the orders are checked and handed to the plugin's page, which shows its dry run. Nothing is done to an order here.
// Used by pages_orders.cpp and site.cpp. Any thread.
#pragma once

#include <vector>

#include "site.hpp"

namespace shopadmin::web {

struct TickOffer {
  const Manifest* manifest;
  const TickAction* action;
};

// What this reader may do with ticked orders; empty: no boxes, no bar.
std::vector<TickOffer> tick_offers(const Site& site, const Visit& visit);

// The cell of one order: {"id","label","minor","currency"}, or {"why"} when its payment has no such action.
json::object tick_cell(const Site& site, const Say& say, const Order& order, const std::vector<TickOffer>& offers);

// The bar below the list. `back` is the list's own address.
json::object tick_bar(const Say& say, const std::vector<TickOffer>& offers, const std::string& back);

Response orders_ticked(Site& site, Visit& visit);  // POST /orders/ticked

}  // namespace shopadmin::web
