#pragma once
// The JSON of the API: exact members in the documented order, explicit nulls. Used by the operations and by /control/objects.
// Reads through the bank for what is computed (balance, refunded amount); changes nothing.
#include <boost/json.hpp>

#include "bank.hpp"
#include "timestamps.hpp"

namespace sandbox {

// Where a buyer pays an open session (amazonPayRedirectUrl without the id). Set once, before the first request.
void set_checkout_page(const std::string& address);

inline boost::json::value or_null(const std::string& text) { return text.empty() ? boost::json::value(nullptr) : boost::json::value(text); }
inline boost::json::value time_or_null(std::int64_t at_ms) { return at_ms ? boost::json::value(basic_time(at_ms)) : boost::json::value(nullptr); }

boost::json::object session_json(const Session& session);
boost::json::object permission_json(Bank& bank, const Permission& permission);
boost::json::object charge_json(Bank& bank, const Charge& charge);
boost::json::object refund_json(const Refund& refund);
boost::json::object movement_json(const Movement& movement);

}  // namespace sandbox
