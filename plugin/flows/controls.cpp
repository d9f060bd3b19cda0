#include "flows/controls.hpp"

#include <algorithm>

#include "flows/acts.hpp"

namespace amazonpay::flows {
namespace {

bool moves_money(const Intent& i) { return i.kind == IntentKind::refund || i.kind == IntentKind::capture || i.kind == IntentKind::create_charge; }
bool is_person(const Actor& who) { return !who.id.empty() && who.id != "system"; }

// What persons asked to give back today, with this act; counted in the same commit, so that two acts at once cannot both slip below the threshold.
Result<Money> count(const Ports& ports, const std::string& id, Money amount, ports::Change& change) {
  auto stored = ports.ledger.tally(id);
  if (!stored) return stored.failure();
  if (stored->version == 0) stored->tally = {id, zero_of(amount.currency())};
  stored->tally.amount += amount;
  change.tallies.push_back(*stored);
  return stored->tally.amount;
}

Todo approval_todo(const Intent& first, Money amount, const Text& why, const Act& act, std::int64_t now_ms) {
  Todo t;
  t.id = todo_id(TodoKind::approval, first.order_id, first.cause);
  t.order_id = first.order_id, t.order_number = first.order_number, t.kind = TodoKind::approval, t.severity = "wait", t.cause = first.cause;
  t.title = {first.kind == IntentKind::refund ? tr("Approve the refund of {amount}") : tr("Approve the capture of {amount}"), {{"amount", amount}}};
  t.text = why;
  t.asked_by = act.who;
  t.amount = amount, t.created_ms = now_ms, t.due_ms = first.expires_ms;
  return t;
}

void hold_for_approval(ports::Change& change, const Text& why, const Act& act, const ports::Policy& policy, std::int64_t now_ms) {
  const Intent* first = nullptr;
  Money amount;
  for (auto& intent : change.new_intents) {
    if (!moves_money(intent)) continue;
    intent.state = IntentState::awaiting_approval;
    intent.expires_ms = now_ms + policy.approval.expires_ms;
    amount = first == nullptr ? intent.amount : amount + intent.amount;
    if (first == nullptr) first = &intent;
    drop_task(change, intent);
    change.audit.push_back({std::string(name_of(intent.kind)) + ".awaits_approval", intent.order_id, intent.amount, intent.reason, intent.id});
  }
  if (first != nullptr) change.new_todos.push_back(approval_todo(*first, amount, why, act, now_ms));
}

void cool_off(ports::Change& change, const ports::Policy& policy, std::int64_t now_ms) {
  for (auto& intent : change.new_intents) {
    if (intent.kind != IntentKind::refund) continue;
    intent.send_after_ms = now_ms + policy.cooling_off_ms;
    drop_task(change, intent);
    change.tasks.push_back(intent_task(intent, now_ms));
  }
}

}  // namespace

Result<> add_controls(const Ports& ports, const ports::LoadedPayment& loaded, const Plan& plan, const Act& act, const ports::Policy& policy, std::int64_t now_ms,
                      ports::Change& change) {
  if (!is_person(act.who)) return hostapi::success();
  if (act.approved_by.id.empty()) {
    auto day = plan.gives_back, user_day = plan.gives_back;
    if (plan.gives_back.positive() && policy.approval.counts_refunds()) {
      const auto currency = plan.gives_back.currency();
      auto of_all = count(ports, tally_id(now_ms, currency, ""), plan.gives_back, change);
      if (!of_all) return of_all.failure();
      auto of_user = count(ports, tally_id(now_ms, currency, act.who.id), plan.gives_back, change);
      if (!of_user) return of_user.failure();
      day = *of_all, user_day = *of_user;
    }
    const auto held = sums_of(loaded.payment, loaded.intents, policy.refund_rules).held;
    if (const auto why = needs_approval(plan, held, day, user_day, policy.approval)) {
      hold_for_approval(change, *why, act, policy, now_ms);
      return hostapi::success();
    }
  }
  if (policy.cooling_off_ms > 0 && act.event != "bulk") cool_off(change, policy, now_ms);
  return hostapi::success();
}

std::vector<Intent> awaiting_approval(const std::vector<Intent>& intents, const std::string& cause) {
  std::vector<Intent> found;
  std::copy_if(intents.begin(), intents.end(), std::back_inserter(found),
               [&](const Intent& i) { return i.cause == cause && i.state == IntentState::awaiting_approval; });
  return found;
}

std::vector<Intent> still_to_take_back(const std::vector<Intent>& intents, const std::string& cause) {
  std::vector<Intent> found;
  std::copy_if(intents.begin(), intents.end(), std::back_inserter(found), [&](const Intent& i) { return i.cause == cause && moves_money(i) && never_sent(i); });
  return found;
}

Result<> expire_approvals(const Ports& ports, int limit) {
  auto waiting = ports.ledger.awaiting_approval(limit);
  if (!waiting) return waiting.failure();
  for (const auto& intent : *waiting) {
    if (intent.expires_ms == 0 || intent.expires_ms > ports.clock.now_ms()) continue;
    if (auto done = withdraw_expired(ports, intent); !done) return done;
  }
  return hostapi::success();
}

}  // namespace amazonpay::flows
