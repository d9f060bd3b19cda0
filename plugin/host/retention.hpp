// Once a day what nobody needs any more goes, in small batches: notifications that were worked off, answers to repeated forms, closed tasks, dry runs that
// were never started, Amazon's raw answers. How long each is kept stands in the settings, group "Keeping records". Payments, intents, ledger entries,
// timelines and the audit are never touched here. A batch is one commit, so a process that dies leaves nothing half done; the next run goes on.
// In-call, run by the host's clockwork. Failures are the host's.
#pragma once
#include <hostapi/sdk.hpp>

#include "host/member.hpp"

namespace amazonpay::host {

// Milliseconds until it is to run again because there is more, 0: everything that is too old is gone.
Result<std::int64_t> purge_old_records(const hostapi::sdk::Session& session);

}  // namespace amazonpay::host
