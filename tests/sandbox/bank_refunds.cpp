#include "bank.hpp"

#include "reports.hpp"

namespace sandbox {

std::int64_t Bank::refunded_minor(const std::string& charge_id, bool with_pending) {
    std::int64_t sum = 0;
    for (const auto& refund : store_.children<Refund>(charge_id))
        if (refund.state == "Refunded" || (with_pending && refund.state == "RefundInitiated")) sum += refund.amount.minor;
    return sum;
}

Refund Bank::refund(Charge& charge, const Money& amount, const std::string& soft_descriptor, const Actor& actor) {
    if (charge.state != "Captured")
        throw ApiError(422, "InvalidChargeStatus", "The charge is " + charge.state + "; only a Captured charge can be refunded.");
    if (amount.currency != charge.amount.currency)
        throw ApiError(400, "CurrencyMismatch", "The currency of the refund has to be that of the charge: " + charge.amount.currency + ".");
    // Seller Central offers the rest, which may be nothing.
    if (amount.minor <= 0) throw ApiError(400, "TransactionAmountExceeded", "There is nothing left to refund.");
    if (store_.children<Refund>(charge.id).size() >= 10)
        throw ApiError(422, "TransactionCountExceeded", "The charge has the maximum of 10 refunds.");
    const auto maximum = absolute_maximum(amount.currency);
    const auto ceiling = refund_ceiling({charge.captured_minor, charge.amount.currency});
    if ((maximum && amount.minor > *maximum) || amount.minor > ceiling - refunded_minor(charge.id, true))
        throw ApiError(400, "TransactionAmountExceeded", "The refund exceeds the amount that may be refunded for this charge.");

    Refund refund;
    refund.id = child_id(charge.id.substr(0, charge.id.rfind('-')), 'R');
    refund.merchant_id = charge.merchant_id;
    refund.environment = charge.environment;
    refund.parent_id = charge.id;
    refund.permission_id = charge.parent_id;
    refund.amount = amount;
    refund.created_ms = actor.at_ms;
    if (!soft_descriptor.empty()) refund.soft_descriptor = "AMZ* " + soft_descriptor;
    refund.idempotency_key = actor.idempotency_key;
    refund.by = actor.by;
    refund.due_outcome = actor.simulation_code.empty() ? "Refunded" : actor.simulation_code;
    refund.due_ms = actor.at_ms + settings_.refund_delay_ms;
    set_state(refund, "RefundInitiated", "", "", actor.at_ms);
    store_.put(refund);
    move_money("refund", charge, amount, actor, refund.id);
    if (!settings_.refunded_when_settled) store_.tell(charge);  // refundedAmount has risen
    return refund;
}

void Bank::settle_refund(Refund refund) {
    const Actor amazon{"amazon", refund.idempotency_key, "", refund.due_ms};
    const bool settled = refund.due_outcome == "Refunded";
    if (settled) set_state(refund, "Refunded", "", "", refund.due_ms);
    else set_state(refund, "Declined", refund.due_outcome, "The refund was declined.", refund.due_ms);
    refund.due_ms = 0;
    store_.put(refund);
    const auto charge = *store_.find<Charge>(refund.parent_id);
    move_money(settled ? "refund_settled" : "refund_declined", charge, refund.amount, amazon, refund.id);
    if (settled == settings_.refunded_when_settled) store_.tell(charge);  // refundedAmount rises late, or falls back after a decline
}

void Bank::settle_charge(Charge charge) {
    const Actor amazon{charge.state == "Authorized" ? "amazon" : charge.by, charge.idempotency_key, "", charge.due_ms};
    const auto outcome = charge.due_outcome;
    if (charge.state == "Authorized") return cancel(charge, "ExpiredUnused", "The authorization was not captured within 30 days.", amazon);
    if (charge.state == "CaptureInitiated" && outcome == "Captured") return finish_capture(charge, amazon);
    if (charge.state == "AuthorizationInitiated" && outcome == "Authorized") {
        set_state(charge, "Authorized", "", "", charge.due_ms);
        charge.due_outcome.clear();
        charge.due_ms = charge.expires_ms;
        store_.put(charge);
        move_money("authorize", charge, charge.amount, amazon);
        if (charge.capturing_minor > 0) finish_capture(charge, amazon);
        return;
    }
    decline(charge, outcome, charge.due_ms);
}

bool Bank::settle_due() {
    const auto now = now_ms();
    bool changed = false;
    while (const auto due = store_.next_due(now)) {
        changed = true;
        if (due->kind == Refund::kind) settle_refund(*store_.find<Refund>(due->id));
        else if (due->kind == Charge::kind) settle_charge(*store_.find<Charge>(due->id));
        else if (due->kind == Report::kind) finish_report(*this, *store_.find<Report>(due->id));
        else if (due->kind == ReportSchedule::kind) run_schedule(*this, *store_.find<ReportSchedule>(due->id));
        else if (due->kind == Permission::kind) {
            auto permission = *store_.find<Permission>(due->id);
            close(permission, "Expired", "The charge permission has expired.", false, {"amazon", "", "", permission.due_ms});
        } else {
            auto session = *store_.find<Session>(due->id);
            set_state(session, "Canceled", "Expired", "The checkout was not completed within 24 hours.", session.due_ms);
            session.due_ms = 0;
            store_.put(session);
        }
    }
    return changed;
}

}  // namespace sandbox
