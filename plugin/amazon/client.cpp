#include "amazon/client.hpp"

#include <algorithm>

#include "amazon/errors.hpp"
#include "amazon/wire.hpp"
#include "domain/text.hpp"

namespace amazonpay::amazon {
namespace {

// Ids go into the path: only what Amazon's ids are made of.
bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && id.front() != '.' &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) { return c < 0x80 && (std::isalnum(c) || c == '-' || c == '.'); });
}

bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= 32 &&
         std::all_of(key.begin(), key.end(), [](unsigned char c) { return c < 0x80 && (std::isalnum(c) || c == '-' || c == '_'); });
}

Failure invalid(const char* sentence) { return {Kind::invalid, sentence, {}, {}}; }

Failure bad_id() { return invalid(tr("This is not a reference of Amazon Pay.")); }

Failure bad_key() { return invalid(tr("The idempotency key must be 1 to 32 letters, digits, dashes or underscores.")); }

Result<> check_order(const std::string& id, Money amount, const std::string& key) {
  if (!is_id(id)) return bad_id();
  if (!amount.positive()) return invalid(tr("The amount must be above zero."));
  if (!is_key(key)) return bad_key();
  return hostapi::success();
}

// Sends, and reads the answer with read(text, environment). Everything but a readable 2xx is a Failure.
template <class Read>
auto ask(const Connection& connection, const Terms& terms, const Operation& operation, Read read) -> decltype(read("", Environment::sandbox)) {
  const auto outcome = connection.send(operation, terms);
  if (outcome.delivery != Delivery::answered || outcome.status < 200 || outcome.status > 299) return failure_of(outcome, operation.mutating());
  auto answer = read(outcome.body, connection.environment());
  if (!answer) return unreadable_answer(outcome, operation.mutating(), answer.message());
  if constexpr (requires { answer->request_id; }) answer->request_id = outcome.request_id;
  return answer;
}

// The answer must be about what was asked; otherwise nothing is known about it.
template <class T>
Result<T> expect(Result<T> answer, bool fits, bool mutating) {
  if (!answer || fits) return answer;
  return Failure{mutating ? Kind::uncertain : Kind::unavailable, tr("Amazon Pay answered about something else than was asked. This is checked again."),
                 "unreadable_answer", {}};
}

}  // namespace

Client::Client(std::shared_ptr<const Connection> connection, Terms terms) : connection_(std::move(connection)), terms_(std::move(terms)) {
  ensure(connection_ != nullptr, "a client needs a connection");
}

// Not usable in Japan (API reference 3.6).
std::string Client::descriptor(const std::string& soft_descriptor) const { return connection_->region() == "jp" ? std::string() : soft_descriptor; }

Result<ChargePermission> Client::get_permission(const std::string& permission_id) {
  if (!is_id(permission_id)) return bad_id();
  auto answer = ask(*connection_, terms_, {"GET", "/chargePermissions/" + permission_id, {}, {}}, read_permission);
  const bool fits = answer && answer->id == permission_id;
  return expect(std::move(answer), fits, false);
}

Result<Charge> Client::get_charge(const std::string& charge_id) {
  if (!is_id(charge_id)) return bad_id();
  auto answer = ask(*connection_, terms_, {"GET", "/charges/" + charge_id, {}, {}}, read_charge);
  const bool fits = answer && answer->id == charge_id;
  return expect(std::move(answer), fits, false);
}

Result<Refund> Client::get_refund(const std::string& refund_id) {
  if (!is_id(refund_id)) return bad_id();
  auto answer = ask(*connection_, terms_, {"GET", "/refunds/" + refund_id, {}, {}}, read_refund);
  const bool fits = answer && answer->id == refund_id;
  return expect(std::move(answer), fits, false);
}

Result<CheckoutSession> Client::get_session(const std::string& session_id) {
  if (!is_id(session_id)) return bad_id();
  auto answer = ask(*connection_, terms_, {"GET", "/checkoutSessions/" + session_id, {}, {}}, read_session);
  const bool fits = answer && answer->id == session_id;
  return expect(std::move(answer), fits, false);
}

Result<Charge> Client::capture(const std::string& charge_id, Money amount, const std::string& soft_descriptor, const std::string& key) {
  if (auto good = check_order(charge_id, amount, key); !good) return good.failure();
  auto answer = ask(*connection_, terms_, {"POST", "/charges/" + charge_id + "/capture", capture_body(amount, descriptor(soft_descriptor)), key}, read_charge);
  const bool fits = answer && answer->id == charge_id && answer->amount.currency() == amount.currency();
  return expect(std::move(answer), fits, true);
}

Result<Charge> Client::create_charge(const std::string& permission_id, Money amount, bool capture_now, const std::string& soft_descriptor,
                                     const std::string& key) {
  if (auto good = check_order(permission_id, amount, key); !good) return good.failure();
  const auto body = create_charge_body(permission_id, amount, capture_now, descriptor(soft_descriptor));
  auto answer = ask(*connection_, terms_, {"POST", "/charges", body, key}, read_charge);
  const bool fits = answer && answer->permission_id == permission_id && answer->amount.currency() == amount.currency();
  return expect(std::move(answer), fits, true);
}

Result<Refund> Client::create_refund(const std::string& charge_id, Money amount, const std::string& soft_descriptor, const std::string& key) {
  if (auto good = check_order(charge_id, amount, key); !good) return good.failure();
  auto answer = ask(*connection_, terms_, {"POST", "/refunds", create_refund_body(charge_id, amount, descriptor(soft_descriptor)), key}, read_refund);
  const bool fits = answer && answer->charge_id == charge_id && answer->amount.currency() == amount.currency();
  return expect(std::move(answer), fits, true);
}

Result<Charge> Client::cancel_charge(const std::string& charge_id, const std::string& reason) {
  if (!is_id(charge_id)) return bad_id();
  auto answer = ask(*connection_, terms_, {"DELETE", "/charges/" + charge_id + "/cancel", cancel_body(reason), {}}, read_charge);
  const bool fits = answer && answer->id == charge_id;
  return expect(std::move(answer), fits, true);
}

Result<ChargePermission> Client::close_permission(const std::string& permission_id, const std::string& reason, bool cancel_pending_charges) {
  if (!is_id(permission_id)) return bad_id();
  const auto body = close_body(reason, cancel_pending_charges);
  auto answer = ask(*connection_, terms_, {"DELETE", "/chargePermissions/" + permission_id + "/close", body, {}}, read_permission);
  const bool fits = answer && answer->id == permission_id;
  return expect(std::move(answer), fits, true);
}

Result<> Client::track_delivery(const std::string& permission_id, const DeliveryDetails& delivery, const std::string& key) {
  if (!is_id(permission_id)) return bad_id();
  if (!is_key(key)) return bad_key();
  if (delivery.carrier_code.empty() || delivery.tracking_number.empty()) return invalid(tr("Delivery tracking needs a carrier and a tracking number."));
  // The answer echoes the request; its id member has two spellings and nothing else in it is news (API reference 12).
  return ask(*connection_, terms_, {"POST", "/deliveryTrackers", delivery_body(permission_id, delivery), key},
             [](std::string_view, Environment) -> Result<> { return hostapi::success(); });
}

}  // namespace amazonpay::amazon
