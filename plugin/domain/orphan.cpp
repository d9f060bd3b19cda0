#include "domain/orphan.hpp"

#include "domain/words.hpp"

namespace amazonpay {

std::int64_t drops_ms(const Orphan& orphan) {
  const bool waits = orphan.state == "Chargeable" || orphan.state == "NonChargeable";
  return waits && orphan.created_ms != 0 ? orphan.created_ms + day_ms : 0;
}

}  // namespace amazonpay
