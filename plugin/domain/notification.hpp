// One Instant Payment Notification of Amazon (through SNS), after its signature was found good. It says which object changed and never how: the object is
// read again, so duplicates, disorder and delay cannot matter. Pure values; made by plugin/amazon, kept by the ledger, worked off by flows/notification.
#pragma once
#include <cstdint>
#include <string>

namespace amazonpay {

enum class NotificationState {
  received,     // stored and answered 200; the task of its slot works it off
  postponed,    // received, but its order or Amazon is waited for: a task of its own
  done,         // the order's projection holds what Amazon showed afterwards
  ignored,      // nothing to do: an old format, or a type that carries no news for an order
  quarantined,  // good signature, but a person or a later version must look: see `problem`
};
const char* name_of(NotificationState state);
NotificationState notification_state(const std::string& name);

struct Notification {
  std::string key;               // of the stored document: key_of(), or the bare message id of those that came before that was so
  std::string message_id;        // SNS; the same on redelivery
  std::string topic;             // TopicArn
  std::string notification_id;   // Amazon's own id
  std::string merchant_id;
  std::string object_type;       // CHARGE_PERMISSION, CHARGE, REFUND, CHARGEBACK; other words are kept as they are
  std::string object_id;
  std::string permission_id;
  std::string notification_type; // STATE_CHANGE, ATTRIBUTE_CHANGE
  std::string version;           // V2
  std::string text;              // the inner message as it came, at most 16 KB: for the reader of a quarantined one
  std::int64_t sent_ms = 0;      // SNS timestamp
  std::int64_t received_ms = 0;
  std::int64_t handled_ms = 0;
  NotificationState state = NotificationState::received;
  std::string problem;           // topic_not_confirmed, other_merchant, unknown_type, unknown_object, unreadable, dispute (that fits no single order); empty if none
  std::string order_id;          // once known
  int deliveries = 1;            // how often it came
};

// The same on redelivery, like both of its parts. The time in front keeps the newest side by side: with random keys each message changes a page of its own in the
// index of keys, which was a third of what the database wrote for it.
std::string key_of(const Notification& n);

// Nothing was done about it yet.
bool waits(const Notification& n);

// What is received in one slot is worked off one after the other, so all about one payment is. From 1 on.
inline constexpr int notification_slots = 8;
int slot_of(const Notification& n);

}  // namespace amazonpay
