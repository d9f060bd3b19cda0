#include <catch2/catch.hpp>

#include "shop.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

json::object happened(json::object event, const char* id = "0123456789abcdef0123456789abcdef") {
  event["event_id"] = id;
  return event;
}

}  // namespace

TEST_CASE("the guard shows what a cancellation gives back before anything happens") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  const auto sheet = shop.guard_plan("order.cancel", shop.event("order.cancel", "o-1", 8000));
  INFO(sheet.text);
  REQUIRE(sheet.status == HOSTAPI_OK);
  CHECK(sheet.document().at("template") == "guard");
  CHECK(sheet.data().at("rows").at(0).at("m").at("amount") == "80.00");
  CHECK(sheet.data().at("mode_note").as_string().find("automatic") != std::string::npos);
  CHECK(shop.host.data().collections["intents"].empty());
  CHECK(shop.amazon.refunds_made() == 0);
}

TEST_CASE("a line cancellation refunds the line once, also when the event comes twice") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  const auto event = shop.event("line.cancel", "o-1", 2000);
  CHECK(shop.before("line.cancel", event).status == HOSTAPI_OK);
  CHECK(shop.after("line.cancel", happened(event)) == HOSTAPI_OK);
  CHECK(shop.after("line.cancel", happened(event)) == HOSTAPI_OK);
  shop.work();
  CHECK(shop.after("line.cancel", happened(event)) == HOSTAPI_OK);
  shop.settle();
  CHECK(shop.amazon.refunded() == euro(2000));
}

TEST_CASE("in manual mode no money moves and a task offers the refund") {
  Shop shop;
  shop.host.set_setting("refund_order_cancel", "manual");
  shop.order("o-1", 8000, ChargeState::captured);
  const auto event = shop.event("order.cancel", "o-1", 8000);
  CHECK(shop.guard_plan("order.cancel", event).data().at("mode_note").as_string().find("a task is created") != std::string::npos);
  REQUIRE(shop.after("order.cancel", happened(event)) == HOSTAPI_OK);
  shop.work();
  CHECK(shop.amazon.refunds_made() == 0);
  CHECK(shop.host.data().order_payments.at("o-1").at("open_tasks") == 1);
  const auto panel = shop.view("panel", "o-1").data();
  REQUIRE(panel.at("todos").as_array().size() == 1);
  CHECK(panel.at("todos").at(0).at("action") == "refund");
  CHECK(panel.at("next").at("action") == "refund");
  REQUIRE(shop.act("o-1", "refund", Shop::form_of(panel.at("next"))).status == HOSTAPI_OK);
  shop.work();
  CHECK(shop.amazon.refunded() == euro(8000));
  CHECK(shop.host.data().order_payments.at("o-1").at("open_tasks") == 0);
}

TEST_CASE("who may cancel orders but not move money is vetoed with a sentence") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  shop.staff.all_permissions = false;
  shop.staff.permissions = {"payment.view"};
  const auto veto = shop.before("order.cancel", shop.event("order.cancel", "o-1", 8000));
  CHECK(veto.status == HOSTAPI_E_REFUSED);
  CHECK(veto.text.find("Ask an administrator") != std::string::npos);
  CHECK(shop.before("line.uncancel", shop.event("line.uncancel", "o-1", 0)).status == HOSTAPI_OK);
}

TEST_CASE("whatever cannot be loaded or read is a veto") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  const auto event = shop.event("order.cancel", "o-1", 8000);
  shop.host.fail({"store.get", 1, HOSTAPI_E_UNAVAILABLE, hostapi::fake::Fault::Effect::before});
  CHECK(shop.before("order.cancel", event).status == HOSTAPI_E_UNAVAILABLE);
  CHECK(shop.before("order.cancel", {{"event", "order.cancel"}}).status < 0);
  CHECK(shop.after("order.cancel", event) == HOSTAPI_E_INVALID);  // no event id
}

TEST_CASE("an event while Amazon is silent is delivered again later and then refunds once") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  const auto event = happened(shop.event("order.cancel", "o-1", 8000));
  shop.amazon.next = Trouble::not_sent, shop.amazon.trouble_count = 100;
  CHECK(shop.after("order.cancel", event) == HOSTAPI_E_UNAVAILABLE);
  shop.amazon.next = Trouble::none;
  CHECK(shop.after("order.cancel", event) == HOSTAPI_OK);
  shop.settle();
  CHECK(shop.amazon.refunded() == euro(8000));
}

TEST_CASE("a deleted order keeps its payment record without personal data and its refund") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  auto event = happened(shop.event("order.delete", "o-1", 8000));
  event["order"].as_object().erase("buyer");
  shop.host.remove_order("o-1");
  REQUIRE(shop.after("order.delete", event) == HOSTAPI_OK);
  shop.settle();
  CHECK(shop.amazon.refunded() == euro(8000));
  const auto panel = shop.view("panel", "o-1");
  REQUIRE(panel.status == HOSTAPI_OK);
  CHECK(panel.data().at("ship").at("why") == "the order is deleted");
  CHECK(panel.data().at("kind_label") == "deleted order");
  for (const auto& [collection, documents] : shop.host.data().collections)
    for (const auto& [key, document] : documents) CHECK(json::serialize(document.value).find("Brz") == std::string::npos);
}

TEST_CASE("a reserved order that is canceled releases the reservation and refunds nothing") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::authorized);
  const auto sheet = shop.guard_plan("order.cancel", shop.event("order.cancel", "o-1", 8000));
  CHECK(sheet.data().at("rows").at(0).at("label") == "Reservation released");
  REQUIRE(shop.after("order.cancel", happened(shop.event("order.cancel", "o-1", 8000))) == HOSTAPI_OK);
  shop.work();
  CHECK(shop.amazon.cancels_made == 1);
  CHECK(shop.amazon.refunds_made() == 0);
}
