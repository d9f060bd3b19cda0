#include <catch2/catch.hpp>

#include "shop.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

constexpr std::int64_t day = 24LL * 3'600'000;

void put(Shop& shop, const char* collection, const std::string& key, json::object fields) {
  shop.host.change([&](hostapi::fake::Data& data) { data.collections[collection][key] = {json::object{{"id", key}}, std::move(fields), 1}; });
}

std::size_t count(Shop& shop, const char* collection) {
  const auto data = shop.host.data();
  const auto found = data.collections.find(collection);
  return found == data.collections.end() ? 0 : found->second.size();
}

std::int64_t run(Shop& shop) {
  const auto answer = shop.task({{"name", "retention"}, {"key", ""}, {"payload", json::object{}}});
  INFO(answer.text);
  REQUIRE(answer.status == HOSTAPI_OK);
  const auto document = answer.document();
  const auto* again = document.as_object().if_contains("again_ms");
  return again == nullptr ? 0 : again->as_int64();
}

}  // namespace

TEST_CASE("what is old goes in small batches, what waits for a person stays") {
  Shop shop;
  const auto now = shop.clock.now;
  for (int i = 0; i < 150; ++i) put(shop, "notifications", "old-" + std::to_string(i), {{"state", "done"}, {"received_ms", now - 200 * day}});
  put(shop, "notifications", "young", {{"state", "done"}, {"received_ms", now - 10 * day}});
  put(shop, "notifications", "waits", {{"state", "quarantined"}, {"received_ms", now - 900 * day}});
  put(shop, "operations", "old", {{"order_id", "o-1"}, {"created_ms", now - 200 * day}});
  put(shop, "todos", "old-open", {{"state", "open"}, {"created_ms", now - 900 * day}});
  put(shop, "todos", "old-closed", {{"state", "closed"}, {"created_ms", now - 900 * day}});
  put(shop, "bulk_jobs", "aa", {{"state", "dry_run"}, {"created_ms", now - 40 * day}});
  put(shop, "bulk_rows", "aa/00000001", {{"place", "aa/00000001"}});
  put(shop, "bulk_jobs", "ab", {{"state", "done"}, {"created_ms", now - 40 * day}});
  put(shop, "bulk_rows", "ab/00000001", {{"place", "ab/00000001"}});
  CHECK(run(shop) > 0);
  CHECK(count(shop, "notifications") == 52);
  CHECK(run(shop) == 0);
  CHECK(count(shop, "notifications") == 2);
  CHECK(count(shop, "operations") == 0);
  CHECK(shop.host.document("todos", "old-open").has_value());
  CHECK(count(shop, "todos") == 1);
  CHECK(count(shop, "bulk_jobs") == 1);
  CHECK(count(shop, "bulk_rows") == 1);
  shop.host.set_setting("keep_notifications_days", "5");
  CHECK(run(shop) == 0);
  CHECK(count(shop, "notifications") == 1);
}

namespace {

const std::string permission_answer = R"({"chargePermissionId":"P","note":"for the technician"})";

// What the tab shows of Amazon's answers, as one text.
std::string shown(Shop& shop, const std::string& order_id) {
  std::string texts;
  const auto tab = shop.view("tab", order_id).data();
  for (const auto& part : tab.at("raw").as_array()) texts += std::string(part.at("id").as_string()) + " " + std::string(part.at("text").as_string()) + "\n";
  return texts;
}

std::string stored(Shop& shop, const std::string& order_id) { return json::serialize(shop.host.document("payments", order_id)->value); }

std::string permission_of(Shop& shop, const std::string& order_id) {
  return std::string(shop.host.document("payments", order_id)->value.at("permission_id").as_string());
}

std::uint64_t version(Shop& shop, const std::string& order_id) {
  const auto kept = shop.host.document("answers", order_id + ":" + permission_of(shop, order_id));
  return kept ? kept->version : 0;
}

void read_again(Shop& shop, const std::string& order_id) {
  REQUIRE(shop.task({{"name", "sync"}, {"key", ""}, {"payload", json::object{{"order_id", order_id}}}}).status == HOSTAPI_OK);
}

}  // namespace

TEST_CASE("Amazon's raw answers stand beside the payment, are written when they say something new, and are shown on the tab") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  shop.order("o-1:x", 9000, ChargeState::captured);  // another order whose id begins so
  auto& permission = shop.amazon.permission_at(permission_of(shop, "o-1"));
  permission.raw = permission_answer;
  read_again(shop, "o-1");
  CHECK(stored(shop, "o-1").find("technician") == std::string::npos);
  CHECK(shown(shop, "o-1").find("technician") != std::string::npos);
  CHECK(shown(shop, "o-1:x").find("technician") == std::string::npos);
  CHECK(version(shop, "o-1") == 1);
  read_again(shop, "o-1");
  CHECK(version(shop, "o-1") == 1);
  permission.raw = R"({"note":"another"})";
  read_again(shop, "o-1");
  CHECK(version(shop, "o-1") == 2);
  CHECK(shown(shop, "o-1").find("another") != std::string::npos);
  CHECK(shown(shop, "o-1").find("technician") == std::string::npos);
}

TEST_CASE("an answer that an older version kept in the payment is shown, and moves with the next change") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  shop.host.change([](hostapi::fake::Data& data) {
    auto& payment = data.collections["payments"]["o-1"].value.as_object();
    payment.erase("answers"), payment["permission"].as_object()["raw"] = permission_answer;
  });
  CHECK(shown(shop, "o-1").find("technician") != std::string::npos);
  REQUIRE(shop.act("o-1", "refund", {{"amount", "10.00"}, {"reason", "goodwill"}}).status == HOSTAPI_OK);
  CHECK(stored(shop, "o-1").find("technician") == std::string::npos);
  CHECK(version(shop, "o-1") == 1);
  CHECK(shown(shop, "o-1").find("technician") != std::string::npos);
}

TEST_CASE("Amazon's raw answers go, the money they told of stays; a payment that is read again gets them anew") {
  Shop shop;
  shop.order("o-1", 8000, ChargeState::captured);
  shop.order("o-2", 8000, ChargeState::captured);
  shop.amazon.permission_at(permission_of(shop, "o-1")).raw = permission_answer;
  read_again(shop, "o-1");
  shop.host.change([](hostapi::fake::Data& data) { data.collections["payments"]["o-2"].value.as_object()["permission"].as_object()["raw"] = permission_answer; });
  const auto amounts = [&] {
    json::array all;
    const auto panel = shop.view("panel", "o-1").data();
    for (const auto& figure : panel.at("figures").as_array()) all.push_back(figure.at("m"));
    return all;
  };
  const auto before = amounts();
  CHECK(run(shop) == 0);
  CHECK(shown(shop, "o-1").find("technician") != std::string::npos);
  CHECK(shown(shop, "o-2").find("technician") != std::string::npos);
  shop.clock.now += 400 * day;
  shop.host.set_now(shop.clock.now);
  CHECK(run(shop) == 0);
  CHECK(shown(shop, "o-1").find("technician") == std::string::npos);
  CHECK(count(shop, "answers") == 0);
  CHECK(stored(shop, "o-2").find("technician") == std::string::npos);
  CHECK(amounts() == before);
  read_again(shop, "o-1");
  CHECK(shown(shop, "o-1").find("technician") != std::string::npos);
}
