// The operations of a checkout, and the rest of the API that the admin plugin's own port does not need: for a shop's checkout, for tests and for tools.
// Together with Client (client.hpp) and ReportClient (report_client.hpp) this is every operation of API reference 3.1. Made per call like Client, with the
// same promises: failures as in ports/payments.hpp, bad arguments are Kind::invalid and nothing is sent, any thread.
#pragma once
#include <memory>
#include <string>

#include "amazon/connection.hpp"
#include "amazon/wire_checkout.hpp"

namespace amazonpay::amazon {

class CheckoutClient {
 public:
  explicit CheckoutClient(std::shared_ptr<const Connection> connection, Terms terms = {});

  Result<OpenCheckout> create_session(const CheckoutWishes& wishes, const std::string& key);
  Result<OpenCheckout> get_session(const std::string& session_id);
  Result<OpenCheckout> update_session(const std::string& session_id, const CheckoutWishes& wishes);
  // The amount must be that of the session. Amazon answers 202 while the authorisation is pending: the charge then is not final. The key may be empty;
  // then nothing is repeated inside the call.
  Result<OpenCheckout> complete_session(const std::string& session_id, Money amount, const std::optional<Money>& order_total, const std::string& key);
  // Of a scripted checkout: says what the buyer pays before the script completes it.
  Result<OpenCheckout> finalize_session(const std::string& session_id, const CheckoutWishes& wishes, const std::string& key);

  Result<Buyer> get_buyer(const std::string& buyer_token);
  Result<ChargePermission> update_permission(const std::string& permission_id, const OrderReference& reference, const std::optional<Recurring>& recurring);
  // For payment service providers. A reason belongs to Canceled and Declined only.
  Result<Charge> update_charge(const std::string& charge_id, const std::string& state, const std::string& reason_code);
  // For solution providers; live only.
  Result<Secret> get_authorization_token(const std::string& mws_auth_token, const std::string& merchant_id);

 private:
  std::shared_ptr<const Connection> connection_;
  Terms terms_;
};

}  // namespace amazonpay::amazon
