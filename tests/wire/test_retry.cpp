// The retry policy: as a table of the pure function, and as what really goes over the wire to a scripted server.
#include <catch2/catch.hpp>

#include <chrono>

#include "amazon/client.hpp"
#include "amazon/retry.hpp"
#include "samples.hpp"
#include "scripted.hpp"

using namespace amazonpay;
using namespace amazonpay::amazon;
using namespace wire_tests;
using Catch::Contains;

namespace {

const Money amount(1400, Currency("EUR"));

TryEnded answered(const char* method, int status, int tries = 1, std::string_view code = "") {
  TryEnded ended;
  ended.method = method;
  ended.with_key = std::string_view(method) == "POST";
  ended.delivery = Delivery::answered;
  ended.status = status;
  ended.reason_code = code;
  ended.tries = tries;
  ended.time_left_ms = 15'000;
  ended.jitter = 0.5;
  return ended;
}

TryEnded ended(const char* method, Delivery delivery, int tries = 1, bool timed_out = false) {
  auto e = answered(method, 0, tries);
  e.delivery = delivery;
  e.timed_out = timed_out;
  return e;
}

// Waits nowhere, and counts what it would have waited.
struct Pauses {
  std::int64_t sum_ms = 0;
  std::int64_t clock_ms = 1'741'601'700'000;
  Terms terms() {
    Terms terms;
    terms.pause_ms = [this](std::int64_t ms) { sum_ms += ms; };
    terms.now_ms = [this] { return clock_ms += 1'000; };
    return terms;
  }
};

}  // namespace

TEST_CASE("a decision always names its reason") {
  for (const char* method : {"GET", "POST", "DELETE", "PATCH"})
    for (const auto delivery : {Delivery::answered, Delivery::not_sent, Delivery::lost})
      for (int status = 100; status < 600; status += 1)
        for (int tries = 1; tries < 6; ++tries) {
          auto e = answered(method, status, tries);
          e.delivery = delivery;
          const auto decision = decide_retry(e);
          REQUIRE(std::string_view(decision.reason).size() > 5);
          REQUIRE(decision.wait_ms >= 0);
          if (!decision.again) REQUIRE(decision.wait_ms == 0);
        }
}

TEST_CASE("only passing problems are repeated, and only what is surely harmless to repeat") {
  for (int status : {408, 425, 429, 500, 502, 503, 504}) {
    CAPTURE(status);
    for (const char* method : {"GET", "POST", "DELETE", "PATCH"}) CHECK(decide_retry(answered(method, status)).again);
    auto without_key = answered("POST", status);
    without_key.with_key = false;
    CHECK_FALSE(decide_retry(without_key).again);
  }
  for (int status : {200, 201, 202, 204, 301, 302, 400, 401, 403, 404, 405, 409, 422, 426, 501, 505})
    for (const char* method : {"GET", "POST", "DELETE"}) CHECK_FALSE(decide_retry(answered(method, status)).again);
  CHECK(decide_retry(answered("POST", 400, 1, "RequestThrottled")).again);
  CHECK_FALSE(decide_retry(answered("POST", 500, 1, "ProcessingFailure")).again);
  CHECK_FALSE(decide_retry(answered("DELETE", 500, 1, "ProcessingFailure")).again);
  CHECK(decide_retry(answered("GET", 500, 1, "ProcessingFailure")).again);
}

TEST_CASE("a lost answer is repeated for a reading only, an unsent request for all, and no time for connecting for none") {
  CHECK(decide_retry(ended("GET", Delivery::lost)).again);
  for (const char* method : {"POST", "DELETE", "PATCH"}) CHECK_FALSE(decide_retry(ended(method, Delivery::lost)).again);
  for (const char* method : {"GET", "POST", "DELETE", "PATCH"}) {
    const auto once = decide_retry(ended(method, Delivery::not_sent));
    CHECK(once.again);
    CHECK(once.wait_ms == 125);
    CHECK_FALSE(decide_retry(ended(method, Delivery::not_sent, 2)).again);
    CHECK_FALSE(decide_retry(ended(method, Delivery::not_sent, 1, true)).again);
  }
}

TEST_CASE("pauses grow with full jitter and stay inside the time that is left") {
  for (const auto& [tries, longest] : {std::pair{1, 1'000}, std::pair{2, 2'200}, std::pair{3, 7'000}}) {
    for (const double jitter : {0.0, 0.25, 0.999}) {
      auto e = answered("GET", 503, tries);
      e.jitter = jitter;
      const auto decision = decide_retry(e);
      REQUIRE(decision.again);
      CHECK(decision.wait_ms == static_cast<std::int64_t>(jitter * longest));
      e.time_left_ms = decision.wait_ms + least_try_ms;
      CHECK(decide_retry(e).again);
      e.time_left_ms -= 1;
      CHECK_FALSE(decide_retry(e).again);
      CHECK_THAT(decide_retry(e).reason, Contains("time"));
    }
  }
  CHECK(decide_retry(answered("POST", 503, 2)).again);
  CHECK_FALSE(decide_retry(answered("POST", 503, 3)).again);
  CHECK_FALSE(decide_retry(answered("GET", 503, 4)).again);
}

TEST_CASE("a longer pause that the server asks for is kept, or the call ends") {
  auto e = answered("GET", 429);
  e.retry_after_ms = 3'000;
  CHECK(decide_retry(e).wait_ms == 3'000);
  e.retry_after_ms = 100;
  CHECK(decide_retry(e).wait_ms == 500);
  e.retry_after_ms = 60'000;
  CHECK_FALSE(decide_retry(e).again);
}

TEST_CASE("a repeated act keeps key and body and has a fresh date and signature") {
  TlsServer server({act(503), act(429), act(200, captured_charge_sample, "x-amz-pay-request-id: third-one\r\n")});
  Pauses pauses;
  const auto captured = Client(connected_to(server), pauses.terms()).capture(charge_id, amount, "Demo Shop", "key1");
  REQUIRE(captured);
  CHECK(captured->request_id == "third-one");
  const auto requests = server.requests();
  REQUIRE(requests.size() == 3);
  for (std::size_t i = 1; i < 3; ++i) {
    CHECK(header(requests[i], "x-amz-pay-idempotency-key") == "key1");
    CHECK(body_of(requests[i]) == body_of(requests[0]));
    CHECK(header(requests[i], "x-amz-pay-date") != header(requests[i - 1], "x-amz-pay-date"));
    CHECK(header(requests[i], "authorization") != header(requests[i - 1], "authorization"));
  }
  CHECK(pauses.sum_ms <= 3'200);
}

TEST_CASE("an act is given up after three tries and is uncertain, a reading after four and is unavailable") {
  TlsServer server({act(503)});
  Pauses pauses;
  Client client(connected_to(server), pauses.terms());
  CHECK(client.capture(charge_id, amount, "", "key1").kind() == Kind::uncertain);
  CHECK(server.requests().size() == 3);
  CHECK(client.cancel_charge(charge_id, "x").kind() == Kind::uncertain);
  CHECK(server.requests().size() == 6);
  CHECK(client.get_charge(charge_id).kind() == Kind::unavailable);
  CHECK(server.requests().size() == 10);
}

TEST_CASE("an act whose answer is lost is not repeated and comes back at once as uncertain") {
  TlsServer server({Act{Act::close_read, "", 0}});
  Pauses pauses;
  Client client(connected_to(server), pauses.terms());
  CHECK(client.capture(charge_id, amount, "", "key1").failure().code == "no_answer");
  CHECK(client.cancel_charge(charge_id, "x").kind() == Kind::uncertain);
  CHECK(server.requests().size() == 2);
  CHECK(pauses.sum_ms == 0);
}

TEST_CASE("after an unclear try a refusal or a dead line is uncertain, never refused or harmless") {
  const std::string refusal = R"({"reasonCode":"InvalidChargeStatus","message":"x"})";
  Pauses pauses;
  {
    TlsServer server({act(502), act(422, refusal)});
    const auto result = Client(connected_to(server), pauses.terms()).capture(charge_id, amount, "", "key1");
    CHECK(result.kind() == Kind::uncertain);
    CHECK(result.failure().code == "InvalidChargeStatus");
    CHECK(server.requests().size() == 2);
  }
  {
    TlsServer server({{Act::answer_and_close, http_answer(503, "")}, {Act::refuse_handshake}});
    const auto result = Client(connected_to(server), pauses.terms()).capture(charge_id, amount, "", "key1");
    CHECK(result.kind() == Kind::uncertain);
    CHECK(result.failure().code == "http_503");
    CHECK(server.requests().size() == 1);
  }
}

TEST_CASE("near the end of the host's time nothing is repeated and nothing is waited for") {
  TlsServer server({act(503)});
  Pauses pauses;
  auto terms = pauses.terms();
  terms.time_left_ms = [] { return 900; };
  Client client(connected_to(server), terms);
  CHECK(client.get_charge(charge_id).kind() == Kind::unavailable);
  CHECK(client.capture(charge_id, amount, "", "key1").kind() == Kind::uncertain);
  CHECK(server.requests().size() == 2);
  CHECK(pauses.sum_ms == 0);
}

TEST_CASE("really waiting, an interactive call stays below its 15 seconds") {
  TlsServer server({act(503)});
  const auto start = std::chrono::steady_clock::now();
  CHECK(Client(connected_to(server)).capture(charge_id, amount, "", "key1").kind() == Kind::uncertain);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(5'000));
}
