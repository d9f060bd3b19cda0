#include "flows/todos.hpp"

#include <algorithm>

namespace amazonpay::flows {
namespace {

const Intent* intent_of(const std::string& id, const std::vector<Intent>& intents) {
  const auto found = std::find_if(intents.begin(), intents.end(), [&](const Intent& i) { return i.id == id; });
  return found == intents.end() ? nullptr : &*found;
}

// What is on its way may explain Amazon's figure for a moment: then it is too early to say that both sides agree.
bool on_the_way(const Payment& payment, const std::vector<Intent>& intents) {
  return std::any_of(intents.begin(), intents.end(), [](const Intent& i) { return is_open(i.state) && i.attempts > 0; }) ||
         std::any_of(payment.refunds.begin(), payment.refunds.end(), [](const Refund& r) { return !is_final(r.state); });
}

// Nothing is held any more and nothing is under way: whatever was due went back. A single refund says nothing, it may have been for something else.
bool went_back_after_all(const PaymentSums& sums) { return sums.captured.positive() && sums.held.zero() && sums.on_the_way.zero(); }

bool reached_after_all(const Todo& todo, const Payment& payment, const std::vector<Intent>& intents) {
  const auto* intent = intent_of(todo.cause, intents);
  if (intent == nullptr) return false;
  const auto* charge = payment.charge(intent->charge_id);
  switch (intent->kind) {
    case IntentKind::capture: return charge != nullptr && charge->state == ChargeState::captured;
    case IntentKind::create_charge:
      return std::any_of(payment.charges.begin(), payment.charges.end(), [&](const Charge& c) { return c.state == ChargeState::captured && c.created_ms > todo.created_ms; });
    case IntentKind::cancel_charge: return charge != nullptr && charge->state == ChargeState::canceled;
    case IntentKind::close_permission: return payment.permission && payment.permission->state == PermissionState::closed;
    default: return false;
  }
}

}  // namespace

Result<int> close_todos(const Ports& ports, ports::Change& change, const std::string& by, const std::string& note, const std::function<bool(const Todo&)>& meant) {
  auto open = ports.ledger.open_todos(change.order_id);
  if (!open) return open.failure();
  int closed = 0;
  for (auto& todo : *open) {
    const bool changing = std::any_of(change.changed_todos.begin(), change.changed_todos.end(), [&](const Todo& t) { return t.id == todo.id; });
    if (!meant(todo)) continue;
    ++closed;
    if (changing) continue;
    todo.open = false, todo.closed_by = by, todo.closed_note = note, todo.closed_ms = ports.clock.now_ms();
    change.changed_todos.push_back(std::move(todo));
  }
  return closed;
}

bool is_settled(const Todo& todo, const Payment& payment, const std::vector<Intent>& intents, const RefundRules& rules) {
  const auto sums = sums_of(payment, intents, rules);
  switch (todo.kind) {
    case TodoKind::keys_refused: return true;  // a reading has come through
    case TodoKind::expiring: {
      const auto* charge = payment.charge(todo.cause.substr(0, todo.cause.find(':')));
      return charge == nullptr || charge->state != ChargeState::authorized;
    }
    case TodoKind::drift: {
      const auto verdict = verdict_of(payment, intents, rules);
      return !on_the_way(payment, intents) && verdict.drift.zero() && verdict.drift_collected.zero();
    }
    case TodoKind::refund_overdue: {
      const auto* refund = payment.refund(todo.cause);
      return refund != nullptr && is_final(refund->state);
    }
    case TodoKind::refund_due: case TodoKind::refund_withdrawn:
      if (sums.captured.zero()) return sums.reserved.zero() && sums.pending_capture.zero() && !payment.charges.empty();
      return went_back_after_all(sums);
    case TodoKind::not_covered: return verdict_of(payment, intents, rules).not_covered.zero();
    case TodoKind::act_refused: return reached_after_all(todo, payment, intents);
    case TodoKind::uncertain: {
      const auto* intent = intent_of(todo.cause, intents);
      return intent != nullptr && !is_open(intent->state);
    }
    case TodoKind::approval:
      return std::none_of(intents.begin(), intents.end(), [&](const Intent& i) { return i.cause == todo.cause && i.state == IntentState::awaiting_approval; });
    case TodoKind::dispute: {
      const auto* dispute = payment.dispute(todo.cause);
      return dispute != nullptr && dispute->outcome != DisputeOutcome::open;
    }
    default: return false;
  }
}

Result<> close_settled_todos(const Ports& ports, ports::Change& change, const std::vector<Intent>& intents, const RefundRules& rules) {
  auto closed = close_todos(ports, change, "Amazon", "", [&](const Todo& todo) { return is_settled(todo, change.payment, intents, rules); });
  return closed ? hostapi::success() : Result<>(closed.failure());
}

}  // namespace amazonpay::flows
