#include "domain/orphan.hpp"

#include <algorithm>

#include "domain/words.hpp"

namespace amazonpay {

std::int64_t drops_ms(const Orphan& orphan) {
  const bool waits = orphan.state == "Chargeable" || orphan.state == "NonChargeable";
  return waits && orphan.created_ms != 0 ? orphan.created_ms + day_ms : 0;
}

int waited_minutes(const Orphan& orphan, std::int64_t now_ms) {
  const auto minutes = (now_ms - orphan.created_ms) / 60'000;
  return static_cast<int>(std::clamp<std::int64_t>(minutes, 0, drop_minutes));
}

const char* severity_of(const Orphan& orphan, std::int64_t now_ms) {
  const auto left_ms = drops_ms(orphan) - now_ms;
  if (left_ms <= 0) return "watch";
  return left_ms <= day_ms / 6 ? "stop" : "wait";
}

}  // namespace amazonpay
