#include "buyers.hpp"
#include "control.hpp"
#include "crypto.hpp"
#include "reports.hpp"

// What belongs to an account and not to an order: fees, settlements, signed-in buyers, delegations to solution providers.
namespace sandbox {
namespace {

struct Account {
    Merchant merchant;
    std::string environment;
};

// public_key_id or merchant_id; environment unless the key decides it.
Account read_account(Store& store, const Body& body) {
    auto merchant_id = body.text("merchant_id", 50);
    std::string environment;
    if (body.has("public_key_id")) {
        const auto key = store.find_key(body.text("public_key_id", 100));
        if (!key) throw ApiError(404, "ResourceNotFound", "public_key_id is not registered; use /control/merchants or /control/keypair first.");
        merchant_id = key->merchant_id;
        environment = key->environment;
    }
    const auto merchant = store.find_merchant(merchant_id);
    if (!merchant) throw ApiError(404, "ResourceNotFound", "Give the public_key_id or merchant_id of a registered account.");
    const auto wanted = body.one_of("environment", {"Sandbox", "Live"}, environment.empty() ? "Sandbox" : environment);
    return {*merchant, wanted};
}

// "2.7" as thousandths of a percent, without floating point.
std::int64_t read_millipercent(const Body& body, std::int64_t otherwise) {
    if (!body.has("percent")) return otherwise;
    auto text = number_text(body.fields().at("percent"));
    const auto dot = std::min(text.find('.'), text.size());
    auto fraction = dot < text.size() ? text.substr(dot + 1) : std::string();
    const auto digits = text.substr(0, dot) + fraction;
    if (dot == 0 || dot > 2 || fraction.size() > 3 || digits.find_first_not_of("0123456789") != std::string::npos) body.refuse("percent");
    fraction.resize(3, '0');
    return std::stoll(text.substr(0, dot)) * 1000 + std::stoll(fraction);
}

}  // namespace

boost::json::object Control::change_fees(const Body& body) {
    body.allow({"public_key_id", "merchant_id", "percent", "fixed_minor"});
    auto& store = gateway_.store();
    const auto account = read_account(store, body);
    auto fees = fees_of(store, account.merchant.merchant_id);
    fees.millipercent = read_millipercent(body, fees.millipercent);
    fees.fixed_minor = body.number("fixed_minor", fees.fixed_minor);
    if (fees.fixed_minor < 0) body.refuse("fixed_minor");
    set_fees(store, account.merchant.merchant_id, fees);
    return {{"merchant_id", account.merchant.merchant_id}, {"millipercent", fees.millipercent}, {"fixed_minor", fees.fixed_minor}};
}

boost::json::object Control::make_settlement(const Body& body) {
    body.allow({"public_key_id", "merchant_id", "environment"});
    auto& bank = gateway_.bank();
    const auto account = read_account(gateway_.store(), body);
    const auto settlement = close_settlement(bank, account.merchant, account.environment);
    boost::json::value report_id = nullptr;
    if (account.environment == "Live") report_id = report_settlement(bank, settlement).id;
    bank.settle_due();
    return {{"settlement_id", settlement.id}, {"disbursement_reference_id", settlement.disbursement_id}, {"net_minor", settlement.net.minor},
            {"currency", settlement.net.currency}, {"start", basic_time(settlement.start_ms)}, {"end", basic_time(settlement.end_ms)},
            {"report_id", report_id}};
}

boost::json::object Control::make_buyer_token(const Body& body) {
    body.allow({"public_key_id", "merchant_id", "environment", "buyer", "shipping_address", "billing_address"});
    const auto account = read_account(gateway_.store(), body);
    BuyerToken token;
    auto buyer = make_buyer(body, account.merchant.region);
    const auto& address = buyer.at("shippingAddress").as_object();
    for (const auto* name : {"postalCode", "countryCode"}) buyer.emplace(name, address.contains(name) ? address.at(name) : nullptr);
    token.id = "BT" + random_hex(64);
    token.merchant_id = account.merchant.merchant_id;
    token.environment = account.environment;
    token.parent_id = account_scope(token.merchant_id, token.environment);
    token.state = "Active";
    token.created_ms = token.updated_ms = gateway_.bank().now_ms();
    token.buyer = std::move(buyer);
    gateway_.store().put(token);
    return {{"buyer_token", token.id}};
}

boost::json::object Control::make_delegation(const Body& body) {
    body.allow({"public_key_id", "merchant_id", "environment", "for_merchant_id"});
    body.require({"for_merchant_id"});
    auto& store = gateway_.store();
    const auto provider = read_account(store, body);
    Delegation delegation;
    delegation.for_merchant_id = body.text("for_merchant_id", 50);
    if (!store.find_merchant(delegation.for_merchant_id)) throw ApiError(404, "ResourceNotFound", "for_merchant_id is not a registered account.");
    delegation.id = "amzn.mws." + random_uuid();
    delegation.authorization_token = "Atza-" + random_hex(64);
    delegation.merchant_id = provider.merchant.merchant_id;
    delegation.environment = provider.environment;
    delegation.parent_id = account_scope(delegation.merchant_id, delegation.environment);
    delegation.state = "Active";
    delegation.created_ms = delegation.updated_ms = gateway_.bank().now_ms();
    delegation.expires_ms = months_later(delegation.created_ms, 12);
    store.put(delegation);
    return {{"mws_auth_token", delegation.id}};
}

}  // namespace sandbox
