#include <catch2/catch.hpp>

#include "fakes.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {
// A refund that was sent and whose answer got lost, before or after its effect; found again days later.
struct OldTry {
  World w;
  std::string id;
  explicit OldTry(Trouble trouble) {
    w.order("o1", euro(80'00), ChargeState::captured);
    w.amazon.next = trouble;
    REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(30'00), {}));
    w.work(1);
    id = w.intents("o1").at(0).id;
    REQUIRE(w.intents("o1").at(0).state == IntentState::uncertain);
    w.ledger.tasks.clear();
    w.clock.now += 3 * day_ms;
  }
  flows::Act act(const std::string& operation_id) { return w.act("o1", operation_id); }
  Intent intent() { return w.intents("o1").at(0); }
};
}  // namespace

TEST_CASE("An old try that shows nowhere at Amazon is sent again under its key") {
  OldTry old(Trouble::server_error);
  REQUIRE(flows::carry_out(old.w.ports, {old.id}));
  CHECK(old.w.amazon.refunds_made() == 1);
  CHECK(old.intent().state == IntentState::accepted);
}

TEST_CASE("An old try that may be what Amazon shows is not sent again: a person gets the facts side by side") {
  OldTry old(Trouble::answer_lost);
  REQUIRE(old.w.amazon.refunds_made() == 1);
  const auto calls = old.w.amazon.calls;
  REQUIRE(flows::carry_out(old.w.ports, {old.id}));
  CHECK(old.w.amazon.calls == calls);  // read, nothing sent
  CHECK(old.intent().undecided);
  CHECK(old.w.ledger.open_todo_count(TodoKind::uncertain) == 1);
  CHECK(old.w.sums("o1").on_the_way == euro(30'00));
  old.w.clock.now += day_ms;
  REQUIRE(flows::recover(old.w.ports));
  old.w.work();
  CHECK(old.w.amazon.refunds_made() == 1);
  CHECK(old.intent().undecided);
  const auto todo = *std::find_if(old.w.ledger.todos.begin(), old.w.ledger.todos.end(), [](const auto& t) { return t.second.kind == TodoKind::uncertain; });
  CHECK(std::get<Money>(todo.second.text.args.at("shown")) == euro(30'00));
  CHECK(std::get<Money>(todo.second.text.args.at("explained")) == euro(0));

  SECTION("found in Seller Central: booked under its id, once Amazon confirms that it fits") {
    const auto amazon_id = old.w.amazon.refunds().begin()->first;
    CHECK_FALSE(flows::settle_uncertain(old.w.ports, old.act("op2"), old.id, "S02-0000001-9999999-R999999"));
    REQUIRE(flows::settle_uncertain(old.w.ports, old.act("op3"), old.id, amazon_id));
    old.w.settle();
    CHECK(old.intent().state == IntentState::done);
    CHECK(old.w.ledger.open_todo_count(TodoKind::uncertain) == 0);
    CHECK(old.w.amazon.refunds_made() == 1);
    CHECK_FALSE(flows::settle_uncertain(old.w.ports, old.act("op4"), old.id, amazon_id));
  }
  SECTION("said not to be there: it goes again under the same key, so even a wrong word pays nothing twice") {
    REQUIRE(flows::settle_uncertain(old.w.ports, old.act("op2"), old.id, ""));
    old.w.settle();
    CHECK(old.w.amazon.refunds_made() == 1);
    CHECK(old.intent().state == IntentState::done);
  }
}

TEST_CASE("A refund of another amount or charge is not taken for the one that got lost") {
  OldTry old(Trouble::answer_lost);
  REQUIRE(flows::carry_out(old.w.ports, {old.id}));
  old.w.amazon.refund_in_seller_central(old.intent().charge_id, euro(7'00));
  for (const auto& [id, refund] : old.w.amazon.refunds()) {
    if (refund.amount != euro(7'00)) continue;
    const auto answer = flows::settle_uncertain(old.w.ports, old.act("op2"), old.id, id);
    REQUIRE_FALSE(answer);
    CHECK(answer.message().find("does not fit") != std::string::npos);
  }
}

TEST_CASE("While Amazon cannot be read an old try is not sent") {
  OldTry old(Trouble::server_error);
  old.w.amazon.next = Trouble::not_sent;
  const auto tried = flows::carry_out(old.w.ports, {old.id});
  REQUIRE_FALSE(tried);
  CHECK(tried.kind() == Kind::unavailable);
  CHECK(old.w.amazon.refunds_made() == 0);
  REQUIRE(flows::carry_out(old.w.ports, {old.id}));
  CHECK(old.w.amazon.refunds_made() == 1);
}
