#include <catch2/catch.hpp>

#include "host/payment_marks.hpp"
#include "shop.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

json::value page_of(Shop& shop, json::object request = {}) {
  const auto page = shop.page_of("transactions", std::move(request));
  INFO(page.text);
  REQUIRE(page.status == HOSTAPI_OK);
  return page.data();
}

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

std::vector<std::string> numbers(const json::value& data) {
  std::vector<std::string> found;
  for (const auto& row : data.at("rows").as_array()) found.push_back(text_of(row.at("number")));
  return found;
}

const json::value& tile(const json::value& data, std::size_t i) { return data.at("tiles").at(i); }

json::object query_of(const std::string& address) {
  json::object query;
  std::string rest = address.substr(1);
  while (!rest.empty()) {
    const auto end = std::min(rest.find('&'), rest.size());
    const auto pair = rest.substr(0, end);
    const auto equals = pair.find('=');
    std::string value;
    for (std::size_t i = equals + 1; i < pair.size(); ++i) {
      if (pair[i] == '%') value += static_cast<char>(std::stoi(pair.substr(i + 1, 2), nullptr, 16)), i += 2;
      else value += pair[i];
    }
    query[pair.substr(0, equals)] = value;
    rest.erase(0, end + 1);
  }
  return query;
}

// A shop with four payments of different words.
void fill(Shop& shop) {
  (void)shop.order("o-1", 8000, ChargeState::authorized);
  shop.clock.now += 60'000;
  (void)shop.order("o-2", 2500, ChargeState::captured);
  shop.clock.now += 60'000;
  (void)shop.order("o-3", 30000, ChargeState::authorization_initiated);
  shop.clock.now += 60'000;
  shop.host.set_now(shop.clock.now);
}

std::string orphan_of(Shop& shop, std::int64_t cents) {
  const auto permission = shop.amazon.checkout(euro(cents), ChargeState::authorized);
  Notification n;
  n.key = n.message_id = "m-" + permission, n.topic = "t", n.object_type = "CHARGE", n.object_id = permission + "-C1", n.permission_id = permission;
  REQUIRE(shop.receive(n) == HOSTAPI_OK);
  shop.work();
  shop.clock.now += 21 * 60'000;  // until then its order may still come
  shop.host.set_now(shop.clock.now);
  REQUIRE(shop.task({{"name", "recover"}, {"key", "recover"}, {"attempt", 1}, {"due_ms", 0}, {"payload", json::object{}}}).status == HOSTAPI_OK);
  shop.work();
  return permission;
}

// The store as a version without marks left it.
void forget_marks(Shop& shop) {
  const auto stored = shop.host.data().collections;
  json::array put, gone;
  for (const auto& [key, document] : stored.at("payment_marks")) gone.push_back(json::object{{"collection", "payment_marks"}, {"key", key}});
  for (const auto& [key, document] : stored.at("payments")) {
    auto value = document.value.as_object();
    auto fields = document.fields;
    fields.erase("marked");
    for (const char* name : {"marks", "standing", "marked_total"}) value.erase(name);
    put.push_back(json::object{{"collection", "payments"}, {"key", key}, {"value", value}, {"fields", fields}});
  }
  const auto services = *hostapi::sdk::Host::open(shop.host.raw());
  const hostapi::sdk::Session session(services, shop.host.system_call());
  REQUIRE(session.store().commit(json::object{{"put", std::move(put)}, {"delete", std::move(gone)}}));
}

}  // namespace

TEST_CASE("the page lists payments newest first with word, cause and hint, and the counters follow") {
  Shop shop;
  fill(shop);
  const auto data = page_of(shop);
  CHECK(numbers(data) == std::vector<std::string>{"2026-o-3", "2026-o-2", "2026-o-1"});
  const auto& reserved = data.at("rows").at(2);
  CHECK(reserved.at("cause") == "Reserved, not captured");
  CHECK(text_of(reserved.at("hint")).find("capture is immediate until") != std::string::npos);
  CHECK(reserved.at("state").at("text") == "Open");
  CHECK(reserved.at("buyer") == "Łukasz Brzęczyszczykiewicz");
  CHECK(reserved.at("tick").at("order") == "o-1");
  CHECK(reserved.at("total").at("amount") == "80.00");
  CHECK(reserved.at("charged").is_null());
  CHECK(data.at("rows").at(1).at("charged").at("amount") == "25.00");
  CHECK(tile(data, 0).at("count") == "3");
  CHECK(tile(data, 0).at("current") == true);
  const auto open = page_of(shop, query_of(text_of(tile(data, 1).at("href"))));
  CHECK(tile(open, 1).at("current") == true);
  CHECK(static_cast<std::size_t>(std::stoi(text_of(tile(open, 1).at("count")))) == numbers(open).size());
  CHECK(numbers(page_of(shop, {{"flag", "pending"}})) == std::vector<std::string>{"2026-o-3"});
  CHECK(numbers(page_of(shop, {{"flag", "pending"}, {"currency", "JPY"}})).empty());
  CHECK(numbers(page_of(shop, {{"env", "live"}})).empty());
  CHECK(text_of(page_of(shop, {{"env", "live"}}).at("empty").at("title")) == "No live payment yet.");
}

