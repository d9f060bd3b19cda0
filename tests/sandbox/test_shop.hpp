#pragma once
// A shop for the sandbox's own tests: a fresh data folder, the gateway and the control interface in this process, and a tiny client that
// signs like the SDKs do. One thread at a time. Setting a member before call() changes what is sent.
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "control.hpp"

namespace sandbox_test {

inline std::string text(const boost::json::value& parent, const char* name) { return std::string(parent.at(name).as_string()); }

struct Answer {
    int status = 0;
    boost::json::value body;
    bool dropped = false;
    std::int64_t delay_ms = 0;

    std::string reason() const { return std::string(body.at("reasonCode").as_string()); }
    std::string state() const { return std::string(body.at("statusDetails").at("state").as_string()); }
    std::string text(const char* name) const { return std::string(body.at(name).as_string()); }
    std::string amount(const char* name) const { return std::string(body.at(name).at("amount").as_string()); }
};

class TempFolder {
public:
    TempFolder();
    ~TempFolder();
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

// base64 RSASSA-PSS over the text with the private key.
std::string sign_text(const std::string& private_key_pem, int salt_bytes, const std::string& text);

// The headers of a correctly signed request, authorization included.
sandbox::HttpRequest signed_request(const std::string& method, const std::string& target, const std::string& body, const std::string& key_id,
                                    const std::string& private_key_pem, const std::string& idempotency_key, const std::string& region = "eu",
                                    const std::string& host = "localhost", const std::string& algorithm = "AMZN-PAY-RSASSA-PSS-V2");

class Shop {
public:
    explicit Shop(const char* region = "eu");

    Answer call(const std::string& method, const std::string& path, const std::string& body = {}, const std::string& idempotency_key = {},
                const std::string& simulation_code = {});
    Answer send(const sandbox::HttpRequest& request);
    Answer control(const std::string& method, const std::string& path, const std::string& body = {});
    void restart();  // a new process over the same data, as far as this process can tell

    // A paid order; extra is a piece of JSON like ,"state":"Captured".
    void order(const std::string& amount = "80.00", const std::string& extra = {});
    Answer charge() { return call("GET", "/v2/charges/" + charge_id); }
    Answer permission() { return call("GET", "/v2/chargePermissions/" + permission_id); }
    Answer capture(const std::string& amount, const std::string& idempotency_key = {}, const std::string& simulation_code = {});
    Answer refund(const std::string& amount, const std::string& idempotency_key = {}, const std::string& simulation_code = {});
    Answer create_charge(const std::string& amount, const std::string& extra = {}, const std::string& simulation_code = {});
    sandbox::Store& store() { return *store_; }
    void advance(std::int64_t seconds);
    sandbox::Gateway& gateway() { return *gateway_; }
    const std::filesystem::path& folder() const { return folder_.path(); }
    std::string fresh_key() { return "key" + std::to_string(++keys_made_); }

    std::string key_id, private_key, merchant_id, store_id, region, currency;
    std::string permission_id, charge_id, session_id;  // of the last order

private:
    TempFolder folder_;
    std::unique_ptr<sandbox::Store> store_;
    std::unique_ptr<sandbox::Gateway> gateway_;
    std::unique_ptr<sandbox::Control> control_;
    int keys_made_ = 0;
};

}  // namespace sandbox_test
