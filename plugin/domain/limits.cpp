#include "domain/limits.hpp"

#include <algorithm>

namespace amazonpay {

Money compensation_allowance(Money captured) {
  const auto currency = captured.currency();
  const auto code = currency.code();
  const std::int64_t fixed = code == "JPY" ? 8'400 : (code == "EUR" || code == "GBP" || code == "USD") ? 75'00 : 0;
  const auto share = captured.minor() / 100 * 15 + captured.minor() % 100 * 15 / 100;  // 15 %, rounded down, without overflow
  return {std::clamp<std::int64_t>(share, 0, fixed), currency};
}

Money largest_refund(Currency currency) { return {currency.decimals() == 0 ? 10'000'000 : 150'000'00, currency}; }

namespace {

// Refund intents of this charge that have no object at Amazon yet, as far as we know.
Money unanswered_refunds(const Charge& charge, const Payment& payment, const std::vector<Intent>& intents, int& count) {
  Money sum = zero_of(charge.amount.currency());
  for (const auto& intent : intents) {
    if (intent.kind != IntentKind::refund || intent.charge_id != charge.id || !reserves(intent.state)) continue;
    const bool known = std::any_of(payment.refunds.begin(), payment.refunds.end(),
                                   [&](const Refund& r) { return r.intent_id == intent.id || (!intent.amazon_id.empty() && r.id == intent.amazon_id); });
    if (known) continue;
    sum += intent.amount;
    ++count;
  }
  return sum;
}

}  // namespace

ChargeSums sums_of(const Charge& charge, const Payment& payment, const std::vector<Intent>& intents, const RefundRules& rules) {
  const auto currency = charge.amount.currency();
  ChargeSums s;
  for (auto* m : {&s.reserved, &s.captured, &s.settled, &s.on_the_way, &s.not_ours, &s.held, &s.allowance, &s.refundable}) *m = zero_of(currency);

  if (charge.state == ChargeState::authorized) s.reserved = charge.amount;
  if (charge.state == ChargeState::captured) s.captured = charge.captured;

  for (const auto& refund : payment.refunds) {
    if (refund.charge_id != charge.id) continue;
    if (refund.state == RefundState::declined) {
      s.refunds_used += rules.declined_count ? 1 : 0;
      continue;
    }
    ++s.refunds_used;
    (refund.state == RefundState::refunded ? s.settled : s.on_the_way) += refund.amount;
  }
  // Amazon raises its figure at the creation or at the completion of a refund (not documented): only what is above both is not ours.
  s.not_ours = not_negative(charge.refunded - s.settled - s.on_the_way);
  const auto unanswered = unanswered_refunds(charge, payment, intents, s.refunds_used);
  // A refund of ours whose answer got lost shows up in Amazon's figure first: do not count it twice.
  s.not_ours = not_negative(s.not_ours - unanswered);
  s.on_the_way += unanswered;

  const auto given = s.settled + s.on_the_way + s.not_ours;
  s.held = not_negative(s.captured - given);
  s.allowance = compensation_allowance(s.captured);
  s.refundable = min(not_negative(s.captured + s.allowance - given), largest_refund(currency));
  s.refunds_left = std::max(0, rules.refunds_per_charge - s.refunds_used);
  if (s.refunds_left == 0) s.refundable = zero_of(currency);
  return s;
}

PaymentSums sums_of(const Payment& payment, const std::vector<Intent>& intents, const RefundRules& rules) {
  PaymentSums total;
  for (auto* m : {&total.reserved, &total.captured, &total.settled, &total.on_the_way, &total.not_ours, &total.held, &total.allowance, &total.refundable,
                  &total.pending_capture})
    *m = zero_of(payment.currency);
  for (const auto& charge : payment.charges) {
    const auto s = sums_of(charge, payment, intents, rules);
    total.reserved += s.reserved, total.captured += s.captured, total.settled += s.settled, total.on_the_way += s.on_the_way;
    total.not_ours += s.not_ours, total.held += s.held, total.allowance += s.allowance, total.refundable += s.refundable;
    total.refunds_used += s.refunds_used, total.refunds_left += s.refunds_left;
    if (charge.state == ChargeState::authorization_initiated || charge.state == ChargeState::capture_initiated) total.pending_capture += charge.amount;
  }
  for (const auto& intent : intents)
    if ((intent.kind == IntentKind::capture || intent.kind == IntentKind::create_charge) && is_open(intent.state)) total.pending_capture += intent.amount;
  return total;
}

}  // namespace amazonpay
