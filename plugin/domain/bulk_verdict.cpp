#include "domain/bulk_verdict.hpp"

#include <algorithm>
#include <numeric>

namespace amazonpay {
namespace {

void leave_out(BulkRow& row, Text why) {
  row.verdict = BulkVerdict::left_out, row.stage = BulkStage::left;
  row.planned = row.above_held = zero_of(row.planned.currency());
  row.why = std::move(why);
}

void act_with(BulkRow& row, BulkVerdict verdict, Money planned, Text why = {}) {
  row.verdict = verdict, row.stage = BulkStage::planned;
  row.planned = planned, row.why = std::move(why);
}

void decide_refund(BulkRow& row, const BulkCheck& check, const Payment& payment, const std::vector<Intent>& intents) {
  const auto sums = sums_of(payment, intents, check.rules);
  const auto left = min(sums.held, sums.refundable);
  const bool too_much = row.asked && *row.asked > sums.refundable;
  const auto amount = row.asked && !too_much ? *row.asked : left;
  if (!amount.positive() && sums.captured.positive() && sums.refunds_left > 0) return leave_out(row, {tr("Nothing is held any more: everything went back or is on the way.")});
  auto plan = plan_refund(payment, intents, amount.positive() ? amount : Money{1, payment.currency}, check.rules);
  if (!plan) return leave_out(row, {plan.message()});
  if (too_much && amount == sums.captured) return act_with(row, BulkVerdict::less, amount, {tr("Only {amount} was collected."), {{"amount", amount}}});
  if (too_much) return act_with(row, BulkVerdict::less, amount, {tr("Only {left} is left of the {captured} collected."), {{"left", amount}, {"captured", sums.captured}}});
  row.above_held = not_negative(amount - sums.held);
  act_with(row, BulkVerdict::will, amount, row.above_held.positive() ? Text{tr("{amount} of it is more than what is held."), {{"amount", row.above_held}}} : Text{});
}

void decide_capture(BulkRow& row, const BulkCheck& check, const Payment& payment, const std::vector<Intent>& intents) {
  const auto proposal = capture_proposal(payment, intents);
  const auto amount = row.asked.value_or(proposal);
  auto plan = plan_capture(payment, intents, amount.positive() ? amount : Money{1, payment.currency}, check.now_ms);
  if (plan && amount.positive()) return act_with(row, BulkVerdict::will, amount);
  if (plan) return leave_out(row, {tr("There is nothing to capture: what is held covers the open lines.")});
  if (row.asked && plan.failure().code == "TransactionAmountExceeded" && proposal.positive() && plan_capture(payment, intents, proposal, check.now_ms))
    return act_with(row, BulkVerdict::less, proposal, {tr("Only {amount} can be captured."), {{"amount", proposal}}});
  leave_out(row, {plan.message()});
}

Result<Plan> plan_cancel(const Payment& payment, const std::vector<Intent>& intents) {
  auto plan = plan_cancel_charge(payment, intents);
  if (plan || plan.failure().code != "nothing_reserved") return plan;
  return plan_close_permission(payment, intents);
}

void decide_cancel(BulkRow& row, const BulkCheck&, const Payment& payment, const std::vector<Intent>& intents) {
  auto plan = plan_cancel(payment, intents);
  if (!plan) return leave_out(row, {plan.message()});
  if (row.asked && *row.asked != plan->releases)
    return leave_out(row, {tr("A cancellation releases the whole reservation of {amount}. Leave the amount empty."), {{"amount", plan->releases}}});
  const bool closes = plan->steps.front().kind == IntentKind::close_permission;
  act_with(row, BulkVerdict::will, plan->releases, closes ? Text{tr("Nothing is reserved; the payment is closed.")} : Text{});
}

BulkRow row_of(const AskedRow& asked) {
  BulkRow row;
  row.row = asked.row, row.asked_order = asked.order, row.note = asked.note, row.asked_text = asked.amount.substr(0, 40);
  return row;
}

// Something in the way of any act: typed wrongly, or the payment cannot be judged.
Text obstacle(const BulkCheck& check, const AskedRow& asked, const Payment& payment) {
  if (!asked.problem.empty()) return asked.problem;
  if (!asked.currency.empty() && asked.currency != payment.currency.code())
    return {tr("The order was paid in {currency}, the row says {other}."), {{"currency", std::string(payment.currency.code())}, {"other", asked.currency}}};
  if (payment.environment != check.environment) return {tr("This order belongs to the other environment (sandbox or live) than the settings.")};
  if (payment.sync.synced_ms == 0) return {tr("Amazon was not asked about this order yet. Look at it, then check again.")};
  return {};
}

}  // namespace

BulkRow left_out_row(const AskedRow& asked, Text why) {
  auto row = row_of(asked);
  leave_out(row, std::move(why));
  return row;
}

BulkRow verdict_of_row(const BulkCheck& check, const AskedRow& asked, const Payment& payment, const std::vector<Intent>& intents) {
  auto row = row_of(asked);
  row.order_id = payment.order_id, row.order_number = payment.order_number;
  row.planned = row.above_held = row.amount = zero_of(payment.currency);
  if (auto why = obstacle(check, asked, payment); !why.empty()) return leave_out(row, std::move(why)), row;
  if (!asked.amount.empty()) {
    auto amount = parse_amount(asked.amount, payment.currency);
    if (!amount) {
      leave_out(row, asked.line == 0 ? Text{amount.message()} : Text{tr("Line {line}: {message}"), {{"line", std::int64_t{asked.line}}, {"message", amount.message()}}});
      return row;
    }
    row.asked = *amount;
  }
  switch (check.kind) {
    case BulkKind::refund: decide_refund(row, check, payment, intents); break;
    case BulkKind::capture: decide_capture(row, check, payment, intents); break;
    case BulkKind::cancel: decide_cancel(row, check, payment, intents); break;
  }
  return row;
}

Result<Plan> plan_row(const BulkCheck& check, const BulkRow& row, const std::string& stand_now, const Payment& payment, const std::vector<Intent>& intents) {
  const Failure changed{Kind::refused, tr("The payment changed since the dry run. Nothing was sent; check this order anew."), "changed"};
  if (row.planned.currency() != payment.currency) return changed;
  if (check.kind == BulkKind::refund) {
    // What the dry run saw as held must still be held: Amazon's allowance never stands in for money that went back meanwhile.
    const auto held = sums_of(payment, intents, check.rules).held;
    if (row.planned - row.above_held > held) return Failure{Kind::refused, tr("Less is held than in the dry run. Nothing was sent; check this order anew."), "changed"};
    return plan_refund(payment, intents, row.planned, check.rules);
  }
  if (row.stand != stand_now) return changed;
  if (check.kind == BulkKind::capture) return plan_capture(payment, intents, row.planned, check.now_ms);
  auto plan = plan_cancel(payment, intents);
  if (plan && plan->releases != row.planned) return changed;
  return plan;
}

std::string nearest_number(const std::string& asked, const std::vector<std::string>& numbers) {
  std::string best;
  std::size_t best_distance = 3;
  for (const auto& number : numbers) {
    std::vector<std::size_t> row(number.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= asked.size(); ++i) {
      std::size_t corner = row[0];
      row[0] = i;
      for (std::size_t j = 1; j <= number.size(); ++j) {
        const auto above = row[j];
        row[j] = std::min({above + 1, row[j - 1] + 1, corner + (asked[i - 1] == number[j - 1] ? 0 : 1)});
        corner = above;
      }
    }
    if (row.back() < best_distance) best_distance = row.back(), best = number;
  }
  return best;
}

}  // namespace amazonpay
