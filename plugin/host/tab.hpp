// The Amazon Pay tab: actions (unusable ones with their reason), the refund form, charges, refunds, notifications, the whole timeline, Amazon's raw answers
// (redacted). From the local projection only. `request`: what the address asks of the timeline, and what was typed into a form that was refused.
#pragma once
#include "host/timeline.hpp"

namespace amazonpay::host {

// The view document of slot "tab".
json::object tab_view(const Picture& p, const Story& story, const json::value& request, const Speech& speech);

}  // namespace amazonpay::host
