#include <catch2/catch.hpp>

#include <thread>

#include "shop.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

std::string message(const Answer& answer) { return std::string(answer.document().at("message").as_string()); }

}  // namespace

TEST_CASE("a refund goes form, sheet, button, task, and Amazon is asked once") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  const auto sheet = shop.plan("o-1", "refund", {{"kind", "amount"}, {"amount", "12,95"}, {"reason", "goodwill"}, {"note", "n"}});
  INFO(sheet.text);
  REQUIRE(sheet.status == HOSTAPI_OK);
  const auto data = sheet.data();
  CHECK(sheet.document().at("template") == "sheet");
  CHECK(data.at("title") == "Refund 12.95\xC2\xA0"
                            "EUR?");
  CHECK(data.at("button").at("label") == "Refund 12.95\xC2\xA0"
                                         "EUR");
  CHECK(data.at("lead") == "Nothing has been sent yet.");
  CHECK(data.at("has_rows") == true);
  CHECK(data.at("big").at("m").at("amount") == "12.95");
  const auto form = Shop::form_of(data);
  CHECK(form.at("operation_id").as_string().size() == 32);
  CHECK(form.at("reason") == "goodwill");
  CHECK(shop.amazon.refunds_made() == 0);
  CHECK(shop.host.data().collections["intents"].empty());

  const auto done = shop.run("o-1", "refund", form);
  INFO(done.text);
  REQUIRE(done.status == HOSTAPI_OK);
  CHECK(done.document().at("done") == true);
  CHECK(shop.amazon.refunds_made() == 0);  // no page waits for Amazon
  shop.work();
  CHECK(shop.amazon.refunded() == euro(1295));
  CHECK(shop.host.data().audit.front().at("amount_minor") == 1295);
  const auto intent = shop.host.data().collections["intents"].begin()->second;
  CHECK(intent.value.at("who").at("name") == "Jana Brandt");
  CHECK(intent.value.at("reason") == "goodwill");
}

TEST_CASE("T5 the same operation pressed twice, reloaded and sent from two threads refunds once and answers the same", "[T5]") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  const auto form = Shop::form_of(shop.plan("o-1", "refund", {{"kind", "amount"}, {"amount", "10.00"}}).data());
  std::string first, second;
  std::thread a([&] { first = shop.run("o-1", "refund", form).text; }), b([&] { second = shop.run("o-1", "refund", form).text; });
  a.join(), b.join();
  shop.work();
  const auto third = shop.run("o-1", "refund", form);
  CHECK(third.status == HOSTAPI_OK);
  CHECK(first == second);
  CHECK(first == third.text);
  shop.settle();
  CHECK(shop.amazon.refunded() == euro(1000));
}

TEST_CASE("two sheets opened before either was pressed: the second is a conflict, nothing is sent twice") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  const auto one = Shop::form_of(shop.plan("o-1", "refund", {{"kind", "rest"}}).data());
  const auto two = Shop::form_of(shop.plan("o-1", "refund", {{"kind", "rest"}}).data());
  CHECK(one.at("amount") == "80.00");
  REQUIRE(shop.run("o-1", "refund", one).status == HOSTAPI_OK);
  const auto late = shop.run("o-1", "refund", two);
  CHECK(late.status == HOSTAPI_E_CONFLICT);
  CHECK(message(late).find("changed since you opened") != std::string::npos);
  shop.work();
  CHECK(shop.amazon.refunded() == euro(8000));
}

TEST_CASE("lines are refunded with what they are worth and remembered by piece") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  const auto sheet = shop.plan("o-1", "refund", {{"kind", "lines"}, {"line", json::array{"1", "2"}}});
  INFO(sheet.text);
  REQUIRE(sheet.status == HOSTAPI_OK);
  CHECK(sheet.data().at("big").at("m").at("amount") == "40.00");
  REQUIRE(shop.run("o-1", "refund", Shop::form_of(sheet.data())).status == HOSTAPI_OK);
  const auto intent = shop.host.data().collections["intents"].begin()->second.value;
  CHECK(intent.at("lines").as_array().size() == 2);
  CHECK(shop.plan("o-1", "refund", {{"kind", "lines"}, {"line", "99"}}).status == HOSTAPI_E_CONFLICT);
  CHECK(shop.plan("o-1", "refund", {{"kind", "lines"}}).status == HOSTAPI_E_REFUSED);
}

TEST_CASE("T16 amounts that are no clear sum above zero are refused with a sentence", "[T16]") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  for (const char* typed : {"", "0", "-1", "1e3", "NaN", "1.234", "300.00", "abc"}) {
    const auto sheet = shop.plan("o-1", "refund", {{"kind", "amount"}, {"amount", typed}});
    INFO(typed << " -> " << sheet.text);
    CHECK(sheet.status == HOSTAPI_E_REFUSED);
    CHECK(sheet.text.size() > 20);
  }
}

