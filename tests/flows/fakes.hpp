// A shop and an Amazon in memory, for the flows. FakeAmazon is a small bank with Amazon's rules (states, limits, idempotency) that can lose answers, refuse
// and decline; MemoryLedger keeps the commit promises of ports::Ledger (all or nothing, expected versions) and can fail the n-th call.
#pragma once
#include <map>
#include <mutex>
#include <set>

#include "flows/acts.hpp"
#include "flows/carry_out.hpp"
#include "flows/notification.hpp"
#include "flows/recover.hpp"
#include "flows/shop_events.hpp"
#include "flows/sync.hpp"

namespace amazonpay::test {

inline const Currency eur{"EUR"};
inline Money euro(std::int64_t cents) { return {cents, eur}; }

struct FakeClock : ports::Clock {
  std::int64_t now = 1'800'000'000'000;
  std::int64_t now_ms() override { return now; }
};

// One thing that happens to the next call: before it reaches Amazon, after it took effect, or as Amazon's own decision.
enum class Trouble { none, not_sent, paced, answer_lost, server_error, keys, refuse, decline_later };

class FakeAmazon : public ports::Payments {
 public:
  explicit FakeAmazon(FakeClock& clock) : clock_(clock) {}

  // A completed checkout; answers the permission's id, the charge is id + "-C1".
  std::string checkout(Money amount, ChargeState state, char environment = 'S');
  void settle_refunds();                                        // initiated → refunded, or declined if so told
  void refund_in_seller_central(const std::string& charge_id, Money amount);
  Trouble next = Trouble::none;
  std::string refuse_code = "InvalidChargeStatus";
  int trouble_count = 1;

  Money refunded() const;                                       // really given back or on its way
  int refunds_made() const { return static_cast<int>(refunds_.size()); }
  int cancels_made = 0, captures_made = 0, closes_made = 0, calls = 0, reads = 0;
  Charge& charge_at(const std::string& id) { return charges_.at(id); }
  ChargePermission& permission_at(const std::string& id) { return permissions_.at(id); }
  const std::map<std::string, Refund>& refunds() const { return refunds_; }

  Result<ChargePermission> get_permission(const std::string& id) override;
  Result<Charge> get_charge(const std::string& id) override;
  Result<Refund> get_refund(const std::string& id) override;
  Result<CheckoutSession> get_session(const std::string& id) override;
  Result<Charge> capture(const std::string& id, Money amount, const std::string&, const std::string& key) override;
  Result<Charge> create_charge(const std::string& permission, Money amount, bool capture_now, const std::string&, const std::string& key) override;
  Result<Refund> create_refund(const std::string& charge, Money amount, const std::string&, const std::string& key) override;
  Result<Charge> cancel_charge(const std::string& id, const std::string&) override;
  Result<ChargePermission> close_permission(const std::string& id, const std::string&, bool cancel_pending) override;
  Result<> track_delivery(const std::string& permission, const DeliveryDetails& delivery, const std::string& key) override;
  std::map<std::string, DeliveryDetails> deliveries;       // by permission
  std::map<std::string, CheckoutSession> sessions;

 private:
  template <class T, class Effect>
  Result<T> mutate(Effect effect);
  Trouble take_trouble();
  FakeClock& clock_;
  std::map<std::string, Charge> charges_;
  std::map<std::string, Refund> refunds_;
  std::map<std::string, ChargePermission> permissions_;
  std::map<std::string, std::string> by_key_;  // idempotency key → id of what it made
  std::set<std::string> decline_;
  std::recursive_mutex mutex_;
};

class MemoryLedger : public ports::Ledger {
 public:
  std::map<std::string, ports::LoadedPayment> payments;
  std::map<std::string, Todo> todos;
  std::map<std::string, Operation> operations;
  std::map<std::string, Event> events;
  std::map<std::string, ports::Task> tasks;      // by key
  int tasks_without_key = 0;
  std::map<std::string, Balances> balances;      // by charge; checked like the store does
  std::map<std::string, Entry> entries;
  std::map<std::string, ports::StoredTally> tallies;
  std::vector<ports::AuditEntry> audit;
  int fail_commit_in = 0;        // 1: the next commit fails before its effect …
  bool lose_commit_answer = false;  // … or after it
  Kind commit_failure = Kind::unavailable;

