// The page Connection without a service behind it: what people paste, keys made here, two connections, the checklist. Against a real service:
// tests/acceptance/test_connection.py.
#include <catch2/catch.hpp>

#include "amazon/signing.hpp"
#include "host/connection_checklist.hpp"
#include "host/connection_sets.hpp"
#include "host/pasted_credentials.hpp"
#include "shop.hpp"

using namespace amazonpay;
using namespace amazonpay::test;
using host::read_pasted;

namespace {

constexpr const char* good_store = "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef";

std::string made_pem() { return std::string(amazon::PrivateKey::make_pem().value().reveal()); }

std::string setting(Shop& shop, const char* name) {
  const auto services = *hostapi::sdk::Host::open(shop.host.raw());
  const hostapi::sdk::Session session(services, shop.host.system_call());
  const auto values = session.settings().get().value().at("values").as_object();
  const auto* found = values.if_contains(name);
  return found == nullptr ? std::string() : std::string(found->as_string());
}

std::string secret(Shop& shop, const char* name) {
  const auto services = *hostapi::sdk::Host::open(shop.host.raw());
  const auto found = hostapi::sdk::Session(services, shop.host.system_call()).settings().secret(name);
  return found ? *found : std::string();
}

host::LiveFacts ready() {
  host::LiveFacts facts;
  facts.now_ms = 1'763'500'000'000, facts.last_notification_ms = facts.now_ms - 60'000;
  facts.live_complete = true, facts.live_test.emplace(), facts.live_test->good = true;
  facts.refund_settled = true, facts.webhook_url = "https://shop.example/webhooks/amazonpay/notifications";
  return facts;
}

}  // namespace

TEST_CASE("JSON is read in the shapes that are around") {
  for (const char* text : {R"({"merchant_id":"A1EXAMPLESELL0","store_id":"amzn1.application-oa2-client.0123456789abcdef0123456789abcdef","public_key_id":"SANDBOX-AEXAMPLE1234","private_key":"KEY","region":"EU"})",
                           R"({"merchantId":" A1EXAMPLESELL0 ","storeId":"amzn1.application-oa2-client.0123456789abcdef0123456789abcdef","publicKeyId":"SANDBOX-AEXAMPLE1234","privateKey":"KEY","ledgerCurrency":"GBP"})",
                           "Here it is:\n```json\n{\"Merchant ID\":\"A1EXAMPLESELL0\",\"Client-ID\":\"amzn1.application-oa2-client.0123456789abcdef0123456789abcdef\",\"Public key ID\":\"SANDBOX-AEXAMPLE1234\",\"private-key\":\"KEY\",\"Region\":\"Europe\"}\n```",
                           R"([{"account":{"seller_id":"A1EXAMPLESELL0","client_id":"amzn1.application-oa2-client.0123456789abcdef0123456789abcdef","country":7},"keys":[{"keyId":"SANDBOX-AEXAMPLE1234","private_key_pem":"KEY","region":"de"}]}])"}) {
    CAPTURE(text);
    const auto pasted = read_pasted(text);
    CHECK(pasted.problem.empty());
    CHECK(pasted.fields.at("merchant_id") == "A1EXAMPLESELL0");
    CHECK(pasted.fields.at("store_id") == good_store);
    CHECK(pasted.fields.at("public_key_id") == "SANDBOX-AEXAMPLE1234");
    CHECK(pasted.fields.at("region") == "eu");
    CHECK(pasted.fields.count("private_key") == 0);
    CHECK(pasted.private_key.reveal() == "KEY");
  }
}

