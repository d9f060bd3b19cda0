#include "amazon/errors.hpp"

#include <algorithm>
#include <array>

#include "amazon/json.hpp"
#include "amazon/retry.hpp"
#include "domain/text.hpp"

namespace amazonpay::amazon {
namespace {

struct Sentence {
  std::string_view code;
  const char* text;
};

constexpr const char* pause_asked = tr("Amazon Pay asks for a pause: too many requests. This is tried again later.");
constexpr const char* passing_problem = tr("Amazon Pay has a problem at the moment. This is tried again later.");
constexpr const char* unclear_problem = tr("Amazon Pay had a problem while working on this. It is not known yet whether it was done; this is checked again.");
constexpr const char* incomplete_request = tr("Amazon Pay got this request incomplete. A proxy between this server and Amazon may drop headers; check it.");
constexpr const char* not_understood = tr("Amazon Pay does not understand this request. Check for an update of this plugin, and tell its support the code.");
constexpr const char* not_offered = tr("Amazon Pay does not offer this here. Check the region and the service address in the settings.");
constexpr const char* wrong_value = tr("Amazon Pay does not accept one of the values. Check what was entered, for example carrier and tracking number.");

constexpr std::array sentences = {
    Sentence{"InvalidChargeStatus", tr("The payment is not in a state that allows this. Refresh the order to see what Amazon shows now.")},
    Sentence{"InvalidChargePermissionStatus", tr("The payment permission is not open for this. Refresh the order to see what Amazon shows now.")},
    Sentence{"ChargePermissionNotModifiable", tr("The payment permission is closed and can no longer be changed.")},
    Sentence{"TransactionAmountExceeded", tr("The amount is above what Amazon allows for this payment. Refresh the order and use a smaller amount.")},
    Sentence{"PeriodicAmountExceeded", tr("The monthly limit of this buyer is reached. Try again in the next period.")},
    Sentence{"TransactionCountExceeded", tr("Amazon allows no more charges or refunds for this payment. Pay the buyer by other means.")},
    Sentence{"CurrencyMismatch", tr("The currency differs from the currency of the payment.")},
    Sentence{"SoftDeclined", tr("The payment was declined for now. It may work later; try again after a while.")},
    Sentence{"HardDeclined", tr("The payment was declined. Ask the buyer for another way to pay.")},
    Sentence{"PaymentMethodNotAllowed", tr("The buyer's payment method is not allowed for this. Ask the buyer to choose another one at Amazon.")},
    Sentence{"AmazonRejected", tr("Amazon rejected this for safety reasons. Ask the buyer for another way to pay, or pay back by other means.")},
    Sentence{"MFANotCompleted", tr("The buyer has not confirmed the payment at the bank. Ask the buyer to do so at Amazon.")},
    Sentence{"TransactionTimedOut", tr("Amazon got no result in time and declined. Try again once, or ask the buyer for another way to pay.")},
    Sentence{"DuplicateIdempotencyKey", tr("Amazon knows this request with other content. Refresh the order to see what has been done.")},
    Sentence{"ResourceNotFound", tr("Amazon does not know this reference in this environment. Check sandbox or live and the region in the settings.")},
    Sentence{"UnauthorizedAccess", tr("Amazon Pay does not accept the keys of this shop. Check the public key ID, region and environment in the settings.")},
    Sentence{"InvalidAuthentication", tr("Amazon Pay does not accept the keys of this shop. Check the public key ID, region and environment in the settings.")},
    Sentence{"InvalidRequestSignature", tr("The signature does not verify: the private key does not belong to the public key ID. Check both in the settings.")},
    Sentence{"InvalidAuthorizationToken", tr("Amazon Pay does not accept the authorization of this shop. Check the keys in the settings.")},
    Sentence{"InvalidAccountStatus", tr("The Amazon Pay account is not active or not fully set up. Look into Seller Central.")},
    Sentence{"TLSVersionNotSupported", tr("The connection of this server to Amazon Pay is too old. Update the server's OpenSSL.")},
    Sentence{"InvalidSandboxSimulationSpecified", tr("This sandbox simulation does not exist for this act.")},
    Sentence{"InvalidHeaderValue", tr("Amazon Pay does not take this request as it is: region, environment or the clock of this server may be wrong. Check the settings and the time.")},
    Sentence{"MissingHeader", incomplete_request},
    Sentence{"MissingHeaderValue", incomplete_request},
    Sentence{"InvalidRequest", not_understood},
    Sentence{"InvalidRequestFormat", not_understood},
    Sentence{"UnrecognizedField", not_understood},
    Sentence{"InvalidAPIVersion", not_understood},
    Sentence{"UnsupportedOperation", not_offered},
    Sentence{"RequestNotSupported", not_offered},
    Sentence{"InvalidParameterValue", wrong_value},
    Sentence{"MissingParameterValue", tr("Amazon Pay misses a value in this request. Check what was entered.")},
    Sentence{"InvalidParameterCombination", tr("Amazon Pay does not take these values together. Check what was entered.")},
    Sentence{"InvalidInputFormat", wrong_value},
    Sentence{"AmountMismatch", tr("The amount differs from the amount of the checkout. Begin the checkout again.")},
    Sentence{"InvalidCheckoutSessionStatus", tr("The checkout is not in a state that allows this. It may be completed, canceled or expired.")},
    Sentence{"CheckoutSessionCanceled", tr("The checkout was canceled. The buyer has to begin it again.")},
    Sentence{"TooManyRequests", pause_asked},
    Sentence{"RequestThrottled", pause_asked},
    Sentence{"RequestTimeout", passing_problem},
    Sentence{"InternalServerError", passing_problem},
    Sentence{"ServiceUnavailable", passing_problem},
    Sentence{"ProcessingFailure", tr("Amazon Pay failed while working on this. What has been done is read back before anything is sent again.")},
};

constexpr std::array transient_codes = {"TooManyRequests", "RequestThrottled", "RequestTimeout", "InternalServerError", "ProcessingFailure", "ServiceUnavailable"};

template <class List>
bool contains(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::string one_line(std::string_view text) {
  std::string out;
  for (char c : text) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return clipped(out, 300);
}

// A code is a word; anything else in its place is not Amazon's.
bool is_code(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80 && (std::isalnum(c) || c == '_'); });
}

bool is_transient(int status, std::string_view code) {
  return status < 400 || status == 408 || status == 425 || status == 429 || status >= 500 || contains(transient_codes, code);
}

const char* transient_sentence(int status, std::string_view code, bool mutating) {
  if (asks_for_pause(status, code)) return pause_asked;
  if (code == "ProcessingFailure") return sentence_of(code);
  return mutating ? unclear_problem : passing_problem;
}

}  // namespace

