// The operations beyond a shop's day against the real amazonpay-sandbox: checkout, reports and payouts, updates, tokens, trackers, and the shop's own rate.
#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include "amazon/checkout_client.hpp"
#include "amazon/report_client.hpp"
#include "running_sandbox.hpp"
#include "samples.hpp"

using namespace amazonpay;
using namespace amazonpay::amazon;
using namespace wire_tests;
using Catch::Contains;

namespace {

constexpr std::int64_t day_ms = 86'400'000;

std::shared_ptr<const Connection> connected(const RunningSandbox& sandbox, const Merchant& merchant) { return Connection::open(sandbox.account(merchant)).value(); }

std::int64_t now_of(const RunningSandbox& sandbox) { return sandbox.control("GET", "/control/clock").at("now_ms").as_int64(); }

CheckoutWishes wishes_for(const Merchant& merchant, const char* intent) {
  CheckoutWishes wishes;
  wishes.review_return_url = "https://shop.example/review";
  wishes.result_return_url = "https://shop.example/result";
  wishes.store_id = merchant.store_id;
  wishes.payment_intent = intent;
  wishes.amount = euro(1400);
  wishes.reference.reference_id = "10042";
  return wishes;
}

}  // namespace

TEST_CASE("a checkout is begun, changed, paid and completed through the API", "[service]") {
  const RunningSandbox sandbox;
  const auto merchant = sandbox.merchant();
  CheckoutClient checkout(connected(sandbox, merchant));
  const auto wishes = wishes_for(merchant, "AuthorizeWithCapture");
  const auto begun = checkout.create_session(wishes, "key1");
  REQUIRE(begun);
  CHECK(begun->state == SessionState::open);
  CHECK_FALSE(begun->missing.empty());
  CHECK_FALSE(begun->redirect_url.empty());
  CHECK_FALSE(begun->request_id.empty());
  CHECK(checkout.create_session(wishes, "key1")->id == begun->id);

  CheckoutWishes more;
  more.amount = euro(1500);
  CHECK(checkout.update_session(begun->id, more)->amount == euro(1500));
  CHECK(checkout.complete_session(begun->id, euro(1500), {}, "key2").failure().code == "InvalidCheckoutSessionStatus");
  sandbox.control("POST", "/control/checkout-sessions/" + begun->id + "/buyer");
  CHECK(checkout.complete_session(begun->id, euro(1400), {}, "key3").failure().code == "AmountMismatch");
  const auto done = checkout.complete_session(begun->id, euro(1500), {}, "key4");
  REQUIRE(done);
  CHECK(done->state == SessionState::completed);
  CHECK(checkout.get_session(begun->id)->charge_id == done->charge_id);
  const auto charge = sandbox.client(merchant).get_charge(done->charge_id);
  REQUIRE(charge);
  CHECK(charge->captured == euro(1500));
  CHECK_FALSE(charge->request_id.empty());
  CHECK(sandbox.client(merchant).get_session(begun->id)->permission_id == done->permission_id);
}

TEST_CASE("a scripted checkout is finalized", "[service]") {
  const RunningSandbox sandbox;
  const auto merchant = sandbox.merchant();
  CheckoutClient checkout(connected(sandbox, merchant));
  const auto begun = checkout.create_session(wishes_for(merchant, "Authorize"), "key1");
  REQUIRE(begun);
  sandbox.control("POST", "/control/checkout-sessions/" + begun->id + "/buyer");
  CheckoutWishes last;
  last.payment_intent = "Authorize";
  last.amount = euro(1600);
  const auto finalized = checkout.finalize_session(begun->id, last, "key2");
  REQUIRE(finalized);
  CHECK(finalized->amount == euro(1600));
}

TEST_CASE("references are updated, and a closed payment is not changed any more", "[service]") {
  const RunningSandbox sandbox;
  const auto merchant = sandbox.merchant();
  const auto order = sandbox.order(merchant, "80.00", "Authorized");
  CheckoutClient checkout(connected(sandbox, merchant));
  const auto updated = checkout.update_permission(order.permission_id, {"order-7", "Demo Shop", "Thank you", ""}, {});
  REQUIRE(updated);
  CHECK(updated->merchant_reference_id == "order-7");
  CHECK_FALSE(updated->request_id.empty());
  REQUIRE(sandbox.client(merchant).close_permission(order.permission_id, "x", true));
  CHECK(checkout.update_permission(order.permission_id, {"order-8", "", "", ""}, {}).failure().code == "ChargePermissionNotModifiable");
}

