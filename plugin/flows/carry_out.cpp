#include "flows/carry_out.hpp"

#include <algorithm>

#include "domain/apply.hpp"
#include "domain/restored.hpp"
#include "flows/gathered_ledger.hpp"
#include "flows/old_try.hpp"
#include "flows/sync.hpp"

namespace amazonpay::flows {
namespace {

// What Amazon answered to one intent: at most one object of each sort.
struct Answer {
  std::optional<Charge> charge;
  std::optional<Refund> refund;
  std::optional<ChargePermission> permission;
  std::optional<Failure> failure;
};

const char* closure_reason = "Closed by the shop";
const char* cancellation_reason = "Canceled by the shop";

template <class T>
void take(Result<T> result, std::optional<T>& object, Answer& answer) {
  if (result) object = std::move(*result);
  else answer.failure = result.failure();
}

Answer call_amazon(ports::Payments& amazon, const Intent& intent) {
  Answer a;
  switch (intent.kind) {
    case IntentKind::capture: take(amazon.capture(intent.charge_id, intent.amount, intent.soft_descriptor, intent.id), a.charge, a); break;
    case IntentKind::create_charge: take(amazon.create_charge(intent.permission_id, intent.amount, true, intent.soft_descriptor, intent.id), a.charge, a); break;
    case IntentKind::refund: take(amazon.create_refund(intent.charge_id, intent.amount, intent.soft_descriptor, intent.id), a.refund, a); break;
    case IntentKind::cancel_charge: take(amazon.cancel_charge(intent.charge_id, cancellation_reason), a.charge, a); break;
    case IntentKind::close_permission: take(amazon.close_permission(intent.permission_id, closure_reason, true), a.permission, a); break;
    case IntentKind::track_delivery:
      if (auto told = amazon.track_delivery(intent.permission_id, intent.delivery, intent.id); !told) a.failure = told.failure();
      break;
  }
  return a;
}

// After a refusal: the object as it is now. The goal may be reached already, by an earlier try whose answer got lost or by someone else.
void re_read(ports::Payments& amazon, const Intent& intent, Answer& answer) {
  if (intent.kind == IntentKind::close_permission) {
    if (auto p = amazon.get_permission(intent.permission_id)) answer.permission = *p;
  } else if (!intent.charge_id.empty()) {
    if (auto c = amazon.get_charge(intent.charge_id)) answer.charge = *c;
  }
}

bool goal_reached(const Intent& intent, const Answer& answer) {
  switch (intent.kind) {
    case IntentKind::cancel_charge: return answer.charge && answer.charge->state == ChargeState::canceled;
    case IntentKind::close_permission: return answer.permission && answer.permission->state == PermissionState::closed;
    case IntentKind::capture:  // another amount was captured by somebody else
      return answer.charge && intent.may_have_arrived &&
             (answer.charge->state == ChargeState::capture_initiated || (answer.charge->state == ChargeState::captured && answer.charge->captured == intent.amount));
    default: return false;  // a refund or a new charge answers under its own key only
  }
}

IntentState state_after(const Intent& intent, const Answer& answer) {
  if (answer.refund) {
    switch (answer.refund->state) {
      case RefundState::refunded: return IntentState::done;
      case RefundState::declined: return IntentState::declined;
      default: return IntentState::accepted;
    }
  }
  if (answer.charge) {
    switch (answer.charge->state) {
      case ChargeState::declined: return IntentState::declined;
      case ChargeState::canceled: return intent.kind == IntentKind::cancel_charge ? IntentState::done : IntentState::declined;
      case ChargeState::captured: return intent.kind == IntentKind::cancel_charge ? IntentState::refused : IntentState::done;
      default: return IntentState::accepted;
    }
  }
  return IntentState::done;
}

const char* title_of(IntentKind kind) {
  switch (kind) {
    case IntentKind::refund: return tr("Refund of {amount} refused by Amazon");
    case IntentKind::capture: return tr("Capture of {amount} refused by Amazon");
    case IntentKind::create_charge: return tr("New charge of {amount} refused by Amazon");
    case IntentKind::cancel_charge: return tr("Cancellation of the reservation refused by Amazon");
    case IntentKind::close_permission: return tr("Closing of the payment refused by Amazon");
    case IntentKind::track_delivery: return tr("Delivery tracking refused by Amazon");
  }
  return "";
}

void add_refusal(ports::Change& change, const Payment& payment, const Intent& intent, std::int64_t now_ms) {
  Todo t;
  const bool no_money = intent.kind == IntentKind::track_delivery;
  const auto kind = intent.kind == IntentKind::refund ? TodoKind::refund_refused : no_money ? TodoKind::delivery_refused : TodoKind::act_refused;
  t.id = todo_id(kind, payment.order_id, intent.id);
  t.order_id = payment.order_id, t.order_number = payment.order_number, t.kind = kind, t.severity = no_money ? "wait" : "stop", t.cause = intent.id;
  t.title = {title_of(intent.kind), {{"amount", intent.amount}}};
  t.text = no_money ? Text{tr("Amazon did not take carrier {carrier} with tracking number {number} ({code}). The payment is not affected; tell the buyer yourself."),
                           {{"carrier", intent.delivery.carrier_code}, {"number", intent.delivery.tracking_number}, {"code", intent.code}}}
                    : Text{tr("{message} ({code}). Nothing was booked."), {{"message", intent.message}, {"code", intent.code}}};
  if (intent.kind == IntentKind::refund) t.amount = intent.amount;
  t.created_ms = now_ms;
  change.new_todos.push_back(std::move(t));
  Event e;
  e.id = payment.order_id + ":" + intent.id + ":refused";
  e.order_id = payment.order_id, e.at_ms = now_ms, e.role = no_money ? "wait" : "stop", e.icon = "stop", e.who = "Amazon", e.struck = true;
  e.text = {tr("Refused by Amazon: {message} ({code}). Nothing was booked"), {{"message", intent.message}, {"code", intent.code}}};
  if (!intent.amount.zero()) e.amount = intent.kind == IntentKind::refund ? zero_of(intent.amount.currency()) - intent.amount : intent.amount;
  change.events.push_back(std::move(e));
}

Todo keys_todo(const Payment& payment, const Failure& failure, std::int64_t now_ms) {
  Todo t;
  t.id = todo_id(TodoKind::keys_refused, payment.order_id, std::to_string(now_ms / day_ms));
  t.order_id = payment.order_id, t.order_number = payment.order_number, t.kind = TodoKind::keys_refused, t.severity = "stop", t.created_ms = now_ms;
  t.title = {tr("Amazon refuses the keys")};
  t.text = {tr("{message} Nothing is lost: what waits is sent once the connection in the settings is mended."), {{"message", failure.message}}};
  return t;
}

// Amazon's request id, kept with every outcome: its support asks for it.
std::string request_id_of(const Answer& answer) {
  if (answer.failure) return answer.failure->trace;
  if (answer.refund) return answer.refund->request_id;
  if (answer.charge) return answer.charge->request_id;
  return answer.permission ? answer.permission->request_id : std::string();
}

// Merges the answer and moves the intent; the same for a first answer, a repeated one and a re-read goal.
void book(ports::Change& change, Intent intent, std::vector<Intent> intents, const Answer& answer, IntentState state, const RefundRules& rules,
          std::int64_t now_ms) {
  auto& payment = change.payment;
  auto gain = [&](Applied applied) { std::move(applied.events.begin(), applied.events.end(), std::back_inserter(change.events)); };
  intent.request_id = request_id_of(answer);
  if (answer.permission) gain(apply_permission(payment, *answer.permission, now_ms));
  if (answer.charge) gain(apply_charge(payment, *answer.charge, now_ms));
  if (answer.refund) {
    auto refund = *answer.refund;
    refund.intent_id = intent.id;
    gain(apply_refund(payment, refund, now_ms));
    intent.amazon_id = refund.id;
  }
  if (answer.charge && intent.kind == IntentKind::create_charge) intent.amazon_id = answer.charge->id;
  intent.state = state;
  if (state == IntentState::declined) intent.code = answer.refund ? answer.refund->reason_code : answer.charge ? answer.charge->reason_code : "";
  intent.updated_ms = now_ms;
  change.changed_intents.push_back(intent);
  change.audit.push_back({std::string(name_of(intent.kind)) + "." + name_of(state), payment.order_id, intent.amount, intent.code,
                          intent.amazon_id.empty() ? intent.id : intent.id + " " + intent.amazon_id});
  for (auto& i : intents)
    if (i.id == intent.id) i = intent;
  add_findings(change, intents, rules, now_ms);
  if (intent.kind == IntentKind::track_delivery) return;
  // What Amazon changed beside the object it answered (a permission closed by a full capture) is read soon.
  change.tasks.push_back(sync_task(payment.order_id, intent.kind == IntentKind::refund ? next_reading_ms(payment, intents, now_ms) : now_ms));
}

struct Started {
  Intent intent;
  bool send = false;
};

// Still to be sent, and its time has come: not while a second person, the cooling-off or a person's look into Seller Central is waited for.
bool may_go(const Intent& intent, std::int64_t now_ms) {
  return is_open(intent.state) && intent.state != IntentState::awaiting_approval && !intent.undecided && intent.send_after_ms <= now_ms;
}

void mark(Intent& intent, std::int64_t now_ms) {
  // Found in "sending": the last try ended without an outcome, for example because the process was killed.
  if (intent.state != IntentState::planned) intent.may_have_arrived = true;
  intent.state = IntentState::sending;
  ++intent.attempts;
  if (intent.first_sent_ms == 0) intent.first_sent_ms = now_ms;
  intent.updated_ms = now_ms;
}

// Marks the intent as sending before anything leaves the house.
Result<Started> begin(const Ports& ports, const std::string& intent_id, const ports::Policy& policy) {
  auto stored = ports.ledger.intent(intent_id);
  if (!stored) return stored.failure();
  Started started;
  std::optional<Failure> mixed;
  auto committed = decide_and_commit(ports, stored->order_id, [&](const ports::LoadedPayment& loaded, ports::Change& change) -> Result<bool> {
    const auto found = std::find_if(loaded.intents.begin(), loaded.intents.end(), [&](const Intent& i) { return i.id == intent_id; });
    if (found == loaded.intents.end() || !may_go(*found, ports.clock.now_ms())) return started.send = false, false;
    if (loaded.payment.environment != policy.environment)
      return Failure{Kind::unavailable, tr("This order belongs to the other environment. It is sent once the settings are set to it again."), "environment"};
    if (must_read(loaded.payment))
      return Failure{Kind::unavailable, tr("This shop was restored from a backup. The payment is read from Amazon before anything is sent for it."), restored_code};
    started.intent = *found;
    mark(started.intent, ports.clock.now_ms());
    started.send = true;
    change.changed_intents.push_back(started.intent);
    return true;
  });
  if (!committed) return committed.failure();
  return started;
}

Result<> finish(const Ports& ports, const Intent& sent, const Answer& answer, const ports::Policy& policy) {
  std::optional<Failure> again;
  auto committed = decide_and_commit(ports, sent.order_id, [&](const ports::LoadedPayment& loaded, ports::Change& change) -> Result<bool> {
    again.reset();
    const auto now_ms = ports.clock.now_ms();
    const auto found = std::find_if(loaded.intents.begin(), loaded.intents.end(), [&](const Intent& i) { return i.id == sent.id; });
    if (found == loaded.intents.end()) return Failure{Kind::internal, "an intent vanished between call and outcome: " + sent.id};
    if (!is_open(found->state)) return false;  // a twin of this task booked the same answer
    auto intent = *found;
    if (!answer.failure || goal_reached(intent, answer)) {
      const bool decided = answer.failure && intent.kind != IntentKind::capture;  // a reached goal; a capture may still be under way at Amazon
      book(change, intent, loaded.intents, answer, decided ? IntentState::done : state_after(intent, answer), policy.refund_rules, now_ms);
      return true;
    }
    const auto& f = *answer.failure;
    intent.code = f.code, intent.message = f.message, intent.request_id = f.trace, intent.updated_ms = now_ms;
    if (ports::keys_refused(f) || f.kind == Kind::unavailable) {
      // Nothing happened this time; if an earlier try is uncertain, so is the intent.
      intent.state = intent.may_have_arrived ? IntentState::uncertain : IntentState::planned;
      if (ports::keys_refused(f)) change.new_todos.push_back(keys_todo(loaded.payment, f, now_ms));
      if (!ports::paced(f))
        change.payment.sync.failed_ms = now_ms, change.payment.sync.failure_code = ports::keys_refused(f) ? "keys_refused" : "unreachable", change.payment.sync.failure_text = f.message;
      again = Failure{Kind::unavailable, f.message, f.code, f.trace};
    } else if (f.kind == Kind::refused || f.kind == Kind::not_found || f.kind == Kind::invalid) {
      if (f.kind == Kind::refused && answer.charge) {
        auto applied = apply_charge(change.payment, *answer.charge, now_ms);
        std::move(applied.events.begin(), applied.events.end(), std::back_inserter(change.events));
      }
      intent.state = IntentState::refused;
      add_refusal(change, loaded.payment, intent, now_ms);
      change.audit.push_back({std::string(name_of(intent.kind)) + ".refused", intent.order_id, intent.amount, f.code, intent.id});
      change.tasks.push_back(sync_task(intent.order_id, now_ms));
    } else {
      intent.state = IntentState::uncertain;
      intent.may_have_arrived = true;
      again = Failure{Kind::uncertain, f.message, f.code, f.trace};
    }
    change.changed_intents.push_back(intent);
    return true;
  }, Load::own_commit);
  if (!committed) return committed;  // the intent stays "sending": the same key goes again
  if (again) return *again;
  return hostapi::success();
}

// Nothing: a person is asked first, and the intent says so already.
std::optional<Answer> ask(const Ports& ports, const Intent& intent, const ports::Policy& policy) {
  Answer answer;
  if (is_old_try(intent, policy, ports.clock.now_ms())) {
    auto settled = settle_old_try(ports, intent);
    if (settled && *settled == OldTry::asked) return std::nullopt;
    if (!settled) answer.failure = settled.failure();
  }
  if (!answer.failure) answer = call_amazon(ports.amazon, intent);
  if (answer.failure && answer.failure->kind == Kind::refused && !ports::keys_refused(*answer.failure)) re_read(ports.amazon, intent, answer);
  return answer;
}

// Amazon was not there for one, or does not know us: the next is not even tried.
bool nobody_there(const Answer& answer) {
  const auto& f = answer.failure;
  return f && (f->kind == Kind::unavailable || f->kind == Kind::uncertain || ports::keys_refused(*f));
}

Answer not_sent(const Answer& after) {
  Answer answer;
  answer.failure = Failure{Kind::unavailable, after.failure->message, after.failure->code, after.failure->trace};
  return answer;
}

struct Sent {
  Intent intent;
  Answer answer;
};

}  // namespace

void keep_failure(std::optional<Failure>& kept, const Failure& failure) {
  if (!kept || ports::paced(*kept)) kept = failure;
}

std::vector<Intent> mark_sending(ports::Change& change, const ports::Policy& policy, std::int64_t now_ms) {
  std::vector<Intent> marked;
  if (change.payment.environment != policy.environment) return marked;
  for (auto& intent : change.new_intents) {
    if (!may_go(intent, now_ms)) continue;
    mark(intent, now_ms);
    drop_task(change, intent);
    marked.push_back(intent);
  }
  return marked;
}

Result<> send(const Ports& ports, const std::vector<Intent>& marked, const ports::Policy& policy) {
  std::vector<Sent> sent;
  for (const auto& intent : marked) {
    const bool gone = !sent.empty() && nobody_there(sent.back().answer);
    if (auto answer = gone ? not_sent(sent.back().answer) : ask(ports, intent, policy)) sent.push_back({intent, std::move(*answer)});
  }
  std::optional<Failure> trouble;
  const auto finished = decide_together(ports, sent.size(), [&](const Ports& together, std::size_t i) { return finish(together, sent[i].intent, sent[i].answer, policy); });
  for (const auto& one : finished)
    if (!one) keep_failure(trouble, one.failure());
  return trouble ? Result<>(*trouble) : hostapi::success();
}

Result<> carry_out(const Ports& ports, const std::vector<std::string>& intent_ids) {
  auto policy = ports.settings.policy();
  if (!policy) return policy.failure();
  const auto started = decide_together(ports, intent_ids.size(), [&](const Ports& together, std::size_t i) { return begin(together, intent_ids[i], *policy); });
  std::optional<Failure> trouble;
  std::vector<Intent> marked;
  for (const auto& one : started) {
    if (!one) keep_failure(trouble, one.failure());
    if (one && one->send) marked.push_back(one->intent);
  }
  if (auto done = send(ports, marked, *policy); !done) keep_failure(trouble, done.failure());
  return trouble ? Result<>(*trouble) : hostapi::success();
}

}  // namespace amazonpay::flows
