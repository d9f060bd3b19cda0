#include <catch2/catch.hpp>

#include "shop.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

void delete_order(Shop& shop, const char* id) {
  auto event = shop.event("order.delete", id, shop.host.data().orders.at(id).at("total_minor").as_int64());
  event["event_id"] = "ffffffffffffffffffffffffffffff01";
  shop.host.remove_order(id);
  REQUIRE(shop.after("order.delete", event) == HOSTAPI_OK);
}

}  // namespace

TEST_CASE("the inbox is empty at first and says so") {
  Shop shop;
  const auto page = shop.page();
  INFO(page.text);
  REQUIRE(page.status == HOSTAPI_OK);
  CHECK(page.document().at("template") == "tasks");
  CHECK(page.data().at("has_rows") == false);
  CHECK(page.data().at("empty") == "No task is open.");
  CHECK(page.data().at("tabs").as_array().size() == 2);
}

TEST_CASE("a declined refund becomes a red task that leads to the order") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  shop.amazon.next = Trouble::decline_later;
  REQUIRE(shop.act("o-1", "refund", {{"kind", "amount"}, {"amount", "12.95"}}).status == HOSTAPI_OK);
  shop.work();
  shop.settle();
  const auto data = shop.page().data();
  REQUIRE(data.at("rows").as_array().size() == 1);
  const auto& row = data.at("rows").at(0);
  CHECK(row.at("role") == "stop");
  CHECK(row.at("order_url") == "/orders/o-1");
  CHECK(row.at("order_number") == "2026-o-1");
  CHECK(data.at("tabs").at(0).at("count") == "1");
  const auto panel = shop.view("panel", "o-1").data();
  CHECK(panel.at("next").at("label") == "Refund 12.95\xC2\xA0"
                                        "EUR again");
}

TEST_CASE("the refund due of a deleted order is made from the inbox, once") {
  Shop shop;
  shop.host.set_setting("refund_order_delete", "manual");
  shop.order("o-1", 8450, ChargeState::captured);
  delete_order(shop, "o-1");
  shop.work();
  CHECK(shop.amazon.refunds_made() == 0);
  const auto row = shop.page().data().at("rows").at(0);
  CHECK(row.as_object().if_contains("order_url") == nullptr);
  CHECK(row.at("action") == "refund");
  CHECK(row.at("label") == "Refund 84.50\xC2\xA0"
                           "EUR");
  const auto form = Shop::form_of(row);
  const auto done = shop.page_run("refund", form);
  INFO(done.text);
  REQUIRE(done.status == HOSTAPI_OK);
  CHECK(shop.page_run("refund", form).text == done.text);
  shop.settle();
  CHECK(shop.amazon.refunded() == euro(8450));
  CHECK(shop.page().data().at("has_rows") == false);
  CHECK(shop.page({{"show", "done"}}).data().at("rows").as_array().size() == 1);
}

TEST_CASE("a task is closed with a reason, by who may refund") {
  Shop shop;
  shop.host.set_setting("refund_order_delete", "manual");
  shop.order("o-1", 8450, ChargeState::captured);
  delete_order(shop, "o-1");
  auto form = Shop::form_of(shop.page().data().at("rows").at(0).at("close"));
  CHECK(shop.page_run("close", form).status == HOSTAPI_E_REFUSED);
  form["note"] = "paid back in cash";
  shop.staff.all_permissions = false;
  shop.staff.permissions = {"payment.view"};
  CHECK(shop.page_run("close", form).status == HOSTAPI_E_DENIED);
  CHECK(shop.page().data().at("rows").at(0).as_object().if_contains("close") == nullptr);
  shop.staff.permissions = {"payment.view", "payment.refund"};
  const auto closed = shop.page_run("close", form);
  INFO(closed.text);
  REQUIRE(closed.status == HOSTAPI_OK);
  CHECK(shop.page().data().at("has_rows") == false);
  CHECK(shop.page({{"query", {{"show", "done"}}}}).data().at("rows").at(0).at("when").as_string().find("paid back in cash") != std::string::npos);
  shop.staff.permissions.clear();
  CHECK(shop.page().status == HOSTAPI_E_DENIED);
}

TEST_CASE("recovery reads orders nobody has read yet, in rounds") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured, false);
  shop.order("o-2", 5000, ChargeState::authorized, false);
  REQUIRE(shop.task({{"name", "recover"}, {"key", ""}, {"attempt", 1}, {"due_ms", 0}, {"payload", json::object{}}}).status == HOSTAPI_OK);
  shop.work();
  CHECK(shop.host.data().order_payments.at("o-1").at("word") == "captured");
  CHECK(shop.host.data().order_payments.at("o-2").at("word") == "reserved");
}

TEST_CASE("a task that fails keeps its kind for the host's back-off, and the log names it without personal data") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  shop.amazon.next = Trouble::not_sent, shop.amazon.trouble_count = 100;
  CHECK(shop.task({{"name", "sync"}, {"key", "sync:o-1"}, {"payload", {{"order_id", "o-1"}}}}).status == HOSTAPI_E_UNAVAILABLE);
  CHECK(shop.host.log_lines().back().at("event") == "AMAZONPAY_TASK_NOT_DONE");
  CHECK(shop.task({{"name", "unknown"}, {"key", "k"}, {"payload", json::object{}}}).status == HOSTAPI_E_NOT_FOUND);
}

TEST_CASE("an intent whose task got lost is sent by recovery, under its own key") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  REQUIRE(shop.act("o-1", "refund", {{"kind", "rest"}}).status == HOSTAPI_OK);
  shop.host.change([](hostapi::fake::Data& data) { data.tasks.clear(); });
  shop.clock.now += 10 * 60'000, shop.host.set_now(shop.clock.now);
  REQUIRE(shop.task({{"name", "recover"}, {"key", ""}, {"payload", json::object{}}}).status == HOSTAPI_OK);
  shop.work();
  CHECK(shop.amazon.refunded() == euro(8000));
  CHECK(shop.amazon.refunds_made() == 1);
}
