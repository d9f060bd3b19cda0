#include "settlement.hpp"

#include <algorithm>
#include <limits>

#include "crypto.hpp"

namespace sandbox {
namespace {

std::string signed_amount(std::int64_t minor, const std::string& currency) {
    return (minor < 0 ? "-" : "") + amount_text({minor < 0 ? -minor : minor, currency});
}

std::string cell(std::string text) {  // nothing inside a cell may look like the next cell or line
    for (char& c : text)
        if (c == '\t' || c == '\n' || c == '\r') c = ' ';
    return text;
}

std::string text_of(const boost::json::value& object, const char* name) {
    if (!object.is_object()) return {};
    const auto* found = object.as_object().if_contains(name);
    return found && found->is_string() ? std::string(found->as_string()) : std::string();
}

std::int64_t share(std::int64_t minor, std::int64_t millipercent) { return (minor * millipercent + 50'000) / 100'000; }

// The id of the settlement that is still open; made when it is first asked for.
std::string open_settlement_id(Store& store, const std::string& scope) {
    const auto name = "open_settlement|" + scope;
    auto number = store.setting(name, 0);
    if (number == 0) {
        number = 10'000'000'000 + std::stoll(random_digits(10));
        store.set_setting(name, number);
    }
    return std::to_string(number);
}

std::int64_t last_settled_seq(const std::vector<Settlement>& closed) { return closed.empty() ? 0 : closed.back().last_seq; }

class RowMaker {
public:
    RowMaker(Bank& bank, const Merchant& merchant, const std::string& environment)
        : bank_(bank), merchant_(merchant), fees_(fees_of(bank.store(), merchant.merchant_id)),
          closed_(bank.store().children<Settlement>(account_scope(merchant.merchant_id, environment))),
          open_id_(open_settlement_id(bank.store(), account_scope(merchant.merchant_id, environment))) {}

    std::optional<SettlementRow> make(const Movement& movement) {
        const bool refund = movement.kind == "refund_settled";
        if (!refund && movement.kind != "capture") return std::nullopt;
        SettlementRow row;
        row.at_ms = movement.at_ms;
        const auto* settlement = closed_settlement_of(movement.seq);
        const auto fees = settlement ? Fees{settlement->fee_millipercent, settlement->fee_fixed_minor} : fees_;
        row.settlement_id = settlement ? settlement->id : open_id_;
        row.transaction_id = refund ? movement.refund_id : movement.charge_id;
        row.type = refund ? "Refund" : "Capture";
        row.permission_id = movement.permission_id;
        row.seller_order_id = movement.merchant_reference_id;
        const auto amount = converted(movement.amount, merchant_.ledger_currency);
        row.currency = amount.currency;
        row.amount = refund ? -amount.minor : amount.minor;
        row.percentage_fee = (refund ? -1 : 1) * share(amount.minor, fees.millipercent);
        row.fixed_fee = refund ? 0 : fees.fixed_minor;
        if (const auto permission = bank_.store().find<Permission>(movement.permission_id))
            row.store_name = text_of(permission->merchant_metadata, "merchantStoreName");
        if (const auto charge = bank_.store().find<Charge>(movement.charge_id)) row.description = charge->soft_descriptor;
        return row;
    }

private:
    const Settlement* closed_settlement_of(std::int64_t seq) const {
        const auto found = std::lower_bound(closed_.begin(), closed_.end(), seq, [](const Settlement& s, std::int64_t value) { return s.last_seq < value; });
        return found == closed_.end() ? nullptr : &*found;
    }

    Bank& bank_;
    const Merchant& merchant_;
    Fees fees_;
    std::vector<Settlement> closed_;
    std::string open_id_;
};

}  // namespace

Fees fees_of(Store& store, const std::string& merchant_id) {
    const Fees usual;
    return {store.setting("fee_millipercent|" + merchant_id, usual.millipercent), store.setting("fee_fixed_minor|" + merchant_id, usual.fixed_minor)};
}

void set_fees(Store& store, const std::string& merchant_id, const Fees& fees) {
    store.set_setting("fee_millipercent|" + merchant_id, fees.millipercent);
    store.set_setting("fee_fixed_minor|" + merchant_id, fees.fixed_minor);
}

std::vector<SettlementRow> rows_of_period(Bank& bank, const Merchant& merchant, const std::string& environment, std::int64_t start_ms,
                                          std::int64_t end_ms) {
    RowMaker maker(bank, merchant, environment);
    std::vector<SettlementRow> rows;
    MovementFilter filter;
    filter.merchant_id = merchant.merchant_id;
    filter.environment = environment;
    for (const auto& movement : bank.store().movements(filter))
        if (movement.at_ms >= start_ms && movement.at_ms < end_ms)
            if (auto row = maker.make(movement)) rows.push_back(std::move(*row));
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.at_ms < b.at_ms; });
    return rows;
}

