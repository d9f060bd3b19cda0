#include "flows/orphans.hpp"

namespace amazonpay::flows {

Orphan orphan_of(const ChargePermission& permission, const std::string& object_id, const std::string& source, std::int64_t now_ms) {
  Orphan o;
  o.permission_id = permission.id, o.object_id = object_id, o.source = source, o.environment = permission.environment, o.state = permission.raw_state;
  o.merchant_reference_id = permission.merchant_reference_id, o.limit = permission.limit, o.balance = permission.balance;
  o.created_ms = permission.created_ms, o.found_ms = now_ms;
  return o;
}

Result<> close_placed_orphans(const Ports& ports, int limit) {
  auto open = ports.notifications.open_orphans(limit);
  if (!open) return open.failure();
  for (auto& orphan : *open) {
    auto orders = ports.notifications.orders_of(orphan.permission_id);
    if (!orders) return orders.failure();
    if (orders->empty()) continue;
    orphan.open = false, orphan.order_id = orders->front(), orphan.closed_ms = ports.clock.now_ms();
    auto closed = ports.notifications.put_orphan(orphan, {"orphan.placed", orphan.order_id, orphan.limit, "", orphan.permission_id});
    if (!closed) return closed;
  }
  return hostapi::success();
}

Result<> set_orphan_aside(const Ports& ports, const std::string& permission_id, const Actor& who, const std::string& note) {
  auto orphan = ports.notifications.orphan(permission_id);
  if (!orphan) return orphan.failure();
  if (!*orphan || !(*orphan)->open) return Failure{Kind::conflict, tr("This payment is closed in the list already. Look at the page again.")};
  auto& closed = **orphan;
  closed.open = false, closed.closed_by = who.name, closed.closed_note = note, closed.closed_ms = ports.clock.now_ms();
  return ports.notifications.put_orphan(closed, {"orphan.set_aside", "", closed.limit, note, closed.permission_id});
}

}  // namespace amazonpay::flows
