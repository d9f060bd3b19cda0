#pragma once
// The API pipeline: route, signature, throttling, headers, faults, stored answer, body, operation, durable outcome - in this order. Used by
// the HTTPS server and, for its state, by the control interface. Thread-safe: signatures are checked in parallel, the rest under one mutex.
// Never throws for what a client sent; what goes wrong inside is answered 500 InternalServerError.
#include <mutex>
#include <string>
#include <unordered_map>

#include "bank.hpp"
#include "faults.hpp"
#include "notifications.hpp"
#include "request_log.hpp"
#include "routes.hpp"
#include "signature.hpp"
#include "throttle.hpp"

namespace sandbox {

struct HttpAnswer {
    int status = 200;
    std::string body;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;
    std::string request_id;
    std::int64_t delay_ms = 0;  // hold the answer back
    bool drop = false;          // close the connection instead of answering
};

class Gateway {
public:
    explicit Gateway(Store& store) : store_(store), bank_(store), notifications_(store, bank_) {}

    HttpAnswer handle(const HttpRequest& request);

    // For the control interface; hold the mutex while using store and bank.
    std::mutex& mutex() { return mutex_; }
    Store& store() { return store_; }
    Bank& bank() { return bank_; }
    Notifications& notifications() { return notifications_; }
    Faults& faults() { return faults_; }
    RequestLog& log() { return log_; }
    void forget_keys();  // after a key or an account was registered

private:
    struct KnownKey {
        ApiKey key;
        Key public_key;
        Merchant merchant;
    };
    HttpAnswer answer(const HttpRequest& request, LoggedRequest& entry);
    HttpAnswer serve_download(const HttpRequest& request);
    Merchant delegated_merchant(const Merchant& provider, const std::string& environment, const std::string& token);
    KnownKey find_key(const std::string& public_key_id);
    HttpAnswer perform(const HttpRequest& request, const Match& match, const KnownKey& known, const std::string& environment,
                       const Actor& actor, LoggedRequest& entry);

    Store& store_;
    Bank bank_;
    Notifications notifications_;
    Faults faults_;
    RequestLog log_;
    Throttle throttle_;
    std::mutex mutex_;
    std::mutex key_mutex_;
    std::unordered_map<std::string, KnownKey> keys_;
};

std::string error_body(const ApiError& error);

}  // namespace sandbox
