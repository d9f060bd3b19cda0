// A host's way to the shared store, the shop and the clock: short waits, failures, and crashes around every commit.
#include "ports.hpp"

namespace simulation {

using namespace amazonpay;

namespace {
// A reading that may fail.
template <class Read>
auto reading(World& world, Read read) -> decltype(read()) {
  world.time.wait(world.time.current().chance.between(1, 4));
  if (world.strikes("the store cannot be read", world.plan.trouble.reading)) return Failure{Kind::unavailable, "the store cannot be read"};
  return read();
}

template <class Write>
Result<> committing(World& world, const std::string& what, Write write) {
  auto& chance = world.time.current().chance;
  const auto& rate = world.plan.trouble;
  ++world.outcome.commits;
  const auto trouble = [&](const char* word, int share) { return world.strikes(word, share) && (world.say("  " + std::string(word) + ": " + what), true); };
  world.may_crash("before the commit");
  world.time.wait(chance.between(1, 25));
  if (trouble("commit not done", rate.commit_unavailable)) return Failure{Kind::unavailable, "the store is away"};
  if (trouble("commit in conflict", rate.commit_conflict)) return Failure{Kind::conflict, "somebody else was faster"};
  auto done = write();
  world.time.wait(chance.between(1, 10));
  world.may_crash("after the commit");
  if (done && trouble("the commit's answer is lost", rate.commit_uncertain)) return Failure{Kind::uncertain, "the store's answer was lost"};
  return done;
}
}  // namespace

Result<ports::LoadedPayment> HostLedger::load(const std::string& order_id) {
  return reading(world_, [&] { return world_.ledger.load(order_id); });
}
Result<Intent> HostLedger::intent(const std::string& id) {
  return reading(world_, [&] { return world_.ledger.intent(id); });
}
Result<std::optional<Operation>> HostLedger::operation(const std::string& id) {
  return reading(world_, [&] { return world_.ledger.operation(id); });
}
Result<std::vector<Todo>> HostLedger::all_todos(const std::string& order_id) {
  return reading(world_, [&] { return world_.ledger.all_todos(order_id); });
}
Result<std::vector<Todo>> HostLedger::open_todos(const std::string& order_id) {
  return reading(world_, [&] { return world_.ledger.open_todos(order_id); });
}
Result<std::vector<Intent>> HostLedger::open_intents(std::int64_t older_than_ms, int limit) {
  return reading(world_, [&] { return world_.ledger.open_intents(older_than_ms, limit); });
}
Result<std::vector<Intent>> HostLedger::awaiting_approval(int limit) {
  return reading(world_, [&] { return world_.ledger.awaiting_approval(limit); });
}
Result<ports::StoredTally> HostLedger::tally(const std::string& id) {
  return reading(world_, [&] { return world_.ledger.tally(id); });
}
Result<std::vector<std::string>> HostLedger::payments_due(std::int64_t now_ms, int limit) {
  return reading(world_, [&] { return world_.ledger.payments_due(now_ms, limit); });
}

namespace {
void say_stored(World& world, const ports::Change& change, const std::vector<const char*>& asked) {
  for (const auto& i : change.new_intents) world.say("    stored: " + std::string(name_of(i.kind)) + " " + to_wire(i.amount) + " as " + i.id.substr(0, 8) + ", " + name_of(i.state));
  for (const auto& i : change.changed_intents)
    world.say("    stored: " + i.id.substr(0, 8) + " is " + name_of(i.state) + (i.undecided ? ", undecided" : "") + (i.code.empty() ? "" : " (" + i.code + ")"));
  for (const auto* kind : asked) world.say("    stored: task " + std::string(kind));
  for (const auto& t : change.changed_todos)
    if (!t.open) world.say("    stored: task " + std::string(name_of(t.kind)) + " is closed");
}
}  // namespace

Result<> HostLedger::commit_all(const std::vector<ports::Change>& changes) {
  return committing(world_, changes.front().order_id, [&]() -> Result<> {
    std::vector<std::vector<const char*>> asked(changes.size());
    for (std::size_t i = 0; i < changes.size(); ++i)
      for (const auto& t : changes[i].new_todos)
        if (!world_.ledger.todos.count(t.id)) asked[i].push_back(name_of(t.kind));
    auto done = world_.ledger.commit_all(changes);
    if (!done && done.kind() == Kind::refused) world_.checker.commit_refused(changes.front().order_id, done.message());
    if (!done) return done;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if (world_.tracing()) say_stored(world_, changes[i], asked[i]);
      world_.committed(changes[i].order_id);
    }
    return done;
  });
}

Result<ports::StoredNotification> HostNotifications::notification(const std::string& key) {
  return reading(world_, [&] { return world_.notifications.notification(key); });
}
Result<std::vector<std::string>> HostNotifications::waiting(std::int64_t received_before_ms, int limit) {
  return reading(world_, [&] { return world_.notifications.waiting(received_before_ms, limit); });
}
Result<std::vector<std::string>> HostNotifications::received(int slot, int limit) {
  return reading(world_, [&] { return world_.notifications.received(slot, limit); });
}
Result<> HostNotifications::commit(const ports::NotificationChange& change) {
  return committing(world_, "notification " + change.stored.notification.message_id, [&] {
    auto done = world_.notifications.commit(change);
    world_.take_tasks();
    return done;
  });
}
Result<std::vector<std::string>> HostNotifications::orders_of(const std::string& permission_id) {
  return reading(world_, [&] { return world_.notifications.orders_of(permission_id); });
}
Result<std::optional<ports::StoredOrphan>> HostNotifications::orphan(const std::string& permission_id) {
  return reading(world_, [&] { return world_.notifications.orphan(permission_id); });
}
Result<std::vector<Orphan>> HostNotifications::open_orphans(int limit) {
  return reading(world_, [&] { return world_.notifications.open_orphans(limit); });
}
Result<> HostNotifications::commit(const ports::OrphanChange& change) {
  return committing(world_, "orphan " + change.stored.orphan.permission_id, [&] { return world_.notifications.commit(change); });
}

Result<ports::ShopOrder> HostOrders::get(const std::string& order_id) {
  return reading(world, [&]() -> Result<ports::ShopOrder> {
    const auto* order = world.shop.find(order_id);
    if (order == nullptr) return Failure{Kind::not_found, "no order"};
    return order->shop;
  });
}

Result<ports::Policy> HostSettings::policy() {
  return reading(world, [&]() -> Result<ports::Policy> { return world.plan.policy; });
}

std::int64_t HostClock::now_ms() { return world.time.now_ms(); }

}  // namespace simulation
