// The order list as a file: what the filter of the page shows, for spreadsheets. Used by pages_orders.cpp. Any thread.
#pragma once

#include "site.hpp"

namespace shopadmin::web {

// At most 5,000 orders, newest first; more get a problem that asks for a narrower filter. Writes to the audit that somebody took them along.
Response orders_csv(Site& site, Visit& visit, OrderQuery query);

}  // namespace shopadmin::web
