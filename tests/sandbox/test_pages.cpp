#include <catch2/catch.hpp>

#include "pages.hpp"
#include "test_shop.hpp"

using sandbox_test::Shop;

namespace {

struct Browser {
    Shop shop;
    sandbox::Control control{shop.gateway()};
    sandbox::Pages pages{shop.gateway(), control};

    sandbox::HttpAnswer get(const std::string& path) { return pages.handle({"GET", path, {}, ""}); }
    sandbox::HttpAnswer post(const std::string& path, const std::string& form) { return pages.handle({"POST", path, {}, form}); }
    bool shows(const std::string& path, const std::string& words) {
        const auto answer = get(path);
        UNSCOPED_INFO(answer.body);
        return answer.status == 200 && answer.body.find(words) != std::string::npos;
    }
};

std::string location(const sandbox::HttpAnswer& answer) {
    for (const auto& [name, value] : answer.headers)
        if (name == "location") return value;
    return {};
}

std::string kinds(Shop& shop) {
    std::string list;
    const auto answer = shop.control("GET", "/control/movements?charge_permission_id=" + shop.permission_id);
    for (const auto& movement : answer.body.at("movements").as_array())
        list += std::string(movement.at("kind").as_string()) + " " + std::to_string(movement.at("amount_minor").as_int64()) + " " +
                std::string(movement.at("by").as_string()) + "\n";
    return list;
}

}  // namespace

TEST_CASE("acts on the pages do what the acts of the control interface do") {
    Browser hand;
    Shop machine;
    const auto act = [&](const std::string& fields) { return machine.control("POST", "/control/seller-central", "{" + fields + "}").status; };
    hand.shop.order("80.00");
    machine.order("80.00");
    const auto order = "/seller-central/" + hand.shop.permission_id;
    CHECK(hand.shows(order, "Capture payment"));
    CHECK(location(hand.post(order + "/capture", "charge_id=" + hand.shop.charge_id + "&amount=70.00")) == order + "?done=capture");
    CHECK(act(R"("act":"capture","charge_id":")" + machine.charge_id + R"(","amount":"70.00")") == 200);
    CHECK(hand.shows(order + "?done=capture", "was captured by hand"));
    CHECK(hand.post(order + "/refund", "charge_id=" + hand.shop.charge_id + "&amount=12.50").status == 303);
    CHECK(act(R"("act":"refund","charge_id":")" + machine.charge_id + R"(","amount":"12.50")") == 200);
    const auto refused = hand.post(order + "/refund", "charge_id=" + hand.shop.charge_id + "&amount=900");
    CHECK(refused.status == 422);
    CHECK(refused.body.find("Amazon refused") != std::string::npos);
    CHECK(hand.post(order + "/close", "reason=done+with+it").status == 303);
    CHECK(act(R"("act":"close","charge_permission_id":")" + machine.permission_id + "\"") == 200);
    CHECK(hand.post(order + "/close", "").status == 422);
    CHECK(kinds(hand.shop) == kinds(machine));
    CHECK(hand.shop.permission().body.at("statusDetails").at("reasons").at(0).at("reasonDescription") == "done with it");

    hand.shop.order("80.00");
    machine.order("80.00");
    CHECK(hand.post("/seller-central/" + hand.shop.permission_id + "/cancel", "").status == 303);
    CHECK(act(R"("act":"cancel","charge_permission_id":")" + machine.permission_id + "\"") == 200);
    CHECK(kinds(hand.shop) == kinds(machine));
    CHECK(hand.shop.charge().state() == "Canceled");
}

