// The double-entry ledger of a charge: where its money stands, in accounting's words. Derived from the projection and our intents at each commit and written
// with it: Balances are the sums per charge, Entries the journal between them. The store checks the balances itself (manifest.xml, collection balances), so
// that no flow, however wrong, can commit a refund beyond what the charge gives. Pure.
//   buyer → authorized → captured → pending → settled        authorized → released (canceled, or not captured)
//                        captured → elsewhere (given back by somebody else, or lost in a dispute)      pending → captured (refused, declined, withdrawn)
#pragma once
#include <string>
#include <vector>

#include "domain/intent.hpp"

namespace amazonpay {

enum class Account { buyer, authorized, captured, pending, settled, released, elsewhere };
const char* name_of(Account account);
Account ledger_account(const std::string& name);

// Balances of one charge. They add up to zero; buyer is what the buyer has put in, as a negative. Each other account is zero or above, except captured, which
// compensation may take below zero: captured + elsewhere + allowance >= 0.
struct Balances {
  std::string charge_id;
  std::string order_id;
  Money buyer, authorized, captured, pending, settled, released, elsewhere;
  Money allowance;  // how far above the captured amount Amazon lets a shop give back
  bool operator==(const Balances&) const = default;
};

// One movement between two accounts of one charge.
struct Entry {
  std::string id;         // unique: charge, version of the payment, position
  std::string order_id;
  std::string charge_id;
  Account from{}, to{};
  Money amount;           // above zero
  std::string cause;      // intent id; the charge's id for what Amazon did to the charge; "amazon" for refunds by others, "dispute:" and its id for a lost dispute
  std::int64_t at_ms = 0;    // when it was written here
  std::int64_t value_ms = 0; // when Amazon says it happened; figures count it on that day. at_ms where Amazon does not say
};

std::vector<Balances> balances_of(const Payment& payment, const std::vector<Intent>& intents);
// The entries that lead from one state to the next. `version`: of the payment after the commit.
std::vector<Entry> entries_between(const Payment& before, const std::vector<Intent>& intents_before, const Payment& after, const std::vector<Intent>& intents_after,
                                   std::uint64_t version, std::int64_t now_ms);

}  // namespace amazonpay
