// The adapter against the real amazonpay-sandbox: what a shop does in a day, and what goes wrong on the way.
#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "running_sandbox.hpp"
#include "samples.hpp"
#include "tls_server.hpp"

using namespace amazonpay;
using namespace amazonpay::amazon;
using namespace wire_tests;
using Catch::Contains;

namespace {

constexpr const char* this_key = "0123456789abcdef0123456789abcdef";
constexpr const char* that_key = "fedcba9876543210fedcba9876543210";

// Repeats without the pauses.
Terms impatient() {
  Terms terms;
  terms.pause_ms = [](std::int64_t) {};
  return terms;
}

}  // namespace

TEST_CASE("a reservation is read, captured in part, refunded and read back", "[service]") {
  const RunningSandbox sandbox;
  const auto merchant = sandbox.merchant();
  const auto order = sandbox.order(merchant, "80.00", "Authorized");
  auto amazon = sandbox.client(merchant);

  const auto permission = amazon.get_permission(order.permission_id);
  REQUIRE(permission);
  CHECK(permission->id == order.permission_id);
  CHECK(permission->environment == Environment::sandbox);
  CHECK_THAT(permission->raw, Contains("[redacted]") && !Contains("Erika"));

  const auto reserved = amazon.get_charge(order.charge_id);
  REQUIRE(reserved);
  CHECK(reserved->state == ChargeState::authorized);
  CHECK(reserved->amount == euro(8000));
  CHECK(reserved->permission_id == order.permission_id);

  const auto captured = amazon.capture(order.charge_id, euro(7000), "Demo Shop", this_key);
  REQUIRE(captured);
  CHECK(captured->state == ChargeState::captured);
  CHECK(captured->captured == euro(7000));

  const auto refund = amazon.create_refund(order.charge_id, euro(1050), "Müllers Laden & Söhne", that_key);
  REQUIRE(refund);
  CHECK(refund->state == RefundState::initiated);
  CHECK(refund->amount == euro(1050));
  sandbox.control("POST", "/control/clock", {{"advance_s", 60}});
  const auto settled = amazon.get_refund(refund->id);
  REQUIRE(settled);
  CHECK(settled->state == RefundState::refunded);
  CHECK(amazon.get_charge(order.charge_id)->refunded == euro(1050));
}

TEST_CASE("a reservation is canceled, a payment is closed, a new charge is captured at once", "[service]") {
  const RunningSandbox sandbox;
  const auto merchant = sandbox.merchant();
  auto amazon = sandbox.client(merchant);
  const auto order = sandbox.order(merchant, "14.00", "Authorized");
  const auto canceled = amazon.cancel_charge(order.charge_id, "out of stock");
  REQUIRE(canceled);
  CHECK(canceled->state == ChargeState::canceled);
  CHECK(canceled->reason_code == "MerchantCanceled");

  const auto fresh = amazon.create_charge(order.permission_id, euro(900), true, "", this_key);
  REQUIRE(fresh);
  CHECK(fresh->state == ChargeState::captured);
  CHECK(fresh->id != order.charge_id);

  const auto closed = amazon.close_permission(order.permission_id, "order canceled", true);
  REQUIRE(closed);
  CHECK(closed->state == PermissionState::closed);
  CHECK(closed->reason_code == "MerchantClosed");
  const auto again = amazon.capture(order.charge_id, euro(100), "", that_key);
  REQUIRE_FALSE(again);
  CHECK(again.kind() == Kind::refused);
  CHECK(again.failure().code == "InvalidChargeStatus");
  CHECK_FALSE(again.failure().trace.empty());
}

