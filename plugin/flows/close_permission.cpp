#include "flows/acts.hpp"

namespace amazonpay::flows {

Result<Operation> close_permission(const Ports& ports, const Act& act) {
  return run_act(
      ports, act, [](const ports::LoadedPayment& loaded, const ports::Policy&) { return plan_close_permission(loaded.payment, loaded.intents); },
      [](const Plan&) { return Text{tr("Closing of the payment requested.")}; });
}

}  // namespace amazonpay::flows
