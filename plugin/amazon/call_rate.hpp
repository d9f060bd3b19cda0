// How often this shop may ask Amazon: one token bucket per operation, filled as Amazon fills its own (API reference 6.4), so that Amazon never has to
// answer 429. Background work leaves half of each burst to staff and therefore cannot make a person wait for it.
// One per account and host (connection.cpp), shared by all threads (a mutex inside); the clock is monotonic and comes from outside for tests. It knows
// only this process: other processes with the same keys are noticed by their 429, which empties the bucket.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <mutex>

#include "amazon/operation.hpp"

namespace amazonpay::amazon {

enum class Urgency {
  staff,       // a person waits
  background,  // tasks: polling, nightly checks, bulk work
};

// The longest wait for a token inside one call.
constexpr std::int64_t longest_wait_ms(Urgency urgency) { return urgency == Urgency::staff ? 5'000 : 2'000; }

// Tokens that background work may not touch.
constexpr int reserve_of(Quota quota) { return quota.burst / 2; }

class CallRate {
 public:
  CallRate(Environment environment, std::function<std::int64_t()> monotonic_ms);

  // Takes a token and answers 0; or takes nothing and answers after how many milliseconds one can be there.
  std::int64_t take(Call call, Urgency urgency);
  // Amazon answered 429: its bucket is empty, so ours is.
  void empty(Call call);

 private:
  struct Bucket {
    std::int64_t thousandths = 0;  // of a token
    std::int64_t at_ms = 0;
  };
  Bucket& filled(Call call);

  const Environment environment_;
  const std::function<std::int64_t()> monotonic_ms_;
  std::mutex mutex_;
  std::array<Bucket, call_count> buckets_;
};

}  // namespace amazonpay::amazon
