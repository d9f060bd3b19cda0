#include "page_templates.hpp"
#include "pages.hpp"

// The buyer's side: paying a checkout session, and a whole paid order by hand.
namespace sandbox {
namespace {

using boost::json::array;
using boost::json::object;

array card_choices(const std::string& chosen) {
    const std::initializer_list<std::pair<const char*, const char*>> wallet{
        {"1111", "Visa, works"}, {"0005", "American Express, works"}, {"4444", "Mastercard, works"}, {"9424", "Discover, works"}, {"0000", "JCB, works"},
        {"3434", "is declined: the checkout ends"}, {"3064", "the buyer cancels at the bank: the checkout ends"},
        {"0701", "reserved only after 30 s (intent Authorize, and the shop can handle pending)"},
        {"4354", "declined after 30 s (intent Authorize, and the shop can handle pending)"}};
    array list;
    for (const auto& [ending, what] : wallet)
        list.push_back(object{{"ending", ending}, {"what", what}, {"chosen", chosen == ending || (chosen.empty() && ending == std::string("1111"))}});
    return list;
}

struct Place {
    const char* key;
    const char* label;
    const char* line;
    const char* city;
    const char* region;
    const char* postal_code;
    const char* country;
};

constexpr Place places[]{{"berlin", "Berlin, Germany", "Musterweg 1", "Berlin", nullptr, "10115", "DE"},
                         {"wien", "Wien, Austria", "Beispielgasse 7", "Wien", nullptr, "1010", "AT"},
                         {"paris", "Paris, France", "12 rue de l'Exemple", "Paris", nullptr, "75002", "FR"},
                         {"london", "London, United Kingdom", "1 Example Street", "London", nullptr, "EC1A 1BB", "GB"},
                         {"seattle", "Seattle, USA", "10 Example Ave", "Seattle", "WA", "98104", "US"},
                         {"tokyo", "Meguro-ku, Japan", "Meguro 1-8-1", "Meguro-ku", "Tokyo", "153-0064", "JP"}};

array place_list(const std::string& chosen) {
    array list;
    for (const auto& place : places) list.push_back(object{{"key", place.key}, {"label", place.label}, {"chosen", chosen == place.key}});
    return list;
}

boost::json::value text_or_null(const char* text) { return text ? boost::json::value(text) : boost::json::value(nullptr); }

// The buyer's data as the control interface takes them.
object buyer_fields(const std::map<std::string, std::string>& form) {
    const auto name = field(form, "name").empty() ? std::string("Erika Beispiel") : field(form, "name");
    const auto email = field(form, "email").empty() ? std::string("erika@shop.example") : field(form, "email");
    object fields{{"buyer", {{"name", name}, {"email", email}}}};
    for (const auto& place : places)
        if (field(form, "address") == place.key) {
            object address{{"name", name}, {"addressLine1", place.line}, {"addressLine2", nullptr}, {"addressLine3", nullptr}, {"city", place.city},
                           {"county", nullptr}, {"district", nullptr}, {"stateOrRegion", text_or_null(place.region)}, {"postalCode", place.postal_code},
                           {"countryCode", place.country}, {"phoneNumber", "030123456"}};
            fields["shipping_address"] = address;
            fields["billing_address"] = address;
        }
    if (const auto card = field(form, "card"); !card.empty()) fields["card"] = card;
    return fields;
}

std::string text_at(const boost::json::value& parent, std::initializer_list<const char*> path) {
    const auto* at = &parent;
    for (const auto* name : path) {
        at = at->is_object() ? at->as_object().if_contains(name) : nullptr;
        if (!at) return {};
    }
    return at->is_string() ? std::string(at->as_string()) : std::string();
}

// Back to the shop as Amazon does it; empty when the shop's address is not one a browser could open.
std::string return_address(const boost::json::value& session, const char* name) {
    auto url = text_at(session, {"webCheckoutDetails", name});
    if ((!url.starts_with("https://") && !url.starts_with("http://")) || url.find(".example/") != std::string::npos) return {};
    if (url.find_first_of("\r\n") != std::string::npos) return {};
    return url + (url.find('?') == std::string::npos ? "?" : "&") + "amazonCheckoutSessionId=" + text_at(session, {"checkoutSessionId"});
}

}  // namespace

HttpAnswer Pages::checkout(const std::string& session_id, const std::string& refusal) {
    const auto answer = control_.handle({"GET", "/control/objects/" + session_id, {}, ""});
    const auto session = boost::json::parse(answer.body);
    if (answer.status != 200 || !session.as_object().contains("checkoutSessionId"))
        throw ApiError(404, "ResourceNotFound", "There is no checkout session " + session_id + ".");
    const auto state = text_at(session, {"statusDetails", "state"});
    const auto amount = text_at(session, {"paymentDetails", "chargeAmount", "amount"});
    std::string constraint;
    for (const auto& item : session.at("constraints").as_array())
        if (text_at(item, {"constraintId"}) == "ChargeAmountNotSet") constraint = "The shop has not said yet what it wants to charge: it has to update the session first.";
    return page(templates::checkout, "Checkout",
                {{"id", session_id}, {"store", text_at(session, {"merchantMetadata", "merchantStoreName"})},
                 {"order_number", text_at(session, {"merchantMetadata", "merchantReferenceId"})},
                 {"amount", amount.empty() ? amount : amount + "\u00a0" + text_at(session, {"paymentDetails", "chargeAmount", "currencyCode"})},
                 {"intent", text_at(session, {"paymentDetails", "paymentIntent"})}, {"open", state == "Open"}, {"state", state},
                 {"reason", text_at(session, {"statusDetails", "reasonCode"})}, {"permission", text_at(session, {"chargePermissionId"})},
                 {"charge", text_at(session, {"chargeId"})}, {"cards", card_choices("")}, {"places", place_list("berlin")}, {"constraint", constraint},
                 {"back", return_address(session, "checkoutResultReturnUrl")}, {"refusal", refusal}},
                refusal.empty() ? 200 : 422);
}

HttpAnswer Pages::pay(const std::string& session_id, const Form& form) {
    const auto act = field(form, "act");
    const auto root = "/control/checkout-sessions/" + session_id;
    boost::json::value session;
    try {
        if (act == "cancel") session = ask(root + "/complete", {{"cancel", true}});
        else if (act == "sign-in") session = ask(root + "/buyer", buyer_fields(form));
        else session = ask(root + "/complete", buyer_fields(form));
    } catch (const ApiError& error) {
        if (error.status == 404) throw;
        return checkout(session_id, error.what());
    }
    const bool canceled = text_at(session, {"statusDetails", "state"}) == "Canceled";
    auto back = canceled ? return_address(session, "checkoutCancelUrl") : std::string();
    if (back.empty()) back = return_address(session, "checkoutResultReturnUrl");
    return redirect(back.empty() ? "/checkout/" + session_id : back);
}

HttpAnswer Pages::new_order(const Form& form, const std::string& refusal) {
    array keys, intents;
    {
        std::lock_guard lock(gateway_.mutex());
        for (const auto& key : gateway_.store().keys()) {
            const auto merchant = gateway_.store().find_merchant(key.merchant_id);
            keys.push_back(object{{"id", key.public_key_id}, {"merchant", key.merchant_id}, {"currency", merchant->ledger_currency},
                                  {"environment", key.environment.empty() ? "Sandbox" : key.environment}, {"chosen", field(form, "public_key_id") == key.public_key_id}});
        }
    }
    const auto intent = field(form, "intent");
    for (const auto& [name, what] : {std::pair{"Authorize", "Authorize: the shop captures later"}, std::pair{"AuthorizeWithCapture", "AuthorizeWithCapture: collected at once"},
                                     std::pair{"Confirm", "Confirm: nothing is reserved yet"}})
        intents.push_back(object{{"name", name}, {"what", what}, {"chosen", intent == name}});
    const bool any = !keys.empty();
    return page(templates::new_order, "New order", {{"keys", std::move(keys)}, {"any", any}, {"intents", std::move(intents)}, {"cards", card_choices(field(form, "card"))},
                {"places", place_list(field(form, "address"))}, {"amount", field(form, "amount")}, {"reference", field(form, "reference")},
                {"name", field(form, "name")}, {"refusal", refusal}}, refusal.empty() ? 200 : 422);
}

HttpAnswer Pages::make_order(const Form& form) {
    auto body = buyer_fields(form);
    body["public_key_id"] = field(form, "public_key_id");
    body["amount"] = field(form, "amount");
    body["intent"] = field(form, "intent").empty() ? "Authorize" : field(form, "intent");
    if (const auto reference = field(form, "reference"); !reference.empty()) body["merchant_reference_id"] = reference;
    try {
        const auto made = ask("/control/orders", body);
        return redirect("/seller-central/" + text_at(made, {"charge_permission_id"}) + "?done=new");
    } catch (const ApiError& error) {
        return new_order(form, error.reason_code == "InvalidParameterValue" && std::string(error.what()).find("[amount]") != std::string::npos
                                   ? "The amount is not one of this account's currency; write it like 49.90." : error.what());
    }
}

}  // namespace sandbox
