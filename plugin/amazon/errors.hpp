// From what came back over the wire to a Failure the flows can act on (architecture, money and outcomes; API reference 7.2).
// Used by client.cpp. Pure functions, any thread, never throw for input: bodies may be empty, HTML or damaged.
//
//   nothing was sent                      unavailable  code "unreachable", or "paced" if the shop's own limit of requests was used up
//   sent, no complete answer              uncertain    code "no_answer"         (a GET: unavailable)
//   2xx that cannot be read               uncertain    code "unreadable_answer" (a GET: unavailable)
//   408, 425, 429, 5xx, other oddities    uncertain    Amazon's code or "http_503" (a GET: unavailable)
//   4xx with a reason                     refused      Amazon's reasonCode      (a GET of an unknown id: not_found)
//   401, 403                              refused      Amazon's reasonCode, or "keys_refused" if there is none
//   4xx after an earlier try of the same  uncertain    Amazon's reasonCode      (the earlier try may have done it)
//   act that may have arrived
// message is an English sentence for staff, marked for translation; an unknown reason shows Amazon's own text. trace is Amazon's request id.
#pragma once
#include <string>
#include <string_view>

#include "amazon/http_client.hpp"
#include "domain/money.hpp"
#include "ports/payments.hpp"

namespace amazonpay::amazon {

using ports::keys_refused;

struct ErrorBody {
  std::string reason_code;  // empty: there was none
  std::string message;      // Amazon's text for developers: one line, at most 300 bytes
};
ErrorBody read_error_body(std::string_view body);

// For an outcome that is not a 2xx answer. mutating: the request moves money, so an unclear end is uncertain.
Failure failure_of(const HttpOutcome& outcome, bool mutating);
// For a 2xx answer whose body does not make sense; what says which part.
Failure unreadable_answer(const HttpOutcome& outcome, bool mutating, std::string_view what);

// The sentence for a reasonCode, or nullptr.
const char* sentence_of(std::string_view reason_code);

}  // namespace amazonpay::amazon
