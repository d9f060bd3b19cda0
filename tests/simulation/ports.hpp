// The ports of one host: every call waits in virtual time, may meet trouble, and its host may crash before and after it. What leaves the house goes its own way:
// a request that was sent takes effect although its sender is gone or has stopped waiting.
#pragma once
#include "flows/flow.hpp"
#include "world.hpp"

namespace simulation {

class HostPayments : public amazonpay::ports::Payments {
 public:
  explicit HostPayments(World& world) : world_(world) {}
  amazonpay::Result<amazonpay::ChargePermission> get_permission(const std::string& id) override;
  amazonpay::Result<amazonpay::Charge> get_charge(const std::string& id) override;
  amazonpay::Result<amazonpay::Refund> get_refund(const std::string& id) override;
  amazonpay::Result<amazonpay::CheckoutSession> get_session(const std::string& id) override;
  amazonpay::Result<amazonpay::Charge> capture(const std::string& id, amazonpay::Money amount, const std::string& descriptor, const std::string& key) override;
  amazonpay::Result<amazonpay::Charge> create_charge(const std::string& permission, amazonpay::Money amount, bool capture_now, const std::string& descriptor,
      const std::string& key) override;
  amazonpay::Result<amazonpay::Refund> create_refund(const std::string& charge, amazonpay::Money amount, const std::string& descriptor,
      const std::string& key) override;
  amazonpay::Result<amazonpay::Charge> cancel_charge(const std::string& id, const std::string& reason) override;
  amazonpay::Result<amazonpay::ChargePermission> close_permission(const std::string& id, const std::string& reason, bool cancel_pending) override;
  amazonpay::Result<> track_delivery(const std::string& permission, const amazonpay::DeliveryDetails& delivery, const std::string& key) override;

 private:
  amazonpay::amazon::HttpOutcome send(const AmazonRequest& request);
  template <class T>
  amazonpay::Result<T> ask(const AmazonRequest& request, amazonpay::Result<T> (*read)(std::string_view, amazonpay::Environment));
  World& world_;
};

class HostLedger : public amazonpay::ports::Ledger {
 public:
  explicit HostLedger(World& world) : world_(world) {}
  amazonpay::Result<amazonpay::ports::LoadedPayment> load(const std::string& order_id) override;
  amazonpay::Result<amazonpay::Intent> intent(const std::string& id) override;
  amazonpay::Result<std::optional<amazonpay::Operation>> operation(const std::string& id) override;
  amazonpay::Result<std::vector<amazonpay::Todo>> all_todos(const std::string& order_id) override;
  amazonpay::Result<std::vector<amazonpay::Todo>> open_todos(const std::string& order_id) override;
  amazonpay::Result<std::vector<amazonpay::Intent>> open_intents(std::int64_t older_than_ms, int limit) override;
  amazonpay::Result<std::vector<amazonpay::Intent>> awaiting_approval(int limit) override;
  amazonpay::Result<amazonpay::ports::StoredTally> tally(const std::string& id) override;
  amazonpay::Result<std::vector<std::string>> payments_due(std::int64_t now_ms, int limit) override;
  amazonpay::Result<> commit_all(const std::vector<amazonpay::ports::Change>& changes) override;

 private:
  World& world_;
};

class HostNotifications : public amazonpay::ports::Notifications {
 public:
  explicit HostNotifications(World& world) : world_(world) {}
  amazonpay::Result<amazonpay::ports::StoredNotification> notification(const std::string& key) override;
  amazonpay::Result<std::vector<std::string>> waiting(std::int64_t received_before_ms, int limit) override;
  amazonpay::Result<std::vector<std::string>> received(int slot, int limit) override;
  amazonpay::Result<> commit(const amazonpay::ports::NotificationChange& change) override;
  amazonpay::Result<std::vector<std::string>> orders_of(const std::string& permission_id) override;
  amazonpay::Result<std::optional<amazonpay::ports::StoredOrphan>> orphan(const std::string& permission_id) override;
  amazonpay::Result<std::vector<amazonpay::Orphan>> open_orphans(int limit) override;
  amazonpay::Result<> commit(const amazonpay::ports::OrphanChange& change) override;

 private:
  World& world_;
};

struct HostOrders : amazonpay::ports::Orders {
  explicit HostOrders(World& w) : world(w) {}
  amazonpay::Result<amazonpay::ports::ShopOrder> get(const std::string& order_id) override;
  World& world;
};

struct HostSettings : amazonpay::ports::Settings {
  explicit HostSettings(World& w) : world(w) {}
  amazonpay::Result<amazonpay::ports::Policy> policy() override;
  World& world;
};

struct HostClock : amazonpay::ports::Clock {
  explicit HostClock(World& w) : world(w) {}
  std::int64_t now_ms() override;
  World& world;
};

// All of them together, for the fibers of one host.
struct HostPorts {
  explicit HostPorts(World& world)
      : amazon(world), ledger(world), orders(world), settings(world), clock(world), notifications(world), all{amazon, ledger, orders, settings, clock,
          notifications} {}
  HostPayments amazon;
  HostLedger ledger;
  HostOrders orders;
  HostSettings settings;
  HostClock clock;
  HostNotifications notifications;
  amazonpay::flows::Ports all;
};

}  // namespace simulation
