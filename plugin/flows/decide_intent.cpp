// What a person decides about intents that exist already: yes or no of the second person, taking back what was not sent, what became of an uncertain one.
// No new intent is made here, and an amount never changes.
#include <algorithm>

#include "flows/acts.hpp"
#include "flows/controls.hpp"
#include "flows/finish_act.hpp"
#include "flows/todos.hpp"

namespace amazonpay::flows {
namespace {

Event line_of(const Act& act, const char* what, const char* icon, Text text, std::optional<Money> amount, std::int64_t now_ms) {
  Event e;
  e.id = act.order_id + ":" + act.operation_id + ":" + what;
  e.order_id = act.order_id, e.at_ms = now_ms, e.icon = icon, e.who = act.who.name, e.text = std::move(text), e.amount = amount;
  return e;
}

// An order canceled, its refund withdrawn: the money is still the buyer's due. A refund staff thought of by themselves is simply not made.
void add_due(ports::Change& change, const Intent& first, Money amount, std::int64_t now_ms) {
  if (first.event.empty() || first.event == "bulk" || first.kind != IntentKind::refund) return;
  Todo t;
  t.id = todo_id(TodoKind::refund_withdrawn, first.order_id, first.cause);
  t.order_id = first.order_id, t.order_number = first.order_number, t.kind = TodoKind::refund_withdrawn, t.severity = "wait", t.cause = first.cause;
  t.title = {tr("Refund due: {amount}"), {{"amount", amount}}};
  t.text = {tr("The refund for this event was withdrawn before it was sent. Refund by hand, or close the task with a note.")};
  t.amount = amount, t.created_ms = now_ms;
  change.new_todos.push_back(std::move(t));
}

void withdraw(ports::Change& change, std::vector<Intent> intents, const char* audit_word, const std::string& reason, std::int64_t now_ms) {
  for (auto& intent : intents) {
    intent.state = IntentState::withdrawn, intent.updated_ms = now_ms;
    change.audit.push_back({std::string(name_of(intent.kind)) + audit_word, intent.order_id, intent.amount, reason, intent.id});
    change.changed_intents.push_back(intent);
  }
}

Result<int> close_approval(const Ports& ports, ports::Change& change, const std::string& cause, const std::string& by, const std::string& note) {
  return close_todos(ports, change, by, note, [&](const Todo& t) { return t.kind == TodoKind::approval && t.cause == cause; });
}

Failure nothing_waits() { return {Kind::refused, tr("Nothing waits for an approval here any more. Look at the order again.")}; }

}  // namespace

Result<Operation> approve(const Ports& ports, const Act& act, const std::string& cause) {
  const auto now_ms = ports.clock.now_ms();
  Operation operation{act.operation_id, act.order_id, "good", {}, now_ms};
  return finish_act(ports, act, operation, [&](const ports::LoadedPayment& loaded, ports::Change& change) -> Result<bool> {
    auto waiting = awaiting_approval(loaded.intents, cause);
    if (waiting.empty()) return nothing_waits();
    for (auto& intent : waiting) {
      if (intent.who.id == act.who.id) return Failure{Kind::denied, tr("You asked for this yourself. A second person has to approve it.")};
      if (intent.expires_ms != 0 && intent.expires_ms <= now_ms) return Failure{Kind::refused, tr("The time to approve this is over; it is withdrawn.")};
      intent.state = IntentState::planned, intent.approved_by = act.who, intent.updated_ms = now_ms;
      change.changed_intents.push_back(intent);
      change.tasks.push_back(intent_task(intent, now_ms));
      change.audit.push_back({std::string(name_of(intent.kind)) + ".approved", intent.order_id, intent.amount, act.reason, intent.id});
    }
    const auto amount = sum_of(waiting);
    operation.answer = {tr("{amount} approved. It is sent now."), {{"amount", amount}}};
    change.operation = operation;
    change.events.push_back(line_of(act, "approved", "good", {tr("Approved by a second person")}, std::nullopt, now_ms));
    if (auto closed = close_approval(ports, change, cause, act.who.name, act.note); !closed) return closed.failure();
    return true;
  });
}

Result<Operation> reject(const Ports& ports, const Act& act, const std::string& cause) {
  const auto now_ms = ports.clock.now_ms();
  Operation operation{act.operation_id, act.order_id, "good", {tr("Not approved. Nothing is sent.")}, now_ms};
  return finish_act(ports, act, operation, [&](const ports::LoadedPayment& loaded, ports::Change& change) -> Result<bool> {
    const auto waiting = awaiting_approval(loaded.intents, cause);
    if (waiting.empty()) return nothing_waits();
    withdraw(change, waiting, ".rejected", act.reason, now_ms);
    add_due(change, waiting.front(), sum_of(waiting), now_ms);
    change.operation = operation;
    change.events.push_back(line_of(act, "rejected", "stop", {tr("Not approved; nothing was sent")}, std::nullopt, now_ms));
    if (auto closed = close_approval(ports, change, cause, act.who.name, act.note); !closed) return closed.failure();
    return true;
  });
}

Result<Operation> take_back(const Ports& ports, const Act& act, const std::string& cause) {
  const auto now_ms = ports.clock.now_ms();
  Operation operation{act.operation_id, act.order_id, "good", {tr("Taken back. Nothing was sent.")}, now_ms};
  return finish_act(ports, act, operation, [&](const ports::LoadedPayment& loaded, ports::Change& change) -> Result<bool> {
    const auto waiting = still_to_take_back(loaded.intents, cause);
    if (waiting.empty()) return Failure{Kind::refused, tr("Too late to take this back: it was sent to Amazon.")};
    withdraw(change, waiting, ".taken_back", act.reason, now_ms);
    add_due(change, waiting.front(), sum_of(waiting), now_ms);
    change.operation = operation;
    change.events.push_back(line_of(act, "taken_back", "undo", {tr("Taken back before it was sent")}, std::nullopt, now_ms));
    if (auto closed = close_approval(ports, change, cause, act.who.name, act.note); !closed) return closed.failure();
    return true;
  });
}

Result<> withdraw_expired(const Ports& ports, const Intent& expired) {
  return decide_and_commit(ports, expired.order_id, [&](const ports::LoadedPayment& loaded, ports::Change& change) -> Result<bool> {
    const auto now_ms = ports.clock.now_ms();
    const auto waiting = awaiting_approval(loaded.intents, expired.cause);
    if (waiting.empty()) return false;
    withdraw(change, waiting, ".expired", "", now_ms);
    add_due(change, waiting.front(), sum_of(waiting), now_ms);
    Act clockwork;
    clockwork.order_id = expired.order_id, clockwork.operation_id = expired.cause;
    change.events.push_back(line_of(clockwork, "expired", "stop", {tr("Nobody approved it in time; nothing was sent")}, std::nullopt, now_ms));
    if (auto closed = close_approval(ports, change, expired.cause, "", ""); !closed) return closed.failure();
    return true;
  });
}

namespace {

Result<Intent> undecided(const ports::LoadedPayment& loaded, const std::string& intent_id) {
  const auto found = std::find_if(loaded.intents.begin(), loaded.intents.end(), [&](const Intent& i) { return i.id == intent_id; });
  if (found == loaded.intents.end() || found->state != IntentState::uncertain || !found->undecided)
    return Failure{Kind::refused, tr("This is decided already. Look at the order again.")};
  return *found;
}

// The id a person found in Seller Central must be the object this intent asked for: Amazon is asked, nothing is believed.
Result<> check_found(const Ports& ports, const Intent& intent, const std::string& amazon_id, const ports::LoadedPayment& loaded) {
  const Failure other{Kind::refused, tr("This id does not fit: amount or payment are not those of what was asked for. Look it up in Seller Central again.")};
  for (const auto& i : loaded.intents)
    if (i.amazon_id == amazon_id) return Failure{Kind::refused, tr("This id belongs to another refund or charge of this order.")};
  if (intent.kind == IntentKind::refund) {
    auto refund = ports.amazon.get_refund(amazon_id);
    if (!refund) return refund.failure();
    return refund->charge_id == intent.charge_id && refund->amount == intent.amount ? hostapi::success() : Result<>(other);
  }
  auto charge = ports.amazon.get_charge(amazon_id);
  if (!charge) return charge.failure();
  return charge->permission_id == intent.permission_id && charge->amount == intent.amount ? hostapi::success() : Result<>(other);
}

}  // namespace

Result<Operation> settle_uncertain(const Ports& ports, const Act& act, const std::string& intent_id, const std::string& amazon_id) {
  const auto now_ms = ports.clock.now_ms();
  const bool arrived = !amazon_id.empty();
  Operation operation{act.operation_id, act.order_id, "good", {arrived ? tr("Found at Amazon and booked.") : tr("It is sent again, under the same key.")}, now_ms};
  return finish_act(ports, act, operation, [&](const ports::LoadedPayment& loaded, ports::Change& change) -> Result<bool> {
    auto intent = undecided(loaded, intent_id);
    if (!intent) return intent.failure();
    if (arrived) {
      if (auto fits = check_found(ports, *intent, amazon_id, loaded); !fits) return fits.failure();
      intent->amazon_id = amazon_id, intent->state = IntentState::accepted;
      change.tasks.push_back(sync_task(act.order_id, now_ms));
    } else {
      intent->first_sent_ms = now_ms;  // a fresh start of the time in which its key is trusted
      change.tasks.push_back(intent_task(*intent, now_ms));
    }
    intent->undecided = false, intent->updated_ms = now_ms;
    change.changed_intents.push_back(*intent);
    change.operation = operation;
    change.audit.push_back({std::string(name_of(intent->kind)) + (arrived ? ".found" : ".sent_again"), act.order_id, intent->amount, act.reason, intent->id + " " + amazon_id});
    change.events.push_back(line_of(act, "settled_uncertain", "info", {arrived ? tr("Found in Seller Central: {id}") : tr("Sent again after a look into Seller Central"), {{"id", amazon_id}}},
                                    std::nullopt, now_ms));
    auto closed = close_todos(ports, change, act.who.name, act.note, [&](const Todo& t) { return t.kind == TodoKind::uncertain && t.cause == intent_id; });
    if (!closed) return closed.failure();
    return true;
  });
}

}  // namespace amazonpay::flows
