#pragma once
// One function per API operation: body checks, object lookup, simulation code, then the bank. Called by the gateway after the signature,
// the headers and the stored answers were dealt with, inside a transaction. Refusals are ApiError.
#include <string>

#include <boost/json.hpp>

#include "bank.hpp"
#include "body.hpp"
#include "signature.hpp"

namespace sandbox {

struct Call {
    Bank& bank;
    const Merchant& merchant;
    const std::string& environment;
    const std::string& id;  // of the object in the path; empty for creates
    const Body& body;
    Actor actor;
    const HttpRequest& request;
};

struct Reply {
    int status = 200;
    boost::json::object body;
};

using Operation = Reply (*)(Call&);

Reply create_checkout_session(Call& call);
Reply get_checkout_session(Call& call);
Reply update_checkout_session(Call& call);
Reply complete_checkout_session(Call& call);
Reply finalize_checkout_session(Call& call);
Reply get_buyer(Call& call);
Reply get_charge_permission(Call& call);
Reply update_charge_permission(Call& call);
Reply close_charge_permission(Call& call);
Reply create_charge(Call& call);
Reply get_charge(Call& call);
Reply update_charge(Call& call);
Reply capture_charge(Call& call);
Reply cancel_charge(Call& call);
Reply create_refund(Call& call);
Reply get_refund(Call& call);
Reply get_reports(Call& call);
Reply get_report(Call& call);
Reply create_report(Call& call);
Reply get_report_document(Call& call);
Reply get_report_schedules(Call& call);
Reply get_report_schedule(Call& call);
Reply create_report_schedule(Call& call);
Reply cancel_report_schedule(Call& call);
Reply get_disbursements(Call& call);
Reply create_delivery_tracker(Call& call);
Reply get_authorization_token(Call& call);

// The object of this merchant and environment, or 404.
template <class T>
T look_up(Call& call, const std::string& id) {
    auto found = call.bank.store().find<T>(id);
    if (!found || found->merchant_id != call.merchant.merchant_id || found->environment != call.environment)
        throw ApiError(404, "ResourceNotFound", std::string("There is no ") + T::kind + " with the id " + id + " in this account and environment.");
    return std::move(*found);
}

// 400 InvalidSandboxSimulationSpecified unless the code is empty or one of these; live requests may carry none.
void check_simulation(const Call& call, std::initializer_list<std::string_view> codes);

// Checked soft descriptor; not usable in Japan.
std::string read_soft_descriptor(const Call& call);

}  // namespace sandbox
