#include <catch2/catch.hpp>

#include "shop.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

std::string text_of(const json::value& value, const char* name) {
  const auto* member = value.as_object().if_contains(name);
  return member != nullptr && member->is_string() ? std::string(member->as_string()) : std::string();
}

std::string figure(const json::value& data, const char* label) {
  for (const auto& one : data.at("figures").as_array())
    if (text_of(one, "label") == label) return text_of(one.at("m"), "amount");
  return "none";
}

json::value panel(Shop& shop, const char* order_id) {
  const auto view = shop.view("panel", order_id);
  INFO(view.text);
  REQUIRE(view.status == HOSTAPI_OK);
  CHECK(view.document().at("template") == "panel");
  return view.data();
}

}  // namespace

TEST_CASE("an order paid another way, and an unknown order, have nothing to show") {
  Shop shop;
  shop.host.put_order({{"id", "o-9"}, {"number", "9"}, {"currency", "EUR"}, {"payment", {{"method", "invoice"}}}});
  CHECK(shop.view("panel", "o-9").status == HOSTAPI_E_NOT_FOUND);
  CHECK(shop.view("panel", "o-none").status == HOSTAPI_E_NOT_FOUND);
  CHECK(shop.view("sidebar", "o-9").status == HOSTAPI_E_NOT_FOUND);
}

TEST_CASE("an order that nobody has read yet says so and never asks Amazon") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured, false);
  const auto data = panel(shop, "o-1");
  CHECK(text_of(data.at("verdict"), "word") == "Pending");
  CHECK(text_of(data.at("as_of"), "text") == "Amazon has not been asked about this order yet.");
  CHECK(text_of(data.at("as_of"), "action") == "refresh");
  CHECK(data.at("figures").as_array().size() == 6);
  CHECK(shop.amazon.calls == 0);
  shop.work();  // looking at it asked for its first reading
  CHECK(text_of(panel(shop, "o-1").at("verdict"), "word") == "Captured");
}

TEST_CASE("a reserved order offers the capture with its sum, and shipping waits") {
  Shop shop;
  shop.order("o-1", 6480, ChargeState::authorized);
  const auto data = panel(shop, "o-1");
  CHECK(text_of(data.at("verdict"), "word") == "Reserved");
  CHECK(text_of(data.at("verdict"), "role") == "wait");
  CHECK(text_of(data.at("ship"), "answer") == "Wait");
  CHECK(text_of(data.at("ship"), "why") == "capture first");
  CHECK(figure(data, "Reserved") == "64.80");
  CHECK(figure(data, "Collected") == "0.00");
  CHECK(text_of(data.at("next"), "action") == "capture");
  CHECK(text_of(data.at("next"), "label") == "Capture 64.80\xC2\xA0"
                                             "EUR");
  CHECK(Shop::form_of(data.at("next")).at("amount") == "64.80");
  CHECK(data.at("bar").is_null());
  CHECK(data.at("environment").at("test") == true);
}

TEST_CASE("a captured order shows what can be refunded and how that is computed") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  const auto data = panel(shop, "o-1");
  CHECK(text_of(data.at("verdict"), "word") == "Captured");
  CHECK(text_of(data.at("ship"), "answer") == "No");
  CHECK(text_of(data.at("ship"), "why") == "a test order");
  CHECK(figure(data, "Still refundable") == "92.00");
  CHECK(text_of(data.at("computed"), "summary") == "At most 92.00\xC2\xA0"
                                                   "EUR: 80.00 held + 12.00 allowance.");
  CHECK(data.at("computed").at("has_rows") == true);
  CHECK(text_of(data.at("next"), "jump") == "#refund");
  CHECK(text_of(data.at("next"), "why").starts_with("Nothing has to be done."));
  CHECK(text_of(data.at("bar").at("parts").at(0), "class") == "b-keep");
  CHECK(data.at("bar").at("parts").as_array().size() == 1);
  CHECK(data.at("refs").as_array().size() == 2);
  CHECK(text_of(data.at("as_of"), "text").starts_with("As of "));
}

TEST_CASE("a refund on its way stands in the figures, the bar and the tab's table") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  REQUIRE(shop.act("o-1", "refund", {{"kind", "amount"}, {"amount", "12,95"}, {"reason", "goodwill"}, {"note", "lid scratched"}}).status == HOSTAPI_OK);
  CHECK(figure(panel(shop, "o-1"), "On the way") == "12.95");
  shop.work();
  const auto data = panel(shop, "o-1");
  CHECK(text_of(data.at("verdict"), "word") == "Refund on its way");
  CHECK(data.at("bar").at("parts").as_array().size() == 2);
  CHECK(data.at("has_events") == true);
  const auto tab = shop.view("tab", "o-1").data();
  const auto& row = tab.at("refunds").at("rows").at(0);
  CHECK(text_of(row, "by") == "Jana Brandt");
  CHECK(text_of(row, "for") == "Goodwill: lid scratched");
  CHECK(text_of(row.at("word"), "text") == "Refund on its way");
  CHECK(row.at("not_ours") == false);
  shop.settle();
  CHECK(text_of(panel(shop, "o-1").at("verdict"), "word") == "Partly refunded");
}

