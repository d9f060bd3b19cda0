#include "amazon/retry.hpp"

#include <algorithm>
#include <array>

namespace amazonpay::amazon {
namespace {

constexpr std::array<std::int64_t, 3> longest_pauses_ms = {1'000, 2'200, 7'000};
constexpr std::int64_t pause_unsent_ms = 250;  // a service that is just restarted is back by then, and nobody should wait for one that is down
constexpr int most_repeats_reading = 3;
constexpr int most_repeats_moving = 2;
constexpr int most_repeats_unsent = 1;

RetryDecision no(const char* reason) { return {false, 0, reason}; }

bool is_passing(const TryEnded& e) {
  return asks_for_pause(e.status, e.reason_code) || e.status == 408 || e.status == 425 || e.status == 500 || (e.status >= 502 && e.status <= 504);
}

const char* reason_of_answer(const TryEnded& e) {
  if (asks_for_pause(e.status, e.reason_code)) return "Amazon asks for a pause";
  if (e.status == 408 || e.status == 425) return "Amazon asks to send it again";
  return e.status == 500 ? "Amazon had an internal problem" : "Amazon's gateway had a problem";
}

// Allowed as such; the number of tries and the time are looked at afterwards.
RetryDecision allowed(const TryEnded& e) {
  const bool reading = e.method == "GET";
  if (e.delivery == Delivery::not_sent) return e.timed_out ? no("the time for connecting ran out") : RetryDecision{true, 0, "nothing was sent"};
  if (e.delivery == Delivery::lost) return reading ? RetryDecision{true, 0, "the answer to a reading was lost"} : no("the answer was lost: it may have been done");
  if (e.status >= 200 && e.status <= 299) return no("answered");
  if (!is_passing(e)) return no("the answer is final");
  if (!reading && e.reason_code == "ProcessingFailure") return no("the object must be read before the next try");
  if (e.method == "POST" && !e.with_key) return no("a POST without a key is not repeated");
  return {true, 0, reason_of_answer(e)};
}

int most_repeats(const TryEnded& e) {
  if (e.delivery == Delivery::not_sent) return most_repeats_unsent;
  return e.method == "GET" ? most_repeats_reading : most_repeats_moving;
}

}  // namespace

bool asks_for_pause(int status, std::string_view reason_code) { return status == 429 || reason_code == "TooManyRequests" || reason_code == "RequestThrottled"; }

RetryDecision decide_retry(const TryEnded& ended) {
  auto decision = allowed(ended);
  if (!decision.again) return decision;
  if (ended.tries > most_repeats(ended)) return no("tried often enough");
  const auto step = static_cast<std::size_t>(std::clamp(ended.tries - 1, 0, static_cast<int>(longest_pauses_ms.size()) - 1));
  const std::int64_t longest = ended.delivery == Delivery::not_sent ? pause_unsent_ms : longest_pauses_ms[step];
  const double jitter = std::clamp(ended.jitter, 0.0, 1.0);
  decision.wait_ms = std::max(static_cast<std::int64_t>(jitter * static_cast<double>(longest)), ended.retry_after_ms);
  if (decision.wait_ms > ended.time_left_ms - least_try_ms) return no("no time left for another try");
  return decision;
}

}  // namespace amazonpay::amazon
