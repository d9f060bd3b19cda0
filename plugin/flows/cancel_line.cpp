#include "flows/shop_events.hpp"

namespace amazonpay::flows {

// One act over several lines is one event and, per charge, one refund: Amazon allows ten.
Plan cancel_line(const ports::LoadedPayment& loaded, const ports::ShopEvent& event, const ports::Policy& policy) {
  return plan_lines(loaded.payment, loaded.intents, event.lines, event.shipping, event.total_after, policy.refund_rules);
}

}  // namespace amazonpay::flows
