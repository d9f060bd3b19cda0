#include <catch2/catch.hpp>

#include <thread>

#include "fakes.hpp"
#include "flows/controls.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {
flows::Act by(World& w, const std::string& user, const std::string& operation_id) {
  auto act = w.act("o1", operation_id);
  act.who = {user, user};
  return act;
}
}  // namespace

TEST_CASE("A refund above the threshold waits for a second person, reserves its amount and sends nothing") {
  World w;
  w.settings.current.approval.refund = Threshold{50'00};
  w.order("o1", euro(80'00), ChargeState::captured);
  const auto answer = flows::refund(w.ports, by(w, "jana", "op1"), euro(60'00), {});
  REQUIRE(answer);
  CHECK(answer->answer.id.find("second person") != std::string::npos);
  w.work();
  CHECK(w.amazon.refunds_made() == 0);
  CHECK(w.intents("o1").at(0).state == IntentState::awaiting_approval);
  CHECK(w.sums("o1").refundable == euro(32'00));
  CHECK(w.ledger.balances.at(w.intents("o1").at(0).charge_id).pending == euro(60'00));
  CHECK(w.ledger.open_todo_count(TodoKind::approval) == 1);

  const auto own = flows::approve(w.ports, by(w, "jana", "op2"), "op1");
  REQUIRE_FALSE(own);
  CHECK(own.kind() == Kind::denied);
  REQUIRE(flows::approve(w.ports, by(w, "adam", "op3"), "op1"));
  REQUIRE(flows::approve(w.ports, by(w, "adam", "op3"), "op1"));  // a double click gets the same answer
  CHECK_FALSE(flows::approve(w.ports, by(w, "eva", "op4"), "op1"));
  w.settle();
  CHECK(w.amazon.refunded() == euro(60'00));
  CHECK(w.intents("o1").at(0).approved_by.id == "adam");
  CHECK(w.ledger.open_todo_count(TodoKind::approval) == 0);
}

TEST_CASE("A second person's no withdraws it; money due for a canceled order stays a task") {
  for (const bool from_event : {false, true}) {
    World w;
    w.settings.current.approval.refund = Threshold{50'00};
    w.order("o1", euro(80'00), ChargeState::captured);
    std::string cause = "op1";
    if (from_event) {
      const auto event = w.event("order.cancel", "o1", euro(80'00));
      REQUIRE(w.happen(event));
      cause = event.id;
    } else {
      REQUIRE(flows::refund(w.ports, by(w, "jana", "op1"), euro(80'00), {}));
    }
    w.work();
    REQUIRE(flows::reject(w.ports, by(w, "adam", "op2"), cause));
    w.settle();
    CHECK(w.amazon.refunds_made() == 0);
    CHECK(w.sums("o1").refundable == euro(92'00));
    CHECK(w.ledger.open_todo_count(TodoKind::refund_withdrawn) == (from_event ? 1 : 0));
    CHECK_FALSE(flows::approve(w.ports, by(w, "adam", "op3"), cause));
  }
}

TEST_CASE("What nobody approves in time is withdrawn") {
  World w;
  w.settings.current.approval.refund = Threshold{50'00};
  w.order("o1", euro(80'00), ChargeState::captured);
  REQUIRE(flows::refund(w.ports, by(w, "jana", "op1"), euro(60'00), {}));
  w.clock.now += 71 * 3'600'000;
  REQUIRE(flows::recover(w.ports));
  CHECK(w.intents("o1").at(0).state == IntentState::awaiting_approval);
  w.clock.now += 2 * 3'600'000;
  const auto late = flows::approve(w.ports, by(w, "adam", "op2"), "op1");
  REQUIRE_FALSE(late);
  CHECK(late.message().find("over") != std::string::npos);
  REQUIRE(flows::recover(w.ports));
  w.work();
  CHECK(w.intents("o1").at(0).state == IntentState::withdrawn);
  CHECK(w.amazon.refunds_made() == 0);
  CHECK(w.ledger.open_todo_count(TodoKind::approval) == 0);
}

TEST_CASE("The day's sums are counted in the act's own commit: two people at once cannot both slip below") {
  World w;
  w.settings.current.approval.refunds_per_day = Threshold{50'00};
  w.order("o1", euro(80'00), ChargeState::captured);
  w.order("o2", euro(80'00), ChargeState::captured);
  auto one = by(w, "jana", "op1"), two = w.act("o2", "op2");
  std::thread a([&] { CHECK(flows::refund(w.ports, one, euro(30'00), {})); });
  std::thread b([&] { CHECK(flows::refund(w.ports, two, euro(30'00), {})); });
  a.join(), b.join();
  w.work();
  CHECK(w.amazon.refunds_made() == 1);
  CHECK(w.ledger.open_todo_count(TodoKind::approval) == 1);
  w.clock.now += day_ms;
  auto three = by(w, "jana", "op3");
  REQUIRE(flows::refund(w.ports, three, euro(20'00), {}));
  w.work();
  CHECK(w.amazon.refunds_made() == 2);
}

TEST_CASE("A refund that cools off can be taken back, and only until it is sent") {
  World w;
  w.settings.current.cooling_off_ms = 30'000;
  w.order("o1", euro(80'00), ChargeState::captured);
  REQUIRE(flows::refund(w.ports, by(w, "jana", "op1"), euro(30'00), {}));
  w.work();
  CHECK(w.amazon.refunds_made() == 0);
  REQUIRE(flows::carry_out(w.ports, {w.intents("o1").at(0).id}));  // even a worker that comes too early sends nothing
  CHECK(w.amazon.refunds_made() == 0);
  REQUIRE(flows::take_back(w.ports, by(w, "jana", "op2"), "op1"));
  w.clock.now += 60'000;
  w.work();
  CHECK(w.amazon.refunds_made() == 0);
  CHECK(w.sums("o1").refundable == euro(92'00));

  REQUIRE(flows::refund(w.ports, by(w, "jana", "op3"), euro(30'00), {}));
  w.clock.now += 30'000;
  w.work();
  CHECK(w.amazon.refunds_made() == 1);
  CHECK_FALSE(flows::take_back(w.ports, by(w, "jana", "op4"), "op3"));
}

TEST_CASE("Taking back and sending at the same time: one of them wins, never both") {
  for (int round = 0; round < 50; ++round) {
    World w;
    w.order("o1", euro(80'00), ChargeState::captured);
    REQUIRE(flows::refund(w.ports, by(w, "jana", "op1"), euro(30'00), {}));
    const auto id = w.intents("o1").at(0).id;
    auto back = by(w, "jana", "op2");
    bool taken = false;
    std::thread a([&] { (void)flows::carry_out(w.ports, {id}); });
    std::thread b([&] { taken = flows::take_back(w.ports, back, "op1").ok(); });
    a.join(), b.join();
    w.work();
    CHECK(w.amazon.refunds_made() == (taken ? 0 : 1));
  }
}

TEST_CASE("An automatic refund of the clockwork needs nobody, one that a person's cancellation caused does") {
  World w;
  w.settings.current.capture_mode = ports::CaptureMode::at_checkout;
  w.settings.current.approval.capture = Threshold{1'00};
  w.order("o1", euro(80'00), ChargeState::authorized);
  w.work();
  CHECK(w.amazon.captures_made == 1);
}

TEST_CASE("A deleted order leaves amounts, references and acts, but no lines and nothing a person typed") {
  World w;
  w.order("o1", euro(80'00), ChargeState::captured);
  auto act = by(w, "jana", "op1");
  act.note = "Mrs. Miller called";
  REQUIRE(flows::refund(w.ports, act, euro(10'00), {{"line-1", 2}}));
  auto close = by(w, "jana", "op2");
  w.settings.current.line_cancel = ports::RefundMode::manual;
  REQUIRE(w.happen(w.event("line.cancel", "o1", euro(20'00), {{"line-1", 1, 1, euro(20'00)}})));
  close.todo_id = w.ledger.todos.begin()->first, close.note = "paid Mrs. Miller in cash";
  REQUIRE(flows::close_todo(w.ports, close));
  w.settle();
  auto gone = w.event("order.delete", "o1", euro(60'00));
  gone.note = "Mrs. Miller again";
  REQUIRE(w.happen(gone));
  w.work();
  w.settle();
  CHECK(w.amazon.refunded() == euro(80'00));
  for (const auto& i : w.intents("o1")) {
    CHECK(i.lines.empty());
    CHECK(i.note.empty());
    CHECK(i.state == IntentState::done);
  }
  for (const auto& [id, todo] : w.ledger.todos) CHECK(todo.closed_note.empty());
}
