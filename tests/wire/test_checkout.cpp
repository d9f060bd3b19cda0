// Checkout sessions, buyers, updates, tokens and delivery trackers against a scripted server: what is asked, and what is made of the answers.
#include <catch2/catch.hpp>

#include "amazon/checkout_client.hpp"
#include "amazon/client.hpp"
#include "samples.hpp"
#include "scripted.hpp"

using namespace amazonpay;
using namespace amazonpay::amazon;
using namespace wire_tests;
using Catch::Contains;

namespace {

const std::string session_id = "bd504926-f659-4ad7-a1a9-9a747aaf5275";
const Money fourteen(1400, Currency("EUR"));

}  // namespace

TEST_CASE("a session is created, changed, completed and finalized with what was wished and nothing else") {
  TlsServer server({act(201, session_sample), act(200, session_sample), act(202, session_sample), act(200, session_sample)});
  CheckoutClient client(connected_to(server));
  CheckoutWishes wishes;
  wishes.result_return_url = "https://shop.example/b";
  wishes.store_id = "amzn1.application-oa2-client.x";
  wishes.scopes = {"name", "email"};
  wishes.permission_type = "Recurring";
  wishes.recurring = Recurring{"Month", "1", fourteen};
  wishes.payment_intent = "Authorize";
  wishes.can_handle_pending = true;
  wishes.amount = fourteen;
  wishes.reference = {"10042", std::string(60, 's'), "", ""};
  const auto made = client.create_session(wishes, "key1");
  REQUIRE(made);
  CHECK(made->id == session_id);
  CHECK(made->state == SessionState::open);
  CHECK_THAT(made->redirect_url, Catch::StartsWith("https://"));
  CHECK(made->amount == fourteen);
  CHECK(made->payment_intent == "Authorize");
  CHECK(made->missing == std::vector<std::string>{"BuyerNotAssociated"});
  wishes = {};
  wishes.amount = fourteen;
  CHECK(client.update_session(session_id, wishes));
  CHECK(client.complete_session(session_id, fourteen, {}, "key2"));
  wishes.payment_intent = "Authorize";
  wishes.shipping_address = {{"name", "Erika Beispiel"}, {"countryCode", "DE"}};
  CHECK(client.finalize_session(session_id, wishes, ""));

  const auto requests = server.requests();
  const std::string price = R"({"amount":"14.00","currencyCode":"EUR"})";
  CHECK(body_of(requests.at(0)) ==
        R"({"webCheckoutDetails":{"checkoutResultReturnUrl":"https://shop.example/b"},)"
        R"("paymentDetails":{"paymentIntent":"Authorize","canHandlePendingAuthorization":true,"chargeAmount":)" +
            price + R"(},"recurringMetadata":{"frequency":{"unit":"Month","value":"1"},"amount":)" + price +
            R"(},"merchantMetadata":{"merchantReferenceId":"10042","merchantStoreName":")" + std::string(50, 's') +
            R"("},"storeId":"amzn1.application-oa2-client.x","scopes":["name","email"],"chargePermissionType":"Recurring"})");
  CHECK(first_line(requests.at(1)) == "PATCH /v2/checkoutSessions/" + session_id + " HTTP/1.1");
  CHECK(body_of(requests.at(1)) == R"({"paymentDetails":{"chargeAmount":)" + price + "}}");
  CHECK(first_line(requests.at(2)) == "POST /v2/checkoutSessions/" + session_id + "/complete HTTP/1.1");
  CHECK(body_of(requests.at(2)) == R"({"chargeAmount":)" + price + "}");
  CHECK(header(requests.at(2), "x-amz-pay-idempotency-key") == "key2");
  CHECK(first_line(requests.at(3)) == "POST /v2/checkoutSessions/" + session_id + "/finalize HTTP/1.1");
  CHECK(body_of(requests.at(3)) == R"({"paymentIntent":"Authorize","chargeAmount":)" + price + R"(,"shippingAddress":{"name":"Erika Beispiel","countryCode":"DE"}})");
  CHECK(header(requests.at(3), "x-amz-pay-idempotency-key").empty());
}