TEST_CASE("yen, the older algorithm, legacy keys and live keys work", "[service]") {
  const RunningSandbox sandbox;
  const auto japan = sandbox.merchant({{"region", "jp"}});
  const auto yen = sandbox.order(japan, "500", "Captured");
  auto tokyo = sandbox.client(japan);
  CHECK(tokyo.get_charge(yen.charge_id)->captured == Money(500, Currency("JPY")));
  CHECK(tokyo.create_refund(yen.charge_id, Money(120, Currency("JPY")), "not used in Japan", this_key));

  const auto legacy = sandbox.merchant({{"public_key_id", "AEXAMPLELEGACY"}});
  for (const char* environment : {"sandbox", "live"}) {
    auto account = sandbox.account(legacy);
    account.environment = environment;
    account.algorithm = "AMZN-PAY-RSASSA-PSS";
    const auto connection = Connection::open(account).value();
    CHECK(connection->path_of("/x") == "/" + std::string(environment) + "/v2/x");
    const bool live = account.environment == "live";
    const auto order = sandbox.order(legacy, "10.00", "Captured", live ? "Live" : "Sandbox");
    const auto permission = Client(connection).get_permission(order.permission_id);
    REQUIRE(permission);
    CHECK(permission->environment == (live ? Environment::live : Environment::sandbox));
  }

  const auto live = sandbox.merchant({{"environment", "Live"}});
  auto account = sandbox.account(live);
  account.environment = "sandbox";  // the key id wins
  CHECK(Connection::open(account).value()->environment() == Environment::live);
  CHECK(Connection::open(account).value()->path_of("/x") == "/v2/x");
  CHECK(Client(Connection::open(account).value()).test_connection().accepted);
}

TEST_CASE("the live test accepts right keys and names the field that is wrong", "[service]") {
  RunningSandbox sandbox;
  const auto merchant = sandbox.merchant();
  const auto other = sandbox.merchant();
  auto good = sandbox.client(merchant).test_connection();
  CHECK(good.accepted);
  CHECK(good.reachable);

  auto wrong_key = merchant;
  wrong_key.private_pem = other.private_pem;
  const auto signature = sandbox.client(wrong_key).test_connection();
  CHECK_FALSE(signature.accepted);
  CHECK(signature.field == "private_key");
  CHECK(signature.code == "InvalidRequestSignature");
  CHECK_THAT(signature.message, Contains("does not belong to this public key ID"));

  auto wrong_id = merchant;
  wrong_id.public_key_id = "SANDBOX-AUNKNOWN";
  const auto unknown = sandbox.client(wrong_id).test_connection();
  CHECK_FALSE(unknown.accepted);
  CHECK(unknown.field == "public_key_id");

  auto wrong_region = merchant;
  wrong_region.region = "jp";
  const auto region = sandbox.client(wrong_region).test_connection();
  CHECK_FALSE(region.accepted);
  CHECK(region.field == "region");

  auto amazon = sandbox.client(merchant);
  sandbox.stop();
  const auto stopped = amazon.test_connection();
  CHECK_FALSE(stopped.accepted);
  CHECK_FALSE(stopped.reachable);
  CHECK(stopped.field.empty());
  CHECK(stopped.code == "unreachable");
}

TEST_CASE("refused keys refuse every act and nothing moves", "[service]") {
  const RunningSandbox sandbox;
  const auto merchant = sandbox.merchant();
  const auto order = sandbox.order(merchant, "20.00", "Captured");
  auto stranger = merchant;
  stranger.private_pem = sandbox.merchant().private_pem;
  const auto refund = sandbox.client(stranger).create_refund(order.charge_id, euro(2000), "", this_key);
  REQUIRE_FALSE(refund);
  CHECK(refund.kind() == Kind::refused);
  CHECK(refund.failure().code == "InvalidRequestSignature");
  CHECK(sandbox.refunded_minor(order.permission_id) == 0);
}

