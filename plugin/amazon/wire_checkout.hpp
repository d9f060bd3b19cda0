// Amazon's JSON of checkout sessions, buyers, updates and tokens, to values and back (API reference 3.4, 3.5, 3.6). Used by checkout_client.cpp and
// client.cpp. Pure functions, any thread, never throw for input; tolerant of unknown members and states, strict about money, like wire.hpp.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "amazon/secret.hpp"
#include "amazon/signing.hpp"
#include "domain/payment.hpp"

namespace amazonpay::amazon {

// merchantMetadata: what the order is called in the shop. Empty members are not sent.
struct OrderReference {
  std::string reference_id;   // at most 256 bytes
  std::string store_name;     // 50
  std::string note_to_buyer;  // 255
  std::string custom;         // 4096
};

struct Recurring {
  std::string unit;   // Year, Month, Week, Day, Variable
  std::string value;  // how many of them; empty for Variable
  std::optional<Money> amount;
};

// What a session is made of or changed to. Empty members are not sent.
struct CheckoutWishes {
  std::string review_return_url, result_return_url, cancel_url;
  std::string checkout_mode;           // ProcessOrder: no review page
  std::string store_id;
  std::vector<std::string> scopes;     // name, email, …
  std::string permission_type;         // OneTime, Recurring, PaymentMethodOnFile
  std::optional<Recurring> recurring;
  std::string payment_intent;          // Confirm, Authorize, AuthorizeWithCapture
  std::optional<bool> can_handle_pending;
  std::optional<Money> amount;
  std::optional<Money> order_total;
  std::optional<Currency> presentment_currency;
  std::string soft_descriptor;
  OrderReference reference;
  NamedValues shipping_address;        // Amazon's member names; for a scripted checkout
  NamedValues billing_address;
};

// A session with what only a checkout needs.
struct OpenCheckout : CheckoutSession {
  std::string redirect_url;            // where the buyer goes
  std::string payment_intent;
  std::optional<Money> amount;
  std::vector<std::string> missing;    // ids of constraints: it cannot be completed while there are any
};

// Personal data: never logged, never stored by the library.
struct Buyer {
  std::string id;
  std::string name;
  std::string email;
  std::string postal_code;
  std::string country;
  std::string request_id;
};

Result<OpenCheckout> read_checkout(std::string_view text, Environment expected);
Result<Buyer> read_buyer(std::string_view text, Environment environment);
Result<Secret> read_authorization_token(std::string_view text, Environment environment);
// The charge permission that a delivery tracker's answer names, under either of its two names; empty if it names none.
Result<std::string> read_tracker(std::string_view text, Environment environment);

std::string create_session_body(const CheckoutWishes& wishes);
std::string update_session_body(const CheckoutWishes& wishes);
std::string complete_session_body(Money amount, const std::optional<Money>& order_total);
std::string finalize_session_body(const CheckoutWishes& wishes);
std::string update_permission_body(const OrderReference& reference, const std::optional<Recurring>& recurring);
std::string update_charge_body(std::string_view state, std::string_view reason_code);

}  // namespace amazonpay::amazon
