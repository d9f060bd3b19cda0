#pragma once
// The Amazon side: state machines, limits and the virtual clock over the store. API operations, the Seller Central act of the control
// interface and the transitions that happen by themselves all go through here, so one rule holds for all of them.
// One thread at a time, inside a transaction of the caller. A refusal is an ApiError; every check stands before the first write, except
// that a decline (422 SoftDeclined and the like) may also change the charge permission: the caller commits on ApiError, too.
#include <optional>
#include <string>
#include <vector>

#include "error.hpp"
#include "records.hpp"
#include "store.hpp"
#include "timestamps.hpp"

namespace sandbox {

// Where Amazon is silent: the switches of the control interface, kept in the store.
struct Settings {
    std::int64_t refund_delay_ms = 30 * second_ms;
    std::int64_t pending_delay_ms = 30 * second_ms;
    std::int64_t clock_skew_ms = 900 * second_ms;  // 0 = do not check
    std::int64_t report_delay_ms = 30 * second_ms;
    std::int64_t link_life_ms = 30 * second_ms;  // of a report document's download link, in real time
    std::int64_t periodic_limit_minor = 50'000;  // per recurring or saved-wallet permission and calendar month; 0 = none
    std::int64_t report_burst = 0;               // throttling of reports and disbursements, for which no figures are published; 0 = none
    std::int64_t report_rate = 1;                // restored per second
    bool throttling = false;
    bool recurring_renews = false;        // each charge of a recurring permission restarts its 13 months
    bool charge_in_progress = false;      // a fully authorized permission shows NonChargeable / ChargeInProgress
    bool live_behaviour = false;          // captures older than 7 days are asynchronous
    bool refunded_when_settled = false;   // refundedAmount rises when the refund is Refunded instead of at its creation
    bool capture_rejected_direct = false; // simulated AmazonRejected on capture is 422 at once instead of pending first
};

// Who acts, and how. at_ms is "now" unless the control interface makes an order of the past.
struct Actor {
    std::string by;
    std::string idempotency_key;
    std::string simulation_code;
    std::int64_t at_ms = 0;
};

struct ChargeOrder {
    Money amount;
    bool capture_now = false;
    bool can_pend = false;
    std::string soft_descriptor, provider_reference, channel, initiator, platform_id;
    boost::json::value merchant_metadata;
};

class Bank {
public:
    explicit Bank(Store& store);

    Store& store() { return store_; }
    const Settings& settings() const { return settings_; }
    void change_settings(const Settings& settings);

    std::int64_t now_ms() const;  // the virtual clock
    std::int64_t clock_offset_ms() const { return clock_offset_ms_; }
    void advance_clock(std::int64_t by_ms);

    // Everything whose time has come: refunds, pending results, expiries. Returns whether anything changed.
    bool settle_due();

    // Charges
    Charge authorize(Permission& permission, const ChargeOrder& order, const Actor& actor);
    void capture(Charge& charge, const Money& amount, const std::string& soft_descriptor, const Actor& actor);
    // What a payment service provider says happened: state Authorized, Captured, Canceled or Declined.
    void follow_provider(Charge& charge, const std::string& state, const std::string& reason_code, const std::string& description, const Actor& actor);
    void cancel(Charge& charge, const std::string& reason_code, const std::string& description, const Actor& actor);

    // Refunds
    Refund refund(Charge& charge, const Money& amount, const std::string& soft_descriptor, const Actor& actor);
    std::int64_t refunded_minor(const std::string& charge_id, bool with_pending);

    // Charge permissions
    Permission open_permission(const Session& session, const Money& limit, const Actor& actor);
    void close(Permission& permission, const std::string& reason_code, const std::string& description, bool cancel_pending, const Actor& actor);
    std::int64_t balance_minor(const Permission& permission);
    struct PermissionStatus {
        std::string state, reason_code, reason_description;
    };
    PermissionStatus status_of(const Permission& permission);

    // Checkout sessions. complete() opens the permission and makes the charge the payment intent asks for.
    Session open_session(const Merchant& merchant, const std::string& environment, boost::json::object request, const Actor& actor);
    void complete(Session& session, const Actor& actor);

    std::string new_order_id(const Merchant& merchant, const std::string& environment, const std::string& type);

private:
    void set_state(Record& record, const std::string& state, const std::string& reason, const std::string& description, std::int64_t at_ms);
    void move_money(const char* kind, const Charge& charge, const Money& amount, const Actor& actor, const std::string& refund_id = {});
    void finish_capture(Charge& charge, const Actor& actor);
    void begin_capture(Charge& charge, const std::string& outcome, const Actor& actor);
    void decline(Charge& charge, const std::string& reason, std::int64_t at_ms);
    void punish_permission(Permission& permission, const std::string& decline_reason, std::int64_t at_ms);
    void settle_charge(Charge charge);
    void settle_refund(Refund refund);
    void check_new_charge(const Permission& permission, const Money& amount, std::int64_t at_ms);
    void check_periodic_limit(const Permission& permission, const Money& amount, std::int64_t at_ms);
    std::string child_id(const std::string& order_id, char letter);

    Store& store_;
    Settings settings_;
    std::int64_t clock_offset_ms_ = 0;
};

}  // namespace sandbox
