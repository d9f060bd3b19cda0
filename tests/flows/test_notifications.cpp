#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

#include "fakes.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

Notification about(const std::string& message_id, const char* type, const std::string& object_id, const std::string& permission_id) {
  Notification n;
  n.key = n.message_id = message_id, n.notification_id = "n-" + message_id, n.topic = "arn:aws:sns:eu-west-1:000000000000:shop", n.merchant_id = "A1EXAMPLESELL0";
  n.object_type = type, n.object_id = object_id, n.permission_id = permission_id, n.notification_type = "STATE_CHANGE", n.version = "V2";
  return n;
}

// What of a payment must not depend on when and how often the news came: everything but the times of our own readings.
std::string picture(World& w, const std::string& order_id) {
  const auto& loaded = w.ledger.payments.at(order_id);
  const auto& p = loaded.payment;
  std::string text = p.permission ? p.permission->raw_state + " " + p.permission->reason_code : "no permission";
  for (const auto& c : p.charges)
    text += "\n" + c.id + " " + c.raw_state + " " + std::to_string(c.captured.minor()) + " " + std::to_string(c.refunded.minor()) + " " + std::to_string(c.updated_ms);
  auto refunds = p.refunds;
  std::sort(refunds.begin(), refunds.end(), [](const Refund& a, const Refund& b) { return a.id < b.id; });
  for (const auto& r : refunds) text += "\n" + r.id + " " + r.raw_state + " " + std::to_string(r.amount.minor()) + (r.intent_id.empty() ? " not ours" : " ours");
  auto intents = loaded.intents;
  std::sort(intents.begin(), intents.end(), [](const Intent& a, const Intent& b) { return a.id < b.id; });
  for (const auto& i : intents) text += "\n" + i.id + " " + name_of(i.state);
  const auto v = w.verdict(order_id);
  return text + "\n" + id_of(v.word) + " drift " + std::to_string(v.drift.minor()) + " " + std::to_string(v.drift_collected.minor());
}

