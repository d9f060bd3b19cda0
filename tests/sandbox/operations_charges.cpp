#include <algorithm>

#include "operations.hpp"
#include "views.hpp"

namespace sandbox {

void check_simulation(const Call& call, std::initializer_list<std::string_view> codes) {
    const auto& code = call.actor.simulation_code;
    if (code.empty()) return;
    if (call.environment == "Live")
        throw ApiError(400, "InvalidSandboxSimulationSpecified", "Simulation codes work in the sandbox environment only.");
    if (std::find(codes.begin(), codes.end(), code) == codes.end())
        throw ApiError(400, "InvalidSandboxSimulationSpecified", "The simulation code '" + code + "' is not known for this operation.");
}

std::string read_soft_descriptor(const Call& call) {
    auto text = call.body.text("softDescriptor", 16);
    if (!text.empty() && call.merchant.region == "jp") call.body.refuse("softDescriptor");
    return text;
}

Reply create_charge(Call& call) {
    const auto& body = call.body;
    body.allow({"chargePermissionId", "chargeAmount", "captureNow", "softDescriptor", "canHandlePendingAuthorization", "merchantMetadata",
                "providerMetadata", "platformId", "chargeInitiator", "channel"});
    body.require({"chargePermissionId", "chargeAmount"});
    ChargeOrder order;
    order.amount = body.price("chargeAmount");
    order.capture_now = body.flag("captureNow");
    order.can_pend = body.flag("canHandlePendingAuthorization");
    order.soft_descriptor = read_soft_descriptor(call);
    order.platform_id = body.text("platformId", 255);
    order.initiator = body.one_of("chargeInitiator", {"CITU", "MITU", "CITR", "MITR"});
    order.channel = body.one_of("channel", {"Web", "Phone", "App", "Alexa", "PointOfSale", "FireTv", "Offline", "Amazon"});
    if (body.has("merchantMetadata")) order.merchant_metadata = read_merchant_metadata(body);
    const auto provider = body.child("providerMetadata");
    provider.allow({"providerReferenceId"});
    order.provider_reference = provider.text("providerReferenceId", 255);
    if (!order.soft_descriptor.empty() && !order.capture_now)
        throw ApiError(400, "InvalidParameterCombination", "softDescriptor can be given only together with captureNow.");

    auto permission = look_up<Permission>(call, body.text("chargePermissionId"));
    check_simulation(call, {"SoftDeclined", "HardDeclined", "AmazonRejected", "TransactionTimedOut", "CaptureInitiated", "AuthorizationInitiated",
                            "PendingSoftDeclined", "PendingHardDeclined", "PendingAmazonRejected", "PendingTransactionTimedOut"});
    const auto& code = call.actor.simulation_code;
    if (code == "CaptureInitiated" && !order.capture_now)
        throw ApiError(400, "InvalidSandboxSimulationSpecified", "The simulation code CaptureInitiated needs captureNow.");
    if ((code == "AuthorizationInitiated" || code.starts_with("Pending")) && !order.can_pend)
        throw ApiError(400, "InvalidSandboxSimulationSpecified", "This simulation code needs canHandlePendingAuthorization.");
    return {201, charge_json(call.bank, call.bank.authorize(permission, order, call.actor))};
}

Reply get_charge(Call& call) { return {200, charge_json(call.bank, look_up<Charge>(call, call.id))}; }

Reply capture_charge(Call& call) {
    call.body.allow({"captureAmount", "softDescriptor"});
    call.body.require({"captureAmount"});
    const auto amount = call.body.price("captureAmount");
    const auto soft_descriptor = read_soft_descriptor(call);
    auto charge = look_up<Charge>(call, call.id);
    check_simulation(call, {"CaptureInitiated", "AmazonRejected"});
    call.bank.capture(charge, amount, soft_descriptor, call.actor);
    return {200, charge_json(call.bank, charge)};
}

Reply cancel_charge(Call& call) {
    call.body.allow({"cancellationReason"});
    call.body.require({"cancellationReason"});
    const auto reason = call.body.text("cancellationReason", 255);
    auto charge = look_up<Charge>(call, call.id);
    check_simulation(call, {});
    call.bank.cancel(charge, "MerchantCanceled", reason, call.actor);
    return {200, charge_json(call.bank, charge)};
}

Reply update_charge(Call& call) {
    call.body.allow({"statusDetails"});
    call.body.require({"statusDetails"});
    const auto status = call.body.child("statusDetails");
    status.allow({"state", "reasonCode", "reasonDescription"});
    status.require({"state"});
    const auto state = status.one_of("state", {"Authorized", "Captured", "Canceled", "Declined"});
    const bool ends = state == "Canceled" || state == "Declined";
    if (ends) status.require({"reasonCode"});
    else if (status.has("reasonCode")) throw ApiError(400, "InvalidParameterCombination", "A reasonCode belongs to Canceled and Declined only.");
    std::string reason;
    if (state == "Canceled")
        reason = status.one_of("reasonCode", {"ExpiredUnused", "AmazonCanceled", "MerchantCanceled", "ChargePermissionCanceled", "BuyerCanceled"});
    if (state == "Declined")
        reason = status.one_of("reasonCode", {"SoftDeclined", "HardDeclined", "AmazonRejected", "ProcessingFailure", "TransactionTimedOut"});
    if (call.bank.store().setting("psp|" + call.merchant.merchant_id, 0) == 0)
        throw ApiError(401, "UnauthorizedAccess", "Only payment service providers may update a charge.");
    auto charge = look_up<Charge>(call, call.id);
    check_simulation(call, {});
    call.bank.follow_provider(charge, state, reason, status.text("reasonDescription", 255), call.actor);
    return {200, charge_json(call.bank, charge)};
}

}  // namespace sandbox
