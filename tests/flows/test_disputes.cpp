#include <catch2/catch.hpp>

#include "fakes.hpp"
#include "flows/disputes.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

Notification chargeback(const std::string& permission, const std::string& message_id = "m1", const std::string& notification_id = "n1", const std::string& suffix = "-D054321") {
  Notification n;
  n.key = n.message_id = message_id, n.notification_id = notification_id, n.object_type = "CHARGEBACK", n.object_id = permission + suffix, n.permission_id = permission;
  n.notification_type = "STATE_CHANGE", n.version = "V2";
  return n;
}

void tell(World& w, const Notification& n) {
  REQUIRE(flows::receive(w.ports, n));
  w.clock.now += 60'000;
  w.work();
}

// A captured order of 80.00 with a dispute.
std::string disputed(World& w, ChargeState state = ChargeState::captured) {
  const auto permission = w.order("o1", euro(80'00), state).permission_id;
  tell(w, chargeback(permission));
  return permission + "-D054321";
}

const Payment& payment(World& w) { return w.ledger.payments.at("o1").payment; }

int lines(World& w, const std::string& part) {
  return static_cast<int>(std::count_if(w.ledger.events.begin(), w.ledger.events.end(), [&](const auto& e) { return e.second.text.id.find(part) != std::string::npos; }));
}

}  // namespace

TEST_CASE("A chargeback opens a dispute beside the word, asks to wait with the parcel and is a task to watch") {
  World w;
  const auto id = disputed(w);
  CHECK(w.notifications.stored.at("m1").notification.state == NotificationState::done);
  REQUIRE(payment(w).disputes.size() == 1);
  CHECK(is_disputed(payment(w)));
  CHECK(payment(w).dispute(id)->charge_id == payment(w).charges.front().id);
  const auto verdict = w.verdict("o1");
  CHECK(verdict.word == Word::captured);
  CHECK(verdict.ship == Ship::wait);
  CHECK(verdict.ship_why.id == "the payment is disputed");
  const auto& todo = w.ledger.todos.at(todo_id(TodoKind::dispute, "o1", id));
  CHECK(todo.open);
  CHECK(todo.severity == "watch");
  CHECK(todo.amount == euro(80'00));
  CHECK(lines(w, "disputes the payment") == 1);
}

TEST_CASE("The same dispute told often, late and in any order stays one, and readings do not close it") {
  World w;
  const auto id = disputed(w);
  const auto permission = payment(w).permission_id;
  tell(w, chargeback(permission));                 // delivered again
  tell(w, chargeback(permission, "m2", "n1"));     // the same news in another envelope
  CHECK(lines(w, "news about the dispute") == 0);
  tell(w, chargeback(permission, "m3", "n3"));     // something changed there
  CHECK(payment(w).disputes.size() == 1);
  CHECK(lines(w, "news about the dispute") == 1);
  REQUIRE(flows::sync(w.ports, "o1"));
  CHECK(w.ledger.open_todo_count(TodoKind::dispute) == 1);
  REQUIRE(flows::close_dispute(w.ports, w.act("o1", "op-won"), id, DisputeOutcome::won, std::nullopt));
  tell(w, chargeback(permission, "m4", "n4"));
  CHECK(w.ledger.open_todo_count(TodoKind::dispute) == 0);
  CHECK_FALSE(is_disputed(payment(w)));
}

TEST_CASE("A won dispute changes no figure") {
  World w;
  const auto id = disputed(w);
  const auto before = w.sums("o1").refundable;
  auto won = flows::close_dispute(w.ports, w.act("o1", "op-won"), id, DisputeOutcome::won, std::nullopt);
  REQUIRE(won);
  CHECK(w.sums("o1").refundable == before);
  CHECK(w.verdict("o1").ship == Ship::yes);
  CHECK(w.ledger.audit.back().event == "dispute.won");
  CHECK_FALSE(flows::close_dispute(w.ports, w.act("o1", "op-lost"), id, DisputeOutcome::lost, euro(80'00)));
}

TEST_CASE("What a lost dispute took can never be refunded, and the ledger shows it as given back elsewhere") {
  World w;
  const auto id = disputed(w);
  const auto act = w.act("o1", "op-lost");
  REQUIRE(flows::close_dispute(w.ports, act, id, DisputeOutcome::lost, euro(60'00)));
  REQUIRE(flows::close_dispute(w.ports, act, id, DisputeOutcome::lost, euro(60'00)));  // pressed twice
  const auto sums = w.sums("o1");
  CHECK(sums.lost == euro(60'00));
  CHECK(sums.held == euro(20'00));
  CHECK(sums.refundable == euro(32'00));
  CHECK(sums.not_ours.zero());
  CHECK(w.verdict("o1").drift.zero());
  CHECK(w.verdict("o1").word == Word::captured);
  CHECK(w.verdict("o1").ship == Ship::no);
  const auto refused = flows::refund(w.ports, w.act("o1", "op-r1"), euro(32'01), {});
  CHECK(refused.kind() == Kind::refused);
  const auto& balances = w.ledger.balances.at(payment(w).charges.front().id);
  CHECK(balances.elsewhere == euro(60'00));
  CHECK(balances.captured == euro(20'00));
  // Canceling the order gives back only what is still held.
  REQUIRE(w.happen(w.event("order.cancel", "o1", euro(80'00))));
  w.work();
  w.settle();
  CHECK(w.amazon.refunded() == euro(20'00));
}

TEST_CASE("Amazon's figure that rises by a lost dispute is explained by it; what others gave back before stays theirs") {
  World w;
  const auto permission = w.order("o1", euro(80'00), ChargeState::captured).permission_id;
  w.amazon.refund_in_seller_central(permission + "-C1", euro(10'00));
  REQUIRE(flows::sync(w.ports, "o1"));
  tell(w, chargeback(permission));
  REQUIRE(flows::close_dispute(w.ports, w.act("o1", "op-lost"), permission + "-D054321", DisputeOutcome::lost, euro(30'00)));
  CHECK(w.sums("o1").not_ours == euro(10'00));
  CHECK(w.sums("o1").held == euro(40'00));
  w.amazon.charge_at(permission + "-C1").refunded += euro(30'00);  // Amazon counts the chargeback
  w.amazon.charge_at(permission + "-C1").updated_ms = w.clock.now;
  REQUIRE(flows::sync(w.ports, "o1"));
  CHECK(w.sums("o1").not_ours == euro(10'00));
  CHECK(w.sums("o1").lost == euro(30'00));
  CHECK(w.sums("o1").held == euro(40'00));
}

TEST_CASE("A dispute cannot take what was never collected") {
  World w;
  const auto id = disputed(w);
  CHECK(flows::close_dispute(w.ports, w.act("o1", "op-1"), id, DisputeOutcome::lost, euro(80'01)).kind() == Kind::refused);
  CHECK(flows::close_dispute(w.ports, w.act("o1", "op-2"), id, DisputeOutcome::lost, std::nullopt).kind() == Kind::refused);
  CHECK(flows::close_dispute(w.ports, w.act("o1", "op-3"), "unknown", DisputeOutcome::won, std::nullopt).kind() == Kind::refused);
  World reserved;
  const auto other = disputed(reserved, ChargeState::authorized);
  CHECK(reserved.sums("o1").disputed.zero());
  CHECK(flows::close_dispute(reserved.ports, reserved.act("o1", "op-4"), other, DisputeOutcome::lost, euro(1'00)).kind() == Kind::refused);
}

TEST_CASE("A chargeback that fits no single order waits in quarantine for a person") {
  World w;
  const auto stranger = w.amazon.checkout(euro(10'00), ChargeState::captured);
  REQUIRE(flows::receive(w.ports, chargeback(stranger)));
  w.clock.now += 20 * 60'000;
  w.work();
  CHECK(w.notifications.stored.at("m1").notification.state == NotificationState::quarantined);
  CHECK(w.notifications.stored.at("m1").notification.problem == "dispute");
  CHECK(w.notifications.orphans.empty());
}

TEST_CASE("A dispute under the id of its charge finds that charge") {
  World w;
  const auto permission = w.order("o1", euro(80'00), ChargeState::captured).permission_id;
  tell(w, chargeback(permission, "m1", "n1", "-C1"));
  REQUIRE(payment(w).disputes.size() == 1);
  CHECK(payment(w).disputes.front().charge_id == permission + "-C1");
}
