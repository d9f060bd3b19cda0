#include "world.hpp"

#include "flows/carry_out.hpp"
#include "flows/notification.hpp"
#include "flows/orphans.hpp"
#include "flows/recover.hpp"
#include "flows/shop_events.hpp"
#include "flows/sync.hpp"
#include "people.hpp"
#include "ports.hpp"

namespace simulation {

using namespace amazonpay;

namespace {

Demands demands_of(const SeedPlan& plan) {
  const Currency eur("EUR");
  const auto minor = [&](const std::optional<Threshold>& t) { return t ? t->in(eur).minor() : -1; };
  return {minor(plan.policy.approval.refund), minor(plan.policy.approval.capture), plan.amazon.refunded_when_settled};
}

std::uint64_t hash_of(std::uint64_t before, const std::string& text) {
  for (const unsigned char c : text) before = (before ^ c) * 0x100000001B3u;
  return before;
}
}  // namespace

World::World(const Run& run)
    : wanted(run), plan(plan_of_seed(run.seed)), time(run.seed), amazon(time, run.seed, plan.amazon), queue(time), checker(ledger, amazon, demands_of(plan)) {
  amazon.surprises_percent = plan.surprises_percent;
  queue.wake = [this] {
    for (int host = 0; host < plan.hosts; ++host) work(host);
  };
  time.on_crash = [this](int host) { restart(host); };
  for (int host = 0; host < plan.hosts; ++host) hosts_.push_back({std::make_unique<HostPorts>(*this), true, 0, 0});
}

World::~World() = default;

flows::Ports& World::ports(int host) { return hosts_.at(static_cast<std::size_t>(host)).ports->all; }

void World::say(const std::string& line) {
  outcome.fingerprint = hash_of(outcome.fingerprint, line);
  if (!wanted.trace) return;
  const auto past = time.now_ms() - 1'800'000'000'000;
  char stamp[40];
  std::snprintf(stamp, sizeof stamp, "%3lldd %02lld:%02lld:%02lld.%03lld  ", static_cast<long long>(past / day), static_cast<long long>(past / hour % 24),
      static_cast<long long>(past / minute % 60),
                static_cast<long long>(past / second % 60), static_cast<long long>(past % 1000));
  outcome.lines.push_back(stamp + (time.in_fiber() ? "host " + std::to_string(time.current().host) + ", " + time.current().name + ": " : std::string()) + line);
}

bool World::strikes(const char* trouble, int per_thousand) {
  auto& fiber = time.current();
  const auto place = ++fiber.calls;
  const bool hit = fiber.chance.below(1000) < per_thousand;
  if (!hit || !troubled) return false;
  auto name = fiber.name + " #" + std::to_string(place) + " " + trouble;
  if (wanted.left_out_faults.count(name)) return false;
  outcome.struck.push_back(std::move(name));
  return true;
}

void World::may_crash(const char* place) {
  if (!strikes(place, plan.trouble.crash)) return;
  say(std::string("host crashes ") + place);
  ++outcome.crashes;
  time.crash_here();
}

void World::restart(int host) {
  auto& h = hosts_.at(static_cast<std::size_t>(host));
  h.up = false, h.busy = 0, ++h.crashes;
  queue.host_gone(host);
  Chance chance(wanted.seed, "restart " + std::to_string(host) + " " + std::to_string(h.crashes));
  time.at(time.now_ms() + chance.between(second, chance.percent(20) ? 10 * minute : 30 * second), [this, host] {
    hosts_.at(static_cast<std::size_t>(host)).up = true;
    work(host);
  });
}

int World::some_host(Chance& chance) {
  const int first = chance.below(plan.hosts);
  for (int n = 0; n < plan.hosts; ++n)
    if (const int host = (first + n) % plan.hosts; hosts_.at(static_cast<std::size_t>(host)).up) return host;
  return -1;
}

void World::start(int host, const std::string& name, std::function<void()> body, std::function<void()> crashed) {
  time.spawn(host, name,
             [this, name, body = std::move(body)] {
               try {
                 body();
               } catch (const std::exception& error) {  // a crashing host unwinds with something else
                 checker.threw(name, error.what());
               }
             },
             std::move(crashed));
}

void World::amazon_moved() {
  checker.after_amazon();
  if (const auto next = amazon.next_due_ms(); next > time.now_ms() && next != bank_wakes_ms_) {
    bank_wakes_ms_ = next;
    time.at(next, [this] {
      bank_wakes_ms_ = 0;
      amazon.settle_due();
      amazon_moved();
    });
  }
}

void World::take_tasks() {
  for (const auto& [key, task] : ledger.tasks) queue.add(task);
  ledger.tasks.clear();
}

void World::committed(const std::string& order_id) {
  take_tasks();
  checker.after_commit(order_id);
}

// ---- the hosts' clockwork ----

void World::work(int host) {
  auto& h = hosts_.at(static_cast<std::size_t>(host));
  while (h.up && h.busy < plan.workers) {
    Chance chance(wanted.seed, "worker " + std::to_string(host) + " " + std::to_string(time.now_ms()));
    const bool renewed = !troubled || chance.below(1000) >= plan.trouble.slow_worker;
    const auto* leased = queue.lease(host, renewed);
    if (leased == nullptr) return;
    ++h.busy;
    const auto copy = *leased;
    start(host, copy.task.key + " try " + std::to_string(copy.attempts), [this, host, copy] { carry(host, copy.id, copy.attempts, copy.task, copy.event); });
  }
}

void World::carry(int host, std::int64_t id, int attempt, const ports::Task& task, int event) {
  auto& p = ports(host);
  Result<> done = hostapi::success();
  std::int64_t again_ms = -1;
  if (task.name == "intent" || task.name == "bulk_intent") done = flows::carry_out(p, task.intent_ids);
  else if (task.name == "sync") done = flows::sync(p, task.order_id);
  else if (task.name == "orphan") done = flows::handle_orphan(p, task.permission_id);
  else if (task.name == "event") {
    const auto happened = shop.events.at(static_cast<std::size_t>(event));  // the list grows while this fiber waits
    done = flows::after_event(p, happened);
  }
  else if (task.name == "notification") {
    auto later = flows::handle_notifications(p, task);
    if (!later) done = later.failure();
    else if (*later > 0) again_ms = *later;
  } else {
    done = flows::recover(p);
    for (const auto& [order_id, order] : shop.orders)  // orders nobody has read yet, as the host's plugin finds them
      if (!order.deleted && !ledger.payments.count(order_id)) queue.add(flows::sync_task(order_id, time.now_ms()));
    const auto quiet_ms = time.now_ms() - last_act_ms_;
    again_ms = quiet_ms < 15 * minute ? 30 * second : quiet_ms < 6 * hour ? 10 * minute : 6 * hour;
  }
  if (!done && task.name != "recover") {
    if (tracing()) say("not done: " + done.message());
    queue.failed(id, attempt);
  } else {
    queue.done(id, attempt, again_ms);
  }
  --hosts_.at(static_cast<std::size_t>(host)).busy;
  time.at(time.now_ms(), [this, host] { work(host); });
}

// ---- notifications ----

void World::notify(int number, const Notification& n, int tries) {
  Chance chance(wanted.seed, "delivery " + std::to_string(number) + " " + std::to_string(tries));
  const int host = some_host(chance);
  const auto again = [this, number, n, tries, wait_ms = chance.between(5 * second, 5 * minute)] {
    if (tries > 1) time.at(time.now_ms() + wait_ms, [this, number, n, tries] { notify(number, n, tries - 1); });
  };
  if (host < 0) return again();
  start(host, "notification " + n.message_id + " left " + std::to_string(tries), [this, host, n, again] {
    if (!flows::receive(ports(host), n)) again();
  }, again);
}

void World::deliver(const sandbox::ObjectChange& change) {
  const int number = ++notified_;
  Chance chance(wanted.seed, "notification " + std::to_string(number));
  const auto& rate = plan.trouble;
  if (troubled && chance.below(1000) < rate.notification_lost) return;
  Notification n;
  n.key = n.message_id = "m" + std::to_string(number), n.topic = "arn", n.notification_id = n.message_id, n.object_type = change.object_type, n.object_id = change.object_id;
  n.permission_id = change.permission_id, n.notification_type = change.notification_type, n.version = "V2", n.sent_ms = time.now_ms();
  const auto wait_ms = [&] { return chance.percent(70) ? chance.between(100, 3 * second) : chance.between(second, chance.percent(20) ? 8 * hour : 10 * minute); };
  int copies = 1;
  while (troubled && copies < 4 && chance.below(1000) < rate.notification_again) ++copies;
  for (int i = 0; i < copies; ++i) time.at(time.now_ms() + wait_ms(), [this, number, n] { notify(number * 10, n, 3); });
}

// ---- the run ----

void World::open_shop() {
  amazon.on_change = [this](const sandbox::ObjectChange& change) { deliver(change); };
  for (int n = 1; n <= plan.orders; ++n) {
    const auto id = "o" + std::to_string(n);
    Chance chance(wanted.seed, id);
    auto& order = shop.orders[id];
    const Currency currency("EUR");
    std::int64_t total = order.shipping_minor = 4'90;
    for (int line = 1, count = 1 + chance.below(3); line <= count; ++line) {
      order.lines.push_back({id + "l" + std::to_string(line), 1 + chance.below(3), 0, chance.between(3'00, 60'00)});
      total += order.lines.back().pieces * order.lines.back().unit_minor;
    }
    const char* states[] = {"Captured", "Authorized", "AuthorizationInitiated"};
    const std::string state = states[chance.pick({55, 37, 8})];
    const auto paid = amazon.checkout(total, "EUR", state, id);
    order.shop.id = order.shop.number = id, order.shop.shop_id = "main", order.shop.currency = currency;
    order.shop.total = order.shop.original_total = Money(total, currency);
    order.shop.permission_id = paid.permission_id, order.shop.charge_id = paid.charge_id, order.shop.captured_at_checkout = state == "Captured",
        order.shop.created_ms = time.now_ms();
    say("order " + id + " of " + to_wire(order.shop.total) + ", " + state + ", " + paid.charge_id);
    queue.add(flows::sync_task(id, time.now_ms() + 500));
  }
  amazon_moved();
  ports::Task recover;
  recover.name = "recover", recover.key = "periodic", recover.due_ms = time.now_ms() + 30 * second;
  queue.add(recover);
}

void World::until(std::int64_t end_ms) {
  while (!checker.found() && time.step(end_ms)) {}
}

void World::count_reached() {
  auto& reached = outcome.reached;
  for (const auto& [id, loaded] : ledger.payments) {
    for (const auto& i : loaded.intents) {
      ++reached[std::string(name_of(i.kind)) + " " + name_of(i.state)];
      if (i.undecided) ++reached["undecided to the end"];
      if (!i.approved_by.id.empty()) ++reached["approved"];
      if (i.attempts > 1) ++reached["sent again"];
    }
    if (loaded.payment.refunds_taken_over.positive()) ++reached["refund of others taken over"];
    if (loaded.payment.charges.size() > 1) ++reached["several charges"];
  }
  for (const auto& [id, todo] : ledger.todos) ++reached[std::string("task ") + name_of(todo.kind)];
}

Outcome World::run() {
  const auto begin_ms = time.now_ms();
  open_shop();
  People people(*this);
  last_act_ms_ = begin_ms;
  for (const auto& act : plan.acts)
    if (!wanted.left_out_acts.count(act.number))
      time.at(begin_ms + act.after_ms, [this, &people, act] {
        last_act_ms_ = time.now_ms();
        people.act(act);
      });
  until(begin_ms + plan.ends_after_ms);
  troubled = false, outage_until_ms = 0, last_act_ms_ = time.now_ms();
  say("---- no more trouble ----");
  // A person settles what is undecided; then eight days pass: longer than any refund, approval or back-off, with a reading each night.
  until(time.now_ms() + 3 * hour);
  if (Chance(wanted.seed, "tidy").percent(70)) people.settle_all();
  until(time.now_ms() + 4 * day);
  if (!checker.found() && plan.amazon.refund_delay_ms > day) until(time.now_ms() + 3 * day);
  if (!checker.found()) checker.when_quiet();
  outcome.violation = checker.found();
  count_reached();
  outcome.movements = static_cast<std::int64_t>(amazon.movements().size());
  outcome.days = (time.now_ms() - begin_ms) / day;
  return std::move(outcome);
}

}  // namespace simulation
