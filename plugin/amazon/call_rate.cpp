#include "amazon/call_rate.hpp"

#include <algorithm>

namespace amazonpay::amazon {
namespace {
constexpr std::int64_t whole = 1'000;  // thousandths in a token; a rate of one per second is one thousandth per millisecond
}

CallRate::CallRate(Environment environment, std::function<std::int64_t()> monotonic_ms) : environment_(environment), monotonic_ms_(std::move(monotonic_ms)) {
  const auto now_ms = monotonic_ms_();
  for (std::size_t i = 0; i < call_count; ++i) buckets_[i] = {whole * quota_of(static_cast<Call>(i), environment_).burst, now_ms};
}

CallRate::Bucket& CallRate::filled(Call call) {
  const auto quota = quota_of(call, environment_);
  auto& bucket = buckets_[static_cast<std::size_t>(call)];
  const auto now_ms = monotonic_ms_();
  const auto passed_ms = std::clamp<std::int64_t>(now_ms - bucket.at_ms, 0, whole * quota.burst);
  bucket.thousandths = std::min(whole * quota.burst, bucket.thousandths + passed_ms * quota.per_second);
  bucket.at_ms = std::max(bucket.at_ms, now_ms);
  return bucket;
}

std::int64_t CallRate::take(Call call, Urgency urgency) {
  const auto quota = quota_of(call, environment_);
  const std::int64_t needed = whole * (1 + (urgency == Urgency::background ? reserve_of(quota) : 0));
  const std::lock_guard lock(mutex_);
  auto& bucket = filled(call);
  if (bucket.thousandths < needed) return (needed - bucket.thousandths + quota.per_second - 1) / quota.per_second;
  bucket.thousandths -= whole;
  return 0;
}

void CallRate::empty(Call call) {
  const std::lock_guard lock(mutex_);
  filled(call).thousandths = 0;
}

}  // namespace amazonpay::amazon
