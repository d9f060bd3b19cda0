#include <catch2/catch.hpp>

#include "fakes.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {
LineChange line(const std::string& id, int pieces, int canceled_after, Money amount) { return {id, canceled_after, pieces, amount}; }
}  // namespace

TEST_CASE("T1 a line canceled, undone and canceled again moves money once", "[T1]") {
  World w;
  w.order("o1", euro(80'00), ChargeState::captured);
  REQUIRE(w.happen(w.event("line.cancel", "o1", euro(20'00), {line("a", 1, 1, euro(20'00))})));
  w.work(), w.settle();
  CHECK(w.amazon.refunded() == euro(20'00));
  REQUIRE(w.happen(w.event("line.uncancel", "o1", euro(20'00), {line("a", 1, 0, euro(20'00))})));
  w.work();
  CHECK(w.amazon.refunds_made() == 1);
  CHECK(w.verdict("o1").not_covered == euro(20'00));
  CHECK(w.ledger.open_todo_count(TodoKind::not_covered) == 1);
  REQUIRE(w.happen(w.event("line.cancel", "o1", euro(20'00), {line("a", 1, 1, euro(20'00))})));
  w.work(), w.settle();
  CHECK(w.amazon.refunds_made() == 1);
  CHECK(w.ledger.open_todo_count(TodoKind::canceled_again) == 1);  // a person looks at it
  CHECK(w.ledger.open_todo_count(TodoKind::not_covered) == 0);     // and the order is covered again
}

