#include "flows/shop_events.hpp"

#include "domain/carriers.hpp"

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

std::optional<Intent> delivery_intent(const Payment& payment, const ports::ShopEvent& event, const ports::Policy& policy, std::int64_t now_ms) {
  const auto code = carrier_code(event.delivery.carrier_code);
  if (!policy.track_deliveries || code.empty() || event.delivery.tracking_number.empty() || payment.permission_id.empty()) return std::nullopt;
  Intent intent;
  intent.id = intent_id(payment.shop_id, payment.order_id, event.id, IntentKind::track_delivery, payment.permission_id);
  intent.order_id = payment.order_id, intent.order_number = payment.order_number, intent.kind = IntentKind::track_delivery;
  intent.permission_id = payment.permission_id, intent.amount = zero_of(payment.currency);
  intent.delivery = {code, event.delivery.tracking_number};
  intent.cause = event.id, intent.event = event.event, intent.who = event.who;
  intent.created_ms = intent.updated_ms = now_ms;
  return intent;
}

}  // namespace amazonpay::flows
