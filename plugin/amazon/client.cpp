#include "amazon/client.hpp"

#include "amazon/call_amazon.hpp"
#include "amazon/wire.hpp"
#include "amazon/wire_checkout.hpp"
#include "domain/text.hpp"

namespace amazonpay::amazon {
namespace {

Result<> check_order(const std::string& id, Money amount, const std::string& key) {
  if (!is_id(id)) return bad_id();
  if (!amount.positive()) return invalid(tr("The amount must be above zero."));
  if (!is_key(key)) return bad_key();
  return hostapi::success();
}

}  // namespace

Client::Client(std::shared_ptr<const Connection> connection, Terms terms) : connection_(std::move(connection)), terms_(std::move(terms)) {
  ensure(connection_ != nullptr, "a client needs a connection");
}

// Not usable in Japan (API reference 3.6).
std::string Client::descriptor(const std::string& soft_descriptor) const { return connection_->region() == "jp" ? std::string() : soft_descriptor; }

Result<ChargePermission> Client::get_permission(const std::string& permission_id) {
  if (!is_id(permission_id)) return bad_id();
  auto answer = ask(*connection_, terms_, {Call::get_permission, "/chargePermissions/" + permission_id}, read_permission);
  const bool fits = answer && answer->id == permission_id;
  return expect(std::move(answer), fits, false);
}

Result<Charge> Client::get_charge(const std::string& charge_id) {
  if (!is_id(charge_id)) return bad_id();
  auto answer = ask(*connection_, terms_, {Call::get_charge, "/charges/" + charge_id}, read_charge);
  const bool fits = answer && answer->id == charge_id;
  return expect(std::move(answer), fits, false);
}

Result<Refund> Client::get_refund(const std::string& refund_id) {
  if (!is_id(refund_id)) return bad_id();
  auto answer = ask(*connection_, terms_, {Call::get_refund, "/refunds/" + refund_id}, read_refund);
  const bool fits = answer && answer->id == refund_id;
  return expect(std::move(answer), fits, false);
}

Result<CheckoutSession> Client::get_session(const std::string& session_id) {
  if (!is_id(session_id)) return bad_id();
  auto answer = ask(*connection_, terms_, {Call::get_session, "/checkoutSessions/" + session_id}, read_session);
  const bool fits = answer && answer->id == session_id;
  return expect(std::move(answer), fits, false);
}

Result<Charge> Client::capture(const std::string& charge_id, Money amount, const std::string& soft_descriptor, const std::string& key) {
  if (auto good = check_order(charge_id, amount, key); !good) return good.failure();
  auto answer = ask(*connection_, terms_, {Call::capture, "/charges/" + charge_id + "/capture", capture_body(amount, descriptor(soft_descriptor)), key}, read_charge);
  const bool fits = answer && answer->id == charge_id && answer->amount.currency() == amount.currency();
  return expect(std::move(answer), fits, true);
}

Result<Charge> Client::create_charge(const std::string& permission_id, Money amount, bool capture_now, const std::string& soft_descriptor,
                                     const std::string& key) {
  if (auto good = check_order(permission_id, amount, key); !good) return good.failure();
  const auto body = create_charge_body(permission_id, amount, capture_now, descriptor(soft_descriptor));
  auto answer = ask(*connection_, terms_, {Call::create_charge, "/charges", body, key}, read_charge);
  const bool fits = answer && answer->permission_id == permission_id && answer->amount.currency() == amount.currency();
  return expect(std::move(answer), fits, true);
}

Result<Refund> Client::create_refund(const std::string& charge_id, Money amount, const std::string& soft_descriptor, const std::string& key) {
  if (auto good = check_order(charge_id, amount, key); !good) return good.failure();
  auto answer = ask(*connection_, terms_, {Call::create_refund, "/refunds", create_refund_body(charge_id, amount, descriptor(soft_descriptor)), key}, read_refund);
  const bool fits = answer && answer->charge_id == charge_id && answer->amount.currency() == amount.currency();
  return expect(std::move(answer), fits, true);
}

Result<Charge> Client::cancel_charge(const std::string& charge_id, const std::string& reason) {
  if (!is_id(charge_id)) return bad_id();
  auto answer = ask(*connection_, terms_, {Call::cancel_charge, "/charges/" + charge_id + "/cancel", cancel_body(reason)}, read_charge);
  const bool fits = answer && answer->id == charge_id;
  return expect(std::move(answer), fits, true);
}

Result<ChargePermission> Client::close_permission(const std::string& permission_id, const std::string& reason, bool cancel_pending_charges) {
  if (!is_id(permission_id)) return bad_id();
  const auto body = close_body(reason, cancel_pending_charges);
  auto answer = ask(*connection_, terms_, {Call::close_permission, "/chargePermissions/" + permission_id + "/close", body}, read_permission);
  const bool fits = answer && answer->id == permission_id;
  return expect(std::move(answer), fits, true);
}

Result<> Client::track_delivery(const std::string& permission_id, const DeliveryDetails& delivery, const std::string& key) {
  if (!is_id(permission_id)) return bad_id();
  if (!is_key(key)) return bad_key();
  if (delivery.carrier_code.empty() || delivery.tracking_number.empty()) return invalid(tr("Delivery tracking needs a carrier and a tracking number."));
  auto told = ask(*connection_, terms_, {Call::track_delivery, "/deliveryTrackers", delivery_body(permission_id, delivery), key}, read_tracker);
  if (!told) return told.failure();
  const bool fits = told->empty() || *told == permission_id;
  if (auto answer = expect(std::move(told), fits, true); !answer) return answer.failure();
  return hostapi::success();
}

}  // namespace amazonpay::amazon
