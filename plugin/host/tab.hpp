// The Amazon Pay tab: actions (unusable ones with their reason), the refund form, charges, refunds, the whole timeline, Amazon's raw answer (redacted).
// From the local projection only.
#pragma once
#include "host/picture.hpp"

namespace amazonpay::host {

constexpr int timeline_most = 200;

// The view document of slot "tab".
json::object tab_view(const Picture& p, const Speech& speech);

}  // namespace amazonpay::host
