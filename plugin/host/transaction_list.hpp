// Reading the list of transactions: one page of a filter (along the marks, newest first), the counters of its words, and the search. Used by the page, its
// export and the command. Everything comes from the store (and the shop's own order search), never from Amazon. In-call, one thread.
#pragma once
#include "host/payment_marks.hpp"

namespace amazonpay::host {

using hostapi::sdk::Session;

struct TransactionQuery {
  MarkFilter filter;
  std::string search;                    // any reference, or a buyer's name or e-mail
  std::int64_t from_ms = 0, to_ms = 0;   // from <= made < to; 0: open
  std::string from, to;                  // as typed: 2026-11-21
  std::string min, max;                  // amounts as typed, in units of each payment's currency; empty: open
  std::string older, newer;              // where the page goes on
};
// From an address or a command's arguments. refused: a date or amount that cannot be read, with a sentence.
Result<TransactionQuery> transaction_query(const json::value& request, Environment fallback);
// "?word=open&flag=drift": the same filter as an address, without the place.
std::string address_of(const TransactionQuery& query);

struct ListedPayment {
  Payment payment;
  Standing standing;
  std::string place;
};

struct TransactionPage {
  std::vector<ListedPayment> rows;       // newest first
  bool older = false, newer = false;
  std::string last_place;                // where Older goes on, also when no row fitted
  bool looked_long = false;              // an amount filter looked at many payments and stopped; older ones may fit
  bool cut = false;                      // a search that found more than is shown
};
Result<TransactionPage> read_transactions(const Session& session, const TransactionQuery& query, int limit);

constexpr std::int64_t count_most = 2'000;
// How many there are, at most count_most + 1 ("2,000+"). Not for a search or an amount.
Result<std::int64_t> count_transactions(const Session& session, const TransactionQuery& query, std::optional<TransactionWord> word);

// The currencies of the payments there.
Result<std::vector<std::string>> currencies_of(const Session& session, Environment environment);
// Payments wait for their marks: the list is not complete yet.
Result<bool> labelling(const Session& session);

}  // namespace amazonpay::host
