#include "flows/flow.hpp"

#include <algorithm>

#include "domain/restored.hpp"
#include "flows/controls.hpp"
#include "flows/finish_act.hpp"
#include "flows/todos.hpp"

namespace amazonpay::flows {
namespace {

Environment environment_of(const ports::ShopOrder& order) {
  // Amazon's ids begin with S in the sandbox and P live; other spellings are settled by the first reading.
  return !order.permission_id.empty() && order.permission_id.front() == 'P' ? Environment::live : Environment::sandbox;
}

const char* requested_text(IntentKind kind) {
  switch (kind) {
    case IntentKind::refund: return tr("Refund requested");
    case IntentKind::capture: return tr("Capture requested");
    case IntentKind::create_charge: return tr("New charge requested");
    case IntentKind::cancel_charge: return tr("Cancellation of the reservation requested");
    case IntentKind::close_permission: return tr("Closing of the payment requested");
    case IntentKind::track_delivery: return tr("Delivery reported to Amazon");
  }
  return "";
}

Event requested_event(const Intent& intent) {
  Event e;
  e.id = intent.order_id + ":" + intent.id + ":requested";
  e.order_id = intent.order_id;
  e.at_ms = intent.created_ms;
  e.text = {requested_text(intent.kind)};
  e.who = intent.who.name;
  e.fresh = true;
  switch (intent.kind) {
    case IntentKind::refund: e.icon = "back", e.amount = zero_of(intent.amount.currency()) - intent.amount; break;
    case IntentKind::capture: case IntentKind::create_charge: e.icon = "down", e.amount = intent.amount; break;
    case IntentKind::track_delivery: e.icon = "neutral"; break;
    default: e.icon = "cancel";
  }
  return e;
}

// Everything a person asks for passes here; an event of the shop reads Amazon first.
Result<> known_now(const Payment& payment) {
  if (!must_read(payment)) return hostapi::success();
  return Failure{Kind::unavailable, tr("This shop was restored from a backup. What happened at Amazon since is read first; nothing was sent. Try again in a minute."), restored_code};
}

// The ledger follows every change: the balances of each charge that changed, and the entries that lead to them.
void post(const ports::LoadedPayment& loaded, ports::Change& change, std::int64_t now_ms) {
  auto intents = loaded.intents;
  for (const auto& changed : change.changed_intents)
    for (auto& intent : intents)
      if (intent.id == changed.id) intent = changed;
  intents.insert(intents.end(), change.new_intents.begin(), change.new_intents.end());
  const auto& before = loaded.version == 0 ? Payment{} : loaded.payment;
  change.entries = entries_between(before, loaded.intents, change.payment, intents, loaded.version + 1, now_ms);
  const auto held = balances_of(before, loaded.intents);
  for (auto& balances : balances_of(change.payment, intents))
    if (std::find(held.begin(), held.end(), balances) == held.end()) change.balances.push_back(std::move(balances));
}

Operation repeated(Operation operation) { return operation.repeated = true, operation; }

Text answer_of(const ports::Change& change, const Plan& plan, const std::function<Text(const Plan&)>& answer) {
  const auto waits = [](const Intent& i) { return i.state == IntentState::awaiting_approval; };
  if (std::any_of(change.new_intents.begin(), change.new_intents.end(), waits))
    return {tr("Asked for: {amount} waits until a second person approves it. Nothing was sent."), {{"amount", plan.gives_back + plan.collects}}};
  for (const auto& intent : change.new_intents)
    if (intent.send_after_ms > intent.created_ms)
      return {tr("{amount} is refunded in {seconds} seconds. Until then you can take it back."), {{"amount", plan.gives_back}, {"seconds", (intent.send_after_ms - intent.created_ms) / 1000}}};
  return answer(plan);
}

}  // namespace

Result<> decide_and_commit(const Ports& ports, const std::string& order_id, const Decide& decide, Load first) {
  for (int attempt = 1;; ++attempt) {
    auto loaded = attempt == 1 && first == Load::own_commit ? ports.ledger.load_own(order_id) : load_or_begin(ports, order_id);
    if (!loaded) return loaded.failure();
    ports::Change change;
    change.order_id = order_id;
    change.expected_version = loaded->version;
    change.payment = loaded->payment;
    auto wanted = decide(*loaded, change);
    if (!wanted) return wanted.failure();
    if (!*wanted) return hostapi::success();
    post(*loaded, change, ports.clock.now_ms());
    auto committed = ports.ledger.commit(change);
    if (committed || committed.kind() != Kind::conflict || attempt == tries_max) return committed;
  }
}

Payment payment_from_shop(const ports::ShopOrder& order) {
  Payment p;
  p.order_id = order.id;
  p.order_number = order.number;
  p.shop_id = order.shop_id;
  p.currency = order.currency;
  p.permission_id = order.permission_id;
  p.captured_at_checkout = order.captured_at_checkout;
  if (!order.session_id.empty()) p.session = CheckoutSession{}, p.session->id = order.session_id;
  p.environment = environment_of(order);
  p.refunds_taken_over = p.captures_taken_over = zero_of(order.currency);
  p.created_ms = order.created_ms;
  refresh_from_shop(p, order);
  if (!order.charge_id.empty()) {
    Charge c;
    c.id = order.charge_id;
    c.permission_id = order.permission_id;
    c.amount = c.captured = c.refunded = zero_of(order.currency);
    c.created_ms = order.created_ms;
    c.at_checkout = order.captured_at_checkout;
    c.state = ChargeState::authorization_initiated;  // nothing may be concluded before the first reading
    c.raw_state = "";
    p.charges.push_back(std::move(c));
  }
  return p;
}

void refresh_from_shop(Payment& payment, const ports::ShopOrder& order) {
  payment.order_total = order.total;
  payment.original_total = order.original_total;
  payment.order_canceled = order.canceled;
}

Result<ports::LoadedPayment> load_or_begin(const Ports& ports, const std::string& order_id) {
  auto loaded = ports.ledger.load(order_id);
  if (loaded || loaded.kind() != Kind::not_found) return loaded;
  auto order = ports.orders.get(order_id);
  if (!order) return order.failure();
  ports::LoadedPayment fresh;
  fresh.payment = payment_from_shop(*order);
  return fresh;
}

std::string stand_of(const Payment& payment, const std::vector<Intent>& intents) {
  const auto sums = sums_of(payment, intents, {});
  std::string stand;
  for (const auto& m : {sums.reserved, sums.captured, sums.settled, sums.on_the_way, sums.not_ours, sums.lost, sums.disputed}) stand += std::to_string(m.minor()) + ".";
  return stand + std::to_string(intents.size());
}

void add_plan(ports::Change& change, const Payment& payment, const Plan& plan, const std::string& cause, const std::string& event, const Act& act,
              const ports::Policy& policy, std::int64_t now_ms) {
  for (const auto& step : plan.steps) {
    Intent intent;
    intent.approved_by = act.approved_by;
    intent.id = intent_id(payment.shop_id, payment.order_id, cause, step.kind, step.charge_id.empty() ? payment.permission_id : step.charge_id);
    intent.order_id = payment.order_id;
    intent.order_number = payment.order_number;
    intent.kind = step.kind;
    intent.permission_id = payment.permission_id;
    intent.charge_id = step.charge_id;
    intent.amount = step.amount;
    intent.cause = cause;
    intent.event = event;
    intent.soft_descriptor = policy.soft_descriptor;
    intent.who = act.who;
    intent.reason = act.reason;
    intent.note = act.note;
    if (step.kind == IntentKind::refund) intent.lines = plan.lines;
    intent.created_ms = intent.updated_ms = now_ms;
    change.tasks.push_back(intent_task(intent, now_ms));
    change.events.push_back(requested_event(intent));
    change.audit.push_back({std::string(name_of(step.kind)) + ".requested", payment.order_id, step.amount, act.reason, intent.id});
    change.new_intents.push_back(std::move(intent));
  }
}

Result<Operation> finish_act(const Ports& ports, const Act& act, const Operation& operation, const Decide& decide) {
  if (act.operation_id.empty()) return Failure{Kind::invalid, tr("This form is incomplete. Open the page again.")};
  auto known = ports.ledger.operation(act.operation_id);
  if (!known) return known.failure();
  if (*known) return repeated(std::move(**known));
  auto committed = decide_and_commit(ports, act.order_id, decide);
  if (committed) return operation;
  // Lost answer of the commit, or a twin of this click was faster: the stored operation tells.
  auto stored = ports.ledger.operation(act.operation_id);
  if (stored && *stored) return repeated(std::move(**stored));
  return committed.failure();
}

Result<Operation> run_act(const Ports& ports, const Act& act, const Planner& planner, const std::function<Text(const Plan&)>& answer, const Complete& complete) {
  auto policy = ports.settings.policy();
  if (!policy) return policy.failure();
  Operation operation;
  return finish_act(ports, act, operation, [&](const ports::LoadedPayment& loaded, ports::Change& change) -> Result<bool> {
    // Our own first commit changes the stand, too, but then the operation is stored and its answer is given again.
    if (!act.seen.empty() && act.seen != stand_of(loaded.payment, loaded.intents))
      return Failure{Kind::conflict, tr("This payment changed since you opened the page. Nothing was sent. Look at it again and decide anew.")};
    if (auto current = known_now(loaded.payment); !current) return current.failure();
    auto plan = planner(loaded, *policy);
    if (!plan) return plan.failure();
    const auto now_ms = ports.clock.now_ms();
    add_plan(change, loaded.payment, *plan, act.operation_id, act.event, act, *policy, now_ms);
    if (auto controlled = add_controls(ports, loaded, *plan, act, *policy, now_ms, change); !controlled) return controlled.failure();
    operation = {act.operation_id, act.order_id, "good", answer_of(change, *plan, answer), now_ms};
    change.operation = operation;
    if (complete) complete(change, *policy);
    if (act.todo_id.empty()) return true;
    auto closed = close_todos(ports, change, act.who.name, act.operation_id, [&](const Todo& t) { return t.id == act.todo_id; });
    if (!closed) return closed.failure();
    return true;
  });
}

ports::Task sync_task(const std::string& order_id, std::int64_t due_ms) {
  ports::Task t;
  t.name = "sync", t.key = "sync:" + order_id, t.order_id = order_id, t.due_ms = due_ms;
  return t;
}

// Rows of a bulk job have a lane of their own, so that a click of staff never waits behind a thousand of them.
ports::Task intent_task(const Intent& intent, std::int64_t due_ms) {
  ports::Task t;
  t.name = intent.event == "bulk" ? "bulk_intent" : "intent", t.key = t.name + ":" + intent.id, t.order_id = intent.order_id, t.intent_ids = {intent.id};
  t.due_ms = std::max(due_ms, intent.send_after_ms);
  return t;
}

void drop_task(ports::Change& change, const Intent& intent) {
  std::erase_if(change.tasks, [&](const ports::Task& t) { return t.intent_ids == std::vector{intent.id}; });
}

}  // namespace amazonpay::flows
