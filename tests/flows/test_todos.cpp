#include <catch2/catch.hpp>

#include "domain/watch.hpp"
#include "fakes.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

const Todo* task_of(World& w, TodoKind kind, bool open = true) {
  for (const auto& [id, todo] : w.ledger.todos)
    if (todo.kind == kind && todo.open == open) return &todo;
  return nullptr;
}

void read(World& w) { REQUIRE(flows::sync(w.ports, "o1")); }

}  // namespace

TEST_CASE("A refund on its way for more than eight days is a task for now, and goes by itself once Amazon has completed it") {
  World w;
  w.order("o1", euro(80'00), ChargeState::captured);
  REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(10'00), {}));
  w.work();
  w.clock.now += 8 * day_ms - 60'000;
  read(w);
  CHECK(task_of(w, TodoKind::refund_overdue) == nullptr);
  w.clock.now += 120'000;
  read(w);
  const auto* todo = task_of(w, TodoKind::refund_overdue);
  REQUIRE(todo != nullptr);
  CHECK(todo->severity == "stop");
  CHECK(todo->due_ms == w.ledger.payments.at("o1").payment.refunds.front().created_ms + 8 * day_ms);
  read(w);
  w.amazon.settle_refunds();
  w.clock.now += 60'000;
  read(w);
  CHECK(task_of(w, TodoKind::refund_overdue) == nullptr);
  CHECK(task_of(w, TodoKind::refund_overdue, false)->closed_by == "Amazon");
}

TEST_CASE("What was due closes by itself when everything went back another way, not when another refund settled") {
  World w;
  w.settings.current.order_cancel = ports::RefundMode::manual;
  w.order("o1", euro(80'00), ChargeState::captured);
  REQUIRE(w.happen(w.event("order.cancel", "o1", euro(80'00))));
  REQUIRE(task_of(w, TodoKind::refund_due) != nullptr);
  REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(30'00), {}));
  w.work();
  w.settle();
  read(w);
  CHECK(task_of(w, TodoKind::refund_due) != nullptr);
  REQUIRE(flows::refund(w.ports, w.act("o1", "op2"), euro(50'00), {}));
  w.work();
  w.settle();
  read(w);
  CHECK(task_of(w, TodoKind::refund_due) == nullptr);
}

TEST_CASE("A reservation that grows old says until when, and the task goes with the capture") {
  World w;
  auto& order = w.order("o1", euro(80'00), ChargeState::authorized);
  w.clock.now += 6 * day_ms;
  read(w);
  REQUIRE(task_of(w, TodoKind::expiring) != nullptr);
  CHECK(task_of(w, TodoKind::expiring)->due_ms == w.amazon.charge_at(order.charge_id).created_ms + 7 * day_ms);
  REQUIRE(w.amazon.capture(order.charge_id, euro(80'00), "", "in Seller Central"));
  w.clock.now += 60'000;
  read(w);
  CHECK(task_of(w, TodoKind::expiring) == nullptr);
}

TEST_CASE("Silence of the notifications counts only after Amazon had something to tell") {
  ShopFacts facts;
  facts.last_asked_ms = 1000;
  CHECK_FALSE(notifications_missing(facts));  // nobody expects any
  facts.notifications_expected = true;
  CHECK(notifications_missing(facts));
  facts.last_received_ms = 1001;
  CHECK_FALSE(notifications_missing(facts));
  facts.last_asked_ms = 5000;
  REQUIRE(shop_todos(facts, 9000).size() == 1);
  CHECK(shop_todos(facts, 9000).front().kind == TodoKind::notification_gap);
}

TEST_CASE("An orphan is urgent while Amazon will drop it, and stands before what has no deadline") {
  ShopFacts facts;
  Orphan orphan;
  orphan.permission_id = "S02-1", orphan.state = "Chargeable", orphan.created_ms = 1'000'000, orphan.found_ms = 2'000'000, orphan.limit = euro(10'00);
  facts.orphans = {orphan};
  facts.quarantined = 2, facts.quarantined_since_ms = 1;
  const auto todos = shop_todos(facts, 3'000'000);
  REQUIRE(todos.size() == 2);
  CHECK(todos.front().severity == "stop");
  CHECK(todos.front().due_ms == drops_ms(orphan));
  CHECK(rank_of(todos.front()) < rank_of(todos.back()));
  CHECK(shop_todos(facts, drops_ms(orphan) + 1).front().severity == "watch");
}