TEST_CASE("T1 another piece of the same line is refunded on its own", "[T1]") {
  World w;
  w.order("o1", euro(90'00), ChargeState::captured);
  REQUIRE(w.happen(w.event("line.cancel", "o1", euro(30'00), {line("a", 1, 1, euro(30'00))})));
  w.work();
  REQUIRE(w.happen(w.event("line.cancel", "o1", euro(30'00), {line("a", 1, 2, euro(30'00))})));
  w.work();
  CHECK(w.amazon.refunded() == euro(60'00));
}

TEST_CASE("T2 canceling an order after a partial refund gives back only the rest", "[T2]") {
  World w;
  w.order("o1", euro(80'00), ChargeState::captured);
  REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(10'00), {}));
  w.work(), w.settle();
  REQUIRE(w.happen(w.event("order.cancel", "o1", euro(80'00))));
  w.work();
  CHECK(w.amazon.refunded() == euro(80'00));
  CHECK(w.verdict("o1").word == Word::refund_on_its_way);
  w.settle();
  CHECK(w.verdict("o1").word == Word::refunded);
}

TEST_CASE("T3 a refund that Amazon declines is never booked as refunded", "[T3]") {
  World w;
  w.order("o1", euro(80'00), ChargeState::captured);
  w.amazon.next = Trouble::decline_later;
  REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(10'00), {}));
  w.work();
  CHECK(w.verdict("o1").word == Word::refund_on_its_way);
  w.settle();
  CHECK(w.verdict("o1").word == Word::captured);
  CHECK(w.sums("o1").settled == euro(0));
  CHECK(w.ledger.open_todo_count(TodoKind::refund_declined) == 1);
  CHECK(w.intents("o1").at(0).state == IntentState::declined);
}

TEST_CASE("T3 a refund that Amazon refuses leaves a red task and nothing booked", "[T3]") {
  World w;
  w.order("o1", euro(80'00), ChargeState::captured);
  w.amazon.next = Trouble::refuse, w.amazon.refuse_code = "AmazonRejected";
  REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(10'00), {}));
  w.work();
  CHECK(w.verdict("o1").word == Word::captured);
  CHECK(w.sums("o1").on_the_way == euro(0));
  CHECK(w.ledger.open_todo_count(TodoKind::refund_refused) == 1);
  CHECK(w.amazon.refunds_made() == 0);
}

TEST_CASE("T4 canceling a reserved order cancels the charge and refunds nothing", "[T4]") {
  World w;
  w.order("o1", euro(80'00), ChargeState::authorized);
  REQUIRE(w.happen(w.event("order.cancel", "o1", euro(80'00))));
  w.work();
  CHECK(w.amazon.cancels_made == 1);
  CHECK(w.amazon.refunds_made() == 0);
  CHECK(w.amazon.closes_made == 1);
  CHECK(w.verdict("o1").word == Word::canceled);
}

TEST_CASE("T5 the same operation sent many times refunds once and gets the same answer", "[T5]") {
  World w;
  w.order("o1", euro(80'00), ChargeState::captured);
  const auto act = w.act("o1", "op1");
  const auto first = flows::refund(w.ports, act, euro(10'00), {});
  REQUIRE(first);
  w.work();
  for (int i = 0; i < 5; ++i) {
    const auto again = flows::refund(w.ports, act, euro(10'00), {});
    REQUIRE(again);
    CHECK(again->answer == first->answer);
    w.work();
  }
  CHECK(w.amazon.refunds_made() == 1);
}

TEST_CASE("T5 a second tab with an older view of the money is told so and sends nothing", "[T5]") {
  World w;
  w.order("o1", euro(80'00), ChargeState::captured);
  const auto tab_one = w.act("o1", "op1"), tab_two = w.act("o1", "op2");
  REQUIRE(flows::refund(w.ports, tab_one, euro(10'00), {}));
  const auto second = flows::refund(w.ports, tab_two, euro(10'00), {});
  REQUIRE_FALSE(second);
  CHECK(second.kind() == Kind::conflict);
  w.work();
  CHECK(w.amazon.refunds_made() == 1);
}

TEST_CASE("T5 an event delivered again does its work once", "[T5]") {
  World w;
  w.order("o1", euro(80'00), ChargeState::captured);
  const auto event = w.event("order.cancel", "o1", euro(80'00));
  for (int i = 0; i < 3; ++i) {
    REQUIRE(w.happen(event));
    w.work();
  }
  CHECK(w.amazon.refunds_made() == 1);
  CHECK(w.amazon.refunded() == euro(80'00));
}

TEST_CASE("T8 a declined refund gives the limit back but counts towards the ten", "[T8]") {
  World w;
  w.order("o1", euro(100'00), ChargeState::captured);
  CHECK(w.sums("o1").refundable == euro(115'00));
  w.amazon.next = Trouble::decline_later;
  REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(100'00), {}));
  w.work();
  CHECK(w.sums("o1").refundable == euro(15'00));
  w.settle();
  CHECK(w.sums("o1").refundable == euro(115'00));
  CHECK(w.sums("o1").refunds_left == 9);
}

TEST_CASE("T9 second and third partial refunds each move their own money", "[T9]") {
  World w;
  w.order("o1", euro(100'00), ChargeState::captured);
  for (int i = 1; i <= 3; ++i) {
    REQUIRE(flows::refund(w.ports, w.act("o1", "op" + std::to_string(i)), euro(20'00), {}));
    w.work();
  }
  CHECK(w.amazon.refunds_made() == 3);
  CHECK(w.amazon.refunded() == euro(60'00));
  w.settle();
  CHECK(w.verdict("o1").word == Word::partly_refunded);
}

TEST_CASE("T10 deleting a refunded order moves nothing and keeps the record", "[T10]") {
  World w;
  w.order("o1", euro(80'00), ChargeState::captured);
  REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(80'00), {}));
  w.work(), w.settle();
  REQUIRE(w.happen(w.event("order.delete", "o1", euro(80'00))));
  w.work();
  CHECK(w.amazon.refunds_made() == 1);
  CHECK(w.ledger.payments.at("o1").payment.order_deleted);
  CHECK(w.verdict("o1").word == Word::refunded);
}

TEST_CASE("T10 deleting a reserved order cancels the charge", "[T10]") {
  World w;
  w.order("o1", euro(80'00), ChargeState::authorized);
  REQUIRE(w.happen(w.event("order.delete", "o1", euro(80'00))));
  w.work();
  CHECK(w.amazon.cancels_made == 1);
  CHECK(w.amazon.refunds_made() == 0);
}

TEST_CASE("T10 deleting a pending order cancels the pending authorisation", "[T10]") {
  World w;
  w.order("o1", euro(80'00), ChargeState::authorization_initiated);
  REQUIRE(w.happen(w.event("order.delete", "o1", euro(80'00))));
  w.work();
  CHECK(w.amazon.cancels_made == 1);
  CHECK(w.verdict("o1").word == Word::canceled);
}

TEST_CASE("T10 deleting an order while a refund is on its way gives back only the rest", "[T10]") {
  World w;
  w.order("o1", euro(80'00), ChargeState::captured);
  REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(30'00), {}));
  w.work();
  REQUIRE(w.happen(w.event("order.delete", "o1", euro(80'00))));
  w.work(), w.settle();
  CHECK(w.amazon.refunded() == euro(80'00));
}

TEST_CASE("With automatic refunds off every event becomes a task and moves no money") {
  World w;
  auto& policy = w.settings.current;
  policy.order_cancel = policy.order_delete = policy.line_cancel = policy.line_delete = ports::RefundMode::manual;
  for (const auto* name : {"order.cancel", "order.delete"}) {
    const std::string id = name;
    w.order(id, euro(80'00), ChargeState::captured);
    REQUIRE(w.happen(w.event(name, id, euro(80'00))));
  }
  for (const auto* name : {"line.cancel", "line.delete"}) {
    const std::string id = name;
    w.order(id, euro(80'00), ChargeState::captured);
    REQUIRE(w.happen(w.event(name, id, euro(20'00), {line("a", 1, 1, euro(20'00))})));
  }
  w.work();
  CHECK(w.amazon.refunds_made() == 0);
  CHECK(w.ledger.open_todo_count(TodoKind::refund_due) == 4);
}

TEST_CASE("A refund by hand closes the task it answers") {
  World w;
  w.settings.current.order_cancel = ports::RefundMode::manual;
  w.order("o1", euro(80'00), ChargeState::captured);
  REQUIRE(w.happen(w.event("order.cancel", "o1", euro(80'00))));
  auto act = w.act("o1", "op1");
  act.todo_id = w.ledger.todos.begin()->first;
  REQUIRE(flows::refund(w.ports, act, euro(80'00), {}));
  w.work();
  CHECK(w.ledger.open_todo_count(TodoKind::refund_due) == 0);
  CHECK(w.amazon.refunded() == euro(80'00));
}

TEST_CASE("A compensation may exceed the order value up to Amazon's allowance") {
  World w;
  w.order("o1", euro(100'00), ChargeState::captured);
  const auto above = flows::refund(w.ports, w.act("o1", "op1"), euro(115'01), {});
  REQUIRE_FALSE(above);
  CHECK(above.failure().code == "TransactionAmountExceeded");
  REQUIRE(flows::refund(w.ports, w.act("o1", "op2"), euro(115'00), {}));
  w.work();
  CHECK(w.amazon.refunded() == euro(115'00));
}

TEST_CASE("Shipping captures what the open lines are worth when capture on shipping is set") {
  World w;
  w.settings.current.capture_mode = ports::CaptureMode::on_shipping;
  w.order("o1", euro(80'00), ChargeState::authorized);
  REQUIRE(w.happen(w.event("line.cancel", "o1", euro(30'00), {line("a", 1, 1, euro(30'00))})));
  w.work();
  auto shipped = w.event("order.ship", "o1", euro(0));
  REQUIRE(w.happen(shipped));
  w.work();
  CHECK(w.amazon.captures_made == 1);
  CHECK(w.sums("o1").captured == euro(50'00));
}

TEST_CASE("A refund made in Seller Central is drift until it is taken over, and counts against the limit at once") {
  World w;
  auto& order = w.order("o1", euro(100'00), ChargeState::captured);
  w.amazon.refund_in_seller_central(order.charge_id, euro(20'00));
  REQUIRE(flows::sync(w.ports, "o1"));
  CHECK(w.verdict("o1").drift == euro(20'00));
  CHECK(w.sums("o1").refundable == euro(95'00));
  CHECK(w.verdict("o1").ship == Ship::wait);
  CHECK(w.ledger.open_todo_count(TodoKind::drift) == 1);
  REQUIRE(flows::take_over(w.ports, w.act("o1", "op1")));
  CHECK(w.verdict("o1").drift == euro(0));
  CHECK(w.verdict("o1").word == Word::partly_refunded);
  CHECK(w.amazon.refunds_made() == 0);
  CHECK(w.ledger.open_todo_count(TodoKind::drift) == 0);
}