TEST_CASE("a buyer is read by token, and a delegation by its own in live only", "[service]") {
  const RunningSandbox sandbox;
  const auto merchant = sandbox.merchant();
  const auto made = sandbox.control("POST", "/control/buyers", {{"public_key_id", merchant.public_key_id}});
  const auto buyer = CheckoutClient(connected(sandbox, merchant)).get_buyer(std::string(made.at("buyer_token").as_string()));
  REQUIRE(buyer);
  CHECK_FALSE(buyer->id.empty());
  CHECK_FALSE(buyer->name.empty());
  CHECK(CheckoutClient(connected(sandbox, merchant)).get_buyer("BTunknown").kind() == Kind::not_found);

  const auto provider = sandbox.merchant({{"environment", "Live"}});
  const auto other = sandbox.merchant({{"environment", "Live"}});
  const auto delegation = sandbox.control("POST", "/control/delegations", {{"public_key_id", provider.public_key_id}, {"for_merchant_id", other.merchant_id}});
  CheckoutClient live(connected(sandbox, provider));
  const auto token = live.get_authorization_token(std::string(delegation.at("mws_auth_token").as_string()), other.merchant_id);
  REQUIRE(token);
  CHECK(token->size() > 10);
  CHECK(live.get_authorization_token("amzn.mws.unknown", other.merchant_id).failure().code == "InvalidAuthorizationToken");
}

TEST_CASE("a settlement is made, found, downloaded and paid out", "[service]") {
  const RunningSandbox sandbox;
  const auto merchant = sandbox.merchant({{"environment", "Live"}});
  const auto order = sandbox.order(merchant, "80.00", "Captured");
  sandbox.control("POST", "/control/clock", {{"advance_s", 3600}});
  const auto settled = sandbox.control("POST", "/control/settlements", {{"public_key_id", merchant.public_key_id}});
  sandbox.control("POST", "/control/clock", {{"advance_s", 3600}});
  ReportClient reports(connected(sandbox, merchant));

  ReportFilter filter;
  filter.types = {"_GET_FLAT_FILE_OFFAMAZONPAYMENTS_SETTLEMENT_DATA_"};
  filter.states = {"COMPLETED"};
  const auto found = reports.find_reports(filter);
  CAPTURE(found ? std::string() : found.message());
  REQUIRE(found);
  REQUIRE(found->reports.size() == 1);
  const auto report = reports.get_report(found->reports[0].id);
  REQUIRE(report);
  CHECK(report->state == ReportState::completed);
  CHECK(report->end_ms > report->start_ms);
  const auto text = reports.download_document(report->document_id);
  REQUIRE(text);
  CHECK_THAT(*text, Contains(order.charge_id) && Contains("TransactionAmount"));

  const auto now_ms = now_of(sandbox);
  const auto paid = reports.find_disbursements(now_ms - 30 * day_ms, now_ms, 10, "");
  REQUIRE(paid);
  REQUIRE(paid->disbursements.size() == 1);
  CHECK(paid->disbursements[0].amount == euro(settled.at("net_minor").as_int64()));
  CHECK(paid->disbursements[0].settlement_id == settled.at("settlement_id").as_string());
  CHECK(paid->disbursements[0].at_ms > 0);
}

