#include "flows/acts.hpp"

namespace amazonpay::flows {

Result<Operation> refund(const Ports& ports, const Act& act, Money amount, const std::vector<LinePieces>& lines, const std::string& charge_id) {
  return run_act(
      ports, act,
      [&](const ports::LoadedPayment& loaded, const ports::Policy& policy) -> Result<Plan> {
        if (amount.currency() != loaded.payment.currency)
          return Failure{Kind::refused, tr("A refund is made in the currency of the payment."), "CurrencyMismatch"};
        auto plan = plan_refund(loaded.payment, loaded.intents, amount, policy.refund_rules, charge_id);
        if (plan) plan->lines = lines;
        return plan;
      },
      [](const Plan& plan) {
        return Text{tr("Refund of {amount} requested. Amazon completes it within at most 8 days."), {{"amount", plan.gives_back}}};
      });
}

}  // namespace amazonpay::flows
