#include <catch2/catch.hpp>

#include <ctime>
#include <map>

#include "test_shop.hpp"

using sandbox_test::Shop;

TEST_CASE("movements list all money in order and survive a restart") {
    Shop shop;
    shop.order("80.00");
    shop.capture("80.00", "capture-key");
    shop.refund("10.00", "refund-key");
    shop.refund("5.00", "", "AmazonRejected");
    shop.advance(31);
    shop.order("20.00");
    shop.call("DELETE", "/v2/charges/" + shop.charge_id + "/cancel", R"({"cancellationReason":"no"})");
    shop.restart();

    const auto answer = shop.control("GET", "/control/movements");
    std::vector<std::string> kinds;
    for (const auto& movement : answer.body.at("movements").as_array()) kinds.emplace_back(movement.at("kind").as_string());
    CHECK(kinds == std::vector<std::string>{"authorize", "capture", "refund", "refund", "refund_settled", "refund_declined", "authorize", "cancel"});
    const auto& refund = answer.body.at("movements").at(2);
    CHECK(refund.at("amount_minor") == 1000);
    CHECK(refund.at("idempotency_key") == "refund-key");
    CHECK(refund.at("merchant_reference_id") == "10042");
    CHECK(refund.at("by") == "api");
    const auto& totals = answer.body.at("totals").at("EUR");
    CHECK(totals.at("captured_minor") == 8000);
    CHECK(totals.at("refunded_minor") == 1000);
    CHECK(totals.at("refunds") == 1);
    CHECK(totals.at("orders_refunded") == 1);
    CHECK(shop.control("GET", "/control/movements?charge_permission_id=" + shop.permission_id).body.at("movements").as_array().size() == 2);
}

TEST_CASE("orders can be made in every state a shop may meet") {
    Shop shop;
    const std::map<std::string, std::string> charge_states{
        {"Authorized", "Authorized"}, {"Captured", "Captured"},           {"Declined", "Declined"},
        {"Expired", "Canceled"},      {"Canceled", "Canceled"},           {"AuthorizationInitiated", "AuthorizationInitiated"},
        {"Suspended", "Authorized"},  {"CaptureInitiated", "CaptureInitiated"}};
    for (const auto& [state, charge_state] : charge_states) {
        INFO(state);
        shop.order("80.00", R"(,"state":")" + state + "\"");
        CHECK(shop.charge().state() == charge_state);
    }
    shop.order("80.00", R"(,"state":"Open")");
    CHECK(shop.permission_id.empty());
    CHECK(shop.call("GET", "/v2/checkoutSessions/" + shop.session_id).state() == "Open");
    shop.order("80.00", R"(,"intent":"AuthorizeWithCapture")");
    CHECK(shop.charge().state() == "Captured");
}

TEST_CASE("a human in Seller Central refunds, captures, cancels and closes") {
    Shop shop;
    const auto act = [&](const std::string& body) { return shop.control("POST", "/control/seller-central", body); };
    shop.order("80.00");
    CHECK(act(R"({"act":"capture","charge_id":")" + shop.charge_id + R"("})").state() == "Captured");
    CHECK(act(R"({"act":"refund","charge_id":")" + shop.charge_id + R"(","amount":"12.50"})").amount("refundAmount") == "12.50");
    CHECK(act(R"({"act":"refund","charge_id":")" + shop.charge_id + R"(","amount":"900"})").status == 400);
    CHECK(shop.control("GET", "/control/movements").body.at("movements").at(2).at("by") == "seller_central");

    shop.order("80.00");
    CHECK(act(R"({"act":"cancel","charge_permission_id":")" + shop.permission_id + R"("})").state() == "Closed");
    CHECK(shop.charge().state() == "Canceled");
    shop.order("80.00", R"(,"intent":"Confirm")");
    CHECK(act(R"({"act":"capture","charge_permission_id":")" + shop.permission_id + R"("})").state() == "Captured");
}

TEST_CASE("control names what it does not understand") {
    Shop shop;
    CHECK(shop.control("GET", "/control/nothing").status == 404);
    CHECK(shop.control("POST", "/control/orders", R"({"public_key_id":"x","amount":"1.00"})").status == 404);
    CHECK(shop.control("POST", "/control/orders", R"({"public_key_id":")" + shop.key_id + R"(","amount":"1.001"})").status == 400);
    CHECK(shop.control("POST", "/control/faults", R"({"kind":"magic"})").reason() == "InvalidParameterValue");
    CHECK(shop.control("POST", "/control/merchants", R"({"public_key_pem":"no key"})").status == 400);
    CHECK(shop.control("GET", "/control/objects/none").status == 404);
}

TEST_CASE("a thousand signed requests take seconds") {
    Shop shop;
    shop.order("80.00", R"(,"intent":"Confirm")");
    const auto begin = std::clock();  // of the processor: the machine may have other work
    for (int i = 0; i < 1000; ++i) REQUIRE(shop.permission().status == 200);
    CHECK(std::clock() - begin < 20 * CLOCKS_PER_SEC);
}
