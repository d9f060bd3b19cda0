#include <catch2/catch.hpp>

#include <sys/stat.h>

#include "test_process.hpp"
#include "test_shop.hpp"

// The real binary over real TLS, killed with -9 and started again.
using namespace sandbox_test;

namespace {

boost::json::value control(const Process& process, const char* method, const std::string& path, const std::string& body = {}) {
    const auto reply = fetch(process.control(), {method, path, {}, body}, {});
    REQUIRE(reply.status == 200);
    return boost::json::parse(reply.body);
}

}  // namespace

TEST_CASE("the server answers signed requests over TLS, forgets nothing when killed and stops cleanly") {
    TempFolder folder;
    Process process(folder.path());
    struct stat status {};
    REQUIRE(::stat((folder.path() / "server.key").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);

    const auto pair = control(process, "POST", "/control/keypair", "{}");
    const auto key_id = text(pair, "public_key_id"), private_key = text(pair, "private_key_pem");
    const auto order = control(process, "POST", "/control/orders", R"({"public_key_id":")" + key_id + R"(","amount":"80.00","state":"Captured"})");
    const auto body = R"({"chargeId":")" + text(order, "charge_id") + R"(","refundAmount":{"amount":"5.50","currencyCode":"EUR"}})";
    const auto refund = [&] { return signed_request("POST", "/v2/refunds", body, key_id, private_key, "once"); };

    const auto first = fetch(process.api(), refund(), process.ca());
    CHECK(first.status == 201);
    auto forged = refund();
    forged.body[body.find("5.50")] = '6';
    CHECK(fetch(process.api(), forged, process.ca()).status == 403);
    CHECK(fetch(process.api(), refund(), process.ca(), long{CURL_SSLVERSION_TLSv1_1} | long{CURL_SSLVERSION_MAX_TLSv1_1}).code != CURLE_OK);
    CHECK(fetch(process.api(), refund(), {}).code != CURLE_OK);  // the test authority is not trusted by itself

    control(process, "POST", "/control/faults", R"({"operation":"createRefund","kind":"lose_answer"})");
    const auto lost = fetch(process.api(), signed_request("POST", "/v2/refunds", body, key_id, private_key, "twice"), process.ca());
    CHECK(lost.code != CURLE_OK);

    process.end(SIGKILL);
    process.start();
    const auto again = fetch(process.api(), refund(), process.ca());
    CHECK(again.status == 201);
    CHECK(again.body == first.body);
    const auto movements = control(process, "GET", "/control/movements");
    CHECK(movements.at("totals").at("EUR").at("refunds") == 2);
    CHECK(movements.at("totals").at("EUR").at("refunded_minor") == 1100);

    const int ended = process.end(SIGTERM);
    CHECK((WIFEXITED(ended) && WEXITSTATUS(ended) == 0));
    CHECK_FALSE(std::filesystem::exists(folder.path() / "endpoint.json"));
}

TEST_CASE("an answer that is held back does not hold up the others") {
    TempFolder folder;
    Process process(folder.path());
    const auto pair = control(process, "POST", "/control/keypair", "{}");
    const auto key_id = text(pair, "public_key_id"), private_key = text(pair, "private_key_pem");
    const auto order = control(process, "POST", "/control/orders", R"({"public_key_id":")" + key_id + R"(","amount":"80.00"})");
    const auto get = [&] {
        return fetch(process.api(), signed_request("GET", "/v2/charges/" + text(order, "charge_id"), "", key_id, private_key, ""), process.ca()).status;
    };
    control(process, "POST", "/control/faults", R"({"operation":"getCharge","kind":"delay","delay_ms":3000,"count":8})");
    std::vector<std::thread> slow;
    for (int i = 0; i < 8; ++i) slow.emplace_back([&] { get(); });
    const auto begin = std::chrono::steady_clock::now();
    while (!control(process, "GET", "/control/faults").at("faults").as_array().empty() && std::chrono::steady_clock::now() - begin < std::chrono::seconds(10)) {}
    CHECK(get() == 200);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(3));
    for (auto& thread : slow) thread.join();
}
