// Every flow, every port call in it, every kind of failure, before and after the effect: afterwards the event is delivered again, the person clicks again, the
// clockwork finds what waits, and the ledger is the one without trouble.
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>

#include "failing_ports.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

constexpr std::array kinds{Kind::not_found, Kind::conflict, Kind::denied, Kind::refused, Kind::unsupported, Kind::unavailable, Kind::uncertain, Kind::limit,
    Kind::internal, Kind::invalid};
const char* name_of(Kind kind) {
  static const char* const names[] = {"not_found", "conflict", "denied", "refused", "unsupported", "unavailable", "uncertain", "limit", "internal", "invalid"};
  return names[std::find(kinds.begin(), kinds.end(), kind) - kinds.begin()];
}

// One flow: how the order stands before, what happens (perhaps twice, with the same id), and what has moved in the end.
struct Scenario {
  const char* name;
  ChargeState begins;
  std::function<void(World&)> before;
  std::function<Result<>(World&, const flows::Ports&)> happens;
  std::int64_t refunded_minor, captured_minor;
};

struct Happening {
  ports::ShopEvent event;  // the same on redelivery
  flows::Act act;
};
Happening happening;       // of the world that runs now

Result<> nothing(const Result<Operation>& answered) { return answered ? hostapi::success() : Result<>(answered.failure()); }

std::function<void(World&)> acts(std::function<void(World&)> more = {}) {
  return [more](World& w) {
    if (more) more(w);
    happening.act = w.act("o1", "op1");
  };
}

std::function<void(World&)> event(const char* name, std::int64_t minor, std::vector<LineChange> lines = {}) {
  return [=](World& w) {
    happening.event = w.event(name, "o1", euro(minor), lines);
    happening.event.id = std::string("happens:") + name;
    if (std::string(name) == "order.ship") happening.event.delivery = {"DHL", "123"};
  };
}

Result<> bring(World&, const flows::Ports& p) { return flows::after_event(p, happening.event); }

template <class Flow>
auto deciding(Flow flow) {
  return [flow](World&, const flows::Ports& p) {
    auto second = happening.act;
    second.who = {"u2", "Tom"}, second.operation_id = "op2", second.seen.clear();
    return nothing(flow(p, second, "op1"));
  };
}