TEST_CASE("what is no JSON of a connection is named for what it is") {
  CHECK(read_pasted("  ").problem.empty());
  CHECK(read_pasted("-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----").private_key.size() > 20);
  CHECK(read_pasted("hello").problem.id.find("neither JSON nor a private key") != std::string::npos);
  CHECK(read_pasted(R"({"merchant_id":"A1EX)" "}").problem.id.find("not complete") != std::string::npos);
  CHECK(read_pasted(R"({"merchant_id":"A1","access_key":"AKIA","secret_key":"x"})").problem.id.find("MWS") != std::string::npos);
  CHECK(read_pasted(R"({"client_id":"other","a":1})").problem.id.find("none of the values") != std::string::npos);
  CHECK(read_pasted(std::string(70'000, '{')).problem.id.find("too long") != std::string::npos);
}

TEST_CASE("a key pair made here shows its public half only") {
  Shop shop;
  REQUIRE(shop.page_run_of("connection", "make_key", {{"set", "sandbox"}}).status == HOSTAPI_OK);
  const auto key = secret(shop, "private_key_next");
  const auto parsed = amazon::PrivateKey::parse(amazon::Secret(key));
  REQUIRE(parsed);
  const auto page = shop.page_of("connection");
  INFO(page.text);
  REQUIRE(page.status == HOSTAPI_OK);
  CHECK(page.data().at("next").at("pem").as_string() == parsed->public_pem());
  CHECK(page.text.find("PRIVATE KEY") == std::string::npos);
  CHECK(page.text.find(key.substr(40, 40)) == std::string::npos);
  const auto file = shop.page_of("connection", {{"download", "public_key"}}).document();
  CHECK(file.at("download").at("text").as_string() == parsed->public_pem());
}

TEST_CASE("a wrong field is named, what was typed is shown again, the private key waits") {
  Shop shop;
  const auto pem = made_pem();
  const auto stored = shop.page_run_of("connection", "store", {{"set", "sandbox"}, {"region", "eu"}, {"merchant_id", "A1EXAMPLESELL0"}, {"store_id", "amzn1.application-oa2-client.0123"},
                                                                {"public_key_id", "SANDBOX-AEXAMPLE1234"}, {"private_key", pem}});
  REQUIRE(stored.status == HOSTAPI_OK);
  CHECK(stored.document().at("level") == "stop");
  CHECK(stored.text.find(pem.substr(40, 40)) == std::string::npos);
  CHECK(setting(shop, "merchant_id").empty());
  CHECK(secret(shop, "private_key_next") == pem);
  const auto page = shop.page_of("connection", {{"typed", "1"}, {"set", "sandbox"}, {"merchant_id", "A1EXAMPLESELL0"}, {"store_id", "amzn1.application-oa2-client.0123"}, {"public_key_id", "SANDBOX-AEXAMPLE1234"}});
  const auto form = page.data().at("f");
  CHECK(form.at("merchant_id").at("value") == "A1EXAMPLESELL0");
  CHECK(form.at("store_id").at("bad") == true);
  CHECK(std::string(form.at("store_id").at("findings").at(0).at("text").as_string()).find("4 characters after the last dot") == 0);
}

TEST_CASE("switching keeps both connections with their keys") {
  Shop shop;
  const auto services = *hostapi::sdk::Host::open(shop.host.raw());
  const hostapi::sdk::Session session(services, shop.host.system_call());
  auto sets = *host::read_sets(session);
  CHECK(sets.sandbox.in_use);
  REQUIRE(host::store_set(session, sets.sandbox, {{"region", "eu"}, {"merchant_id", "A1SANDBOX000"}, {"public_key_id", "SANDBOX-A1"}, {"notification_topic", "arn:s"}}, amazon::Secret("sandbox key"), false));
  REQUIRE(host::store_set(session, sets.live, {{"region", "jp"}, {"merchant_id", "A1LIVE000000"}, {"public_key_id", "LIVE-A1"}}, amazon::Secret("live key"), false));
  CHECK(setting(shop, "public_key_id") == "SANDBOX-A1");
  sets = *host::read_sets(session);
  CHECK(sets.live.text("region") == "jp");
  REQUIRE(host::exchange_sets(session, sets));
  CHECK(setting(shop, "public_key_id") == "LIVE-A1");
  CHECK(setting(shop, "notification_topic").empty());
  CHECK(secret(shop, "private_key") == "live key");
  sets = *host::read_sets(session);
  CHECK(sets.live.in_use);
  CHECK(sets.sandbox.text("notification_topic") == "arn:s");
  CHECK(host::key_of_set(session, sets.sandbox)->reveal() == "sandbox key");
  REQUIRE(host::exchange_sets(session, sets));
  CHECK(setting(shop, "merchant_id") == "A1SANDBOX000");
  CHECK(secret(shop, "private_key") == "sandbox key");
}

TEST_CASE("nobody goes live by accident") {
  Shop shop;
  CHECK(shop.page_run_of("connection", "go_live", {{"word", "live"}}).status == HOSTAPI_E_REFUSED);
  const auto refused = shop.page_run_of("connection", "go_live", {{"word", "LIVE"}, {"capture", "yes"}, {"limits", "yes"}, {"people", "yes"}});
  CHECK(refused.status == HOSTAPI_E_REFUSED);
  CHECK(refused.text.find("Store and test the live keys first") != std::string::npos);
  shop.staff.all_permissions = false;
  shop.staff.permissions = {"payment.view", "payment.refund"};
  CHECK(shop.page_of("connection").status == HOSTAPI_E_DENIED);
  CHECK(shop.page_run_of("connection", "make_key", {}).status == HOSTAPI_E_DENIED);
  CHECK(secret(shop, "private_key_next").empty());
}

TEST_CASE("the checklist says line by line what is proven and what is to do") {
  const auto done = [](const host::LiveFacts& facts) {
    std::string ids;
    for (const auto& line : host::checklist(facts))
      if (!line.by_person && !line.ok) ids += std::string(line.id) + " ";
    return ids;
  };
  CHECK(done(ready()).empty());
  auto facts = ready();
  facts.live_test->good = false;
  CHECK(done(facts) == "live_keys ");
  facts = ready(), facts.webhook_url = "http://shop.example/x", facts.refund_settled = false;
  CHECK(done(facts) == "https refund ");
  facts = ready(), facts.last_notification_ms = facts.now_ms - 25 * 3'600'000LL;
  CHECK(done(facts) == "notifications ");
  facts.last_reading_ms = facts.now_ms - 3'600'000;
  CHECK(done(facts).empty());
}

TEST_CASE("the switch to a new key needs its good test") {
  Shop shop;
  const auto pem = made_pem();
  const auto services = *hostapi::sdk::Host::open(shop.host.raw());
  const hostapi::sdk::Session session(services, shop.host.system_call());
  REQUIRE(host::store_set(session, host::read_sets(session)->sandbox, {{"region", "eu"}, {"merchant_id", "A1EXAMPLESELL0"}, {"store_id", good_store}, {"public_key_id", "SANDBOX-AEXAMPLE1234"}}, amazon::Secret(pem), false));
  REQUIRE(shop.page_run_of("connection", "make_key", {}).status == HOSTAPI_OK);
  CHECK(shop.page_run_of("connection", "switch_key", {}).status == HOSTAPI_E_REFUSED);
  CHECK(shop.page_run_of("connection", "try_next", {{"public_key_id", "LIVE-AEXAMPLE99999"}}).document().at("level") == "stop");
  CHECK(setting(shop, "next_public_key_id").empty());
  CHECK(secret(shop, "private_key") == pem);
  REQUIRE(shop.page_run_of("connection", "drop_key", {}).status == HOSTAPI_OK);
  CHECK(secret(shop, "private_key_next").empty());
  CHECK(secret(shop, "private_key") == pem);
}
