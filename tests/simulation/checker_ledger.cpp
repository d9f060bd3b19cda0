// What must hold after every commit: balances, reservations, and what an intent's state claims.
#include <algorithm>
#include <array>

#include "checker.hpp"

namespace simulation {

using amazonpay::Account;
using amazonpay::ChargeState;
using amazonpay::Intent;
using amazonpay::IntentKind;
using amazonpay::IntentState;
using amazonpay::RefundState;

namespace {
bool collects(const Intent& i) { return i.kind == IntentKind::capture || i.kind == IntentKind::create_charge; }
bool open(IntentState s) { return s == IntentState::planned || s == IntentState::sending || s == IntentState::uncertain || s == IntentState::awaiting_approval; }
bool nothing_moved(IntentState s) { return s == IntentState::refused || s == IntentState::declined || s == IntentState::withdrawn; }
}  // namespace

void Checker::check_ledger(const Stored& order) {
  for (const auto& charge : order.payment.charges) {
    const auto found = stored_.balances.find(charge.id);
    if (found == stored_.balances.end()) return violated("Every charge has its balances.", charge.id);
    const auto& b = found->second;
    const std::array shown{b.buyer.minor(), b.authorized.minor(), b.captured.minor(), b.pending.minor(), b.settled.minor(), b.released.minor(), b.elsewhere.minor()};
    std::array<std::int64_t, 7> summed{};
    for (auto e = stored_.entries.lower_bound(charge.id + "/"); e != stored_.entries.end() && e->second.charge_id == charge.id; ++e) {
      summed[static_cast<std::size_t>(e->second.from)] -= e->second.amount.minor();
      summed[static_cast<std::size_t>(e->second.to)] += e->second.amount.minor();
    }
    for (std::size_t i = 0; i < shown.size(); ++i)
      if (shown[i] != summed[i])
        return violated("The entries add up to the balances.", charge.id + ", " + amazonpay::name_of(static_cast<Account>(i)) + ": balance " +
            std::to_string(shown[i]) + ", entries " +
                                                                   std::to_string(summed[i]));
    if (shown[2] + shown[6] + b.allowance.minor() < 0)
      violated("Reserved and settled refunds are never above captured and allowance.", charge.id + ": captured left " + std::to_string(shown[2]) + ", elsewhere " +
          std::to_string(shown[6]));
  }
}

// Whatever reserves, at the moment a refund is decided: all of it together fits what Amazon lets a shop give back.
void Checker::check_reservations(const Stored& order) {
  auto& known = known_intents_[order.payment.order_id];
  const auto first_new = std::exchange(known, order.intents.size());
  int capturing = 0;
  for (const auto& i : order.intents) capturing += collects(i) && open(i.state);
  if (capturing > 1) violated("At most one capture of an order is under way.", order.payment.order_id + ": " + std::to_string(capturing));
  for (std::size_t n = first_new; n < order.intents.size(); ++n) {
    const auto& fresh = order.intents[n];
    const auto* charge = order.payment.charge(fresh.charge_id);
    if (fresh.kind == IntentKind::capture && (charge == nullptr || fresh.amount > charge->amount)) violated("A capture is never above what is reserved.", fresh.id);
    if (fresh.kind != IntentKind::refund) continue;
    std::int64_t ours = 0, others = 0, sent = 0;
    std::multiset<std::int64_t> arriving;  // lost answers: such a refund may be seen at Amazon before it is known as ours
    for (const auto& i : order.intents) {
      if (i.kind != IntentKind::refund || i.charge_id != fresh.charge_id || nothing_moved(i.state)) continue;
      ours += i.amount.minor();
      if (i.attempts > 0) sent += i.amount.minor();
      if (i.attempts > 0 && i.amazon_id.empty()) arriving.insert(i.amount.minor());
    }
    for (const auto& r : order.payment.refunds) {
      const bool mine = !r.intent_id.empty() || std::any_of(order.intents.begin(), order.intents.end(), [&](const Intent& i) { return i.amazon_id == r.id; });
      if (mine || r.charge_id != fresh.charge_id || r.state == RefundState::declined) continue;
      if (const auto same = arriving.find(r.amount.minor()); same != arriving.end()) arriving.erase(same);
      else others += r.amount.minor();
    }
    const auto captured = charge != nullptr && charge->state == ChargeState::captured ? charge->captured.minor() : 0;
    if (charge != nullptr) others = std::max(others, charge->refunded.minor() - sent);
    if (ours + others > captured + allowance_minor(captured, fresh.amount.currency().code()))
      violated("Requested refunds are never above what the charge gives.", fresh.charge_id + ": requested by us " + std::to_string(ours) + ", by others " +
          std::to_string(others) + ", captured " +
                                                                             std::to_string(captured));
  }
}

// Somebody captured the very same amount in Seller Central while our answer was lost: nobody can tell, and nothing is wrong.
bool Checker::collected_otherwise(const Intent& i) const {
  const auto found = moved_.find(i.charge_id);
  return i.kind == IntentKind::capture && found != moved_.end() && found->second.captured == i.amount.minor();
}

void Checker::check_claims(const Stored& order) {
  for (const auto& i : order.intents) {
    const auto moved = by_key_.count(i.id) ? by_key_.at(i.id) : KeyMoves{};
    const auto facts = [&] {
      return "stored: intent " + i.id + " " + amazonpay::name_of(i.kind) + " " + amazonpay::to_wire(i.amount) + " on " + i.charge_id + " is " +
          amazonpay::name_of(i.state) + " (" + i.code +
             "); Amazon: " + std::to_string(moved.captures) + " captures, " + std::to_string(moved.refunds) + " refunds, " + std::to_string(moved.declined) +
                 " declined under this key";
    };
    if (i.kind == IntentKind::refund) {
      if ((i.state == IntentState::accepted || i.state == IntentState::done) && moved.refunds != 1) violated("A refund shown as accepted or done has its movement.",
          facts());
      if (i.state == IntentState::done && moved.declined != 0) violated("A refund that Amazon declined is not shown as done.", facts());
      if (nothing_moved(i.state) && moved.refunds != moved.declined) violated("A refund shown as refused, declined or withdrawn gave nothing back.", facts());
      if (i.state == IntentState::withdrawn && moved.refunds != 0) violated("A withdrawn refund was never sent.", facts());
    } else if (collects(i)) {
      if (i.state == IntentState::done && moved.captures != 1 && !collected_otherwise(i)) violated("A capture shown as done has its movement.", facts());
      if (nothing_moved(i.state) && moved.captures != 0) violated("A capture shown as refused, declined or withdrawn collected nothing.", facts());
    }
    // By a person, above the threshold: it must have waited for another one.
    if (i.who.id.empty() || i.who.id == "system" || i.expires_ms != 0 || (i.kind != IntentKind::refund && !collects(i))) continue;
    std::int64_t act = 0;
    for (const auto& other : order.intents)
      if (other.cause == i.cause && other.kind == i.kind) act += other.amount.minor();
    const auto alone = i.kind == IntentKind::refund ? demands_.refund_alone_minor : demands_.capture_alone_minor;
    if (alone >= 0 && act > alone) violated("An act above the threshold waits for a second person.", facts() + "; one person may act alone up to " +
        std::to_string(alone));
  }
}

}  // namespace simulation