std::vector<SettlementRow> rows_of_settlement(Bank& bank, const Merchant& merchant, const Settlement& settlement) {
    RowMaker maker(bank, merchant, settlement.environment);
    std::vector<SettlementRow> rows;
    MovementFilter filter;
    filter.merchant_id = merchant.merchant_id;
    filter.environment = settlement.environment;
    filter.after_seq = settlement.after_seq;
    for (const auto& movement : bank.store().movements(filter))
        if (movement.seq <= settlement.last_seq)
            if (auto row = maker.make(movement)) rows.push_back(std::move(*row));
    return rows;
}

std::string settlement_file(const std::string& seller_id, std::int64_t start_ms, std::int64_t end_ms, const std::vector<SettlementRow>& rows) {
    std::string out = "SellerId\t" + seller_id + "\nSettlementStartDate\t" + extended_time(start_ms) + "\nSettlementEndDate\t" + extended_time(end_ms) +
                      "\nTransactionPostedDate\tSettlementId\tAmazonTransactionId\tSellerReferenceId\tTransactionType\tAmazonOrderReferenceId\t"
                      "SellerOrderId\tStoreName\tCurrencyCode\tTransactionDescription\tTransactionAmount\tTransactionPercentageFee\t"
                      "TransactionFixedFee\tTotalTransactionFee\tNetTransactionAmount\n";
    for (const auto& row : rows) {
        const auto money = [&](std::int64_t minor) { return signed_amount(minor, row.currency); };
        out += extended_time(row.at_ms) + "\t" + row.settlement_id + "\t" + row.transaction_id + "\t\t" + row.type + "\t" + row.permission_id + "\t" +
               cell(row.seller_order_id) + "\t" + cell(row.store_name) + "\t" + row.currency + "\t" + cell(row.description) + "\t" + money(row.amount) +
               "\t" + money(row.percentage_fee) + "\t" + money(row.fixed_fee) + "\t" + money(row.percentage_fee + row.fixed_fee) + "\t" +
               money(row.net()) + "\n";
    }
    return out;
}

Settlement close_settlement(Bank& bank, const Merchant& merchant, const std::string& environment) {
    auto& store = bank.store();
    const auto scope = account_scope(merchant.merchant_id, environment);
    Settlement settlement;
    settlement.id = open_settlement_id(store, scope);
    settlement.merchant_id = merchant.merchant_id;
    settlement.environment = environment;
    settlement.parent_id = scope;
    settlement.state = "Closed";
    settlement.after_seq = last_settled_seq(store.children<Settlement>(scope));
    settlement.last_seq = std::numeric_limits<std::int64_t>::max();
    settlement.created_ms = settlement.updated_ms = settlement.end_ms = bank.now_ms();
    settlement.net = {0, merchant.ledger_currency};
    const auto fees = fees_of(store, merchant.merchant_id);
    settlement.fee_millipercent = fees.millipercent;
    settlement.fee_fixed_minor = fees.fixed_minor;
    const auto rows = rows_of_settlement(bank, merchant, settlement);
    if (rows.empty()) throw ApiError(422, "InvalidRequest", "There is nothing to settle: no capture and no refund since the last settlement.");
    settlement.start_ms = rows.front().at_ms;
    for (const auto& row : rows) {
        settlement.net.minor += row.net();
        settlement.start_ms = std::min(settlement.start_ms, row.at_ms);
    }
    if (settlement.net.minor <= 0)
        throw ApiError(422, "InvalidRequest", "There is nothing to pay out: refunds and fees are as high as the captures. They stay for the next settlement.");
    settlement.last_seq = store.last_movement_seq();
    settlement.disbursement_id = "DISB" + random_capitals(10);
    store.put(settlement);
    store.set_setting("open_settlement|" + scope, 0);
    return settlement;
}

}  // namespace sandbox
