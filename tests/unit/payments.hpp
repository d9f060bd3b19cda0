// Payments in the states the unit tests speak of.
#pragma once
#include "domain/plan.hpp"
#include "domain/words.hpp"

namespace amazonpay::test {

inline const Currency eur{"EUR"};
inline Money euro(std::int64_t cents) { return {cents, eur}; }

inline Charge charge_of(Money amount, ChargeState state, const std::string& id = "C1") {
  Charge c;
  c.id = id, c.permission_id = "P1", c.amount = amount, c.captured = c.refunded = zero_of(amount.currency()), c.state = state, c.raw_state = "x";
  if (state == ChargeState::captured) c.captured = amount;
  return c;
}

inline Payment payment_of(Money total, std::vector<Charge> charges) {
  Payment p;
  p.order_id = p.order_number = "o1", p.shop_id = "main", p.currency = total.currency(), p.permission_id = "P1";
  p.order_total = p.original_total = total, p.refunds_taken_over = p.captures_taken_over = zero_of(total.currency());
  p.permission = ChargePermission{};
  p.permission->id = "P1", p.permission->state = PermissionState::chargeable, p.permission->raw_state = "Chargeable", p.permission->balance = zero_of(total.currency());
  p.charges = std::move(charges);
  p.sync.synced_ms = 1;
  return p;
}

inline Refund refund_of(Money amount, RefundState state, const std::string& charge = "C1", const std::string& id = "R1") {
  Refund r;
  r.id = id, r.charge_id = charge, r.amount = amount, r.state = state, r.raw_state = "x", r.intent_id = "intent of " + id;
  return r;
}

inline Intent intent_of(IntentKind kind, IntentState state, Money amount, const std::string& charge = "C1", const std::string& id = "i1") {
  Intent i;
  i.id = i.cause = id, i.order_id = "o1", i.kind = kind, i.state = state, i.amount = amount, i.charge_id = charge;
  return i;
}

}  // namespace amazonpay::test
