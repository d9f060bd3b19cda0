#include "views.hpp"

#include "body.hpp"
#include "buyers.hpp"

namespace sandbox {
namespace {

using boost::json::object;
using boost::json::value;

std::string checkout_page = "https://payments.amazon.example/checkout/";

object status_json(const Record& record) {
    return {{"state", record.state}, {"reasonCode", or_null(record.reason_code)}, {"reasonDescription", or_null(record.reason_description)},
            {"lastUpdatedTimestamp", basic_time(record.updated_ms)}};
}

value member(const value& parent, const char* name) {
    if (!parent.is_object()) return nullptr;
    const auto* found = parent.as_object().if_contains(name);
    return found ? *found : value(nullptr);
}

value metadata_or_empty(const value& metadata) { return metadata.is_object() ? metadata : value(empty_merchant_metadata()); }

object members(const value& parent, std::initializer_list<const char*> names) {
    object out;
    for (const auto* name : names) out.emplace(name, member(parent, name));
    return out;
}

}  // namespace

void set_checkout_page(const std::string& address) { checkout_page = address; }

object session_json(const Session& session) {
    const auto& request = session.request;
    const bool open = session.state == "Open";
    const auto urls = member(request, "webCheckoutDetails");
    auto web = members(urls, {"checkoutReviewReturnUrl", "checkoutResultReturnUrl", "checkoutCancelUrl"});
    const auto result_url = member(urls, "checkoutResultReturnUrl");
    web.emplace("amazonPayRedirectUrl", open && result_url.is_string() ? value(checkout_page + session.id) : value(nullptr));
    const auto scopes = member(request, "scopes");
    const auto details = member(request, "paymentDetails");

    boost::json::array constraints;
    const auto constrain = [&](bool missing, const char* id, const char* description) {
        if (open && missing) constraints.push_back(object{{"constraintId", id}, {"description", description}});
    };
    constrain(result_url.is_null(), "CheckoutResultReturnUrlNotSet", "checkoutResultReturnUrl is not set.");
    const bool setup_only = member(member(request, "paymentMethodOnFileMetadata"), "setupOnly") == value(true);
    constrain(member(details, "chargeAmount").is_null() && !setup_only, "ChargeAmountNotSet", "chargeAmount is not set.");
    constrain(member(details, "paymentIntent").is_null(), "PaymentIntentNotSet", "paymentIntent is not set.");
    constrain(session.buyer.is_null(), "BuyerNotAssociated", "There is no buyer associated with the checkout session.");

    const auto type = member(request, "chargePermissionType");
    constrain(type == value("Recurring") && member(member(request, "recurringMetadata"), "frequency").is_null(), "RecurringFrequencyNotSet",
              "The frequency of the recurring payment is not set.");

    object out;
    out.emplace("checkoutSessionId", session.id);
    out.emplace("webCheckoutDetails", std::move(web));
    const auto product = member(request, "productType");
    out.emplace("productType", product.is_null() ? value("PayAndShip") : product);
    out.emplace("paymentDetails", members(details, {"paymentIntent", "canHandlePendingAuthorization", "chargeAmount", "totalOrderAmount",
                                                    "softDescriptor", "presentmentCurrency", "allowOvercharge", "extendExpiration"}));
    out.emplace("chargePermissionType", type.is_null() ? value("OneTime") : type);
    out.emplace("orderType", nullptr);
    out.emplace("recurringMetadata", member(request, "recurringMetadata"));
    out.emplace("paymentMethodOnFileMetadata", member(request, "paymentMethodOnFileMetadata"));
    out.emplace("merchantDetails", nullptr);
    out.emplace("merchantMetadata", metadata_or_empty(member(request, "merchantMetadata")));
    out.emplace("supplementaryData", member(request, "supplementaryData"));
    const auto buyer = open ? shown_buyer(session.buyer, request) : value(nullptr);
    const auto person = [&](const char* name) { return member(buyer, name); };
    out.emplace("buyer", buyer.is_object() ? value(members(buyer, {"buyerId", "name", "email", "phoneNumber", "primeMembershipTypes"})) : value(nullptr));
    out.emplace("billingAddress", person("billingAddress"));
    out.emplace("paymentPreferences", boost::json::array{nullptr});
    out.emplace("statusDetails", status_json(session));
    out.emplace("shippingAddress", product == value("PayOnly") ? value(nullptr) : person("shippingAddress"));
    out.emplace("platformId", member(request, "platformId"));
    out.emplace("chargePermissionId", or_null(session.permission_id));
    out.emplace("chargeId", or_null(session.charge_id));
    out.emplace("constraints", std::move(constraints));
    out.emplace("creationTimestamp", basic_time(session.created_ms));
    out.emplace("expirationTimestamp", open ? time_or_null(session.expires_ms) : value(nullptr));
    out.emplace("storeId", open ? member(request, "storeId") : value(nullptr));
    const auto provider = member(request, "providerMetadata");
    out.emplace("providerMetadata", members(provider, {"providerReferenceId"}));
    out.emplace("releaseEnvironment", session.environment);
    out.emplace("checkoutButtonText", nullptr);
    out.emplace("deliverySpecifications", open ? member(request, "deliverySpecifications") : value(nullptr));
    out.emplace("tokens", nullptr);
    return out;
}

object permission_json(Bank& bank, const Permission& permission) {
    // Amazon lets the merchant read buyer and addresses for 30 days; recurring ones as long as the permission is open plus 30 days.
    const auto readable_from = permission.type == "OneTime" ? permission.created_ms
                               : permission.state == "Closed" ? permission.updated_ms : bank.now_ms();
    const bool readable = bank.now_ms() <= readable_from + 30 * day_ms;
    const auto person = [&](const value& data) { return readable ? data : value(nullptr); };
    const auto status = bank.status_of(permission);
    value reasons = nullptr;
    if (!status.reason_code.empty())
        reasons = boost::json::array{object{{"reasonCode", status.reason_code}, {"reasonDescription", or_null(status.reason_description)}}};
    object limits{{"amountLimit", nullptr}, {"amountBalance", nullptr}};
    if (permission.type == "OneTime")
        limits = {{"amountLimit", price_json(permission.limit)},
                  {"amountBalance", price_json({bank.balance_minor(permission), permission.limit.currency})}};

