#include "carriers.hpp"
#include "operations.hpp"
#include "report_records.hpp"

namespace sandbox {
namespace {

constexpr std::string_view number_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

Permission tracked_permission(Call& call, const char* name) {
    const auto id = call.body.text(name, 50);
    const auto permission = call.bank.store().find<Permission>(id);
    if (!permission || permission->merchant_id != call.merchant.merchant_id || permission->environment != call.environment) call.body.refuse(name);
    return *permission;
}

Tracker read_tracker(Call& call, const boost::json::value& entry, const Permission& permission) {
    if (!entry.is_object()) throw ApiError(400, "InvalidInputFormat", "Each of [deliveryDetails] has to be an object.");
    const Body details(entry.as_object(), "deliveryDetails.");
    details.allow({"trackingNumber", "carrierCode"});
    details.require({"trackingNumber", "carrierCode"});
    Tracker tracker;
    tracker.number = details.text("trackingNumber", 50);
    tracker.carrier = details.text("carrierCode", 50);
    if (tracker.number.empty() || tracker.number.find_first_not_of(number_characters) != std::string::npos) details.refuse("trackingNumber");
    if (!is_carrier(tracker.carrier)) details.refuse("carrierCode");
    tracker.merchant_id = permission.merchant_id;
    tracker.environment = permission.environment;
    tracker.parent_id = permission.id;
    tracker.permission_id = permission.id;
    tracker.state = "Active";
    tracker.id = "tracker|" + account_scope(tracker.merchant_id, tracker.environment) + "|" + tracker.carrier + "|" + tracker.number;
    tracker.created_ms = tracker.updated_ms = call.actor.at_ms;
    if (call.bank.store().find<Tracker>(tracker.id)) details.refuse("trackingNumber");
    return tracker;
}

}  // namespace

Reply create_delivery_tracker(Call& call) {
    call.body.allow({"chargePermissionId", "amazonOrderReferenceId", "deliveryDetails"});
    const auto* id_name = call.body.has("amazonOrderReferenceId") ? "amazonOrderReferenceId" : "chargePermissionId";
    call.body.require({id_name, "deliveryDetails"});
    const auto& details = call.body.fields().at("deliveryDetails");
    if (!details.is_array() || details.as_array().empty()) throw ApiError(400, "InvalidInputFormat", "[deliveryDetails] has to be a list with an entry.");
    const auto permission = tracked_permission(call, id_name);
    check_simulation(call, {});
    std::vector<Tracker> trackers;
    for (const auto& entry : details.as_array()) {
        auto tracker = read_tracker(call, entry, permission);
        for (const auto& other : trackers)
            if (other.id == tracker.id) call.body.refuse("deliveryDetails.trackingNumber");
        trackers.push_back(std::move(tracker));
    }
    boost::json::array shown;
    for (const auto& tracker : trackers) {
        call.bank.store().put(tracker);
        shown.push_back(boost::json::object{{"trackingNumber", tracker.number}, {"carrierCode", tracker.carrier}});
    }
    boost::json::object out;
    out.emplace(id_name, permission.id);
    out.emplace("deliveryDetails", std::move(shown));
    return {200, std::move(out)};
}

}  // namespace sandbox
