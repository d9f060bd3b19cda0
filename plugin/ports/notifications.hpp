// Where received notifications and found orphans are kept. Implemented by plugin/host over hostapi.store and by fakes in tests. In-call.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/notification.hpp"
#include "domain/orphan.hpp"
#include "ports/ledger.hpp"

namespace amazonpay::ports {

struct StoredNotification {
  Notification notification;
  std::uint64_t version = 0;  // 0: not stored yet
};

struct StoredOrphan {
  Orphan orphan;
  std::uint64_t version = 0;  // 0: not stored yet
};

// All of it or nothing. Conflict: the notification or the orphan is not at the expected version.
struct NotificationChange {
  StoredNotification stored;     // the new content and the version it replaces
  std::optional<StoredOrphan> orphan;
  std::vector<Task> tasks;
  std::vector<AuditEntry> audit;
};

// An order of the shop learns which charge permission pays it. Only while it still carries `replaces` (empty, or its checkout session).
struct OrderLink {
  std::string order_id;
  std::string replaces;
  std::string reference;
  std::string charge_id;  // may be empty
};

// All of it or nothing. Conflict: the orphan is not at the expected version, or the order carries another reference by now.
struct OrphanChange {
  StoredOrphan stored;
  std::optional<OrderLink> link;
  std::vector<Task> tasks;
  std::vector<AuditEntry> audit;
};

class Notifications {
 public:
  virtual ~Notifications() = default;
  virtual Result<StoredNotification> notification(const std::string& key) = 0;                                         // not_found
  virtual Result<std::vector<std::string>> waiting(std::int64_t received_before_ms, int limit) = 0;                    // keys, oldest first
  virtual Result<std::vector<std::string>> received(int slot, int limit) = 0;                                          // keys, oldest first
  virtual Result<> commit(const NotificationChange& change) = 0;

  // The orders of this shop that carry the charge permission: one, or several for a recurring or saved-wallet permission.
  virtual Result<std::vector<std::string>> orders_of(const std::string& permission_id) = 0;

  virtual Result<std::optional<StoredOrphan>> orphan(const std::string& permission_id) = 0;
  virtual Result<std::vector<Orphan>> open_orphans(int limit) = 0;  // newest found first
  virtual Result<> commit(const OrphanChange& change) = 0;
};

}  // namespace amazonpay::ports
