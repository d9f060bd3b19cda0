#include "domain/uncertainty.hpp"

namespace amazonpay {

Comparison compare_refund(const Intent& refund, const Charge& now, const Payment& payment) {
  Comparison c{refund.amount, now.refunded, zero_of(refund.amount.currency())};
  for (const auto& known : payment.refunds)
    if (known.charge_id == now.id && known.state != RefundState::declined) c.explained += known.amount;
  return c;
}

std::optional<Comparison> compare_new_charge(const Intent& create, const ChargePermission& now, const Payment& payment) {
  if (!now.limit || !now.balance) return std::nullopt;
  Comparison c{create.amount, *now.limit - *now.balance, zero_of(create.amount.currency())};
  for (const auto& charge : payment.charges)
    if (charge.state != ChargeState::canceled && charge.state != ChargeState::declined) c.explained += charge.state == ChargeState::captured ? charge.captured : charge.amount;
  return c;
}

}  // namespace amazonpay
