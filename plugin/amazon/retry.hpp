// Whether a request is sent again inside the same call, after how long, and why. A pure function; connection.cpp obeys it.
//
// Never a new key and never another body: what is repeated is the same request with a fresh date and signature (API reference 3.2, 7.4).
//   nothing was sent                         again, once and soon: it is harmless, and a task comes back later anyway
//   lost answer, reading                     again
//   lost answer, anything that moves         not again: the caller is told "uncertain" at once and comes back with the same key
//   408 425 429 500 502 503 504              again if it is a reading, a DELETE or PATCH (idempotent by nature), or a POST with an idempotency key
//   500 ProcessingFailure, moving            not again: the object is read first
//   every other answer                       not again
// Pauses are 1, 2.2 and 7 s at most with full jitter, or what Retry-After asks for if that is longer, and only if the pause and one more try fit into
// the time that is left. A reading is repeated up to three times, the rest up to twice: a person waits, and a task stands behind every act.
#pragma once
#include <cstdint>
#include <string_view>

#include "amazon/http_client.hpp"

namespace amazonpay::amazon {

// A try below this is not worth its start.
inline constexpr std::int64_t least_try_ms = 1'000;

// Amazon throttles.
bool asks_for_pause(int status, std::string_view reason_code);

struct TryEnded {
  std::string_view method;
  bool with_key = false;          // the request carries an idempotency key
  Delivery delivery = Delivery::not_sent;
  bool timed_out = false;
  int status = 0;                 // of an answer
  std::string_view reason_code;   // of an answer, if any
  std::int64_t retry_after_ms = 0;
  int tries = 1;                  // made so far, this one included
  std::int64_t time_left_ms = 0;
  double jitter = 0;              // at random out of [0, 1)
};

struct RetryDecision {
  bool again = false;
  std::int64_t wait_ms = 0;
  const char* reason = "";        // for logs and tests, never empty
};

RetryDecision decide_retry(const TryEnded& ended);

}  // namespace amazonpay::amazon
