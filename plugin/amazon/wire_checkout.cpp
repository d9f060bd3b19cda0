#include "amazon/wire_checkout.hpp"

#include <boost/json/serialize.hpp>

#include "amazon/json.hpp"
#include "amazon/wire.hpp"

namespace amazonpay::amazon {
namespace json = boost::json;

namespace {

void add(json::object& object, const char* name, std::string_view text, std::size_t most_bytes = 4'096) {
  if (!text.empty()) object[name] = clipped(text, most_bytes);
}

void add(json::object& object, const char* name, const std::optional<Money>& money) {
  if (money) object[name] = json::object{{"amount", to_wire(*money)}, {"currencyCode", std::string(money->currency().code())}};
}

void add(json::object& object, const char* name, json::object part) {
  if (!part.empty()) object[name] = std::move(part);
}

json::object named(const NamedValues& values) {
  json::object object;
  for (const auto& value : values) object[value.name] = value.value;
  return object;
}

json::object metadata(const OrderReference& reference) {
  json::object object;
  add(object, "merchantReferenceId", reference.reference_id, 256);
  add(object, "merchantStoreName", reference.store_name, 50);
  add(object, "noteToBuyer", reference.note_to_buyer, 255);
  add(object, "customInformation", reference.custom, 4'096);
  return object;
}

json::object recurring_metadata(const std::optional<Recurring>& recurring) {
  json::object object;
  if (!recurring) return object;
  json::object frequency;
  add(frequency, "unit", recurring->unit);
  add(frequency, "value", recurring->value);
  add(object, "frequency", std::move(frequency));
  add(object, "amount", recurring->amount);
  return object;
}

void add_payment(json::object& object, const CheckoutWishes& wishes) {
  add(object, "paymentIntent", wishes.payment_intent);
  if (wishes.can_handle_pending) object["canHandlePendingAuthorization"] = *wishes.can_handle_pending;
  add(object, "chargeAmount", wishes.amount);
  add(object, "totalOrderAmount", wishes.order_total);
  if (wishes.presentment_currency) object["presentmentCurrency"] = std::string(wishes.presentment_currency->code());
  add(object, "softDescriptor", wishes.soft_descriptor, 16);
}

// What both a new and a changed session may carry.
json::object session_members(const CheckoutWishes& wishes) {
  json::object web, payment, body;
  add(web, "checkoutReviewReturnUrl", wishes.review_return_url);
  add(web, "checkoutResultReturnUrl", wishes.result_return_url);
  add(web, "checkoutCancelUrl", wishes.cancel_url);
  add(web, "checkoutMode", wishes.checkout_mode);
  add_payment(payment, wishes);
  add(body, "webCheckoutDetails", std::move(web));
  add(body, "paymentDetails", std::move(payment));
  add(body, "recurringMetadata", recurring_metadata(wishes.recurring));
  add(body, "merchantMetadata", metadata(wishes.reference));
  return body;
}

std::vector<std::string> constraints_of(const json::object& session) {
  std::vector<std::string> ids;
  if (const auto* constraints = array_member(session, "constraints")) {
    for (const auto& constraint : *constraints)
      if (const auto* object = constraint.if_object()) ids.push_back(text_member(*object, "constraintId"));
  }
  return ids;
}

Result<std::optional<Money>> amount_of(const json::object& payment) {
  const auto* price = object_member(payment, "chargeAmount");
  const auto* amount = price ? price->if_contains("amount") : nullptr;
  if (!amount || amount->is_null()) return std::optional<Money>();
  const auto code = text_member(*price, "currencyCode");
  const auto text = exact_decimal(*amount);
  if (!text || !is_currency_code(code)) return wrong("checkout session", "chargeAmount", "is not an amount with a currency");
  const auto money = from_wire(*text, Currency(code));
  if (!money) return wrong("checkout session", "chargeAmount", "has an amount that its currency does not know");
  return std::optional<Money>(*money);
}

}  // namespace

Result<OpenCheckout> read_checkout(std::string_view text, Environment expected) {
  auto session = read_session(text, expected);
  if (!session) return session.failure();
  OpenCheckout checkout;
  static_cast<CheckoutSession&>(checkout) = std::move(session).value();
  const auto object = read_object(text, "checkout session");
  if (!object) return object.failure();
  if (const auto* web = object_member(*object, "webCheckoutDetails")) checkout.redirect_url = text_member(*web, "amazonPayRedirectUrl");
  if (const auto* payment = object_member(*object, "paymentDetails")) {
    auto amount = amount_of(*payment);
    if (!amount) return amount.failure();
    checkout.amount = *amount;
    checkout.payment_intent = text_member(*payment, "paymentIntent");
  }
  checkout.missing = constraints_of(*object);
  return checkout;
}

Result<Buyer> read_buyer(std::string_view text, Environment) {
  const auto object = read_object(text, "buyer");
  if (!object) return object.failure();
  Buyer buyer;
  buyer.id = text_member(*object, "buyerId");
  if (buyer.id.empty()) return wrong("buyer", "buyerId", "is missing");
  buyer.name = text_member(*object, "name");
  buyer.email = text_member(*object, "email");
  buyer.postal_code = text_member(*object, "postalCode");
  buyer.country = text_member(*object, "countryCode");
  return buyer;
}

Result<Secret> read_authorization_token(std::string_view text, Environment) {
  const auto object = read_object(text, "authorization token");
  if (!object) return object.failure();
  auto token = text_member(*object, "authorizationToken");
  if (token.empty()) return wrong("authorization token", "authorizationToken", "is missing");
  Secret secret(token);
  OPENSSL_cleanse(token.data(), token.size());
  return secret;
}

Result<std::string> read_tracker(std::string_view text, Environment) {
  const auto parsed = parse_json(text);
  const auto* object = parsed ? parsed.value().if_object() : nullptr;
  if (!object) return std::string();  // the status said that it was taken, and nothing else in the answer is news
  const auto id = text_member(*object, "chargePermissionId");
  return id.empty() ? text_member(*object, "amazonOrderReferenceId") : id;
}

std::string create_session_body(const CheckoutWishes& wishes) {
  auto body = session_members(wishes);
  add(body, "storeId", wishes.store_id);
  if (!wishes.scopes.empty()) body["scopes"] = json::array(wishes.scopes.begin(), wishes.scopes.end());
  add(body, "chargePermissionType", wishes.permission_type);
  return json::serialize(body);
}

std::string update_session_body(const CheckoutWishes& wishes) { return json::serialize(session_members(wishes)); }

std::string complete_session_body(Money amount, const std::optional<Money>& order_total) {
  json::object body;
  add(body, "chargeAmount", std::optional(amount));
  add(body, "totalOrderAmount", order_total);
  return json::serialize(body);
}

std::string finalize_session_body(const CheckoutWishes& wishes) {
  json::object body;
  add_payment(body, wishes);
  add(body, "merchantMetadata", metadata(wishes.reference));
  add(body, "shippingAddress", named(wishes.shipping_address));
  add(body, "billingAddress", named(wishes.billing_address));
  return json::serialize(body);
}

std::string update_permission_body(const OrderReference& reference, const std::optional<Recurring>& recurring) {
  json::object body;
  add(body, "merchantMetadata", metadata(reference));
  add(body, "recurringMetadata", recurring_metadata(recurring));
  return json::serialize(body);
}

std::string update_charge_body(std::string_view state, std::string_view reason_code) {
  json::object status{{"state", state}};
  add(status, "reasonCode", reason_code);
  return json::serialize(json::object{{"statusDetails", std::move(status)}});
}

}  // namespace amazonpay::amazon