TEST_CASE("filters by date and amount, and a search by any reference or buyer") {
  Shop shop;
  fill(shop);
  const auto reference = text_of(page_of(shop).at("rows").at(1).at("reference"));
  CHECK(numbers(page_of(shop, {{"q", reference + "-C1"}})) == std::vector<std::string>{"2026-o-2"});
  CHECK(numbers(page_of(shop, {{"q", "2026-O-2"}})) == std::vector<std::string>{"2026-o-2"});
  CHECK(numbers(page_of(shop, {{"q", "Brzęczyszczykiewicz"}})).size() == 3);
  CHECK(numbers(page_of(shop, {{"q", "Brzęczyszczykiewicz"}, {"flag", "pending"}})) == std::vector<std::string>{"2026-o-3"});
  CHECK(numbers(page_of(shop, {{"q", "nobody"}})).empty());
  CHECK(numbers(page_of(shop, {{"min", "50"}})) == std::vector<std::string>{"2026-o-3", "2026-o-1"});
  CHECK(numbers(page_of(shop, {{"min", "50"}, {"max", "80,00"}})) == std::vector<std::string>{"2026-o-1"});
  CHECK(tile(page_of(shop, {{"min", "50"}}), 0).at("count") == "");
  CHECK(numbers(page_of(shop, {{"from", "2099-01-01"}})).empty());
  CHECK(numbers(page_of(shop, {{"to", "2099-01-01"}})).size() == 3);
  const auto wrong = page_of(shop, {{"from", "1.2.26"}, {"min", "x"}});
  CHECK(text_of(wrong.at("wrong")).find("2026-11-21") != std::string::npos);
  CHECK(numbers(wrong).size() == 3);
}

TEST_CASE("many payments are walked in pages of 25, down and up again") {
  Shop shop;
  for (int i = 100; i < 160; ++i) (void)shop.order("o-" + std::to_string(i), 1000 + i, ChargeState::authorized), shop.clock.now += 1000, shop.host.set_now(shop.clock.now);
  auto first = page_of(shop);
  CHECK(numbers(first).size() == 25);
  CHECK(numbers(first).front() == "2026-o-159");
  CHECK(first.at("pager").at("newer") == "");
  const auto second = page_of(shop, query_of(text_of(first.at("pager").at("older"))));
  CHECK(numbers(second).front() == "2026-o-134");
  const auto last = page_of(shop, query_of(text_of(second.at("pager").at("older"))));
  CHECK(numbers(last).size() == 10);
  CHECK(last.at("pager").at("older") == "");
  const auto back = page_of(shop, query_of(text_of(last.at("pager").at("newer"))));
  CHECK(numbers(back) == numbers(second));
  CHECK(numbers(page_of(shop, query_of(text_of(back.at("pager").at("newer"))))) == numbers(first));
  CHECK(numbers(page_of(shop, {{"min", "11.50"}})).size() == 10);
}

TEST_CASE("the export is a file of the filter, and no cell of it is a formula") {
  Shop shop;
  fill(shop);
  const auto answer = shop.page_of("transactions", {{"as", "csv"}, {"min", "50"}});
  REQUIRE(answer.status == HOSTAPI_OK);
  const auto file = answer.document().at("download");
  CHECK(file.at("media_type") == "text/csv");
  const auto csv = text_of(file.at("text"));
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 3);
  CHECK(csv.starts_with("date,order,currency,total,charged,refunded,"));
  CHECK(csv.find(",EUR,300.00,0.00,0.00,") != std::string::npos);
  CHECK(csv.find("Brz") == std::string::npos);
}