TEST_CASE("every action is authorised again, in plan and in run") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::authorized);
  shop.order("o-2", 8000, ChargeState::captured);
  const auto capture = Shop::form_of(shop.plan("o-1", "capture").data());
  const auto cancel = Shop::form_of(shop.plan("o-1", "cancel_charge").data());
  const auto close = Shop::form_of(shop.plan("o-1", "close_permission").data());
  const auto refund = Shop::form_of(shop.plan("o-2", "refund", {{"kind", "rest"}}).data());
  shop.staff.all_permissions = false;
  shop.staff.permissions = {"payment.view"};
  for (const char* action : {"capture", "cancel_charge", "close_permission", "refund", "take_over"}) {
    CHECK(shop.plan("o-1", action).status == HOSTAPI_E_DENIED);
    CHECK(shop.run("o-1", action, capture).status == HOSTAPI_E_DENIED);
  }
  CHECK(shop.run("o-1", "cancel_charge", cancel).status == HOSTAPI_E_DENIED);
  CHECK(shop.run("o-1", "close_permission", close).status == HOSTAPI_E_DENIED);
  const auto denied = shop.run("o-2", "refund", refund);
  CHECK(denied.status == HOSTAPI_E_DENIED);
  CHECK(message(denied).find("Ask an administrator") != std::string::npos);
  CHECK(shop.run("o-1", "refresh").status == HOSTAPI_OK);
  shop.staff.permissions.clear();
  CHECK(shop.run("o-1", "refresh").status == HOSTAPI_E_DENIED);
  shop.work();
  CHECK(shop.amazon.captures_made + shop.amazon.cancels_made + shop.amazon.closes_made + shop.amazon.refunds_made() == 0);
}

TEST_CASE("capture, cancel and close go through their sheets and say what they release or collect") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::authorized);
  const auto part = shop.plan("o-1", "capture", {{"amount", "50"}});
  INFO(part.text);
  REQUIRE(part.status == HOSTAPI_OK);
  CHECK(part.data().at("button").at("label") == "Capture 50.00\xC2\xA0"
                                                "EUR");
  CHECK(part.data().at("has_checks") == true);
  REQUIRE(shop.run("o-1", "capture", Shop::form_of(part.data())).status == HOSTAPI_OK);
  shop.work();
  CHECK(shop.amazon.captures_made == 1);

  shop.order("o-2", 7000, ChargeState::authorized);
  REQUIRE(shop.act("o-2", "cancel_charge").status == HOSTAPI_OK);
  shop.work();
  CHECK(shop.amazon.cancels_made == 1);
  CHECK(shop.plan("o-2", "cancel_charge").status == HOSTAPI_E_REFUSED);

  shop.order("o-3", 6000, ChargeState::authorized);
  REQUIRE(shop.act("o-3", "close_permission").status == HOSTAPI_OK);
  shop.work();
  CHECK(shop.amazon.closes_made == 1);
}

TEST_CASE("an unknown action is not found, a form without operation id is refused as incomplete") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  CHECK(shop.plan("o-1", "explode").status == HOSTAPI_E_NOT_FOUND);
  CHECK(shop.run("o-1", "explode").status == HOSTAPI_E_NOT_FOUND);
  CHECK(shop.run("o-1", "refund", {{"kind", "rest"}}).status == HOSTAPI_E_INVALID);
  CHECK(shop.plan("o-1", "refresh").status == HOSTAPI_E_NOT_FOUND);
}

TEST_CASE("a commit whose answer got lost is found again under its operation id") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  const auto form = Shop::form_of(shop.plan("o-1", "refund", {{"kind", "rest"}}).data());
  shop.host.lose_answer_of_commit();
  const auto done = shop.run("o-1", "refund", form);
  INFO(done.text);
  CHECK(done.status == HOSTAPI_OK);
  shop.host.fail_commit();
  const auto other = Shop::form_of(shop.plan("o-1", "refund", {{"kind", "amount"}, {"amount", "5.00"}}).data());
  CHECK(shop.run("o-1", "refund", other).status == HOSTAPI_E_UNAVAILABLE);
  shop.work();
  CHECK(shop.amazon.refunded() == euro(8000));
}

TEST_CASE("every service call failing in turn never moves money twice and never crashes") {
  for (int nth = 1; nth <= 60; ++nth) {
    Shop shop;
    shop.order("o-1", 8000, ChargeState::captured);
    const auto form = Shop::form_of(shop.plan("o-1", "refund", {{"kind", "amount"}, {"amount", "30.00"}}).data());
    shop.host.fail_nth_call(nth, nth % 2 == 0 ? HOSTAPI_E_UNAVAILABLE : HOSTAPI_E_INTERNAL);
    const auto first = shop.run("o-1", "refund", form);
    shop.host.clear_faults();
    if (first.status != HOSTAPI_OK) CHECK(shop.run("o-1", "refund", form).status == HOSTAPI_OK);
    shop.settle();
    CHECK(shop.amazon.refunded() == euro(3000));
  }
}
