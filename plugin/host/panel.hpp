// The Overview panel: verdict, ship, figures, next step, drift, tasks, references, last events. From the local projection only; see view_parts.hpp.
#pragma once
#include "host/picture.hpp"

namespace amazonpay::host {

// The view document of slot "panel".
json::object panel_view(const Picture& p, const Speech& speech);
// For a user who may not see money: the word-free sentence and whether to ship, no sums.
json::object hidden_view(const Picture& p, const Speech& speech);

}  // namespace amazonpay::host
