#include "domain/plan.hpp"

#include <algorithm>

namespace amazonpay {
namespace {

Plan empty_plan(const Payment& payment) {
  Plan plan;
  plan.gives_back = plan.releases = plan.collects = zero_of(payment.currency);
  return plan;
}

bool has_open_intent(const std::vector<Intent>& intents, IntentKind kind, const std::string& charge_id) {
  return std::any_of(intents.begin(), intents.end(), [&](const Intent& i) { return i.kind == kind && i.charge_id == charge_id && is_open(i.state); });
}

bool capture_under_way(const std::vector<Intent>& intents) {
  return std::any_of(intents.begin(), intents.end(), [](const Intent& i) {
    return (i.kind == IntentKind::capture || i.kind == IntentKind::create_charge) && is_open(i.state);
  });
}

bool permission_open(const Payment& payment) {
  return payment.permission && (payment.permission->state == PermissionState::chargeable || payment.permission->state == PermissionState::non_chargeable);
}

// Amazon holds the money for us but has not said yes or no: nothing can be decided on it.
bool undecided_charge(const Payment& payment) {
  return std::any_of(payment.charges.begin(), payment.charges.end(), [](const Charge& c) { return c.state == ChargeState::capture_initiated; });
}

// Newest first, each up to `room`; adds the refund steps and answers what found no room.
Money add_refunds(Plan& plan, const Payment& payment, const std::vector<Intent>& intents, Money amount, const RefundRules& rules,
                  Money (*room)(const ChargeSums&), const std::string& only = {}) {
  for (auto charge = payment.charges.rbegin(); charge != payment.charges.rend() && amount.positive(); ++charge) {
    if (!only.empty() && charge->id != only) continue;
    const auto sums = sums_of(*charge, payment, intents, rules);
    const auto part = min(min(amount, room(sums)), sums.refundable);
    if (!part.positive()) continue;
    plan.steps.push_back({IntentKind::refund, charge->id, part});
    plan.gives_back += part;
    amount -= part;
  }
  return amount;
}

Money room_held(const ChargeSums& s) { return s.held; }
Money room_above(const ChargeSums& s) { return not_negative(s.refundable - s.held); }

// Refunds on charges that already got a step of this plan are joined: one act is one refund per charge.
void join_steps(Plan& plan) {
  std::vector<PlannedStep> joined;
  for (const auto& step : plan.steps) {
    auto same = std::find_if(joined.begin(), joined.end(), [&](const PlannedStep& j) { return j.kind == step.kind && j.charge_id == step.charge_id; });
    if (same == joined.end()) joined.push_back(step);
    else same->amount += step.amount;
  }
  plan.steps = std::move(joined);
}

void say_held(Plan& plan, const PaymentSums& sums) {
  if (sums.captured.zero()) return;
  plan.says.push_back({tr("Collected {collected}, given back {settled}, on the way {on_the_way}: {held} is held."),
                       {{"collected", sums.captured}, {"settled", sums.settled + sums.not_ours + sums.lost}, {"on_the_way", sums.on_the_way}, {"held", sums.held}}});
}

}  // namespace

Money worth_of_pieces(Money worth, std::int64_t open, std::int64_t pieces) {
  ensure(open > 0 && pieces >= 0 && pieces <= open, "pieces of a line are between none and all");
  return {static_cast<std::int64_t>(static_cast<__int128>(worth.minor()) * pieces / open), worth.currency()};
}

std::int64_t pieces_refunded_by_hand(const std::string& line_id, const std::vector<Intent>& intents) {
  std::int64_t pieces = 0;
  std::vector<std::string> causes;
  for (const auto& intent : intents) {
    if (intent.kind != IntentKind::refund || !intent.event.empty() || !reserves(intent.state) || std::count(causes.begin(), causes.end(), intent.cause)) continue;
    for (const auto& line : intent.lines)
      if (line.line_id == line_id) pieces += line.pieces;
    causes.push_back(intent.cause);
  }
  return pieces;
}

int pieces_given_back(const std::string& line_id, const std::vector<Intent>& intents) {
  // Several intents of one cause (split over charges) speak of the same pieces: count each cause once.
  int pieces = 0;
  std::vector<std::string> causes;
  for (const auto& intent : intents) {
    if (intent.kind != IntentKind::refund || !reserves(intent.state) || std::count(causes.begin(), causes.end(), intent.cause)) continue;
    for (const auto& line : intent.lines)
      if (line.line_id == line_id) pieces += line.pieces;
    causes.push_back(intent.cause);
  }
  return pieces;
}

Plan plan_whole_order(const Payment& payment, const std::vector<Intent>& intents, const RefundRules& rules) {
  auto plan = empty_plan(payment);
  const auto sums = sums_of(payment, intents, rules);
  if (capture_under_way(intents) || undecided_charge(payment)) {
    plan.ask = Text{tr("A capture is under way. Refund the order by hand once Amazon has decided it.")};
    plan.says.push_back(*plan.ask);
    return plan;
  }
  for (const auto& charge : payment.charges) {
    if (charge.state != ChargeState::authorized && charge.state != ChargeState::authorization_initiated) continue;
    if (has_open_intent(intents, IntentKind::cancel_charge, charge.id)) continue;
    plan.steps.push_back({IntentKind::cancel_charge, charge.id, zero_of(payment.currency)});
    plan.releases += charge.amount;
  }
  const auto left = add_refunds(plan, payment, intents, sums.held, rules, room_held);
  if (permission_open(payment) && !has_open_intent(intents, IntentKind::close_permission, ""))
    plan.steps.push_back({IntentKind::close_permission, "", zero_of(payment.currency)});

  say_held(plan, sums);
  if (plan.releases.positive()) plan.says.push_back({tr("The reservation of {amount} is canceled; the buyer is not charged."), {{"amount", plan.releases}}});
  if (plan.gives_back.positive()) plan.says.push_back({tr("{amount} goes back to the buyer."), {{"amount", plan.gives_back}}});
  if (plan.gives_back.zero() && plan.releases.zero()) plan.says.push_back({tr("No money moves: nothing is held.")});
  if (left.positive()) plan.ask = Text{tr("{amount} cannot be refunded through Amazon Pay: ten refunds were made on this charge. Pay it back another way."), {{"amount", left}}};
  if (plan.ask) plan.says.push_back(*plan.ask);
  return plan;
}

Plan plan_lines(const Payment& payment, const std::vector<Intent>& intents, const std::vector<LineChange>& lines, Money shipping, Money total_after,
                const RefundRules& rules) {
  const auto sums = sums_of(payment, intents, rules);
  // Nothing is left of the order: the reservation has no purpose any more.
  if (total_after.zero() && sums.captured.zero()) return plan_whole_order(payment, intents, rules);

  auto plan = empty_plan(payment);
  Money amount = shipping;
  bool again = false;
  for (const auto& line : lines) {
    const int before = pieces_given_back(line.line_id, intents);
    const int fresh = std::clamp(line.canceled_after - before, 0, line.pieces);
    again = again || fresh < line.pieces;
    if (fresh == 0) continue;
    // Only whole sets of pieces have a price of their own; a partly repeated one is left to a person.
    if (fresh < line.pieces) continue;
    amount += line.amount;
    plan.lines.push_back({line.line_id, line.pieces});
  }
  if (again) plan.ask = Text{tr("Money for these pieces went back before. Check whether anything is still due, and refund it by hand.")};

  if (capture_under_way(intents) || undecided_charge(payment)) {
    plan.ask = Text{tr("A capture is under way. Refund {amount} by hand once Amazon has decided it."), {{"amount", amount}}};
    plan.lines.clear();
  } else if (sums.captured.zero()) {
    plan.lines.clear();
    plan.says.push_back(sums.reserved.positive() ? Text{tr("Nothing was collected yet, so nothing goes back. The capture will be smaller.")}
                                                 : Text{tr("No money moves: nothing is held.")});
  } else {
    const auto wanted = amount;
    amount = min(amount, sums.held);
    const auto left = add_refunds(plan, payment, intents, amount, rules, room_held);
    say_held(plan, sums);
    if (plan.gives_back.positive()) plan.says.push_back({tr("{amount} goes back to the buyer."), {{"amount", plan.gives_back}}});
    if (amount < wanted && !wanted.zero())
      plan.says.push_back({tr("These pieces are worth {amount}, but only {held} is held."), {{"amount", wanted}, {"held", sums.held}}});
    if (left.positive()) plan.ask = Text{tr("{amount} cannot be refunded through Amazon Pay: ten refunds were made on this charge. Pay it back another way."), {{"amount", left}}};
    if (plan.gives_back.zero()) plan.lines.clear();
  }
  if (plan.ask) plan.says.push_back(*plan.ask);
  return plan;
}

Result<Plan> plan_refund(const Payment& payment, const std::vector<Intent>& intents, Money amount, const RefundRules& rules, const std::string& charge_id) {
  ensure(amount.positive(), "a refund is above zero");
  const auto sums = sums_of(payment, intents, rules);
  if (sums.captured.zero()) return Failure{Kind::refused, tr("Nothing was collected on this order, so nothing can be refunded."), "nothing_collected"};
  if (sums.refunds_left == 0) return Failure{Kind::refused, tr("Amazon allows ten refunds per charge and all are used. Pay the buyer another way."), "TransactionCountExceeded"};
  if (amount > sums.refundable)
    return Failure{Kind::refused, tr("This is more than Amazon lets you give back. The limit stands beside the amount."), "TransactionAmountExceeded"};
  auto plan = empty_plan(payment);
  auto left = add_refunds(plan, payment, intents, amount, rules, room_held, charge_id);
  if (left.positive()) left = add_refunds(plan, payment, intents, left, rules, room_above, charge_id);
  join_steps(plan);
  if (left.positive() && !charge_id.empty())
    return Failure{Kind::refused, tr("This is more than Amazon lets you give back from this charge. Choose another charge or a smaller amount."), "TransactionAmountExceeded"};
  if (left.positive())
    return Failure{Kind::refused, tr("This is more than Amazon lets you give back. The limit stands beside the amount."), "TransactionAmountExceeded"};
  say_held(plan, sums);
  return plan;
}

namespace {

const Charge* newest_authorized(const Payment& payment, std::int64_t now_ms) {
  for (auto c = payment.charges.rbegin(); c != payment.charges.rend(); ++c)
    if (c->state == ChargeState::authorized && (c->expires_ms == 0 || now_ms == 0 || c->expires_ms > now_ms)) return &*c;
  return nullptr;
}

Money chargeable(const Payment& payment) {
  if (!payment.permission || payment.permission->state != PermissionState::chargeable || !payment.permission->balance) return zero_of(payment.currency);
  return *payment.permission->balance;
}

}  // namespace

Money capture_proposal(const Payment& payment, const std::vector<Intent>& intents) {
  if (capture_under_way(intents) || undecided_charge(payment)) return zero_of(payment.currency);
  const auto sums = sums_of(payment, intents, {});
  const auto due = not_negative(payment.order_total - sums.held);
  if (const auto* charge = newest_authorized(payment, 0)) return min(due, charge->amount);
  return min(due, chargeable(payment));
}

Money capture_most(const Payment& payment, std::int64_t now_ms) {
  const auto* charge = newest_authorized(payment, now_ms);
  return charge != nullptr ? charge->amount : chargeable(payment);
}

Result<Plan> plan_capture(const Payment& payment, const std::vector<Intent>& intents, Money amount, std::int64_t now_ms) {
  ensure(amount.positive(), "a capture is above zero");
  if (capture_under_way(intents) || undecided_charge(payment))
    return Failure{Kind::refused, tr("A capture is under way. Wait for Amazon's answer before you capture again."), "capture_under_way"};
  auto plan = empty_plan(payment);
  plan.collects = amount;
  if (const auto* charge = newest_authorized(payment, now_ms)) {
    if (amount > charge->amount)
      return Failure{Kind::refused, tr("This is more than what is reserved. Capture at most the reserved amount."), "TransactionAmountExceeded"};
    if (has_open_intent(intents, IntentKind::cancel_charge, charge->id))
      return Failure{Kind::refused, tr("The reservation is being canceled, so it cannot be captured."), "cancel_under_way"};
    plan.steps.push_back({IntentKind::capture, charge->id, amount});
    plan.says.push_back({tr("The reservation of {reserved} is captured with {amount}."), {{"reserved", charge->amount}, {"amount", amount}}});
    if (amount < charge->amount)
      plan.says.push_back({tr("The rest of {rest} is released and cannot be captured later from this reservation."), {{"rest", charge->amount - amount}}});
    return plan;
  }
  if (!payment.permission || payment.permission->state != PermissionState::chargeable)
    return Failure{Kind::refused, tr("There is nothing to capture: no reservation is active, and Amazon does not allow a new charge."), "not_chargeable"};
  if (amount > chargeable(payment))
    return Failure{Kind::refused, tr("This is more than the buyer agreed to. Capture at most what may still be charged."), "TransactionAmountExceeded"};
  plan.steps.push_back({IntentKind::create_charge, "", amount});
  plan.says.push_back({tr("No reservation is active. A new charge of {amount} is created and captured at once."), {{"amount", amount}}});
  return plan;
}

Result<Plan> plan_cancel_charge(const Payment& payment, const std::vector<Intent>& intents) {
  if (capture_under_way(intents)) return Failure{Kind::refused, tr("A capture is under way. Wait for Amazon's answer."), "capture_under_way"};
  auto plan = empty_plan(payment);
  for (const auto& charge : payment.charges) {
    if (charge.state != ChargeState::authorized && charge.state != ChargeState::authorization_initiated) continue;
    if (has_open_intent(intents, IntentKind::cancel_charge, charge.id)) continue;
    plan.steps.push_back({IntentKind::cancel_charge, charge.id, zero_of(payment.currency)});
    plan.releases += charge.amount;
  }
  if (plan.steps.empty()) return Failure{Kind::refused, tr("There is no reservation to cancel."), "nothing_reserved"};
  plan.says.push_back({tr("The reservation of {amount} is canceled; the buyer is not charged."), {{"amount", plan.releases}}});
  return plan;
}

Result<Plan> plan_close_permission(const Payment& payment, const std::vector<Intent>& intents) {
  if (!permission_open(payment)) return Failure{Kind::refused, tr("This payment is closed already."), "not_open"};
  if (has_open_intent(intents, IntentKind::close_permission, "") || capture_under_way(intents))
    return Failure{Kind::refused, tr("Another act on this payment is under way. Wait for Amazon's answer."), "under_way"};
  auto plan = empty_plan(payment);
  for (const auto& charge : payment.charges)
    if (charge.state == ChargeState::authorized || charge.state == ChargeState::authorization_initiated) plan.releases += charge.amount;
  plan.steps.push_back({IntentKind::close_permission, "", zero_of(payment.currency)});
  if (plan.releases.positive()) plan.says.push_back({tr("The reservation of {amount} is canceled; the buyer is not charged."), {{"amount", plan.releases}}});
  plan.says.push_back({tr("After closing, nothing more can be charged for this order. What was collected can still be refunded.")});
  return plan;
}

}  // namespace amazonpay
