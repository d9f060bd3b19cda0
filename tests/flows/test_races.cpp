#include <catch2/catch.hpp>

#include <thread>

#include "fakes.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

TEST_CASE("T5 two workers carrying out the same intent refund once", "[T5]") {
  World w;
  w.order("o1", euro(80'00), ChargeState::captured);
  REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(30'00), {}));
  const auto id = w.intents("o1").at(0).id;
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i) workers.emplace_back([&] { (void)flows::carry_out(w.ports, {id}); });
  for (auto& t : workers) t.join();
  w.work();
  CHECK(w.amazon.refunds_made() == 1);
}

TEST_CASE("T5 two people asking for the last refundable cent: one wins, the other gets the reason", "[T5]") {
  World w;
  w.order("o1", euro(100'00), ChargeState::captured);
  auto one = w.act("o1", "op1"), two = w.act("o1", "op2");
  one.seen.clear(), two.seen.clear();
  std::vector<int> won(2, 0);
  std::thread a([&] { won[0] = flows::refund(w.ports, one, euro(115'00), {}).ok(); });
  std::thread b([&] { won[1] = flows::refund(w.ports, two, euro(115'00), {}).ok(); });
  a.join(), b.join();
  w.work();
  CHECK(won[0] + won[1] == 1);
  CHECK(w.amazon.refunded() == euro(115'00));
}

TEST_CASE("T20 two shops with the same order number never share an intent") {
  CHECK(intent_id("shop1", "o1", "event1", IntentKind::refund, "C1") != intent_id("shop2", "o1", "event1", IntentKind::refund, "C1"));
  CHECK(intent_id("a", "bc", "d", IntentKind::refund, "C1") != intent_id("ab", "c", "d", IntentKind::refund, "C1"));
}
