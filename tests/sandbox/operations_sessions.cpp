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
    if (body.has("recurringMetadata")) request["recurringMetadata"] = read_recurring_metadata(body);
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

// One currency in the whole session; only European accounts may present another one than that of their ledger.
void check_currencies(const Call& call, const boost::json::object& request) {
    const Body body(request);
    const auto details = body.child("paymentDetails");
    auto currency = details.text("presentmentCurrency", 3);
    for (const auto* name : {"chargeAmount", "totalOrderAmount", "estimateOrderTotal"}) {
        if (!details.has(name)) continue;
        const auto given = details.price(name).currency;
        if (currency.empty()) currency = given;
        if (given != currency) throw ApiError(400, "CurrencyMismatch", std::string("The currency of ") + name + " has to be " + currency + ".");
    }
    if (currency.empty()) return;
    if (!decimals_of(currency)) details.refuse("presentmentCurrency");
    if (currency != call.merchant.ledger_currency && call.merchant.region != "eu")
        throw ApiError(400, "CurrencyMismatch", "This account can be charged in " + call.merchant.ledger_currency + " only.");
}

void check_lists(const Body& body) {
    const auto web = body.child("webCheckoutDetails");
    web.allow({"checkoutReviewReturnUrl", "checkoutResultReturnUrl", "checkoutCancelUrl", "checkoutMode"});
    web.one_of("checkoutMode", {"ProcessOrder"});
    for (const auto* name : {"checkoutReviewReturnUrl", "checkoutResultReturnUrl", "checkoutCancelUrl"})
        if (web.has(name) && !web.text(name, 512).starts_with("http")) web.refuse(name);
    if (body.has("recurringMetadata")) read_recurring_metadata(body);
    const auto on_file = body.child("paymentMethodOnFileMetadata");
    on_file.allow({"setupOnly"});
    on_file.flag("setupOnly");
    if (!body.has("scopes")) return;
    const auto& scopes = body.fields().at("scopes");
    if (!scopes.is_array()) body.refuse("scopes");
    for (const auto& scope : scopes.as_array()) {
        bool known = false;
        for (const auto* name : {"name", "email", "phoneNumber", "billingAddress", "postalCode", "shippingAddress", "primeStatus"})
            known = known || scope == boost::json::value(name);
        if (!known) body.refuse("scopes");
    }
}

// The session itself, while its data is kept.
Session look_up_session(Call& call) {
    auto session = look_up<Session>(call, call.id);
    if (call.actor.at_ms - session.created_ms > 30 * day_ms)
        throw ApiError(404, "ResourceNotFound", "The checkout session is older than 30 days; its data was deleted.");
    return session;
}

void take_over(const Call& call, Session& session, const boost::json::object& update) {
    auto request = session.request.as_object();
    merge(request, update);
    check_currencies(call, request);
    session.request = std::move(request);
}

void refuse_unless_open(const Session& session) {
    if (session.state == "Canceled")
        throw ApiError(422, "CheckoutSessionCanceled", "The checkout session is Canceled (" + session.reason_code + ").");
    if (session.state != "Open") throw ApiError(422, "InvalidCheckoutSessionStatus", "The checkout session is " + session.state + ", not Open.");
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
    check_lists(call.body);
    call.body.one_of("chargePermissionType", {"OneTime", "Recurring", "PaymentMethodOnFile"});
    check_payment_details(call.body);
    if (call.body.text("storeId") != call.merchant.store_id) call.body.refuse("storeId");
    check_simulation(call, {});
    auto request = normalised(call.body);
    check_currencies(call, request);
    return {201, session_json(call.bank.open_session(call.merchant, call.environment, std::move(request), call.actor))};
}

Reply get_checkout_session(Call& call) { return {200, session_json(look_up_session(call))}; }

Reply update_checkout_session(Call& call) {
    call.body.allow({"webCheckoutDetails", "paymentDetails", "merchantMetadata", "recurringMetadata", "paymentMethodOnFileMetadata", "platformId",
                     "providerMetadata", "supplementaryData"});
    check_lists(call.body);
    check_payment_details(call.body);
    const auto update = call.body.child("paymentDetails");
    for (const auto* fixed : {"allowOvercharge", "extendExpiration"})
        if (update.has(fixed)) update.refuse(fixed);  // they can be given at creation only
    auto session = look_up_session(call);
    check_simulation(call, {});
    refuse_unless_open(session);
    take_over(call, session, normalised(call.body));
    call.bank.store().put(session);
    return {200, session_json(session)};
}

Reply complete_checkout_session(Call& call) {
    call.body.allow({"chargeAmount", "totalOrderAmount"});
    for (const auto* name : {"chargeAmount", "totalOrderAmount"})
        if (call.body.has(name)) call.body.price(name);
    auto session = look_up_session(call);
    check_simulation(call, {"BuyerCanceled", "AmazonCanceled", "Declined", "AuthorizationInitiated"});
    const auto view = session_json(session);
    if (!view.at("paymentDetails").at("chargeAmount").is_null()) call.body.require({"chargeAmount"});
    if (const auto& constraints = view.at("constraints").as_array(); !constraints.empty())
        throw ApiError(422, "InvalidCheckoutSessionStatus",
                       "The checkout session has a constraint: " + std::string(constraints[0].at("constraintId").as_string()) + ".");
    if (session.state == "Open" && !amounts_agree(Body(view.at("paymentDetails").as_object()), call.body))
        throw ApiError(409, "AmountMismatch", "The amount differs from that of the checkout session.");
    call.bank.complete(session, call.actor);
    const auto charge = call.bank.store().find<Charge>(session.charge_id);
    return {charge && charge->state == "AuthorizationInitiated" ? 202 : 200, session_json(session)};
}

// Scripted checkout: the shop hands over what its own page asked the buyer; completing stays an act of its own.
Reply finalize_checkout_session(Call& call) {
    call.body.allow({"shippingAddress", "billingAddress", "chargeAmount", "totalOrderAmount", "paymentIntent", "canHandlePendingAuthorization",
                     "supplementaryData", "merchantMetadata", "cartDetails", "softDescriptor"});
    call.body.require({"chargeAmount", "paymentIntent"});
    boost::json::object details;
    for (const auto* name : {"chargeAmount", "totalOrderAmount", "paymentIntent", "canHandlePendingAuthorization", "softDescriptor"})
        if (call.body.has(name)) details.emplace(name, call.body.fields().at(name));
    boost::json::object update{{"paymentDetails", std::move(details)}};
    for (const auto* name : {"supplementaryData", "merchantMetadata", "cartDetails"})
        if (call.body.has(name)) update.emplace(name, call.body.fields().at(name));
    const Body given(std::move(update));
    check_payment_details(given);
    auto session = look_up_session(call);
    check_simulation(call, {});
    refuse_unless_open(session);
    if (session.buyer.is_null())
        throw ApiError(422, "InvalidCheckoutSessionStatus", "The checkout session has a constraint: BuyerNotAssociated.");
    take_over(call, session, normalised(given));
    for (const auto* name : {"shippingAddress", "billingAddress"})
        if (call.body.has(name)) session.buyer.as_object()[name] = call.body.child(name).fields();
    call.bank.store().put(session);

    boost::json::object out;
    for (auto& member : session_json(session)) {
        out.emplace(member.key(), std::move(member.value()));
        if (member.key() == "paymentDetails") out.emplace("cartDetails", call.body.has("cartDetails") ? call.body.fields().at("cartDetails") : nullptr);
    }
    return {200, std::move(out)};
}

}  // namespace sandbox
