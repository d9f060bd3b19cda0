// What must hold in the end, when everything was delivered and time has passed: nothing hangs, and both records tell the same to the minor unit.
#include <algorithm>

#include "checker.hpp"

namespace simulation {

using amazonpay::Intent;
using amazonpay::IntentKind;
using amazonpay::IntentState;
using amazonpay::TodoKind;

namespace {
bool undecided(const Intent& i) { return i.state == IntentState::uncertain && i.undecided; }
std::string number(std::int64_t n) { return std::to_string(n); }
}  // namespace

void Checker::happened(const std::string& event_id, const std::string& order_id) { happened_[event_id] = order_id; }

void Checker::when_quiet() {
  after_amazon();
  check_told();
  for (const auto& [id, order] : happened_)
    if (!stored_.operations.count(id)) violated("Every event of the shop is decided in the end.", order + ": event " + id);
  for (const auto& [id, order] : stored_.payments) {
    check_ledger(order);
    check_claims(order);
    check_closed(order);
    check_projection(order);
  }
}

void Checker::check_closed(const Stored& order) {
  const auto asked = [&](TodoKind kind, const std::string& cause) {
    return std::any_of(stored_.todos.begin(), stored_.todos.end(),
                       [&](const auto& t) { return t.second.open && t.second.kind == kind && t.second.cause == cause && t.second.order_id == order.payment.order_id;
                           });
  };
  for (const auto& i : order.intents) {
    const auto facts = "intent " + i.id + " " + amazonpay::name_of(i.kind) + " " + amazonpay::to_wire(i.amount) + " of " + order.payment.order_id + " is " +
        amazonpay::name_of(i.state) +
                       (i.undecided ? ", undecided" : "") + ", tries " + number(i.attempts) + ", code " + i.code;
    const bool waits_for_person = (i.state == IntentState::awaiting_approval && asked(TodoKind::approval, i.cause)) || (undecided(i) && asked(TodoKind::uncertain,
        i.id));
    const bool open = i.state == IntentState::planned || i.state == IntentState::sending || i.state == IntentState::uncertain ||
        i.state == IntentState::awaiting_approval;
    if (open && !waits_for_person) violated("When quiet, nothing is open except what waits for a person.", facts);
    if (i.state == IntentState::accepted) violated("When quiet, what Amazon has decided is not shown as accepted only.", facts);
    const bool lost = i.state == IntentState::refused && i.kind == IntentKind::refund;
    if (lost && std::none_of(stored_.todos.begin(), stored_.todos.end(), [&](const auto& t) { return t.second.cause == i.id; }))
      violated("A refused refund is a task for a person.", facts);
  }
}

void Checker::check_projection(const Stored& order) {
  const auto& payment = order.payment;
  const bool waiting = std::any_of(order.intents.begin(), order.intents.end(), undecided);
  const auto permission = amazon_.permission(payment.permission_id);
  if (permission && payment.permission && permission->state != payment.permission->raw_state)
    violated("When quiet, the projection is what Amazon has.", payment.permission_id + ": Amazon " + permission->state + ", stored " +
        payment.permission->raw_state);
  for (const auto& charge : amazon_.charges(payment.permission_id)) {
    const auto* held = payment.charge(charge.id);
    if (held == nullptr) {
      if (!waiting) violated("When quiet, the projection is what Amazon has.", "Amazon has charge " + charge.id + " " + charge.state +
          ", the shop does not know it");
      continue;
    }
    const auto refunded = [&] {
      std::int64_t sum = 0;
      for (const auto& r : amazon_.refunds(charge.id)) sum += r.state == "Refunded" || (!demands_.refunded_when_settled &&
          r.state == "RefundInitiated") ? r.amount.minor : 0;
      return sum;
    }();
    if (held->raw_state != charge.state || held->captured.minor() != charge.captured_minor || held->refunded.minor() != refunded)
      violated("When quiet, the projection is what Amazon has.", charge.id + ": Amazon " + charge.state + ", captured " + number(charge.captured_minor) +
          ", refunded " + number(refunded) +
                                                                     "; stored " + held->raw_state + ", captured " + number(held->captured.minor()) + ", refunded " +
                                                                         number(held->refunded.minor()));
    check_refunds(order, charge);
    if (!waiting) check_balances(order, charge);
  }
  check_drift(order, waiting);
}

void Checker::check_refunds(const Stored& order, const sandbox::Charge& charge) {
  const auto refunds = amazon_.refunds(charge.id);
  for (const auto& r : refunds) {
    const auto* held = order.payment.refund(r.id);
    const auto* mine = intent(r.idempotency_key);
    if (held == nullptr && mine != nullptr && !undecided(*mine)) violated("When quiet, the shop knows each of its refunds.", r.id + " of " + number(r.amount.minor) +
        ", key " + r.idempotency_key);
    if (held != nullptr && (held->raw_state != r.state || held->amount.minor() != r.amount.minor))
      violated("When quiet, the projection is what Amazon has.", r.id + ": Amazon " + r.state + " " + number(r.amount.minor) + ", stored " + held->raw_state + " " +
          number(held->amount.minor()));
  }
  for (const auto& held : order.payment.refunds)
    if (held.charge_id == charge.id && std::none_of(refunds.begin(), refunds.end(), [&](const auto& r) { return r.id == held.id; }))
      violated("When quiet, the projection is what Amazon has.", "the shop shows refund " + held.id + ", Amazon has none");
}

void Checker::check_balances(const Stored&, const sandbox::Charge& charge) {
  const auto& b = stored_.balances.at(charge.id);
  const auto& m = moved_[charge.id];
  const auto left = m.captured - m.given_by_us - m.given_by_others;
  const auto reserved = charge.state == "Authorized" || charge.state == "CaptureInitiated" ? charge.amount.minor : 0;
  if (b.settled.minor() == m.given_by_us && b.elsewhere.minor() == m.given_by_others && b.captured.minor() == left && b.pending.zero() &&
      b.authorized.minor() == reserved) return;
  violated("When quiet, the ledger is equal to Amazon to the minor unit.",
           charge.id + ": Amazon reserved " + number(reserved) + ", captured " + number(m.captured) + ", given back by this shop " + number(m.given_by_us) +
               ", by others " + number(m.given_by_others) +
               "; ledger authorized " + number(b.authorized.minor()) + ", captured left " + number(b.captured.minor()) + ", pending " + number(b.pending.minor()) +
                   ", settled " +
               number(b.settled.minor()) + ", elsewhere " + number(b.elsewhere.minor()));
}

void Checker::check_drift(const Stored& order, bool waiting) {
  if (waiting) return;
  std::int64_t others = 0;
  for (const auto& charge : order.payment.charges) others += moved_[charge.id].given_by_others;
  const auto taken = order.payment.refunds_taken_over.minor();
  const bool asked = std::any_of(stored_.todos.begin(), stored_.todos.end(), [&](const auto& t) {
    return t.second.open && t.second.kind == TodoKind::drift && t.second.order_id == order.payment.order_id && t.second.amount &&
        t.second.amount->minor() == others - taken;
  });
  if (others > taken && !asked)
    violated("When quiet, what others gave back and nobody took over stands as a task.", order.payment.order_id + ": given back by others " + number(others) +
        ", taken over " + number(taken));
}

}  // namespace simulation
