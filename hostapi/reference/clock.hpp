/* The clock and the ids. Everything in the host that needs the time asks a Clock, so that tests set it. Any thread. */
#pragma once
#include <atomic>
#include <cstdint>
#include <string>

namespace shopadmin {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t now_ms() const; /* Unix milliseconds of the system */
};

class SettableClock : public Clock {
 public:
  explicit SettableClock(std::int64_t now_ms) : now_ms_(now_ms) {}
  std::int64_t now_ms() const override { return now_ms_; }
  void set(std::int64_t now_ms) { now_ms_ = now_ms; }
  void advance(std::int64_t ms) { now_ms_ += ms; }

 private:
  std::atomic<std::int64_t> now_ms_;
};

std::string random_hex(int bytes);                                 /* from the system's generator; for tokens and operation ids */
std::string sha256_hex(const std::string& bytes);
std::string iso_time(std::int64_t unix_ms);                        /* 2026-11-21T21:35:03Z */

}  // namespace shopadmin
