#include "store.hpp"

// The movement list: what the sandbox's clients are judged by. Totals count every refund that was not declined, pending ones included.
namespace sandbox {
namespace {

#define MOVEMENT_FILTER                                                                                                       \
    " (?1 = '' OR charge_permission_id = ?1) AND (?2 = '' OR merchant_reference_id = ?2) AND (?3 = '' OR merchant_id = ?3) " \
    "AND (?4 = '' OR environment = ?4) AND seq > ?5 "

Statement& bind_filter(Statement& statement, const MovementFilter& filter) {
    return statement.bind(filter.permission_id).bind(filter.merchant_reference_id).bind(filter.merchant_id).bind(filter.environment).bind(filter.after_seq);
}

}  // namespace

void Store::add_movement(const Movement& m) {
    database_.prepare("INSERT INTO movement (at_ms, kind, merchant_id, environment, charge_permission_id, charge_id, refund_id, "
                      "amount_minor, currency, merchant_reference_id, idempotency_key, done_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(m.at_ms).bind(m.kind).bind(m.merchant_id).bind(m.environment).bind(m.permission_id).bind(m.charge_id).bind(m.refund_id)
        .bind(m.amount.minor).bind(m.amount.currency).bind(m.merchant_reference_id).bind(m.idempotency_key).bind(m.by).run();
}

std::vector<Movement> Store::movements(const MovementFilter& filter) {
    auto row = database_.prepare("SELECT seq, at_ms, kind, merchant_id, environment, charge_permission_id, charge_id, refund_id, amount_minor, "
                                 "currency, merchant_reference_id, idempotency_key, done_by FROM movement WHERE" MOVEMENT_FILTER "ORDER BY seq");
    bind_filter(row, filter);
    std::vector<Movement> found;
    while (row.step())
        found.push_back({row.number(0), row.number(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6), row.text(7),
                         {row.number(8), row.text(9)}, row.text(10), row.text(11), row.text(12)});
    return found;
}

std::int64_t Store::last_movement_seq() {
    auto row = database_.prepare("SELECT COALESCE(MAX(seq), 0) FROM movement");
    return row.step() ? row.number(0) : 0;
}

std::map<std::string, CurrencyTotals> Store::totals(const MovementFilter& filter) {
    // Per order first, so that an order whose only refund was declined does not count as refunded.
    auto row = database_.prepare("SELECT currency, SUM(captured), SUM(refunded), SUM(refunds), SUM(refunds > 0) FROM ("
                                 "SELECT currency, SUM(CASE kind WHEN 'capture' THEN amount_minor ELSE 0 END) AS captured, "
                                 "SUM(CASE kind WHEN 'refund' THEN amount_minor WHEN 'refund_declined' THEN -amount_minor ELSE 0 END) AS refunded, "
                                 "SUM(CASE kind WHEN 'refund' THEN 1 WHEN 'refund_declined' THEN -1 ELSE 0 END) AS refunds "
                                 "FROM movement WHERE" MOVEMENT_FILTER "GROUP BY currency, charge_permission_id) GROUP BY currency");
    bind_filter(row, filter);
    std::map<std::string, CurrencyTotals> found;
    while (row.step()) found[row.text(0)] = {row.number(1), row.number(2), row.number(3), row.number(4)};
    return found;
}

}  // namespace sandbox
