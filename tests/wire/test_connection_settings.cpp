// What a Connection makes of the settings, and answers that do not fit the question.
#include <catch2/catch.hpp>

#include "amazon/client.hpp"
#include "keys.hpp"
#include "samples.hpp"
#include "tls_server.hpp"

using namespace amazonpay;
using namespace amazonpay::amazon;
using namespace wire_tests;
using Catch::Contains;

namespace {

Account good_account() {
  Account account;
  account.region = "eu";
  account.environment = "sandbox";
  account.public_key_id = "SANDBOX-AEXAMPLE";
  account.private_key = Secret(first_key().private_pem);
  return account;
}

std::string wrong_field(const Account& account) {
  const auto connection = Connection::open(account);
  REQUIRE_FALSE(connection);
  CHECK(connection.kind() == Kind::refused);
  CHECK_FALSE(connection.message().empty());
  return connection.failure().code;
}

Result<Charge> charge_answered_with(const std::string& body, const std::string& charge_id = "S02-1234567-7654321-C012345", int status = 200) {
  TlsServer server({{Act::answer, http_answer(status, body, "x-amz-pay-request-id: trace-1\r\n")}});
  auto account = good_account();
  account.service_url = server.url();
  account.ca_file = server.ca_file();
  return Client(Connection::open(account).value()).capture(charge_id, Money(1400, Currency("EUR")), "", "key1");
}

}  // namespace

TEST_CASE("regions choose Amazon's hosts, key prefixes choose environment and path") {
  auto account = good_account();
  CHECK(Connection::open(account).value()->host() == "pay-api.amazon.eu");
  account.region = "na";
  CHECK(Connection::open(account).value()->host() == "pay-api.amazon.com");
  account.region = "jp";
  CHECK(Connection::open(account).value()->host() == "pay-api.amazon.jp");
  account.environment = "live";
  CHECK(Connection::open(account).value()->environment() == Environment::sandbox);
  account.public_key_id = "live-aexample";
  CHECK(Connection::open(account).value()->environment() == Environment::live);
  CHECK(Connection::open(account).value()->path_of("/charges") == "/v2/charges");
  account.public_key_id = "AEXAMPLE";
  CHECK(Connection::open(account).value()->path_of("/charges") == "/live/v2/charges");
  account.environment = "sandbox";
  CHECK(Connection::open(account).value()->path_of("/charges") == "/sandbox/v2/charges");
  account.service_url = "https://localhost:20443";
  CHECK(Connection::open(account).value()->host() == "localhost:20443");
}

TEST_CASE("a wrong setting is refused and its field is named") {
  auto account = good_account();
  account.region = "moon";
  CHECK(wrong_field(account) == "region");
  account = good_account();
  account.public_key_id = "";
  CHECK(wrong_field(account) == "public_key_id");
  account.public_key_id = "SANDBOX\r\nx: y";
  CHECK(wrong_field(account) == "public_key_id");
  account.public_key_id = "AEXAMPLE";
  account.environment = "";
  CHECK(wrong_field(account) == "environment");
  account = good_account();
  account.private_key = Secret("x");
  CHECK(wrong_field(account) == "private_key");
  account = good_account();
  account.algorithm = "MD5";
  CHECK(wrong_field(account) == "algorithm");
  account = good_account();
  account.ca_file = "/no/such/file.pem";
  CHECK(wrong_field(account) == "ca_file");
  for (const char* url : {"http://localhost:1", "https://", "https://a/b", "https://user@host", "https://host:port", "https://host?x", "localhost:1", "https://a b", "https://host:"}) {
    CAPTURE(url);
    account = good_account();
    account.service_url = url;
    CHECK(wrong_field(account) == "service_url");
  }
}

TEST_CASE("bad arguments are refused before anything is sent") {
  auto account = good_account();
  account.service_url = "https://127.0.0.1:" + std::to_string(unused_port());
  Client client(Connection::open(account).value());
  const Money one(100, Currency("EUR"));
  CHECK(client.get_charge("").kind() == Kind::invalid);
  CHECK(client.get_charge("../reports").kind() == Kind::invalid);
  CHECK(client.get_charge("x/../y").kind() == Kind::invalid);
  CHECK(client.get_charge("S02?x=1").kind() == Kind::invalid);
  CHECK(client.get_refund("a b").kind() == Kind::invalid);
  CHECK(client.capture("S02-1", Money(0, Currency("EUR")), "", "k").kind() == Kind::invalid);
  CHECK(client.capture("S02-1", one, "", "").kind() == Kind::invalid);
  CHECK(client.create_refund("S02-1", one, "", std::string(33, 'k')).kind() == Kind::invalid);
  CHECK(client.create_refund("S02-1", one, "", "k\r\nx: y").kind() == Kind::invalid);
  CHECK(client.create_refund("S02-1", one, "", "k").kind() == Kind::unavailable);
}

TEST_CASE("a success that is damaged, empty or about something else is uncertain and keeps the trace") {
  CHECK(charge_answered_with(captured_charge_sample));
  for (const auto& body : {std::string(), std::string("<html>"), captured_charge_sample.substr(0, 300), with(captured_charge_sample, "14.00", "14.001"),
                           with(captured_charge_sample, "\"Sandbox\"", "\"Live\"")}) {
    const auto damaged = charge_answered_with(body);
    REQUIRE_FALSE(damaged);
    CHECK(damaged.kind() == Kind::uncertain);
    CHECK(damaged.failure().code == "unreadable_answer");
    CHECK(damaged.failure().trace == "trace-1");
  }
  CHECK(charge_answered_with(captured_charge_sample, "S02-1234567-7654321-C099999").kind() == Kind::uncertain);
  CHECK(charge_answered_with(captured_charge_sample, "S02-1234567-7654321-C012345", 202));
  CHECK(charge_answered_with("", "S02-1234567-7654321-C012345", 204).kind() == Kind::uncertain);
  CHECK(charge_answered_with("", "S02-1234567-7654321-C012345", 307).kind() == Kind::uncertain);
}