TEST_CASE("a permission and a charge are updated, a buyer and a token are read") {
  TlsServer server({act(200, permission_sample), act(200, authorized_charge_sample),
                    act(200,
                        R"({"buyerId":"amzn1.account.X","name":"Erika Beispiel","email":"erika@shop.example","postalCode":"10115",)"
                        R"("countryCode":"DE","primeMembershipTypes":null})",
                        "x-amz-pay-request-id: buyer-1\r\n"),
                    act(200, R"({"authorizationToken":"Atza-secret","expireTimestamp":"20260310T101500Z"})")});
  CheckoutClient client(connected_to(server));
  CHECK(client.update_permission("S02-1234567-7654321", {"10042", "", "", ""}, {})->merchant_reference_id == "10042");
  CHECK(client.update_charge("S02-1234567-7654321-C012345", "Authorized", "")->state == ChargeState::authorized);
  const auto buyer = client.get_buyer("BT=a|b+c");
  REQUIRE(buyer);
  CHECK(buyer->id == "amzn1.account.X");
  CHECK(buyer->country == "DE");
  CHECK(buyer->request_id == "buyer-1");
  const auto token = client.get_authorization_token("amzn.mws.d8f2d-6a5f", "A1EXAMPLESELL0");
  REQUIRE(token);
  CHECK(token->reveal() == "Atza-secret");
  const auto requests = server.requests();
  CHECK(body_of(requests.at(0)) == R"({"merchantMetadata":{"merchantReferenceId":"10042"}})");
  CHECK(body_of(requests.at(1)) == R"({"statusDetails":{"state":"Authorized"}})");
  CHECK(first_line(requests.at(2)) == "GET /v2/buyers/BT%3Da%7Cb%2Bc HTTP/1.1");
  CHECK(first_line(requests.at(3)) == "GET /v2/authorizationTokens/amzn.mws.d8f2d-6a5f?merchantId=A1EXAMPLESELL0 HTTP/1.1");
}

TEST_CASE("answers about something else or with damaged money are not taken for a checkout") {
  TlsServer server({act(200, session_sample), act(200, with(session_sample, "14.00", "14.005"))});
  CheckoutClient client(connected_to(server));
  const auto other = client.update_session("other", {});
  CHECK(other.kind() == Kind::uncertain);
  CHECK(client.get_session(session_id).kind() == Kind::unavailable);
}

TEST_CASE("bad arguments of a checkout are refused before anything is sent") {
  TlsServer server({act(500)});
  CheckoutClient client(connected_to(server));
  CHECK(client.create_session({}, "").kind() == Kind::invalid);
  CHECK(client.get_session("a/b").kind() == Kind::invalid);
  CHECK(client.complete_session(session_id, Money(0, Currency("EUR")), {}, "k").kind() == Kind::invalid);
  CHECK(client.finalize_session(session_id, {}, "k").kind() == Kind::invalid);
  CHECK(client.get_buyer("a/b").kind() == Kind::invalid);
  CHECK(client.get_buyer("..").kind() == Kind::invalid);
  CHECK(client.update_charge("S02-1", "Refunded", "").kind() == Kind::invalid);
  CHECK(client.get_authorization_token("x", "a b").kind() == Kind::invalid);
  CHECK(server.requests().empty());
}

TEST_CASE("a delivery is tracked whichever name Amazon gives to the permission in its answer") {
  const auto told = [](const std::string& answer) {
    TlsServer server({act(200, answer)});
    return Client(connected_to(server)).track_delivery("S02-1234567-7654321", {"UPS", "1Z999AA10123456784"}, "key1");
  };
  CHECK(told(R"({"chargePermissionId":"S02-1234567-7654321","deliveryDetails":[]})"));
  CHECK(told(R"({"amazonOrderReferenceId":"S02-1234567-7654321","deliveryDetails":[]})"));
  CHECK(told(""));
  CHECK(told("{}"));
  CHECK(told(R"({"chargePermissionId":"S02-0000000-0000000"})").kind() == Kind::uncertain);
}
