#include "flows/shop_events.hpp"

namespace amazonpay::flows {

Plan cancel_order(const ports::LoadedPayment& loaded, const ports::Policy& policy) {
  return plan_whole_order(loaded.payment, loaded.intents, policy.refund_rules);
}

}  // namespace amazonpay::flows
