#include "flows/acts.hpp"

namespace amazonpay::flows {

Result<Operation> cancel_charge(const Ports& ports, const Act& act) {
  return run_act(
      ports, act, [](const ports::LoadedPayment& loaded, const ports::Policy&) { return plan_cancel_charge(loaded.payment, loaded.intents); },
      [](const Plan& plan) { return Text{tr("Cancellation of the reservation of {amount} requested."), {{"amount", plan.releases}}}; });
}

}  // namespace amazonpay::flows
