#include <set>
#include <thread>

#include "support.hpp"

using namespace testing;

namespace {
struct Shop {
  explicit Shop(const std::string& engine, const std::string& method = "") : host(engine) { id = insert(*host.app, sample_order("100", method)); }
  Orders& orders() { return host.app->orders; }
  Host host;
  std::string id;
};
}  // namespace

TEST_CASE("canceling lines keeps them on record, and they can be brought back") {
  ON_EACH_ENGINE(engine) {
    Shop shop(engine);
    const auto total = shop.orders().get(shop.id)->total_minor;
    auto request = act(Act::cancel_lines, shop.id, {{"1", 2}, {"3", 0}});
    request.reason = "out_of_stock", request.note = "shelf empty";
    const auto plan = shop.orders().plan(staff(), request);
    REQUIRE(plan);
    const auto done = shop.orders().perform(staff(), request);
    REQUIRE(done);
    CHECK(done->amount_minor == plan->amount_minor);
    auto order = *shop.orders().get(shop.id);
    CHECK(order.version == 2);
    CHECK(order.total_minor == total - done->amount_minor);
    CHECK(order.total_minor == plan->total_after_minor);
    CHECK(order.line("1")->state() == "partly_canceled");
    CHECK(order.line("3")->state() == "canceled");
    CHECK(order.line("1")->canceled_by.who == "Sam Staff");
    CHECK(order.line("1")->canceled_by.reason == "out_of_stock");
    CHECK(order.line("1")->cancel_generation == 1);
    CHECK(shop.orders().history(shop.id).front().event == "line.cancel");
    const auto entry = shop.host.app->audit.list({}).front();
    CHECK(entry.event == "line.cancel");
    CHECK(entry.amount_minor == done->amount_minor);
    CHECK(entry.who_name == "Sam Staff");
    REQUIRE(shop.orders().perform(staff(), act(Act::uncancel_lines, shop.id, {{"1", 1}, {"3", 0}})));
    order = *shop.orders().get(shop.id);
    CHECK(order.line("1")->canceled == 1);
    CHECK(order.line("3")->state() == "open");
    CHECK(shop.host.app->audit.verify().good());
  }
}

TEST_CASE("deleting a line takes it away with its canceled pieces, for good") {
  ON_EACH_ENGINE(engine) {
    Shop shop(engine);
    const auto total = shop.orders().get(shop.id)->total_minor;
    const auto first = shop.orders().perform(staff(), act(Act::cancel_lines, shop.id, {{"1", 1}}));
    const auto second = shop.orders().perform(staff(), act(Act::delete_lines, shop.id, {{"1", 0}}));
    REQUIRE(second);
    const auto order = *shop.orders().get(shop.id);
    CHECK(order.line("1") == nullptr);
    CHECK(order.total_minor == total - first->amount_minor - second->amount_minor);
    CHECK(shop.orders().perform(staff(), act(Act::uncancel_lines, shop.id, {{"1", 1}})).kind() == Kind::refused);
  }
}

TEST_CASE("the same operation acts once and answers the same, also from several threads; another request under its id is refused") {
  ON_EACH_ENGINE(engine) {
    Shop shop(engine);
    auto request = act(Act::cancel_lines, shop.id, {{"1", 1}});
    std::vector<std::thread> threads;
    std::mutex lock;
    std::set<std::string> events;
    int fresh = 0;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        const auto done = shop.orders().perform(staff(), request);
        const std::lock_guard hold(lock);
        if (done) events.insert(done->event_id), fresh += done->repeated ? 0 : 1;
        else events.insert(done.message());
      });
    }
    for (auto& thread : threads) thread.join();
    CHECK(events.size() == 1);
    CHECK(events.begin()->size() == 32);
    CHECK(fresh == 1);
    CHECK(shop.orders().get(shop.id)->line("1")->canceled == 1);
    const auto again = shop.orders().perform(staff(), request);
    REQUIRE(again);
    CHECK(again->repeated);
    request.lines[0].quantity = 2;
    CHECK(shop.orders().perform(staff(), request).kind() == Kind::invalid);
  }
}

TEST_CASE("a form older than the order is a conflict with a sentence") {
  ON_EACH_ENGINE(engine) {
    Shop shop(engine);
    auto stale = act(Act::cancel_lines, shop.id, {{"1", 1}});
    stale.expected_version = 1;
    REQUIRE(shop.orders().perform(staff(), act(Act::cancel_lines, shop.id, {{"3", 1}})));
    const auto refused = shop.orders().perform(staff(), stale);
    CHECK(refused.kind() == Kind::conflict);
    CHECK(refused.message().find("changed by someone else") != std::string::npos);
    CHECK(shop.orders().plan(staff(), stale).kind() == Kind::conflict);
    CHECK(shop.orders().get(shop.id)->line("1")->canceled == 0);
  }
}

