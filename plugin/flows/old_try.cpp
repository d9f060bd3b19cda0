#include "flows/old_try.hpp"

#include <algorithm>

#include "domain/uncertainty.hpp"

namespace amazonpay::flows {
namespace {

// Nothing: Amazon does not show what would decide it.
Result<std::optional<Comparison>> compare_at_amazon(ports::Payments& amazon, const Intent& intent, const Payment& payment) {
  if (intent.kind == IntentKind::refund) {
    auto charge = amazon.get_charge(intent.charge_id);
    if (!charge) return charge.failure();
    return std::optional(compare_refund(intent, *charge, payment));
  }
  auto permission = amazon.get_permission(intent.permission_id);
  if (!permission) return permission.failure();
  return compare_new_charge(intent, *permission, payment);
}

Todo question(const Intent& intent, const std::optional<Comparison>& facts, std::int64_t now_ms) {
  Todo t;
  t.id = todo_id(TodoKind::uncertain, intent.order_id, intent.id + ":" + std::to_string(intent.first_sent_ms));
  t.order_id = intent.order_id, t.order_number = intent.order_number, t.kind = TodoKind::uncertain, t.severity = "stop", t.cause = intent.id;
  t.amount = intent.amount, t.created_ms = now_ms;
  const bool refund = intent.kind == IntentKind::refund;
  t.title = {refund ? tr("Did the refund of {amount} arrive at Amazon?") : tr("Did the new charge of {amount} arrive at Amazon?"), {{"amount", intent.amount}}};
  if (facts)
    t.text = {refund ? tr("It was sent on {day} and the answer got lost. Amazon shows {shown} given back on this charge; this shop knows refunds of {explained}. Look it up in Seller Central: enter its refund id, or say that it is not there.")
                     : tr("It was sent on {day} and the answer got lost. Amazon shows {shown} charged; this shop knows charges of {explained}. Look it up in Seller Central: enter its charge id, or say that it is not there."),
              {{"day", Day{intent.first_sent_ms}}, {"shown", facts->shown}, {"explained", facts->explained}}};
  else
    t.text = {tr("It was sent on {day}, the answer got lost, and Amazon does not say how much was charged. Look it up in Seller Central: enter its charge id, or say that it is not there."),
              {{"day", Day{intent.first_sent_ms}}}};
  return t;
}

Result<> ask(const Ports& ports, const Intent& sent, const std::optional<Comparison>& facts) {
  return decide_and_commit(ports, sent.order_id, [&](const ports::LoadedPayment& loaded, ports::Change& change) -> Result<bool> {
    const auto found = std::find_if(loaded.intents.begin(), loaded.intents.end(), [&](const Intent& i) { return i.id == sent.id; });
    if (found == loaded.intents.end() || !is_open(found->state)) return false;
    auto intent = *found;
    const auto now_ms = ports.clock.now_ms();
    intent.state = IntentState::uncertain, intent.may_have_arrived = intent.undecided = true, intent.updated_ms = now_ms;
    change.changed_intents.push_back(intent);
    change.new_todos.push_back(question(intent, facts, now_ms));
    change.audit.push_back({std::string(name_of(intent.kind)) + ".undecided", intent.order_id, intent.amount, "", intent.id});
    return true;
  });
}

}  // namespace

bool is_old_try(const Intent& intent, const ports::Policy& policy, std::int64_t now_ms) {
  const bool creates = intent.kind == IntentKind::refund || intent.kind == IntentKind::create_charge;
  return creates && intent.may_have_arrived && intent.first_sent_ms != 0 && now_ms - intent.first_sent_ms >= policy.trust_key_ms;
}

Result<OldTry> settle_old_try(const Ports& ports, const Intent& intent) {
  auto loaded = ports.ledger.load(intent.order_id);
  if (!loaded) return loaded.failure();
  auto facts = compare_at_amazon(ports.amazon, intent, loaded->payment);
  if (!facts) return Failure{Kind::unavailable, facts.message(), facts.failure().code, facts.failure().trace};
  if (*facts && (*facts)->decided()) return OldTry::send;
  if (auto asked = ask(ports, intent, *facts); !asked) return asked.failure();
  return OldTry::asked;
}

}  // namespace amazonpay::flows
