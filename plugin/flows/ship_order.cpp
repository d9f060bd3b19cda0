#include "flows/shop_events.hpp"

namespace amazonpay::flows {

Plan ship_order(const ports::LoadedPayment& loaded, const ports::Policy& policy, std::int64_t now_ms) {
  Plan none;
  none.gives_back = none.releases = none.collects = zero_of(loaded.payment.currency);
  if (policy.capture_mode != ports::CaptureMode::on_shipping) return none;
  const auto amount = capture_proposal(loaded.payment, loaded.intents);
  if (!amount.positive()) return none;
  auto plan = plan_capture(loaded.payment, loaded.intents, amount, now_ms);
  if (plan) return *plan;
  none.ask = Text{plan.message()};
  return none;
}

}  // namespace amazonpay::flows
