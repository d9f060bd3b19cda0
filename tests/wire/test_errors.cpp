#include <catch2/catch.hpp>

#include "amazon/errors.hpp"
#include "amazon/retry.hpp"

using namespace amazonpay;
using namespace amazonpay::amazon;
using Catch::Contains;

namespace {

HttpOutcome answer(int status, std::string body) {
  HttpOutcome outcome;
  outcome.delivery = Delivery::answered;
  outcome.status = status;
  outcome.body = std::move(body);
  outcome.request_id = "0f1e2d3c";
  return outcome;
}

HttpOutcome error(int status, const std::string& code) { return answer(status, R"({"reasonCode":")" + code + R"(","message":"text for developers"})"); }

struct Row {
  int status;
  const char* code;  // empty: the reference names none
  Kind mutating;
  Kind reading;
  bool again_reading;  // inside the same call
  bool again_with_key;
};

constexpr auto refused = Kind::refused;
constexpr auto uncertain = Kind::uncertain;
constexpr auto unavailable = Kind::unavailable;

// Every row of the API reference 7.2, in its order, and the format error of delivery trackers (7.3).
const Row table[] = {
    {400, "InvalidHeaderValue", refused, refused, false, false},
    {400, "MissingHeader", refused, refused, false, false},
    {400, "MissingHeaderValue", refused, refused, false, false},
    {400, "InvalidRequest", refused, refused, false, false},
    {400, "InvalidRequestFormat", refused, refused, false, false},
    {400, "InvalidParameterValue", refused, refused, false, false},
    {400, "MissingParameterValue", refused, refused, false, false},
    {400, "InvalidParameterCombination", refused, refused, false, false},
    {400, "UnrecognizedField", refused, refused, false, false},
    {400, "InvalidSandboxSimulationSpecified", refused, refused, false, false},
    {400, "DuplicateIdempotencyKey", refused, refused, false, false},
    {400, "CurrencyMismatch", refused, refused, false, false},
    {400, "InvalidAPIVersion", refused, refused, false, false},
    {400, "TransactionAmountExceeded", refused, refused, false, false},
    {400, "PeriodicAmountExceeded", refused, refused, false, false},
    {401, "UnauthorizedAccess", refused, refused, false, false},
    {403, "InvalidAuthentication", refused, refused, false, false},
    {403, "InvalidAccountStatus", refused, refused, false, false},
    {403, "InvalidRequestSignature", refused, refused, false, false},
    {403, "InvalidAuthorizationToken", refused, refused, false, false},
    {404, "ResourceNotFound", refused, Kind::not_found, false, false},
    {405, "UnsupportedOperation", refused, refused, false, false},
    {405, "RequestNotSupported", refused, refused, false, false},
    {408, "RequestTimeout", uncertain, unavailable, true, true},
    {409, "AmountMismatch", refused, refused, false, false},
    {422, "InvalidCheckoutSessionStatus", refused, refused, false, false},
    {422, "CheckoutSessionCanceled", refused, refused, false, false},
    {400, "CheckoutSessionCanceled", refused, refused, false, false},
    {422, "InvalidChargePermissionStatus", refused, refused, false, false},
    {422, "ChargePermissionNotModifiable", refused, refused, false, false},
    {422, "InvalidChargeStatus", refused, refused, false, false},
    {422, "SoftDeclined", refused, refused, false, false},
    {422, "HardDeclined", refused, refused, false, false},
    {422, "PaymentMethodNotAllowed", refused, refused, false, false},
    {422, "AmazonRejected", refused, refused, false, false},
    {422, "MFANotCompleted", refused, refused, false, false},
    {422, "TransactionTimedOut", refused, refused, false, false},
    {422, "TransactionCountExceeded", refused, refused, false, false},
    {425, "", uncertain, unavailable, true, true},
    {426, "TLSVersionNotSupported", refused, refused, false, false},
    {429, "TooManyRequests", uncertain, unavailable, true, true},
    {429, "RequestThrottled", uncertain, unavailable, true, true},
    {400, "RequestThrottled", uncertain, unavailable, true, true},
    {500, "InternalServerError", uncertain, unavailable, true, true},
    {500, "ProcessingFailure", uncertain, unavailable, true, false},
    {502, "", uncertain, unavailable, true, true},
    {503, "ServiceUnavailable", uncertain, unavailable, true, true},
    {504, "", uncertain, unavailable, true, true},
    {400, "InvalidInputFormat", refused, refused, false, false},
};

TryEnded try_of(const Row& row, const char* method, bool with_key) {
  TryEnded ended;
  ended.method = method;
  ended.with_key = with_key;
  ended.delivery = Delivery::answered;
  ended.status = row.status;
  ended.reason_code = row.code;
  ended.time_left_ms = 15'000;
  return ended;
}

bool is_our_sentence(const std::string& text) {
  return text.size() > 10 && text.back() == '.' && text.find("text for developers") == text.npos;
}

}  // namespace

