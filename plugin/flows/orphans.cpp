#include "flows/orphans.hpp"

#include <algorithm>

namespace amazonpay::flows {
namespace {

constexpr std::int64_t look_again_ms = 3'600'000;
constexpr std::int64_t closing_patience_ms = 60'000;

ports::Task orphan_task(const std::string& permission_id, std::int64_t due_ms) {
  ports::Task t;
  t.name = "orphan", t.key = "orphan:" + permission_id, t.permission_id = permission_id, t.due_ms = due_ms;
  return t;
}

const char* closed_already() { return tr("This payment is closed in the list already. Look at the page again."); }

// Loads, lets `edit` change it, commits; again if somebody else was faster.
Result<> change_orphan(const Ports& ports, const std::string& permission_id, const std::function<Result<bool>(Orphan&, ports::OrphanChange&)>& edit) {
  for (int tries = 0;; ++tries) {
    auto known = ports.notifications.orphan(permission_id);
    if (!known) return known.failure();
    if (!*known) return Failure{Kind::not_found, tr("This payment is not in the list of orphans. Look at the page again.")};
    ports::OrphanChange change;
    change.stored = std::move(**known);
    auto wanted = edit(change.stored.orphan, change);
    if (!wanted) return wanted.failure();
    if (!*wanted) return hostapi::success();
    auto committed = ports.notifications.commit(change);
    if (committed || committed.kind() != Kind::conflict || tries == 3) return committed;
  }
}

void end(Orphan& orphan, ports::OrphanChange& change, const char* event, const std::string& who, const std::string& note, std::int64_t now_ms) {
  orphan.open = false, orphan.closed_by = who, orphan.closed_note = note, orphan.closed_ms = now_ms;
  change.audit.push_back({event, orphan.order_id, orphan.limit, note, orphan.permission_id});
}

bool is_due(const Orphan& o, std::int64_t now_ms) {
  const auto last_ms = std::max({o.found_ms, o.checked_ms, o.asked_ms});
  if (!o.closing.empty() && now_ms - last_ms > closing_patience_ms) return true;
  const auto drops = drops_ms(o);
  return now_ms - last_ms > look_again_ms || (drops != 0 && drops < now_ms && last_ms < drops);
}

// Amazon has the last word: what is closed there is closed, by whom ever.
void take_end(Orphan& o, ports::OrphanChange& change, std::int64_t now_ms) {
  const bool ours = !o.closing.empty();
  end(o, change, ours ? "orphan.closed" : "orphan.ended", ours ? o.closing_by : "Amazon", ours ? o.closing_reason : o.reason_code, now_ms);
}

Result<> store_closing(const Ports& ports, const std::string& permission_id, const Result<ChargePermission>& closed) {
  return change_orphan(ports, permission_id, [&](Orphan& o, ports::OrphanChange& change) -> Result<bool> {
    if (!o.open || o.closing.empty()) return false;
    const auto now_ms = ports.clock.now_ms();
    if (closed) {
      take_state(o, *closed, now_ms);
      if (closed->state == PermissionState::closed) take_end(o, change, now_ms);
      return true;
    }
    o.problem = closed.failure().message, o.closing.clear();
    change.audit.push_back({"orphan.close_refused", "", o.limit, closed.failure().code, o.permission_id});
    return true;
  });
}

}  // namespace

Orphan orphan_of(const ChargePermission& permission, const std::string& object_id, const std::string& source, std::int64_t now_ms) {
  Orphan o;
  o.permission_id = permission.id, o.object_id = object_id, o.source = source, o.environment = permission.environment;
  o.merchant_reference_id = permission.merchant_reference_id, o.limit = permission.limit;
  o.created_ms = permission.created_ms, o.found_ms = now_ms;
  take_state(o, permission, now_ms);
  return o;
}

void take_state(Orphan& orphan, const ChargePermission& permission, std::int64_t now_ms) {
  orphan.state = permission.raw_state, orphan.reason_code = permission.reason_code, orphan.balance = permission.balance, orphan.checked_ms = now_ms;
}

Result<> recover_orphans(const Ports& ports, int limit) {
  auto open = ports.notifications.open_orphans(limit);
  if (!open) return open.failure();
  const auto now_ms = ports.clock.now_ms();
  for (const auto& listed : *open) {
    auto orders = ports.notifications.orders_of(listed.permission_id);
    if (!orders) return orders.failure();
    if (orders->empty() && !is_due(listed, now_ms)) continue;
    auto changed = change_orphan(ports, listed.permission_id, [&](Orphan& o, ports::OrphanChange& change) -> Result<bool> {
      if (!o.open) return false;
      if (!orders->empty()) {
        o.order_id = orders->front();
        end(o, change, "orphan.placed", "", "", now_ms);
      } else {
        o.asked_ms = now_ms;
        change.tasks.push_back(orphan_task(o.permission_id, now_ms));
      }
      return true;
    });
    if (!changed && changed.kind() != Kind::conflict) return changed;
  }
  return hostapi::success();
}

Result<> handle_orphan(const Ports& ports, const std::string& permission_id) {
  auto known = ports.notifications.orphan(permission_id);
  if (!known) return known.failure();
  if (!*known || !(*known)->orphan.open) return hostapi::success();
  auto permission = ports.amazon.get_permission(permission_id);
  if (!permission && permission.kind() != Kind::not_found) return permission.failure();
  bool close = false;
  std::string reason;
  auto looked = change_orphan(ports, permission_id, [&](Orphan& o, ports::OrphanChange& change) -> Result<bool> {
    if (!o.open) return false;
    const auto now_ms = ports.clock.now_ms();
    if (permission) take_state(o, *permission, now_ms);
    else o.state = "", o.reason_code = "not_found", o.checked_ms = now_ms;
    if (!permission || permission->state == PermissionState::closed) return take_end(o, change, now_ms), true;
    close = !o.closing.empty(), reason = o.closing_reason;
    return true;
  });
  if (!looked || !close) return looked;
  auto closed = ports.amazon.close_permission(permission_id, reason.empty() ? "No order in the shop" : reason, true);
  // Without a usable answer nothing is known: the task comes again and looks first.
  if (!closed && closed.kind() != Kind::refused && closed.kind() != Kind::invalid) return closed.failure();
  if (!closed && ports::keys_refused(closed.failure())) return closed.failure();
  return store_closing(ports, permission_id, closed);
}

Result<> set_orphan_aside(const Ports& ports, const std::string& permission_id, const Actor& who, const std::string& note) {
  return change_orphan(ports, permission_id, [&](Orphan& o, ports::OrphanChange& change) -> Result<bool> {
    if (!o.open) return Failure{Kind::conflict, closed_already()};
    end(o, change, "orphan.set_aside", who.name, note, ports.clock.now_ms());
    return true;
  });
}

Result<> ask_to_close_orphan(const Ports& ports, const std::string& permission_id, const std::string& operation_id, const Actor& who, const std::string& reason) {
  return change_orphan(ports, permission_id, [&](Orphan& o, ports::OrphanChange& change) -> Result<bool> {
    if (o.closing == operation_id) return false;
    if (!o.open) return Failure{Kind::conflict, closed_already()};
    if (!o.closing.empty()) return Failure{Kind::conflict, tr("Somebody asked to close this payment already. Amazon is being asked.")};
    const auto now_ms = ports.clock.now_ms();
    o.closing = operation_id, o.closing_by = who.name, o.closing_reason = reason, o.closing_ms = o.asked_ms = now_ms, o.problem.clear();
    change.tasks.push_back(orphan_task(permission_id, now_ms));
    change.audit.push_back({"orphan.close_requested", "", o.limit, reason, permission_id});
    return true;
  });
}

Result<> check_link(const Ports& ports, const Orphan& orphan, const ports::ShopOrder& order) {
  if (order.permission_id == orphan.permission_id) return hostapi::success();
  if (!order.permission_id.empty()) return Failure{Kind::refused, tr("This order is paid with another Amazon Pay payment already. Look up its number again.")};
  auto stored = ports.ledger.load(order.id);
  if (!stored && stored.kind() != Kind::not_found) return stored.failure();
  if (stored && !stored->payment.permission_id.empty() && stored->payment.permission_id != orphan.permission_id)
    return Failure{Kind::refused, tr("This order is paid with another Amazon Pay payment already. Look up its number again.")};
  if (order.canceled) return Failure{Kind::refused, tr("This order is canceled, so nothing is to be paid for it. Close the payment at Amazon instead.")};
  if (!orphan.limit) return hostapi::success();
  if (orphan.limit->currency() != order.currency) return Failure{Kind::refused, tr("The order and the payment are in different currencies, so they do not belong together.")};
  if (*orphan.limit != order.original_total && *orphan.limit != order.total) return Failure{Kind::refused, tr("The order’s total is not what the buyer agreed to pay, so they do not belong together.")};
  return hostapi::success();
}

Result<> link_orphan(const Ports& ports, const std::string& permission_id, const std::string& order_id, const Actor& who) {
  auto order = ports.orders.get(order_id);
  if (!order) return order.failure();
  return change_orphan(ports, permission_id, [&](Orphan& o, ports::OrphanChange& change) -> Result<bool> {
    if (!o.open && o.order_id == order_id) return false;  // pressed twice
    if (!o.open) return Failure{Kind::conflict, closed_already()};
    if (!o.closing.empty()) return Failure{Kind::conflict, tr("Somebody asked to close this payment already. Amazon is being asked.")};
    if (auto good = check_link(ports, o, *order); !good) return good.failure();
    const auto now_ms = ports.clock.now_ms();
    const bool is_charge = o.object_id.starts_with(o.permission_id + "-C");
    if (order->permission_id.empty()) change.link = ports::OrderLink{order_id, order->session_id, o.permission_id, is_charge ? o.object_id : ""};
    change.tasks.push_back(sync_task(order_id, now_ms));
    o.order_id = order_id;
    end(o, change, "orphan.linked", who.name, "", now_ms);
    return true;
  });
}

}  // namespace amazonpay::flows
