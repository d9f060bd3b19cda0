// Where things stand in the host's web: an order, this plugin's tab and acts on it, its pages. Pure.
#pragma once
#include <string>

#include "amazon/signing.hpp"

namespace amazonpay::host {

inline std::string order_address(const std::string& order_id) { return "/orders/" + amazon::percent_encoded(order_id); }
inline std::string tab_address(const std::string& order_id) { return order_address(order_id) + "/plugin/org.amazonpay.plugin"; }
// Opens the sheet of an act; POST with the act's form.
inline std::string sheet_address(const std::string& order_id, const std::string& action) { return tab_address(order_id) + "/" + action + "/plan#sheet"; }
inline std::string page_address(const std::string& page) { return "/plugin/org.amazonpay.plugin/" + page; }

}  // namespace amazonpay::host
