// Money at Amazon without an order: a charge permission that a notification or a settlement spoke of and that no order of this shop carries. Found by
// flows/notification and flows/settlements, closed when its order turns up or when a person sets it aside. It holds no personal data.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "domain/payment.hpp"

namespace amazonpay {

struct Orphan {
  std::string permission_id;       // the key of the stored document
  std::string object_id;           // what was spoken of: a charge, a refund or the permission itself
  std::string source;              // notification, settlement
  Environment environment = Environment::sandbox;
  std::string state;               // of the permission, Amazon's word
  std::string merchant_reference_id;
  std::optional<Money> limit;      // what was agreed with the buyer
  std::optional<Money> balance;    // what may still be charged
  std::int64_t created_ms = 0;     // of the permission
  std::int64_t found_ms = 0;
  std::string reason_code;         // of the permission, Amazon's
  std::int64_t checked_ms = 0;     // Amazon was asked again
  std::int64_t asked_ms = 0;       // a task to ask was made
  std::string closing;             // operation that asked to close it at Amazon; durable before Amazon is called. Empty: nobody did
  std::string closing_by;
  std::string closing_reason;
  std::int64_t closing_ms = 0;
  std::string problem;             // Amazon refused to close it: its words
  bool open = true;
  std::string order_id;            // the order that turned up
  std::string closed_by;
  std::string closed_note;
  std::int64_t closed_ms = 0;
};

// Amazon cancels what nobody collects 24 hours after the checkout (API reference 5.1); 0: it does not wait any more.
std::int64_t drops_ms(const Orphan& orphan);
// How long Amazon has waited of its 24 hours, in minutes: 0 to 1440.
constexpr int drop_minutes = 24 * 60;
int waited_minutes(const Orphan& orphan, std::int64_t now_ms);
// "stop" in the last four hours, "wait" before, "watch" when Amazon does not drop it (any more).
const char* severity_of(const Orphan& orphan, std::int64_t now_ms);

}  // namespace amazonpay
