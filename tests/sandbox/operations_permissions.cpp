#include "operations.hpp"
#include "views.hpp"

namespace sandbox {
namespace {

// Once Closed, only members which are still empty may be filled, and only for one-time permissions.
void merge_metadata(boost::json::value& stored, const Body& body, bool closed) {
    const auto given = read_merchant_metadata(body);
    if (!stored.is_object()) stored = empty_merchant_metadata();
    auto& target = stored.as_object();
    for (const auto& field : given) {
        if (field.value().is_null()) continue;
        const auto& old = target[field.key()];
        const bool filled = !old.is_null() && !(old.is_string() && old.as_string().empty());
        if (closed && filled && old != field.value())
            throw ApiError(422, "ChargePermissionNotModifiable",
                           "The charge permission is Closed; merchantMetadata." + std::string(field.key()) + " is set and cannot be changed any more.");
    }
    for (const auto& field : given)
        if (!field.value().is_null()) target[field.key()] = field.value();
}

}  // namespace

Reply get_charge_permission(Call& call) { return {200, permission_json(call.bank, look_up<Permission>(call, call.id))}; }

Reply update_charge_permission(Call& call) {
    call.body.allow({"merchantMetadata", "recurringMetadata"});
    if (!call.body.has("merchantMetadata") && !call.body.has("recurringMetadata")) call.body.require({"merchantMetadata"});
    const auto recurring = read_recurring_metadata(call.body);
    read_merchant_metadata(call.body);
    auto permission = look_up<Permission>(call, call.id);
    check_simulation(call, {});
    const bool closed = permission.state == "Closed";
    if (closed && (permission.type != "OneTime" || call.body.has("recurringMetadata")))
        throw ApiError(422, "ChargePermissionNotModifiable", "The charge permission is Closed and cannot be changed any more.");
    if (call.body.has("merchantMetadata")) merge_metadata(permission.merchant_metadata, call.body, closed);
    if (!recurring.empty() && permission.type != "Recurring") call.body.refuse("recurringMetadata");
    if (!recurring.empty() && !permission.recurring_metadata.is_object()) permission.recurring_metadata = boost::json::object{};
    for (const auto& field : recurring) permission.recurring_metadata.as_object()[field.key()] = field.value();
    call.bank.store().put(permission);
    call.bank.store().tell(permission);
    return {200, permission_json(call.bank, permission)};
}

Reply close_charge_permission(Call& call) {
    call.body.allow({"closureReason", "cancelPendingCharges"});
    call.body.require({"closureReason"});
    const auto reason = call.body.text("closureReason", 255);
    const bool cancel_pending = call.body.flag("cancelPendingCharges");
    auto permission = look_up<Permission>(call, call.id);
    check_simulation(call, {"AmazonClosed"});
    const auto code = call.actor.simulation_code.empty() ? std::string("MerchantClosed") : call.actor.simulation_code;
    call.bank.close(permission, code, reason, cancel_pending, call.actor);
    return {200, permission_json(call.bank, permission)};
}

}  // namespace sandbox