TEST_CASE("a payment's marks follow its word, and those of older versions are made by recovery") {
  Shop shop;
  fill(shop);
  const auto count = [&] { return shop.host.data().collections.at("payment_marks").size(); };
  const auto before = count();
  REQUIRE(shop.run("o-1", "refresh").status == HOSTAPI_OK);
  CHECK(count() == before);
  CHECK(numbers(page_of(shop, {{"flag", "on_the_way"}})).empty());
  REQUIRE(shop.act("o-2", "refund", {{"kind", "amount"}, {"amount", "5.00"}, {"reason", "goodwill"}}).status == HOSTAPI_OK);
  CHECK(numbers(page_of(shop, {{"flag", "on_the_way"}})) == std::vector<std::string>{"2026-o-2"});
  CHECK(text_of(page_of(shop).at("rows").at(1).at("flags").at(0).at("text")).find("5.00") != std::string::npos);
  shop.work();
  shop.settle();
  REQUIRE(shop.run("o-2", "refresh").status == HOSTAPI_OK);
  CHECK(numbers(page_of(shop, {{"flag", "on_the_way"}})).empty());
  CHECK(page_of(shop).at("rows").at(1).at("refunded").at("amount") == "5.00");

  forget_marks(shop);
  CHECK(numbers(page_of(shop)).empty());
  CHECK(page_of(shop).at("incomplete") == true);
  REQUIRE(shop.task({{"name", "recover"}, {"key", "recover"}, {"attempt", 1}, {"due_ms", 0}, {"payload", json::object{}}}).status == HOSTAPI_OK);
  CHECK(numbers(page_of(shop)).size() == 3);
  CHECK(page_of(shop).at("incomplete") == false);
}

TEST_CASE("who may only look gets no tick boxes and no acts, and who may not look gets nothing") {
  Shop shop;
  fill(shop);
  (void)orphan_of(shop, 3000);
  shop.staff = {"u3", "Ben", "viewer", {"payment.view"}, false};
  const auto data = page_of(shop);
  CHECK(data.at("may_tick") == false);
  CHECK(data.at("orphans").at(0).at("has_acts") == false);
  CHECK(shop.page_run_of("transactions", "close_orphan", {{"permission_id", "x"}, {"operation_id", "op"}}).status == HOSTAPI_E_DENIED);
  CHECK(shop.page_run_of("transactions", "link_orphan", {{"permission_id", "x"}, {"order_id", "o-1"}}).status == HOSTAPI_E_DENIED);
  shop.staff = {"u4", "Nobody", "none", {}, false};
  CHECK(shop.page_of("transactions").status == HOSTAPI_E_DENIED);
}

TEST_CASE("a filter is kept under a name, once for each person") {
  Shop shop;
  REQUIRE(shop.page_run_of("transactions", "save_filter", {{"name", "To capture"}, {"query", "?flag=expiring"}}).status == HOSTAPI_OK);
  REQUIRE(shop.page_run_of("transactions", "save_filter", {{"name", "To capture"}, {"query", "?flag=expiring&currency=EUR"}}).status == HOSTAPI_OK);
  auto saved = page_of(shop).at("saved");
  REQUIRE(saved.as_array().size() == 1);
  CHECK(saved.at(0).at("query") == "?flag=expiring&currency=EUR");
  CHECK(shop.page_run_of("transactions", "save_filter", {{"name", ""}, {"query", "?flag=drift"}}).status == HOSTAPI_E_REFUSED);
  CHECK(shop.page_run_of("transactions", "save_filter", {{"name", "x"}, {"query", "javascript:alert(1)"}}).status == HOSTAPI_E_REFUSED);
  REQUIRE(shop.page_run_of("transactions", "forget_filter", {{"name", "To capture"}, {"query", "?"}}).status == HOSTAPI_OK);
  CHECK(page_of(shop).at("saved").as_array().empty());
}

TEST_CASE("an orphan counts down, is closed at Amazon once, and a refusal is told") {
  Shop shop;
  const auto permission = orphan_of(shop, 3000);
  auto row = page_of(shop).at("orphans").at(0);
  CHECK(text_of(row.at("id")) == permission);
  CHECK(row.at("amount").at("amount") == "30.00");
  CHECK(text_of(row.at("drops")).find("drops in 23 h") != std::string::npos);
  CHECK(row.at("bar").at("value").as_int64() == 21);
  CHECK(row.at("role") == "wait");
  const auto sheet = page_of(shop, {{"orphan", permission}, {"do", "close"}}).at("sheet");
  const auto form = Shop::form_of(sheet.at("close"));
  REQUIRE(shop.page_run_of("transactions", "close_orphan", form).status == HOSTAPI_OK);
  REQUIRE(shop.page_run_of("transactions", "close_orphan", form).status == HOSTAPI_OK);
  auto other = form;
  other["operation_id"] = "another click";
  CHECK(shop.page_run_of("transactions", "close_orphan", other).status == HOSTAPI_E_CONFLICT);
  CHECK(text_of(page_of(shop).at("orphans").at(0).at("closing")).find("Amazon is being asked") != std::string::npos);
  shop.work();
  CHECK(page_of(shop).at("orphans").as_array().empty());
  CHECK(shop.amazon.get_permission(permission)->state == PermissionState::closed);
  CHECK(shop.page_run_of("transactions", "ignore_orphan", {{"permission_id", permission}, {"note", "late"}}).status == HOSTAPI_E_CONFLICT);
}

