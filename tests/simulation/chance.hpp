// Chance that can be repeated: every decision of a run is drawn from the seed and the name of who decides, never from a shared stream. So leaving out one act or
// one fault (shorten.hpp) leaves everybody else's dice as they are. Pure.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace simulation {

constexpr std::int64_t second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;

class Chance {
 public:
  Chance(std::uint64_t seed, std::string_view who) : state_(seed * 0x9E3779B97F4A7C15u + 0x2545F4914F6CDD1Du) {
    for (const unsigned char c : who) state_ = (state_ ^ c) * 0x100000001B3u;
    (void)next();
  }
  std::uint64_t next() {  // splitmix64
    auto z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  std::int64_t between(std::int64_t least, std::int64_t most) { return least + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(most - least + 1)); }
  int below(int limit) { return static_cast<int>(next() % static_cast<unsigned>(limit)); }
  bool percent(int share) { return below(100) < share; }
  // Index of one of these weights.
  int pick(std::initializer_list<int> weights) {
    int sum = 0;
    for (const int w : weights) sum += w;
    int at = below(sum), index = 0;
    for (const int w : weights) {
      if (at < w) return index;
      at -= w, ++index;
    }
    return 0;
  }

 private:
  std::uint64_t state_;
};

}  // namespace simulation