TEST_CASE("Amazon's refusals keep their code, and an unknown id is not found", "[service]") {
  const RunningSandbox sandbox;
  const auto merchant = sandbox.merchant();
  const auto order = sandbox.order(merchant, "20.00", "Captured");
  auto amazon = sandbox.client(merchant);
  CHECK(amazon.get_charge("S02-9999999-9999999-C000000").kind() == Kind::not_found);
  CHECK(amazon.create_refund(order.charge_id, euro(2301), "", this_key).failure().code == "TransactionAmountExceeded");
  CHECK(amazon.create_refund(order.charge_id, Money(100, Currency("USD")), "", that_key).failure().code == "CurrencyMismatch");
  const auto missing = amazon.create_refund("S02-9999999-9999999-C000000", euro(100), "", "k3");
  CHECK(missing.kind() == Kind::refused);
  CHECK(missing.failure().code == "ResourceNotFound");
  CHECK(amazon.cancel_charge(order.charge_id, "x").failure().code == "InvalidChargeStatus");
}

TEST_CASE("a lost answer is uncertain, and the same key again gives the same refund", "[service]") {
  const RunningSandbox sandbox;
  const auto merchant = sandbox.merchant();
  const auto order = sandbox.order(merchant, "80.00", "Captured");
  auto amazon = sandbox.client(merchant);
  sandbox.fault({{"kind", "lose_answer"}, {"operation", "createRefund"}});
  const auto lost = amazon.create_refund(order.charge_id, euro(3000), "", this_key);
  REQUIRE_FALSE(lost);
  CHECK(lost.kind() == Kind::uncertain);
  CHECK(lost.failure().code == "no_answer");
  CHECK(sandbox.refunded_minor(order.permission_id) == 3000);

  const auto again = amazon.create_refund(order.charge_id, euro(3000), "", this_key);
  REQUIRE(again);
  const auto once_more = amazon.create_refund(order.charge_id, euro(3000), "", this_key);
  REQUIRE(once_more);
  CHECK(again->id == once_more->id);
  CHECK(sandbox.refunded_minor(order.permission_id) == 3000);
  CHECK(amazon.create_refund(order.charge_id, euro(3001), "", this_key).failure().code == "DuplicateIdempotencyKey");
}

TEST_CASE("5xx and 429 on an act are repeated with the same key, move money once, and are uncertain in the end", "[service]") {
  const RunningSandbox sandbox;
  const auto merchant = sandbox.merchant();
  const auto order = sandbox.order(merchant, "80.00", "Captured");
  auto amazon = sandbox.client(merchant, impatient());
  for (const bool effect : {false, true}) {
    const auto key = effect ? this_key : that_key;
    sandbox.fault({{"kind", "status"}, {"status", 503}, {"operation", "createRefund"}, {"apply_effect", effect}});
    const auto done = amazon.create_refund(order.charge_id, euro(1000), "", key);
    REQUIRE(done);
    CHECK(sandbox.refunded_minor(order.permission_id) == (effect ? 2000 : 1000));
  }
  sandbox.control("DELETE", "/control/requests");
  sandbox.fault({{"kind", "status"}, {"status", 429}, {"operation", "createRefund"}, {"count", 10}});
  const auto throttled = amazon.create_refund(order.charge_id, euro(1000), "", "third");
  REQUIRE_FALSE(throttled);
  CHECK(throttled.kind() == Kind::uncertain);
  CHECK(throttled.failure().code == "TooManyRequests");
  CHECK(sandbox.control("GET", "/control/requests").at("total").as_int64() == 3);
  sandbox.control("DELETE", "/control/faults");
  sandbox.control("DELETE", "/control/requests");
  sandbox.fault({{"kind", "drop_before"}, {"operation", "createRefund"}});
  CHECK(amazon.create_refund(order.charge_id, euro(1000), "", "third").kind() == Kind::uncertain);
  CHECK(sandbox.refunded_minor(order.permission_id) == 2000);
}

