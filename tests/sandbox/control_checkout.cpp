#include "buyers.hpp"
#include "control.hpp"
#include "views.hpp"

namespace sandbox {

// The buyer pays (or leaves) at Amazon, and the session is completed without the shop's own request: for orders made by hand.
boost::json::object Control::complete_checkout(const std::string& session_id, const Body& body) {
    body.allow({"buyer", "shipping_address", "billing_address", "card", "cancel"});
    auto& store = gateway_.store();
    auto session = store.find<Session>(session_id);
    if (!session) throw ApiError(404, "ResourceNotFound", "There is no checkout session '" + session_id + "'.");
    if (session->state != "Open")
        throw ApiError(422, "InvalidCheckoutSessionStatus", "The checkout session is already " + session->state + "; start a new checkout in the shop.");
    const bool leaves = body.flag("cancel");
    if (!leaves) {
        if (session->buyer.is_null() || body.has("buyer")) session->buyer = make_buyer(body, store.find_merchant(session->merchant_id)->region);
        if (body.has("card")) session->card = read_card(body);
        store.put(*session);
    }
    try {
        gateway_.bank().complete(*session, {"checkout", "", leaves ? "BuyerCanceled" : "", gateway_.bank().now_ms()});
    } catch (const ApiError& error) {
        if (error.reason_code != "CheckoutSessionCanceled") throw;  // a card or the buyer ended the checkout: that is the outcome, not a mistake
    }
    return session_json(*session);
}

}  // namespace sandbox
