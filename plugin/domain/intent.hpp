// An intent is a durable decision to move money. It is stored before Amazon is called, and its id is the idempotency key for ever.
// Its state only moves along the arrows below; what is uncertain is never treated as failed.
//   planned → sending → accepted → done            (refunds: accepted until Amazon settles them)
//                     → uncertain → accepted/done/refused   (same key again, or read back)
//                     → refused                     (Amazon said no: nothing moved)
//             accepted → declined                   (Amazon took it back: nothing moved in the end)
//   awaiting_approval → planned                     (a second person said yes; the amount is frozen and reserved meanwhile)
//   awaiting_approval, planned → withdrawn          (a person said no or took it back before anything was sent, or the time for a yes is over)
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "domain/payment.hpp"

namespace amazonpay {

enum class IntentKind { capture, create_charge, cancel_charge, close_permission, refund, track_delivery };
enum class IntentState { planned, sending, uncertain, accepted, done, refused, declined, awaiting_approval, withdrawn };

struct Actor {
  std::string id;    // "system" for tasks
  std::string name;
};

// Pieces of a line for which this intent gives money back.
struct LinePieces {
  std::string line_id;
  int pieces = 0;
  bool operator==(const LinePieces&) const = default;
};

struct Intent {
  std::string id;             // 32 hex digits
  std::string order_id;
  std::string order_number;
  IntentKind kind = IntentKind::refund;
  IntentState state = IntentState::planned;
  std::string permission_id;
  std::string charge_id;      // empty for create_charge and close_permission
  Money amount;               // zero for cancel_charge and close_permission
  std::string cause;          // operation or event that decided it
  std::string event;          // line.cancel, order.cancel …; "bulk" for a row of a bulk job; empty for a single action of a person
  std::string soft_descriptor; // frozen with the intent: a repeat must send the same bytes
  Actor who;
  std::string reason;         // id of the reason catalogue
  std::string note;
  std::vector<LinePieces> lines;
  DeliveryDetails delivery;   // of track_delivery
  std::string amazon_id;      // refund id or new charge id, once known
  std::string code;           // Amazon's reasonCode when refused or declined
  std::string message;
  std::string request_id;     // Amazon's request id of the last answer
  int attempts = 0;
  bool may_have_arrived = false; // an earlier try was sent without a usable answer: only the same key or a reading settles it
  bool undecided = false;     // too old to send again and the charge does not tell: a person decides (domain/uncertainty.hpp)
  std::int64_t first_sent_ms = 0;
  std::int64_t send_after_ms = 0; // cooling-off: nothing is sent before, so it can be taken back; 0: at once
  std::int64_t expires_ms = 0;    // of awaiting_approval
  Actor approved_by;          // empty: no approval was needed
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
};

// Not decided yet: nothing may be sent under another key for the same purpose, and its amount stays reserved.
constexpr bool is_open(IntentState s) {
  return s == IntentState::planned || s == IntentState::sending || s == IntentState::uncertain || s == IntentState::awaiting_approval;
}
// Its amount counts against limits (planned up to settled; not once refused, declined or withdrawn).
constexpr bool reserves(IntentState s) { return s != IntentState::refused && s != IntentState::declined && s != IntentState::withdrawn; }
// Nothing was ever sent: it can be withdrawn without asking Amazon.
inline bool never_sent(const Intent& i) { return (i.state == IntentState::planned || i.state == IntentState::awaiting_approval) && i.attempts == 0; }

const char* name_of(IntentKind kind);     // "refund" …: stored and shown in the raw view
const char* name_of(IntentState state);
IntentKind intent_kind(const std::string& name);
IntentState intent_state(const std::string& name);

// What they move together: at least one, all in one currency.
Money sum_of(const std::vector<Intent>& intents);

// The one way to make an intent's id: the same cause, charge and purpose give the same id for ever, so a repeated event cannot become a second refund.
// The shop is part of it: two shops with one Amazon account and the same order number never meet (T20).
std::string intent_id(const std::string& shop_id, const std::string& order_id, const std::string& cause, IntentKind kind,
                      const std::string& target_id);

}  // namespace amazonpay
