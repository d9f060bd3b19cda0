#include "amazon/wire.hpp"

#include <boost/json/monotonic_resource.hpp>

#include <optional>

#include "amazon/json.hpp"

namespace amazonpay::amazon {
namespace json = boost::json;

namespace {

// A price, or nothing if the member is null or missing.
Result<std::optional<Money>> read_price(const json::object& object, std::string_view kind, std::string_view member) {
  const auto* value = object.if_contains(member);
  if (!value || value->is_null()) return std::optional<Money>();
  const auto* price = value->if_object();
  if (!price) return wrong(kind, member, "is not an amount with a currency");
  const auto code = text_member(*price, "currencyCode");
  const auto* amount = price->if_contains("amount");
  if (amount && amount->is_null() && code.empty()) return std::optional<Money>();  // an empty price object
  if (!is_currency_code(code)) return wrong(kind, member, "has no currency");
  const auto text = amount ? exact_decimal(*amount) : std::nullopt;
  if (!text) return wrong(kind, member, "has no exact amount");
  auto money = from_wire(*text, Currency(code));
  if (!money) return wrong(kind, member, "has an amount that its currency does not know");
  return std::optional<Money>(money.value());
}

Result<Money> required_price(const json::object& object, std::string_view kind, std::string_view member) {
  auto price = read_price(object, kind, member);
  if (!price) return price.failure();
  if (!price.value()) return wrong(kind, member, "is missing");
  return *price.value();
}

// Null means zero: Amazon sends null before the first capture.
Result<Money> price_or_zero(const json::object& object, std::string_view kind, std::string_view member, Currency currency) {
  auto price = read_price(object, kind, member);
  if (!price) return price.failure();
  if (!price.value()) return zero_of(currency);
  if (price.value()->currency() != currency) return wrong(kind, member, "has another currency than the rest");
  return *price.value();
}

// Where an answer lies while it is read: on the stack, if it is not larger than answers are.
struct Scratch {
  unsigned char bytes[8'192];
  json::monotonic_resource memory{bytes, sizeof bytes};
};

// An answer known to be an object with an id and statusDetails.
struct Root {
  json::value document;
  std::string id = {};
  std::string state = {};
  const json::object& object() const { return document.get_object(); }
  const json::object& status() const { return object().at("statusDetails").get_object(); }
};

std::string merchant_reference(const json::object& object) {
  const auto* metadata = object_member(object, "merchantMetadata");
  return metadata ? text_member(*metadata, "merchantReferenceId") : std::string();
}

std::optional<Environment> environment_of(const json::object& object) {
  const auto word = text_member(object, "releaseEnvironment");
  if (word == "Sandbox" || word == "SANDBOX" || word == "sandbox") return Environment::sandbox;
  if (word == "Live" || word == "LIVE" || word == "live") return Environment::live;
  return {};
}

// The part all three objects share: an object with an id and a state, from the right environment.
Result<Root> read_root(std::string_view text, std::string_view kind, std::string_view id_member, Environment expected, json::storage_ptr storage) {
  auto parsed = parse_json(text, std::move(storage));
  if (!parsed) return wrong(kind, "the answer", "is not JSON");
  Root root{std::move(parsed).value()};
  if (!root.document.is_object()) return wrong(kind, "the answer", "is not an object");
  root.id = text_member(root.object(), id_member);
  if (root.id.empty()) return wrong(kind, id_member, "is missing");
  const auto* status = object_member(root.object(), "statusDetails");
  root.state = status ? text_member(*status, "state") : std::string();
  if (root.state.empty()) return wrong(kind, "statusDetails.state", "is missing");
  const auto environment = environment_of(root.object());
  if (environment && *environment != expected) return wrong(kind, "releaseEnvironment", "is not the environment of the settings");
  return root;
}

}  // namespace

Result<Charge> read_charge(std::string_view text, Environment expected) {
  constexpr std::string_view kind = "charge";
  Scratch scratch;
  auto read = read_root(text, kind, "chargeId", expected, &scratch.memory);
  if (!read) return read.failure();
  Root& root = read.value();
  auto amount = required_price(root.object(), kind, "chargeAmount");
  if (!amount) return amount.failure();
  auto captured = price_or_zero(root.object(), kind, "captureAmount", amount->currency());
  if (!captured) return captured.failure();
  auto refunded = price_or_zero(root.object(), kind, "refundedAmount", amount->currency());
  if (!refunded) return refunded.failure();
  Charge charge;
  charge.id = root.id;
  charge.permission_id = text_member(root.object(), "chargePermissionId");
  charge.state = charge_state(root.state);
  charge.raw_state = root.state;
  charge.reason_code = text_member(root.status(), "reasonCode");
  charge.reason_description = text_member(root.status(), "reasonDescription");
  charge.amount = *amount;
  charge.captured = *captured;
  charge.refunded = *refunded;
  charge.soft_descriptor = text_member(root.object(), "softDescriptor");
  charge.created_ms = unix_ms(text_member(root.object(), "creationTimestamp"));
  charge.expires_ms = unix_ms(text_member(root.object(), "expirationTimestamp"));
  charge.updated_ms = unix_ms(text_member(root.status(), "lastUpdatedTimestamp"));
  charge.merchant_reference_id = merchant_reference(root.object());
  charge.raw = redacted(root.document);
  return charge;
}

Result<Refund> read_refund(std::string_view text, Environment expected) {
  constexpr std::string_view kind = "refund";
  Scratch scratch;
  auto read = read_root(text, kind, "refundId", expected, &scratch.memory);
  if (!read) return read.failure();
  Root& root = read.value();
  auto amount = required_price(root.object(), kind, "refundAmount");
  if (!amount) return amount.failure();
  Refund refund;
  refund.id = root.id;
  refund.charge_id = text_member(root.object(), "chargeId");
  refund.amount = *amount;
  refund.state = refund_state(root.state);
  refund.raw_state = root.state;
  refund.reason_code = text_member(root.status(), "reasonCode");
  refund.created_ms = unix_ms(text_member(root.object(), "creationTimestamp"));
  refund.updated_ms = unix_ms(text_member(root.status(), "lastUpdatedTimestamp"));
  refund.raw = redacted(root.document);
  return refund;
}

namespace {

// Limits and reasons of a permission; Kind::invalid if an amount is wrong.
Result<> read_limits(const json::object& object, ChargePermission& permission) {
  constexpr std::string_view kind = "charge permission";
  const auto* limits = object_member(object, "limits");
  if (!limits) return hostapi::success();
  auto limit = read_price(*limits, kind, "amountLimit");
  if (!limit) return limit.failure();
  auto balance = read_price(*limits, kind, "amountBalance");
  if (!balance) return balance.failure();
  permission.limit = *limit;
  permission.balance = *balance;
  if (permission.limit && permission.balance && permission.limit->currency() != permission.balance->currency()) {
    return wrong(kind, "amountBalance", "has another currency than the rest");
  }
  return hostapi::success();
}

void read_reason(const json::object& status, ChargePermission& permission) {
  const auto* reasons = array_member(status, "reasons");
  const auto* first = reasons && !reasons->empty() ? reasons->front().if_object() : nullptr;
  const auto& source = first ? *first : status;
  permission.reason_code = text_member(source, "reasonCode");
  permission.reason_description = text_member(source, "reasonDescription");
}

}  // namespace

Result<ChargePermission> read_permission(std::string_view text, Environment expected) {
  Scratch scratch;
  auto read = read_root(text, "charge permission", "chargePermissionId", expected, &scratch.memory);
  if (!read) return read.failure();
  Root& root = read.value();
  ChargePermission permission;
  permission.id = root.id;
  permission.state = permission_state(root.state);
  permission.raw_state = root.state;
  permission.type = text_member(root.object(), "chargePermissionType");
  permission.environment = expected;
  read_reason(root.status(), permission);
  if (auto limits = read_limits(root.object(), permission); !limits) return limits.failure();
  if (const auto code = text_member(root.object(), "presentmentCurrency"); is_currency_code(code)) permission.presentment_currency = Currency(code);
  permission.created_ms = unix_ms(text_member(root.object(), "creationTimestamp"));
  permission.expires_ms = unix_ms(text_member(root.object(), "expirationTimestamp"));
  permission.updated_ms = unix_ms(text_member(root.status(), "lastUpdatedTimestamp"));
  permission.merchant_reference_id = merchant_reference(root.object());
  permission.raw = redacted(root.document);
  return permission;
}

Result<CheckoutSession> read_session(std::string_view text, Environment expected) {
  Scratch scratch;
  auto read = read_root(text, "checkout session", "checkoutSessionId", expected, &scratch.memory);
  if (!read) return read.failure();
  Root& root = read.value();
  CheckoutSession session;
  session.id = root.id;
  session.state = session_state(root.state);
  session.raw_state = root.state;
  session.reason_code = text_member(root.status(), "reasonCode");
  session.permission_id = text_member(root.object(), "chargePermissionId");
  session.charge_id = text_member(root.object(), "chargeId");
  session.merchant_reference_id = merchant_reference(root.object());
  session.created_ms = unix_ms(text_member(root.object(), "creationTimestamp"));
  session.expires_ms = unix_ms(text_member(root.object(), "expirationTimestamp"));
  return session;
}

}  // namespace amazonpay::amazon
