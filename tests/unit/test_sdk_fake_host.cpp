#include <hostapi/fake_host.hpp>

#include <catch2/catch.hpp>

#include <thread>

using namespace hostapi;
namespace json = boost::json;

namespace {

struct Fixture {
  fake::Host host;
  sdk::Host seen = *sdk::Host::open(host.raw());
  sdk::Session session{seen, host.call()};

  Result<json::value> put(const std::string& key, uint64_t expected, json::object value = {}, json::object fields = {}) {
    return session.store().commit({{"expect", {{{"collection", "things"}, {"key", key}, {"version", expected}}}},
                                   {"put", {{{"collection", "things"}, {"key", key}, {"value", std::move(value)}, {"fields", std::move(fields)}}}}});
  }
};

}  // namespace

TEST_CASE("a commit counts versions up, and an expectation that fails changes nothing") {
  Fixture f;
  REQUIRE(f.put("a", 0, {{"n", 1}}));
  const auto again = f.put("a", 0, {{"n", 2}});
  REQUIRE_FALSE(again);
  CHECK(again.kind() == Kind::conflict);
  CHECK(again.message().find("\"found\":1") != std::string::npos);
  REQUIRE(f.put("a", 1, {{"n", 3}}));
  const auto found = f.session.store().get("things", "a");
  REQUIRE(found);
  CHECK(found->version == 2);
  CHECK(found->value.at("n") == 3);
  CHECK(f.session.store().get("things", "b").kind() == Kind::not_found);
}

TEST_CASE("a batch is all or nothing over values, orders, tasks and audit") {
  Fixture f;
  f.host.put_order({{"id", "o-1"}, {"version", 4}, {"payment", {{"method", "amazon_pay"}}}});
  const auto batch = [](uint64_t order_version) {
    return json::value{{"expect", {{{"order_id", "o-1"}, {"version", order_version}}}},
                       {"put", {{{"collection", "things"}, {"key", "a"}, {"value", json::object{}}}}},
                       {"orders",
                        {{{"order_id", "o-1"}, {"payment", {{"word", "captured"}}}, {"history", "Captured"}},
                         {{"order_id", "o-gone"}, {"payment", {{"word", "captured"}}}}}},
                       {"tasks", {{{"name", "sync"}, {"key", "k"}, {"due_ms", 50}, {"payload", {{"n", 1}}}}}},
                       {"audit", {{{"event", "capture.done"}, {"order_id", "o-1"}}}}};
  };
  CHECK(f.session.store().commit(batch(3)).kind() == Kind::conflict);
  CHECK(f.host.data().tasks.empty());
  CHECK(f.host.data().audit.empty());
  REQUIRE(f.session.store().commit(batch(4)));
  const auto data = f.host.data();
  CHECK(data.order_payments.at("o-1").at("word") == "captured");
  CHECK(data.order_payments.count("o-gone") == 0);
  CHECK(data.order_history.at("o-1").front() == "Captured");
  CHECK(data.audit.size() == 1);
}

TEST_CASE("a waiting task with the same name and key is replaced and the earlier time wins") {
  Fixture f;
  f.host.set_now(0);
  const auto task = [&](int64_t due_ms, int n) {
    return f.session.store().commit({{"tasks", {{{"name", "sync"}, {"key", "k"}, {"due_ms", due_ms}, {"payload", {{"n", n}}}}}}});
  };
  REQUIRE(task(100, 1));
  REQUIRE(task(50, 2));
  REQUIRE(task(500, 3));
  CHECK_FALSE(f.host.take_due_task());
  f.host.set_now(50);
  const auto due = f.host.take_due_task("sync");
  REQUIRE(due);
  CHECK(due->at("payload").at("n") == 3);
  CHECK_FALSE(f.host.take_due_task());
}

TEST_CASE("find filters, orders, pages with a cursor and counts by a field") {
  Fixture f;
  for (int i = 1; i <= 5; ++i)
    REQUIRE(f.put("t" + std::to_string(i), 0, {{"i", i}}, {{"state", i % 2 == 1 ? "open" : "done"}, {"created_ms", 10 * (i / 2)}}));
  REQUIRE(f.put("no-fields", 0));
  const json::value query{{"collection", "things"}, {"where", {{{"field", "state"}, {"op", "="}, {"value", "open"}}}}, {"order", "-created_ms"}, {"limit", 2}, {"count_by", "state"}};
  auto page = f.session.store().find(query);
  REQUIRE(page);
  CHECK(page->at("items").at(0).at("key") == "t5");
  CHECK(page->at("items").at(1).at("key") == "t3");
  CHECK(page->at("counts").at("open") == 3);
  REQUIRE(page->at("next").is_string());
  json::value more = query;
  more.as_object()["after"] = page->at("next");
  page = f.session.store().find(more);
  REQUIRE(page);
  REQUIRE(page->at("items").as_array().size() == 1);
  CHECK(page->at("items").at(0).at("key") == "t1");
  CHECK(page->at("next").is_null());
  const auto two = f.session.store().find({{"collection", "things"}, {"where", {{{"field", "created_ms"}, {"op", "in"}, {"value", {0, 20}}}}}});
  CHECK(two->at("items").as_array().size() == 3);
  f.host.declare("things", {"state"});
  CHECK(f.session.store().find(query).kind() == Kind::invalid);
  CHECK(f.put("x", 0, {}, {{"colour", "red"}}).kind() == Kind::invalid);
  f.host.declare("things", {"state", "created_ms"}, {"colour"});
  CHECK(f.put("x", 0, {}, {{"colour", "red"}}));
  CHECK(f.session.store().find({{"collection", "things"}, {"order", "colour"}}).kind() == Kind::invalid);
}