TEST_CASE("the tab disables what cannot be done and says why") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  const auto tab = shop.view("tab", "o-1").data();
  for (const auto& action : tab.at("actions").as_array()) {
    const bool refund = text_of(action, "id") == "refund";
    CHECK(action.at("enabled") == refund);
    CHECK_FALSE(text_of(action, "reason").empty());
  }
  CHECK(tab.at("refund_form").at("disabled") == false);
  CHECK(text_of(tab.at("refund_form").at("rest"), "amount") == "80.00");
  CHECK(tab.at("refund_form").at("lines").as_array().size() == 3);
  CHECK(tab.at("charges").at("rows").as_array().size() == 1);
}

TEST_CASE("drift is a strip that offers to take it over") {
  Shop shop;
  const auto id = shop.order("o-1", 8000, ChargeState::captured);
  shop.amazon.refund_in_seller_central(id + "-C1", euro(2000));
  shop.clock.now += 1000, shop.host.set_now(shop.clock.now);
  REQUIRE(shop.run("o-1", "refresh").status == HOSTAPI_OK);
  const auto data = panel(shop, "o-1");
  REQUIRE(data.at("strips").as_array().size() == 1);
  CHECK(text_of(data.at("strips").at(0), "action") == "take_over");
  CHECK(figure(data, "Still refundable") == "72.00");
  CHECK(shop.host.data().order_payments.at("o-1").at("drift") == true);
  const auto taken = shop.act("o-1", "take_over");
  INFO(taken.text);
  REQUIRE(taken.status == HOSTAPI_OK);
  CHECK(panel(shop, "o-1").at("strips").as_array().empty());
  CHECK(shop.host.data().order_payments.at("o-1").at("drift") == false);
  CHECK(shop.host.data().order_payments.at("o-1").at("open_tasks") == 0);
  CHECK(shop.amazon.refunds_made() <= 1);
}

TEST_CASE("a silent Amazon and refused keys are an alert above what is stored") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  shop.amazon.next = Trouble::not_sent, shop.amazon.trouble_count = 100;
  const auto answer = shop.run("o-1", "refresh");
  CHECK(answer.status == HOSTAPI_OK);
  CHECK(answer.document().at("level") == "wait");
  auto data = panel(shop, "o-1");
  CHECK(text_of(data.at("alert"), "title").find("did not answer") != std::string::npos);
  CHECK(text_of(data.at("verdict"), "word") == "Captured");

  shop.host.change([](hostapi::fake::Data& stored) {
    stored.collections["payments"]["o-1"].value.as_object()["sync"].as_object()["failure_code"] = "keys_refused";
  });
  data = panel(shop, "o-1");
  CHECK(text_of(data.at("alert"), "role") == "stop");
  CHECK(text_of(data.at("alert"), "title") == "Amazon refuses this shop’s keys");
}

TEST_CASE("who may not see money gets a sentence and no sums") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  shop.staff.all_permissions = false;
  const auto view = shop.view("panel", "o-1");
  REQUIRE(view.status == HOSTAPI_OK);
  CHECK(text_of(view.data().at("verdict"), "word") == "Amounts are hidden");
  CHECK(view.data().at("figures").as_array().empty());
  CHECK(view.text.find("80.00") == std::string::npos);
  CHECK(view.text.find("-C1") == std::string::npos);
  CHECK(shop.view("tab", "o-1").text.find("80.00") == std::string::npos);
}

TEST_CASE("the label of the order in lists follows every commit") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::authorized);
  const auto label = [&] { return shop.host.data().order_payments.at("o-1"); };
  CHECK(label().at("word") == "reserved");
  CHECK(label().at("test") == true);
  REQUIRE(shop.act("o-1", "capture").status == HOSTAPI_OK);
  shop.work();
  CHECK(label().at("word") == "captured");
  const auto document = shop.host.document("payments", "o-1");
  REQUIRE(document);
  CHECK(document->fields.at("word") == "captured");
  CHECK(document->fields.at("environment") == "sandbox");
  CHECK(document->fields.at("order_number") == "2026-o-1");
}

TEST_CASE("a view never waits for Amazon and is drawn from the store alone") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  const auto calls = shop.amazon.calls;
  shop.amazon.next = Trouble::not_sent, shop.amazon.trouble_count = 100;
  CHECK(shop.view("panel", "o-1").status == HOSTAPI_OK);
  CHECK(shop.view("tab", "o-1").status == HOSTAPI_OK);
  CHECK(shop.amazon.calls == calls);
}
