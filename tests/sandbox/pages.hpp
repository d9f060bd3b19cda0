#pragma once
// Web pages of the control port for people: a Seller Central to look at and act in, a checkout page where a test buyer pays, a form for a new
// order. Server-rendered, no script, clearly marked TEST. Each act is one request to the control interface, so a page can do nothing that a test
// could not. Used by main. Any thread; reading takes the gateway's mutex.
#include <map>
#include <string>

#include "control.hpp"

namespace sandbox {

// False for what another website made the browser send: a foreign Origin, or a Host that is not this machine. Every request to the control
// port has to pass it.
bool from_this_machine(const HttpRequest& request);
HttpAnswer refuse_stranger();

class Pages {
public:
    Pages(Gateway& gateway, Control& control) : gateway_(gateway), control_(control) {}
    HttpAnswer handle(const HttpRequest& request);
    void trust(std::string ca_file) { ca_file_ = std::move(ca_file); }  // named in the JSON of new keys, so that a shop can reach this service

private:
    using Form = std::map<std::string, std::string>;

    HttpAnswer get(const std::string& path, const Form& query);
    HttpAnswer post(const std::string& path, const Form& form);

    HttpAnswer index();
    HttpAnswer make_account(const Form& form);
    HttpAnswer integration(const std::string& refusal);
    HttpAnswer make_keys(const std::string& merchant_id, const Form& form);
    HttpAnswer upload_key(const std::string& merchant_id, const Form& form);
    HttpAnswer orders(const Form& query);
    HttpAnswer order(const std::string& permission_id, const std::string& said, const std::string& refusal);
    HttpAnswer act(const std::string& permission_id, const std::string& act, const Form& form);
    HttpAnswer checkout(const std::string& session_id, const std::string& refusal);
    HttpAnswer pay(const std::string& session_id, const Form& form);
    HttpAnswer new_order(const Form& form, const std::string& refusal);
    HttpAnswer make_order(const Form& form);

    // Through the control interface; the answer's body, or its refusal as ApiError.
    boost::json::value ask(const std::string& path, const boost::json::object& body);

    Gateway& gateway_;
    Control& control_;
    std::string ca_file_;
};

// For the pages' own files.
HttpAnswer page(const char* content, const std::string& title, boost::json::object data, int status = 200);
HttpAnswer redirect(const std::string& location);
std::string readable_time(std::int64_t at_ms);                   // 2025-03-10 10:15 UTC
std::string readable_amount(const Money& money);                 // 14.00 EUR
std::string field(const std::map<std::string, std::string>& form, const std::string& name);

}  // namespace sandbox
