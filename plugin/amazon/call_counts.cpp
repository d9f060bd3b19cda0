#include "amazon/call_counts.hpp"

#include "amazon/errors.hpp"

namespace amazonpay::amazon {
namespace {

constexpr std::size_t outcomes_max = 300;  // codes are Amazon's: a new one each second must not fill the memory

std::string outcome_name(const HttpOutcome& outcome) {
  if (outcome.delivery == Delivery::not_sent) return "unreachable";
  if (outcome.delivery != Delivery::answered) return "no_answer";
  if (outcome.status >= 200 && outcome.status <= 299) return "ok";
  const auto code = read_error_body(outcome.body).reason_code.substr(0, 60);
  return code.empty() ? "http_" + std::to_string(outcome.status) : code;
}

}  // namespace

void CallCounts::count(std::string_view operation, const HttpOutcome& outcome, std::chrono::steady_clock::duration took) {
  const auto seconds = std::chrono::duration<double>(took).count();
  std::pair key{std::string(operation), outcome_name(outcome)};
  const std::lock_guard lock(mutex_);
  if (seen_.outcomes.size() >= outcomes_max && !seen_.outcomes.count(key)) key.second = "other";
  ++seen_.outcomes[key];
  auto& times = seen_.times[key.first];
  ++times.count, times.sum_s += seconds;
  for (std::size_t i = 0; i < bounds_s.size(); ++i)
    if (seconds <= bounds_s[i]) ++times.within[i];
}

CallCounts::Seen CallCounts::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

CallCounts& call_counts() {
  static CallCounts counts;
  return counts;
}

}  // namespace amazonpay::amazon