TEST_CASE("the checks of a collection are kept by the fake store too, and what is append-only stays as it is") {
  Fixture f;
  f.host.declare_check("things", {"balanced", "in_minor -out_minor", {}, {}, 0});
  f.host.declare_check("things", {"sound", "in_minor", 0, 100, {}});
  REQUIRE(f.put("a", 0, {}, {{"in_minor", 5}, {"out_minor", 5}}));
  REQUIRE(f.put("none", 0, {}, {}));
  const auto unbalanced = f.put("a", 1, {}, {{"in_minor", 6}, {"out_minor", 5}});
  CHECK(unbalanced.kind() == Kind::refused);
  CHECK(unbalanced.failure().message.find("\"id\":\"balanced\"") != std::string::npos);
  CHECK(f.put("b", 0, {}, {{"in_minor", -1}, {"out_minor", -1}}).kind() == Kind::refused);
  CHECK(f.put("b", 0, {}, {{"in_minor", 101}, {"out_minor", 101}}).kind() == Kind::refused);
  CHECK(f.host.document("things", "a")->version == 1);
  CHECK_FALSE(f.host.document("things", "b"));
  f.host.declare_append_only("entries");
  const json::value entry{{"put", {{{"collection", "entries"}, {"key", "e"}, {"value", 1}}}}};
  REQUIRE(f.session.store().commit(entry));
  CHECK(f.session.store().commit(entry).kind() == Kind::conflict);
  const auto kept = f.session.store().commit({{"delete", {{{"collection", "entries"}, {"key", "e"}}}}});
  CHECK(kept.kind() == Kind::refused);
  CHECK(kept.failure().message.find("append-only") != std::string::npos);
}

TEST_CASE("faults: a commit fails before its effect, loses its answer after it, or any n-th call fails") {
  Fixture f;
  f.host.fail_commit();
  CHECK(f.put("a", 0).kind() == Kind::unavailable);
  CHECK_FALSE(f.host.document("things", "a"));
  f.host.lose_answer_of_commit();
  CHECK(f.put("a", 0).kind() == Kind::uncertain);
  CHECK(f.host.document("things", "a"));
  f.host.fail_nth_call(2, HOSTAPI_E_LIMIT);
  CHECK(f.session.identity().who());
  CHECK(f.session.identity().who().kind() == Kind::limit);
  CHECK(f.session.identity().who());
}

TEST_CASE("permissions, settings, secrets, clock and log are what the test set") {
  Fixture f;
  fake::User clerk;
  clerk.all_permissions = false;
  clerk.permissions = {"payment.view"};
  const sdk::Session session(f.seen, f.host.call(clerk));
  CHECK(session.identity().may("payment.view"));
  CHECK(session.identity().may("payment.refund").kind() == Kind::denied);
  f.host.set_setting("region", "eu");
  f.host.set_secret("private_key", "PEM");
  CHECK(session.settings().get()->at("values").at("region") == "eu");
  CHECK(session.settings().get()->at("secrets_set").at(0) == "private_key");
  CHECK(*session.settings().secret("private_key") == "PEM");
  CHECK(session.settings().secret("other").kind() == Kind::not_found);
  f.host.set_now(1000);
  f.host.advance(5);
  CHECK(session.core().now_unix_ms() == 1005);
  session.core().log(HOSTAPI_LOG_WARN, "E1", {{"order", "o-1"}});
  CHECK(f.host.log_lines().front().at("event") == "E1");
  CHECK(session.core().random_hex(16)->size() == 32);
}

TEST_CASE("texts fill places and format in English") {
  Fixture f;
  const auto texts = f.session.texts();
  CHECK(*texts.translate("Refund {money}", {{"money", "12.95 EUR"}}) == "Refund 12.95 EUR");
  CHECK(*texts.translate("{count} tasks, {other}", {{"count", 3}}) == "3 tasks, {other}");
  CHECK(*texts.translate("{count} line|{count} lines", {{"count", 1}}) == "1 line");
  CHECK(*texts.translate("{count} line|{count} lines", {{"count", 2}}) == "2 lines");
  CHECK(*texts.money(123456, "EUR") == "1,234.56 EUR");
  CHECK(*texts.money(-1295, "EUR") == "−12.95 EUR");
  CHECK(*texts.money(132000, "JPY") == "132,000 JPY");
  CHECK(*texts.time(1763500000000) == "18 Nov 2025, 21:06");
  CHECK(texts.format("colour", {{"x", 1}}).kind() == Kind::invalid);
}

TEST_CASE("the fake host is safe under many threads: every put is counted once") {
  Fixture f;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&f, t] {
      const sdk::Session session(f.seen, f.host.call());
      for (int i = 0; i < 50; ++i)
        (void)session.store().commit({{"put", {{{"collection", "things"}, {"key", "k" + std::to_string(t)}, {"value", i}}}}});
    });
  for (auto& thread : threads) thread.join();
  for (int t = 0; t < 4; ++t) CHECK(f.host.document("things", "k" + std::to_string(t))->version == 50);
}
