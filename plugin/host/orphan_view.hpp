// Orphans on the page of transactions: the list with its countdown, the sheets (link to an order, close at Amazon, ignore) and what their buttons do. Other
// pages that speak of orphans use orphan_row. In-call.
#pragma once
#include "host/call.hpp"

namespace amazonpay::host {

constexpr int orphans_listed = 100;

// {"orphans":[…],"orphans_note":…,"sheet":{…}|null}; the sheet is what ?orphan=ID&do=link|close|ignore asks for.
Result<json::object> orphan_part(const hostapi::sdk::Session& session, Environment environment, const json::value& request, const Speech& speech);
// One orphan: amount, countdown, bar, the order it perhaps belongs to, addresses of its sheets. `page`: address of the page of transactions, empty there itself.
json::object orphan_row(const hostapi::sdk::Session& session, const Orphan& orphan, const std::string& page, std::int64_t now_ms, const Speech& speech);
// link_orphan, close_orphan, ignore_orphan.
Result<json::value> run_orphan_act(Call& call, std::string_view action, const json::value& form);
// "1 h 33 min"
std::string time_left_in_words(std::int64_t left_ms, const Speech& speech);

}  // namespace amazonpay::host
