#include "operations.hpp"
#include "query.hpp"
#include "report_records.hpp"

// Get Buyer (after sign-in with the button) and Get Authorization Token (for solution providers).
namespace sandbox {

Reply get_buyer(Call& call) {
    const auto token = look_up<BuyerToken>(call, call.id);
    boost::json::object out;
    for (const auto* name : {"name", "email", "postalCode", "countryCode", "buyerId", "phoneNumber", "shippingAddress", "billingAddress",
                             "primeMembershipTypes"}) {
        const auto* found = token.buyer.as_object().if_contains(name);
        out.emplace(name, found ? *found : boost::json::value(nullptr));
    }
    return {200, std::move(out)};
}

Reply get_authorization_token(Call& call) {
    if (call.environment != "Live") throw ApiError(405, "UnsupportedOperation", "Authorization tokens exist in the live environment only.");
    const Query query(call.request.query());
    query.allow({"merchantId"});
    if (!query.has("merchantId")) throw ApiError(400, "MissingParameterValue", "The parameter [merchantId] is required.");
    const auto delegation = call.bank.store().find<Delegation>(call.id);
    if (!delegation || delegation->merchant_id != call.merchant.merchant_id || delegation->for_merchant_id != query.text("merchantId"))
        throw ApiError(403, "InvalidAuthorizationToken", "The token is not known, or it is not one of this merchant for this solution provider.");
    boost::json::object out;
    out.emplace("authorizationToken", delegation->authorization_token);
    out.emplace("createTimestamp", basic_time(delegation->created_ms));
    out.emplace("expireTimestamp", basic_time(delegation->expires_ms));
    return {200, std::move(out)};
}

}  // namespace sandbox
