// What became of the requests this process sent to Amazon: counted by operation and outcome, with their times. For the monitoring only: nothing decides by it.
// One for the process; any thread; counting never fails and remembers at most a few hundred outcomes.
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "amazon/http_client.hpp"

namespace amazonpay::amazon {

class CallCounts {
 public:
  static constexpr std::array<double, 9> bounds_s{0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
  struct Times {
    std::array<std::uint64_t, 9> within{};  // of each bound, cumulative
    std::uint64_t count = 0;
    double sum_s = 0;
  };
  struct Seen {
    std::map<std::pair<std::string, std::string>, std::uint64_t> outcomes;  // (operation, ok or a code)
    std::map<std::string, Times> times;                                     // by operation
  };

  void count(std::string_view operation, const HttpOutcome& outcome, std::chrono::steady_clock::duration took);
  Seen seen() const;

 private:
  mutable std::mutex mutex_;
  Seen seen_;
};

CallCounts& call_counts();

}  // namespace amazonpay::amazon
