#include "buyers.hpp"

#include <array>

#include "crypto.hpp"

namespace sandbox {
namespace {

struct Card {
    std::string_view ending, at_checkout, when_pending;
};

constexpr std::array<Card, 9> cards{{{"1111", "", ""}, {"0005", "", ""}, {"4444", "", ""}, {"9424", "", ""}, {"0000", "", ""},
                                     {"3064", "BuyerCanceled", ""}, {"3434", "Declined", ""}, {"0701", "", "AuthorizationInitiated"},
                                     {"4354", "", "PendingHardDeclined"}}};

const Card* find_card(std::string_view ending) {
    for (const auto& card : cards)
        if (card.ending == ending) return &card;
    return nullptr;
}

boost::json::object address(const std::string& name, const std::string& region) {
    const bool jp = region == "jp", na = region == "na";
    return {{"name", name}, {"addressLine1", jp ? "Meguro 1-8-1" : na ? "10 Example Ave" : "Musterweg 1"}, {"addressLine2", nullptr},
            {"addressLine3", nullptr}, {"city", jp ? "Meguro-ku" : na ? "Seattle" : "Berlin"}, {"county", nullptr}, {"district", nullptr},
            {"stateOrRegion", jp ? boost::json::value("Tokyo") : na ? boost::json::value("WA") : boost::json::value(nullptr)},
            {"postalCode", jp ? "153-0064" : na ? "98104" : "10115"}, {"countryCode", jp ? "JP" : na ? "US" : "DE"}, {"phoneNumber", "030123456"}};
}

}  // namespace

boost::json::object make_buyer(const Body& order, const std::string& region) {
    const auto given = order.child("buyer");
    given.allow({"name", "email", "phone"});
    const auto name = given.text("name", 255, "Erika Beispiel");
    boost::json::object buyer{{"buyerId", "amzn1.account." + random_capitals(28)}, {"name", name},
                              {"email", given.text("email", 255, "erika@shop.example")}, {"phoneNumber", given.text("phone", 50, "030123456")},
                              {"primeMembershipTypes", nullptr}};
    buyer.emplace("shippingAddress", order.has("shipping_address") ? order.child("shipping_address").fields() : address(name, region));
    buyer.emplace("billingAddress", order.has("billing_address") ? order.child("billing_address").fields() : address(name, region));
    return buyer;
}

boost::json::value shown_buyer(const boost::json::value& buyer, const boost::json::value& session_request) {
    if (!buyer.is_object() || !session_request.is_object()) return buyer;
    const auto* scopes = session_request.as_object().if_contains("scopes");
    if (!scopes || !scopes->is_array() || scopes->as_array().empty()) return buyer;
    auto shown = buyer.as_object();
    for (const auto* name : {"name", "email", "phoneNumber", "billingAddress"}) {
        bool allowed = false;
        for (const auto& scope : scopes->as_array()) allowed = allowed || scope == boost::json::value(name);
        if (!allowed) shown[name] = nullptr;
    }
    return shown;
}

std::string read_card(const Body& body) {
    auto ending = body.text("card", 4, "1111");
    if (!find_card(ending)) body.refuse("card");
    return ending;
}

std::string checkout_outcome(const std::string& card) {
    const auto* found = find_card(card);
    return found ? std::string(found->at_checkout) : std::string();
}

std::string pending_outcome(const std::string& card) {
    const auto* found = find_card(card);
    return found ? std::string(found->when_pending) : std::string();
}

}  // namespace sandbox
