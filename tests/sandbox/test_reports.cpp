#include <catch2/catch.hpp>

#include "reports.hpp"
#include "test_shop.hpp"

using namespace sandbox_test;

// What the official SDK cannot see from outside; the operations themselves are tested in tests/sdk.
namespace {

const char* const settlement_type = "_GET_FLAT_FILE_OFFAMAZONPAYMENTS_SANDBOX_SETTLEMENT_DATA_";

std::string account(const Shop& shop) { return R"("public_key_id":")" + shop.key_id + R"(")"; }
Answer settle(Shop& shop) { return shop.control("POST", "/control/settlements", "{" + account(shop) + "}"); }

std::string report_of_everything(Shop& shop) {
    const auto made = shop.call("POST", "/v2/reports", R"({"reportType":")" + std::string(settlement_type) +
                                    R"(","startTime":"20200101T000000Z","endTime":"20990101T000000Z"})", shop.fresh_key());
    shop.advance(31);
    return shop.call("GET", "/v2/reports/" + made.text("reportId")).text("reportDocumentId");
}

std::string document_text(Shop& shop, const std::string& document_id) {
    const auto link = shop.call("GET", "/v2/report-documents/" + document_id).text("url");
    const auto path = link.substr(link.find("/report-files/"));
    const auto question = path.find('?');
    return sandbox::download(shop.store(), path.substr(0, question), path.substr(question + 1));
}

}  // namespace

TEST_CASE("a settlement takes everything since the last one, and nothing twice") {
    Shop shop;
    CHECK(settle(shop).reason() == "InvalidRequest");
    shop.order("100.00", R"(,"state":"Captured")");
    const auto first = settle(shop);
    CHECK(first.body.at("net_minor") == 10000 - 270 - 35);
    CHECK(settle(shop).status == 422);
    shop.order("50.00", R"(,"state":"Captured")");
    shop.restart();
    CHECK(settle(shop).body.at("net_minor") == 5000 - 135 - 35);
    CHECK(shop.call("GET", "/v2/disbursements").body.at("disbursements").as_array().size() == 2);
}

TEST_CASE("refunds that are higher than the captures wait for the next settlement") {
    Shop shop;
    shop.order("100.00", R"(,"state":"Captured")");
    settle(shop);
    CHECK(shop.refund("100.00").status == 201);
    shop.advance(31);
    CHECK(settle(shop).status == 422);
    shop.order("200.00", R"(,"state":"Captured")");
    CHECK(settle(shop).body.at("net_minor") == (20000 - 540 - 35) - (10000 - 270));
}

TEST_CASE("a declined refund is no part of a settlement") {
    Shop shop;
    shop.order("100.00", R"(,"state":"Captured")");
    CHECK(shop.refund("10.00", "", "AmazonRejected").status == 201);
    shop.advance(31);
    CHECK(settle(shop).body.at("net_minor") == 10000 - 270 - 35);
}

TEST_CASE("new fees do not change what was settled before") {
    Shop shop;
    shop.order("100.00", R"(,"state":"Captured")");
    settle(shop);
    CHECK(shop.control("POST", "/control/fees", "{" + account(shop) + R"(,"percent":"10","fixed_minor":0})").body.at("millipercent") == 10000);
    shop.order("200.00", R"(,"state":"Captured")");
    const auto file = document_text(shop, report_of_everything(shop));
    CHECK(file.find("\t100.00\t2.70\t0.35\t3.05\t96.95\n") != std::string::npos);
    CHECK(file.find("\t200.00\t20.00\t0.00\t20.00\t180.00\n") != std::string::npos);
    CHECK(shop.control("POST", "/control/fees", "{" + account(shop) + R"(,"percent":"2,7"})").reason() == "InvalidParameterValue");
}

TEST_CASE("a document is found again after a restart, but an old link is not") {
    Shop shop;
    shop.order("100.00", R"(,"state":"Captured")");
    const auto document_id = report_of_everything(shop);
    shop.restart();
    CHECK(document_text(shop, document_id).starts_with("SellerId\t" + shop.merchant_id + "\nSettlementStartDate\t2020-01-01T00:00:00Z\n"));
    CHECK_THROWS_AS(sandbox::download(shop.store(), "/report-files/" + document_id, "expires=99999999999999&token=0"), sandbox::ApiError);
    CHECK_THROWS_AS(sandbox::download(shop.store(), "/report-files/" + document_id, ""), sandbox::ApiError);
}

TEST_CASE("a schedule makes up for a long gap with its last fifty reports only") {
    Shop shop;
    const auto made = shop.call("POST", "/v2/report-schedules", R"({"reportType":")" + std::string(settlement_type) +
                                    R"(","scheduleFrequency":"PT5M","nextReportCreationTime":"20200101T000000Z"})", shop.fresh_key());
    REQUIRE(made.status == 201);
    shop.advance(86400);
    const auto reports = shop.call("GET", "/v2/reports?pageSize=100").body;
    CHECK(reports.at("reports").as_array().size() == 51);
    CHECK(reports.at("nextToken").is_null());
}

TEST_CASE("months are those of the calendar") {
    const auto ms = [](const char* at) { return *sandbox::parse_time(at); };
    CHECK(sandbox::extended_time(sandbox::months_later(ms("20250131T101112Z"), 13)) == "2026-02-28T10:11:12Z");
    CHECK(sandbox::extended_time(sandbox::months_later(ms("20250310T000000Z"), 13)) == "2026-04-10T00:00:00Z");
    CHECK(sandbox::extended_time(sandbox::month_start(ms("20250310T101112Z"))) == "2025-03-01T00:00:00Z");
    CHECK(sandbox::extended_time_with_ms(ms("20250310T101112Z") + 7) == "2025-03-10T10:11:12.007Z");
}

TEST_CASE("the monthly limit of a recurring permission starts over with the month and can be switched off") {
    Shop shop;
    shop.order("10.00", R"(,"intent":"Confirm","charge_permission_type":"Recurring","recurring_metadata":{"frequency":{"unit":"Month","value":"1"}})");
    CHECK(shop.create_charge("500.01").reason() == "PeriodicAmountExceeded");
    CHECK(shop.create_charge("500.00").status == 201);
    CHECK(shop.create_charge("1.00").reason() == "PeriodicAmountExceeded");
    shop.advance(31 * 86400);
    CHECK(shop.create_charge("1.00").status == 201);
    shop.control("POST", "/control/settings", R"({"periodic_limit_minor":0})");
    CHECK(shop.create_charge("5000.00").status == 201);
}
