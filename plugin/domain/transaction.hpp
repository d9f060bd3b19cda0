// A payment as Seller Central's transaction list shows it: Open, Closed, Canceled or Suspended, with the concrete cause. Derived from the charge permission;
// for recurring and saved-wallet payments, whose permission serves many orders, the order's newest charge has its say too (API reference 5.1, 11).
// Used by the page of transactions, its export and the store's marks. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "domain/words.hpp"

namespace amazonpay {

enum class TransactionWord { open, closed, canceled, suspended, unknown };
const char* id_of(TransactionWord word);       // "open": addresses, stored marks
const char* label_of(TransactionWord word);    // message id
const char* role_of(TransactionWord word);
const char* icon_of(TransactionWord word);
std::optional<TransactionWord> transaction_word(const std::string& id);

// What a reader filters by beside the word. A payment may have several.
enum class TransactionFlag { drift, expiring, pending, on_the_way, disputed, not_covered, task, recurring };
constexpr TransactionFlag all_flags[] = {TransactionFlag::drift,    TransactionFlag::expiring,    TransactionFlag::pending, TransactionFlag::on_the_way,
                                         TransactionFlag::disputed, TransactionFlag::not_covered, TransactionFlag::task,    TransactionFlag::recurring};
const char* id_of(TransactionFlag flag);
const char* label_of(TransactionFlag flag);
std::optional<TransactionFlag> transaction_flag(const std::string& id);

// What only the intents and tasks of an order tell. Kept beside the stored payment, so that a list needs no second look.
struct Standing {
  Money on_the_way;   // refunds not completed
  Money settled;      // given back and completed, taken-over refunds of others included
  Money drift;        // given back or collected elsewhere and not taken over
  Money not_covered;
  std::int64_t open_tasks = 0;
  std::int64_t refunds_by_ms = 0;  // Amazon completes what is on the way by then
};
Standing standing_of(const Payment& payment, const std::vector<Intent>& intents, std::int64_t open_tasks);

struct FlagShown {
  TransactionFlag flag{};
  const char* role = "neutral";
  const char* icon = nullptr;
  Text text;
};

struct Transaction {
  TransactionWord word = TransactionWord::unknown;
  const char* role = "stop";       // Closed with nothing collected is neutral, not good
  const char* icon = "unknown";
  std::string raw;                 // Amazon's state and reason: "NonChargeable, ChargeInProgress"
  Text cause;                      // short, under the word
  std::vector<Text> hint;          // whole sentences: what it means, amounts, dates
  std::vector<FlagShown> flags;
  std::string reference;
  bool reference_is_charge = false;
  Money total;                     // agreed with Amazon
  Money charged;
  Money refunded;                  // settled; what is on the way stands apart
};
Money total_of(const Payment& payment);  // what the transaction is for: the charge permission's limit, the newest charge of a recurring one, else the order's total
Transaction transaction_of(const Payment& payment, const Standing& standing, std::int64_t now_ms);

// Only the word and the flags, for the index.
TransactionWord word_of_transaction(const Payment& payment);
std::vector<TransactionFlag> flags_of(const Payment& payment, const Standing& standing, std::int64_t now_ms);

// Everything a person may look a payment up by: order number, session, charge permission, charges, refunds, the shop's own numbers at Amazon.
std::vector<std::string> references_of(const Payment& payment);

}  // namespace amazonpay
