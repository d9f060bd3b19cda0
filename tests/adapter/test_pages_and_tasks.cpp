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
  REQUIRE(page.data().at("panels").as_array().size() == 3);
  CHECK(page.data().at("panels").at(0).at("has_rows") == false);
  CHECK(page.data().at("panels").at(0).at("empty") == "Nothing needs you now.");
  CHECK(page.data().at("tabs").as_array().size() == 4);
}

TEST_CASE("a declined refund becomes a red task that leads to the order") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  shop.amazon.next = Trouble::decline_later;
  REQUIRE(shop.act("o-1", "refund", {{"kind", "amount"}, {"amount", "12.95"}}).status == HOSTAPI_OK);
  shop.work();
  shop.settle();
  const auto data = shop.page().data();
  const auto rows = shop.tasks();
  REQUIRE(rows.size() == 1);
  const auto& row = rows.at(0);
  CHECK(row.at("role") == "stop");
  CHECK(row.at("order_url") == "/orders/o-1");
  CHECK(row.at("order_number") == "2026-o-1");
  CHECK(data.at("tabs").at(1).at("count") == "1");
  CHECK(data.at("panels").at(0).at("count") == "1");
  CHECK(Shop::button_of(row, "/orders/o-1/plugin/org.amazonpay.plugin/refund/plan").at("label") == "Refund 12.95\xC2\xA0"
                                                                                                   "EUR again");
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
  const auto row = shop.tasks().at(0);
  CHECK(row.as_object().if_contains("order_url") == nullptr);
  const auto button = Shop::button_of(row, "refund");
  CHECK(button.at("label") == "Refund 84.50\xC2\xA0"
                              "EUR");
  const auto form = Shop::form_of(button);
  const auto done = shop.page_run("refund", form);
  INFO(done.text);
  REQUIRE(done.status == HOSTAPI_OK);
  CHECK(shop.page_run("refund", form).text == done.text);
  shop.settle();
  CHECK(shop.amazon.refunded() == euro(8450));
  CHECK(shop.tasks().empty());
  CHECK(shop.tasks({{"show", "done"}}).size() == 1);
}

TEST_CASE("a task is closed with a reason, by who may refund") {
  Shop shop;
  shop.host.set_setting("refund_order_delete", "manual");
  shop.order("o-1", 8450, ChargeState::captured);
  delete_order(shop, "o-1");
  auto form = Shop::form_of(shop.tasks().at(0).at("close"));
  CHECK(shop.page_run("close", form).status == HOSTAPI_E_REFUSED);
  form["note"] = "paid back in cash";
  shop.staff.all_permissions = false;
  shop.staff.permissions = {"payment.view"};
  CHECK(shop.page_run("close", form).status == HOSTAPI_E_DENIED);
  CHECK(shop.tasks().at(0).as_object().if_contains("close") == nullptr);
  shop.staff.permissions = {"payment.view", "payment.refund"};
  const auto closed = shop.page_run("close", form);
  INFO(closed.text);
  REQUIRE(closed.status == HOSTAPI_OK);
  CHECK(shop.tasks().empty());
  CHECK(shop.tasks({{"query", {{"show", "done"}}}}).at(0).at("when").as_string().find("paid back in cash") != std::string::npos);
  shop.staff.permissions.clear();
  CHECK(shop.page().status == HOSTAPI_E_DENIED);
}

TEST_CASE("of two people who take the same task one has it, the other is told, and only the first gives it back") {
  Shop shop;
  shop.host.set_setting("refund_order_delete", "manual");
  shop.order("o-1", 8450, ChargeState::captured);
  delete_order(shop, "o-1");
  const auto form = Shop::form_of(Shop::button_of(shop.tasks().at(0), "take"));
  CHECK(shop.page_run("take", form).status == HOSTAPI_OK);
  CHECK(shop.page_run("take", form).status == HOSTAPI_OK);  // pressed twice
  CHECK(shop.tasks({{"show", "mine"}}).size() == 1);
  const auto jana = shop.staff;
  shop.staff.id = "u-adam", shop.staff.name = "Adam Vogel";
  CHECK(shop.page_run("take", form).status == HOSTAPI_E_CONFLICT);
  CHECK(shop.page_run("give_back", form).status == HOSTAPI_E_CONFLICT);
  CHECK(shop.tasks({{"show", "mine"}}).empty());
  CHECK(std::string(shop.tasks().at(0).at("who").as_string()) == jana.name);
  CHECK(shop.page_run("take", Shop::form_of(Shop::button_of(shop.tasks().at(0), "take"))).status == HOSTAPI_OK);  // seeing who has it
  CHECK(shop.tasks().at(0).at("who").as_string().find("Adam Vogel") != std::string::npos);
  CHECK(shop.page_run("give_back", form).status == HOSTAPI_OK);
  CHECK(shop.tasks().at(0).at("who") == "nobody yet");
  shop.staff.all_permissions = false, shop.staff.permissions.clear();
  CHECK(shop.page_run("take", form).status == HOSTAPI_E_DENIED);
}

