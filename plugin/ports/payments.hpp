// Amazon Pay as the flows see it. Implemented by plugin/amazon (HTTPS) and by fakes in tests. Any thread; blocks at most until the call's deadline.
//
// A failure says what happened to the request (architecture, money and outcomes):
//   unavailable  not sent: nothing happened, the same intent may be sent again later
//   uncertain    sent, no usable answer (also 5xx, 429): send again with the same key or read back; never a new key
//   refused      Amazon said no; Failure.code is its reasonCode
//   not_found    a GET of an id Amazon does not know in this environment
// Failure.trace is Amazon's request id. A success is a state of the object; whether it is final is read from the object.
#pragma once
#include <string>

#include "domain/payment.hpp"

namespace amazonpay::ports {

// Amazon (or we, before asking) refused the keys, not the request: nothing happened, and it is sent again once the connection is mended.
inline bool keys_refused(const Failure& f) {
  for (const char* code : {"keys_missing", "keys_refused", "InvalidAuthentication", "InvalidRequestSignature", "UnauthorizedAccess", "InvalidAccountStatus", "InvalidAuthorizationToken"})
    if (f.code == code) return true;
  return false;
}

// Our own turn to ask did not come in time: nothing was sent, and nothing is wrong with Amazon or the order.
inline bool paced(const Failure& f) { return f.code == "paced"; }

class Payments {
 public:
  virtual ~Payments() = default;

  virtual Result<ChargePermission> get_permission(const std::string& permission_id) = 0;
  virtual Result<Charge> get_charge(const std::string& charge_id) = 0;
  virtual Result<Refund> get_refund(const std::string& refund_id) = 0;
  virtual Result<CheckoutSession> get_session(const std::string& session_id) = 0;

  // key: the intent's id, at most 32 characters.
  virtual Result<Charge> capture(const std::string& charge_id, Money amount, const std::string& soft_descriptor, const std::string& key) = 0;
  virtual Result<Charge> create_charge(const std::string& permission_id, Money amount, bool capture_now, const std::string& soft_descriptor,
                                       const std::string& key) = 0;
  virtual Result<Refund> create_refund(const std::string& charge_id, Money amount, const std::string& soft_descriptor, const std::string& key) = 0;
  // DELETE operations are idempotent by nature and take no key.
  virtual Result<Charge> cancel_charge(const std::string& charge_id, const std::string& reason) = 0;
  virtual Result<ChargePermission> close_permission(const std::string& permission_id, const std::string& reason, bool cancel_pending_charges) = 0;
  // Moves no money. refused with InvalidParameterValue: the carrier is not in Amazon's list, or the tracking number was used before.
  virtual Result<> track_delivery(const std::string& permission_id, const DeliveryDetails& delivery, const std::string& key) = 0;
};

}  // namespace amazonpay::ports