TEST_CASE("the list of transactions uses the words and the reference ids of Seller Central") {
    Browser browser;
    const auto word_of = [&](const std::string& reference) {
        const auto body = browser.get("/seller-central?q=" + reference).body;
        const auto row = body.find(">" + reference);
        const auto word = body.find("<span class=\"word", row);
        if (row == std::string::npos || word == std::string::npos) return std::string("not listed");
        const auto from = body.find('>', word) + 1;
        return body.substr(from, body.find('<', from) - from);
    };
    auto& shop = browser.shop;
    shop.order("80.00");
    CHECK(word_of(shop.permission_id) == "Open");
    shop.order("80.00", R"(,"state":"Captured")");
    CHECK(word_of(shop.permission_id) == "Closed");
    shop.order("80.00", R"(,"state":"Suspended")");
    CHECK(word_of(shop.permission_id) == "Suspended");
    shop.order("80.00");
    shop.call("DELETE", "/v2/chargePermissions/" + shop.permission_id + "/close", R"({"closureReason":"no","cancelPendingCharges":true})");
    CHECK(word_of(shop.permission_id) == "Canceled");
    shop.order("80.00");
    shop.call("DELETE", "/v2/chargePermissions/" + shop.permission_id + "/close", R"({"closureReason":"no"})");
    CHECK(word_of(shop.permission_id) == "Closed");  // what was reserved can still be captured
    shop.order("80.00", R"(,"charge_permission_type":"PaymentMethodOnFile")");
    CHECK(word_of(shop.charge_id) == "Open");
    shop.order("80.00", R"(,"state":"Open")");
    CHECK(word_of(shop.session_id) == "Open");
    shop.advance(25 * 3600);
    CHECK(word_of(shop.session_id) == "Canceled");
    CHECK(browser.shows("/seller-central", "10042"));
    CHECK(browser.shows("/seller-central?q=nobody", "No transaction matches"));
    CHECK(browser.get("/seller-central/none").status == 404);
}

TEST_CASE("a test buyer pays at the checkout page and comes back to the shop") {
    Browser browser;
    auto& shop = browser.shop;
    const auto session = [&](const char* details) {
        const auto made = shop.call("POST", "/v2/checkoutSessions", R"({"webCheckoutDetails":{"checkoutReviewReturnUrl":"https://localhost/review",
            "checkoutResultReturnUrl":"https://localhost/result?a=b","checkoutCancelUrl":"https://localhost/cancel"},"storeId":")" + shop.store_id +
            R"(","paymentDetails":)" + details + "}", shop.fresh_key());
        REQUIRE(made.status == 201);
        return made.text("checkoutSessionId");
    };
    const auto* authorize = R"({"paymentIntent":"Authorize","canHandlePendingAuthorization":true,"chargeAmount":{"amount":"14.00","currencyCode":"EUR"}})";
    const auto state = [&](const std::string& id) { return shop.call("GET", "/v2/checkoutSessions/" + id).state(); };

    auto id = session(authorize);
    CHECK(browser.shows("/checkout/" + id, "Pay 14.00"));
    CHECK(location(browser.post("/checkout/" + id, "act=pay&name=Jo+Test&email=jo%40shop.example&address=wien&card=1111")) ==
          "https://localhost/result?a=b&amazonCheckoutSessionId=" + id);
    CHECK(state(id) == "Completed");
    const auto permission = shop.control("GET", "/control/objects/" + shop.call("GET", "/v2/checkoutSessions/" + id).text("chargePermissionId"));
    CHECK(permission.body.at("buyer").at("name") == "Jo Test");
    CHECK(permission.body.at("shippingAddress").at("city") == "Wien");
    CHECK(browser.post("/checkout/" + id, "act=pay").status == 422);  // only once
    CHECK(browser.shows("/checkout/" + id, "Completed"));

    id = session(authorize);
    CHECK(location(browser.post("/checkout/" + id, "act=cancel")) == "https://localhost/cancel?amazonCheckoutSessionId=" + id);
    CHECK(state(id) == "Canceled");
    id = session(authorize);
    CHECK(browser.post("/checkout/" + id, "act=pay&card=3434").status == 303);
    CHECK(shop.call("GET", "/v2/checkoutSessions/" + id).body.at("statusDetails").at("reasonCode") == "Declined");
    id = session(authorize);
    CHECK(browser.post("/checkout/" + id, "act=pay&card=0701").status == 303);
    CHECK(shop.call("GET", "/v2/charges/" + shop.call("GET", "/v2/checkoutSessions/" + id).text("chargeId")).state() == "AuthorizationInitiated");
    id = session(authorize);
    CHECK(browser.post("/checkout/" + id, "act=sign-in&card=1111").status == 303);
    CHECK(state(id) == "Open");
    CHECK(shop.call("POST", "/v2/checkoutSessions/" + id + "/complete", R"({"chargeAmount":{"amount":"14.00","currencyCode":"EUR"}})").status == 200);
    CHECK(browser.get("/checkout/none").status == 404);
}

