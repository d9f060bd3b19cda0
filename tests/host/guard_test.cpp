#include "log.hpp"
#include "store/collections.hpp"
#include "support.hpp"

using namespace testing;

namespace {
ActRequest noted(const std::string& order_id, const std::string& note) {
  auto request = act(Act::cancel_lines, order_id, {{"1", 1}});
  request.note = note;
  return request;
}
}  // namespace

TEST_CASE("only OK lets an act pass: a veto, silence and an exception all leave the order as it was") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    const auto id = insert(*host.app, sample_order("100"));
    host.load_probe();
    const auto veto = host.app->orders.perform(staff(), noted(id, "veto"));
    CHECK(veto.kind() == Kind::refused);
    CHECK(veto.message() == "The money is on its way.");
    CHECK(host.app->orders.perform(staff(), noted(id, "silence")).kind() == Kind::refused);
    CHECK(host.app->orders.perform(staff(), noted(id, "throw")).kind() == Kind::refused);
    CHECK(host.app->orders.get(id)->version == 1);
    CHECK(host.app->audit.list({}).empty());
    CHECK(host.app->queue.list({"org.example.probe", Plugins::after_task, "", false, 0, 10}).empty());
  }
}

TEST_CASE("a guard that is slow is let through and told to the operator") {
  Host host("sqlite");
  const auto id = insert(*host.app, sample_order("100"));
  host.load_probe();
  std::string log;
  log_to([&](const std::string& line) { log += line; });
  CHECK(host.app->orders.perform(staff(), noted(id, "slow")));
  log_to({});
  CHECK(log.find("GUARD_SLOW") != std::string::npos);
}

TEST_CASE("an order whose plugin is known but not loaded may not be touched; other orders may") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    const auto id = insert(*host.app, sample_order("100"));
    const auto other = insert(*host.app, sample_order("101", "invoice"));
    CHECK(host.app->orders.perform(staff(), noted(id, "")));  /* nobody ever guarded it */
    host.load_probe();
    host.reopen(); /* started again, without --plugin */
    const auto refused = host.app->orders.perform(staff(), noted(id, ""));
    CHECK(refused.kind() == Kind::refused);
    CHECK(refused.message().find("org.example.probe is not loaded") != std::string::npos);
    CHECK(host.app->orders.plan(staff(), noted(id, "")).kind() == Kind::refused);
    CHECK(host.app->orders.perform(staff(), noted(other, "")));
    REQUIRE(host.app->plugins.forget("org.example.probe"));
    CHECK(host.app->orders.perform(staff(), noted(id, "")));
  }
}

TEST_CASE("a plugin that fails to load at this start guards its orders closed") {
  Host host("sqlite");
  const auto id = insert(*host.app, sample_order("100"));
  CHECK_FALSE(host.app->plugins.load(probe_folder("other_abi")));
  CHECK(host.app->orders.perform(staff(), noted(id, "")).kind() == Kind::refused);
}

TEST_CASE("after the commit each event reaches the plugin, once by its id, in order, with the buyer who is still there") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    const auto id = insert(*host.app, sample_order("100"));
    host.load_probe();
    const auto first = host.app->orders.perform(staff(), noted(id, ""));
    const auto second = host.app->orders.perform(staff(), act(Act::cancel_lines, id, {{"1", 1}, {"2", 0}}));
    REQUIRE(second);
    CHECK(first->event_id != second->event_id);
    while (host.app->workers.run_one()) {}
    Collections store(host.app->database, *host.app->clock, host.app->audit, host.app->queue);
    const auto& manifest = *host.app->plugins.manifest("org.example.probe");
    const auto seen = store.get(manifest, "seen", second->event_id);
    REQUIRE(seen);
    const auto event = *parse_object(seen->value, "event");
    CHECK(text_of(event, "event") == "line.cancel");
    CHECK(whole_of(event, "amount_minor") == second->amount_minor);
    CHECK(event.at("lines").as_array().size() == 2);
    CHECK(event.at("lines").at(0).at("canceled_after").as_int64() == 2);
    CHECK(event.at("lines").at(0).at("generation").as_int64() == 2);
    CHECK(event.at("order").at("version").as_int64() == 3);
    CHECK(event.at("order").at("buyer").at("name").as_string() == "Änne Müller");
    CHECK(host.app->orders.get(id)->payment.word == "captured");
  }
}

TEST_CASE("the plan of an act brings the plugin's sheet") {
  Host host("sqlite");
  const auto id = insert(*host.app, sample_order("100"));
  host.load_probe();
  const auto plan = host.app->orders.plan(staff(), act(Act::cancel_order, id));
  REQUIRE(plan);
  REQUIRE(plan->sheets.size() == 1);
  CHECK(plan->sheets[0].view.at("data").at("event").as_string() == "order.cancel");
  CHECK(host.app->orders.get(id)->version == 1);
}
