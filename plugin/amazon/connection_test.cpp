// Client::test_connection(): what the settings page shows after "Test".
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

}  // namespace

ConnectionTest Client::test_connection() {
  const auto answer = get_permission(impossible_permission(connection_->environment(), connection_->region()));
  ConnectionTest test;
  if (answer || (answer.kind() == Kind::not_found && answer.failure().code == "ResourceNotFound")) {
    test.accepted = test.reachable = true;
    test.message = tr("Amazon Pay accepts these keys.");
    if (!answer) test.trace = answer.failure().trace;
    return test;
  }
  const auto& failure = answer.failure();
  test.code = failure.code;
  test.trace = failure.trace;
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