TEST_CASE("deleting an order leaves no personal data behind") {
  ON_EACH_ENGINE(engine) {
    Shop shop(engine, "probe_pay");
    shop.host.load_probe();
    REQUIRE(shop.orders().perform(staff(), act(Act::cancel_lines, shop.id, {{"1", 1}})));
    while (shop.host.app->workers.run_one()) {} /* the probe sets the word to captured */
    auto request = act(Act::delete_order, shop.id);
    CHECK(shop.orders().plan(staff(), request)->number_must_be_typed);
    CHECK(shop.orders().perform(staff(), request).kind() == Kind::refused);
    request.confirmed_number = "100";
    REQUIRE(shop.orders().perform(staff(), request));
    CHECK(shop.orders().get(shop.id).kind() == Kind::not_found);
    CHECK(shop.orders().perform(staff(), request)->repeated);
    const auto tasks = shop.host.app->queue.list({"org.example.probe", Plugins::after_task, "", false, 0, 10});
    REQUIRE(tasks.size() == 1);
    CHECK(json::serialize(tasks[0].payload).find("Müller") == std::string::npos);
    CHECK(object_of(tasks[0].payload, "document").at("order").at("lines").as_array().empty());
    const auto left = shop.host.app->database.read([&](Sql& sql) {
      std::int64_t rows = 0;
      for (const char* table : {"order_lines", "order_history", "order_terms"}) rows += sql.row(std::string("SELECT count(*) FROM ") + table + " WHERE order_id = :1", {shop.id})->whole(0);
      return rows;
    });
    CHECK(left == 0);
    while (shop.host.app->workers.run_one()) {} /* the event of the deleted order is delivered all the same */
    CHECK(shop.host.app->queue.list({"org.example.probe", Plugins::after_task, "", false, 0, 10}).empty());
  }
}

TEST_CASE("shipping, states and notes") {
  ON_EACH_ENGINE(engine) {
    Shop shop(engine);
    auto ship = act(Act::ship, shop.id);
    ship.carrier = "DHL", ship.tracking_number = "00340";
    REQUIRE(shop.orders().perform(staff(), ship));
    auto order = *shop.orders().get(shop.id);
    CHECK(order.state == "shipped");
    CHECK(order.tracking_number == "00340");
    CHECK(shop.orders().perform(staff(), act(Act::ship, shop.id)).kind() == Kind::refused);
    auto state = act(Act::set_state, shop.id);
    state.state = "on_hold";
    REQUIRE(shop.orders().perform(staff(), state));
    state = act(Act::set_state, shop.id);
    state.state = "canceled";
    CHECK(shop.orders().perform(staff(), state).kind() == Kind::refused);
    auto notes = act(Act::set_notes, shop.id);
    notes.notes = "call first";
    REQUIRE(shop.orders().perform(staff(), notes));
    CHECK(shop.orders().get(shop.id)->notes == "call first");
    REQUIRE(shop.orders().perform(staff(), act(Act::cancel_order, shop.id)));
    order = *shop.orders().get(shop.id);
    CHECK(order.state == "canceled");
    CHECK(order.total_minor == 0);
    CHECK(shop.orders().perform(staff(), act(Act::cancel_order, shop.id)).kind() == Kind::refused);
    REQUIRE(shop.orders().perform(staff(), act(Act::uncancel_lines, shop.id, {{"2", 0}})));
    order = *shop.orders().get(shop.id);
    CHECK(order.state == "on_hold");
    CHECK(order.total_minor == order.line("2")->worth_minor + 590);
  }
}

TEST_CASE("who may not, is told so; nonsense is refused with a sentence") {
  Shop shop("sqlite");
  Caller nobody;
  nobody.role = "guest";
  CHECK(shop.orders().perform(nobody, act(Act::cancel_order, shop.id)).kind() == Kind::denied);
  CHECK(shop.orders().perform(staff(), act(Act::cancel_lines, shop.id)).kind() == Kind::refused);
  CHECK(shop.orders().perform(staff(), act(Act::cancel_lines, shop.id, {{"1", 4}})).kind() == Kind::refused);
  CHECK(shop.orders().perform(staff(), act(Act::cancel_lines, shop.id, {{"1", -1}})).kind() == Kind::refused);
  CHECK(shop.orders().perform(staff(), act(Act::cancel_lines, shop.id, {{"1", 1}, {"1", 1}})).kind() == Kind::refused);
  CHECK(shop.orders().perform(staff(), act(Act::cancel_lines, shop.id, {{"9", 1}})).kind() == Kind::refused);
  CHECK(shop.orders().perform(staff(), act(Act::cancel_order, "o-nowhere")).kind() == Kind::not_found);
  auto request = act(Act::cancel_order, shop.id);
  request.operation_id = "";
  CHECK(shop.orders().perform(staff(), request).kind() == Kind::invalid);
}

TEST_CASE("the audit chain holds when several write at once") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 10; ++i) {
          AuditEntry entry;
          entry.event = "test";
          host.app->audit.write(staff(), entry);
        }
      });
    }
    for (auto& thread : threads) thread.join();
    CHECK(host.app->audit.verify().entries == 40);
  }
}

TEST_CASE("a changed or missing audit entry is found") {
  ON_EACH_ENGINE(engine) {
    Shop shop(engine);
    for (int i = 0; i < 4; ++i) REQUIRE(shop.orders().perform(staff(), act(Act::cancel_lines, shop.id, {{"3", 1}})));
    CHECK(shop.host.app->audit.verify().entries == 4);
    const auto damage = [&](const std::string& statement) {
      (void)shop.host.app->database.write([&](Sql& sql) { return sql.run(statement), Result<void>{}; });
    };
    damage("UPDATE audit SET amount_minor = amount_minor + 1 WHERE id = 2");
    CHECK(shop.host.app->audit.verify().findings.at(0).message.find("Entry 2 ") != std::string::npos);
    damage("UPDATE audit SET amount_minor = amount_minor - 1 WHERE id = 2");
    CHECK(shop.host.app->audit.verify().good());
    damage("DELETE FROM audit WHERE id = 3");
    CHECK_FALSE(shop.host.app->audit.verify().good());
  }
}
