#include "domain/ledger.hpp"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>

#include "domain/limits.hpp"

namespace amazonpay {
namespace {

constexpr const char* account_names[] = {"buyer", "authorized", "captured", "pending", "settled", "released", "elsewhere"};
constexpr auto accounts = std::size(account_names);

// How much of one cause stands in each account, beside the account it came from.
using Shares = std::map<Account, Money>;
using Causes = std::map<std::string, Shares>;

struct ChargeStanding {
  Causes of_charge;   // comes from the buyer
  Causes of_refunds;  // comes from what was captured
};

Money captured_of(const Charge& charge) {
  // A word of Amazon's that we do not know yet must not make collected money vanish from the ledger.
  return charge.state == ChargeState::captured || charge.state == ChargeState::unknown ? charge.captured : zero_of(charge.amount.currency());
}

void add_charge(ChargeStanding& standing, const Charge& charge) {
  const auto captured = captured_of(charge);
  auto& shares = standing.of_charge[charge.id];
  if (charge.state == ChargeState::authorized || charge.state == ChargeState::capture_initiated) shares[Account::authorized] = charge.amount;
  if (captured.positive()) shares[Account::captured] = captured;
  if (charge.state == ChargeState::captured) shares[Account::released] = not_negative(charge.amount - captured);
  if (charge.state == ChargeState::canceled) shares[Account::released] = charge.amount;
}

const Refund* refund_of(const Intent& intent, const Payment& payment) {
  for (const auto& refund : payment.refunds)
    if (refund.intent_id == intent.id || (!intent.amazon_id.empty() && refund.id == intent.amazon_id)) return &refund;
  return nullptr;
}

void add_refunds(ChargeStanding& standing, const Charge& charge, const Payment& payment, const std::vector<Intent>& intents) {
  for (const auto& intent : intents) {
    if (intent.kind != IntentKind::refund || intent.charge_id != charge.id) continue;
    const auto* refund = refund_of(intent, payment);
    if (refund == nullptr && reserves(intent.state)) standing.of_refunds[intent.id][Account::pending] = intent.amount;
    if (refund == nullptr || refund->state == RefundState::declined) continue;
    standing.of_refunds[intent.id][refund->state == RefundState::refunded ? Account::settled : Account::pending] = refund->amount;
  }
  const auto elsewhere = sums_of(charge, payment, intents, {}).not_ours;
  if (elsewhere.positive()) standing.of_refunds["amazon"][Account::elsewhere] = elsewhere;
  for (const auto& dispute : payment.disputes)
    if (dispute.charge_id == charge.id && dispute.outcome == DisputeOutcome::lost && dispute.amount) standing.of_refunds["dispute:" + dispute.id][Account::elsewhere] = *dispute.amount;
}

ChargeStanding standing_of(const Charge& charge, const Payment& payment, const std::vector<Intent>& intents) {
  ChargeStanding standing;
  add_charge(standing, charge);
  add_refunds(standing, charge, payment, intents);
  return standing;
}

void post(std::vector<Entry>& entries, const Entry& like, const Shares& before, const Shares& after, Account origin, const std::string& cause, Currency currency) {
  Shares left, gained;
  for (std::size_t i = 0; i < accounts; ++i) {
    const auto account = static_cast<Account>(i);
    const auto of = [&](const Shares& shares) { return shares.count(account) ? shares.at(account) : zero_of(currency); };
    if (of(before) > of(after)) left[account] = of(before) - of(after);
    if (of(after) > of(before)) gained[account] = of(after) - of(before);
  }
  const auto move = [&](Account from, Account to, Money amount) {
    auto entry = like;
    entry.from = from, entry.to = to, entry.amount = amount, entry.cause = cause;
    entry.id += "/" + std::to_string(entries.size());
    entries.push_back(std::move(entry));
  };
  for (auto& [from, amount] : left) {
    for (auto& [to, room] : gained) {
      const auto part = min(amount, room);
      if (!part.positive()) continue;
      move(from, to, part);
      amount -= part, room -= part;
    }
    if (amount.positive()) move(from, origin, amount);
  }
  for (auto& [to, room] : gained)
    if (room.positive()) move(origin, to, room);
}

// When money of this cause moved at Amazon. What was captured and given back since was last touched by the refund, so its beginning is the better guess.
std::int64_t value_of(const std::string& cause, const Charge& charge, const Payment& payment, const std::vector<Intent>& intents) {
  if (cause == charge.id) return charge.refunded.zero() ? charge.updated_ms : charge.created_ms;
  for (const auto& intent : intents)
    if (intent.id == cause)
      if (const auto* refund = refund_of(intent, payment)) return refund->updated_ms;
  return 0;
}

using ValueOf = std::function<std::int64_t(const std::string& cause)>;
void post_all(std::vector<Entry>& entries, Entry like, const Causes& before, const Causes& after, Account origin, Currency currency, const ValueOf& value_of_cause) {
  static const Shares nothing;
  const auto of = [](const Causes& causes, const std::string& cause) -> const Shares& { return causes.count(cause) ? causes.at(cause) : nothing; };
  auto all = before;
  all.insert(after.begin(), after.end());
  for (const auto& [cause, ignored] : all) {
    const auto value_ms = value_of_cause(cause);
    like.value_ms = value_ms > 0 && value_ms < like.at_ms ? value_ms : like.at_ms;
    post(entries, like, of(before, cause), of(after, cause), origin, cause, currency);
  }
}

}  // namespace

const char* name_of(Account account) { return account_names[static_cast<int>(account)]; }

Account ledger_account(const std::string& name) {
  for (std::size_t i = 0; i < accounts; ++i)
    if (name == account_names[i]) return static_cast<Account>(i);
  ensure(false, "an entry of the ledger names an account that does not exist");
  return Account::buyer;
}

std::vector<Balances> balances_of(const Payment& payment, const std::vector<Intent>& intents) {
  std::vector<Balances> all;
  for (const auto& charge : payment.charges) {
    const auto zero = zero_of(charge.amount.currency());
    Balances b{charge.id, payment.order_id, zero, zero, zero, zero, zero, zero, zero, compensation_allowance(captured_of(charge))};
    const auto standing = standing_of(charge, payment, intents);
    Money* const of_account[accounts] = {&b.buyer, &b.authorized, &b.captured, &b.pending, &b.settled, &b.released, &b.elsewhere};
    const auto take = [&](const Causes& causes, Money& origin) {
      for (const auto& [cause, shares] : causes)
        for (const auto& [account, amount] : shares) *of_account[static_cast<int>(account)] += amount, origin -= amount;
    };
    take(standing.of_charge, b.buyer);
    take(standing.of_refunds, b.captured);
    all.push_back(std::move(b));
  }
  return all;
}

std::vector<Entry> entries_between(const Payment& before, const std::vector<Intent>& intents_before, const Payment& after, const std::vector<Intent>& intents_after,
                                   std::uint64_t version, std::int64_t now_ms) {
  std::vector<Entry> entries;
  for (const auto& charge : after.charges) {
    const auto* old = before.charge(charge.id);
    const auto was = old == nullptr ? ChargeStanding{} : standing_of(*old, before, intents_before);
    const auto is = standing_of(charge, after, intents_after);
    char number[24];
    std::snprintf(number, sizeof number, "%08llu", static_cast<unsigned long long>(version));  // keys sort as they came
    Entry like;
    like.id = charge.id + "/" + number, like.order_id = after.order_id, like.charge_id = charge.id, like.at_ms = now_ms;
    const ValueOf value = [&](const std::string& cause) { return value_of(cause, charge, after, intents_after); };
    post_all(entries, like, was.of_charge, is.of_charge, Account::buyer, charge.amount.currency(), value);
    post_all(entries, like, was.of_refunds, is.of_refunds, Account::captured, charge.amount.currency(), value);
  }
  return entries;
}

}  // namespace amazonpay
