// A payment of a shop that was restored from a backup: what happened at Amazon since is not known, so nothing is decided or sent for it before the next good reading.
// It stands where a failed reading stands (SyncState::failure_code) and is only lifted by a reading, never replaced by another failure. Pure.
#pragma once
#include "domain/payment.hpp"

namespace amazonpay {

inline constexpr const char* restored_code = "restored";

inline bool must_read(const Payment& payment) { return payment.sync.failure_code == restored_code; }

}  // namespace amazonpay