// One history of an order, seen by people, by Seller Central and by Amazon; `tell` gets every piece of news as Amazon would send it.
template <class Tell>
void live_through(World& w, std::mt19937& random, Tell tell) {
  auto& order = w.order("o1", euro(80'00), ChargeState::authorized);
  const auto permission = order.permission_id, charge = order.charge_id;
  const auto later = [&] { w.clock.now += 1000 + static_cast<std::int64_t>(random() % 5000); };
  const bool captured_here = random() % 2 == 0;
  later();
  if (captured_here) {
    REQUIRE(flows::capture(w.ports, w.act("o1", "op-capture"), euro(80'00)));
    w.work();
  } else {
    REQUIRE(w.amazon.capture(charge, euro(80'00), "", "made in Seller Central"));
  }
  tell("CHARGE", charge, permission);
  tell("CHARGE_PERMISSION", permission, permission);
  const int refunds = 1 + static_cast<int>(random() % 3);
  for (int i = 0; i < refunds; ++i) {
    later();
    std::string id;
    if (captured_here && random() % 2 == 0) {
      REQUIRE(flows::refund(w.ports, w.act("o1", "op-refund" + std::to_string(i)), euro(5'00), {}));
      w.work();
      for (const auto& intent : w.intents("o1"))
        if (intent.cause == "op-refund" + std::to_string(i)) id = intent.amazon_id;
    } else {
      auto refund = w.amazon.create_refund(charge, euro(7'00), "", "by hand " + std::to_string(i));
      REQUIRE(refund);
      id = refund->id;
    }
    REQUIRE_FALSE(id.empty());
    tell("REFUND", id, permission);
    later();
    if (random() % 3 == 0) w.amazon.next = Trouble::none;
    w.amazon.settle_refunds();
    tell("REFUND", id, permission);
    tell("CHARGE", charge, permission);
  }
}

void receive(World& w, const Notification& n) {
  REQUIRE(flows::receive(w.ports, n));
}

}  // namespace

// The same history, told in order and once, and told shuffled, doubled, late and mixed with polling, ends in the same projection. 1,000 seeds, each with
// its own history; between a dozen and three dozen notifications per seed.
TEST_CASE("T11 reordered, duplicated and delayed notifications with polling reach the projection of the plain order", "[T11]") {
  for (unsigned seed = 1; seed <= 1000; ++seed) {
    CAPTURE(seed);
    std::string plain;
    {
      World w;
      std::mt19937 random(seed);
      int number = 0;
      live_through(w, random, [&](const char* type, const std::string& id, const std::string& permission) {
        receive(w, about("m" + std::to_string(++number), type, id, permission));
        w.work();
      });
      w.clock.now += 60'000;
      w.work();
      plain = picture(w, "o1");
    }
    World w;
    std::mt19937 random(seed), order(seed * 7919);
    std::vector<Notification> waiting;
    int number = 0;
    live_through(w, random, [&](const char* type, const std::string& id, const std::string& permission) {
      const auto n = about("m" + std::to_string(++number), type, id, permission);
      for (unsigned copies = 1 + order() % 3; copies > 0; --copies) waiting.push_back(n);
      std::shuffle(waiting.begin(), waiting.end(), order);
      while (!waiting.empty() && order() % 2 == 0) {
        receive(w, waiting.back());
        if (order() % 2 == 0) receive(w, waiting.back());
        waiting.pop_back();
        if (order() % 3 == 0) (void)flows::sync(w.ports, "o1");
        if (order() % 3 == 0) w.work();
      }
    });
    w.clock.now += 60'000;
    for (const auto& n : waiting) receive(w, n);
    w.work();
    REQUIRE(picture(w, "o1") == plain);
    const auto& payment = w.ledger.payments.at("o1").payment;
    REQUIRE(payment.refunds.size() == w.amazon.refunds().size());
    for (const auto& [id, refund] : w.amazon.refunds()) REQUIRE(payment.refund(id)->state == refund.state);
    CHECK(std::all_of(w.notifications.stored.begin(), w.notifications.stored.end(),
                      [](const auto& one) { return one.second.notification.state == NotificationState::done && one.second.notification.order_id == "o1"; }));
  }
}

TEST_CASE("T11 a thousand shuffled copies of ten notifications read each object a handful of times and change nothing twice", "[T11]") {
  World w;
  auto& order = w.order("o1", euro(80'00), ChargeState::captured);
  std::vector<Notification> all;
  for (int i = 0; i < 10; ++i) {
    auto refund = w.amazon.create_refund(order.charge_id, euro(1'00), "", "k" + std::to_string(i));
    REQUIRE(refund);
    for (int copy = 0; copy < 100; ++copy) all.push_back(about("m" + std::to_string(i), "REFUND", refund->id, order.permission_id));
  }
  std::mt19937 random(11);
  std::shuffle(all.begin(), all.end(), random);
  for (const auto& n : all) receive(w, n);
  w.work();
  w.amazon.settle_refunds();
  w.clock.now += 60'000;
  w.work();
  CHECK(w.notifications.stored.size() == 10);
  CHECK(w.notifications.stored.at("m3").notification.deliveries == 100);
  CHECK(w.ledger.payments.at("o1").payment.refunds.size() == 10);
  CHECK(w.verdict("o1").drift == euro(10'00));
  CHECK(w.intents("o1").empty());
}

TEST_CASE("A refund made in Seller Central is found by its notification and can be taken over without moving money") {
  World w;
  auto& order = w.order("o1", euro(80'00), ChargeState::captured);
  auto refund = w.amazon.create_refund(order.charge_id, euro(20'00), "", "by hand");
  REQUIRE(refund);
  receive(w, about("m1", "REFUND", refund->id, order.permission_id));
  w.work();
  CHECK(w.verdict("o1").drift == euro(20'00));
  CHECK(w.ledger.open_todo_count(TodoKind::drift) == 1);
  const auto calls = w.amazon.refunds_made();
  REQUIRE(flows::take_over(w.ports, w.act("o1", "op1")));
  CHECK(w.verdict("o1").drift == euro(0));
  CHECK(w.ledger.open_todo_count(TodoKind::drift) == 0);
  CHECK(w.amazon.refunds_made() == calls);
}

TEST_CASE("A capture made in Seller Central is drift until it is taken over; our own capture never is") {
  World w;
  auto& order = w.order("o1", euro(80'00), ChargeState::authorized);
  w.clock.now += 5000;
  REQUIRE(w.amazon.capture(order.charge_id, euro(60'00), "", "by hand"));
  receive(w, about("m1", "CHARGE", order.charge_id, order.permission_id));
  w.work();
  CHECK(w.verdict("o1").drift_collected == euro(60'00));
  CHECK(w.verdict("o1").word == Word::captured);
  REQUIRE(flows::take_over(w.ports, w.act("o1", "op1")));
  CHECK(w.verdict("o1").drift_collected == euro(0));

  w.order("o2", euro(80'00), ChargeState::authorized);
  REQUIRE(flows::capture(w.ports, w.act("o2", "op2"), euro(80'00)));
  w.clock.now += 5000;
  w.work();
  CHECK(w.verdict("o2").drift_collected == euro(0));
  CHECK(w.order("o3", euro(80'00), ChargeState::captured).id == "o3");
  CHECK(w.verdict("o3").drift_collected == euro(0));
}

TEST_CASE("A capture of ours whose answer got lost is no drift when its notification comes first") {
  World w;
  auto& order = w.order("o1", euro(80'00), ChargeState::authorized);
  REQUIRE(flows::capture(w.ports, w.act("o1", "op1"), euro(80'00)));
  w.amazon.next = Trouble::answer_lost;
  w.work(1);
  receive(w, about("m1", "CHARGE", order.charge_id, order.permission_id));
  w.clock.now += 2000;
  (void)flows::handle_notification(w.ports, "m1");
  CHECK(w.verdict("o1").drift_collected == euro(0));
  w.work();
  CHECK(w.amazon.captures_made == 1);
  CHECK(w.intents("o1").at(0).state == IntentState::done);
}

TEST_CASE("A notification before its order waits; money without an order becomes an orphan and is placed when the order comes") {
  World w;
  const auto permission = w.amazon.checkout(euro(50'00), ChargeState::authorized);
  receive(w, about("m1", "CHARGE", permission + "-C1", permission));
  auto again_ms = flows::handle_notification(w.ports, "m1");
  REQUIRE(again_ms);
  CHECK(*again_ms > 0);
  CHECK(w.notifications.orphans.empty());

  w.clock.now += 16 * 60'000;
  w.work();
  REQUIRE(w.notifications.orphans.count(permission) == 1);
  CHECK(w.notifications.orphans.at(permission).open);
  CHECK(drops_ms(w.notifications.orphans.at(permission)) > w.clock.now);

  ports::ShopOrder late;
  late.id = late.number = "o9", late.shop_id = "main", late.currency = eur, late.total = late.original_total = euro(50'00);
  late.permission_id = permission, late.charge_id = permission + "-C1";
  w.orders.orders["o9"] = late;
  REQUIRE(flows::sync(w.ports, "o9"));
  REQUIRE(flows::recover(w.ports));
  CHECK_FALSE(w.notifications.orphans.at(permission).open);
  CHECK(w.notifications.orphans.at(permission).order_id == "o9");
}

TEST_CASE("An object this account does not know is quarantined, can be worked off again and can be set aside") {
  World w;
  receive(w, about("m1", "REFUND", "S02-9999999-R1", "S02-9999999"));
  w.work();
  CHECK(w.notifications.stored.at("m1").notification.state == NotificationState::quarantined);
  CHECK(w.notifications.stored.at("m1").notification.problem == "unknown_object");
  REQUIRE(flows::replay_notification(w.ports, "m1", {"u1", "Jana"}));
  w.work();
  CHECK(w.notifications.stored.at("m1").notification.state == NotificationState::quarantined);
  REQUIRE(flows::dismiss_notification(w.ports, "m1", {"u1", "Jana"}, "another shop of ours"));
  CHECK(w.notifications.stored.at("m1").notification.state == NotificationState::ignored);
  CHECK(flows::replay_notification(w.ports, "m1", {"u1", "Jana"}).kind() == Kind::conflict);
}

TEST_CASE("While Amazon is away a notification stays and is worked off later") {
  World w;
  auto& order = w.order("o1", euro(80'00), ChargeState::captured);
  receive(w, about("m1", "CHARGE", order.charge_id, order.permission_id));
  w.amazon.next = Trouble::not_sent, w.amazon.trouble_count = 1'000'000;
  w.work(2);
  CHECK(waits(w.notifications.stored.at("m1").notification));
  w.amazon.next = Trouble::none;
  w.clock.now += 2'000;
  w.work();
  CHECK(w.notifications.stored.at("m1").notification.state == NotificationState::done);
}

TEST_CASE("A slot is worked off oldest first and in turns, and what cannot be worked off now goes its own way without holding up the others") {
  World w;
  auto& order = w.order("o1", euro(80'00), ChargeState::captured);
  const auto told = [&](const std::string& id, const std::string& permission) {
    auto n = about(id, "CHARGE", permission + "-C1", permission);
    w.clock.now += 10;
    receive(w, n);
    return slot_of(n);
  };
  const auto state = [&](const std::string& id) { return w.notifications.stored.at(id).notification.state; };
  const auto slot = slot_of(about("", "", "", order.permission_id));
  std::string early;  // paid, but its order has not come into the shop yet
  while (early.empty() || slot_of(about("", "", "", early)) != slot) early = w.amazon.checkout(euro(50'00), ChargeState::captured);
  CHECK(told("z first", early) == slot);
  for (int i = 100; i < 140; ++i) CHECK(told("m" + std::to_string(i), order.permission_id) == slot);
  CHECK(std::count_if(w.ledger.tasks.begin(), w.ledger.tasks.end(), [](const auto& t) { return t.second.name == "notification"; }) == 1);
  const auto turn = w.ledger.tasks.at("slot " + std::to_string(slot));

  auto again_ms = flows::handle_notifications(w.ports, turn);
  REQUIRE(again_ms);
  CHECK(*again_ms > 0);
  CHECK(state("z first") == NotificationState::postponed);
  CHECK(w.ledger.tasks.at("z first").notification == "z first");
  CHECK(w.ledger.tasks.at("z first").due_ms > w.clock.now);
  CHECK(state("m130") == NotificationState::done);
  CHECK(state("m131") == NotificationState::received);
  again_ms = flows::handle_notifications(w.ports, turn);
  REQUIRE(again_ms);
  CHECK(*again_ms == 0);
  CHECK(state("m139") == NotificationState::done);
  CHECK(state("z first") == NotificationState::postponed);

  auto& late = w.order("o2", euro(50'00), ChargeState::captured);
  late.permission_id = early, late.charge_id = early + "-C1";
  w.ledger.payments.erase("o2");
  REQUIRE(flows::sync(w.ports, "o2"));
  w.clock.now += 60'000;
  w.work();
  CHECK(state("z first") == NotificationState::done);
  CHECK(w.notifications.stored.at("z first").notification.order_id == "o2");
}

TEST_CASE("What was told in one turn about one payment is answered by one reading, but for what that reading did not hold") {
  World w;
  auto& order = w.order("o1", euro(80'00), ChargeState::captured);
  auto known = w.amazon.create_refund(order.charge_id, euro(1'00), "", "by hand");
  REQUIRE(known);
  REQUIRE(flows::sync(w.ports, "o1", {{}, {known->id}}));
  w.work();
  w.clock.now += 1000;
  auto unknown = w.amazon.create_refund(order.charge_id, euro(2'00), "", "by hand too");
  REQUIRE(unknown);
  w.amazon.settle_refunds();
  const auto turn_of = [&](const std::vector<Notification>& all) {
    for (const auto& n : all) receive(w, n);
    const auto before = w.amazon.reads;
    const auto again_ms = flows::handle_notifications(w.ports, w.ledger.tasks.at("slot " + std::to_string(slot_of(all.front()))));
    REQUIRE(again_ms);
    CHECK(*again_ms == 0);
    for (const auto& n : all) CHECK(w.notifications.stored.at(n.key).notification.state == NotificationState::done);
    return w.amazon.reads - before;
  };
  const auto permission = order.permission_id;
  w.work();
  (void)turn_of({about("m", "CHARGE_PERMISSION", permission, permission)});  // the known refund is final after it
  const auto one = turn_of({about("m0", "CHARGE_PERMISSION", permission, permission)});
  CHECK(w.ledger.payments.at("o1").payment.refund(known->id)->state == RefundState::refunded);
  CHECK(turn_of({about("m1", "CHARGE", order.charge_id, permission), about("m2", "CHARGE_PERMISSION", permission, permission), about("m3", "REFUND", known->id, permission),
                 about("m4", "CHARGE", order.charge_id, permission)}) == one);
  CHECK(w.ledger.payments.at("o1").payment.refunds.size() == 1);
  CHECK(turn_of({about("m5", "CHARGE_PERMISSION", permission, permission), about("m6", "REFUND", unknown->id, permission)}) > one);
  CHECK(w.ledger.payments.at("o1").payment.refund(unknown->id)->state == RefundState::refunded);
}

TEST_CASE("When our own turn to ask Amazon does not come, the slot waits and nothing of it is postponed") {
  World w;
  auto& order = w.order("o1", euro(80'00), ChargeState::captured);
  receive(w, about("m1", "REFUND", order.charge_id + "-R1", order.permission_id));
  const auto turn = w.ledger.tasks.at("slot " + std::to_string(slot_of(about("", "", "", order.permission_id))));
  w.amazon.next = Trouble::paced;
  const auto again_ms = flows::handle_notifications(w.ports, turn);
  REQUIRE_FALSE(again_ms);
  CHECK(ports::paced(again_ms.failure()));
  CHECK(w.notifications.stored.at("m1").notification.state == NotificationState::received);
}

TEST_CASE("What waits too long gets its task again: that of its slot, or its own") {
  World w;
  auto& order = w.order("o1", euro(80'00), ChargeState::captured);
  receive(w, about("m1", "CHARGE", order.charge_id, order.permission_id));
  receive(w, about("m2", "CHARGE", order.charge_id, order.permission_id));
  w.notifications.stored.at("m2").notification.state = NotificationState::postponed;
  w.ledger.tasks.clear();  // lost with their host
  w.clock.now += 30 * 60'000;
  REQUIRE(flows::recover(w.ports));
  CHECK(w.ledger.tasks.count("slot " + std::to_string(slot_of(w.notifications.stored.at("m1").notification))) == 1);
  CHECK(w.ledger.tasks.count("m2") == 1);
  w.work();
  CHECK(w.notifications.stored.at("m1").notification.state == NotificationState::done);
  CHECK(w.notifications.stored.at("m2").notification.state == NotificationState::done);
}

TEST_CASE("One recurring permission serves two orders: the notification of a charge reaches the order that made it") {
  World w;
  auto& first = w.order("o1", euro(10'00), ChargeState::captured);
  w.amazon.permission_at(first.permission_id).type = "Recurring";
  auto second = w.amazon.checkout(euro(10'00), ChargeState::captured);
  auto& charge = w.amazon.charge_at(second + "-C1");
  charge.permission_id = first.permission_id;
  ports::ShopOrder order = first;
  order.id = order.number = "o2", order.charge_id = charge.id;
  w.orders.orders["o2"] = order;
  REQUIRE(flows::sync(w.ports, "o2"));
  REQUIRE(flows::sync(w.ports, "o1"));
  auto refund = w.amazon.create_refund(charge.id, euro(3'00), "", "by hand");
  REQUIRE(refund);
  receive(w, about("m1", "REFUND", refund->id, first.permission_id));
  w.work();
  CHECK(w.ledger.payments.at("o1").payment.refunds.empty());
  CHECK(w.ledger.payments.at("o2").payment.refunds.size() == 1);
  CHECK(w.notifications.stored.at("m1").notification.order_id == "o2");
  CHECK(reference_of(w.ledger.payments.at("o2").payment) == charge.id);
  CHECK(reference_of(w.ledger.payments.at("o1").payment) == first.charge_id);
}
