#include <catch2/catch.hpp>

#include "shop.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

struct WithThreshold : Shop {
  WithThreshold() {
    host.set_setting("approve_refund_above", "50");
    order("o-1", 80'00, ChargeState::captured);
    asked = act("o-1", "refund", {{"kind", "amount"}, {"amount", "60.00"}, {"reason", "goodwill"}});
    work();
  }
  void become(const char* id, const char* name) { staff.id = id, staff.name = name; }
  json::object row() {
    return tasks().at(0).as_object();
  }
  json::object decision() {
    const auto view = this->view("panel", "o-1").data();
    return view.at("todos").as_array().at(0).as_object();
  }
  Answer asked;
};

}  // namespace

TEST_CASE("a refund above the threshold waits: who asked may take it back, somebody else approves") {
  WithThreshold shop;
  INFO(shop.asked.text);
  REQUIRE(shop.asked.status == HOSTAPI_OK);
  CHECK(shop.asked.text.find("second person") != std::string::npos);
  CHECK(shop.amazon.refunds_made() == 0);
  CHECK(shop.decision().at("action") == "take_back");

  const auto cause = shop.decision().at("form").as_array().at(0).as_object().at("value");
  const auto own = shop.run("o-1", "approve", {{"cause", cause}, {"operation_id", "0123456789abcdef0123456789abcdef"}});
  CHECK(own.status == HOSTAPI_E_DENIED);
  CHECK(own.text.find("second person") != std::string::npos);

  shop.become("u-adam", "Adam Vogel");
  CHECK(shop.decision().at("action") == "approve");
  const auto sheet = shop.plan("o-1", "approve", {{"cause", cause}});
  INFO(sheet.text);
  REQUIRE(sheet.status == HOSTAPI_OK);
  CHECK(sheet.data().at("second").at("action") == "reject");
  CHECK(shop.run("o-1", "approve", Shop::form_of(sheet.data())).status == HOSTAPI_OK);
  CHECK(shop.run("o-1", "approve", Shop::form_of(sheet.data())).status == HOSTAPI_OK);
  shop.settle();
  CHECK(shop.amazon.refunded() == euro(60'00));
  CHECK(shop.host.data().audit.size() >= 3);
}

TEST_CASE("deciding needs its own right, and the inbox closes no decision with a note") {
  WithThreshold shop;
  const auto cause = shop.decision().at("form").as_array().at(0).as_object().at("value");
  CHECK_FALSE(shop.row().contains("close"));
  shop.become("u-adam", "Adam Vogel");
  shop.staff.all_permissions = false, shop.staff.permissions = {"payment.view", "payment.refund"};
  CHECK(shop.plan("o-1", "approve", {{"cause", cause}}).status == HOSTAPI_E_DENIED);
  CHECK(shop.run("o-1", "reject", {{"cause", cause}, {"operation_id", "1123456789abcdef0123456789abcdef"}}).status == HOSTAPI_E_DENIED);
  const auto closed = shop.page_run("close", {{"order_id", "o-1"}, {"todo_id", "approval:o-1:" + std::string(cause.as_string())}, {"note", "n"}, {"operation_id", "2123456789abcdef0123456789abcdef"}});
  CHECK(closed.status == HOSTAPI_E_REFUSED);
}

TEST_CASE("of a deleted order the inbox itself asks for the decision") {
  WithThreshold shop;
  shop.host.remove_order("o-1");
  shop.become("u-adam", "Adam Vogel");
  const auto row = shop.row();
  CHECK_FALSE(Shop::button_of(row, "approve").empty());
  CHECK(row.contains("reject"));
  auto form = Shop::form_of(row.at("reject"));
  CHECK(shop.page_run("reject", form).status == HOSTAPI_OK);
  shop.settle();
  CHECK(shop.amazon.refunds_made() == 0);
}

TEST_CASE("a refund that cools off is taken back from the order's page") {
  Shop shop;
  shop.host.set_setting("cooling_off_s", "60");
  shop.order("o-1", 80'00, ChargeState::captured);
  REQUIRE(shop.act("o-1", "refund", {{"kind", "amount"}, {"amount", "10.00"}, {"reason", "goodwill"}}).status == HOSTAPI_OK);
  shop.work();
  CHECK(shop.amazon.refunds_made() == 0);
  const auto strip = shop.view("panel", "o-1").data().at("strips").as_array().at(0).as_object();
  CHECK(strip.at("action") == "take_back");
  const auto back = shop.act("o-1", "take_back", Shop::form_of(strip));
  INFO(back.text);
  CHECK(back.status == HOSTAPI_OK);
  shop.host.advance(120'000);
  shop.work();
  CHECK(shop.amazon.refunds_made() == 0);
}

TEST_CASE("an old try that a person looked up: the sheet shows the facts and takes an id or a no") {
  Shop shop;
  shop.order("o-1", 80'00, ChargeState::captured);
  shop.amazon.next = Trouble::answer_lost, shop.amazon.trouble_count = 1;
  REQUIRE(shop.act("o-1", "refund", {{"kind", "amount"}, {"amount", "10.00"}, {"reason", "goodwill"}}).status == HOSTAPI_OK);
  const auto task = shop.host.take_due_task("intent");
  REQUIRE(task);
  CHECK(shop.task(*task).status == HOSTAPI_E_UNCERTAIN);
  shop.host.advance(3 * day_ms), shop.clock.now += 3 * day_ms;
  CHECK(shop.task(*task).status == HOSTAPI_OK);

  json::object todo;
  const auto panel = shop.view("panel", "o-1").data();
  for (const auto& one : panel.at("todos").as_array())
    if (one.as_object().contains("action") && one.at("action") == "settle_uncertain") todo = one.as_object();
  REQUIRE(todo.contains("form"));
  const auto sheet = shop.plan("o-1", "settle_uncertain", Shop::form_of(todo));
  INFO(sheet.text);
  REQUIRE(sheet.status == HOSTAPI_OK);
  CHECK(sheet.data().at("input").at("name") == "amazon_id");
  auto form = Shop::form_of(sheet.data());
  const auto empty = shop.run("o-1", "settle_uncertain", form);
  CHECK(empty.status == HOSTAPI_E_REFUSED);
  form["amazon_id"] = " " + shop.amazon.refunds().begin()->first + " ";
  const auto found = shop.run("o-1", "settle_uncertain", form);
  INFO(found.text);
  CHECK(found.status == HOSTAPI_OK);
  shop.settle();
  CHECK(shop.amazon.refunds_made() == 1);
  CHECK(shop.amazon.refunded() == euro(10'00));
}
