// Client::test_connection(): what the settings page shows after "Test".
#include <chrono>

#include "amazon/call_amazon.hpp"
#include "amazon/client.hpp"
#include "amazon/errors.hpp"
#include "domain/text.hpp"

namespace amazonpay::amazon {
namespace {

// An id of the right form that Amazon never gives out.
std::string impossible_permission(Environment environment, const std::string& region) {
  const std::string first = environment == Environment::live ? "P" : "S";
  const std::string place = region == "na" ? "01" : region == "jp" ? "03" : "02";
  return first + place + "-0000000-0000000";
}

struct Guess {
  std::string field;
  const char* sentence;
};

Guess guess_of(const std::string& code) {
  if (code == "InvalidRequestSignature") {
    return {"private_key", tr("The signature does not verify: this private key does not belong to this public key ID. Paste the key of the same pair, or choose the other algorithm.")};
  }
  if (code == "InvalidAccountStatus") return {"", tr("The keys are right, but the Amazon Pay account is not active or not fully set up. Look into Seller Central.")};
  if (code == "InvalidHeaderValue") return {"region", tr("Amazon Pay does not serve this account here, or the clock of this server is wrong. Check the region and the time.")};
  if (code == "keys_refused") return {"service_url", tr("The request was turned away before it reached Amazon Pay. Check the service address and the proxy of this server.")};
  return {"public_key_id", tr("Amazon Pay does not know this public key ID here. Check it, and whether region and environment are those of the account.")};
}

std::int64_t now_ms(const Terms& terms) {
  if (terms.now_ms) return terms.now_ms();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// Amazon tells whole seconds and the answer was some time on its way, so less than two seconds say nothing.
std::int64_t difference_ms(std::int64_t here_ms, std::int64_t there_ms) {
  const auto difference_ms = here_ms - there_ms;
  return difference_ms > -2'000 && difference_ms < 2'000 ? 0 : difference_ms / 1'000 * 1'000;
}

}  // namespace

ConnectionTest Client::test_connection() {
  const auto outcome = connection_->send({Call::get_permission, "/chargePermissions/" + impossible_permission(connection_->environment(), connection_->region())}, terms_);
  ConnectionTest test;
  test.host = connection_->host(), test.trace = outcome.request_id, test.elapsed_ms = outcome.elapsed_ms;
  if (const auto date_ms = http_date_ms(outcome.date); date_ms > 0) test.clock_difference_ms = difference_ms(now_ms(terms_), date_ms);
  // Amazon knows no such object, so a success would be as good a proof as "not found".
  const auto failure = succeeded(outcome) ? Failure{Kind::not_found, {}, "ResourceNotFound", {}} : failure_of(outcome, false);
  if (failure.kind == Kind::not_found && failure.code == "ResourceNotFound") {
    test.accepted = test.reachable = true;
    test.message = tr("Amazon Pay accepts these keys.");
    return test;
  }
  test.code = failure.code;
  test.message = failure.message;
  test.reachable = failure.kind == Kind::refused || failure.kind == Kind::not_found;
  if (keys_refused(failure) || failure.code == "InvalidHeaderValue") {
    const auto guess = guess_of(failure.code);
    test.field = guess.field;
    test.message = guess.sentence;
  }
  return test;
}

}  // namespace amazonpay::amazon
