#include <catch2/catch.hpp>

#include "test_shop.hpp"

using sandbox_test::Shop;
using sandbox_test::signed_request;

TEST_CASE("paths, versions and methods are checked before the signature") {
    Shop shop;
    CHECK(shop.send({"GET", "/v2/nothing", {}, ""}).reason() == "ResourceNotFound");
    CHECK(shop.send({"GET", "/v2/charges", {}, ""}).reason() == "UnsupportedOperation");
    CHECK(shop.send({"GET", "/v1/charges/S02-1-1-C1", {}, ""}).reason() == "InvalidAPIVersion");
    CHECK(shop.send({"PUT", "/v2/charges/S02-1-1-C1", {}, ""}).status == 405);
    const auto unsigned_request = shop.send({"GET", "/v2/charges/S02-1-1-C1", {}, ""});
    CHECK(unsigned_request.status == 403);
    CHECK(unsigned_request.reason() == "InvalidAuthentication");
}

TEST_CASE("a forged signature, an unknown key and a foreign object are refused") {
    Shop shop, other;
    shop.order();
    auto forged = signed_request("GET", "/v2/charges/" + shop.charge_id, "", shop.key_id, other.private_key, "");
    CHECK(shop.send(forged).status == 403);
    CHECK(shop.send(forged).reason() == "InvalidRequestSignature");
    auto unknown = signed_request("GET", "/v2/charges/" + shop.charge_id, "", other.key_id, other.private_key, "");
    CHECK(shop.send(unknown).status == 401);

    const auto second = shop.control("POST", "/control/keypair", "{}");
    auto foreign = signed_request("GET", "/v2/charges/" + shop.charge_id, "", second.text("public_key_id"), second.text("private_key_pem"), "");
    CHECK(shop.send(foreign).status == 404);
}

TEST_CASE("both algorithms, an upper case region and a trailing slash are accepted") {
    Shop shop;
    shop.order();
    const auto path = "/v2/charges/" + shop.charge_id;
    const auto status = [&](const std::string& target, const char* region, const char* host, const char* algorithm) {
        return shop.send(signed_request("GET", target, "", shop.key_id, shop.private_key, "", region, host, algorithm)).status;
    };
    CHECK(status(path, "EU", "localhost:20443", "AMZN-PAY-RSASSA-PSS") == 200);
    CHECK(status(path + "/", "eu", "pay-api.amazon.eu", "AMZN-PAY-RSASSA-PSS-V2") == 200);
    CHECK(status(path, "na", "localhost", "AMZN-PAY-RSASSA-PSS-V2") == 400);
    CHECK(status(path, "eu", "pay-api.amazon.com", "AMZN-PAY-RSASSA-PSS-V2") == 400);
}

TEST_CASE("legacy keys name the environment in the path and the environments do not mix") {
    Shop shop;
    const auto legacy = shop.control("POST", "/control/keypair", R"({"public_key_id":"AFLEGACYKEY"})");
    shop.key_id = legacy.text("public_key_id");
    shop.private_key = legacy.text("private_key_pem");
    shop.order("80.00", R"(,"environment":"Live")");
    CHECK(shop.permission_id.starts_with("P02-"));
    CHECK(shop.call("GET", "/live/v2/charges/" + shop.charge_id).body.at("releaseEnvironment") == "Live");
    CHECK(shop.call("GET", "/sandbox/v2/charges/" + shop.charge_id).status == 404);
    CHECK(shop.call("GET", "/v2/charges/" + shop.charge_id).status == 401);
}

TEST_CASE("requests with a clock 15 minutes off are refused, however far the virtual clock was moved") {
    Shop shop;
    shop.order();
    shop.advance(86400);
    CHECK(shop.charge().status == 200);
    auto old = signed_request("GET", "/v2/charges/" + shop.charge_id, "", shop.key_id, shop.private_key, "");
    for (auto& [name, value] : old.headers)
        if (name == "x-amz-pay-date") value = "20180524T223710Z";
    old.headers.pop_back();  // sign again with the old date
    std::vector<std::string> names;
    std::string joined;
    for (const auto& [name, value] : old.headers) names.push_back(name), joined += (joined.empty() ? "" : ";") + name;
    const auto text = "AMZN-PAY-RSASSA-PSS-V2\n" + sandbox::sha256_hex(sandbox::canonical_request(old, old.path(), "", names));
    old.headers.emplace_back("authorization", "AMZN-PAY-RSASSA-PSS-V2 PublicKeyId=" + shop.key_id + ",SignedHeaders=" + joined +
                                                  ",Signature=" + sandbox_test::sign_text(shop.private_key, 32, text));
    CHECK(shop.send(old).reason() == "InvalidHeaderValue");
    shop.control("POST", "/control/settings", R"({"clock_skew_s":0})");
    CHECK(shop.send(old).status == 200);
}

TEST_CASE("faults strike as often as asked, before or after the effect") {
    Shop shop;
    shop.order("80.00", R"(,"state":"Captured")");
    const auto fault = [&](const char* body) { REQUIRE(shop.control("POST", "/control/faults", body).status == 200); };

    fault(R"({"operation":"createRefund","kind":"status","status":503,"count":2})");
    CHECK(shop.refund("1.00", "a").status == 503);
    CHECK(shop.refund("1.00", "a").status == 503);
    CHECK(shop.charge().amount("refundedAmount") == "0.00");
    CHECK(shop.refund("1.00", "a").status == 201);

    fault(R"({"operation":"createRefund","kind":"lose_answer"})");
    CHECK(shop.refund("2.00", "b").dropped);
    CHECK(shop.charge().amount("refundedAmount") == "3.00");
    CHECK(shop.refund("2.00", "b").status == 201);
    CHECK(shop.charge().amount("refundedAmount") == "3.00");

    fault(R"({"operation":"createRefund","kind":"drop_before"})");
    CHECK(shop.refund("2.00", "c").dropped);
    CHECK(shop.charge().amount("refundedAmount") == "3.00");

    fault(R"({"operation":"createRefund","kind":"status","status":500,"apply_effect":true})");
    CHECK(shop.refund("4.00", "d").status == 500);
    CHECK(shop.charge().amount("refundedAmount") == "7.00");

    fault(R"({"operation":"getCharge","kind":"delay","delay_ms":1500})");
    CHECK(shop.charge().delay_ms == 1500);

    fault(R"({"operation":"createRefund","kind":"simulate","simulation_code":"AmazonRejected","skip":1})");
    CHECK(shop.refund("5.00", "e").status == 201);
    const auto rejected = shop.refund("6.00", "f");
    shop.advance(31);
    CHECK(shop.call("GET", "/v2/refunds/" + rejected.text("refundId")).state() == "Declined");

    fault(R"({"kind":"status"})");
    shop.control("DELETE", "/control/faults");
    CHECK(shop.charge().status == 200);
}

TEST_CASE("throttling answers 429 after the burst when it is switched on") {
    Shop shop;
    shop.order();
    shop.control("POST", "/control/settings", R"({"throttling":true})");
    int refused = 0;
    for (int i = 0; i < 8; ++i) refused += shop.charge().status == 429;
    CHECK(refused >= 2);
    CHECK(refused <= 3);
}