TEST_CASE("a failure while processing is not repeated before the object is read", "[service]") {
  const RunningSandbox sandbox;
  const auto merchant = sandbox.merchant();
  const auto order = sandbox.order(merchant, "80.00", "Captured");
  sandbox.control("DELETE", "/control/requests");
  sandbox.fault({{"kind", "status"}, {"status", 500}, {"reason", "ProcessingFailure"}, {"operation", "createRefund"}, {"count", 5}});
  const auto failed = sandbox.client(merchant, impatient()).create_refund(order.charge_id, euro(1000), "", this_key);
  REQUIRE_FALSE(failed);
  CHECK(failed.kind() == Kind::uncertain);
  CHECK(failed.failure().code == "ProcessingFailure");
  CHECK(sandbox.control("GET", "/control/requests").at("total").as_int64() == 1);
}

TEST_CASE("a reading is tried up to four times and is never uncertain", "[service]") {
  const RunningSandbox sandbox;
  const auto merchant = sandbox.merchant();
  const auto order = sandbox.order(merchant, "80.00", "Captured");
  auto amazon = sandbox.client(merchant, impatient());
  sandbox.fault({{"kind", "status"}, {"status", 503}, {"operation", "getCharge"}, {"count", 3}});
  CHECK(amazon.get_charge(order.charge_id));
  sandbox.fault({{"kind", "drop_before"}, {"operation", "getCharge"}});
  CHECK(amazon.get_charge(order.charge_id));
  sandbox.fault({{"kind", "status"}, {"status", 429}, {"operation", "getCharge"}});
  CHECK(amazon.get_charge(order.charge_id));
  sandbox.fault({{"kind", "status"}, {"status", 503}, {"operation", "getCharge"}, {"count", 4}});
  CHECK(amazon.get_charge(order.charge_id).kind() == Kind::unavailable);
  CHECK(amazon.get_charge(order.charge_id));
}

TEST_CASE("the deadline of the call is kept: too late is uncertain, no time left is unavailable", "[service]") {
  const RunningSandbox sandbox;
  const auto merchant = sandbox.merchant();
  const auto order = sandbox.order(merchant, "80.00", "Captured");
  sandbox.fault({{"kind", "delay"}, {"delay_ms", 3000}, {"operation", "createRefund"}});
  const auto start = std::chrono::steady_clock::now();
  const auto late = sandbox.client(merchant, {[] { return 500; }, {}}).create_refund(order.charge_id, euro(500), "", this_key);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(2'000));
  CHECK(late.kind() == Kind::uncertain);
  const auto none = sandbox.client(merchant, {[] { return 0; }, {}}).create_refund(order.charge_id, euro(500), "", that_key);
  CHECK(none.kind() == Kind::unavailable);
  CHECK(sandbox.refunded_minor(order.permission_id) == 500);
}

TEST_CASE("a stopped service is unavailable, also over a connection that was open", "[service]") {
  RunningSandbox sandbox;
  const auto merchant = sandbox.merchant();
  const auto order = sandbox.order(merchant, "80.00", "Captured");
  auto amazon = sandbox.client(merchant);
  REQUIRE(amazon.get_charge(order.charge_id));
  sandbox.stop();
  const auto refund = amazon.create_refund(order.charge_id, euro(500), "", this_key);
  CHECK(refund.kind() == Kind::unavailable);
  CHECK(refund.failure().code == "unreachable");
  CHECK(amazon.get_charge(order.charge_id).kind() == Kind::unavailable);
}

TEST_CASE("a clock that is far off is told, not hidden", "[service]") {
  const RunningSandbox sandbox;
  const auto merchant = sandbox.merchant();
  const auto test = sandbox.client(merchant, {{}, [] { return 1'500'000'000'000; }}).test_connection();
  CHECK_FALSE(test.accepted);
  CHECK_THAT(test.message, Contains("clock"));
}

TEST_CASE("one connection serves several threads", "[service]") {
  const RunningSandbox sandbox;
  const auto merchant = sandbox.merchant();
  const auto order = sandbox.order(merchant, "80.00", "Captured");
  const auto connection = Connection::open(sandbox.account(merchant)).value();
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) good += Client(connection).get_charge(order.charge_id).ok();
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(good == 120);
}
