#include "operations.hpp"
#include "views.hpp"

namespace sandbox {
namespace {

void check_payment_details(const Body& body) {
    const auto details = body.child("paymentDetails");
    details.allow({"paymentIntent", "canHandlePendingAuthorization", "chargeAmount", "totalOrderAmount", "presentmentCurrency", "softDescriptor",
                   "allowOvercharge", "extendExpiration", "estimateOrderTotal"});
    const auto intent = details.one_of("paymentIntent", {"Confirm", "Authorize", "AuthorizeWithCapture"});
    for (const auto* name : {"chargeAmount", "totalOrderAmount", "estimateOrderTotal"})
        if (details.has(name)) details.price(name);
    if (details.flag("canHandlePendingAuthorization") && intent == "AuthorizeWithCapture")
        throw ApiError(400, "InvalidParameterCombination", "canHandlePendingAuthorization cannot be true with AuthorizeWithCapture.");
    if (!details.text("softDescriptor", 16).empty() && intent != "AuthorizeWithCapture" && !intent.empty())
        throw ApiError(400, "InvalidParameterCombination", "softDescriptor can be given only with AuthorizeWithCapture.");
    details.flag("allowOvercharge");
    details.flag("extendExpiration");
}

// Prices are kept in the API's own form, whatever form they came in.
boost::json::object normalised(const Body& body) {
    auto request = body.fields();
    if (body.has("merchantMetadata")) request["merchantMetadata"] = read_merchant_metadata(body);
    if (body.has("paymentDetails")) {
        const auto details = body.child("paymentDetails");
        auto& target = request["paymentDetails"].as_object();
        for (const auto* name : {"chargeAmount", "totalOrderAmount", "estimateOrderTotal"})
            if (details.has(name)) target[name] = price_json(details.price(name));
        if (details.has("chargeAmount") && !details.has("presentmentCurrency")) target["presentmentCurrency"] = details.price("chargeAmount").currency;
    }
    return request;
}

void merge(boost::json::object& target, const boost::json::object& update) {
    for (const auto& field : update) {
        auto& old = target[field.key()];
        if (old.is_object() && field.value().is_object()) merge(old.as_object(), field.value().as_object());
        else old = field.value();
    }
}

bool amounts_agree(const Body& agreed, const Body& given) {
    for (const auto* name : {"chargeAmount", "totalOrderAmount"})
        if (given.has(name) && agreed.has(name) && given.price(name) != agreed.price(name)) return false;
    return true;
}

}  // namespace

Reply create_checkout_session(Call& call) {
    call.body.allow({"webCheckoutDetails", "storeId", "scopes", "chargePermissionType", "recurringMetadata", "paymentMethodOnFileMetadata",
                     "deliverySpecifications", "paymentDetails", "merchantMetadata", "platformId", "providerMetadata", "addressDetails",
                     "supplementaryData"});
    call.body.require({"webCheckoutDetails", "storeId"});
    call.body.child("webCheckoutDetails").allow({"checkoutReviewReturnUrl", "checkoutResultReturnUrl", "checkoutCancelUrl", "checkoutMode"});
    call.body.one_of("chargePermissionType", {"OneTime", "Recurring", "PaymentMethodOnFile"});
    check_payment_details(call.body);
    if (call.body.text("storeId") != call.merchant.store_id) call.body.refuse("storeId");
    check_simulation(call, {});
    return {201, session_json(call.bank.open_session(call.merchant, call.environment, normalised(call.body), call.actor))};
}

Reply get_checkout_session(Call& call) { return {200, session_json(look_up<Session>(call, call.id))}; }

Reply update_checkout_session(Call& call) {
    call.body.allow({"webCheckoutDetails", "paymentDetails", "merchantMetadata", "recurringMetadata", "paymentMethodOnFileMetadata", "platformId",
                     "providerMetadata", "supplementaryData"});
    check_payment_details(call.body);
    auto session = look_up<Session>(call, call.id);
    check_simulation(call, {});
    if (session.state != "Open") throw ApiError(422, "InvalidCheckoutSessionStatus", "The checkout session is " + session.state + ", not Open.");
    merge(session.request.as_object(), normalised(call.body));
    call.bank.store().put(session);
    return {200, session_json(session)};
}

Reply complete_checkout_session(Call& call) {
    call.body.allow({"chargeAmount", "totalOrderAmount"});
    call.body.require({"chargeAmount"});
    call.body.price("chargeAmount");
    auto session = look_up<Session>(call, call.id);
    check_simulation(call, {"BuyerCanceled", "AmazonCanceled", "Declined", "AuthorizationInitiated"});
    const auto view = session_json(session);
    if (const auto& constraints = view.at("constraints").as_array(); !constraints.empty())
        throw ApiError(422, "InvalidCheckoutSessionStatus",
                       "The checkout session has a constraint: " + std::string(constraints[0].at("constraintId").as_string()) + ".");
    if (session.state == "Open" && !amounts_agree(Body(view.at("paymentDetails").as_object()), call.body))
        throw ApiError(409, "AmountMismatch", "The amount differs from that of the checkout session.");
    call.bank.complete(session, call.actor);
    const auto charge = call.bank.store().find<Charge>(session.charge_id);
    return {charge && charge->state == "AuthorizationInitiated" ? 202 : 200, session_json(session)};
}

}  // namespace sandbox
