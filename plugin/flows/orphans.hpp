// Money at Amazon without an order here: found by notifications and settlements. It ends when its order comes, when a person links it to an order, closes it at
// Amazon or sets it aside, or when Amazon itself drops it. Only closing asks Amazon to do anything: the wish is stored first, then a task carries it out, and
// each try looks first what became of the one before, so that it happens once.
#pragma once
#include "flows/flow.hpp"

namespace amazonpay::flows {

// A permission that no order carries, as it is at Amazon now.
Orphan orphan_of(const ChargePermission& permission, const std::string& object_id, const std::string& source, std::int64_t now_ms);
void take_state(Orphan& orphan, const ChargePermission& permission, std::int64_t now_ms);

// Closes the open ones whose order is in the shop by now, and makes tasks for those that Amazon has not been asked about for an hour.
Result<> recover_orphans(const Ports& ports, int limit);

// In a task: reads it at Amazon; what has ended there ends here; what a person wished to close is closed.
Result<> handle_orphan(const Ports& ports, const std::string& permission_id);

// A person says why nothing is to be done. conflict: it is closed already.
Result<> set_orphan_aside(const Ports& ports, const std::string& permission_id, const Actor& who, const std::string& note);

// A person wants it closed at Amazon, pending charges canceled. The same operation again is the same wish.
Result<> ask_to_close_orphan(const Ports& ports, const std::string& permission_id, const std::string& operation_id, const Actor& who, const std::string& reason);

// The order is what this money pays. refused: other currency, other sum, paid by something else already.
Result<> check_link(const Ports& ports, const Orphan& orphan, const ports::ShopOrder& order);
Result<> link_orphan(const Ports& ports, const std::string& permission_id, const std::string& order_id, const Actor& who);

}  // namespace amazonpay::flows
