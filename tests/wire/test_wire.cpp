#include <catch2/catch.hpp>

#include "amazon/json.hpp"
#include "amazon/wire.hpp"
#include "samples.hpp"

using namespace amazonpay;
using namespace amazonpay::amazon;
using namespace wire_tests;
using Catch::Contains;

namespace {

const Currency jpy("JPY");

Result<Charge> charge(const std::string& text) { return read_charge(text, Environment::sandbox); }
Result<Refund> refund(const std::string& text) { return read_refund(text, Environment::sandbox); }
Result<ChargePermission> permission(const std::string& text) { return read_permission(text, Environment::sandbox); }

// The charge sample with this JSON as chargeAmount.
Result<Charge> charge_of(const std::string& amount_json) {
  return charge(with(authorized_charge_sample, R"({"amount": "14.00", "currencyCode": "EUR"})", amount_json));
}

template <class T>
void check_refused(const Result<T>& result, const std::string& part) {
  REQUIRE_FALSE(result);
  CHECK(result.kind() == Kind::invalid);
  CHECK_THAT(result.message(), Contains(part));
}

}  // namespace

TEST_CASE("an authorized charge is read with nothing captured and nothing refunded") {
  const auto read = charge(authorized_charge_sample);
  REQUIRE(read);
  CHECK(read->id == "S02-1234567-7654321-C012345");
  CHECK(read->permission_id == "S02-1234567-7654321");
  CHECK(read->state == ChargeState::authorized);
  CHECK(read->amount == Money(1400, eur));
  CHECK(read->captured == zero_of(eur));
  CHECK(read->refunded == zero_of(eur));
  CHECK(read->created_ms == 1741601100000);
  CHECK(read->expires_ms - read->created_ms == 30LL * 86'400'000);
  CHECK(read->reason_code.empty());
}

TEST_CASE("a captured charge is read with its figures and its statement text") {
  const auto read = charge(captured_charge_sample);
  REQUIRE(read);
  CHECK(read->state == ChargeState::captured);
  CHECK(read->captured == Money(1400, eur));
  CHECK(read->refunded == Money(550, eur));
  CHECK(read->soft_descriptor == "AMZ* Demo Shop");
  CHECK(read->updated_ms == 1741601701000);
}

TEST_CASE("a refund is read") {
  const auto read = refund(refund_sample);
  REQUIRE(read);
  CHECK(read->id == "S02-1234567-7654321-R054321");
  CHECK(read->charge_id == "S02-1234567-7654321-C012345");
  CHECK(read->state == RefundState::initiated);
  CHECK(read->amount == Money(550, eur));
  CHECK(read->intent_id.empty());
}

TEST_CASE("a charge permission is read with limit, balance and type") {
  const auto read = permission(permission_sample);
  REQUIRE(read);
  CHECK(read->state == PermissionState::chargeable);
  CHECK(read->type == "OneTime");
  CHECK(*read->limit == Money(5000, eur));
  CHECK(*read->balance == Money(3600, eur));
  CHECK(*read->presentment_currency == eur);
  CHECK(read->environment == Environment::sandbox);
  CHECK(read->expires_ms - read->created_ms == 180LL * 86'400'000);
}

TEST_CASE("the first reason of a closed permission is taken") {
  const auto closed = with(with(permission_sample, R"("reasons": null)", R"("reasons": [{"reasonCode": "MerchantClosed", "reasonDescription": "by shop"}, {"reasonCode": "X"}])"),
                           "Chargeable", "Closed");
  const auto read = permission(closed);
  REQUIRE(read);
  CHECK(read->state == PermissionState::closed);
  CHECK(read->reason_code == "MerchantClosed");
  CHECK(read->reason_description == "by shop");
}

TEST_CASE("a permission without limits, expiry and buyer is read") {
  const auto read = permission(R"({"chargePermissionId":"C03-1","statusDetails":{"state":"Chargeable","reasons":[]},"limits":null,"expirationTimestamp":null,"buyer":null})");
  REQUIRE(read);
  CHECK_FALSE(read->limit);
  CHECK_FALSE(read->balance);
  CHECK_FALSE(read->presentment_currency);
  CHECK(read->expires_ms == 0);
}

