// The projection: our stored view of Amazon's objects for one order, in Amazon's words. Pure values.
// The adapter plugin/amazon makes Charge, Refund and ChargePermission from the wire; apply.hpp merges them in; everything else only reads.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/money.hpp"

namespace amazonpay {

// Amazon's states (reference: Amazon Pay API v2, charge / charge permission / refund). A word we do not know becomes `unknown` and is kept in raw_state.
enum class ChargeState { authorization_initiated, authorized, capture_initiated, captured, canceled, declined, unknown };
enum class RefundState { initiated, refunded, declined, unknown };
enum class PermissionState { chargeable, non_chargeable, closed, unknown };
enum class Environment { sandbox, live };
const char* environment_name(Environment environment);  // "sandbox", "live": stored documents, URLs

struct Charge {
  std::string id;                 // S02-1234567-7654321-C012345
  std::string permission_id;
  ChargeState state = ChargeState::unknown;
  std::string raw_state;          // Amazon's word
  std::string reason_code;        // why it is declined or canceled
  std::string reason_description;
  Money amount;                   // authorised
  Money captured;                 // zero before the capture
  Money refunded;                 // Amazon's own figure, also refunds we did not start
  std::string soft_descriptor;
  std::int64_t created_ms = 0;
  std::int64_t expires_ms = 0;
  std::int64_t updated_ms = 0;    // Amazon's lastUpdatedTimestamp; never goes back
  bool at_checkout = false;       // captured in the checkout step
  bool settled = false;           // listed in a settlement
  bool collected_later = false;   // its capture began after this shop had read the payment: somebody started it since
  std::string merchant_reference_id; // the shop's own number, if Amazon carries one here
  std::string request_id;         // Amazon's request id of the answer this was read from
  std::string raw;                // Amazon's answer, personal data redacted; only of an object that was just read: it is kept apart from the payment
};

struct Refund {
  std::string id;                 // S02-1234567-7654321-R012345
  std::string charge_id;
  Money amount;
  RefundState state = RefundState::unknown;
  std::string raw_state;
  std::string reason_code;
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
  std::string intent_id;          // ours; empty if this shop did not start it
  std::string request_id;
  std::string raw;
};

struct ChargePermission {
  std::string id;                 // S02-1234567-7654321
  PermissionState state = PermissionState::unknown;
  std::string raw_state;
  std::string reason_code;        // the first of Amazon's reasons
  std::string reason_description;
  std::string type;               // OneTime, Recurring, PaymentMethodOnFile
  std::optional<Money> limit;
  std::optional<Money> balance;   // what may still be charged
  std::optional<Currency> presentment_currency;
  std::int64_t created_ms = 0;
  std::int64_t expires_ms = 0;    // 0: never
  std::int64_t updated_ms = 0;
  Environment environment = Environment::sandbox;
  std::string merchant_reference_id;
  std::string request_id;
  std::string raw;
};

// A checkout that the buyer has begun: it leads to a charge permission once completed. Amazon drops an open one 24 hours after its creation.
enum class SessionState { open, completed, canceled, unknown };
struct CheckoutSession {
  std::string id;
  SessionState state = SessionState::unknown;
  std::string raw_state;
  std::string reason_code;        // BuyerCanceled, AmazonCanceled, Declined, Expired
  std::string permission_id;      // empty until completed
  std::string charge_id;          // empty until completed; stays empty for the intent "Confirm"
  std::string merchant_reference_id;
  std::int64_t created_ms = 0;
  std::int64_t expires_ms = 0;
  std::string request_id;
};

// What Amazon's delivery tracker takes: tells the buyer where the parcel is. Not part of the money.
struct DeliveryDetails {
  std::string carrier_code;       // of Amazon's list: DHL, UPS, …
  std::string tracking_number;    // usable once
  bool operator==(const DeliveryDetails&) const = default;
};

// A chargeback: the buyer asked the bank or Amazon for the money. Amazon notifies of it and has no operation to read it, so how it ended is what a person
// says. A lost one took money of its charge outside refunds: it stays reserved as taken (domain/limits), so that nobody gives it back a second time.
enum class DisputeOutcome { open, won, lost };
const char* name_of(DisputeOutcome outcome);
DisputeOutcome dispute_outcome(const std::string& name);

struct Dispute {
  std::string id;              // Amazon's
  std::string charge_id;       // empty: nothing was collected when it came
  std::optional<Money> amount; // what it took; known once it is lost
  Money elsewhere_before;      // given back by others when it was opened: what Amazon's figure shows above that may be the dispute itself
  std::int64_t opened_ms = 0;
  std::int64_t closed_ms = 0;
  DisputeOutcome outcome = DisputeOutcome::open;
};

// One of the last tries to read Amazon's objects.
struct SyncState {
  std::int64_t synced_ms = 0;      // last complete reading: "as of"
  std::int64_t failed_ms = 0;      // last failed try after it; 0: none
  std::string failure_code;        // keys_refused, unreachable, or Amazon's code
  std::string failure_text;
  std::int64_t next_ms = 0;        // when the next reading is due; 0: everything is final
};

struct Payment {
  std::string order_id;
  std::string order_number;
  std::string shop_id;
  Currency currency;
  Environment environment = Environment::sandbox;
  std::string permission_id;                   // known from checkout; also before the first reading
  bool captured_at_checkout = false;
  Money order_total;                           // what the open lines are worth
  Money original_total;
  bool order_canceled = false;
  bool order_deleted = false;
  std::optional<CheckoutSession> session;      // known from checkout, while the buyer has not finished there and no permission exists
  std::optional<ChargePermission> permission;  // nothing until the first reading
  std::vector<Charge> charges;                 // oldest first
  std::vector<Refund> refunds;                 // oldest first
  std::vector<Dispute> disputes;               // as they came
  Money refunds_taken_over;                    // refunds of others that this shop has accepted as facts
  Money captures_taken_over;                   // and captures
  SyncState sync;
  std::int64_t created_ms = 0;

  const Charge* charge(const std::string& id) const;
  const Refund* refund(const std::string& id) const;
  const Dispute* dispute(const std::string& id) const;
};

template <class Predicate>
bool any_charge(const Payment& payment, Predicate predicate) {
  for (const auto& charge : payment.charges)
    if (predicate(charge)) return true;
  return false;
}

// What buyer, Seller Central and this shop call the payment by: the charge permission of a one-time payment; of a recurring or saved-wallet one the charge,
// because its permission serves many orders (API reference 5.1, 11). The checkout session while nothing else exists.
std::string reference_of(const Payment& payment);

// A dispute is open: shown as a flag beside the word, never instead of it.
bool is_disputed(const Payment& payment);

bool is_final(ChargeState state);
bool is_final(RefundState state);

ChargeState charge_state(const std::string& amazon_word);
RefundState refund_state(const std::string& amazon_word);
PermissionState permission_state(const std::string& amazon_word);
SessionState session_state(const std::string& amazon_word);

}  // namespace amazonpay
