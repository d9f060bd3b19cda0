// Amazon's JSON to our values and back. Used by client.cpp. Pure functions, any thread, never throw for input.
// Reading is tolerant of what may change (unknown members, unknown states: kept raw) and strict where money is: an amount is a decimal text (a JSON
// number only if it is exact), all amounts of a charge have one currency. Kind::invalid says which member is wrong.
// An answer from the other environment than the expected one is Kind::invalid too: sandbox and live never mix.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "domain/payment.hpp"

namespace amazonpay::amazon {

Result<Charge> read_charge(std::string_view text, Environment expected);
Result<Refund> read_refund(std::string_view text, Environment expected);
Result<ChargePermission> read_permission(std::string_view text, Environment expected);
Result<CheckoutSession> read_session(std::string_view text, Environment expected);

// Bodies as compact JSON. An empty soft descriptor is left out.
std::string capture_body(Money amount, std::string_view soft_descriptor);
std::string create_charge_body(std::string_view permission_id, Money amount, bool capture_now, std::string_view soft_descriptor);
std::string create_refund_body(std::string_view charge_id, Money amount, std::string_view soft_descriptor);
std::string cancel_body(std::string_view reason);
std::string close_body(std::string_view reason, bool cancel_pending_charges);
std::string delivery_body(std::string_view permission_id, const DeliveryDetails& delivery);

// The same JSON with every personal text replaced by "[redacted]": buyer, addresses, names, mail, phone, the note to the buyer, tokens.
// Text that is not JSON gives an empty text.
std::string redacted(std::string_view text);

// "20250310T101500Z" (also the extended form, also with a fraction) to milliseconds; 0 if it is not a time.
std::int64_t unix_ms(std::string_view timestamp);
// Milliseconds to "20250310T101500Z".
std::string basic_timestamp(std::int64_t unix_ms);

}  // namespace amazonpay::amazon
