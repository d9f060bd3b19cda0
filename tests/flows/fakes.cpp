#include "fakes.hpp"

#include <algorithm>

#include "flows/orphans.hpp"

namespace amazonpay::test {
namespace {
Failure failure_of(Trouble t, const std::string& code) {
  switch (t) {
    case Trouble::not_sent: return {Kind::unavailable, "no connection"};
    case Trouble::paced: return {Kind::unavailable, "not our turn", "paced"};
    case Trouble::server_error: return {Kind::uncertain, "500", "InternalServerError"};
    case Trouble::keys: return {Kind::refused, "The signature does not verify.", "InvalidRequestSignature"};
    case Trouble::refuse: return {Kind::refused, "Amazon says no.", code};
    default: return {Kind::uncertain, "no answer"};
  }
}
}  // namespace

std::string FakeAmazon::checkout(Money amount, ChargeState state, char environment) {
  const auto id = std::string(1, environment) + "02-000000" + std::to_string(permissions_.size() + 1);
  ChargePermission p;
  p.id = id, p.state = PermissionState::chargeable, p.raw_state = "Chargeable", p.limit = p.balance = amount, p.type = "OneTime";
  p.created_ms = p.updated_ms = clock_.now, p.environment = environment == 'S' ? Environment::sandbox : Environment::live;
  Charge c;
  c.id = id + "-C1", c.permission_id = id, c.amount = amount, c.captured = c.refunded = zero_of(amount.currency());
  c.state = state, c.created_ms = c.updated_ms = clock_.now, c.expires_ms = clock_.now + 30 * day_ms;
  const char* raw[] = {"AuthorizationInitiated", "Authorized", "CaptureInitiated", "Captured", "Canceled", "Declined", "Odd"};
  c.raw_state = raw[static_cast<int>(state)];
  p.balance = zero_of(amount.currency());
  if (state == ChargeState::captured) c.captured = amount, p.state = PermissionState::closed, p.raw_state = "Closed", p.reason_code = "AmazonClosed";
  permissions_[id] = p, charges_[c.id] = c;
  return id;
}

Trouble FakeAmazon::take_trouble() {
  ++calls;
  if (next == Trouble::none || trouble_count <= 0) return Trouble::none;
  const auto t = next;
  if (--trouble_count == 0) next = Trouble::none, trouble_count = 1;
  return t;
}

template <class T, class Effect>
Result<T> FakeAmazon::mutate(Effect effect) {
  std::lock_guard lock(mutex_);
  const auto trouble = take_trouble();
  if (trouble == Trouble::not_sent || trouble == Trouble::paced || trouble == Trouble::keys || trouble == Trouble::refuse || trouble == Trouble::server_error) return failure_of(trouble, refuse_code);
  Result<T> answer = effect();
  if (trouble == Trouble::answer_lost) return failure_of(trouble, "");
  if constexpr (std::is_same_v<T, Refund>)
    if (trouble == Trouble::decline_later && answer) decline_.insert(answer->id);
  return answer;
}

Result<ChargePermission> FakeAmazon::get_permission(const std::string& id) {
  std::lock_guard lock(mutex_);
  ++reads;
  if (next == Trouble::not_sent || next == Trouble::paced) return failure_of(next, "");
  auto p = permissions_.find(id);
  if (p == permissions_.end()) return Failure{Kind::not_found, "unknown", "ResourceNotFound"};
  return p->second;
}

Result<Charge> FakeAmazon::get_charge(const std::string& id) {
  std::lock_guard lock(mutex_);
  ++reads;
  auto c = charges_.find(id);
  if (c == charges_.end()) return Failure{Kind::not_found, "unknown", "ResourceNotFound"};
  return c->second;
}

Result<Refund> FakeAmazon::get_refund(const std::string& id) {
  std::lock_guard lock(mutex_);
  ++reads;
  auto r = refunds_.find(id);
  if (r == refunds_.end()) return Failure{Kind::not_found, "unknown", "ResourceNotFound"};
  return r->second;
}

Result<Charge> FakeAmazon::capture(const std::string& id, Money amount, const std::string&, const std::string& key) {
  return mutate<Charge>([&]() -> Result<Charge> {
    auto& c = charges_.at(id);
    if (by_key_.count(key)) return c;
    if (c.state != ChargeState::authorized) return Failure{Kind::refused, "not authorized", "InvalidChargeStatus"};
    if (amount > c.amount) return Failure{Kind::refused, "too much", "TransactionAmountExceeded"};
    c.state = ChargeState::captured, c.raw_state = "Captured", c.captured = amount, c.updated_ms = clock_.now, ++captures_made;
    by_key_[key] = id;
    return c;
  });
}

Result<Charge> FakeAmazon::create_charge(const std::string& permission, Money amount, bool, const std::string&, const std::string& key) {
  return mutate<Charge>([&]() -> Result<Charge> {
    if (auto known = by_key_.find(key); known != by_key_.end()) return charges_.at(known->second);
    auto& p = permissions_.at(permission);
    if (p.state != PermissionState::chargeable) return Failure{Kind::refused, "closed", "InvalidChargePermissionStatus"};
    if (amount > *p.balance) return Failure{Kind::refused, "too much", "TransactionAmountExceeded"};
    *p.balance -= amount;
    Charge c;
    c.id = permission + "-C" + std::to_string(charges_.size() + 10), c.permission_id = permission, c.amount = c.captured = amount, c.refunded = zero_of(amount.currency());
    c.state = ChargeState::captured, c.raw_state = "Captured", c.created_ms = c.updated_ms = clock_.now, ++captures_made;
    by_key_[key] = c.id;
    return charges_[c.id] = c;
  });
}

Result<Refund> FakeAmazon::create_refund(const std::string& charge, Money amount, const std::string&, const std::string& key) {
  return mutate<Refund>([&]() -> Result<Refund> {
    if (auto known = by_key_.find(key); known != by_key_.end()) return refunds_.at(known->second);
    auto& c = charges_.at(charge);
    if (c.state != ChargeState::captured) return Failure{Kind::refused, "not captured", "InvalidChargeStatus"};
    int count = 0;
    for (const auto& [id, r] : refunds_) count += r.charge_id == charge;
    if (count >= 10) return Failure{Kind::refused, "too many", "TransactionCountExceeded"};
    if (c.refunded + amount > c.captured + compensation_allowance(c.captured)) return Failure{Kind::refused, "too much", "TransactionAmountExceeded"};
    Refund r;
    r.id = charge + "-R" + std::to_string(refunds_.size() + 1), r.charge_id = charge, r.amount = amount, r.state = RefundState::initiated, r.raw_state = "RefundInitiated";
    r.created_ms = r.updated_ms = clock_.now;
    c.refunded += amount;
    by_key_[key] = r.id;
    return refunds_[r.id] = r;
  });
}

Result<Charge> FakeAmazon::cancel_charge(const std::string& id, const std::string&) {
  return mutate<Charge>([&]() -> Result<Charge> {
    auto& c = charges_.at(id);
    if (c.state != ChargeState::authorized && c.state != ChargeState::authorization_initiated) return Failure{Kind::refused, "no", "InvalidChargeStatus"};
    c.state = ChargeState::canceled, c.raw_state = "Canceled", c.reason_code = "MerchantCanceled", c.updated_ms = clock_.now, ++cancels_made;
    return c;
  });
}

Result<ChargePermission> FakeAmazon::close_permission(const std::string& id, const std::string&, bool) {
  return mutate<ChargePermission>([&]() -> Result<ChargePermission> {
    auto& p = permissions_.at(id);
    if (p.state == PermissionState::closed) return Failure{Kind::refused, "closed", "InvalidChargePermissionStatus"};
    p.state = PermissionState::closed, p.raw_state = "Closed", p.reason_code = "MerchantClosed", p.updated_ms = clock_.now, ++closes_made;
    return p;
  });
}

Result<CheckoutSession> FakeAmazon::get_session(const std::string& id) {
  std::lock_guard lock(mutex_);
  auto s = sessions.find(id);
  if (s == sessions.end()) return Failure{Kind::not_found, "unknown", "ResourceNotFound"};
  return s->second;
}

Result<> FakeAmazon::track_delivery(const std::string& permission, const DeliveryDetails& delivery, const std::string& key) {
  return mutate<hostapi::Nothing>([&]() -> Result<> {
    if (by_key_.count(key)) return hostapi::success();
    for (const auto& [other, known] : deliveries)
      if (known.tracking_number == delivery.tracking_number) return Failure{Kind::refused, "used", "InvalidParameterValue"};
    by_key_[key] = permission;
    deliveries[permission] = delivery;
    return hostapi::success();
  });
}

void FakeAmazon::settle_refunds() {
  std::lock_guard lock(mutex_);
  for (auto& [id, r] : refunds_) {
    if (r.state != RefundState::initiated) continue;
    const bool declined = decline_.count(id) != 0;
    r.state = declined ? RefundState::declined : RefundState::refunded;
    r.raw_state = declined ? "Declined" : "Refunded";
    r.updated_ms = clock_.now + 1;
    if (declined) r.reason_code = "ProcessingFailure", charges_.at(r.charge_id).refunded -= r.amount;
  }
}

void FakeAmazon::refund_in_seller_central(const std::string& charge_id, Money amount) {
  auto& c = charges_.at(charge_id);
  c.refunded += amount, c.updated_ms = clock_.now + 1;
}

Money FakeAmazon::refunded() const {
  Money sum = euro(0);
  for (const auto& [id, r] : refunds_)
    if (r.state != RefundState::declined) sum += r.amount;
  return sum;
}

namespace {
// The checks of collection balances in plugin/manifest.xml.
bool holds(const Balances& b) {
  for (const auto& amount : {b.authorized, b.pending, b.settled, b.released, b.elsewhere})
    if (amount < zero_of(amount.currency())) return false;
  const auto sum = b.buyer + b.authorized + b.captured + b.pending + b.settled + b.released + b.elsewhere;
  return sum.zero() && b.captured + b.elsewhere + b.allowance >= zero_of(sum.currency());
}
}  // namespace

Result<ports::LoadedPayment> MemoryLedger::load(const std::string& order_id) {
  std::lock_guard lock(mutex_);
  auto found = payments.find(order_id);
  if (found == payments.end()) return Failure{Kind::not_found, "no payment"};
  return found->second;
}

Result<Intent> MemoryLedger::intent(const std::string& id) {
  std::lock_guard lock(mutex_);
  for (const auto& [order, loaded] : payments)
    for (const auto& i : loaded.intents)
      if (i.id == id) return i;
  return Failure{Kind::not_found, "no intent"};
}

Result<std::optional<Operation>> MemoryLedger::operation(const std::string& id) {
  std::lock_guard lock(mutex_);
  auto found = operations.find(id);
  return found == operations.end() ? std::optional<Operation>{} : found->second;
}

Result<std::vector<Todo>> MemoryLedger::all_todos(const std::string& order_id) {
  std::lock_guard lock(mutex_);
  std::vector<Todo> all;
  for (const auto& [id, t] : todos)
    if (t.order_id == order_id) all.push_back(t);
  return all;
}

Result<std::vector<Todo>> MemoryLedger::open_todos(const std::string& order_id) {
  std::lock_guard lock(mutex_);
  std::vector<Todo> open;
  for (const auto& [id, t] : todos)
    if (t.open && t.order_id == order_id) open.push_back(t);
  return open;
}

Result<std::vector<Intent>> MemoryLedger::open_intents(std::int64_t older_than_ms, int) {
  std::lock_guard lock(mutex_);
  std::vector<Intent> open;
  for (const auto& [order, loaded] : payments)
    for (const auto& i : loaded.intents)
      if (is_open(i.state) && i.state != IntentState::awaiting_approval && i.updated_ms < older_than_ms) open.push_back(i);
  return open;
}

Result<std::vector<Intent>> MemoryLedger::awaiting_approval(int) {
  std::lock_guard lock(mutex_);
  std::vector<Intent> waiting;
  for (const auto& [order, loaded] : payments)
    for (const auto& i : loaded.intents)
      if (i.state == IntentState::awaiting_approval) waiting.push_back(i);
  return waiting;
}

Result<ports::StoredTally> MemoryLedger::tally(const std::string& id) {
  std::lock_guard lock(mutex_);
  auto found = tallies.find(id);
  return found == tallies.end() ? ports::StoredTally{} : found->second;
}

Result<std::vector<std::string>> MemoryLedger::payments_due(std::int64_t now_ms, int) {
  std::lock_guard lock(mutex_);
  std::vector<std::string> due;
  for (const auto& [order, loaded] : payments)
    if (loaded.payment.sync.next_ms != 0 && loaded.payment.sync.next_ms < now_ms) due.push_back(order);
  return due;
}

Result<> MemoryLedger::commit_all(const std::vector<ports::Change>& changes) {
  std::lock_guard lock(mutex_);
  const bool fails = fail_commit_in > 0 && --fail_commit_in == 0;
  if (fails && !lose_commit_answer) return Failure{commit_failure, "the store failed"};
  for (const auto& change : changes)
    if (auto good = check(change); !good) return good;
  for (const auto& change : changes) write(change);
  if (fails) return Failure{Kind::uncertain, "the store's answer was lost"};
  return hostapi::success();
}

Result<> MemoryLedger::check(const ports::Change& change) {
  auto stored = payments.find(change.order_id);
  const auto version = stored == payments.end() ? 0 : stored->second.version;
  if (version != change.expected_version) return Failure{Kind::conflict, "version"};
  if (change.operation && operations.count(change.operation->id)) return Failure{Kind::conflict, "operation"};
  for (const auto& i : change.new_intents)
    if (intent(i.id)) return Failure{Kind::conflict, "intent"};
  for (const auto& t : change.tallies)
    if (tally(t.tally.id)->version != t.version) return Failure{Kind::conflict, "tally"};
  for (const auto& b : change.balances)
    if (!holds(b)) return Failure{Kind::refused, "the ledger of " + b.charge_id + " would not hold", "check"};
  for (const auto& e : change.entries)
    if (entries.count(e.id)) return Failure{Kind::conflict, "entry"};
  return hostapi::success();
}

void MemoryLedger::write(const ports::Change& change) {
  auto& loaded = payments[change.order_id];
  loaded.payment = change.payment;
  for (const auto& b : change.balances) balances[b.charge_id] = b;
  for (const auto& e : change.entries) entries.emplace(e.id, e);
  for (const auto& t : change.tallies) tallies[t.tally.id] = {t.tally, t.version + 1};
  ++loaded.version;
  for (const auto& i : change.new_intents) loaded.intents.push_back(i);
  for (const auto& changed : change.changed_intents)
    for (auto& i : loaded.intents)
      if (i.id == changed.id) i = changed;
  for (const auto& e : change.events) events.emplace(e.id, e);
  for (const auto& t : change.new_todos) todos.emplace(t.id, t);
  for (const auto& t : change.changed_todos) todos[t.id] = t;
  if (change.operation) operations[change.operation->id] = *change.operation;
  for (const auto& t : change.tasks) add_task(t);
  audit.insert(audit.end(), change.audit.begin(), change.audit.end());
}

void MemoryLedger::add_task(ports::Task task) {
  if (task.key.empty()) task.key = "without a key " + std::to_string(++tasks_without_key);  // nobody else's
  const auto [known, added] = tasks.emplace(task.key, task);
  if (!added && task.due_ms < known->second.due_ms) known->second = task;
}

int MemoryLedger::open_todo_count(TodoKind kind) const {
  return static_cast<int>(std::count_if(todos.begin(), todos.end(), [&](const auto& t) { return t.second.open && t.second.kind == kind; }));
}

Result<ports::StoredNotification> MemoryNotifications::notification(const std::string& key) {
  auto found = stored.find(key);
  if (found == stored.end()) return Failure{Kind::not_found, "no notification"};
  return found->second;
}

Result<std::vector<std::string>> MemoryNotifications::waiting(std::int64_t received_before_ms, int) {
  std::vector<std::string> ids;
  for (const auto& [id, s] : stored)
    if (waits(s.notification) && s.notification.received_ms < received_before_ms) ids.push_back(id);
  return ids;
}

Result<std::vector<std::string>> MemoryNotifications::received(int slot, int limit) {
  std::vector<const Notification*> found;
  for (const auto& [key, s] : stored)
    if (s.notification.state == NotificationState::received && slot_of(s.notification) == slot) found.push_back(&s.notification);
  std::stable_sort(found.begin(), found.end(), [](const auto* a, const auto* b) { return a->received_ms < b->received_ms; });
  std::vector<std::string> keys;
  for (const auto* n : found)
    if (static_cast<int>(keys.size()) < limit) keys.push_back(n->key);
  return keys;
}

Result<> MemoryNotifications::commit(const ports::NotificationChange& change) {
  const auto& n = change.stored.notification;
  const auto known = stored.find(n.key);
  if ((known == stored.end() ? 0 : known->second.version) != change.stored.version) return Failure{Kind::conflict, "version"};
  if (change.orphan && orphan_versions[change.orphan->orphan.permission_id] != change.orphan->version) return Failure{Kind::conflict, "version"};
  stored[n.key] = {n, change.stored.version + 1};
  if (change.orphan) orphans[change.orphan->orphan.permission_id] = change.orphan->orphan, ++orphan_versions[change.orphan->orphan.permission_id];
  for (const auto& t : change.tasks) ledger_.add_task(t);
  ledger_.audit.insert(ledger_.audit.end(), change.audit.begin(), change.audit.end());
  return hostapi::success();
}

Result<std::vector<std::string>> MemoryNotifications::orders_of(const std::string& permission_id) {
  std::vector<std::string> ids;
  for (const auto& [id, loaded] : ledger_.payments)
    if (loaded.payment.permission_id == permission_id) ids.push_back(id);
  return ids;
}

Result<std::optional<ports::StoredOrphan>> MemoryNotifications::orphan(const std::string& permission_id) {
  auto found = orphans.find(permission_id);
  return found == orphans.end() ? std::optional<ports::StoredOrphan>() : ports::StoredOrphan{found->second, orphan_versions[permission_id]};
}

Result<std::vector<Orphan>> MemoryNotifications::open_orphans(int) {
  std::vector<Orphan> open;
  for (const auto& [id, o] : orphans)
    if (o.open) open.push_back(o);
  return open;
}

Result<> MemoryNotifications::commit(const ports::OrphanChange& change) {
  const auto& id = change.stored.orphan.permission_id;
  if (orphan_versions[id] != change.stored.version) return Failure{Kind::conflict, "version"};
  orphans[id] = change.stored.orphan, ++orphan_versions[id];
  if (change.link) links[change.link->order_id] = *change.link;
  for (const auto& t : change.tasks) ledger_.add_task(t);
  ledger_.audit.insert(ledger_.audit.end(), change.audit.begin(), change.audit.end());
  return hostapi::success();
}

Result<ports::ShopOrder> FakeOrders::get(const std::string& id) {
  auto found = orders.find(id);
  if (found == orders.end()) return Failure{Kind::not_found, "no order"};
  return found->second;
}

ports::ShopOrder& World::order(const std::string& id, Money total, ChargeState state) {
  const auto permission = amazon.checkout(total, state);
  ports::ShopOrder o;
  o.id = id, o.number = id, o.shop_id = "main", o.currency = total.currency(), o.total = o.original_total = total;
  o.permission_id = permission, o.charge_id = permission + "-C1", o.created_ms = clock.now;
  orders.orders[id] = o;
  (void)flows::sync(ports, id);
  return orders.orders[id];
}

ports::ShopEvent World::event(const std::string& name, const std::string& order_id, Money amount, std::vector<LineChange> lines) {
  static int number = 0;
  ports::ShopEvent e;
  e.id = "event" + std::to_string(++number);
  e.event = name, e.lines = std::move(lines), e.amount = amount, e.shipping = zero_of(amount.currency());
  auto& order = orders.orders.at(order_id);
  if (name != "line.uncancel") order.total -= amount;
  else order.total += amount;
  if (name == "order.cancel") order.canceled = true;
  e.order = order, e.total_after = order.total, e.who = {"u1", "Jana"}, e.at_ms = clock.now;
  if (name == "order.delete") orders.orders.erase(order_id);
  return e;
}

flows::Act World::act(const std::string& order_id, const std::string& operation_id) {
  flows::Act a;
  a.order_id = order_id, a.operation_id = operation_id, a.who = {"u1", "Jana"}, a.reason = "goodwill";
  const auto& loaded = ledger.payments.at(order_id);
  a.seen = flows::stand_of(loaded.payment, loaded.intents);
  return a;
}

Result<> World::run(const ports::Task& t) {
  if (t.name == "intent" || t.name == "bulk_intent") return flows::carry_out(ports, t.intent_ids);
  if (t.name == "sync") return flows::sync(ports, t.order_id);
  if (t.name == "orphan") return flows::handle_orphan(ports, t.permission_id);
  auto again_ms = flows::handle_notifications(ports, t);
  if (!again_ms) return again_ms.failure();
  if (*again_ms == 0) return hostapi::success();
  auto later = t;
  later.due_ms = clock.now + *again_ms;
  ledger.tasks.insert_or_assign(later.key, later);
  return hostapi::success();
}

void World::work(int tries) {
  std::map<std::string, int> failed;
  for (int round = 0; round < 200; ++round) {
    std::vector<ports::Task> due;
    for (const auto& [key, t] : ledger.tasks)
      if (t.due_ms <= clock.now && failed[key] < tries) due.push_back(t);
    if (due.empty()) return;
    for (const auto& t : due) {
      ledger.tasks.erase(t.key);
      const auto done = run(t);
      if (!done) ++failed[t.key], ledger.tasks.emplace(t.key, t);
    }
  }
}

Verdict World::verdict(const std::string& order_id) {
  const auto& loaded = ledger.payments.at(order_id);
  return verdict_of(loaded.payment, loaded.intents, settings.current.refund_rules);
}

PaymentSums World::sums(const std::string& order_id) {
  const auto& loaded = ledger.payments.at(order_id);
  return sums_of(loaded.payment, loaded.intents, settings.current.refund_rules);
}

}  // namespace amazonpay::test
