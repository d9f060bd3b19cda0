#include "flows/acts.hpp"

#include <algorithm>

#include "domain/words.hpp"

namespace amazonpay::flows {

Result<Operation> capture(const Ports& ports, const Act& act, Money amount) {
  return run_act(
      ports, act,
      [&](const ports::LoadedPayment& loaded, const ports::Policy&) -> Result<Plan> {
        if (amount.currency() != loaded.payment.currency)
          return Failure{Kind::refused, tr("A capture is made in the currency of the payment."), "CurrencyMismatch"};
        return plan_capture(loaded.payment, loaded.intents, amount, ports.clock.now_ms());
      },
      [](const Plan& plan) { return Text{tr("Capture of {amount} requested."), {{"amount", plan.collects}}}; });
}

void add_checkout_capture(ports::Change& change, const std::vector<Intent>& intents, const ports::Policy& policy, std::int64_t now_ms) {
  const auto& payment = change.payment;
  const bool fresh = std::any_of(payment.charges.begin(), payment.charges.end(), [&](const Charge& c) {
    return c.state == ChargeState::authorized && c.created_ms != 0 && now_ms - c.created_ms < day_ms;  // old ones were left reserved on purpose
  });
  if (policy.capture_mode != ports::CaptureMode::at_checkout || !fresh || !intents.empty() || payment.order_canceled || payment.order_deleted) return;
  const auto amount = capture_proposal(payment, intents);
  if (!amount.positive()) return;
  auto plan = plan_capture(payment, intents, amount, now_ms);
  if (!plan) return;
  Act clockwork;
  clockwork.order_id = payment.order_id, clockwork.who = {"system", {}};
  add_plan(change, payment, *plan, "checkout", "checkout", clockwork, policy, now_ms);
}

}  // namespace amazonpay::flows
