// What Amazon holds of a payment, for the tab: the table of charges, the table of refunds (ours without an answer among them), and its last answers, which
// were redacted when they were read from the wire. Pure.
#pragma once
#include "host/view_parts.hpp"

namespace amazonpay::host {

json::object charges_part(const Picture& p, const Speech& speech);
json::object refunds_part(const Picture& p, const Speech& speech);
json::array raw_parts(const Picture& p, const std::map<std::string, std::string>& answers, const Speech& speech);

}  // namespace amazonpay::host
