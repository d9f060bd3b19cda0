#include "amazon/checkout_client.hpp"

#include <algorithm>
#include <array>

#include "amazon/call_amazon.hpp"
#include "amazon/wire.hpp"

namespace amazonpay::amazon {
namespace {

// Tokens are opaque and longer than ids. A slash would make another path of it.
bool is_path_token(std::string_view text) {
  return !text.empty() && text.size() <= 2'048 && text.front() != '.' &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f && c != '/' && c != '?' && c != '#' && c != '%' && c != '\\'; });
}

Failure bad_amount() { return invalid(tr("The amount must be above zero.")); }

bool is_optional_key(const std::string& key) { return key.empty() || is_key(key); }

}  // namespace

CheckoutClient::CheckoutClient(std::shared_ptr<const Connection> connection, Terms terms) : connection_(std::move(connection)), terms_(std::move(terms)) {
  ensure(connection_ != nullptr, "a client needs a connection");
}

Result<OpenCheckout> CheckoutClient::create_session(const CheckoutWishes& wishes, const std::string& key) {
  if (!is_key(key)) return bad_key();
  return ask(*connection_, terms_, {Call::create_session, "/checkoutSessions", create_session_body(wishes), key}, read_checkout);
}

Result<OpenCheckout> CheckoutClient::get_session(const std::string& session_id) {
  if (!is_id(session_id)) return bad_id();
  auto answer = ask(*connection_, terms_, {Call::get_session, "/checkoutSessions/" + session_id}, read_checkout);
  const bool fits = answer && answer->id == session_id;
  return expect(std::move(answer), fits, false);
}

Result<OpenCheckout> CheckoutClient::update_session(const std::string& session_id, const CheckoutWishes& wishes) {
  if (!is_id(session_id)) return bad_id();
  auto answer = ask(*connection_, terms_, {Call::update_session, "/checkoutSessions/" + session_id, update_session_body(wishes)}, read_checkout);
  const bool fits = answer && answer->id == session_id;
  return expect(std::move(answer), fits, true);
}

Result<OpenCheckout> CheckoutClient::complete_session(const std::string& session_id, Money amount, const std::optional<Money>& order_total, const std::string& key) {
  if (!is_id(session_id)) return bad_id();
  if (!amount.positive()) return bad_amount();
  if (!is_optional_key(key)) return bad_key();
  const auto body = complete_session_body(amount, order_total);
  auto answer = ask(*connection_, terms_, {Call::complete_session, "/checkoutSessions/" + session_id + "/complete", body, key}, read_checkout);
  const bool fits = answer && answer->id == session_id;
  return expect(std::move(answer), fits, true);
}

Result<OpenCheckout> CheckoutClient::finalize_session(const std::string& session_id, const CheckoutWishes& wishes, const std::string& key) {
  if (!is_id(session_id)) return bad_id();
  if (!wishes.amount || !wishes.amount->positive()) return bad_amount();
  if (!is_optional_key(key)) return bad_key();
  auto answer = ask(*connection_, terms_, {Call::finalize_session, "/checkoutSessions/" + session_id + "/finalize", finalize_session_body(wishes), key}, read_checkout);
  const bool fits = answer && answer->id == session_id;
  return expect(std::move(answer), fits, true);
}

Result<Buyer> CheckoutClient::get_buyer(const std::string& buyer_token) {
  if (!is_path_token(buyer_token)) return bad_id();
  return ask(*connection_, terms_, {Call::get_buyer, "/buyers/" + buyer_token}, read_buyer);
}

Result<ChargePermission> CheckoutClient::update_permission(const std::string& permission_id, const OrderReference& reference, const std::optional<Recurring>& recurring) {
  if (!is_id(permission_id)) return bad_id();
  const auto body = update_permission_body(reference, recurring);
  auto answer = ask(*connection_, terms_, {Call::update_permission, "/chargePermissions/" + permission_id, body}, read_permission);
  const bool fits = answer && answer->id == permission_id;
  return expect(std::move(answer), fits, true);
}

Result<Charge> CheckoutClient::update_charge(const std::string& charge_id, const std::string& state, const std::string& reason_code) {
  if (!is_id(charge_id)) return bad_id();
  constexpr std::array states = {"Authorized", "Captured", "Canceled", "Declined"};
  if (std::find(states.begin(), states.end(), state) == states.end()) return invalid(tr("A charge can be updated to Authorized, Captured, Canceled or Declined."));
  auto answer = ask(*connection_, terms_, {Call::update_charge, "/charges/" + charge_id, update_charge_body(state, reason_code)}, read_charge);
  const bool fits = answer && answer->id == charge_id;
  return expect(std::move(answer), fits, true);
}

Result<Secret> CheckoutClient::get_authorization_token(const std::string& mws_auth_token, const std::string& merchant_id) {
  if (!is_path_token(mws_auth_token) || !is_id(merchant_id)) return bad_id();
  return ask(*connection_, terms_, {Call::get_authorization_token, "/authorizationTokens/" + mws_auth_token, {}, {}, {{"merchantId", merchant_id}}}, read_authorization_token);
}

}  // namespace amazonpay::amazon
