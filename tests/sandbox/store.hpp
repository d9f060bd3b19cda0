#pragma once
// The durable state of the sandbox in one SQLite file: accounts, keys, objects, movements, idempotent answers, settings.
// Used by everything above it, one thread at a time (the Sandbox object holds the mutex). After a commit returned, kill -9 loses nothing.
// SQLite errors are std::runtime_error.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "archive.hpp"
#include "database.hpp"
#include "records.hpp"

namespace sandbox {

struct StoredAnswer {
    std::string fingerprint;  // of the request it answered
    int status = 0;
    std::string body;
};

struct MovementFilter {
    std::string permission_id, merchant_reference_id, merchant_id, environment;  // empty = any
    std::int64_t after_seq = 0;
};

struct CurrencyTotals {
    std::int64_t captured_minor = 0, refunded_minor = 0, refunds = 0, orders_refunded = 0;
};

// A change of an object that the shop is told of.
struct ObjectChange {
    std::string object_type;  // CHARGE_PERMISSION, CHARGE, REFUND
    std::string object_id, permission_id, merchant_id, environment, state;
    std::string notification_type;  // STATE_CHANGE or ATTRIBUTE_CHANGE
};

class Store {
public:
    explicit Store(const std::string& path);
    Database& database() { return database_; }

    std::int64_t setting(const std::string& name, std::int64_t otherwise);
    void set_setting(const std::string& name, std::int64_t value);

    void put_merchant(const Merchant& merchant);
    std::optional<Merchant> find_merchant(const std::string& merchant_id);
    std::vector<Merchant> merchants();
    void put_key(const ApiKey& key);  // replaces a key of the same id
    std::optional<ApiKey> find_key(const std::string& public_key_id);
    std::vector<ApiKey> keys();

    // The one place every state change passes, so whoever watches misses none; the watcher writes within the same transaction.
    void watch(std::function<void(const ObjectChange&)> watcher) { watcher_ = std::move(watcher); }

    template <class T>
    void put(const T& record) {
        bool changed = false;
        if constexpr (requires { T::notified_as; }) changed = state_of(record.id) != record.state;
        put_document(record, T::kind, boost::json::serialize(to_document(record)));
        if constexpr (requires { T::notified_as; })
            if (changed) tell(record, "STATE_CHANGE");
    }
    // For a change of something else than the state.
    template <class T>
    void tell(const T& record, const char* notification_type = "ATTRIBUTE_CHANGE") {
        if (watcher_)
            watcher_({T::notified_as, record.id, record.order_id(), record.merchant_id, record.environment, record.state, notification_type});
    }
    template <class T>
    std::optional<T> find(const std::string& id) {
        const auto text = document(T::kind, id);
        if (!text) return std::nullopt;
        return from_document<T>(*text);
    }
    template <class T>
    std::vector<T> children(const std::string& parent_id) {  // oldest first
        std::vector<T> found;
        for (const auto& text : child_documents(T::kind, parent_id)) found.push_back(from_document<T>(text));
        return found;
    }
    template <class T>
    std::vector<T> all(const std::string& merchant_id, const std::string& environment) {  // oldest first; reads the whole table
        std::vector<T> found;
        for (const auto& text : documents_of(T::kind, merchant_id, environment)) found.push_back(from_document<T>(text));
        return found;
    }
    std::string kind_of(const std::string& id);   // empty when there is no such object
    std::string state_of(const std::string& id);  // empty when there is no such object

    // Orders for the list of Seller Central, newest first: permissions, and sessions that never got one. contains = in any of their members.
    struct Listed {
        std::int64_t seq;
        std::string id, kind;
    };
    std::vector<Listed> newest_orders(const std::string& merchant_id, const std::string& environment, const std::string& contains,
                                      std::int64_t before_seq, std::int64_t limit);

    struct Due {
        std::string id, kind;
    };
    std::optional<Due> next_due(std::int64_t now_ms);

    void add_movement(const Movement& movement);
    std::vector<Movement> movements(const MovementFilter& filter);
    std::int64_t last_movement_seq();
    std::map<std::string, CurrencyTotals> totals(const MovementFilter& filter);

    std::optional<StoredAnswer> find_answer(const std::string& scope, const std::string& key);
    void put_answer(const std::string& scope, const std::string& key, const StoredAnswer& answer);

private:
    void put_document(const Record& record, const char* kind, const std::string& text);
    std::optional<std::string> document(const char* kind, const std::string& id);
    std::vector<std::string> documents_of(const char* kind, const std::string& merchant_id, const std::string& environment);
    std::vector<std::string> child_documents(const char* kind, const std::string& parent_id);

    Database database_;
    std::function<void(const ObjectChange&)> watcher_;
};

}  // namespace sandbox
