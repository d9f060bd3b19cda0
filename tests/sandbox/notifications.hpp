#pragma once
// The outbox of notifications: every change of a charge permission, charge or refund leaves one message here, in the transaction of the change
// itself, together with what has to be delivered to the shop's address. The control interface subscribes and looks; the sender delivers.
// One thread at a time (the gateway's mutex), inside a transaction of the caller. Refusals are ApiError.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bank.hpp"
#include "signer.hpp"

namespace sandbox {

// Where an account's notifications go (one for each account and environment) and how badly the service behaves on the way.
struct Subscription {
    std::string merchant_id, environment, url, topic_arn, subscription_arn;
    std::string signature_version = "1";
    std::string certificate = "valid";  // valid, expired, self_signed
    std::string ca_pem;                 // trusted for an https address besides the system's authorities
    std::string token;                  // of the confirmation
    std::int64_t delay_ms = 0;          // real time
    std::int64_t timeout_ms = 15000;
    std::int64_t duplicates = 0;        // each message so many extra times
    std::int64_t reorder = 0;           // a message may be overtaken by the next n-1
    std::int64_t seed = 0;
    std::int64_t hold = 0;              // keep back until released
    std::int64_t confirm = 0;           // keep back until SubscribeURL was fetched
    std::int64_t confirm_fetches = 0;
    std::int64_t placed = 0;            // deliveries so far; drives the shuffle

    bool waits_for_confirmation() const { return confirm != 0 && confirm_fetches == 0; }

    template <class Archive>
    void fields(Archive& a) {
        a("merchant_id", merchant_id), a("environment", environment), a("url", url), a("topic_arn", topic_arn);
        a("subscription_arn", subscription_arn), a("signature_version", signature_version), a("certificate", certificate), a("ca_pem", ca_pem);
        a("token", token), a("delay_ms", delay_ms), a("timeout_ms", timeout_ms), a("duplicates", duplicates), a("reorder", reorder);
        a("seed", seed), a("hold", hold), a("confirm", confirm), a("confirm_fetches", confirm_fetches), a("placed", placed);
    }
};

struct Notification {
    std::int64_t seq = 0;
    std::string message_id, notification_id, merchant_id, environment;
    std::string sns_type = "Notification";
    std::string object_type, object_id, permission_id, notification_type, object_state;
    std::int64_t at_ms = 0;         // virtual clock
    std::int64_t published_ms = 0;  // real clock: the envelope's Timestamp
    std::string message;            // the inner message
    boost::json::value orders;      // of /control/notifications/send: changes to the envelope; null for the usual ones
};

// One message on its way once; duplicates and repeats on request are further deliveries.
struct Delivery {
    std::int64_t seq = 0;
    std::string message_id;
    std::string state;  // pending, retrying, held, unconfirmed, delivered, refused (4xx), failed (no try left)
    std::int64_t tries = 0, last_status = 0;
    std::string last_error;
};

struct NotificationFilter {
    std::string merchant_id, environment, permission_id, object_id;  // empty = any
    std::int64_t limit = 1000;                                       // the newest
};

class Notifications {
public:
    Notifications(Store& store, Bank& bank);

    void subscribe(const Subscription& subscription);  // replaces the one of the same account and environment
    bool unsubscribe(const std::string& merchant_id, const std::string& environment);
    std::optional<Subscription> find_subscription(const std::string& merchant_id, const std::string& environment);
    std::vector<Subscription> subscriptions();
    bool confirm(const std::string& topic_arn, const std::string& token);  // SubscribeURL was fetched; false when the token is not right

    void publish(Notification message);
    std::optional<Notification> find(const std::string& message_id);
    std::vector<Notification> list(const NotificationFilter& filter);
    std::vector<Delivery> deliveries(const std::string& message_id);

    // Lets go what is held and makes waiting repeats due at once; empty = any. Returns how many deliveries.
    std::int64_t release(const std::string& merchant_id, const std::string& environment);
    void resend(const Notification& message);  // once more, at once, with the same MessageId

    // For the sender.
    std::optional<Delivery> next_delivery(std::int64_t real_now_ms);
    void finish(const Delivery& delivery, int status, const std::string& error);  // status 0: no answer

    // Where the certificates and SubscribeURL are served (localhost:PORT of the API); known once the server has bound its port.
    void set_address(std::string address, const Signer& signer);
    const std::string& address() const { return address_; }
    std::string certificate_path(const std::string& kind) const { return paths_.contains(kind) ? paths_.at(kind) : std::string(); }

private:
    void note(const ObjectChange& change);
    void put_subscription(const Subscription& subscription);
    void place(Subscription& subscription, const std::string& message_id, bool at_once, const char* state);

    Store& store_;
    Bank& bank_;
    std::string address_ = "localhost:0";
    std::map<std::string, std::string> paths_;
};

}  // namespace sandbox