TEST_CASE("unknown states and unknown members are kept or passed over, never refused") {
  const auto unknown = charge(with(with(authorized_charge_sample, "Authorized", "OnTheMoon"), "{", R"({"newMember":{"deep":[1,2,{"x":null}]},)"));
  REQUIRE(unknown);
  CHECK(unknown->state == ChargeState::unknown);
  CHECK(unknown->raw_state == "OnTheMoon");
  CHECK(refund(with(refund_sample, "RefundInitiated", "Frozen"))->state == RefundState::unknown);
  CHECK(permission(with(permission_sample, "Chargeable", "Suspended"))->raw_state == "Suspended");
}

TEST_CASE("amounts are texts, and numbers only where they are exact") {
  CHECK(charge_of(R"({"amount": "0.01", "currencyCode": "EUR"})")->amount.minor() == 1);
  CHECK(charge_of(R"({"amount": 14, "currencyCode": "EUR"})")->amount.minor() == 1400);
  CHECK(charge_of(R"({"amount": 14.5, "currencyCode": "EUR"})")->amount.minor() == 1450);
  CHECK(charge_of(R"({"amount": 14.99, "currencyCode": "EUR"})")->amount.minor() == 1499);
  CHECK(charge_of(R"({"amount": "500", "currencyCode": "JPY"})")->amount == Money(500, jpy));
  CHECK(charge_of(R"({"amount": "500.00", "currencyCode": "JPY"})")->amount == Money(500, jpy));
  CHECK(charge_of(R"({"amount": 150000, "currencyCode": "EUR"})")->amount.minor() == 15'000'000);
}

TEST_CASE("every price with two decimals survives the way through a JSON number") {
  for (std::int64_t minor = 0; minor < 30'000'000; minor += 997) {
    const auto read = charge_of(R"({"amount": )" + to_wire(Money(minor, eur)) + R"(, "currencyCode": "EUR"})");
    REQUIRE(read);
    REQUIRE(read->amount.minor() == minor);
  }
}

TEST_CASE("amounts that are not exact, not plain or not in one currency are refused") {
  for (const char* amount : {R"("14.999")", R"("-1.00")", R"("+1.00")", R"("1e3")", R"("1,000.00")", R"("NaN")", R"("")", R"(" 1")", R"(".5")", R"("1.")", "14.999",
                             "-1", "-0.5", "1e300", "0.3333222e2222", "null", "true", "{}", "[]", R"("99999999999999999999.00")", "18446744073709551615"}) {
    CAPTURE(amount);
    check_refused(charge_of(R"({"amount": )" + std::string(amount) + R"(, "currencyCode": "EUR"})"), "chargeAmount");
  }
  check_refused(charge_of(R"({"amount": "500.50", "currencyCode": "JPY"})"), "chargeAmount");
  check_refused(charge_of(R"({"amount": "5.00"})"), "no currency");
  check_refused(charge_of(R"({"amount": "5.00", "currencyCode": "eur"})"), "no currency");
  check_refused(charge_of(R"("5.00")"), "chargeAmount");
  check_refused(charge_of("null"), "missing");
  check_refused(charge(with(captured_charge_sample, R"("5.50", "currencyCode": "EUR")", R"("5.50", "currencyCode": "USD")")), "refundedAmount");
  check_refused(permission(with(permission_sample, R"("36.00", "currencyCode": "EUR")", R"("36.00", "currencyCode": "GBP")")), "amountBalance");
}

TEST_CASE("an answer without id or state, or from the other environment, is refused") {
  check_refused(charge(with(authorized_charge_sample, "chargeId", "id")), "chargeId");
  check_refused(charge(with(authorized_charge_sample, R"("state": "Authorized")", R"("state": null)")), "state");
  check_refused(refund(with(refund_sample, "statusDetails", "status")), "state");
  check_refused(refund(authorized_charge_sample), "refundId");
  check_refused(charge(with(authorized_charge_sample, R"("Sandbox")", R"("Live")")), "environment");
  check_refused(read_permission(permission_sample, Environment::live), "environment");
}

