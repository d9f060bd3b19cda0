#include <catch2/catch.hpp>

#include "test_shop.hpp"

using sandbox_test::Shop;

namespace {

std::vector<std::string> keys_of(const boost::json::value& value) {
    std::vector<std::string> keys;
    for (const auto& field : value.as_object()) keys.emplace_back(field.key());
    return keys;
}

std::string reason_of_permission(const sandbox_test::Answer& permission) {
    const auto& reasons = permission.body.at("statusDetails").at("reasons");
    return reasons.is_null() ? "" : std::string(reasons.at(0).at("reasonCode").as_string());
}

std::string balance(Shop& shop) { return std::string(shop.permission().body.at("limits").at("amountBalance").at("amount").as_string()); }

}  // namespace

TEST_CASE("a charge is authorized, captured and refunded") {
    Shop shop;
    shop.order("80.00");
    CHECK(shop.charge().state() == "Authorized");
    CHECK(shop.charge().body.at("captureAmount").is_null());
    CHECK(balance(shop) == "0.00");
    CHECK(shop.permission().state() == "Chargeable");

    const auto captured = shop.capture("80.00");
    CHECK(captured.status == 200);
    CHECK(captured.state() == "Captured");
    CHECK(captured.amount("captureAmount") == "80.00");
    CHECK(captured.amount("refundedAmount") == "0.00");
    CHECK(shop.permission().state() == "Closed");
    CHECK(reason_of_permission(shop.permission()) == "AmazonClosed");

    const auto refund = shop.refund("5.5");
    CHECK(refund.status == 201);
    CHECK(refund.state() == "RefundInitiated");
    CHECK(refund.amount("refundAmount") == "5.50");
    CHECK(shop.charge().amount("refundedAmount") == "5.50");
    const auto path = "/v2/refunds/" + refund.text("refundId");
    CHECK(shop.call("GET", path).state() == "RefundInitiated");
    shop.advance(31);
    CHECK(shop.call("GET", path).state() == "Refunded");
}

TEST_CASE("objects have exactly the documented members in their order") {
    Shop shop;
    shop.order("80.00", R"(,"state":"Captured")");
    CHECK(keys_of(shop.charge().body) ==
          std::vector<std::string>{"chargeId", "chargeAmount", "chargePermissionId", "captureAmount", "refundedAmount", "softDescriptor",
                                   "providerMetadata", "convertedAmount", "conversionRate", "channel", "chargeInitiator", "statusDetails",
                                   "creationTimestamp", "expirationTimestamp", "releaseEnvironment", "merchantMetadata", "platformId",
                                   "webCheckoutDetails"});
    CHECK(keys_of(shop.refund("1.00").body) ==
          std::vector<std::string>{"refundId", "chargeId", "creationTimestamp", "refundAmount", "statusDetails", "softDescriptor", "releaseEnvironment"});
    CHECK(keys_of(shop.permission().body) ==
          std::vector<std::string>{"chargePermissionId", "chargePermissionReferenceId", "platformId", "buyer", "shippingAddress", "billingAddress",
                                   "paymentPreferences", "statusDetails", "creationTimestamp", "expirationTimestamp", "merchantMetadata",
                                   "releaseEnvironment", "limits", "chargePermissionType", "recurringMetadata", "presentmentCurrency"});
    CHECK(keys_of(shop.charge().body.at("statusDetails")) ==
          std::vector<std::string>{"state", "reasonCode", "reasonDescription", "lastUpdatedTimestamp"});
}

TEST_CASE("a partial capture gives the rest back to the balance and allows another charge") {
    Shop shop;
    shop.order("80.00");
    CHECK(shop.capture("50.00").status == 200);
    CHECK(shop.permission().state() == "Chargeable");
    CHECK(balance(shop) == "30.00");
    CHECK(shop.capture("10.00").reason() == "InvalidChargeStatus");
    CHECK(shop.create_charge("30.01").reason() == "TransactionAmountExceeded");
    CHECK(shop.create_charge("30.00", R"(,"captureNow":true)").state() == "Captured");
    CHECK(shop.permission().state() == "Closed");
    CHECK(shop.create_charge("1.00").reason() == "InvalidChargePermissionStatus");
}

