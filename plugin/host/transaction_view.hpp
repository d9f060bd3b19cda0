// The list of transactions in the reader's words: rows, counters, filters and the export. Used by the page and the command. Over TransactionPage and Speech.
#pragma once
#include <map>

#include "host/speech.hpp"
#include "host/transaction_list.hpp"

namespace amazonpay::host {

// Order id → the buyer's name, of those orders that the shop still has: buyers belong to the shop and are not stored here.
using Buyers = std::map<std::string, std::string>;
Result<Buyers> buyers_of(const Session& session, const std::vector<ListedPayment>& rows);
json::object transaction_row(const Buyers& buyers, const ListedPayment& one, std::int64_t now_ms, bool may_tick, const Speech& speech);
json::array transaction_tiles(const TransactionQuery& query, const std::vector<std::pair<std::optional<TransactionWord>, std::optional<std::int64_t>>>& counts, const Speech& speech, const Session& session);
// "25 min", "3 h", "2 days".
std::string age_in_words(std::int64_t age_ms, const Speech& speech);
std::string hint_in_words(const Transaction& t, const Speech& speech);

constexpr int csv_rows_most = 50'000;
// RFC 4180 with CRLF; amounts as plain figures; no cell that a spreadsheet would run. More than csv_rows_most: the last line says so.
Result<std::string> transactions_csv(const Session& session, TransactionQuery query, const Speech& speech);

}  // namespace amazonpay::host
