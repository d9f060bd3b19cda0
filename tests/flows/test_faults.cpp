#include <catch2/catch.hpp>

#include "fakes.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

TEST_CASE("A lost answer is uncertain, stays reserved and is settled under the same key") {
  World w;
  w.order("o1", euro(80'00), ChargeState::captured);
  w.amazon.next = Trouble::answer_lost;
  REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(30'00), {}));
  w.work(1);
  CHECK(w.intents("o1").at(0).state == IntentState::uncertain);
  CHECK(w.sums("o1").refundable == euro(62'00));
  CHECK(w.verdict("o1").word == Word::refund_on_its_way);
  w.work();
  CHECK(w.amazon.refunds_made() == 1);
  CHECK(w.intents("o1").at(0).state == IntentState::accepted);
}

TEST_CASE("Refused keys lose nothing: the intent waits and goes once they are mended") {
  World w;
  w.order("o1", euro(80'00), ChargeState::captured);
  w.amazon.next = Trouble::keys, w.amazon.trouble_count = 3;
  REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(30'00), {}));
  w.work(2);
  CHECK(w.intents("o1").at(0).state == IntentState::planned);
  CHECK(w.ledger.open_todo_count(TodoKind::keys_refused) == 1);
  w.amazon.next = Trouble::none;
  w.work();
  CHECK(w.amazon.refunded() == euro(30'00));
}

TEST_CASE("A cancel whose answer got lost is found done on the next try") {
  World w;
  w.order("o1", euro(80'00), ChargeState::authorized);
  w.amazon.next = Trouble::answer_lost;
  REQUIRE(flows::cancel_charge(w.ports, w.act("o1", "op1")));
  w.work();
  CHECK(w.amazon.cancels_made == 1);
  CHECK(w.intents("o1").at(0).state == IntentState::done);
  CHECK(w.verdict("o1").word == Word::canceled);
}

TEST_CASE("An event waits when Amazon cannot be reached, and does its work later") {
  World w;
  w.order("o1", euro(80'00), ChargeState::captured);
  const auto event = w.event("order.cancel", "o1", euro(80'00));
  w.amazon.next = Trouble::not_sent;
  const auto delivered = w.happen(event);
  REQUIRE_FALSE(delivered);
  CHECK(delivered.kind() == Kind::unavailable);
  CHECK(w.intents("o1").empty());
  w.amazon.next = Trouble::none;
  REQUIRE(w.happen(event));
  w.work();
  CHECK(w.amazon.refunded() == euro(80'00));
}

TEST_CASE("An order of the other environment is never sent") {
  World w;
  w.order("o1", euro(80'00), ChargeState::captured);
  w.settings.current.environment = Environment::live;
  REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(30'00), {}));
  w.work();
  CHECK(w.amazon.refunds_made() == 0);
  CHECK(w.intents("o1").at(0).state == IntentState::planned);
}

// The n-th commit fails, before or after its effect, then everything is delivered again: the end is the same as without trouble.
TEST_CASE("T6 stopping at every step boundary ends in one refund and the right state", "[T6]") {
  for (const bool after_effect : {false, true})
    for (const auto trouble : {Trouble::none, Trouble::answer_lost, Trouble::not_sent, Trouble::server_error})
      for (int boundary = 1; boundary <= 12; ++boundary) {
        CAPTURE(after_effect, static_cast<int>(trouble), boundary);
        World w;
        w.order("o1", euro(80'00), ChargeState::captured);
        const auto event = w.event("order.cancel", "o1", euro(80'00));
        w.ledger.fail_commit_in = boundary;
        w.ledger.lose_commit_answer = after_effect;
        w.ledger.commit_failure = Kind::unavailable;
        (void)w.happen(event);
        w.amazon.next = trouble == Trouble::not_sent ? Trouble::none : trouble;
        w.work(1);
        w.amazon.next = Trouble::none;
        // The process is gone; the host delivers what it did not see finished, the clockwork finds what waits.
        REQUIRE(w.happen(event));
        w.clock.now += 10 * 60'000;
        for (int tick = 0; tick < 3; ++tick) (void)flows::recover(w.ports), w.work();  // one of them may meet the failing commit
        w.ledger.fail_commit_in = 0;
        w.amazon.settle_refunds();
        w.clock.now += 10 * 60'000;  // an hour-old refund is polled every five minutes
        w.work();
        CHECK(w.amazon.refunds_made() == 1);
        CHECK(w.amazon.refunded() == euro(80'00));
        CHECK(w.verdict("o1").word == Word::refunded);
        CHECK(w.sums("o1").on_the_way == euro(0));
      }
}
