#include "buyers.hpp"
#include "control.hpp"
#include "views.hpp"

// Paid orders for tests and demos: a completed checkout session, its charge permission and its charge, in any state a shop may meet.
namespace sandbox {
namespace {

Money read_money(const Body& body, const char* name, const std::string& currency) {
    const auto minor = parse_amount(number_text(body.fields().at(name)), currency);
    if (!minor) body.refuse(name);
    return {*minor, currency};
}

// What the shop would have sent to Create Checkout Session.
boost::json::object session_request(const Body& body, const Merchant& merchant, const std::string& intent, bool can_pend) {
    const auto currency = body.text("currency", 3, merchant.ledger_currency);
    if (!decimals_of(currency)) body.refuse("currency");
    auto metadata = empty_merchant_metadata();
    metadata["merchantReferenceId"] = body.has("merchant_reference_id") ? boost::json::value(body.text("merchant_reference_id", 256)) : nullptr;
    metadata["merchantStoreName"] = body.text("merchant_store_name", 50, "Demo Shop");
    boost::json::object details{{"paymentIntent", intent}, {"canHandlePendingAuthorization", can_pend},
                                {"chargeAmount", price_json(read_money(body, "amount", currency))}, {"presentmentCurrency", currency},
                                {"allowOvercharge", body.flag("allow_overcharge")}, {"extendExpiration", body.flag("extend_expiration")}};
    if (body.has("order_total")) details.emplace("totalOrderAmount", price_json(read_money(body, "order_total", currency)));
    boost::json::object request{{"webCheckoutDetails", {{"checkoutReviewReturnUrl", "https://shop.example/review"},
                                                        {"checkoutResultReturnUrl", "https://shop.example/result"}}},
                                {"storeId", merchant.store_id}, {"paymentDetails", std::move(details)}, {"merchantMetadata", std::move(metadata)}};
    request.emplace("chargePermissionType", body.one_of("charge_permission_type", {"OneTime", "Recurring", "PaymentMethodOnFile"}, "OneTime"));
    if (body.has("recurring_metadata")) request.emplace("recurringMetadata", body.fields().at("recurring_metadata"));
    if (body.flag("pay_only")) request.emplace("productType", "PayOnly");
    return request;
}

}  // namespace

boost::json::object Control::make_order(const Body& body) {
    body.allow({"public_key_id", "amount", "currency", "order_total", "intent", "merchant_reference_id", "merchant_store_name", "buyer",
                "shipping_address", "billing_address", "state", "allow_overcharge", "extend_expiration", "charge_permission_type", "environment",
                "age_s", "capture_amount", "card", "pay_only", "recurring_metadata"});
    body.require({"public_key_id", "amount"});
    auto& bank = gateway_.bank();
    auto& store = gateway_.store();
    const auto key = store.find_key(body.text("public_key_id"));
    if (!key) throw ApiError(404, "ResourceNotFound", "public_key_id is not registered; use /control/merchants or /control/keypair first.");
    const auto merchant = *store.find_merchant(key->merchant_id);
    const auto environment = key->environment.empty() ? body.one_of("environment", {"Sandbox", "Live"}, "Sandbox") : key->environment;
    const auto intent = body.one_of("intent", {"Confirm", "Authorize", "AuthorizeWithCapture"}, "Authorize");
    const auto state = body.one_of("state", {"Open", "Authorized", "Captured", "Declined", "Expired", "Canceled", "AuthorizationInitiated",
                                             "CaptureInitiated", "Suspended"});

    Actor actor{"checkout", "", "", bank.now_ms() - body.number("age_s", state == "Expired" ? 31 * day_ms / second_ms : 0) * second_ms};
    if (state == "Declined") actor.simulation_code = "PendingHardDeclined";
    if (state == "AuthorizationInitiated") actor.simulation_code = "AuthorizationInitiated";
    auto session = bank.open_session(merchant, environment, session_request(body, merchant, intent, !actor.simulation_code.empty()), actor);
    session.buyer = make_buyer(body, merchant.region);
    session.card = read_card(body);
    store.put(session);
    if (state != "Open") bank.complete(session, actor);
    actor.simulation_code = state == "CaptureInitiated" ? "CaptureInitiated" : "";

    auto charge = store.find<Charge>(session.charge_id);
    if (charge && state == "Declined") {
        charge->due_ms = actor.at_ms;
        store.put(*charge);
    }
    const auto captured = [&] { return body.has("capture_amount") ? read_money(body, "capture_amount", charge->amount.currency) : charge->amount; };
    if (charge && charge->state == "Authorized" && (state == "Captured" || state == "CaptureInitiated")) bank.capture(*charge, captured(), "", actor);
    if (charge && state == "Canceled") bank.cancel(*charge, "AmazonCanceled", "canceled by Amazon", actor);
    if (state == "Suspended") {
        auto permission = *store.find<Permission>(session.permission_id);
        permission.state = "NonChargeable";
        permission.reason_code = "PaymentMethodInvalid";
        permission.reason_description = "The payment method is not valid any more.";
        store.put(permission);
    }
    bank.settle_due();

    const auto text_or_null = [](const std::string& text) { return text.empty() ? boost::json::value(nullptr) : boost::json::value(text); };
    return {{"checkout_session_id", session.id}, {"charge_permission_id", text_or_null(session.permission_id)},
            {"charge_id", text_or_null(session.charge_id)}};
}

boost::json::object Control::make_orders(const Body& body) {
    body.allow({"orders"});
    body.require({"orders"});
    const auto& orders = body.fields().at("orders");
    if (!orders.is_array()) body.refuse("orders");
    boost::json::array made;
    for (const auto& order : orders.as_array()) {
        if (!order.is_object()) body.refuse("orders");
        made.push_back(make_order(Body(order.as_object())));
    }
    return {{"orders", std::move(made)}};
}

boost::json::object Control::sign_in_buyer(const std::string& session_id, const Body& body) {
    body.allow({"buyer", "shipping_address", "billing_address", "card"});
    auto session = gateway_.store().find<Session>(session_id);
    if (!session) throw ApiError(404, "ResourceNotFound", "There is no checkout session '" + session_id + "'.");
    session->buyer = make_buyer(body, gateway_.store().find_merchant(session->merchant_id)->region);
    session->card = read_card(body);
    gateway_.store().put(*session);
    return session_json(*session);
}

}  // namespace sandbox
