#include "flows/shop_events.hpp"

namespace amazonpay::flows {

// To the money a deleted piece is a canceled one; deleting a piece that was canceled before takes nothing more off the order.
Plan delete_line(const ports::LoadedPayment& loaded, const ports::ShopEvent& event, const ports::Policy& policy) {
  return plan_lines(loaded.payment, loaded.intents, event.lines, event.shipping, event.total_after, policy.refund_rules);
}

}  // namespace amazonpay::flows