TEST_CASE("every error of the reference has a kind, a decision to repeat and a sentence of ours for staff") {
  for (const auto& row : table) {
    const std::string code = row.code;
    CAPTURE(row.status, code);
    const auto came = code.empty() ? answer(row.status, "") : error(row.status, code);
    const auto mutating = failure_of(came, true);
    const auto reading = failure_of(came, false);
    CHECK(mutating.kind == row.mutating);
    CHECK(reading.kind == row.reading);
    CHECK(mutating.code == (code.empty() ? "http_" + std::to_string(row.status) : code));
    CHECK(reading.code == mutating.code);
    CHECK(mutating.trace == "0f1e2d3c");
    CHECK(is_our_sentence(mutating.message));
    CHECK(is_our_sentence(reading.message));
    if (!code.empty()) {
      REQUIRE(sentence_of(code) != nullptr);
      CHECK(is_our_sentence(sentence_of(code)));
    }
    CHECK(decide_retry(try_of(row, "GET", false)).again == row.again_reading);
    CHECK(decide_retry(try_of(row, "POST", true)).again == row.again_with_key);
    CHECK(decide_retry(try_of(row, "DELETE", false)).again == row.again_with_key);
    CHECK_FALSE(decide_retry(try_of(row, "POST", false)).again);
  }
}

TEST_CASE("a refusal after a try that may have arrived does not say that nothing was done") {
  auto late = error(422, "InvalidChargeStatus");
  late.after_unclear_try = true;
  CHECK(failure_of(late, true).kind == Kind::uncertain);
  CHECK(failure_of(late, true).code == "InvalidChargeStatus");
  CHECK(failure_of(late, false).kind == Kind::refused);
}

TEST_CASE("what waited in vain for its turn is unavailable and says so") {
  HttpOutcome paced;
  paced.code = "paced";
  paced.problem = "sentence";
  CHECK(failure_of(paced, true).kind == Kind::unavailable);
  CHECK(failure_of(paced, true).code == "paced");
}

TEST_CASE("an unclear status with an empty, foreign or damaged body stays unclear") {
  for (const std::string body : {"", "<html>busy</html>", "{", "[]", R"({"reasonCode":null})", R"({"reasonCode":{"x":1}})", R"({"reasonCode":"not a code!"})"}) {
    CAPTURE(body);
    for (int status : {302, 408, 425, 429, 500, 503, 599}) {
      const auto failure = failure_of(answer(status, body), true);
      CHECK(failure.kind == Kind::uncertain);
      CHECK(failure.code == "http_" + std::to_string(status));
      CHECK(failure_of(answer(status, body), false).kind == Kind::unavailable);
    }
    // A refusal that is not Amazon's says nothing about the money.
    for (int status : {400, 404, 413, 422}) CHECK(failure_of(answer(status, body), true).kind == Kind::uncertain);
    CHECK(failure_of(answer(404, body), false).kind == Kind::unavailable);
  }
}

TEST_CASE("refused keys are told from refused orders") {
  for (const char* code : {"UnauthorizedAccess", "InvalidAuthentication", "InvalidRequestSignature", "InvalidAccountStatus"}) {
    CHECK(keys_refused(failure_of(error(403, code), true)));
  }
  const auto bare = failure_of(answer(403, ""), true);
  CHECK(bare.kind == Kind::refused);
  CHECK(bare.code == "keys_refused");
  CHECK(keys_refused(bare));
  CHECK_FALSE(keys_refused(failure_of(error(422, "InvalidChargeStatus"), true)));
  CHECK_FALSE(keys_refused(failure_of(error(503, "ServiceUnavailable"), true)));
}

TEST_CASE("a reason we do not know shows Amazon's own words on one line and not too long") {
  const auto failure = failure_of(answer(422, R"({"reasonCode":"BrandNew","message":"First\nsecond\u0007 line"})"), true);
  CHECK(failure.kind == Kind::refused);
  CHECK(failure.code == "BrandNew");
  CHECK(failure.message == "First second  line");
  CHECK(failure_of(answer(422, R"({"reasonCode":"BrandNew","message":")" + std::string(5000, 'x') + "\"}"), true).message.size() == 300);
  CHECK_THAT(failure_of(answer(422, R"({"reasonCode":"BrandNew"})"), true).message, Contains("refused"));
}

TEST_CASE("what was not sent is unavailable, what was sent without answer is uncertain, and a reading is never uncertain") {
  HttpOutcome outcome;
  outcome.problem = "sentence";
  CHECK(failure_of(outcome, true).kind == Kind::unavailable);
  CHECK(failure_of(outcome, true).code == "unreachable");
  outcome.delivery = Delivery::lost;
  CHECK(failure_of(outcome, true).kind == Kind::uncertain);
  CHECK(failure_of(outcome, true).code == "no_answer");
  CHECK(failure_of(outcome, false).kind == Kind::unavailable);
  CHECK(unreadable_answer(answer(200, ""), true, "x").kind == Kind::uncertain);
  CHECK(unreadable_answer(answer(200, ""), false, "x").kind == Kind::unavailable);
}
