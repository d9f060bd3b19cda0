#include <catch2/catch.hpp>

#include "shop.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

const std::string topic = "arn:aws:sns:eu-west-1:000000000000:shop";

std::string inner(const char* type, const std::string& object_id, const std::string& permission_id, const char* merchant_id = "A1EXAMPLESELL0") {
  return json::serialize(json::object{{"MerchantID", merchant_id}, {"ObjectType", type}, {"ObjectId", object_id}, {"ChargePermissionId", permission_id},
                                      {"NotificationType", "STATE_CHANGE"}, {"NotificationId", "n"}, {"NotificationVersion", "V2"}});
}

Notification about(const std::string& id, const std::string& object_id, const std::string& permission_id) {
  Notification n;
  n.message_id = id, n.sent_ms = 1'799'999'900'000, n.key = key_of(n), n.topic = topic, n.object_type = "CHARGE", n.object_id = object_id, n.permission_id = permission_id, n.text = inner("CHARGE", object_id, permission_id);
  return n;
}

const std::string first = key_of(about("m-1", "", ""));

}  // namespace

TEST_CASE("the notification page says that nothing has arrived, and what to do about it") {
  Shop shop;
  const auto page = shop.page_of("notifications");
  INFO(page.text);
  REQUIRE(page.status == HOSTAPI_OK);
  CHECK(page.document().at("template") == "notifications");
  CHECK(page.data().at("health").at("role") == "wait");
  CHECK(page.data().at("has_quarantine") == false);
}

TEST_CASE("a notification is stored over the border, worked off by its task, and shows with its order") {
  Shop shop;
  const auto permission = shop.order("o-1", 8000, ChargeState::authorized);
  shop.host.set_setting("notification_topic", topic.c_str());
  REQUIRE(shop.amazon.capture(permission + "-C1", euro(8000), "", "in Seller Central"));
  REQUIRE(shop.receive(about("m-1", permission + "-C1", permission)) == HOSTAPI_OK);
  REQUIRE(shop.receive(about("m-1", permission + "-C1", permission)) == HOSTAPI_OK);
  shop.work();
  const auto data = shop.page_of("notifications").data();
  CHECK(data.at("health").at("role") == "good");
  REQUIRE(data.at("news").as_array().size() == 1);
  CHECK(data.at("news").at(0).at("order_url") == "/orders/o-1");
  CHECK(data.at("news").at(0).at("copies") == "came 2 times");
  const auto panel = shop.view("panel", "o-1").data();
  CHECK(panel.at("strips").as_array().size() == 1);
  CHECK(panel.at("strips").at(0).at("action") == "take_over");
  const auto taken = shop.act("o-1", "take_over");
  INFO(taken.text);
  REQUIRE(taken.status == HOSTAPI_OK);
  CHECK(shop.view("panel", "o-1").data().at("strips").as_array().empty());
}

TEST_CASE("messages of an unconfirmed topic wait until an administrator confirms it, then all of them are worked off") {
  Shop shop;
  const auto permission = shop.order("o-1", 8000, ChargeState::captured);
  shop.host.set_setting("merchant_id", "A1EXAMPLESELL0");
  for (const char* id : {"m-1", "m-2", "m-3", "m-4"}) {
    auto n = about(id, permission + "-C1", permission);
    if (id == std::string("m-3")) n.object_type = "CHARGEBACK", n.object_id = "B1", n.text = inner("CHARGEBACK", "B1", permission);
    if (id == std::string("m-4")) n.text = inner("CHARGE", permission + "-C1", permission, "A2SOMEBODYELSE");
    n.state = NotificationState::quarantined, n.problem = "topic_not_confirmed";
    REQUIRE(shop.receive(n) == HOSTAPI_OK);
  }
  CHECK(shop.page_of("notifications").data().at("quarantine").as_array().size() == 4);
  const auto row = shop.page_of("notifications").data().at("quarantine").at(0);
  CHECK(row.at("main").at("action") == "confirm_topic");

  const auto owner = shop.staff;
  shop.staff = {"u2", "Ben", "staff", {"payment.view", "payment.refund"}, false};
  CHECK(shop.page_run_of("notifications", "confirm_topic", {{"notification", first}}).status == HOSTAPI_E_DENIED);
  CHECK(shop.page_of("notifications").data().at("quarantine").at(0).as_object().if_contains("main") == nullptr);
  shop.staff = owner;

  REQUIRE(shop.page_run_of("notifications", "confirm_topic", {{"notification", first}}).status == HOSTAPI_OK);
  shop.work();
  const auto data = shop.page_of("notifications").data();
  CHECK(data.at("topic").as_string() == topic);
  // The message about somebody else is still for a person, now for its real reason; the dispute is open on its order.
  REQUIRE(data.at("quarantine").as_array().size() == 1);
  CHECK(data.at("quarantine").at(0).at("main").at("action") == "replay");
  const auto stored = shop.host.document("payments", "o-1")->value;
  REQUIRE(stored.at("disputes").as_array().size() == 1);
  CHECK(stored.at("disputes").at(0).at("id") == "B1");
  CHECK(shop.page_run_of("notifications", "confirm_topic", {{"notification", first}}).status == HOSTAPI_E_CONFLICT);
}