    object out;
    out.emplace("chargePermissionId", permission.id);
    out.emplace("chargePermissionReferenceId", nullptr);
    out.emplace("platformId", or_null(permission.platform_id));
    out.emplace("buyer", readable && permission.buyer.is_object()
                             ? value(members(permission.buyer, {"buyerId", "name", "email", "phoneNumber", "primeMembershipTypes"}))
                             : value(nullptr));
    out.emplace("shippingAddress", person(permission.shipping_address));
    out.emplace("billingAddress", person(permission.billing_address));
    out.emplace("paymentPreferences", boost::json::array{object{{"paymentDescriptor", or_null(permission.payment_descriptor)}}});
    out.emplace("statusDetails", object{{"state", status.state}, {"reasons", reasons}, {"lastUpdatedTimestamp", basic_time(permission.updated_ms)}});
    out.emplace("creationTimestamp", basic_time(permission.created_ms));
    out.emplace("expirationTimestamp", time_or_null(permission.expires_ms));
    out.emplace("merchantMetadata", metadata_or_empty(permission.merchant_metadata));
    out.emplace("releaseEnvironment", permission.environment);
    out.emplace("limits", std::move(limits));
    out.emplace("chargePermissionType", permission.type);
    out.emplace("recurringMetadata", members(permission.recurring_metadata, {"frequency", "amount"}));
    if (permission.type == "PaymentMethodOnFile")
        out.emplace("paymentMethodOnFileMetadata", object{{"setupOnly", permission.setup_only == value(true)}});
    out.emplace("presentmentCurrency", permission.limit.currency);
    return out;
}

object charge_json(Bank& bank, const Charge& charge) {
    value captured = nullptr, refunded = nullptr;
    if (charge.state == "Captured") {
        captured = price_json({charge.captured_minor, charge.amount.currency});
        refunded = price_json({bank.refunded_minor(charge.id, !bank.settings().refunded_when_settled), charge.amount.currency});
    }
    object out;
    out.emplace("chargeId", charge.id);
    out.emplace("chargeAmount", price_json(charge.amount));
    out.emplace("chargePermissionId", charge.parent_id);
    out.emplace("captureAmount", captured);
    out.emplace("refundedAmount", refunded);
    out.emplace("softDescriptor", or_null(charge.soft_descriptor));
    out.emplace("providerMetadata", object{{"providerReferenceId", or_null(charge.provider_reference)}});
    value in_ledger = nullptr, rate = nullptr;
    if (const auto merchant = bank.store().find_merchant(charge.merchant_id); merchant && merchant->ledger_currency != charge.amount.currency) {
        in_ledger = price_json(converted(charge.amount, merchant->ledger_currency));
        rate = "1.00";
    }
    out.emplace("convertedAmount", in_ledger);
    out.emplace("conversionRate", rate);
    out.emplace("channel", or_null(charge.channel));
    out.emplace("chargeInitiator", or_null(charge.initiator));
    out.emplace("statusDetails", status_json(charge));
    out.emplace("creationTimestamp", basic_time(charge.created_ms));
    out.emplace("expirationTimestamp", basic_time(charge.expires_ms));
    out.emplace("releaseEnvironment", charge.environment);
    out.emplace("merchantMetadata", metadata_or_empty(charge.merchant_metadata));
    out.emplace("platformId", or_null(charge.platform_id));
    out.emplace("webCheckoutDetails", nullptr);
    return out;
}

object refund_json(const Refund& refund) {
    object out;
    out.emplace("refundId", refund.id);
    out.emplace("chargeId", refund.parent_id);
    out.emplace("creationTimestamp", basic_time(refund.created_ms));
    out.emplace("refundAmount", price_json(refund.amount));
    out.emplace("statusDetails", status_json(refund));
    out.emplace("softDescriptor", or_null(refund.soft_descriptor));
    out.emplace("releaseEnvironment", refund.environment);
    return out;
}

object movement_json(const Movement& m) {
    object out;
    out.emplace("seq", m.seq);
    out.emplace("at", basic_time(m.at_ms));
    out.emplace("kind", m.kind);
    out.emplace("charge_permission_id", m.permission_id);
    out.emplace("charge_id", m.charge_id);
    out.emplace("refund_id", or_null(m.refund_id));
    out.emplace("amount_minor", m.amount.minor);
    out.emplace("currency", m.amount.currency);
    out.emplace("merchant_reference_id", or_null(m.merchant_reference_id));
    out.emplace("idempotency_key", or_null(m.idempotency_key));
    out.emplace("by", m.by);
    out.emplace("merchant_id", m.merchant_id);
    out.emplace("environment", m.environment);
    return out;
}

}  // namespace sandbox
