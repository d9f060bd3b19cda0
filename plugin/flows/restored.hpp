// After the shop was restored from a backup: our record may lag behind Amazon. Each payment is marked, so that nothing is decided or sent for it before it was read
// again, and each intent that may have gone out since the backup is treated as one whose answer got lost: it goes again under its own key, and once that is no
// longer trusted it is compared with what Amazon shows first. Run by the host before its workers start (command after-restore). In-call; may be repeated.
#pragma once
#include "flows/flow.hpp"

namespace amazonpay::flows {

// conflict cannot happen while nothing else runs; unavailable and the like: this payment is not marked, run it again.
Result<> distrust_record(const Ports& ports, const std::string& order_id, std::int64_t backup_ms);

}  // namespace amazonpay::flows
