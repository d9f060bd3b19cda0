#include "flows/acts.hpp"

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

}  // namespace amazonpay::flows
