// Money at Amazon without an order here: found by notifications and settlements, closed when its order comes after all or when a person sets it aside.
// Nothing here moves money.
#pragma once
#include "flows/flow.hpp"

namespace amazonpay::flows {

// A permission that no order carries, as it is at Amazon now.
Orphan orphan_of(const ChargePermission& permission, const std::string& object_id, const std::string& source, std::int64_t now_ms);

// Closes the open ones whose order is in the shop by now.
Result<> close_placed_orphans(const Ports& ports, int limit);

// A person says why nothing is to be done. conflict: it is closed already.
Result<> set_orphan_aside(const Ports& ports, const std::string& permission_id, const Actor& who, const std::string& note);

}  // namespace amazonpay::flows
