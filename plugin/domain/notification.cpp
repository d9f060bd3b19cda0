#include "domain/notification.hpp"

namespace amazonpay {

const char* name_of(NotificationState state) {
  switch (state) {
    case NotificationState::received: return "received";
    case NotificationState::done: return "done";
    case NotificationState::ignored: return "ignored";
    case NotificationState::quarantined: return "quarantined";
  }
  return "";
}

std::string key_of(const Notification& n) { return std::to_string(n.sent_ms) + "-" + n.message_id; }

NotificationState notification_state(const std::string& name) {
  if (name == "done") return NotificationState::done;
  if (name == "ignored") return NotificationState::ignored;
  return name == "quarantined" ? NotificationState::quarantined : NotificationState::received;
}

}  // namespace amazonpay
