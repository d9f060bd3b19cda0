#include "checker.hpp"

#include <algorithm>

namespace simulation {

using amazonpay::Intent;
using amazonpay::IntentKind;
using amazonpay::IntentState;

// Amazon's rule, written down a second time on purpose.
std::int64_t allowance_minor(std::int64_t captured_minor, std::string_view currency) {
  return std::min<std::int64_t>(currency == "JPY" ? 8'400 : 75'00, captured_minor * 15 / 100);
}

void Checker::violated(const std::string& invariant, const std::string& facts) {
  if (!found_) found_ = Violation{invariant, facts};
}

const Intent* Checker::intent(const std::string& id) const {
  for (const auto& [order, loaded] : stored_.payments)
    for (const auto& i : loaded.intents)
      if (i.id == id) return &i;
  return nullptr;
}

namespace {
std::string describe(const sandbox::Movement& m) {
  return "Amazon: " + m.kind + " of " + sandbox::amount_text(m.amount) + " " + m.amount.currency + " on " + m.charge_id + (m.refund_id.empty() ? "" : " (" +
      m.refund_id + ")") +
         " by " + m.by + ", key " + (m.idempotency_key.empty() ? "none" : m.idempotency_key);
}

std::string describe(const Intent& i) {
  return "stored: intent " + i.id + " " + amazonpay::name_of(i.kind) + " " + amazonpay::to_wire(i.amount) + " on " + i.charge_id + ", " +
      amazonpay::name_of(i.state) + ", tries " +
         std::to_string(i.attempts);
}
}  // namespace

void Checker::after_amazon() {
  for (const auto& m : amazon_.movements(seen_seq_)) {
    seen_seq_ = m.seq;
    check_movement(m);
    check_charge_sums(m.charge_id);
  }
}

void Checker::check_movement(const sandbox::Movement& m) {
  auto& charge = moved_[m.charge_id];
  charge.permission_id = m.permission_id;
  const bool ours = !m.idempotency_key.empty();
  auto& given = ours ? charge.given_by_us : charge.given_by_others;
  if (m.kind == "authorize") charge.authorized += m.amount.minor;
  if (m.kind == "capture") charge.captured += m.amount.minor;
  if (m.kind == "refund") given += m.amount.minor;
  if (m.kind == "refund_declined") given -= m.amount.minor;
  if (ours) {
    auto& key = by_key_[m.idempotency_key];
    key.captures += m.kind == "capture", key.refunds += m.kind == "refund", key.declined += m.kind == "refund_declined";
    if (key.captures > 1 || key.refunds > 1 || key.captures + key.refunds > 1) violated("Every idempotency key moves money at most once.", describe(m));
  }
  if (m.by != "api") return;
  if (m.kind == "cancel") return check_keyless(m);
  if (m.kind != "refund" && m.kind != "capture") return;
  const auto* mine = intent(m.idempotency_key);
  if (mine == nullptr) return violated("Every movement by this shop belongs to an intent that was stored before the call.", describe(m) +
      "; stored: none with this id");
  check_permission_to_move(m, *mine);
}

void Checker::check_permission_to_move(const sandbox::Movement& m, const Intent& mine) {
  const auto both = describe(m) + "\n  " + describe(mine);
  const bool refund = m.kind == "refund";
  if (refund != (mine.kind == IntentKind::refund) || (!mine.charge_id.empty() && mine.charge_id != m.charge_id) || mine.permission_id != m.permission_id)
    violated("A movement is of the kind and on the charge of its intent.", both);
  if (mine.amount.minor() != m.amount.minor || mine.amount.currency().code() != m.amount.currency) violated("A movement has the amount of its intent.", both);
  const bool under_way = mine.state == IntentState::sending || mine.state == IntentState::uncertain || (!refund && mine.state == IntentState::accepted);
  if (!under_way) violated("Money moves only for an intent that is being sent: never one that is refused, withdrawn or still waits for a person.", both);
  if (mine.expires_ms != 0 && (mine.approved_by.id.empty() || mine.approved_by.id == mine.who.id))
    violated("What needed a second person was approved by another one.", both + ", asked by " + mine.who.id + ", approved by " + mine.approved_by.id);
  if (mine.send_after_ms > m.at_ms) violated("Nothing is sent while it can still be taken back.", both);
}

// Cancellations carry no key: they belong to an intent on the charge or its permission.
void Checker::check_keyless(const sandbox::Movement& m) {
  for (const auto& [order, loaded] : stored_.payments)
    for (const auto& i : loaded.intents) {
      const bool mine = (i.kind == IntentKind::cancel_charge && i.charge_id == m.charge_id) || (i.kind == IntentKind::close_permission &&
          i.permission_id == m.permission_id);
      if (mine && i.attempts > 0) return;
    }
  violated("Every cancellation by this shop belongs to an intent that was stored before the call.", describe(m));
}

void Checker::check_charge_sums(const std::string& charge_id) {
  const auto& m = moved_[charge_id];
  const auto currency = amazon_.charges(m.permission_id).empty() ? std::string("EUR") : amazon_.charges(m.permission_id).front().amount.currency;
  if (m.captured > m.authorized) violated("Captured is never above authorized.", charge_id + ": captured " + std::to_string(m.captured) + ", authorized " +
      std::to_string(m.authorized));
  if (m.given_by_us + m.given_by_others > m.captured + allowance_minor(m.captured, currency))
    violated("Refunded is never above captured and allowance.", charge_id + ": refunded " + std::to_string(m.given_by_us + m.given_by_others) + ", captured " +
        std::to_string(m.captured));
}

void Checker::commit_refused(const std::string& order_id, const std::string& why) { violated("The store never has to refuse a commit.", order_id + ": " + why); }

void Checker::threw(const std::string& who, const std::string& what) { violated("No flow ends in a programmer error.", who + ": " + what); }

void Checker::told(const std::string& operation_id, const std::string& order_id, std::int64_t asked_minor) {
  told_[operation_id] = {order_id, asked_minor};
  check_told();
}

void Checker::check_told() {
  for (const auto& [id, told] : told_) {
    std::int64_t sum = 0;
    int found = 0;
    const auto order = stored_.payments.find(told.order_id);
    if (order != stored_.payments.end())
      for (const auto& i : order->second.intents)
        if (i.cause == id) ++found, sum += i.amount.minor();
    if (stored_.operations.count(id) && found > 0 && sum == told.asked_minor) continue;
    violated("Who was told \"requested\" has an intent of that amount.", told.order_id + ", operation " + id + ": asked for " + std::to_string(told.asked_minor) +
        ", stored " +
                                                                            std::to_string(found) + " intents of " + std::to_string(sum) + " together");
  }
}

void Checker::after_commit(const std::string& order_id) {
  const auto& order = stored_.payments.at(order_id);
  check_ledger(order);
  check_reservations(order);
  check_claims(order);
}

}  // namespace simulation
