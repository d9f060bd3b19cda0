#include <catch2/catch.hpp>

#include "domain/apply.hpp"
#include "fakes.hpp"

// What tests/simulation found, as small as it gets.
using namespace amazonpay;
using namespace amazonpay::test;

TEST_CASE("A refund that still waits for a second person does not explain what somebody gave back in Seller Central") {
  World w;
  w.order("o1", euro(100'00), ChargeState::captured);
  w.settings.current.approval.refund = Threshold{20'00};
  REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(60'00), {}));
  w.amazon.refund_in_seller_central(w.intents("o1").at(0).charge_id, euro(40'00));
  REQUIRE(flows::sync(w.ports, "o1"));
  CHECK(w.sums("o1").not_ours == euro(40'00));
  CHECK(w.sums("o1").held == euro(0));
  CHECK(w.ledger.open_todo_count(TodoKind::drift) == 1);
  CHECK_FALSE(flows::refund(w.ports, w.act("o1", "op2"), euro(20'00), {}));
}

TEST_CASE("A task about somebody else's refund stays while a refund of ours is being sent, which might explain it") {
  World w;
  w.order("o1", euro(100'00), ChargeState::captured);
  w.amazon.refund_in_seller_central(w.ledger.payments.at("o1").payment.charges.at(0).id, euro(10'00));
  REQUIRE(flows::sync(w.ports, "o1"));
  REQUIRE(w.ledger.open_todo_count(TodoKind::drift) == 1);
  w.amazon.next = Trouble::server_error;
  REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(30'00), {}));
  w.work(1);
  REQUIRE(w.intents("o1").at(0).state == IntentState::uncertain);
  REQUIRE(flows::sync(w.ports, "o1"));
  CHECK(w.ledger.open_todo_count(TodoKind::drift) == 1);
  w.work();
  w.settle();
  CHECK(w.sums("o1").not_ours == euro(10'00));
  CHECK(w.ledger.open_todo_count(TodoKind::drift) == 1);
}

TEST_CASE("A capture that Amazon accepted and decided later is followed to its end") {
  for (const auto end : {ChargeState::captured, ChargeState::declined}) {
    World w;
    w.order("o1", euro(80'00), ChargeState::authorized);
    REQUIRE(flows::capture(w.ports, w.act("o1", "op1"), euro(80'00)));
    auto intent = w.intents("o1").at(0);
    intent.state = IntentState::accepted;
    auto& charge = w.amazon.charge_at(intent.charge_id);
    charge.state = end, charge.captured = end == ChargeState::captured ? euro(80'00) : euro(0);
    CHECK(follow_charge(intent, charge, w.clock.now));
    CHECK(intent.state == (end == ChargeState::captured ? IntentState::done : IntentState::declined));
    CHECK_FALSE(follow_charge(intent, charge, w.clock.now));
  }
}

TEST_CASE("A capture without an answer is not done because somebody captured another amount in Seller Central") {
  for (const auto minor : {50'00, 80'00}) {
    World w;
    w.order("o1", euro(80'00), ChargeState::authorized);
    w.amazon.next = Trouble::server_error;
    REQUIRE(flows::capture(w.ports, w.act("o1", "op1"), euro(80'00)));
    w.work(1);
    REQUIRE(w.intents("o1").at(0).state == IntentState::uncertain);
    auto& charge = w.amazon.charge_at(w.intents("o1").at(0).charge_id);
    charge.state = ChargeState::captured, charge.raw_state = "Captured", charge.captured = euro(minor), ++charge.updated_ms;
    w.work();
    CHECK(w.intents("o1").at(0).state == (minor == 80'00 ? IntentState::done : IntentState::refused));
    CHECK(w.sums("o1").collected_elsewhere == euro(minor == 80'00 ? 0 : 50'00));
  }
}

TEST_CASE("A task about somebody else's refund stays while a refund of ours is on its way: Amazon may raise its figure only later") {
  World w;
  w.order("o1", euro(100'00), ChargeState::captured);
  const auto charge = w.ledger.payments.at("o1").payment.charges.at(0).id;
  w.amazon.refund_in_seller_central(charge, euro(5'00));
  REQUIRE(flows::sync(w.ports, "o1"));
  REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(30'00), {}));
  w.work();
  w.amazon.charge_at(charge).refunded -= euro(30'00);  // Amazon counts it when it is settled
  ++w.amazon.charge_at(charge).updated_ms;
  REQUIRE(flows::sync(w.ports, "o1"));
  w.amazon.charge_at(charge).refunded += euro(30'00);
  w.settle();
  CHECK(w.ledger.open_todo_count(TodoKind::drift) == 1);
}

TEST_CASE("What is left after a part of others' refunds was taken over is a task again") {
  World w;
  w.order("o1", euro(100'00), ChargeState::captured);
  const auto charge = w.ledger.payments.at("o1").payment.charges.at(0).id;
  w.amazon.refund_in_seller_central(charge, euro(27'00));
  REQUIRE(flows::sync(w.ports, "o1"));
  REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(25'00), {}));
  const auto intent = w.intents("o1").at(0).id;
  REQUIRE(flows::carry_out(w.ports, {intent}));  // accepted; Amazon's figure with it was not read yet
  REQUIRE(w.sums("o1").not_ours == euro(2'00));
  REQUIRE(flows::take_over(w.ports, w.act("o1", "op2")));
  CHECK(w.ledger.open_todo_count(TodoKind::drift) == 0);
  REQUIRE(flows::sync(w.ports, "o1"));
  CHECK(w.sums("o1").not_ours == euro(27'00));
  CHECK(w.ledger.open_todo_count(TodoKind::drift) == 1);
}

TEST_CASE("A capture that Amazon accepts and declines later becomes a task") {
  World w;
  w.order("o1", euro(80'00), ChargeState::authorized);
  REQUIRE(flows::capture(w.ports, w.act("o1", "op1"), euro(80'00)));
  auto& stored = w.ledger.payments.at("o1");
  stored.intents.at(0).state = IntentState::accepted, stored.payment.charges.at(0).state = ChargeState::capture_initiated;
  w.amazon.charge_at(stored.intents.at(0).charge_id).state = ChargeState::declined;
  REQUIRE(flows::sync(w.ports, "o1"));
  CHECK(w.intents("o1").at(0).state == IntentState::declined);
  CHECK(w.ledger.open_todo_count(TodoKind::act_refused) == 1);
}