TEST_CASE("damaged bodies are refused at every length and never crash") {
  for (const auto& sample : {permission_sample, captured_charge_sample, refund_sample}) {
    for (std::size_t size = 0; size < sample.size(); ++size) {
      const auto cut = sample.substr(0, size);
      REQUIRE_FALSE(permission(cut));
      REQUIRE_FALSE(charge(cut));
      REQUIRE_FALSE(refund(cut));
    }
  }
  for (const std::string text : {"[]", "null", "\"x\"", "12", "<html>503</html>", "\xff\xfe", "{\"chargeId\":\"\xff\"}", "{} trailing"}) {
    CHECK_FALSE(charge(text));
  }
  CHECK_FALSE(charge(std::string(100'000, '[')));
  CHECK_FALSE(charge(std::string(2'000'000, ' ') + authorized_charge_sample));
  std::string flipped = captured_charge_sample;
  for (auto& byte : flipped) {
    byte = static_cast<char>(byte ^ 0x15);
    (void)charge(flipped);
    (void)redacted(flipped);
    byte = static_cast<char>(byte ^ 0x15);
  }
}

TEST_CASE("the kept raw answer has no personal data and all the rest") {
  const auto raw = permission(permission_sample)->raw;
  for (const char* personal : {"Erika", "erika@", "030123456", "Musterweg", "Berlin", "10115", "Thank you", "amzn1.account"}) CHECK_THAT(raw, !Contains(personal));
  for (const char* kept : {"[redacted]", "S02-1234567-7654321", "36.00", "Visa ****1111", "Demo Shop", "10042"}) CHECK_THAT(raw, Contains(kept));
  CHECK_THAT(redacted(R"({"amazonPayToken":"t0k","new":{"buyerEmailAddress":"a@b","list":[{"name":"N"}]}})"), !Contains("t0k") && !Contains("a@b") && !Contains("\"N\""));
  CHECK(redacted("not json").empty());
}

TEST_CASE("timestamps are read in basic and extended form and written in basic form") {
  CHECK(unix_ms("20250310T101500Z") == 1741601700000);
  CHECK(unix_ms("2025-03-10T10:15:00Z") == 1741601700000);
  CHECK(unix_ms("2025-03-07T17:08:26.717Z") == 1741367306717);
  CHECK(unix_ms("20240229T000000Z") == 1709164800000);
  CHECK(basic_timestamp(1741601700999) == "20250310T101500Z");
  for (const char* text : {"", "x", "20250310", "20250310T101500", "20250230T000000Z", "20251301T000000Z", "20250310T251500Z", "20250310T101500Zx", "2025-03-10T10:15:00.Z.", "99999999999999T"}) {
    CAPTURE(text);
    CHECK(unix_ms(text) == 0);
  }
}

TEST_CASE("request bodies are compact, exact and within Amazon's lengths") {
  CHECK(capture_body(Money(1400, eur), "Demo Shop") == R"({"captureAmount":{"amount":"14.00","currencyCode":"EUR"},"softDescriptor":"Demo Shop"})");
  CHECK(capture_body(Money(500, jpy), "") == R"({"captureAmount":{"amount":"500","currencyCode":"JPY"}})");
  CHECK(create_charge_body("S02-1", Money(5, eur), false, "x") ==
        R"({"chargePermissionId":"S02-1","chargeAmount":{"amount":"0.05","currencyCode":"EUR"},"captureNow":false,"canHandlePendingAuthorization":false})");
  CHECK_THAT(create_charge_body("S02-1", Money(5, eur), true, "x"), Contains(R"("captureNow":true)") && Contains(R"("softDescriptor":"x")"));
  CHECK(create_refund_body("C", Money(550, eur), "") == R"({"chargeId":"C","refundAmount":{"amount":"5.50","currencyCode":"EUR"}})");
  CHECK(cancel_body("out of stock") == R"({"cancellationReason":"out of stock"})");
  CHECK(close_body("done", true) == R"({"closureReason":"done","cancelPendingCharges":true})");
  CHECK_THAT(cancel_body(""), Contains("Canceled by the shop"));
  CHECK(cancel_body(std::string(400, 'x')).size() == std::string(R"({"cancellationReason":""})").size() + 255);
  CHECK(capture_body(Money(1, eur), "aaaaaaaaaaaaaaa\xC3\xBC") == R"({"captureAmount":{"amount":"0.01","currencyCode":"EUR"},"softDescriptor":"aaaaaaaaaaaaaaa"})");
  CHECK(cancel_body("say \"no\"\n") == R"({"cancellationReason":"say \"no\"\n"})");
}
