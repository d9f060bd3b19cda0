#include "report_files.hpp"

#include <vector>

namespace sandbox {
namespace {

using Cells = std::vector<std::string>;

struct Table {
    Cells columns;
    std::vector<Cells> rows;
};

// Amazon's columns of these types are not published in the reference; these are the object's own members under the older names.
template <class T, class MakeRow>
Table table_of(Bank& bank, const Report& report, Cells columns, MakeRow make_row) {
    Table table{std::move(columns), {}};
    for (const auto& record : bank.store().all<T>(report.merchant_id, report.environment))
        if (record.created_ms >= report.start_ms && record.created_ms < report.end_ms)
            if (auto row = make_row(record); !row.empty()) table.rows.push_back(std::move(row));
    return table;
}

Table permissions(Bank& bank, const Report& report, bool recurring) {
    return table_of<Permission>(bank, report,
                                {recurring ? "AmazonBillingAgreementId" : "AmazonOrderReferenceId", "CreationDate", "Status", "StatusReason", "CurrencyCode",
                                 "OrderAmount"},
                                [&](const Permission& p) -> Cells {
                                    if ((p.type == "OneTime") == recurring) return {};
                                    return {p.id, extended_time(p.created_ms), p.state, p.reason_code, p.limit.currency, amount_text(p.limit)};
                                });
}

Table authorizations(Bank& bank, const Report& report) {
    return table_of<Charge>(bank, report,
                            {"AmazonAuthorizationId", "AmazonOrderReferenceId", "CreationDate", "ExpirationDate", "Status", "StatusReason",
                             "CurrencyCode", "AuthorizationAmount"},
                            [](const Charge& c) -> Cells {
                                return {c.id, c.parent_id, extended_time(c.created_ms), extended_time(c.expires_ms), c.state, c.reason_code,
                                        c.amount.currency, amount_text(c.amount)};
                            });
}

Table captures(Bank& bank, const Report& report, bool with_ledger) {
    Cells columns{"AmazonCaptureId", "AmazonOrderReferenceId", "LastUpdateDate", "CurrencyCode", "CaptureAmount"};
    const auto ledger = bank.store().find_merchant(report.merchant_id)->ledger_currency;
    if (with_ledger) columns.insert(columns.end(), {"LedgerCurrencyCode", "LedgerAmount"});
    return table_of<Charge>(bank, report, std::move(columns), [&](const Charge& c) -> Cells {
        if (c.state != "Captured") return {};
        const Money captured{c.captured_minor, c.amount.currency};
        Cells row{c.id, c.parent_id, extended_time(c.updated_ms), captured.currency, amount_text(captured)};
        if (with_ledger) row.insert(row.end(), {ledger, amount_text(converted(captured, ledger))});
        return row;
    });
}

Table refunds(Bank& bank, const Report& report) {
    return table_of<Refund>(bank, report,
                            {"AmazonRefundId", "AmazonCaptureId", "AmazonOrderReferenceId", "CreationDate", "Status", "StatusReason", "CurrencyCode",
                             "RefundAmount"},
                            [](const Refund& r) -> Cells {
                                return {r.id, r.parent_id, r.permission_id, extended_time(r.created_ms), r.state, r.reason_code, r.amount.currency,
                                        amount_text(r.amount)};
                            });
}

std::optional<std::string> text_of(const Table& table, char separator) {
    if (table.rows.empty()) return std::nullopt;
    std::string out;
    const auto add = [&](const Cells& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i) out += (i ? std::string(1, separator) : "") + cells[i];
        out += '\n';
    };
    add(table.columns);
    for (const auto& row : table.rows) add(row);
    return out;
}

std::optional<std::string> settlement_text(Bank& bank, const Report& report) {
    const auto merchant = *bank.store().find_merchant(report.merchant_id);
    std::vector<SettlementRow> rows;
    if (report.settlement_id.empty()) rows = rows_of_period(bank, merchant, report.environment, report.start_ms, report.end_ms);
    else rows = rows_of_settlement(bank, merchant, *bank.store().find<Settlement>(report.settlement_id));
    if (rows.empty()) return std::nullopt;
    return settlement_file(report.merchant_id, report.start_ms, report.end_ms, rows);
}

}  // namespace

std::optional<std::string> report_file(Bank& bank, const Report& report) {
    const auto is = [&](const char* part) { return report.type.find(part) != std::string::npos; };
    if (is("SETTLEMENT_DATA")) return settlement_text(bank, report);
    if (is("ORDER_REFERENCE_DATA")) return text_of(permissions(bank, report, false), '\t');
    if (is("BILLING_AGREEMENT_DATA")) return text_of(permissions(bank, report, true), '\t');
    if (is("AUTHORIZATION_DATA")) return text_of(authorizations(bank, report), '\t');
    if (is("CAPTURE_DATA")) return text_of(captures(bank, report, false), '\t');
    if (is("REFUND_DATA")) return text_of(refunds(bank, report), '\t');
    return text_of(captures(bank, report, true), ',');  // the multi-currency report is CSV
}

}  // namespace sandbox
