// The parts of the Overview panel that decide something: the one main button with the reason why it is next, and the references with the way to Seller
// Central. Pure over Picture.
#pragma once
#include "host/view_parts.hpp"

namespace amazonpay::host {

// One button: an act ("action" and "form"), a way ("jump" on the tab, "link" elsewhere, "cancels" the order), or one that waits ("disabled"); "quiet" when
// nothing has to be done. null: nothing to offer.
json::value next_step(const Picture& p, const Speech& speech);
json::array reference_parts(const Picture& p, const Speech& speech);

}  // namespace amazonpay::host
