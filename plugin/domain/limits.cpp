#include "domain/limits.hpp"

#include <algorithm>
#include <iterator>

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
std::vector<const Intent*> unanswered_refunds(const Charge& charge, const Payment& payment, const std::vector<Intent>& intents) {
  std::vector<const Intent*> unanswered;
  for (const auto& intent : intents) {
    if (intent.kind != IntentKind::refund || intent.charge_id != charge.id || !reserves(intent.state)) continue;
    const bool known = std::any_of(payment.refunds.begin(), payment.refunds.end(),
                                   [&](const Refund& r) { return r.intent_id == intent.id || (!intent.amazon_id.empty() && r.id == intent.amazon_id); });
    if (!known) unanswered.push_back(&intent);
  }
  return unanswered;
}

// Only what was sent can show up at Amazon; what still waits (for its turn, a second person, the cooling-off) explains nothing there.
bool may_be_at_amazon(const Intent& intent) {
  return intent.state != IntentState::awaiting_approval && (intent.state != IntentState::planned || intent.may_have_arrived);
}

bool is_ours(const Refund& refund, const std::vector<Intent>& intents) {
  return !refund.intent_id.empty() ||
         std::any_of(intents.begin(), intents.end(), [&](const Intent& i) { return i.kind == IntentKind::refund && i.amazon_id == refund.id; });
}

bool is_ours(const Charge& charge, const std::vector<Intent>& intents) {
  return charge.at_checkout || std::any_of(intents.begin(), intents.end(), [&](const Intent& i) {
           return (i.kind == IntentKind::capture && i.charge_id == charge.id && reserves(i.state)) || (i.kind == IntentKind::create_charge && i.amazon_id == charge.id);
         });
}

// What disputes took, and how much of Amazon's figure above our refunds they explain: Amazon does not say whether its figure holds them. What others had given
// back before a dispute came stays theirs.
struct Disputed {
  Money lost, explained;
  bool open = false;
};
Disputed disputed(const Charge& charge, const Payment& payment, Money shown_above_ours) {
  const auto zero = zero_of(charge.amount.currency());
  Disputed d{zero, zero};
  auto before = shown_above_ours;
  for (const auto& dispute : payment.disputes) {
    if (dispute.charge_id != charge.id) continue;
    d.open = d.open || dispute.outcome == DisputeOutcome::open;
    if (dispute.outcome != DisputeOutcome::lost || !dispute.amount) continue;
    d.lost += *dispute.amount;
    before = min(before, dispute.elsewhere_before);
  }
  d.explained = min(d.lost, not_negative(shown_above_ours - before));
  return d;
}

// A new charge of ours whose answer got lost shows up as a charge first: it is not somebody else's.
Money collected_by_others(const Payment& payment, const std::vector<Intent>& intents) {
  Money sum = zero_of(payment.currency);
  for (const auto& charge : payment.charges)
    if (charge.collected_later && charge.state == ChargeState::captured && !is_ours(charge, intents)) sum += charge.captured;
  for (const auto& intent : intents)
    if (intent.kind == IntentKind::create_charge && is_open(intent.state) && intent.amazon_id.empty()) sum = not_negative(sum - intent.amount);
  return sum;
}

}  // namespace

ChargeSums sums_of(const Charge& charge, const Payment& payment, const std::vector<Intent>& intents, const RefundRules& rules) {
  const auto currency = charge.amount.currency();
  ChargeSums s;
  for (auto* m : {&s.reserved, &s.captured, &s.settled, &s.on_the_way, &s.not_ours, &s.lost, &s.disputed, &s.held, &s.allowance, &s.refundable}) *m = zero_of(currency);

  if (charge.state == ChargeState::authorized) s.reserved = charge.amount;
  if (charge.state == ChargeState::captured) s.captured = charge.captured;

  const auto unanswered = unanswered_refunds(charge, payment, intents);
  std::vector<const Intent*> arriving;
  std::copy_if(unanswered.begin(), unanswered.end(), std::back_inserter(arriving), [](const Intent* i) { return may_be_at_amazon(*i); });
  auto maybe_there = zero_of(currency);
  for (const auto* intent : arriving) maybe_there += intent->amount;

  for (const auto& refund : payment.refunds) {
    if (refund.charge_id != charge.id) continue;
    if (refund.state == RefundState::declined) {
      s.refunds_used += rules.declined_count ? 1 : 0;
      continue;
    }
    if (!is_ours(refund, intents)) {
      // A refund of ours whose answer got lost is read under its id first: do not count it twice.
      const auto same = std::find_if(arriving.begin(), arriving.end(), [&](const Intent* i) { return i->amount == refund.amount; });
      if (same != arriving.end()) {
        arriving.erase(same);
        continue;
      }
      s.not_ours += refund.amount;
    } else {
      (refund.state == RefundState::refunded ? s.settled : s.on_the_way) += refund.amount;
    }
    ++s.refunds_used;
  }
  // Amazon raises its figure at the creation or at the completion of a refund (not documented): only what is above both, and above what may have arrived, is
  // not ours.
  const auto shown = not_negative(charge.refunded - s.settled - s.on_the_way - maybe_there);
  const auto dispute = disputed(charge, payment, shown);
  s.lost = dispute.lost;
  s.not_ours = max(s.not_ours, shown - dispute.explained);
  for (const auto* intent : unanswered) s.on_the_way += intent->amount, ++s.refunds_used;

  const auto given = s.settled + s.on_the_way + s.not_ours + s.lost;
  s.held = not_negative(s.captured - given);
  if (dispute.open) s.disputed = s.held;
  s.allowance = compensation_allowance(s.captured);
  s.refundable = min(not_negative(s.captured + s.allowance - given), largest_refund(currency));
  s.refunds_left = std::max(0, rules.refunds_per_charge - s.refunds_used);
  if (s.refunds_left == 0) s.refundable = zero_of(currency);
  return s;
}

PaymentSums sums_of(const Payment& payment, const std::vector<Intent>& intents, const RefundRules& rules) {
  PaymentSums total;
  for (auto* m : {&total.reserved, &total.captured, &total.settled, &total.on_the_way, &total.not_ours, &total.lost, &total.disputed, &total.held, &total.allowance, &total.refundable,
                  &total.pending_capture, &total.collected_elsewhere})
    *m = zero_of(payment.currency);
  for (const auto& charge : payment.charges) {
    const auto s = sums_of(charge, payment, intents, rules);
    total.reserved += s.reserved, total.captured += s.captured, total.settled += s.settled, total.on_the_way += s.on_the_way;
    total.not_ours += s.not_ours, total.lost += s.lost, total.disputed += s.disputed, total.held += s.held, total.allowance += s.allowance, total.refundable += s.refundable;
    total.refunds_used += s.refunds_used, total.refunds_left += s.refunds_left;
    if (charge.state == ChargeState::authorization_initiated || charge.state == ChargeState::capture_initiated) total.pending_capture += charge.amount;
  }
  total.collected_elsewhere = collected_by_others(payment, intents);
  for (const auto& intent : intents)
    if ((intent.kind == IntentKind::capture || intent.kind == IntentKind::create_charge) && is_open(intent.state)) total.pending_capture += intent.amount;
  return total;
}

}  // namespace amazonpay
