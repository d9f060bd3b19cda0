#include "domain/notification.hpp"

#include <numeric>

namespace amazonpay {

const char* name_of(NotificationState state) {
  switch (state) {
    case NotificationState::received: return "received";
    case NotificationState::postponed: return "postponed";
    case NotificationState::done: return "done";
    case NotificationState::ignored: return "ignored";
    case NotificationState::quarantined: return "quarantined";
  }
  return "";
}

std::string key_of(const Notification& n) { return std::to_string(n.sent_ms) + "-" + n.message_id; }

bool waits(const Notification& n) { return n.state == NotificationState::received || n.state == NotificationState::postponed; }

int slot_of(const Notification& n) {
  return 1 + std::accumulate(n.permission_id.begin(), n.permission_id.end(), 0, [](int sum, char c) { return (sum + static_cast<unsigned char>(c)) % notification_slots; });
}

NotificationState notification_state(const std::string& name) {
  if (name == "postponed") return NotificationState::postponed;
  if (name == "done") return NotificationState::done;
  if (name == "ignored") return NotificationState::ignored;
  return name == "quarantined" ? NotificationState::quarantined : NotificationState::received;
}

}  // namespace amazonpay
