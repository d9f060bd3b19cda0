// A request that is wrong in every way at once is refused for the first reason in the documented order; mended step by step, it meets the next.
#include <catch2/catch.hpp>

#include "test_shop.hpp"

using namespace sandbox_test;

namespace {

struct Request {
    std::string method = "GET", path = "/v9/charges/x/captures/", body = "{", idempotency_key, code = "NoSuchCode";
    bool broken_signature = true;
};

Answer send(Shop& shop, const Request& r) {
    auto request = signed_request(r.method, r.path, r.body, shop.key_id, shop.private_key, r.idempotency_key, shop.region);
    request.headers.emplace_back("x-amz-pay-simulation-code", r.code);
    if (r.code.empty()) request.headers.pop_back();
    if (r.broken_signature) request.body += " ";
    return shop.send(request);
}

}  // namespace

TEST_CASE("the first wrong thing of a request decides its refusal") {
    Shop shop;
    shop.order("80.00");
    shop.control("POST", "/control/seller-central", R"({"act":"cancel","charge_id":")" + shop.charge_id + R"("})");
    const auto canceled_charge = shop.charge_id;
    shop.order("80.00");
    shop.control("POST", "/control/settings", R"({"throttling":true})");

    Request r;
    const auto expect = [&](int status, const std::string& reason) {
        const auto answer = send(shop, r);
        INFO(r.method << " " << r.path << " " << r.body << " key " << r.idempotency_key);
        CHECK(answer.status == status);
        CHECK(answer.reason() == reason);
    };
    expect(404, "ResourceNotFound");
    r.path = "/v9/charges/x/capture/";
    expect(400, "InvalidAPIVersion");
    r.path = "/v2/charges/x/capture/";
    expect(405, "UnsupportedOperation");
    r.method = "POST";
    expect(403, "InvalidRequestSignature");
    r.broken_signature = false;
    expect(400, "MissingHeader");
    r.idempotency_key = "not a key";
    expect(400, "InvalidHeaderValue");
    expect(429, "TooManyRequests");  // the bucket of captures in sandbox holds two; it is asked before the headers
    shop.control("POST", "/control/settings", R"({"throttling":false})");

    r.idempotency_key = "taken";
    CHECK(shop.refund("1.00", "taken").status == 422);
    expect(400, "DuplicateIdempotencyKey");
    r.idempotency_key = "free";
    expect(400, "InvalidRequestFormat");
    r.body = R"({"surprise":1})";
    expect(400, "UnrecognizedField");
    r.body = "{}";
    expect(400, "MissingParameterValue");
    r.body = R"({"captureAmount":{"amount":"ten","currencyCode":"GBP"}})";
    expect(400, "InvalidParameterValue");
    r.body = R"({"captureAmount":{"amount":"1000.00","currencyCode":"GBP"}})";
    expect(404, "ResourceNotFound");
    r.path = "/v2/charges/" + canceled_charge + "/capture";
    expect(400, "InvalidSandboxSimulationSpecified");
    r.code = "";
    expect(422, "InvalidChargeStatus");
    r.path = "/v2/charges/" + shop.charge_id + "/capture";
    r.idempotency_key = "free2";
    expect(400, "CurrencyMismatch");
    r.body = R"({"captureAmount":{"amount":"1000.00","currencyCode":"EUR"}})";
    expect(400, "TransactionAmountExceeded");
    r.body = R"({"captureAmount":{"amount":"80.00","currencyCode":"EUR"}})";
    CHECK(send(shop, r).status == 200);
}

TEST_CASE("a schedule or a report of one environment is nothing in the other, for a key that serves both") {
    Shop shop;
    const auto made = shop.control("POST", "/control/keypair", R"({"public_key_id":"ALEGACYEXAMPLE"})");
    shop.key_id = made.text("public_key_id");
    shop.private_key = made.text("private_key_pem");
    const std::string body = R"({"reportType":"_GET_FLAT_FILE_OFFAMAZONPAYMENTS_REFUND_DATA_","scheduleFrequency":"P1D","nextReportCreationTime":"20990101T000000Z"})";
    CHECK(shop.call("POST", "/sandbox/v2/report-schedules", body).reason() == "InvalidParameterValue");
    const auto schedule = shop.call("POST", "/live/v2/report-schedules", body);
    CHECK(schedule.status == 201);
    const auto path = "/v2/report-schedules/" + schedule.text("reportScheduleId");
    CHECK(shop.call("GET", "/live" + path).status == 200);
    CHECK(shop.call("GET", "/sandbox" + path).status == 404);
    CHECK(shop.call("GET", path).reason() == "UnauthorizedAccess");
}
