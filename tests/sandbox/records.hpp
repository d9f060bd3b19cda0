#pragma once
// What the sandbox remembers about each Amazon Pay object. Plain values; rules live in payments.*, the API's JSON in views.*.
// Each record lists its members once in fields(), which the store uses to write and read it. Records with notified_as tell the shop of their
// changes through notifications. No thread rules of their own.
#include <cstdint>
#include <string>

#include <boost/json.hpp>

#include "money.hpp"

namespace sandbox {

struct Merchant {
    std::string merchant_id;
    std::string store_id;
    std::string region;  // na, eu, jp
    std::string ledger_currency;
};

struct ApiKey {
    std::string public_key_id;
    std::string merchant_id;
    std::string environment;  // Sandbox, Live or empty for a legacy key, which serves both
    std::string pem;
};

// Members every object has. due_ms is the time of the next transition that happens by itself (0 = none).
struct Record {
    std::string id;
    std::string merchant_id;
    std::string environment;
    std::string parent_id;
    std::string state;
    std::string reason_code;
    std::string reason_description;
    std::int64_t created_ms = 0;
    std::int64_t updated_ms = 0;
    std::int64_t expires_ms = 0;  // 0 = never
    std::int64_t due_ms = 0;

    template <class Archive>
    void base_fields(Archive& a) {
        a("id", id), a("merchant_id", merchant_id), a("environment", environment), a("parent_id", parent_id), a("state", state);
        a("reason_code", reason_code), a("reason_description", reason_description), a("created_ms", created_ms);
        a("updated_ms", updated_ms), a("expires_ms", expires_ms), a("due_ms", due_ms);
    }
};

struct Session : Record {
    static constexpr const char* kind = "session";
    std::string permission_id;
    std::string charge_id;
    boost::json::value request;  // what create and update have set, merged
    boost::json::value buyer;    // null until the buyer has signed in
    std::string card = "1111";   // last digits of the buyer's card: some have simulated outcomes

    template <class Archive>
    void fields(Archive& a) {
        base_fields(a), a("permission_id", permission_id), a("charge_id", charge_id), a("request", request), a("buyer", buyer);
        a("card", card);
    }
};

struct Permission : Record {  // parent: the session
    static constexpr const char* kind = "permission";
    static constexpr const char* notified_as = "CHARGE_PERMISSION";
    const std::string& order_id() const { return id; }
    std::string type = "OneTime";
    Money limit;
    boost::json::value buyer, shipping_address, billing_address, merchant_metadata, recurring_metadata;
    std::string payment_descriptor = "Visa ****1111 (Amazon Pay)";
    std::string platform_id;
    std::string card = "1111";
    boost::json::value setup_only;  // of a saved wallet

    template <class Archive>
    void fields(Archive& a) {
        base_fields(a), a("type", type), a("limit", limit), a("buyer", buyer), a("shipping_address", shipping_address);
        a("billing_address", billing_address), a("merchant_metadata", merchant_metadata), a("recurring_metadata", recurring_metadata);
        a("payment_descriptor", payment_descriptor), a("platform_id", platform_id), a("card", card), a("setup_only", setup_only);
    }
};

struct Charge : Record {  // parent: the charge permission
    static constexpr const char* kind = "charge";
    static constexpr const char* notified_as = "CHARGE";
    const std::string& order_id() const { return parent_id; }
    Money amount;
    std::int64_t captured_minor = 0;   // 0 until captured
    std::int64_t capturing_minor = 0;  // amount of a capture that is not finished
    std::string due_outcome;           // state or decline reason the pending step ends with
    std::string soft_descriptor, provider_reference, channel, initiator, platform_id, idempotency_key, by;
    boost::json::value merchant_metadata;

    template <class Archive>
    void fields(Archive& a) {
        base_fields(a), a("amount", amount), a("captured_minor", captured_minor), a("capturing_minor", capturing_minor);
        a("due_outcome", due_outcome), a("soft_descriptor", soft_descriptor), a("provider_reference", provider_reference);
        a("channel", channel), a("initiator", initiator), a("platform_id", platform_id), a("idempotency_key", idempotency_key), a("by", by);
        a("merchant_metadata", merchant_metadata);
    }
};

struct Refund : Record {  // parent: the charge
    static constexpr const char* kind = "refund";
    static constexpr const char* notified_as = "REFUND";
    const std::string& order_id() const { return permission_id; }
    std::string permission_id;
    Money amount;
    std::string due_outcome;  // Refunded, AmazonRejected or ProcessingFailure
    std::string soft_descriptor, idempotency_key, by;

    template <class Archive>
    void fields(Archive& a) {
        base_fields(a), a("permission_id", permission_id), a("amount", amount), a("due_outcome", due_outcome);
        a("soft_descriptor", soft_descriptor), a("idempotency_key", idempotency_key), a("by", by);
    }
};

// One movement of money, in the order it happened.
struct Movement {
    std::int64_t seq = 0;
    std::int64_t at_ms = 0;
    std::string kind;  // authorize, capture, cancel, refund, refund_settled, refund_declined
    std::string merchant_id, environment, permission_id, charge_id, refund_id;
    Money amount;
    std::string merchant_reference_id, idempotency_key;
    std::string by;  // api, seller_central, checkout, amazon (what happens by itself)
};

}  // namespace sandbox