TEST_CASE("recovery keeps the shop's own tasks equal to what is there, and they close by themselves") {
  Shop shop;
  const auto recover = [&] { REQUIRE(shop.task({{"name", "recover"}, {"key", ""}, {"payload", json::object{}}}).status == HOSTAPI_OK); };
  recover();
  CHECK(shop.tasks().empty());
  shop.host.change([](hostapi::fake::Data& data) {
    auto& orphan = data.collections["orphans"]["S02-9"];
    orphan.value = json::parse(R"({"permission_id":"S02-9","source":"notification","environment":"sandbox","state":"Chargeable","limit":{"minor":7480,"currency":"EUR"},"open":true,"created_ms":1799999000000,"found_ms":1799999900000})");
    orphan.fields = {{"state", "open"}, {"found_ms", 1799999900000}}, orphan.version = 1;
    auto& news = data.collections["notifications"]["m-1"];
    news.value = json::parse(R"({"message_id":"m-1","state":"quarantined","problem":"unknown_type","received_ms":1799999900000,"deliveries":1})");
    news.fields = {{"state", "quarantined"}, {"received_ms", 1799999900000}}, news.version = 1;
  });
  recover();
  recover();
  auto rows = shop.tasks();
  REQUIRE(rows.size() == 2);
  CHECK(rows.at(0).at("title").as_string().find("without an order") != std::string::npos);
  CHECK(rows.at(1).at("title") == "1 notification in quarantine");
  shop.host.change([](hostapi::fake::Data& data) { data.collections["orphans"].clear(), data.collections["notifications"].clear(); });
  recover();
  CHECK(shop.tasks().empty());
}

TEST_CASE("the health of the background work is said in one sentence, on the page and for scripts") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  const auto line = [&](const char* id) {
    const auto document = hostapi::fake::run_command(shop.plugin(), shop.call_of(shop.staff), "health", {});
    REQUIRE(document);
    for (const auto& one : document->at("lines").as_array())
      if (one.at("id") == id) return one.as_object();
    return json::object{};
  };
  CHECK(line("clockwork").at("level") == "wait");
  REQUIRE(shop.task({{"name", "recover"}, {"key", ""}, {"payload", json::object{}}}).status == HOSTAPI_OK);
  CHECK(line("clockwork").at("level") == "good");
  REQUIRE(shop.task({{"name", "sync"}, {"key", "sync:o-1"}, {"payload", {{"order_id", "o-1"}}}}).status == HOSTAPI_OK);
  CHECK(line("amazon").at("level") == "good");
  shop.amazon.next = Trouble::not_sent, shop.amazon.trouble_count = 100;
  shop.clock.now += 1000, shop.host.set_now(shop.clock.now);
  CHECK(shop.task({{"name", "sync"}, {"key", "sync:o-1"}, {"payload", {{"order_id", "o-1"}}}}).status == HOSTAPI_E_UNAVAILABLE);
  CHECK(line("amazon").at("level") == "wait");
  shop.clock.now += 3'600'000, shop.host.set_now(shop.clock.now);
  CHECK(line("clockwork").at("level") == "stop");
  const auto page = shop.page_of("health");
  REQUIRE(page.status == HOSTAPI_OK);
  CHECK(page.data().at("role") == "stop");
  CHECK(page.data().at("rows").as_array().size() == 8);
  shop.staff.all_permissions = false, shop.staff.permissions.clear();
  CHECK(shop.page_of("health").status == HOSTAPI_E_DENIED);
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
