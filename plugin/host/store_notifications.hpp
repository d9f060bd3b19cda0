// ports::Notifications over hostapi.store: the collections notifications and orphans, and the index of payments by charge permission.
// Made per call. Failures are the host's: conflict, unavailable, uncertain keep their meaning. In-call, one thread.
#pragma once
#include <hostapi/sdk.hpp>

#include "ports/notifications.hpp"

namespace amazonpay::host {

// Of a find: nothing was done about them yet, see waits().
json::object still_waiting();

class StoreNotifications : public ports::Notifications {
 public:
  explicit StoreNotifications(const hostapi::sdk::Session& session) : session_(session) {}

  Result<ports::StoredNotification> notification(const std::string& key) override;
  Result<std::vector<std::string>> waiting(std::int64_t received_before_ms, int limit) override;
  Result<std::vector<std::string>> received(int slot, int limit) override;
  Result<> commit(const ports::NotificationChange& change) override;
  Result<std::vector<std::string>> orders_of(const std::string& permission_id) override;
  Result<std::optional<ports::StoredOrphan>> orphan(const std::string& permission_id) override;
  Result<std::vector<Orphan>> open_orphans(int limit) override;
  Result<> commit(const ports::OrphanChange& change) override;

  // For the page: newest first, of one state (empty: all), received before that time (0: from the newest on).
  Result<std::vector<Notification>> newest(const std::string& state, int limit, std::int64_t before_ms = 0);
  Result<std::int64_t> count(const std::string& state);
  Result<std::vector<Notification>> of_order(const std::string& order_id, int limit);

 private:
  hostapi::sdk::Session session_;
};

}  // namespace amazonpay::host
