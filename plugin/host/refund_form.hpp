// The refund form of the tab: by amount, by lines and pieces, the rest; from which charge; what the typed amount comes to. It carries the sums in minor units
// and the sentences for assets/amount.js, which answers while staff type by the same rule (domain/typed_amount.hpp); the server judges again. Pure over Picture.
#pragma once
#include "host/view_parts.hpp"

namespace amazonpay::host {

// What was typed into the form of this action, when the request says it was refused; otherwise null.
json::value refused_form(const json::value& request, const char* action);

json::object refund_form(const Picture& p, const json::value& request, const Speech& speech);
// Sums and sentences for the field of the capture.
json::object amounts_of_capture(Money most, bool fresh, const Speech& speech);

}  // namespace amazonpay::host
