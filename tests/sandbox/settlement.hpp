#pragma once
// Settlements: what Amazon pays out for captures less refunds less fees, in the currency of the account's ledger. Used by the reports, the
// disbursements and the control interface. One thread at a time, inside a transaction of the caller; refusals are ApiError.
// Every movement belongs to exactly one settlement, whose id is known before it is closed; the sum of its rows' net amounts is its payout.
#include <optional>
#include <vector>

#include "bank.hpp"
#include "report_records.hpp"

namespace sandbox {

struct Fees {
    std::int64_t millipercent = 2700;  // 2.7 %
    std::int64_t fixed_minor = 35;
};

Fees fees_of(Store& store, const std::string& merchant_id);
void set_fees(Store& store, const std::string& merchant_id, const Fees& fees);

struct SettlementRow {
    std::int64_t at_ms = 0;
    std::string settlement_id, transaction_id, type;  // Capture, Refund
    std::string permission_id, seller_order_id, store_name, description, currency;
    // A capture has a positive amount and positive fees, a refund negative ones: net = amount - percentage_fee - fixed_fee.
    std::int64_t amount = 0, percentage_fee = 0, fixed_fee = 0;
    std::int64_t net() const { return amount - percentage_fee - fixed_fee; }
};

// Captures and settled refunds with start_ms <= time < end_ms, oldest first.
std::vector<SettlementRow> rows_of_period(Bank& bank, const Merchant& merchant, const std::string& environment, std::int64_t start_ms,
                                          std::int64_t end_ms);
std::vector<SettlementRow> rows_of_settlement(Bank& bank, const Merchant& merchant, const Settlement& settlement);

// The flat file of Amazon: three header values, a line of column names, the rows; separated by tabs.
std::string settlement_file(const std::string& seller_id, std::int64_t start_ms, std::int64_t end_ms, const std::vector<SettlementRow>& rows);

// Closes the open settlement now. 422 InvalidRequest when there is nothing to pay out: then everything stays in the open settlement.
Settlement close_settlement(Bank& bank, const Merchant& merchant, const std::string& environment);

}  // namespace sandbox
