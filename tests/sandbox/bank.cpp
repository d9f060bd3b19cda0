#include "bank.hpp"

#include <algorithm>

#include "buyers.hpp"
#include "crypto.hpp"

namespace sandbox {
namespace {

// One list for reading and writing, so that no switch is forgotten.
template <class Visit>
void each_setting(Settings& s, Visit visit) {
    visit("refund_delay_ms", s.refund_delay_ms);
    visit("pending_delay_ms", s.pending_delay_ms);
    visit("clock_skew_ms", s.clock_skew_ms);
    visit("report_delay_ms", s.report_delay_ms);
    visit("link_life_ms", s.link_life_ms);
    visit("periodic_limit_minor", s.periodic_limit_minor);
    visit("report_burst", s.report_burst);
    visit("report_rate", s.report_rate);
    visit("recurring_renews", s.recurring_renews);
    visit("throttling", s.throttling);
    visit("charge_in_progress", s.charge_in_progress);
    visit("live_behaviour", s.live_behaviour);
    visit("refunded_when_settled", s.refunded_when_settled);
    visit("capture_rejected_direct", s.capture_rejected_direct);
}

}  // namespace

Bank::Bank(Store& store) : store_(store) {
    each_setting(settings_, [&](const char* name, auto& value) {
        value = static_cast<std::decay_t<decltype(value)>>(store_.setting(name, static_cast<std::int64_t>(value)));
    });
    clock_offset_ms_ = store_.setting("clock_offset_ms", 0);
}

void Bank::change_settings(const Settings& settings) {
    settings_ = settings;
    each_setting(settings_, [&](const char* name, auto& value) { store_.set_setting(name, static_cast<std::int64_t>(value)); });
}

std::int64_t Bank::now_ms() const { return wall_clock_ms() + clock_offset_ms_; }

void Bank::advance_clock(std::int64_t by_ms) {
    clock_offset_ms_ += by_ms;
    store_.set_setting("clock_offset_ms", clock_offset_ms_);
}

void Bank::set_state(Record& record, const std::string& state, const std::string& reason, const std::string& description, std::int64_t at_ms) {
    record.state = state;
    record.reason_code = reason;
    record.reason_description = description;
    record.updated_ms = std::max(record.updated_ms, at_ms);
}

void Bank::move_money(const char* kind, const Charge& charge, const Money& amount, const Actor& actor, const std::string& refund_id) {
    std::string reference;
    const auto read = [&](const boost::json::value& metadata) {
        if (!metadata.is_object() || !reference.empty()) return;
        const auto* found = metadata.as_object().if_contains("merchantReferenceId");
        if (found && found->is_string()) reference = std::string(found->as_string());
    };
    read(charge.merchant_metadata);
    if (reference.empty())
        if (const auto permission = store_.find<Permission>(charge.parent_id)) read(permission->merchant_metadata);
    store_.add_movement({0, actor.at_ms, kind, charge.merchant_id, charge.environment, charge.parent_id, charge.id, refund_id, amount,
                         reference, actor.idempotency_key, actor.by});
}

std::string Bank::child_id(const std::string& order_id, char letter) {
    while (true) {
        auto id = order_id + "-" + letter + random_digits(6);
        if (store_.kind_of(id).empty()) return id;
    }
}

// Recurring and saved-wallet permissions have no balance but a sum per calendar month (in the currency of the permission).
void Bank::check_periodic_limit(const Permission& permission, const Money& amount, std::int64_t at_ms) {
    if (settings_.periodic_limit_minor == 0) return;
    const auto from_ms = month_start(at_ms);
    std::int64_t used = 0;
    for (const auto& charge : store_.children<Charge>(permission.id))
        if (charge.created_ms >= from_ms && charge.state != "Canceled" && charge.state != "Declined") used += charge.amount.minor;
    if (used + amount.minor > settings_.periodic_limit_minor)
        throw ApiError(400, "PeriodicAmountExceeded", "The charge exceeds what may be charged on this charge permission in a calendar month.");
}

void Bank::check_new_charge(const Permission& permission, const Money& amount, std::int64_t at_ms) {
    const auto status = status_of(permission);
    if (status.state != "Chargeable")
        throw ApiError(422, "InvalidChargePermissionStatus",
                       "The charge permission is " + status.state + (status.reason_code.empty() ? "" : " (" + status.reason_code + ")") +
                           "; a charge can be made only while it is Chargeable.");
    if (amount.currency != permission.limit.currency)
        throw ApiError(400, "CurrencyMismatch", "The currency of the charge has to be that of the charge permission: " + permission.limit.currency + ".");
    if (amount.minor <= 0) throw ApiError(400, "TransactionAmountExceeded", "There is nothing left to charge.");
    const auto maximum = absolute_maximum(amount.currency);
    if (maximum && amount.minor > *maximum)
        throw ApiError(400, "TransactionAmountExceeded", "The charge exceeds the maximum amount of one charge.");
    if (permission.type != "OneTime") return check_periodic_limit(permission, amount, at_ms);
    if (amount.minor > balance_minor(permission))
        throw ApiError(400, "TransactionAmountExceeded", "The charge exceeds the balance of the charge permission.");
    if (store_.children<Charge>(permission.id).size() >= 25)
        throw ApiError(422, "TransactionCountExceeded", "The charge permission has the maximum of 25 charges.");
}

Charge Bank::authorize(Permission& permission, const ChargeOrder& order, const Actor& actor) {
    check_new_charge(permission, order.amount, actor.at_ms);
    // A code in the request wins over the card.
    const bool card_decides = actor.simulation_code.empty() && order.can_pend && permission.environment == "Sandbox";
    const auto code = card_decides ? pending_outcome(permission.card) : actor.simulation_code;
    const bool declines = code == "SoftDeclined" || code == "HardDeclined" || code == "AmazonRejected" || code == "TransactionTimedOut";
    if (declines) {
        punish_permission(permission, code, actor.at_ms);
        throw ApiError(422, code, "The charge was declined: " + code + ".");
    }

    Charge charge;
    const auto merchant = *store_.find_merchant(permission.merchant_id);
    charge.id = child_id(permission.type == "OneTime" ? permission.id : new_order_id(merchant, permission.environment, "OneTime"), 'C');
    charge.merchant_id = permission.merchant_id;
    charge.environment = permission.environment;
    charge.parent_id = permission.id;
    charge.created_ms = actor.at_ms;
    charge.expires_ms = actor.at_ms + 30 * day_ms;
    charge.amount = order.amount;
    charge.provider_reference = order.provider_reference;
    charge.channel = order.channel;
    charge.initiator = order.initiator;
    charge.platform_id = order.platform_id;
    charge.merchant_metadata = order.merchant_metadata;
    charge.idempotency_key = actor.idempotency_key;
    charge.by = actor.by;
    if (!order.soft_descriptor.empty()) charge.soft_descriptor = "AMZ* " + order.soft_descriptor;
    if (order.capture_now) charge.capturing_minor = order.amount.minor;

    if (code == "AuthorizationInitiated" || code.starts_with("Pending")) {
        set_state(charge, "AuthorizationInitiated", "", "", actor.at_ms);
        charge.due_outcome = code == "AuthorizationInitiated" ? "Authorized" : code.substr(7);
        charge.due_ms = actor.at_ms + settings_.pending_delay_ms;
        store_.put(charge);
        return charge;
    }
    set_state(charge, "Authorized", "", "", actor.at_ms);
    charge.due_ms = charge.expires_ms;
    store_.put(charge);
    move_money("authorize", charge, charge.amount, actor);
    if (permission.type == "Recurring" && settings_.recurring_renews) {
        permission.expires_ms = permission.due_ms = months_later(actor.at_ms, 13);
        store_.put(permission);
    }
    if (order.capture_now) begin_capture(charge, code == "CaptureInitiated" ? "Captured" : "", actor);
    return charge;
}

void Bank::capture(Charge& charge, const Money& amount, const std::string& soft_descriptor, const Actor& actor) {
    if (charge.state != "Authorized")
        throw ApiError(422, "InvalidChargeStatus", "The charge is " + charge.state + "; only an Authorized charge can be captured.");
    if (amount.currency != charge.amount.currency)
        throw ApiError(400, "CurrencyMismatch", "The currency of the capture has to be that of the charge: " + charge.amount.currency + ".");
    if (amount.minor > charge.amount.minor)
        throw ApiError(400, "TransactionAmountExceeded", "The capture exceeds the amount of the charge.");
    if (actor.simulation_code == "AmazonRejected" && settings_.capture_rejected_direct) {
        decline(charge, "AmazonRejected", actor.at_ms);
        throw ApiError(422, "AmazonRejected", "The capture was rejected.");
    }
    charge.capturing_minor = amount.minor;
    if (!soft_descriptor.empty()) charge.soft_descriptor = "AMZ* " + soft_descriptor;
    charge.idempotency_key = actor.idempotency_key;
    charge.by = actor.by;
    const bool late = settings_.live_behaviour && actor.at_ms - charge.created_ms > 7 * day_ms;
    if (actor.simulation_code == "AmazonRejected") begin_capture(charge, "AmazonRejected", actor);
    else begin_capture(charge, late || actor.simulation_code == "CaptureInitiated" ? "Captured" : "", actor);
}

// outcome empty: at once; else what the pending capture ends with.
void Bank::begin_capture(Charge& charge, const std::string& outcome, const Actor& actor) {
    if (outcome.empty()) return finish_capture(charge, actor);
    set_state(charge, "CaptureInitiated", "", "", actor.at_ms);
    charge.due_outcome = outcome;
    charge.due_ms = actor.at_ms + settings_.pending_delay_ms;
    store_.put(charge);
}

void Bank::finish_capture(Charge& charge, const Actor& actor) {
    charge.captured_minor = charge.capturing_minor;
    charge.capturing_minor = 0;
    charge.due_ms = 0;
    charge.due_outcome.clear();
    set_state(charge, "Captured", "", "", actor.at_ms);
    store_.put(charge);
    move_money("capture", charge, {charge.captured_minor, charge.amount.currency}, actor);

    auto permission = *store_.find<Permission>(charge.parent_id);
    if (permission.type != "OneTime" || permission.state == "Closed") return;
    std::int64_t captured = 0;
    for (const auto& other : store_.children<Charge>(permission.id)) captured += other.captured_minor;
    if (captured >= permission.limit.minor) close(permission, "AmazonClosed", "The full amount has been captured.", false, actor);
}

void Bank::cancel(Charge& charge, const std::string& reason_code, const std::string& description, const Actor& actor) {
    if (charge.state != "Authorized" && charge.state != "AuthorizationInitiated")
        throw ApiError(422, "InvalidChargeStatus",
                       "The charge is " + charge.state + "; only an Authorized charge or one whose authorization is pending can be canceled.");
    set_state(charge, "Canceled", reason_code, description, actor.at_ms);
    charge.due_ms = 0;
    charge.due_outcome.clear();
    charge.capturing_minor = 0;
    store_.put(charge);
    move_money("cancel", charge, charge.amount, actor);
}

void Bank::decline(Charge& charge, const std::string& reason, std::int64_t at_ms) {
    set_state(charge, "Declined", reason, "The charge was declined.", at_ms);
    charge.due_ms = 0;
    charge.due_outcome.clear();
    charge.capturing_minor = 0;
    store_.put(charge);
    if (auto permission = store_.find<Permission>(charge.parent_id)) punish_permission(*permission, reason, at_ms);
}

void Bank::follow_provider(Charge& charge, const std::string& state, const std::string& reason_code, const std::string& description,
                           const Actor& actor) {
    const bool pending = charge.state == "AuthorizationInitiated", authorized = charge.state == "Authorized", capturing = charge.state == "CaptureInitiated";
    const bool possible = state == "Authorized" ? pending : state == "Captured" ? authorized || capturing : state == "Canceled" ? pending || authorized
                                                                                                           : pending || authorized || capturing;
    if (!possible) throw ApiError(422, "InvalidChargeStatus", "The charge is " + charge.state + " and cannot become " + state + ".");
    if (state == "Canceled") return cancel(charge, reason_code, description, actor);
    if (state == "Declined") return decline(charge, reason_code, actor.at_ms);
    if (state == "Captured") {
        if (authorized) charge.capturing_minor = charge.amount.minor;
        return finish_capture(charge, actor);
    }
    set_state(charge, "Authorized", "", "", actor.at_ms);
    charge.due_outcome.clear();
    charge.due_ms = charge.expires_ms;
    store_.put(charge);
    move_money("authorize", charge, charge.amount, actor);
}

}  // namespace sandbox
