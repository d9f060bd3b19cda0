#include "flows/notification.hpp"

#include <algorithm>
#include <set>

#include "flows/disputes.hpp"
#include "flows/orphans.hpp"
#include "flows/sync.hpp"

namespace amazonpay::flows {
namespace {

constexpr std::int64_t minute_ms = 60'000;
// A shop writes its order within this time after the buyer paid; until then an unknown permission is no orphan.
constexpr std::int64_t order_may_still_come_ms = 15 * minute_ms;

// A slot's share of a worker; then others have their turn.
constexpr int most_in_a_turn = 32;
constexpr std::int64_t turn_ms = 10'000, at_once_ms = 1, try_again_ms = 1000;

// Waits at most once, so a message that finds it waiting adds nothing to the queue.
ports::Task task_of_slot(const Notification& n) {
  ports::Task t;
  t.name = "notification", t.slot = slot_of(n), t.key = "slot " + std::to_string(t.slot), t.due_ms = n.received_ms;
  return t;
}

// One task more at most, whoever queues it again. Who comes second finds the message handled.
ports::Task task_of(const Notification& n, std::int64_t due_ms) {
  ports::Task t;
  t.name = "notification", t.key = t.notification = n.key, t.due_ms = due_ms;
  return t;
}

// Answers 0, because nothing is left to do, if it is kept.
Result<std::int64_t> store(const Ports& ports, ports::StoredNotification stored, NotificationState state, const std::string& problem, const std::string& order_id,
                           std::optional<ports::StoredOrphan> orphan = {}) {
  stored.notification.state = state;
  stored.notification.problem = problem;
  if (!order_id.empty()) stored.notification.order_id = order_id;
  stored.notification.handled_ms = ports.clock.now_ms();
  ports::NotificationChange change{stored, orphan, {}, {}};
  if (orphan && orphan->version == 0) change.audit.push_back({"orphan.found", "", orphan->orphan.limit, orphan->orphan.source, orphan->orphan.permission_id});
  auto kept = ports.notifications.commit(change);
  return kept ? Result<std::int64_t>(0) : Result<std::int64_t>(kept.failure());
}

// What the notification points at, to be read although the order does not know it yet. A refund leads to its charge.
Result<Hints> hints_of(const Ports& ports, const Notification& n) {
  Hints hints;
  // A dispute may go under the id of its charge; Amazon has no operation to read one by an id of its own.
  const bool disputes_charge = n.object_type == "CHARGEBACK" && n.object_id.rfind(n.permission_id + "-C", 0) == 0;
  if (n.object_type == "CHARGE" || disputes_charge) hints.charge_ids.push_back(n.object_id);
  if (n.object_type != "REFUND") return hints;
  auto refund = ports.amazon.get_refund(n.object_id);
  if (!refund) return refund.failure();
  hints.refund_ids.push_back(refund->id);
  hints.charge_ids.push_back(refund->charge_id);
  return hints;
}

bool holds(const Payment& payment, const Hints& hints) {
  return std::any_of(hints.charge_ids.begin(), hints.charge_ids.end(), [&](const std::string& id) { return payment.charge(id) != nullptr; });
}

// A recurring permission serves many orders: only the one that made the charge is meant. An unknown charge finds its order by the shop's number on it.
Result<std::vector<std::string>> meant(const Ports& ports, const std::vector<std::string>& order_ids, const Hints& hints) {
  if (order_ids.size() < 2 || hints.charge_ids.empty()) return order_ids;
  auto charge = ports.amazon.get_charge(hints.charge_ids.front());
  if (!charge && charge.kind() != Kind::not_found) return charge.failure();
  std::vector<std::string> by_charge, by_number;
  for (const auto& id : order_ids) {
    auto loaded = ports.ledger.load(id);
    if (!loaded) return loaded.failure();
    if (holds(loaded->payment, hints)) by_charge.push_back(id);
    if (charge && !charge->merchant_reference_id.empty() && charge->merchant_reference_id == loaded->payment.order_number) by_number.push_back(id);
  }
  return by_charge.empty() ? by_number : by_charge;
}

Result<> read_orders(const Ports& ports, const std::vector<std::string>& order_ids, const Hints& hints) {
  for (const auto& id : order_ids)
    if (auto read = sync(ports, id, hints); !read) return read;
  return hostapi::success();
}

// The orders read in one turn. All its messages were received before, so the same reading answers those about an object it held.
using ReadOrders = std::set<std::string>;

// A refund must be final, for then it does not change: another one may have come from elsewhere since the reading.
bool read_already(const Ports& ports, const ReadOrders& read, const std::vector<std::string>& order_ids, const Notification& n) {
  if (order_ids.size() != 1 || read.count(order_ids.front()) == 0) return false;
  if (n.object_type == "CHARGE_PERMISSION") return true;
  if (n.object_type != "CHARGE" && n.object_type != "REFUND") return false;
  const auto loaded = ports.ledger.load(order_ids.front());
  if (!loaded) return false;
  const auto* refund = loaded->payment.refund(n.object_id);
  return loaded->payment.charge(n.object_id) != nullptr || (refund != nullptr && is_final(refund->state));
}

// Nobody here carries this permission: too early, money without an order, or not ours at all.
Result<std::int64_t> place_unknown(const Ports& ports, const ports::StoredNotification& stored) {
  const auto& n = stored.notification;
  auto permission = ports.amazon.get_permission(n.permission_id);
  if (!permission && permission.kind() != Kind::not_found) return permission.failure();
  const auto now_ms = ports.clock.now_ms();
  if (!permission) return store(ports, stored, NotificationState::quarantined, "unknown_object", "");
  if (now_ms - (permission->created_ms != 0 ? std::min(permission->created_ms, n.received_ms) : n.received_ms) < order_may_still_come_ms) return minute_ms;
  // A dispute has nothing to be opened on, and it must not vanish in the list of orphans.
  if (n.object_type == "CHARGEBACK") return store(ports, stored, NotificationState::quarantined, "dispute", "");
  auto known = ports.notifications.orphan(n.permission_id);
  if (!known) return known.failure();
  auto orphan = *known ? **known : ports::StoredOrphan{orphan_of(*permission, n.object_id, "notification", now_ms), 0};
  take_state(orphan.orphan, *permission, now_ms);
  // Amazon lists no charges: an order linked later learns of its charge only from what was spoken of.
  if (n.object_type == "CHARGE") orphan.orphan.object_id = n.object_id;
  return store(ports, stored, NotificationState::done, "orphan", "", orphan);
}

using Edit = std::function<Result<>(Notification&, ports::NotificationChange&)>;

// Commits after a fresh load, again if someone else was faster: two presses of the same button do one thing.
Result<> change_state(const Ports& ports, const std::string& key, const Edit& edit) {
  for (int tries = 0;; ++tries) {
    auto stored = ports.notifications.notification(key);
    if (!stored) return stored.failure();
    ports::NotificationChange change{*stored, {}, {}, {}};
    if (auto edited = edit(change.stored.notification, change); !edited) return edited;
    auto committed = ports.notifications.commit(change);
    if (committed || committed.kind() != Kind::conflict || tries == 3) return committed;
  }
}

Result<> in_quarantine(const Notification& n) {
  if (n.state == NotificationState::quarantined) return hostapi::success();
  return Failure{Kind::conflict, tr("This notification is not in quarantine any more. Look at the page again.")};
}

// One that cannot be worked off now holds up none of its slot.
Result<> postpone(const Ports& ports, const std::string& key, std::int64_t wait_ms) {
  const auto due_ms = ports.clock.now_ms() + wait_ms;
  return change_state(ports, key, [&](Notification& n, ports::NotificationChange& change) {
    if (!waits(n)) return hostapi::success();
    n.state = NotificationState::postponed;
    change.tasks.push_back(task_of(n, due_ms));
    return hostapi::success();
  });
}

Result<std::int64_t> handle(const Ports& ports, const std::string& key, ReadOrders& read) {
  auto stored = ports.notifications.notification(key);
  if (!stored) return stored.failure();
  if (!waits(stored->notification)) return 0;
  const auto& n = stored->notification;
  if (n.permission_id.empty()) {
    // A subscription that waited for its topic is sent again by Amazon and confirmed then; anything else without a payment is for a person.
    const bool subscription = n.object_type == "SUBSCRIPTION";
    return store(ports, *stored, subscription ? NotificationState::ignored : NotificationState::quarantined, subscription ? "" : "unreadable", "");
  }
  auto order_ids = ports.notifications.orders_of(n.permission_id);
  if (!order_ids) return order_ids.failure();
  if (order_ids->empty()) return place_unknown(ports, *stored);

  if (read_already(ports, read, *order_ids, n)) return store(ports, *stored, NotificationState::done, "", order_ids->front());
  auto hints = hints_of(ports, n);
  const bool object_unknown = !hints && hints.kind() == Kind::not_found;
  if (!hints && !object_unknown) return hints.failure();
  const auto wanted = object_unknown ? Hints{} : *hints;
  auto orders = meant(ports, *order_ids, wanted);
  if (!orders) return orders.failure();
  if (auto done = read_orders(ports, *orders, wanted); !done) return done.failure();
  read.insert(orders->begin(), orders->end());
  const bool dispute = n.object_type == "CHARGEBACK";
  if (dispute && orders->size() == 1)
    if (auto opened = open_dispute(ports, orders->front(), n); !opened) return opened.failure();
  const bool placed = !object_unknown && (dispute ? orders->size() == 1 : !orders->empty());
  return store(ports, *stored, placed ? NotificationState::done : NotificationState::quarantined, placed ? "" : dispute ? "dispute" : "unknown_object",
               orders->size() == 1 ? orders->front() : "");
}

Result<std::int64_t> handle_slot(const Ports& ports, int slot) {
  const auto until_ms = ports.clock.now_ms() + turn_ms;
  auto keys = ports.notifications.received(slot, most_in_a_turn);
  if (!keys) return keys.failure();
  ReadOrders read;
  for (const auto& key : *keys) {
    if (ports.clock.now_ms() >= until_ms) return at_once_ms;
    auto later_ms = handle(ports, key, read);
    if (!later_ms && ports::paced(later_ms.failure())) return later_ms;
    if (later_ms && *later_ms == 0) continue;
    if (auto postponed = postpone(ports, key, later_ms ? *later_ms : try_again_ms); !postponed) return postponed.failure();
  }
  return static_cast<int>(keys->size()) < most_in_a_turn ? 0 : at_once_ms;
}

}  // namespace

Result<> receive(const Ports& ports, Notification notification) {
  notification.received_ms = ports.clock.now_ms();
  ports::NotificationChange change;
  change.stored.notification = notification;
  if (notification.state == NotificationState::received) change.tasks.push_back(task_of_slot(notification));
  if (notification.state == NotificationState::quarantined)
    change.audit.push_back({"notification.quarantined", "", std::nullopt, notification.problem, notification.message_id});
  // Most messages come once: that one was here before is found when it is stored.
  for (int tries = 0;; ++tries) {
    auto committed = ports.notifications.commit(change);
    if (committed || committed.kind() != Kind::conflict || tries == 3) return committed;
    auto known = ports.notifications.notification(notification.key);
    if (!known) return known.failure();
    change = {*known, {}, {}, {}};
    ++change.stored.notification.deliveries;
  }
}

Result<std::int64_t> handle_notification(const Ports& ports, const std::string& key) {
  ReadOrders read;
  return handle(ports, key, read);
}

Result<std::int64_t> handle_notifications(const Ports& ports, const ports::Task& task) {
  return task.slot == 0 ? handle_notification(ports, task.notification) : handle_slot(ports, task.slot);
}

Result<> judge_notification(const Ports& ports, const Notification& judged, const Actor& who) {
  return change_state(ports, judged.key, [&](Notification& n, ports::NotificationChange& change) {
    if (auto good = in_quarantine(n); !good) return good;
    n.state = judged.state, n.problem = judged.problem, n.handled_ms = 0;
    if (n.state == NotificationState::received) change.tasks.push_back(task_of_slot(n));
    change.audit.push_back({"notification.replayed", "", std::nullopt, who.name, n.message_id});
    return hostapi::success();
  });
}

Result<> replay_notification(const Ports& ports, const std::string& key, const Actor& who) {
  Notification again;
  again.key = key;
  return judge_notification(ports, again, who);
}

Result<> dismiss_notification(const Ports& ports, const std::string& key, const Actor& who, const std::string& note) {
  const auto now_ms = ports.clock.now_ms();
  return change_state(ports, key, [&](Notification& n, ports::NotificationChange& change) {
    if (auto good = in_quarantine(n); !good) return good;
    n.state = NotificationState::ignored, n.handled_ms = now_ms;
    change.audit.push_back({"notification.dismissed", "", std::nullopt, note, who.name + " " + n.message_id});
    return hostapi::success();
  });
}

Result<> recover_notifications(const Ports& ports, std::int64_t received_before_ms, int limit) {
  auto waiting = ports.notifications.waiting(received_before_ms, limit);
  if (!waiting) return waiting.failure();
  for (const auto& key : *waiting) {
    auto stored = ports.notifications.notification(key);
    if (!stored) return stored.failure();
    const auto& n = stored->notification;
    ports::NotificationChange change{*stored, {}, {n.state == NotificationState::postponed ? task_of(n, ports.clock.now_ms()) : task_of_slot(n)}, {}};
    auto committed = ports.notifications.commit(change);
    if (!committed && committed.kind() != Kind::conflict) return committed;
  }
  return hostapi::success();
}

}  // namespace amazonpay::flows
