// What pages say about an order: its payment word with role and icon from the plugin's manifest, its shop state, its flags. Used by the list and by the
// order's own pages, so that the same order reads the same everywhere. Pure functions, any thread.
#pragma once

#include "site.hpp"

namespace shopadmin::web {

// {"role","icon","label"} of the payment word, null when the payment has none.
json::value payment_word(const Site& site, const Say& say, const Order& order);
std::string payment_note(const Site& site, const Say& say, const Order& order);
std::string method_label(const Site& site, const Say& say, const Order& order);  // "Amazon Pay", "Invoice"
std::string state_label(const Say& say, const std::string& state);              // "In progress"
json::object state_word(const Say& say, const std::string& state);              // {"role","icon","label"}
std::string when(const Say& say, std::int64_t ms, std::int64_t now_ms);           // without the year while it is this one
std::string order_address(const std::string& order_id);
std::string reason_label(const Say& say, const std::string& reason_id);

}  // namespace shopadmin::web