const char* sentence_of(std::string_view reason_code) {
  const auto found = std::find_if(sentences.begin(), sentences.end(), [&](const Sentence& s) { return s.code == reason_code; });
  return found == sentences.end() ? nullptr : found->text;
}

ErrorBody read_error_body(std::string_view body) {
  const auto parsed = parse_json(body);
  if (!parsed || !parsed.value().is_object()) return {};
  const auto& object = parsed.value().get_object();
  ErrorBody error{text_member(object, "reasonCode"), one_line(text_member(object, "message"))};
  if (!is_code(error.reason_code)) error.reason_code.clear();
  return error;
}

namespace {

Failure failure_of_answer(const HttpOutcome& outcome, bool mutating) {
  const Kind unclear = mutating ? Kind::uncertain : Kind::unavailable;

  const auto error = read_error_body(outcome.body);
  const int status = outcome.status;
  const std::string code = error.reason_code.empty() ? "http_" + std::to_string(status) : error.reason_code;
  if (is_transient(status, code)) return {unclear, transient_sentence(status, code, mutating), code, outcome.request_id};
  if (status == 401 || status == 403) {
    const char* known = sentence_of(error.reason_code);
    return {Kind::refused, known ? known : sentence_of("InvalidAuthentication"), error.reason_code.empty() ? "keys_refused" : code, outcome.request_id};
  }
  if (error.reason_code.empty()) {
    return {unclear, tr("The answer did not come from Amazon Pay. Check the service address and the proxy of this server."), code, outcome.request_id};
  }
  const char* known = sentence_of(code);
  std::string message = known ? known : error.message.empty() ? tr("Amazon Pay refused this. The code says why.") : error.message;
  return {status == 404 && !mutating ? Kind::not_found : Kind::refused, std::move(message), code, outcome.request_id};
}

}  // namespace

Failure failure_of(const HttpOutcome& outcome, bool mutating) {
  if (outcome.delivery == Delivery::not_sent) return {Kind::unavailable, outcome.problem, outcome.code.empty() ? "unreachable" : outcome.code, {}};
  if (outcome.delivery == Delivery::lost) return {mutating ? Kind::uncertain : Kind::unavailable, outcome.problem, "no_answer", outcome.request_id};
  auto failure = failure_of_answer(outcome, mutating);
  // The first try may have reached the goal, and this refusal may only say so ("is captured already").
  if (failure.kind == Kind::refused && mutating && outcome.after_unclear_try) {
    failure.kind = Kind::uncertain;
    failure.message = unclear_problem;
  }
  return failure;
}

Failure unreadable_answer(const HttpOutcome& outcome, bool mutating, std::string_view what) {
  return {mutating ? Kind::uncertain : Kind::unavailable, std::string(what), "unreadable_answer", outcome.request_id};
}

}  // namespace amazonpay::amazon