TEST_CASE("reports are ordered once per key and come in pages", "[service]") {
  const RunningSandbox sandbox;
  const auto merchant = sandbox.merchant();
  ReportClient reports(connected(sandbox, merchant));
  const auto now_ms = now_of(sandbox);
  const auto id = reports.create_report(settlement_type, now_ms - day_ms, now_ms, "key1");
  REQUIRE(id);
  CHECK(reports.create_report(settlement_type, now_ms - day_ms, now_ms, "key1").value() == *id);
  CHECK(reports.create_report(settlement_type, now_ms - 2 * day_ms, now_ms, "key1").failure().code == "DuplicateIdempotencyKey");
  for (const char* key : {"key2", "key3"}) CHECK(reports.create_report(settlement_type, now_ms - day_ms, now_ms, key));
  CHECK(reports.create_report("_GET_FLAT_FILE_OFFAMAZONPAYMENTS_REFUND_DATA_", now_ms - day_ms, now_ms, "key4").kind() == Kind::refused);
  ReportFilter filter;
  filter.page_size = 2;
  const auto first = reports.find_reports(filter);
  REQUIRE(first);
  CHECK(first->reports.size() == 2);
  REQUIRE_FALSE(first->next_token.empty());
  filter.next_token = first->next_token;
  const auto last = reports.find_reports(filter);
  REQUIRE(last);
  CHECK(last->reports.size() == 1);
  CHECK(last->next_token.empty());
  CHECK(reports.get_report("99999999999").kind() == Kind::not_found);
  CHECK(reports.download_document("amzn1.tortuga.0.unknown").kind() == Kind::not_found);
}

TEST_CASE("a schedule is made, replaced, read and canceled", "[service]") {
  const RunningSandbox sandbox;
  const auto merchant = sandbox.merchant();
  ReportClient reports(connected(sandbox, merchant));
  const auto next_ms = now_of(sandbox) + day_ms;
  const auto first = reports.create_schedule(settlement_type, "P1D", next_ms, false, "key1");
  REQUIRE(first);
  CHECK(reports.create_schedule(settlement_type, "P7D", next_ms, false, "key2").kind() == Kind::refused);
  const auto second = reports.create_schedule(settlement_type, "P7D", next_ms, true, "key3");
  REQUIRE(second);
  CHECK(reports.get_schedule(*first).kind() == Kind::not_found);
  CHECK(reports.get_schedule(*second)->frequency == "P7D");
  const auto found = reports.find_schedules({settlement_type});
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  CHECK(found->front().next_ms / 1'000 == next_ms / 1'000);
  CHECK(reports.cancel_schedule(*second));
  CHECK(reports.find_schedules({})->empty());
  CHECK(reports.cancel_schedule(*second).kind() == Kind::refused);
}

TEST_CASE("a delivery is tracked once, and a wrong carrier moves nothing", "[service]") {
  const RunningSandbox sandbox;
  const auto merchant = sandbox.merchant();
  const auto order = sandbox.order(merchant, "80.00", "Captured");
  auto amazon = sandbox.client(merchant);
  CHECK(amazon.track_delivery(order.permission_id, {"DHL", "00340434161094000000"}, "key1"));
  CHECK(amazon.track_delivery(order.permission_id, {"DHL", "00340434161094000000"}, "key1"));
  const auto wrong = amazon.track_delivery(order.permission_id, {"NO_SUCH_CARRIER", "1"}, "key2");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.kind() == Kind::refused);
  CHECK(wrong.failure().code == "InvalidParameterValue");
  CHECK_THAT(wrong.message(), Catch::EndsWith("."));
}

TEST_CASE("with Amazon's throttling on, bulk reading and staff together never meet a 429", "[service]") {
  const RunningSandbox sandbox;
  const auto merchant = sandbox.merchant({{"environment", "Live"}});
  const auto order = sandbox.order(merchant, "80.00", "Captured");
  sandbox.control("POST", "/control/settings", {{"throttling", true}});
  auto account = sandbox.account(merchant);
  account.call_rate = "amazon";
  const auto connection = Connection::open(account).value();
  Terms background;
  background.urgency = Urgency::background;
  std::atomic<int> read{0}, paced{0}, other{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 8; ++i) {
        const auto charge = Client(connection, background).get_charge(order.charge_id);
        ++(charge ? read : charge.failure().code == "paced" ? paced : other);
      }
    });
  }
  for (int i = 0; i < 6; ++i) CHECK(Client(connection).get_charge(order.charge_id));
  for (auto& thread : threads) thread.join();
  CHECK(other == 0);
  CHECK(read >= 10);
  CHECK(read + paced == 24);
  const auto answers = sandbox.control("GET", "/control/requests").at("by_operation").at("getCharge");
  CHECK(answers.as_object().contains("200"));
  CHECK_FALSE(answers.as_object().contains("429"));
}
