/* How often a token may ask: so many requests a minute, as many of them at once. Kept in memory, by process; used by Api. Any thread. */
#pragma once
#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace shopadmin::api {

class Limiter {
 public:
  explicit Limiter(int per_minute) : per_minute_(std::max(per_minute, 1)) {}

  struct Turn {
    bool allowed = true;
    int left = 0;      /* further requests at once */
    int wait_s = 0;    /* until the next one, if not allowed */
  };
  Turn take(const std::string& who) {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard hold(lock_);
    if (buckets_.size() > most_buckets) buckets_.clear(); /* strangers with many addresses: everybody starts anew */
    auto& bucket = buckets_.try_emplace(who, Bucket{full(), now}).first->second;
    const auto passed_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now - bucket.at).count();
    bucket.millis = std::min(full(), bucket.millis + passed_ms * per_minute_ / 60), bucket.at = now;
    if (bucket.millis < 1000) return {false, 0, static_cast<int>((1000 - bucket.millis) * 60 / per_minute_ / 1000 + 1)};
    bucket.millis -= 1000;
    return {true, static_cast<int>(bucket.millis / 1000), 0};
  }
  int per_minute() const { return per_minute_; }

 private:
  struct Bucket {
    std::int64_t millis; /* thousandths of a request */
    std::chrono::steady_clock::time_point at;
  };
  static constexpr std::size_t most_buckets = 10'000;
  std::int64_t full() const { return std::int64_t{per_minute_} * 1000; }

  const int per_minute_;
  std::mutex lock_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace shopadmin::api
