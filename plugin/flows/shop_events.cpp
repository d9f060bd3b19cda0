#include "flows/shop_events.hpp"

#include <algorithm>

#include "domain/restored.hpp"
#include "flows/controls.hpp"
#include "flows/sync.hpp"
#include "flows/todos.hpp"

namespace amazonpay::flows {
namespace {

// Money first, then the parcel.
constexpr std::int64_t delivery_after_capture_ms = 3'000;

ports::RefundMode mode_of(const std::string& event, const ports::Policy& policy) {
  if (event == "order.cancel") return policy.order_cancel;
  if (event == "order.delete") return policy.order_delete;
  if (event == "line.cancel") return policy.line_cancel;
  if (event == "line.delete") return policy.line_delete;
  return ports::RefundMode::automatic;
}

Plan plan_of(const ports::LoadedPayment& loaded, const ports::ShopEvent& event, const ports::Policy& policy, std::int64_t now_ms) {
  if (event.event == "order.cancel") return cancel_order(loaded, policy);
  if (event.event == "order.delete") return delete_order(loaded, policy);
  if (event.event == "line.cancel") return cancel_line(loaded, event, policy);
  if (event.event == "line.delete") return delete_line(loaded, event, policy);
  if (event.event == "order.ship") return ship_order(loaded, policy, now_ms);
  Plan none;  // line.uncancel and events of later hosts: no money moves
  none.gives_back = none.releases = none.collects = zero_of(loaded.payment.currency);
  return none;
}

Result<ports::LoadedPayment> load_for(const Ports& ports, const ports::ShopEvent& event) {
  auto loaded = ports.ledger.load(event.order.id);
  if (loaded || loaded.kind() != Kind::not_found) return loaded;
  ports::LoadedPayment fresh;
  fresh.payment = payment_from_shop(event.order);
  return fresh;
}

Event event_line(const ports::ShopEvent& event) {
  Event e;
  e.id = event.order.id + ":" + event.id;
  e.order_id = event.order.id, e.at_ms = event.at_ms, e.who = event.who.name, e.icon = "cancel";
  if (event.event == "order.cancel") e.text = {tr("Order canceled")};
  else if (event.event == "order.delete") e.text = {tr("Order deleted; this payment record stays")}, e.icon = "delete";
  else if (event.event == "line.cancel") e.text = {tr("{count} line canceled|{count} lines canceled"), {{"count", std::int64_t(event.lines.size())}}};
  else if (event.event == "line.delete") e.text = {tr("{count} line deleted|{count} lines deleted"), {{"count", std::int64_t(event.lines.size())}}}, e.icon = "delete";
  else if (event.event == "line.uncancel") e.text = {tr("Cancellation undone; no money moved")}, e.icon = "undo";
  else if (event.event == "order.ship") e.text = {tr("Shipped")}, e.icon = "truck";
  else e.text = {event.event};
  return e;
}

Todo todo_for(TodoKind kind, const ports::ShopEvent& event, Text title, Text text, std::optional<Money> amount, std::int64_t now_ms) {
  Todo t;
  t.id = todo_id(kind, event.order.id, event.id);
  t.order_id = event.order.id, t.order_number = event.order.number, t.kind = kind;
  t.severity = "wait", t.title = std::move(title), t.text = std::move(text), t.cause = event.id, t.amount = amount, t.created_ms = now_ms;
  return t;
}

// In manual mode the plan becomes a task: what would have moved, for a person to do.
void add_manual_todo(ports::Change& change, const ports::ShopEvent& event, const Plan& plan, std::int64_t now_ms) {
  if (plan.gives_back.positive())
    change.new_todos.push_back(todo_for(TodoKind::refund_due, event, {tr("Refund due: {amount}"), {{"amount", plan.gives_back}}},
                                        {tr("Automatic refunds are off for this event. Refund by hand, or close the task with a note.")}, plan.gives_back, now_ms));
  else if (plan.releases.positive())
    change.new_todos.push_back(todo_for(TodoKind::refund_due, event, {tr("Reservation of {amount} still held"), {{"amount", plan.releases}}},
                                        {tr("Automatic refunds are off for this event. Cancel the reservation by hand, or close the task with a note.")}, plan.releases, now_ms));
}

void follow_coverage(const Ports& ports, ports::Change& change, const ports::ShopEvent& event, const ports::LoadedPayment& loaded, std::int64_t now_ms) {
  const auto gap = verdict_of(change.payment, loaded.intents, {}).not_covered;
  if (event.event == "line.uncancel" && gap.positive())
    change.new_todos.push_back(todo_for(TodoKind::not_covered, event, {tr("Not covered: {amount}"), {{"amount", gap}}},
                                        {tr("A cancellation was undone after money went back. Charge the difference anew, or close the task.")}, gap, now_ms));
  if (!gap.zero()) return;
  (void)close_todos(ports, change, event.who.name, "", [](const Todo& t) { return t.kind == TodoKind::not_covered; });  // a later reading closes them, too
}

// What stays of a deleted order (product 6.6): numbers, Amazon's references, amounts and acts; no lines and nothing that a person typed.
Result<> leave_tombstone(const Ports& ports, const ports::LoadedPayment& loaded, ports::Change& change) {
  change.payment.order_deleted = true;
  const auto forget = [](Intent& intent) { intent.lines.clear(), intent.note.clear(); };
  for (auto& intent : change.new_intents) forget(intent);
  for (auto intent : loaded.intents) {
    if (intent.lines.empty() && intent.note.empty()) continue;
    forget(intent);
    change.changed_intents.push_back(std::move(intent));
  }
  auto todos = ports.ledger.all_todos(change.order_id);
  if (!todos) return todos.failure();
  for (auto& todo : change.changed_todos) todo.closed_note.clear();
  for (auto& todo : *todos) {
    const bool changing = std::any_of(change.changed_todos.begin(), change.changed_todos.end(), [&](const Todo& t) { return t.id == todo.id; });
    if (todo.closed_note.empty() || changing) continue;
    todo.closed_note.clear();
    change.changed_todos.push_back(std::move(todo));
  }
  return hostapi::success();
}

bool asks_amazon_first(const ports::ShopEvent& event) { return event.event != "line.uncancel"; }

}  // namespace

Result<EventPlan> plan_event(const Ports& ports, const ports::ShopEvent& event) {
  auto policy = ports.settings.policy();
  if (!policy) return policy.failure();
  auto loaded = load_for(ports, event);
  if (!loaded) return loaded.failure();
  EventPlan answer;
  answer.known = loaded->payment.sync.synced_ms != 0 && !must_read(loaded->payment);
  answer.mode = mode_of(event.event, *policy);
  answer.plan = plan_of(*loaded, event, *policy, ports.clock.now_ms());
  return answer;
}

Result<> after_event(const Ports& ports, const ports::ShopEvent& event) {
  auto known = ports.ledger.operation(event.id);
  if (!known) return known.failure();
  if (*known) return hostapi::success();
  auto policy = ports.settings.policy();
  if (!policy) return policy.failure();

  if (asks_amazon_first(event)) {
    auto read = read_amazon(ports, event.order);
    if (!read) return read;
  }
  const auto now_ms = ports.clock.now_ms();
  auto shop_order = event.order;
  return decide_and_commit_for(ports, shop_order, [&](const ports::LoadedPayment& loaded, ports::Change& change) -> Result<bool> {
    auto mine = ports.ledger.operation(event.id);
    if (!mine) return mine.failure();
    if (*mine) return false;
    refresh_from_shop(change.payment, event.order);
    const auto plan = plan_of(loaded, event, *policy, now_ms);
    const bool manual = mode_of(event.event, *policy) == ports::RefundMode::manual;
    change.events.push_back(event_line(event));
    Act act;
    act.order_id = event.order.id, act.who = event.who, act.reason = event.reason, act.note = event.note;
    if (manual) add_manual_todo(change, event, plan, now_ms);
    else {
      add_plan(change, change.payment, plan, event.id, event.event, act, *policy, now_ms);
      if (auto controlled = add_controls(ports, loaded, plan, act, *policy, now_ms, change); !controlled) return controlled.failure();
    }
    if (const auto delivery = event.event == "order.ship" ? delivery_intent(change.payment, event, *policy, now_ms) : std::nullopt) {
      change.new_intents.push_back(*delivery);
      change.tasks.push_back(intent_task(*delivery, now_ms + delivery_after_capture_ms));
    }
    if (plan.ask)
      change.new_todos.push_back(todo_for(TodoKind::canceled_again, event, {tr("Check this order: money may be due")}, *plan.ask, std::nullopt, now_ms));
    follow_coverage(ports, change, event, loaded, now_ms);
    if (event.event == "order.delete")
      if (auto kept = leave_tombstone(ports, loaded, change); !kept) return kept.failure();
    change.operation = Operation{event.id, event.order.id, "good", {event.event}, now_ms};
    return true;
  });
}

}  // namespace amazonpay::flows
