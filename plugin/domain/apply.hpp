// The one place where Amazon's objects enter the projection: answers of calls and readings alike end here.
// States are monotone: an object never goes back in Amazon's own time, terminal stays terminal, Amazon's truth wins over ours.
#pragma once
#include <vector>

#include "domain/payment.hpp"
#include "domain/record.hpp"

namespace amazonpay {

struct Applied {
  bool changed = false;
  std::vector<Event> events;   // what the timeline gains
};

Applied apply_permission(Payment& payment, const ChargePermission& news, std::int64_t now_ms);
Applied apply_charge(Payment& payment, const Charge& news, std::int64_t now_ms);
Applied apply_refund(Payment& payment, const Refund& news, std::int64_t now_ms);

// Follows a refund's fate in the intent that started it: settled → done, declined → declined. True if the intent changed.
bool follow_refund(Intent& intent, const Refund& refund, std::int64_t now_ms);
// The same for a capture or new charge that Amazon accepted and decided later: captured → done, declined or canceled → declined; captured with
// another amount by somebody else → refused.
bool follow_charge(Intent& intent, const Charge& charge, std::int64_t now_ms);

}  // namespace amazonpay