TEST_CASE("an authorization can be canceled once and gives its amount back") {
    Shop shop;
    shop.order("80.00");
    const auto path = "/v2/charges/" + shop.charge_id + "/cancel";
    const auto canceled = shop.call("DELETE", path, R"({"cancellationReason":"out of stock"})");
    CHECK(canceled.status == 200);
    CHECK(canceled.state() == "Canceled");
    CHECK(canceled.body.at("statusDetails").at("reasonCode") == "MerchantCanceled");
    CHECK(balance(shop) == "80.00");
    CHECK(shop.call("DELETE", path, R"({"cancellationReason":"again"})").status == 422);
    CHECK(shop.refund("1.00").reason() == "InvalidChargeStatus");
    CHECK(shop.call("DELETE", path, "").reason() == "MissingParameterValue");
}

TEST_CASE("closing a permission cancels open charges only when asked to") {
    Shop shop;
    shop.order("80.00");
    const auto close = [&](const char* body) { return shop.call("DELETE", "/v2/chargePermissions/" + shop.permission_id + "/close", body); };
    const auto closed = close(R"({"closureReason":"done"})");
    CHECK(closed.status == 200);
    CHECK(reason_of_permission(closed) == "MerchantClosed");
    CHECK(shop.charge().state() == "Authorized");
    CHECK(close(R"({"closureReason":"again"})").reason() == "InvalidChargePermissionStatus");
    CHECK(shop.capture("80.00").status == 200);
    CHECK(shop.refund("80.00").status == 201);

    shop.order("80.00");
    CHECK(close(R"({"closureReason":"cancel","cancelPendingCharges":true})").status == 200);
    CHECK(shop.charge().body.at("statusDetails").at("reasonCode") == "ChargePermissionCanceled");
}

TEST_CASE("refunds may exceed the capture by 15 percent but at most 75, all refunds together") {
    const auto most = [](const char* region, const char* amount, const char* allowed, const char* too_much) {
        Shop shop(region);
        shop.order(amount, R"(,"state":"Captured")");
        INFO(region << " " << amount);
        CHECK(shop.refund(too_much).reason() == "TransactionAmountExceeded");
        CHECK(shop.refund(allowed).status == 201);
        CHECK(shop.refund(shop.currency == "JPY" ? "1" : "0.01").reason() == "TransactionAmountExceeded");
    };
    most("eu", "10.00", "11.50", "11.51");
    most("eu", "500.00", "575.00", "575.01");
    most("eu", "1000.00", "1075.00", "1075.01");
    most("jp", "10000", "11500", "11501");
    most("jp", "100000", "108400", "108401");
}

TEST_CASE("ten refunds per charge are the limit and declined ones count") {
    Shop shop;
    shop.order("80.00", R"(,"state":"Captured")");
    CHECK(shop.refund("1.00", "", "AmazonRejected").status == 201);
    for (int i = 0; i < 9; ++i) CHECK(shop.refund("1.00").status == 201);
    const auto refused = shop.refund("1.00");
    CHECK(refused.status == 422);
    CHECK(refused.reason() == "TransactionCountExceeded");
}

TEST_CASE("a declined refund gives its amount back") {
    Shop shop;
    shop.order("80.00", R"(,"state":"Captured")");
    const auto refund = shop.refund("80.00", "", "ProcessingFailure");
    CHECK(shop.charge().amount("refundedAmount") == "80.00");
    CHECK(shop.refund("80.00").reason() == "TransactionAmountExceeded");
    shop.advance(31);
    const auto declined = shop.call("GET", "/v2/refunds/" + refund.text("refundId"));
    CHECK(declined.state() == "Declined");
    CHECK(declined.body.at("statusDetails").at("reasonCode") == "ProcessingFailure");
    CHECK(shop.charge().amount("refundedAmount") == "0.00");
    CHECK(shop.refund("80.00").status == 201);
}

TEST_CASE("twenty-five charges per permission are the limit") {
    Shop shop;
    shop.order("80.00", R"(,"intent":"Confirm")");
    for (int i = 0; i < 25; ++i) CHECK(shop.create_charge("1.00").status == 201);
    CHECK(shop.create_charge("1.00").reason() == "TransactionCountExceeded");
}

