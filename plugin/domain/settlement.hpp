// Amazon's settlement report as values: which captures and refunds were paid out, and what they cost. A flat file, read by the names of its columns and never
// by their position (API reference 3.11); tolerant of more columns and other orders, strict about money. Pure; used by flows/settlements.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/money.hpp"

namespace amazonpay {

struct SettlementLine {
  int number = 0;               // of the line in the file, the first is 1
  int occurrence = 1;           // the n-th line of this settlement, transaction and type: tells equal lines apart
  std::int64_t posted_ms = 0;   // TransactionPostedDate; 0: not told
  std::string settlement_id;
  std::string transaction_id;   // charge or refund id
  std::string type;             // Capture, Refund, … as Amazon writes it
  std::string permission_id;    // AmazonOrderReferenceId
  std::string seller_order_id;  // the shop's own number, if Amazon knows it
  Money amount;                 // negative: to the buyer
  Money fee;                    // TotalTransactionFee, as Amazon signs it
  Money net;                    // what was paid out for this line
};

struct SettlementFile {
  std::string seller_id;        // the merchant it was made for; empty: the file does not tell
  std::vector<SettlementLine> lines;
};

// Kind::invalid names the line and the column that cannot be read. An empty report is no lines.
Result<SettlementFile> read_settlement(std::string_view flat_file);

// What Amazon kept of the line. Not the column of the fee, whose sign nobody promises: what was moved less what was paid out, so that sums always agree.
inline Money fee_of(const SettlementLine& line) { return line.amount - line.net; }

// "20250310T101500Z", "2025-03-10T10:15:00Z", with or without milliseconds; 0: no such time.
std::int64_t settlement_time_ms(std::string_view text);

}  // namespace amazonpay
