// The world's ports with one planned failure: the n-th call of all of them fails with a given kind, before or after its effect; the others go through. Used by
// test_every_port.cpp; counts the calls, so that a test can walk over every one of them.
#pragma once
#include "fakes.hpp"

namespace amazonpay::test {

struct PlannedFailure {
  int at = 0;              // the n-th call; 0: none fails
  Kind kind = Kind::unavailable;
  bool after = false;      // after its effect
  int calls = 0;
  bool armed = true;
  std::string met;         // the call that failed
  bool met_effect = false; // … and it is one that changes something
  bool met_amazon = false;

  template <class Call>
  auto through(const char* name, bool effect, Call call, bool amazon = false) -> decltype(call()) {
    if (!armed || ++calls != at) return call();
    met = name, met_effect = effect, met_amazon = amazon;
    if (after) (void)call();
    return Failure{kind, std::string("planned failure of ") + name, "planned"};
  }
};

struct FailingAmazon : ports::Payments {
  FailingAmazon(ports::Payments& amazon, PlannedFailure& f) : real(amazon), failure(f) {}
  Result<ChargePermission> get_permission(const std::string& id) override {
    return failure.through("get_permission", false, [&] { return real.get_permission(id); }, true);
  }
  Result<Charge> get_charge(const std::string& id) override { return failure.through("get_charge", false, [&] { return real.get_charge(id); }, true); }
  Result<Refund> get_refund(const std::string& id) override { return failure.through("get_refund", false, [&] { return real.get_refund(id); }, true); }
  Result<CheckoutSession> get_session(const std::string& id) override { return failure.through("get_session", false, [&] { return real.get_session(id); }, true); }
  Result<Charge> capture(const std::string& id, Money amount, const std::string& text, const std::string& key) override {
    return failure.through("capture", true, [&] { return real.capture(id, amount, text, key); }, true);
  }
  Result<Charge> create_charge(const std::string& permission, Money amount, bool now, const std::string& text, const std::string& key) override {
    return failure.through("create_charge", true, [&] { return real.create_charge(permission, amount, now, text, key); }, true);
  }
  Result<Refund> create_refund(const std::string& charge, Money amount, const std::string& text, const std::string& key) override {
    return failure.through("create_refund", true, [&] { return real.create_refund(charge, amount, text, key); }, true);
  }
  Result<Charge> cancel_charge(const std::string& id, const std::string& reason) override {
    return failure.through("cancel_charge", true, [&] { return real.cancel_charge(id, reason); }, true);
  }
  Result<ChargePermission> close_permission(const std::string& id, const std::string& reason, bool pending) override {
    return failure.through("close_permission", true, [&] { return real.close_permission(id, reason, pending); }, true);
  }
  Result<> track_delivery(const std::string& permission, const DeliveryDetails& delivery, const std::string& key) override {
    return failure.through("track_delivery", true, [&] { return real.track_delivery(permission, delivery, key); }, true);
  }
  ports::Payments& real;
  PlannedFailure& failure;
};

struct FailingLedger : ports::Ledger {
  FailingLedger(ports::Ledger& ledger, PlannedFailure& f) : real(ledger), failure(f) {}
  Result<ports::LoadedPayment> load(const std::string& id) override { return failure.through("load", false, [&] { return real.load(id); }); }
  Result<Intent> intent(const std::string& id) override { return failure.through("intent", false, [&] { return real.intent(id); }); }
  Result<std::optional<Operation>> operation(const std::string& id) override { return failure.through("operation", false, [&] { return real.operation(id); }); }
  Result<std::vector<Todo>> all_todos(const std::string& id) override { return failure.through("all_todos", false, [&] { return real.all_todos(id); }); }
  Result<std::vector<Todo>> open_todos(const std::string& id) override { return failure.through("open_todos", false, [&] { return real.open_todos(id); }); }
  Result<std::vector<Intent>> open_intents(std::int64_t older_ms, int limit) override {
    return failure.through("open_intents", false, [&] { return real.open_intents(older_ms, limit); });
  }
  Result<std::vector<Intent>> awaiting_approval(int limit) override {
    return failure.through("awaiting_approval", false, [&] { return real.awaiting_approval(limit); });
  }
  Result<ports::StoredTally> tally(const std::string& id) override { return failure.through("tally", false, [&] { return real.tally(id); }); }
  Result<std::vector<std::string>> payments_due(std::int64_t now_ms, int limit) override {
    return failure.through("payments_due", false, [&] { return real.payments_due(now_ms, limit); });
  }
  Result<> commit_all(const std::vector<ports::Change>& changes) override { return failure.through("commit", true, [&] { return real.commit_all(changes); }); }
  ports::Ledger& real;
  PlannedFailure& failure;
};

struct FailingNotifications : ports::Notifications {
  FailingNotifications(ports::Notifications& notifications, PlannedFailure& f) : real(notifications), failure(f) {}
  Result<ports::StoredNotification> notification(const std::string& id) override {
    return failure.through("notification", false, [&] { return real.notification(id); });
  }
  Result<std::vector<std::string>> waiting(std::int64_t before_ms, int limit) override {
    return failure.through("waiting", false, [&] { return real.waiting(before_ms, limit); });
  }
  Result<std::vector<std::string>> received(int slot, int limit) override {
    return failure.through("received", false, [&] { return real.received(slot, limit); });
  }
  Result<> commit(const ports::NotificationChange& change) override {
    return failure.through("commit of a notification", true, [&] { return real.commit(change); });
  }
  Result<std::vector<std::string>> orders_of(const std::string& id) override { return failure.through("orders_of", false, [&] { return real.orders_of(id); }); }
  Result<std::optional<ports::StoredOrphan>> orphan(const std::string& id) override { return failure.through("orphan", false, [&] { return real.orphan(id); }); }
  Result<std::vector<Orphan>> open_orphans(int limit) override { return failure.through("open_orphans", false, [&] { return real.open_orphans(limit); }); }
  Result<> commit(const ports::OrphanChange& change) override {
    return failure.through("commit of an orphan", true, [&] { return real.commit(change); });
  }
  ports::Notifications& real;
  PlannedFailure& failure;
};

struct FailingOrders : ports::Orders {
  FailingOrders(ports::Orders& orders, PlannedFailure& f) : real(orders), failure(f) {}
  Result<ports::ShopOrder> get(const std::string& id) override { return failure.through("order", false, [&] { return real.get(id); }); }
  ports::Orders& real;
  PlannedFailure& failure;
};

struct FailingSettings : ports::Settings {
  FailingSettings(ports::Settings& settings, PlannedFailure& f) : real(settings), failure(f) {}
  Result<ports::Policy> policy() override { return failure.through("policy", false, [&] { return real.policy(); }); }
  ports::Settings& real;
  PlannedFailure& failure;
};

struct FailingPorts {
  FailingPorts(World& w, PlannedFailure& f)
      : amazon(w.amazon, f), ledger(w.ledger, f), orders(w.orders, f), settings(w.settings, f), notifications(w.notifications, f),
        all{amazon, ledger, orders, settings, w.clock, notifications} {}
  FailingAmazon amazon;
  FailingLedger ledger;
  FailingOrders orders;
  FailingSettings settings;
  FailingNotifications notifications;
  flows::Ports all;
};

}  // namespace amazonpay::test