TEST_CASE("the same idempotency key gives the stored answer, with other content a refusal") {
    Shop shop;
    shop.order("80.00", R"(,"state":"Captured")");
    const auto first = shop.refund("10.00", "same");
    shop.advance(60);
    const auto again = shop.refund("10.00", "same");
    CHECK(again.status == 201);
    CHECK(again.body == first.body);
    CHECK(shop.charge().amount("refundedAmount") == "10.00");
    CHECK(shop.refund("11.00", "same").reason() == "DuplicateIdempotencyKey");
    CHECK(shop.capture("10.00", "same").reason() == "DuplicateIdempotencyKey");

    // A business refusal is remembered, a bad parameter is not.
    CHECK(shop.capture("80.00", "refused").status == 422);
    CHECK(shop.capture("80.00", "refused").status == 422);
    CHECK(shop.refund("999.00", "too-much").status == 400);
    CHECK(shop.refund("1.00", "too-much").status == 201);
    shop.restart();
    CHECK(shop.refund("10.00", "same").body == first.body);
}

TEST_CASE("idempotency keys are required for creates and captures and checked for length and letters") {
    Shop shop;
    shop.order("80.00", R"(,"state":"Captured")");
    const auto body = R"({"chargeId":")" + shop.charge_id + R"(","refundAmount":{"amount":"1.00","currencyCode":"EUR"}})";
    CHECK(shop.call("POST", "/v2/refunds", body).reason() == "MissingHeader");
    CHECK(shop.call("POST", "/v2/refunds", body, std::string(33, 'a')).reason() == "InvalidHeaderValue");
    CHECK(shop.call("POST", "/v2/refunds", body, "with.dot").reason() == "InvalidHeaderValue");
    CHECK(shop.call("POST", "/v2/refunds", body, std::string(32, 'a')).status == 201);
}

TEST_CASE("bodies are checked field by field") {
    Shop shop;
    shop.order("80.00");
    const auto capture = [&](const std::string& body) { return shop.call("POST", "/v2/charges/" + shop.charge_id + "/capture", body, shop.fresh_key()); };
    CHECK(capture("{").reason() == "InvalidRequestFormat");
    CHECK(capture("[]").reason() == "InvalidRequestFormat");
    CHECK(capture("{}").reason() == "MissingParameterValue");
    CHECK(capture(R"({"captureAmount":{"amount":"1.00","currencyCode":"EUR"},"surprise":1})").reason() == "UnrecognizedField");
    CHECK(capture(R"({"captureAmount":{"amount":"1.001","currencyCode":"EUR"}})").reason() == "InvalidParameterValue");
    CHECK(capture(R"({"captureAmount":{"amount":"-1.00","currencyCode":"EUR"}})").reason() == "InvalidParameterValue");
    CHECK(capture(R"({"captureAmount":{"amount":"0","currencyCode":"EUR"}})").reason() == "InvalidParameterValue");
    CHECK(capture(R"({"captureAmount":{"amount":"1e1","currencyCode":"EUR"}})").reason() == "InvalidParameterValue");
    CHECK(capture(R"({"captureAmount":{"amount":"1.00","currencyCode":"XXX"}})").reason() == "InvalidParameterValue");
    CHECK(capture(R"({"captureAmount":{"amount":"1.00","currencyCode":"GBP"}})").reason() == "CurrencyMismatch");
    CHECK(capture(R"({"captureAmount":{"amount":"80.01","currencyCode":"EUR"}})").reason() == "TransactionAmountExceeded");
    CHECK(capture(R"({"captureAmount":{"amount":"1.00","currencyCode":"EUR"},"softDescriptor":"more than sixteen"})").reason() == "InvalidParameterValue");
    CHECK(capture(R"({"captureAmount":{"amount":12.5,"currencyCode":"EUR"}})").amount("captureAmount") == "12.50");
}

TEST_CASE("declines are answered 422 and leave no charge") {
    Shop shop;
    shop.order("80.00", R"(,"intent":"Confirm")");
    CHECK(shop.create_charge("80.00", "", "SoftDeclined").reason() == "SoftDeclined");
    CHECK(shop.permission().state() == "Chargeable");
    CHECK(shop.create_charge("80.00", "", "NoSuchCode").reason() == "InvalidSandboxSimulationSpecified");
    CHECK(shop.create_charge("80.00", "", "AmazonRejected").status == 422);
    CHECK(reason_of_permission(shop.permission()) == "AmazonCanceled");
}

