#include "flows/disputes.hpp"

#include <algorithm>

#include "flows/finish_act.hpp"
#include "flows/todos.hpp"

namespace amazonpay::flows {
namespace {

// The charge it is about: the one named, else the one that holds most, because Amazon names the dispute only.
const Charge* charge_of(const std::string& object_id, const Payment& payment, const std::vector<Intent>& intents) {
  if (const auto* named = payment.charge(object_id)) return named;
  const Charge* found = nullptr;
  Money most = zero_of(payment.currency);
  for (const auto& charge : payment.charges) {
    if (charge.state != ChargeState::captured) continue;
    const auto held = sums_of(charge, payment, intents, {}).held;
    if (found == nullptr || held > most) found = &charge, most = held;
  }
  return found;
}

Event line_of(const Payment& payment, const std::string& id, const char* role, Text text, std::optional<Money> amount, const std::string& who, std::int64_t at_ms) {
  Event e;
  e.id = payment.order_id + ":dispute:" + id;
  e.order_id = payment.order_id, e.at_ms = at_ms, e.role = role, e.icon = "warn", e.text = std::move(text), e.amount = amount, e.who = who;
  return e;
}

Todo todo_of(const Dispute& dispute, const Payment& payment, Money amount, std::int64_t now_ms) {
  Todo t;
  t.id = todo_id(TodoKind::dispute, payment.order_id, dispute.id);
  t.order_id = payment.order_id, t.order_number = payment.order_number, t.kind = TodoKind::dispute, t.severity = "watch", t.cause = dispute.id, t.created_ms = now_ms;
  t.title = {tr("The buyer disputes {amount}"), {{"amount", amount}}};
  t.text = {tr("Opened on {day}. Answer it in Seller Central, which shows until when. Nothing is refunded by itself; say here how it ended."), {{"day", Day{dispute.opened_ms}}}};
  if (amount.positive()) t.amount = amount;
  return t;
}

Result<Money> taken(const Dispute& dispute, const Payment& payment, const std::optional<Money>& amount) {
  const auto* charge = payment.charge(dispute.charge_id);
  if (charge == nullptr || !charge->captured.positive()) return Failure{Kind::refused, tr("Nothing was collected for this order, so a dispute cannot have taken anything.")};
  if (!amount || !amount->positive()) return Failure{Kind::refused, tr("Enter what went back to the buyer, as Seller Central shows it.")};
  auto left = charge->captured;
  for (const auto& other : payment.disputes)
    if (other.id != dispute.id && other.charge_id == charge->id && other.amount) left = not_negative(left - *other.amount);
  if (*amount > left) return Failure{Kind::refused, tr("A dispute cannot take more than what was collected. Look at the sum in Seller Central again.")};
  return *amount;
}

}  // namespace

Money proposal_of(const Dispute& dispute, const Payment& payment, const std::vector<Intent>& intents) {
  const auto* charge = payment.charge(dispute.charge_id);
  return charge == nullptr ? zero_of(payment.currency) : sums_of(*charge, payment, intents, {}).held;
}

Result<> open_dispute(const Ports& ports, const std::string& order_id, const Notification& n) {
  return decide_and_commit(ports, order_id, [&](const ports::LoadedPayment& loaded, ports::Change& change) -> Result<bool> {
    const auto now_ms = ports.clock.now_ms();
    auto& payment = change.payment;
    const auto cause = n.object_id + ":" + (n.notification_id.empty() ? n.message_id : n.notification_id);
    if (payment.dispute(n.object_id) != nullptr) {
      change.events.push_back(line_of(payment, cause, "wait", {tr("Amazon reports news about the dispute; Seller Central shows it")}, std::nullopt, "Amazon", now_ms));
      return true;
    }
    Dispute dispute;
    dispute.id = n.object_id, dispute.opened_ms = n.sent_ms != 0 ? std::min(n.sent_ms, now_ms) : now_ms;
    dispute.elsewhere_before = zero_of(payment.currency);
    if (const auto* charge = charge_of(n.object_id, payment, loaded.intents)) {
      dispute.charge_id = charge->id;
      dispute.elsewhere_before = sums_of(*charge, payment, loaded.intents, {}).not_ours;
    }
    const auto amount = proposal_of(dispute, payment, loaded.intents);
    payment.disputes.push_back(dispute);
    change.new_todos.push_back(todo_of(dispute, payment, amount, now_ms));
    change.events.push_back(line_of(payment, cause, "stop", {tr("The buyer disputes the payment (chargeback)")}, std::nullopt, "Amazon", now_ms));
    change.audit.push_back({"dispute.opened", order_id, amount, "", dispute.id});
    return true;
  });
}

Result<Operation> close_dispute(const Ports& ports, const Act& act, const std::string& dispute_id, DisputeOutcome outcome, const std::optional<Money>& amount) {
  const auto now_ms = ports.clock.now_ms();
  const bool lost = outcome == DisputeOutcome::lost;
  Operation operation{act.operation_id, act.order_id, "good", {tr("The dispute is closed as won. Nothing went back.")}, now_ms};
  if (lost && amount) operation.answer = {tr("The dispute is closed as lost: {amount} went back to the buyer and cannot be refunded again."), {{"amount", *amount}}};
  return finish_act(ports, act, operation, [&](const ports::LoadedPayment&, ports::Change& change) -> Result<bool> {
    auto& payment = change.payment;
    const auto found = std::find_if(payment.disputes.begin(), payment.disputes.end(), [&](const Dispute& d) { return d.id == dispute_id; });
    if (found == payment.disputes.end() || found->outcome != DisputeOutcome::open) return Failure{Kind::refused, tr("This dispute is closed already. Look at the order again.")};
    if (lost) {
      auto took = taken(*found, payment, amount);
      if (!took) return took.failure();
      found->amount = *took;
    }
    found->outcome = outcome, found->closed_ms = now_ms;
    const auto back = lost ? std::optional(zero_of(amount->currency()) - *amount) : std::nullopt;
    change.events.push_back(line_of(payment, dispute_id + ":closed", lost ? "stop" : "good", {lost ? tr("Dispute lost; the money went back to the buyer") : tr("Dispute won")}, back, act.who.name, now_ms));
    change.audit.push_back({std::string("dispute.") + name_of(outcome), act.order_id, found->amount, act.reason, dispute_id});
    change.operation = operation;
    auto closed = close_todos(ports, change, act.who.name, act.note, [&](const Todo& t) { return t.kind == TodoKind::dispute && t.cause == dispute_id; });
    if (!closed) return closed.failure();
    return true;
  });
}

}  // namespace amazonpay::flows