TEST_CASE("an orphan is ignored with a reason only") {
  Shop shop;
  const auto permission = orphan_of(shop, 3000);
  CHECK(shop.page_run_of("transactions", "ignore_orphan", {{"permission_id", permission}}).status == HOSTAPI_E_REFUSED);
  REQUIRE(shop.page_run_of("transactions", "ignore_orphan", {{"permission_id", permission}, {"note", "a test"}}).status == HOSTAPI_OK);
  CHECK(page_of(shop).at("orphans").as_array().empty());
  CHECK(shop.host.data().audit.back().at("event") == "orphan.set_aside");
}

TEST_CASE("an orphan is linked to the order whose currency and total agree, and to no other") {
  Shop shop;
  const auto permission = orphan_of(shop, 8000);
  (void)shop.order("o-1", 8000, ChargeState::authorized);
  const auto put = [&](const char* id, const char* currency, std::int64_t total) {
    shop.host.put_order(json::object{{"id", id}, {"number", std::string("N-") + id}, {"shop_id", "main"}, {"version", 1}, {"state", "new"}, {"created_ms", shop.clock.now}, {"currency", currency},
                                     {"payment", json::object{{"method", "amazon_pay"}, {"reference", ""}, {"charge_id", ""}, {"at_checkout", "authorize"}}},
                                     {"lines", json::array()}, {"original_total_minor", total}, {"total_minor", total}});
  };
  put("o-7", "EUR", 8000), put("o-8", "EUR", 8100), put("o-9", "GBP", 8000);
  const auto look = [&](const char* number) { return page_of(shop, {{"orphan", permission}, {"do", "link"}, {"number", number}}).at("sheet"); };
  CHECK(text_of(look("2026-o-1").at("error")).find("another Amazon Pay payment") != std::string::npos);
  CHECK(text_of(look("N-o-8").at("error")).find("total") != std::string::npos);
  CHECK(text_of(look("N-o-9").at("error")).find("currencies") != std::string::npos);
  CHECK(text_of(look("N-o-5").at("error")).find("no order with this number") != std::string::npos);
  const auto sheet = look("N-o-7");
  CHECK(sheet.at("error") == "");
  CHECK(shop.page_run_of("transactions", "link_orphan", {{"permission_id", permission}, {"order_id", "o-8"}}).status == HOSTAPI_E_REFUSED);
  const auto form = Shop::form_of(sheet.at("link"));
  REQUIRE(shop.page_run_of("transactions", "link_orphan", form).status == HOSTAPI_OK);
  REQUIRE(shop.page_run_of("transactions", "link_orphan", form).status == HOSTAPI_OK);
  CHECK(text_of(shop.host.data().orders.at("o-7").at("payment").at("reference")) == permission);
  shop.work();
  const auto data = page_of(shop, {{"q", "N-o-7"}});
  CHECK(data.at("orphans").as_array().empty());
  REQUIRE(numbers(data).size() == 1);
  CHECK(data.at("rows").at(0).at("cause") == "Reserved, not captured");
}

TEST_CASE("the commands tell transactions and orphans") {
  Shop shop;
  fill(shop);
  const auto permission = orphan_of(shop, 3000);
  const auto listed = hostapi::fake::run_command(shop.plugin(), shop.call_of(shop.staff), "transactions", {{"flag", "pending"}});
  REQUIRE(listed);
  CHECK(listed->at("transactions").at(0).at("order_number") == "2026-o-3");
  const auto orphans = hostapi::fake::run_command(shop.plugin(), shop.call_of(shop.staff), "orphans", {});
  REQUIRE(orphans);
  CHECK(text_of(orphans->at("orphans").at(0).at("permission_id")) == permission);
  CHECK(hostapi::fake::run_command(shop.plugin(), shop.call_of(shop.staff), "transactions", {{"rows", "many"}}).kind() == Kind::invalid);
}