TEST_CASE("an order made by hand is a paid order of that account") {
    Browser browser;
    CHECK(browser.shows("/new-order", browser.shop.key_id));
    const auto made = browser.post("/new-order", "public_key_id=" + browser.shop.key_id + "&amount=33.30&reference=20001&intent=AuthorizeWithCapture&card=1111&address=paris&name=");
    REQUIRE(made.status == 303);
    const auto id = location(made).substr(16, location(made).find('?') - 16);
    const auto order = browser.shop.control("GET", "/control/objects/" + id);
    CHECK(order.body.at("merchantMetadata").at("merchantReferenceId") == "20001");
    CHECK(order.body.at("shippingAddress").at("countryCode") == "FR");
    CHECK(order.body.at("charges").at(0).at("statusDetails").at("state") == "Captured");
    const auto refused = browser.post("/new-order", "public_key_id=" + browser.shop.key_id + "&amount=3,50&reference=keep-me");
    CHECK(refused.status == 422);
    CHECK(refused.body.find("write it like 49.90") != std::string::npos);
    CHECK(refused.body.find("keep-me") != std::string::npos);
    CHECK(browser.post("/accounts", "region=jp&environment=Sandbox").body.find("BEGIN PRIVATE KEY") != std::string::npos);
    CHECK(browser.shows("/", "Japan"));
}

TEST_CASE("what another website makes the browser send is refused, and names are not markup") {
    const auto request = [](const std::string& method, std::vector<std::pair<std::string, std::string>> headers) {
        return sandbox::from_this_machine({method, "/", std::move(headers), ""});
    };
    CHECK(request("POST", {{"host", "127.0.0.1:80"}}));
    CHECK(request("POST", {{"host", "localhost:80"}, {"origin", "http://localhost:80"}}));
    CHECK(request("GET", {{"host", "localhost:80"}, {"sec-fetch-site", "cross-site"}}));  // a link from the shop
    CHECK_FALSE(request("POST", {{"host", "localhost:80"}, {"origin", "https://evil.example"}}));
    CHECK_FALSE(request("POST", {{"host", "localhost:80"}, {"origin", "null"}}));
    CHECK_FALSE(request("POST", {{"host", "localhost:80"}, {"sec-fetch-site", "cross-site"}}));
    CHECK_FALSE(request("GET", {{"host", "evil.example:80"}}));  // a name that was pointed at this machine
    CHECK_FALSE(request("GET", {}));
    Browser browser;
    browser.shop.order("80.00", R"(,"buyer":{"name":"<script>alert(1)</script>"})");
    for (const auto& path : {std::string("/seller-central"), "/seller-central/" + browser.shop.permission_id, std::string("/seller-central?q=%22%3E%3Cscript%3E")}) {
        CHECK(browser.get(path).body.find("<script") == std::string::npos);
        CHECK(browser.get(path).body.find("TEST") != std::string::npos);
    }
}

TEST_CASE("Integration Central gives keys as JSON to paste, and an id for a public key made elsewhere") {
    Browser browser;
    const auto merchant = std::string(boost::json::parse(browser.control.handle({"POST", "/control/keypair", {}, "{}"}).body).at("merchant_id").as_string());
    CHECK(browser.shows("/integration", merchant));
    const auto made = browser.post("/integration/" + merchant + "/keys", "environment=Live");
    CHECK(made.body.find("&quot;public_key_id&quot;: &quot;LIVE-A") != std::string::npos);
    CHECK(made.body.find("BEGIN PRIVATE KEY") != std::string::npos);
    const auto uploaded = browser.post("/integration/" + merchant + "/public-key", "environment=Sandbox&public_key=nonsense");
    CHECK(uploaded.status == 422);
    CHECK(uploaded.body.find("Nothing was made.") != std::string::npos);
}
