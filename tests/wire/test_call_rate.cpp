// The shop's own limit of requests: the bucket with a clock of its own, and in front of a scripted server.
#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include "amazon/call_rate.hpp"
#include "amazon/client.hpp"
#include "samples.hpp"
#include "scripted.hpp"

using namespace amazonpay;
using namespace amazonpay::amazon;
using namespace wire_tests;
using Catch::Contains;

namespace {

struct Clock {
  std::int64_t now_ms = 1'000'000;
  CallRate rate(Environment environment) {
    return CallRate(environment, [this] { return now_ms; });
  }
};

int taken(CallRate& rate, Call call, Urgency urgency) {
  int count = 0;
  while (count < 1'000 && rate.take(call, urgency) == 0) ++count;
  return count;
}

}  // namespace

TEST_CASE("the burst and the rate are those that Amazon publishes") {
  struct Row {
    Call call;
    Quota live, sandbox;
  };
  // API reference 6.4, newer table.
  const Row rows[] = {{Call::create_session, {40, 16}, {5, 1}},   {Call::get_session, {40, 8}, {10, 1}},    {Call::update_session, {20, 8}, {5, 1}},
                      {Call::complete_session, {20, 4}, {2, 1}},  {Call::get_permission, {20, 4}, {10, 1}}, {Call::update_permission, {10, 2}, {5, 1}},
                      {Call::close_permission, {10, 2}, {2, 1}},  {Call::create_charge, {10, 4}, {2, 1}},   {Call::get_charge, {20, 4}, {5, 1}},
                      {Call::capture, {20, 4}, {2, 1}},           {Call::cancel_charge, {10, 2}, {2, 1}},   {Call::create_refund, {10, 4}, {2, 1}},
                      {Call::get_refund, {20, 4}, {5, 1}},        {Call::track_delivery, {10, 1}, {1, 1}}};
  for (const auto& row : rows) {
    CAPTURE(facts_of(row.call).name);
    CHECK(facts_of(row.call).published);
    for (const auto environment : {Environment::live, Environment::sandbox}) {
      const auto expected = environment == Environment::live ? row.live : row.sandbox;
      Clock clock;
      auto rate = clock.rate(environment);
      CHECK(taken(rate, row.call, Urgency::staff) == expected.burst);
      clock.now_ms += 1'000;
      CHECK(taken(rate, row.call, Urgency::staff) == expected.per_second);
      clock.now_ms += 3'600'000;
      CHECK(taken(rate, row.call, Urgency::staff) == expected.burst);
    }
  }
}

TEST_CASE("background work leaves half of the burst to staff") {
  Clock clock;
  auto rate = clock.rate(Environment::live);
  CHECK(taken(rate, Call::get_charge, Urgency::background) == 10);
  CHECK(taken(rate, Call::get_charge, Urgency::staff) == 10);
  clock.now_ms += 2'000;  // 8 tokens: all of them below the reserve
  CHECK(taken(rate, Call::get_charge, Urgency::background) == 0);
  CHECK(rate.take(Call::get_charge, Urgency::background) == 750);
  CHECK(taken(rate, Call::get_charge, Urgency::staff) == 8);
  auto sandbox = clock.rate(Environment::sandbox);
  CHECK(taken(sandbox, Call::track_delivery, Urgency::background) == 1);  // a burst of one cannot be shared
  CHECK(taken(sandbox, Call::capture, Urgency::background) == 1);
}

TEST_CASE("operations have buckets of their own, and a 429 empties one of them") {
  Clock clock;
  auto rate = clock.rate(Environment::sandbox);
  rate.empty(Call::get_charge);
  CHECK(rate.take(Call::get_charge, Urgency::staff) == 1'000);
  CHECK(rate.take(Call::get_refund, Urgency::staff) == 0);
  clock.now_ms += 400;
  CHECK(rate.take(Call::get_charge, Urgency::staff) == 600);
  clock.now_ms += 600;
  CHECK(rate.take(Call::get_charge, Urgency::staff) == 0);
  clock.now_ms -= 5'000;  // a clock that goes back gives nothing and takes nothing
  CHECK(rate.take(Call::get_charge, Urgency::staff) == 1'000);
}

TEST_CASE("threads together never get more than the bucket holds") {
  Clock clock;
  auto rate = clock.rate(Environment::live);
  std::atomic<int> got{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) threads.emplace_back([&] { got += taken(rate, Call::create_refund, Urgency::staff); });
  for (auto& thread : threads) thread.join();
  CHECK(got == 10);
}

TEST_CASE("a call without a token waits a little, then says that nothing was sent") {
  TlsServer server({{Act::answer, http_answer(200, captured_charge_sample)}});
  const auto connection = Connection::open(account_at(server, "")).value();
  std::vector<std::int64_t> pauses;
  Terms staff, background;
  staff.pause_ms = background.pause_ms = [&](std::int64_t ms) { pauses.push_back(ms); };  // time stands still, so waiting helps nobody
  background.urgency = Urgency::background;
  CHECK(Client(connection, background).capture(charge_id, Money(1400, Currency("EUR")), "", "key1"));
  CHECK(pauses.empty());
  const auto bulk = Client(connection, background).capture(charge_id, Money(1400, Currency("EUR")), "", "key2");
  REQUIRE_FALSE(bulk);
  CHECK(bulk.kind() == Kind::unavailable);
  CHECK(bulk.failure().code == "paced");
  CHECK_THAT(bulk.message(), Contains("Nothing was sent") && Catch::EndsWith("."));
  CHECK(Client(connection, staff).capture(charge_id, Money(1400, Currency("EUR")), "", "key3"));
  const auto person = Client(connection, staff).capture(charge_id, Money(1400, Currency("EUR")), "", "key4");
  REQUIRE_FALSE(person);
  CHECK(person.failure().code == "paced");
  CHECK(server.requests().size() == 2);
  std::int64_t waited_ms = 0;
  for (const auto ms : pauses) waited_ms += ms;
  CHECK(waited_ms <= longest_wait_ms(Urgency::staff) + longest_wait_ms(Urgency::background));
}

TEST_CASE("connections of one account share its limit, another key has its own") {
  TlsServer server({{Act::answer, http_answer(200, captured_charge_sample)}});
  Terms terms;
  terms.pause_ms = [](std::int64_t) {};
  const auto read = [&](const char* key_id) {
    auto account = account_at(server, "");
    account.public_key_id = key_id;
    return Client(Connection::open(account).value(), terms).get_charge(charge_id);
  };
  for (int i = 0; i < 5; ++i) CHECK(read("SANDBOX-AEXAMPLE"));
  CHECK(read("SANDBOX-AEXAMPLE").failure().code == "paced");
  CHECK(read("SANDBOX-AOTHER"));
}

TEST_CASE("a call that waits for its token gets its answer") {
  TlsServer server({{Act::answer, http_answer(200, captured_charge_sample)}});
  const auto connection = Connection::open(account_at(server, "")).value();
  Client client(connection);
  for (const char* key : {"key1", "key2", "key3"}) CHECK(client.capture(charge_id, Money(1400, Currency("EUR")), "", key));
  CHECK(server.requests().size() == 3);
}

TEST_CASE("a 429 empties the bucket, so that the next call waits before it asks") {
  TlsServer server({{Act::answer, http_answer(429, "")}, {Act::answer, http_answer(200, captured_charge_sample)}});
  const auto connection = Connection::open(account_at(server, "")).value();
  Terms terms;
  std::vector<std::int64_t> pauses;
  terms.pause_ms = [&](std::int64_t ms) { pauses.push_back(ms); };
  terms.time_left_ms = [] { return 2'500; };
  const auto answer = Client(connection, terms).get_charge(charge_id);
  CHECK(answer.kind() == Kind::unavailable);  // the repeat finds no token while the clock stands still, so Amazon is not asked again
  CHECK(server.requests().size() == 1);
}

TEST_CASE("unlimited requests are for a test service only") {
  TlsServer server({{Act::answer, http_answer(200, captured_charge_sample)}});
  auto account = account_at(server, "unlimited");
  const auto connection = Connection::open(account);
  REQUIRE(connection);
  for (int i = 0; i < 30; ++i) CHECK(Client(*connection).get_charge(charge_id));
  account.call_rate = "amazon";
  CHECK(Connection::open(account));
  account.call_rate = "fast";
  CHECK(Connection::open(account).failure().code == "call_rate");
  account.call_rate = "unlimited";
  account.service_url.clear();
  const auto refused = Connection::open(account);
  REQUIRE_FALSE(refused);
  CHECK(refused.failure().code == "call_rate");
  CHECK(refused.kind() == Kind::refused);
}