void wait_for_approval(World& w) {
  w.settings.current.approval.refund = Threshold{10'00};
  happening.act = w.act("o1", "op1");
  REQUIRE(flows::refund(w.ports, happening.act, euro(30'00), {}));
}

void cool_off(World& w) {
  w.settings.current.cooling_off_ms = 60'000;
  happening.act = w.act("o1", "op1");
  REQUIRE(flows::refund(w.ports, happening.act, euro(30'00), {}));
}

void lose_old_answer(World& w) {
  w.settings.current.trust_key_ms = 60'000;
  w.amazon.next = Trouble::answer_lost;
  REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(30'00), {}));
  w.work(1);
  w.clock.now += 120'000;
  w.work(1);
  REQUIRE(w.intents("o1").at(0).undecided);
  happening.act = w.act("o1", "op2");
}

// It never arrived, but somebody gave back something else meanwhile: Amazon's figure does not tell.
void meet_old_error(World& w) {
  w.settings.current.trust_key_ms = 60'000;
  w.amazon.next = Trouble::server_error;
  REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(30'00), {}));
  w.work(1);
  w.amazon.refund_in_seller_central(w.ledger.payments.at("o1").payment.charges.at(0).id, euro(5'00));
  w.clock.now += 120'000;
  w.work(1);
  REQUIRE(w.intents("o1").at(0).undecided);
  w.settings.current.trust_key_ms = day_ms;  // decided by a person, it shall not be asked about a second time
  happening.act = w.act("o1", "op2");
}

Notification told_of(World& w) {
  Notification n;
  n.key = n.message_id = "m1", n.object_type = "CHARGE", n.object_id = w.ledger.payments.at("o1").payment.charges.at(0).id,
      n.permission_id = w.ledger.payments.at("o1").payment.permission_id;
  n.version = "V2", n.notification_type = "STATE_CHANGE";
  return n;
}

void give_back_elsewhere(World& w) {
  w.amazon.refund_in_seller_central(w.ledger.payments.at("o1").payment.charges.at(0).id, euro(5'00));
  REQUIRE(flows::sync(w.ports, "o1"));
  happening.act = w.act("o1", "op1");
}

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all{
      {"refund", ChargeState::captured, acts(), [](World&, const flows::Ports& p) { return nothing(flows::refund(p, happening.act, euro(30'00), {})); }, 30'00,
          80'00},
      {"refund counted per day", ChargeState::captured, acts([](World& w) { w.settings.current.approval.refunds_per_day = Threshold{500'00}; }),
       [](World&, const flows::Ports& p) { return nothing(flows::refund(p, happening.act, euro(30'00), {})); }, 30'00, 80'00},
      {"capture", ChargeState::authorized, acts(), [](World&, const flows::Ports& p) { return nothing(flows::capture(p, happening.act, euro(80'00))); }, 0, 80'00},
      {"new charge", ChargeState::captured, acts([](World& w) {
         auto& permission = w.amazon.permission_at(w.ledger.payments.at("o1").payment.permission_id);
         permission.state = PermissionState::chargeable, permission.raw_state = "Chargeable", permission.limit = euro(100'00), permission.balance = euro(20'00),
             ++permission.updated_ms;
         w.ledger.payments.at("o1").payment.permission = permission;
       }),
       [](World&, const flows::Ports& p) { return nothing(flows::capture(p, happening.act, euro(20'00))); }, 0, 100'00},
      {"cancel the reservation", ChargeState::authorized, acts(), [](World&, const flows::Ports& p) { return nothing(flows::cancel_charge(p, happening.act)); }, 0,
          0},
      {"close the payment", ChargeState::authorized, acts(), [](World&, const flows::Ports& p) { return nothing(flows::close_permission(p, happening.act)); }, 0, 0},
      {"cancel a captured order", ChargeState::captured, event("order.cancel", 80'00), bring, 80'00, 80'00},
      {"cancel a reserved order", ChargeState::authorized, event("order.cancel", 80'00), bring, 0, 0},
      {"cancel a line", ChargeState::captured, event("line.cancel", 20'00, {{"l1", 1, 1, euro(20'00)}}), bring, 20'00, 80'00},
      {"delete the order", ChargeState::captured, event("order.delete", 80'00), bring, 80'00, 80'00},
      {"ship the order", ChargeState::authorized, [](World& w) {
         w.settings.current.capture_mode = ports::CaptureMode::on_shipping;
         event("order.ship", 0)(w);
       }, bring, 0, 80'00},
      {"take over", ChargeState::captured, give_back_elsewhere, [](World&, const flows::Ports& p) { return nothing(flows::take_over(p, happening.act)); }, 0, 80'00},
      {"approve", ChargeState::captured, wait_for_approval, deciding(flows::approve), 30'00, 80'00},
      {"reject", ChargeState::captured, wait_for_approval, deciding(flows::reject), 0, 80'00},
      {"take back", ChargeState::captured, cool_off, deciding(flows::take_back), 0, 80'00},
      {"settle an undecided one: not there", ChargeState::captured, meet_old_error,
       [](World& w, const flows::Ports& p) { return nothing(flows::settle_uncertain(p, happening.act, w.intents("o1").at(0).id, "")); }, 30'00, 80'00},
      {"settle an undecided one: found", ChargeState::captured, lose_old_answer,
       [](World& w, const flows::Ports& p) { return nothing(flows::settle_uncertain(p, happening.act, w.intents("o1").at(0).id, w.amazon.refunds().begin()->first));
           }, 30'00, 80'00},
      {"notification", ChargeState::captured, [](World&) {}, [](World& w, const flows::Ports& p) { return flows::receive(p, told_of(w)); }, 0, 80'00},
      {"sync", ChargeState::captured, [](World&) {}, [](World&, const flows::Ports& p) { return flows::sync(p, "o1"); }, 0, 80'00},
      {"recover", ChargeState::captured, [](World& w) {
         REQUIRE(flows::refund(w.ports, w.act("o1", "op1"), euro(30'00), {}));
         w.ledger.tasks.clear();  // the task got lost with its host
         w.clock.now += 600'000;
       }, [](World&, const flows::Ports& p) { return flows::recover(p); }, 30'00, 80'00},
  };
  return all;
}

Result<> run_task(const flows::Ports& p, const ports::Task& t) {
  if (t.name == "intent" || t.name == "bulk_intent") return flows::carry_out(p, t.intent_ids);
  if (t.name == "sync") return flows::sync(p, t.order_id);
  auto again_ms = flows::handle_notifications(p, t);
  return again_ms ? hostapi::success() : Result<>(again_ms.failure());
}

// What the host does next: each waiting task once.
void run_tasks(World& w, const flows::Ports& p) {
  for (int round = 0; round < 4; ++round) {
    const auto waiting = w.ledger.tasks;
    for (const auto& [key, task] : waiting) {
      if (task.due_ms > w.clock.now + 5'000) continue;
      w.ledger.tasks.erase(key);
      if (!run_task(p, task)) w.ledger.add_task(task);
    }
  }
}

// The trouble is over.
void recover(World& w) {
  for (int tick = 0; tick < 6; ++tick) {
    w.clock.now += 40 * 60'000;
    (void)flows::recover(w.ports);
    w.work();
    w.amazon.settle_refunds();
  }
  w.clock.now += day_ms;
  (void)flows::sync(w.ports, "o1");
  w.work();
}

void check_consistent(World& w) {
  const auto& loaded = w.ledger.payments.at("o1");
  for (const auto& intent : loaded.intents) {
    INFO(name_of(intent.kind) << " is " << name_of(intent.state));
    CHECK((!is_open(intent.state) || intent.undecided));
    CHECK(intent.state != IntentState::accepted);
  }
  for (const auto& charge : loaded.payment.charges) {
    const auto& b = w.ledger.balances.at(charge.id);
    std::map<Account, std::int64_t> summed;
    for (const auto& [id, e] : w.ledger.entries)
      if (e.charge_id == charge.id) summed[e.from] -= e.amount.minor(), summed[e.to] += e.amount.minor();
    const std::pair<Account, Money> accounts[] = {{Account::buyer, b.buyer}, {Account::authorized, b.authorized}, {Account::captured, b.captured},
        {Account::pending, b.pending},
                                                  {Account::settled, b.settled}, {Account::released, b.released}, {Account::elsewhere, b.elsewhere}};
    for (const auto& [account, amount] : accounts) {
      INFO(name_of(account));
      CHECK(summed[account] == amount.minor());
    }
    auto settled = euro(0);
    for (const auto& [id, refund] : w.amazon.refunds())
      if (refund.charge_id == charge.id && refund.state == RefundState::refunded) settled += refund.amount;
    CHECK(b.settled == settled);
    CHECK(b.pending == euro(0));
    const auto& at_amazon = w.amazon.charge_at(charge.id);
    CHECK(charge.state == at_amazon.state);
    CHECK(charge.captured == at_amazon.captured);
  }
}

std::int64_t captured_minor(World& w) {
  std::int64_t sum = 0;
  for (const auto& charge : w.ledger.payments.at("o1").payment.charges) sum += charge.state == ChargeState::captured ? charge.captured.minor() : 0;
  return sum;
}

// Amazon said no for good: nothing moved, and a person has a task.
bool amazon_said_no(const PlannedFailure& f) {
  return f.met_amazon && f.met_effect && !f.after && (f.kind == Kind::refused || f.kind == Kind::not_found || f.kind == Kind::invalid);
}

// A call of Amazon that took effect is answered, or not; it is not refused (ports/payments.hpp).
bool possible(const PlannedFailure& f) {
  return !f.after || (f.met_effect && !(f.met_amazon && (f.kind == Kind::refused || f.kind == Kind::not_found || f.kind == Kind::invalid ||
      f.kind == Kind::unavailable)));
}

int walk(const Scenario& scenario, Kind kind, bool after) {
  for (int at = 1;; ++at) {
    World w;
    w.order("o1", euro(80'00), scenario.begins);
    w.ledger.tasks.clear();
    happening = {};
    scenario.before(w);
    PlannedFailure failure;
    failure.at = at, failure.kind = kind, failure.after = after;
    FailingPorts failing(w, failure);
    const auto answered = scenario.happens(w, failing.all);
    run_tasks(w, failing.all);
    failure.armed = false;
    if (failure.met.empty()) return at;  // no such call any more
    if (!possible(failure)) continue;
    INFO(scenario.name << ": call " << at << ", " << failure.met << (after ? " answers after its effect: " : " answers: ") << name_of(kind));
    const auto again = scenario.happens(w, w.ports);
    CAPTURE(answered.ok(), again.ok());
    run_tasks(w, w.ports);
    recover(w);
    check_consistent(w);
    if (amazon_said_no(failure)) {
      int open = 0;
      for (const auto& [id, todo] : w.ledger.todos) open += todo.open;
      CHECK(open > 0);
    } else {
      CHECK(w.amazon.refunded().minor() == scenario.refunded_minor);
      CHECK(captured_minor(w) == scenario.captured_minor);
    }
  }
}

}  // namespace

TEST_CASE("Whichever port call of a flow fails, and however: once the trouble is over, the ledger is the one without trouble") {
  for (const auto& scenario : scenarios()) {
    int calls = 0;
    for (const auto kind : kinds) {
      calls = walk(scenario, kind, false);
      (void)walk(scenario, kind, true);
    }
    INFO(scenario.name);
    CHECK(calls > 4);
  }
}
