#include "page_templates.hpp"
#include "pages.hpp"

// Seller Central's Integration Central: the ids of an account, key pairs made there (given as JSON to paste into the shop), and public keys made elsewhere
// that are uploaded and get their id.
namespace sandbox {
namespace {

using boost::json::array;
using boost::json::object;

// One line each, as a person sees it before pasting.
std::string readable(const object& members) {
    std::string text = "{";
    for (const auto& member : members)
        text += (text.size() > 1 ? ",\n " : "\n ") + boost::json::serialize(boost::json::value(member.key())) + ": " + boost::json::serialize(member.value());
    return text + "\n}";
}

}  // namespace

HttpAnswer Pages::integration(const std::string& refusal) {
    array accounts;
    {
        std::lock_guard lock(gateway_.mutex());
        auto& store = gateway_.store();
        const auto keys = store.keys();
        for (const auto& m : store.merchants()) {
            array ids;
            for (const auto& k : keys)
                if (k.merchant_id == m.merchant_id) ids.push_back(object{{"public_key_id", k.public_key_id}, {"environment", k.environment.empty() ? "both" : k.environment}});
            const bool any_key = !ids.empty();
            accounts.push_back(object{{"merchant_id", m.merchant_id}, {"store_id", m.store_id}, {"region", m.region}, {"currency", m.ledger_currency}, {"keys", std::move(ids)}, {"any_key", any_key}});
        }
    }
    const bool any = !accounts.empty();
    return page(templates::integration, "Integration Central", {{"accounts", std::move(accounts)}, {"any", any}, {"refusal", refusal}}, refusal.empty() ? 200 : 422);
}

// Real Seller Central gives no address; a test service has to, or the shop would ask Amazon.
HttpAnswer Pages::make_keys(const std::string& merchant_id, const Form& form) {
    const auto made = ask("/control/keypair", {{"merchant_id", merchant_id}, {"environment", field(form, "environment")}}).as_object();
    std::string address;
    {
        std::lock_guard lock(gateway_.mutex());
        address = gateway_.notifications().address();
    }
    object json{{"merchant_id", made.at("merchant_id")}, {"store_id", made.at("store_id")}, {"region", made.at("region")}, {"public_key_id", made.at("public_key_id")},
                {"private_key", made.at("private_key_pem")}, {"service_url", "https://" + address}, {"notification_cert_host", address}};
    if (!ca_file_.empty()) json["ca_file"] = ca_file_;
    return page(templates::keys, "New keys", {{"json", readable(json)}, {"merchant_id", merchant_id}, {"public_key_id", made.at("public_key_id")}});
}

HttpAnswer Pages::upload_key(const std::string& merchant_id, const Form& form) {
    try {
        const auto made = ask("/control/merchants", {{"merchant_id", merchant_id}, {"environment", field(form, "environment")}, {"public_key_pem", field(form, "public_key")}}).as_object();
        return page(templates::keys, "New public key", {{"json", ""}, {"merchant_id", merchant_id}, {"public_key_id", made.at("public_key_id")}});
    } catch (const ApiError& error) {
        return integration(error.what());
    }
}

}  // namespace sandbox
