#include "domain/orphan.hpp"

namespace amazonpay {

std::int64_t drops_ms(const Orphan& orphan) {
  constexpr std::int64_t day_ms = 86'400'000;
  const bool waits = orphan.state == "Chargeable" || orphan.state == "NonChargeable";
  return waits && orphan.created_ms != 0 ? orphan.created_ms + day_ms : 0;
}

}  // namespace amazonpay
