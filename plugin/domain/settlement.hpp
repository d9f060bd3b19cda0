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
  std::string settlement_id;
  std::string transaction_id;   // charge or refund id
  std::string type;             // Capture, Refund, … as Amazon writes it
  std::string permission_id;    // AmazonOrderReferenceId
  std::string seller_order_id;  // the shop's own number, if Amazon knows it
  Money amount;                 // negative: to the buyer
  Money fee;                    // TotalTransactionFee, as Amazon signs it
  Money net;                    // what was paid out for this line
};

// Kind::invalid names the line and the column that cannot be read. An empty report is no lines.
Result<std::vector<SettlementLine>> read_settlement(std::string_view flat_file);

}  // namespace amazonpay