TEST_CASE("pending authorizations and captures end after their delay") {
    Shop shop;
    shop.order("80.00", R"(,"intent":"Confirm")");
    CHECK(shop.create_charge("40.00", R"(,"canHandlePendingAuthorization":true)", "AuthorizationInitiated").state() == "AuthorizationInitiated");
    shop.advance(31);
    CHECK(shop.charge().state() == "Authorized");
    CHECK(shop.capture("40.00", "", "CaptureInitiated").state() == "CaptureInitiated");
    CHECK(shop.charge().body.at("captureAmount").is_null());
    shop.advance(31);
    CHECK(shop.charge().state() == "Captured");
    CHECK(shop.create_charge("40.00", R"(,"canHandlePendingAuthorization":true)", "PendingHardDeclined").state() == "AuthorizationInitiated");
    shop.advance(31);
    CHECK(shop.charge().state() == "Declined");
}

TEST_CASE("time ends authorizations after 30 days and permissions after 180") {
    Shop shop;
    shop.order("80.00");
    shop.advance(30 * 86400 + 1);
    CHECK(shop.charge().body.at("statusDetails").at("reasonCode") == "ExpiredUnused");
    CHECK(shop.permission().state() == "Chargeable");
    CHECK(shop.permission().body.at("buyer").is_null());
    CHECK(balance(shop) == "80.00");
    shop.advance(150 * 86400);
    CHECK(reason_of_permission(shop.permission()) == "Expired");
}

TEST_CASE("metadata of a closed permission can be filled but not changed") {
    Shop shop;
    shop.order("80.00", R"(,"state":"Captured")");
    const auto update = [&](const char* body) { return shop.call("PATCH", "/v2/chargePermissions/" + shop.permission_id, body); };
    CHECK(update(R"({"merchantMetadata":{"noteToBuyer":"thanks"}})").status == 200);
    CHECK(update(R"({"merchantMetadata":{"noteToBuyer":"other"}})").reason() == "ChargePermissionNotModifiable");
    CHECK(shop.permission().body.at("merchantMetadata").at("merchantReferenceId") == "10042");
}

TEST_CASE("a checkout session is created, given a buyer and completed") {
    Shop shop;
    const auto made = shop.call("POST", "/v2/checkoutSessions", R"({"webCheckoutDetails":{"checkoutReviewReturnUrl":"https://shop.example/a",
        "checkoutResultReturnUrl":"https://shop.example/b"},"storeId":")" + shop.store_id + R"(","paymentDetails":{"paymentIntent":"AuthorizeWithCapture",
        "chargeAmount":{"amount":14,"currencyCode":"EUR"}},"merchantMetadata":{"merchantReferenceId":"7"}})", shop.fresh_key());
    REQUIRE(made.status == 201);
    const auto path = "/v2/checkoutSessions/" + made.text("checkoutSessionId");
    const auto complete = [&](const char* amount) {
        return shop.call("POST", path + "/complete", R"({"chargeAmount":{"amount":")" + std::string(amount) + R"(","currencyCode":"EUR"}})", shop.fresh_key());
    };
    CHECK(complete("14.00").reason() == "InvalidCheckoutSessionStatus");
    CHECK(shop.control("POST", "/control/checkout-sessions/" + made.text("checkoutSessionId") + "/buyer", "{}").status == 200);
    CHECK(complete("15.00").reason() == "AmountMismatch");
    const auto done = complete("14.00");
    CHECK(done.status == 200);
    CHECK(done.state() == "Completed");
    shop.charge_id = done.text("chargeId");
    CHECK(shop.charge().state() == "Captured");
    CHECK(complete("14.00").status == 422);

    shop.order("10.00", R"(,"state":"Open")");
    shop.advance(86401);
    CHECK(shop.call("GET", "/v2/checkoutSessions/" + shop.session_id).body.at("statusDetails").at("reasonCode") == "Expired");
}

TEST_CASE("overcharge raises the limit of the permission") {
    Shop shop;
    shop.order("10.00", R"(,"allow_overcharge":true,"state":"Captured")");
    CHECK(shop.permission().state() == "Chargeable");
    CHECK(shop.create_charge("490.01").reason() == "TransactionAmountExceeded");
    CHECK(shop.create_charge("490.00").status == 201);
}
