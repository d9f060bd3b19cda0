#include <catch2/catch.hpp>

#include "amazon/errors.hpp"

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
  const char* code;
  Kind mutating;
  Kind reading;
};

// API reference 7.2.
const Row table[] = {
    {400, "InvalidHeaderValue", Kind::refused, Kind::refused},
    {400, "MissingHeader", Kind::refused, Kind::refused},
    {400, "InvalidRequest", Kind::refused, Kind::refused},
    {400, "InvalidParameterValue", Kind::refused, Kind::refused},
    {400, "DuplicateIdempotencyKey", Kind::refused, Kind::refused},
    {400, "CurrencyMismatch", Kind::refused, Kind::refused},
    {400, "TransactionAmountExceeded", Kind::refused, Kind::refused},
    {400, "PeriodicAmountExceeded", Kind::refused, Kind::refused},
    {401, "UnauthorizedAccess", Kind::refused, Kind::refused},
    {403, "InvalidAuthentication", Kind::refused, Kind::refused},
    {403, "InvalidAccountStatus", Kind::refused, Kind::refused},
    {403, "InvalidRequestSignature", Kind::refused, Kind::refused},
    {404, "ResourceNotFound", Kind::refused, Kind::not_found},
    {405, "UnsupportedOperation", Kind::refused, Kind::refused},
    {408, "RequestTimeout", Kind::uncertain, Kind::unavailable},
    {409, "AmountMismatch", Kind::refused, Kind::refused},
    {422, "InvalidChargeStatus", Kind::refused, Kind::refused},
    {422, "InvalidChargePermissionStatus", Kind::refused, Kind::refused},
    {422, "SoftDeclined", Kind::refused, Kind::refused},
    {422, "HardDeclined", Kind::refused, Kind::refused},
    {422, "AmazonRejected", Kind::refused, Kind::refused},
    {422, "TransactionCountExceeded", Kind::refused, Kind::refused},
    {422, "TransactionTimedOut", Kind::refused, Kind::refused},
    {425, "TooEarly", Kind::uncertain, Kind::unavailable},
    {426, "TLSVersionNotSupported", Kind::refused, Kind::refused},
    {429, "TooManyRequests", Kind::uncertain, Kind::unavailable},
    {400, "RequestThrottled", Kind::uncertain, Kind::unavailable},
    {500, "InternalServerError", Kind::uncertain, Kind::unavailable},
    {500, "ProcessingFailure", Kind::uncertain, Kind::unavailable},
    {502, "BadGateway", Kind::uncertain, Kind::unavailable},
    {503, "ServiceUnavailable", Kind::uncertain, Kind::unavailable},
    {504, "GatewayTimeout", Kind::uncertain, Kind::unavailable},
};

}  // namespace

TEST_CASE("each error of the reference becomes what the caller must do") {
  for (const auto& row : table) {
    CAPTURE(row.status, row.code);
    const auto mutating = failure_of(error(row.status, row.code), true);
    CHECK(mutating.kind == row.mutating);
    CHECK(failure_of(error(row.status, row.code), false).kind == row.reading);
    CHECK(mutating.code == row.code);
    CHECK(mutating.trace == "0f1e2d3c");
    CHECK_FALSE(mutating.message.empty());
    CHECK((mutating.message.back() == '.' || mutating.message == "text for developers"));
  }
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