  Result<ports::LoadedPayment> load(const std::string& order_id) override;
  Result<Intent> intent(const std::string& id) override;
  Result<std::optional<Operation>> operation(const std::string& id) override;
  Result<std::vector<Todo>> all_todos(const std::string& order_id) override;
  Result<std::vector<Todo>> open_todos(const std::string& order_id) override;
  Result<std::vector<Intent>> open_intents(std::int64_t older_than_ms, int limit) override;
  Result<std::vector<Intent>> awaiting_approval(int limit) override;
  Result<ports::StoredTally> tally(const std::string& id) override;
  Result<std::vector<std::string>> payments_due(std::int64_t now_ms, int limit) override;
  Result<> commit_all(const std::vector<ports::Change>& changes) override;

  int open_todo_count(TodoKind kind) const;
  void add_task(ports::Task task);  // waits once per key; the earlier time wins

 private:
  Result<> check(const ports::Change& change);
  void write(const ports::Change& change);
  std::recursive_mutex mutex_;
};

// Notifications and orphans in memory, with the same commit promises; orders are found through the ledger's payments.
class MemoryNotifications : public ports::Notifications {
 public:
  explicit MemoryNotifications(MemoryLedger& ledger) : ledger_(ledger) {}
  std::map<std::string, ports::StoredNotification> stored;
  std::map<std::string, Orphan> orphans;
  std::map<std::string, std::uint64_t> orphan_versions;
  std::map<std::string, ports::OrderLink> links;  // by order

  Result<ports::StoredNotification> notification(const std::string& key) override;
  Result<std::vector<std::string>> waiting(std::int64_t received_before_ms, int limit) override;
  Result<std::vector<std::string>> received(int slot, int limit) override;
  Result<> commit(const ports::NotificationChange& change) override;
  Result<std::vector<std::string>> orders_of(const std::string& permission_id) override;
  Result<std::optional<ports::StoredOrphan>> orphan(const std::string& permission_id) override;
  Result<std::vector<Orphan>> open_orphans(int limit) override;
  Result<> commit(const ports::OrphanChange& change) override;

 private:
  MemoryLedger& ledger_;
};

struct FakeOrders : ports::Orders {
  std::map<std::string, ports::ShopOrder> orders;
  Result<ports::ShopOrder> get(const std::string& id) override;
};

struct FakeSettings : ports::Settings {
  ports::Policy current;
  Result<ports::Policy> policy() override { return current; }
};

// Everything together, with the small verbs the tests speak in.
struct World {
  FakeClock clock;
  FakeAmazon amazon{clock};
  MemoryLedger ledger;
  FakeOrders orders;
  FakeSettings settings;
  MemoryNotifications notifications{ledger};
  flows::Ports ports{amazon, ledger, orders, settings, clock, notifications};

  // An order of this value with a checkout at Amazon in this state, read once.
  ports::ShopOrder& order(const std::string& id, Money total, ChargeState state);
  ports::ShopEvent event(const std::string& name, const std::string& order_id, Money amount, std::vector<LineChange> lines = {});
  flows::Act act(const std::string& order_id, const std::string& operation_id);
  Result<> happen(const ports::ShopEvent& event) { return flows::after_event(ports, event); }
  // Runs waiting tasks until none is due, like the host's clockwork; each failing task is tried again up to `tries` times.
  void work(int tries = 5);
  Result<> run(const ports::Task& task);
  void settle() { amazon.settle_refunds(); clock.now += 30'000; work(); }
  Verdict verdict(const std::string& order_id);
  PaymentSums sums(const std::string& order_id);
  std::vector<Intent> intents(const std::string& order_id) { return ledger.payments.at(order_id).intents; }
};

}  // namespace amazonpay::test
