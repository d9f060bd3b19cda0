#include "flows/shop_events.hpp"

namespace amazonpay::flows {

// The money is the same as for a canceled order; what differs is what remains: a payment record without personal data (product decisions 6.6).
Plan delete_order(const ports::LoadedPayment& loaded, const ports::Policy& policy) {
  return plan_whole_order(loaded.payment, loaded.intents, policy.refund_rules);
}

}  // namespace amazonpay::flows
