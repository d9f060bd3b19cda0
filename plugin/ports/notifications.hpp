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

// All of it or nothing. Conflict: the notification is not at the expected version.
struct NotificationChange {
  StoredNotification stored;     // the new content and the version it replaces
  std::optional<Orphan> orphan;  // written as it is
  std::vector<Task> tasks;
  std::vector<AuditEntry> audit;
};

class Notifications {
 public:
  virtual ~Notifications() = default;
  virtual Result<StoredNotification> notification(const std::string& message_id) = 0;                                  // not_found
  virtual Result<std::vector<std::string>> waiting(std::int64_t received_before_ms, int limit) = 0;                    // message ids, oldest first
  virtual Result<> commit(const NotificationChange& change) = 0;

  // The orders of this shop that carry the charge permission: one, or several for a recurring or saved-wallet permission.
  virtual Result<std::vector<std::string>> orders_of(const std::string& permission_id) = 0;

  virtual Result<std::optional<Orphan>> orphan(const std::string& permission_id) = 0;
  virtual Result<std::vector<Orphan>> open_orphans(int limit) = 0;
  virtual Result<> put_orphan(const Orphan& orphan, const AuditEntry& audit) = 0;
};

}  // namespace amazonpay::ports
