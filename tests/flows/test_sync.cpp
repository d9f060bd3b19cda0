#include <catch2/catch.hpp>

#include "fakes.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {
const Todo* open_todo(const World& w, TodoKind kind) {
  for (const auto& [id, todo] : w.ledger.todos)
    if (todo.open && todo.kind == kind) return &todo;
  return nullptr;
}
std::int64_t next_of(World& w, const std::string& order_id) { return w.ledger.payments.at(order_id).payment.sync.next_ms; }
}  // namespace

TEST_CASE("A finished payment is looked at each night, later each week, then each month, and one day never again") {
  World w;
  w.order("o1", euro(80'00), ChargeState::captured);
  const auto wait_after = [&](std::int64_t days) {
    w.clock.now += days * day_ms;
    REQUIRE(flows::sync(w.ports, "o1"));
    return next_of(w, "o1") == 0 ? -1 : (next_of(w, "o1") - w.clock.now) / day_ms;
  };
  CHECK(wait_after(0) <= 1);
  CHECK(wait_after(59) <= 1);
  CHECK(wait_after(10) >= 6);
  CHECK(wait_after(120) >= 29);
  CHECK(wait_after(250) == -1);
}

TEST_CASE("The nightly check finds a refund that nobody notified us of") {
  World w;
  auto& order = w.order("o1", euro(80'00), ChargeState::captured);
  w.work();
  w.amazon.refund_in_seller_central(order.charge_id, euro(12'00));
  w.clock.now += 2 * day_ms;
  w.work();
  CHECK(w.verdict("o1").drift == euro(12'00));
}

TEST_CASE("A reservation warns before day seven and before it ends; the warning goes when it is captured") {
  World w;
  auto& order = w.order("o1", euro(80'00), ChargeState::authorized);
  CHECK(open_todo(w, TodoKind::expiring) == nullptr);
  w.clock.now += 6 * day_ms;
  REQUIRE(flows::sync(w.ports, "o1"));
  REQUIRE(open_todo(w, TodoKind::expiring) != nullptr);
  CHECK(open_todo(w, TodoKind::expiring)->severity == "wait");
  w.clock.now += 20 * day_ms;
  REQUIRE(flows::sync(w.ports, "o1"));
  CHECK(w.ledger.todos.at(todo_id(TodoKind::expiring, "o1", order.charge_id + ":end")).severity == "stop");
  REQUIRE(flows::capture(w.ports, w.act("o1", "op1"), euro(80'00)));
  w.work();
  CHECK(open_todo(w, TodoKind::expiring) == nullptr);
}

TEST_CASE("A buyer who is still at the checkout has an order that says so, and becomes a payment when the buyer is done") {
  World w;
  const std::string id = "6f1c2a54-0d8e-4c5b-9f27-3b1a7c9d2e10";
  CheckoutSession session;
  session.id = id, session.state = SessionState::open, session.raw_state = "Open", session.created_ms = w.clock.now;
  w.amazon.sessions[id] = session;
  ports::ShopOrder order;
  order.id = order.number = "o1", order.shop_id = "main", order.currency = eur, order.total = order.original_total = euro(50'00), order.session_id = id;
  order.created_ms = w.clock.now;
  w.orders.orders["o1"] = order;
  REQUIRE(flows::sync(w.ports, "o1"));
  CHECK(w.verdict("o1").word == Word::pending);
  CHECK(w.verdict("o1").note.id == "buyer not finished");
  w.settings.current.environment = Environment::live;
  REQUIRE(flows::sync(w.ports, "o1"));
  CHECK(w.ledger.payments.at("o1").payment.environment == Environment::live);
  w.settings.current.environment = Environment::sandbox;
  CHECK(next_of(w, "o1") > 0);

  SECTION("the buyer pays") {
    const auto permission = w.amazon.checkout(euro(50'00), ChargeState::authorized);
    session.state = SessionState::completed, session.raw_state = "Completed", session.permission_id = permission, session.charge_id = permission + "-C1";
    w.amazon.sessions[id] = session;
    w.clock.now += 60'000;
    w.work();
    CHECK(w.verdict("o1").word == Word::reserved);
    CHECK(w.ledger.payments.at("o1").payment.permission_id == permission);
    REQUIRE(flows::capture(w.ports, w.act("o1", "op1"), euro(50'00)));
    w.work();
    CHECK(w.verdict("o1").word == Word::captured);
  }
  SECTION("Amazon drops it after a day") {
    session.state = SessionState::canceled, session.raw_state = "Canceled", session.reason_code = "Expired";
    w.amazon.sessions[id] = session;
    w.clock.now += day_ms;
    w.work();
    CHECK(w.verdict("o1").word == Word::canceled);
    CHECK(w.verdict("o1").ship == Ship::no);
    CHECK(next_of(w, "o1") == 0);
  }
}

TEST_CASE("Shipping captures and then tells Amazon about the parcel, each exactly once") {
  World w;
  w.settings.current.capture_mode = ports::CaptureMode::on_shipping;
  auto& order = w.order("o1", euro(80'00), ChargeState::authorized);
  auto event = w.event("order.ship", "o1", euro(0));
  event.delivery = {"Deutsche Post", "JJD000390007"};
  REQUIRE(w.happen(event));
  REQUIRE(w.happen(event));
  w.clock.now += 10'000;
  w.work();
  CHECK(w.amazon.captures_made == 1);
  REQUIRE(w.amazon.deliveries.count(order.permission_id) == 1);
  CHECK(w.amazon.deliveries.at(order.permission_id) == DeliveryDetails{"DHL_DE", "JJD000390007"});
  for (const auto& intent : w.intents("o1")) CHECK(intent.state == IntentState::done);
}

TEST_CASE("A refused delivery tracker is a task to tell the buyer and leaves the capture as it is") {
  World w;
  w.settings.current.capture_mode = ports::CaptureMode::on_shipping;
  auto& other = w.order("o1", euro(80'00), ChargeState::captured);
  w.amazon.deliveries[other.permission_id] = {"DHL", "USED"};
  w.order("o2", euro(40'00), ChargeState::authorized);
  auto event = w.event("order.ship", "o2", euro(0));
  event.delivery = {"DHL", "USED"};
  REQUIRE(w.happen(event));
  w.clock.now += 10'000;
  w.work();
  CHECK(w.verdict("o2").word == Word::captured);
  CHECK(w.ledger.open_todo_count(TodoKind::delivery_refused) == 1);
  CHECK(w.ledger.open_todo_count(TodoKind::act_refused) == 0);
}

TEST_CASE("A shop that does not want delivery tracking sends none") {
  World w;
  w.settings.current.track_deliveries = false;
  w.order("o1", euro(80'00), ChargeState::captured);
  auto event = w.event("order.ship", "o1", euro(0));
  event.delivery = {"DHL", "1"};
  REQUIRE(w.happen(event));
  w.clock.now += 10'000;
  w.work();
  CHECK(w.amazon.deliveries.empty());
}

TEST_CASE("Amazon's request id stays with the outcome of an act") {
  World w;
  auto& order = w.order("o1", euro(80'00), ChargeState::authorized);
  w.amazon.charge_at(order.charge_id).request_id = "b5d0f8a4-request";
  REQUIRE(flows::capture(w.ports, w.act("o1", "op1"), euro(80'00)));
  w.work();
  CHECK(w.intents("o1").at(0).request_id == "b5d0f8a4-request");
}

TEST_CASE("When our own turn to ask Amazon does not come, nothing is said to be wrong and the task comes again") {
  World w;
  w.order("o1", euro(80'00), ChargeState::captured);
  w.amazon.next = Trouble::paced;
  const auto read = flows::sync(w.ports, "o1");
  REQUIRE_FALSE(read);
  CHECK(ports::paced(read.failure()));
  CHECK(w.ledger.payments.at("o1").payment.sync.failed_ms == 0);
  REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(5'00), {}));
  w.amazon.next = Trouble::paced, w.amazon.trouble_count = 1;
  const auto sent = flows::carry_out(w.ports, {w.intents("o1").at(0).id});
  REQUIRE_FALSE(sent);
  CHECK(w.ledger.payments.at("o1").payment.sync.failed_ms == 0);
  CHECK(w.intents("o1").at(0).state == IntentState::planned);
  w.work();
  CHECK(w.amazon.refunds_made() == 1);
}
