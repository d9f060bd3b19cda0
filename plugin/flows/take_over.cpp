#include "flows/acts.hpp"
#include "flows/finish_act.hpp"
#include "flows/todos.hpp"

namespace amazonpay::flows {
namespace {

void add_fact(ports::Change& change, const Act& act, const std::string& what, Text text, Money amount, std::int64_t now_ms) {
  Event e;
  e.id = act.order_id + ":" + act.operation_id + ":" + what;
  e.order_id = act.order_id, e.at_ms = now_ms, e.icon = "drift", e.who = act.who.name, e.text = std::move(text), e.amount = amount;
  change.events.push_back(std::move(e));
  change.audit.push_back({"drift.taken_over", act.order_id, amount, act.reason, act.operation_id});
}

}  // namespace

Result<Operation> take_over(const Ports& ports, const Act& act) {
  const auto now_ms = ports.clock.now_ms();
  Operation operation{act.operation_id, act.order_id, "good", {tr("Taken over. No money moved.")}, now_ms};
  return finish_act(ports, act, operation, [&](const ports::LoadedPayment& loaded, ports::Change& change) -> Result<bool> {
    const auto verdict = verdict_of(loaded.payment, loaded.intents, {});
    if (!verdict.drift.positive() && !verdict.drift_collected.positive())
      return Failure{Kind::refused, tr("There is nothing to take over: Amazon and this shop agree.")};
    change.payment.refunds_taken_over += verdict.drift;
    change.payment.captures_taken_over += verdict.drift_collected;
    if (verdict.drift.positive())
      add_fact(change, act, "refund", {tr("Refund made outside this shop taken over as a fact")}, zero_of(verdict.drift.currency()) - verdict.drift, now_ms);
    if (verdict.drift_collected.positive())
      add_fact(change, act, "capture", {tr("Capture made outside this shop taken over as a fact")}, verdict.drift_collected, now_ms);
    change.operation = operation;
    auto closed = close_todos(ports, change, act.who.name, "", [](const Todo& t) { return t.kind == TodoKind::drift; });
    if (!closed) return closed.failure();
    return true;
  });
}

Result<Operation> close_todo(const Ports& ports, const Act& act) {
  const auto now_ms = ports.clock.now_ms();
  Operation operation{act.operation_id, act.order_id, "good", {tr("Task closed.")}, now_ms};
  return finish_act(ports, act, operation, [&](const ports::LoadedPayment&, ports::Change& change) -> Result<bool> {
    auto closed = close_todos(ports, change, act.who.name, act.note, [&](const Todo& t) { return t.id == act.todo_id; });
    if (!closed) return closed.failure();
    if (*closed == 0) return Failure{Kind::not_found, tr("This task is closed already.")};
    change.operation = operation;
    change.audit.push_back({"task.closed", act.order_id, change.changed_todos.back().amount, act.reason, act.todo_id});
    return true;
  });
}

}  // namespace amazonpay::flows