TEST_CASE("what an older plugin stored and queued is under its bare message id, and is worked off, shown and judged as before") {
  Shop shop;
  const auto permission = shop.order("o-1", 8000, ChargeState::captured);
  const auto older = [&](const char* id, const char* state, const char* problem) {
    shop.host.change([&](hostapi::fake::Data& data) {
      auto& news = data.collections["notifications"][id];
      news.value = json::object{{"message_id", id}, {"object_type", "CHARGE"}, {"object_id", permission + "-C1"}, {"permission_id", permission}, {"state", state}, {"problem", problem},
                                {"received_ms", 1799999900000}, {"deliveries", 1}};
      news.fields = {{"state", state}, {"received_ms", 1799999900000}}, news.version = 1;
    });
  };
  older("m-1", "received", "");
  older("m-2", "quarantined", "other_merchant");
  REQUIRE(shop.task({{"name", "notification"}, {"key", ""}, {"payload", {{"message_id", "m-1"}}}}).status == HOSTAPI_OK);
  CHECK(shop.host.document("notifications", "m-1")->value.at("state") == "done");
  CHECK(shop.page_of("notifications").data().at("quarantine").as_array().size() == 1);
  REQUIRE(shop.page_run_of("notifications", "replay", {{"notification", "m-2"}}).status == HOSTAPI_OK);
  shop.work();
  CHECK(shop.host.document("notifications", "m-2")->value.at("order_id") == "o-1");
}

TEST_CASE("of hundreds that wait each slot finds its own, and one that cannot be read holds up none") {
  Shop shop;
  const auto permission = shop.order("o-1", 8000, ChargeState::captured);
  const auto mine = slot_of(about("", "", permission));
  shop.host.change([&](hostapi::fake::Data& data) {
    for (int i = 0; i < 220; ++i) {
      const auto key = "m-" + std::to_string(i);
      const auto other = "S02-" + std::to_string(i);
      auto& news = data.collections["notifications"][key];
      news.value = json::object{{"message_id", key}, {"object_type", "CHARGE"}, {"object_id", other + "-C1"}, {"permission_id", slot_of(about("", "", other)) == mine ? permission : other}, {"state", "received"}};
      if (i == 7) news.value = json::object{{"state", "received"}};
      news.fields = {{"state", "received"}, {"received_ms", 1799999000000 + i}}, news.version = 1;
    }
  });
  REQUIRE(shop.receive(about("last", permission + "-C1", permission)) == HOSTAPI_OK);
  shop.work();
  CHECK(shop.host.document("notifications", key_of(about("last", "", "")))->value.at("state") == "done");
  CHECK(shop.host.document("notifications", "m-7")->value.at("state") == "received");
}

TEST_CASE("what is set aside needs a reason, and what cannot be placed can be worked off again") {
  Shop shop;
  auto n = about("m-1", "S02-9-C1", "S02-9");
  n.state = NotificationState::quarantined, n.problem = "other_merchant";
  REQUIRE(shop.receive(n) == HOSTAPI_OK);
  CHECK(shop.page_run_of("notifications", "dismiss", {{"notification", first}}).status == HOSTAPI_E_REFUSED);
  REQUIRE(shop.page_run_of("notifications", "replay", {{"notification", first}}).status == HOSTAPI_OK);
  shop.work();
  CHECK(shop.page_of("notifications").data().at("quarantine").at(0).at("text").as_string().find("another shop") != json::string::npos);
  REQUIRE(shop.page_run_of("notifications", "dismiss", {{"notification", first}, {"note", "the old shop"}}).status == HOSTAPI_OK);
  CHECK(shop.page_of("notifications").data().at("quarantine").as_array().empty());
  CHECK(shop.page_run_of("notifications", "dismiss", {}).status == HOSTAPI_E_INVALID);
  CHECK(shop.page_run_of("notifications", "burn", {{"notification", first}}).status == HOSTAPI_E_NOT_FOUND);
}
