#include "bank.hpp"

#include "buyers.hpp"
#include "crypto.hpp"

namespace sandbox {
namespace {

const boost::json::value* member(const boost::json::value& parent, std::string_view name) {
    if (!parent.is_object()) return nullptr;
    const auto* found = parent.as_object().if_contains(name);
    return found && !found->is_null() ? found : nullptr;
}

std::string text(const boost::json::value* value, std::string otherwise = {}) {
    return value && value->is_string() ? std::string(value->as_string()) : std::move(otherwise);
}

bool flag(const boost::json::value* value) { return value && value->is_bool() && value->as_bool(); }

// Prices in a stored session are in the API's own form and were checked when they came in.
std::optional<Money> price(const boost::json::value* value) {
    if (!value) return std::nullopt;
    const auto currency = text(member(*value, "currencyCode"));
    const auto minor = parse_amount(text(member(*value, "amount")), currency);
    if (!minor) return std::nullopt;
    return Money{*minor, currency};
}

}  // namespace

std::string Bank::new_order_id(const Merchant& merchant, const std::string& environment, const std::string& type) {
    const char* region = merchant.region == "na" ? "01" : merchant.region == "eu" ? "02" : "03";
    const char letter = type == "OneTime" ? (environment == "Live" ? 'P' : 'S') : (environment == "Live" ? 'B' : 'C');
    while (true) {
        auto id = letter + std::string(region) + "-" + random_digits(7) + "-" + random_digits(7);
        if (store_.kind_of(id).empty()) return id;
    }
}

std::int64_t Bank::balance_minor(const Permission& permission) {
    std::int64_t used = 0;
    for (const auto& charge : store_.children<Charge>(permission.id)) {
        if (charge.state == "Captured") used += charge.captured_minor;
        else if (charge.state == "CaptureInitiated") used += charge.capturing_minor;
        else if (charge.state == "Authorized" || charge.state == "AuthorizationInitiated") used += charge.amount.minor;
    }
    return permission.limit.minor - used;
}

Bank::PermissionStatus Bank::status_of(const Permission& permission) {
    if (settings_.charge_in_progress && permission.state == "Chargeable" && permission.type == "OneTime" && balance_minor(permission) == 0)
        return {"NonChargeable", "ChargeInProgress", "The whole amount is being charged."};
    return {permission.state, permission.reason_code, permission.reason_description};
}

void Bank::punish_permission(Permission& permission, const std::string& decline_reason, std::int64_t at_ms) {
    if (permission.state == "Closed") return;
    if (decline_reason == "AmazonRejected") return close(permission, "AmazonCanceled", "Amazon rejected the charge.", true, {"amazon", "", "", at_ms});
    if (decline_reason != "HardDeclined") return;
    set_state(permission, "NonChargeable", "PaymentMethodInvalid", "The payment method was declined.", at_ms);
    store_.put(permission);
}

void Bank::close(Permission& permission, const std::string& reason_code, const std::string& description, bool cancel_pending, const Actor& actor) {
    if (permission.state == "Closed")
        throw ApiError(422, "InvalidChargePermissionStatus", "The charge permission is already Closed (" + permission.reason_code + ").");
    set_state(permission, "Closed", reason_code, description, actor.at_ms);
    permission.due_ms = 0;
    store_.put(permission);
    if (!cancel_pending) return;
    const auto charge_reason = reason_code == "AmazonCanceled" ? "AmazonCanceled" : "ChargePermissionCanceled";
    for (auto& charge : store_.children<Charge>(permission.id))
        if (charge.state == "Authorized" || charge.state == "AuthorizationInitiated") cancel(charge, charge_reason, description, actor);
}

Permission Bank::open_permission(const Session& session, const Money& limit, const Actor& actor) {
    Permission permission;
    const auto merchant = *store_.find_merchant(session.merchant_id);
    permission.type = text(member(session.request, "chargePermissionType"), "OneTime");
    permission.id = new_order_id(merchant, session.environment, permission.type);
    permission.merchant_id = session.merchant_id;
    permission.environment = session.environment;
    permission.parent_id = session.id;
    permission.limit = limit;
    permission.created_ms = actor.at_ms;
    const auto* details = member(session.request, "paymentDetails");
    const bool extended = permission.type == "Recurring" || (details && flag(member(*details, "extendExpiration")));
    if (permission.type != "PaymentMethodOnFile") permission.expires_ms = extended ? months_later(actor.at_ms, 13) : actor.at_ms + 180 * day_ms;
    permission.due_ms = permission.expires_ms;
    permission.buyer = shown_buyer(session.buyer, session.request);
    if (const auto* found = member(permission.buyer, "billingAddress")) permission.billing_address = *found;
    if (const auto* found = member(permission.buyer, "shippingAddress")) permission.shipping_address = *found;
    if (const auto* found = member(session.request, "merchantMetadata")) permission.merchant_metadata = *found;
    if (const auto* found = member(session.request, "recurringMetadata")) permission.recurring_metadata = *found;
    permission.card = session.card;
    permission.payment_descriptor = "Visa ****" + session.card + " (Amazon Pay)";
    if (const auto* found = member(session.request, "paymentMethodOnFileMetadata"))
        if (const auto* setup_only = member(*found, "setupOnly")) permission.setup_only = *setup_only;
    if (text(member(session.request, "productType")) == "PayOnly") permission.shipping_address = nullptr;
    permission.platform_id = text(member(session.request, "platformId"));
    set_state(permission, "Chargeable", "", "", actor.at_ms);
    store_.put(permission);
    return permission;
}

Session Bank::open_session(const Merchant& merchant, const std::string& environment, boost::json::object request, const Actor& actor) {
    Session session;
    session.id = random_uuid();
    session.merchant_id = merchant.merchant_id;
    session.environment = environment;
    session.request = std::move(request);
    session.created_ms = actor.at_ms;
    session.expires_ms = session.due_ms = actor.at_ms + day_ms;
    set_state(session, "Open", "", "", actor.at_ms);
    store_.put(session);
    return session;
}

void Bank::complete(Session& session, const Actor& actor) {
    if (session.state == "Canceled")
        throw ApiError(422, "CheckoutSessionCanceled", "The checkout session is Canceled (" + session.reason_code + ").");
    if (session.state != "Open") throw ApiError(422, "InvalidCheckoutSessionStatus", "The checkout session is " + session.state + ", not Open.");
    const auto code = actor.simulation_code.empty() && session.environment == "Sandbox" ? checkout_outcome(session.card) : actor.simulation_code;
    session.due_ms = 0;
    if (code == "BuyerCanceled" || code == "AmazonCanceled" || code == "Declined") {
        set_state(session, "Canceled", code, "The checkout did not complete.", actor.at_ms);
        store_.put(session);
        throw ApiError(422, "CheckoutSessionCanceled", "The checkout session is Canceled (" + code + ").");
    }
    const auto* details = member(session.request, "paymentDetails");
    auto amount = details ? price(member(*details, "chargeAmount")) : std::nullopt;
    // Only setting up a saved wallet needs no amount: nothing is charged.
    const auto* on_file = member(session.request, "paymentMethodOnFileMetadata");
    const bool setup_only = on_file && flag(member(*on_file, "setupOnly"));
    if (!amount && setup_only) amount = Money{0, text(details ? member(*details, "presentmentCurrency") : nullptr,
                                                      store_.find_merchant(session.merchant_id)->ledger_currency)};
    if (!amount) throw ApiError(422, "InvalidCheckoutSessionStatus", "The checkout session has no charge amount yet.");
    const auto total = (details ? price(member(*details, "totalOrderAmount")) : std::nullopt).value_or(*amount);
    auto limit = total;
    if (details && flag(member(*details, "allowOvercharge"))) limit.minor = overcharge_limit(total);

    auto permission = open_permission(session, limit, actor);
    session.permission_id = permission.id;
    const auto intent = setup_only || !details ? "Confirm" : text(member(*details, "paymentIntent"), "Authorize");
    if (intent != "Confirm") {
        ChargeOrder order;
        order.amount = *amount;
        order.capture_now = intent == "AuthorizeWithCapture";
        order.can_pend = flag(member(*details, "canHandlePendingAuthorization"));
        order.soft_descriptor = text(member(*details, "softDescriptor"));
        session.charge_id = authorize(permission, order, actor).id;
    }
    set_state(session, "Completed", "", "", actor.at_ms);
    store_.put(session);
}

}  // namespace sandbox
