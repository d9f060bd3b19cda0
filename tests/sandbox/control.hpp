#pragma once
// The control interface: what a test or a demo does to the sandbox from outside - accounts, orders, clock, faults, Seller Central acts,
// movements. Plain JSON over loopback HTTP without authentication; see README.md. Thread-safe (takes the gateway's mutex).
#include "gateway.hpp"

namespace sandbox {

class Control {
public:
    explicit Control(Gateway& gateway) : gateway_(gateway) {}
    HttpAnswer handle(const HttpRequest& request);

private:
    boost::json::value answer(const HttpRequest& request);
    boost::json::value change(const std::string& path, const Body& body);

    boost::json::object register_merchant(const Body& body, const std::string& made_public_key);
    boost::json::object make_key_pair(const Body& body);
    boost::json::object make_order(const Body& body);
    boost::json::object make_orders(const Body& body);
    boost::json::object sign_in_buyer(const std::string& session_id, const Body& body);
    boost::json::object complete_checkout(const std::string& session_id, const Body& body);
    boost::json::object clock() const;
    boost::json::object settings() const;
    boost::json::object change_settings(const Body& body);
    boost::json::object change_fees(const Body& body);
    boost::json::object make_settlement(const Body& body);
    boost::json::object make_buyer_token(const Body& body);
    boost::json::object make_delegation(const Body& body);
    boost::json::object add_fault(const Body& body);
    boost::json::object seller_central(const Body& body);
    boost::json::object dispute(const Body& body);
    boost::json::object movements(const HttpRequest& request);
    boost::json::value notifications(const HttpRequest& request);
    boost::json::object subscribe(const Body& body);
    boost::json::object unsubscribe(const HttpRequest& request);
    boost::json::object list_notifications(const HttpRequest& request);
    boost::json::object send_notification(const Body& body);
    boost::json::value object(const std::string& id);

    Gateway& gateway_;
};

}  // namespace sandbox
