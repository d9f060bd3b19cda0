#include "people.hpp"

#include <algorithm>

#include "flows/acts.hpp"

namespace simulation {

using namespace amazonpay;

namespace {
template <class T>
const T& one_of(const std::vector<T>& all, Chance& chance) {
  return all[static_cast<std::size_t>(chance.below(static_cast<int>(all.size())))];
}

std::vector<Intent> stored_intents(World& world, const std::string& order_id) {
  const auto found = world.ledger.payments.find(order_id);
  return found == world.ledger.payments.end() ? std::vector<Intent>{} : found->second.intents;
}
}  // namespace

Actor People::somebody(Chance& chance) const {
  static const std::vector<Actor> staff{{"u1", "Jana"}, {"u2", "Tom"}, {"u3", "Mia"}};
  return one_of(staff, chance);
}

flows::Act People::act_of(const PlannedAct& planned, Chance& chance, const std::string& order_id) const {
  flows::Act act;
  act.order_id = order_id, act.operation_id = "act" + std::to_string(planned.number), act.who = somebody(chance), act.reason = "goodwill";
  return act;
}

void People::act(const PlannedAct& planned) {
  Chance chance(world_.wanted.seed, "act " + std::to_string(planned.number));
  auto at = world_.shop.orders.begin();
  std::advance(at, chance.below(static_cast<int>(world_.shop.orders.size())));
  auto& order = at->second;
  world_.say("act " + std::to_string(planned.number) + ": " + name_of(planned.kind) + ", " + order.shop.id);
  const bool may_wait = planned.kind == ActKind::refund || planned.kind == ActKind::capture || planned.kind == ActKind::line_cancel ||
      planned.kind == ActKind::order_cancel;
  if (may_wait && chance.percent(50)) {  // somebody looks at what now waits for a yes, or regrets it
    const ActKind kinds[] = {ActKind::approve, ActKind::take_back, ActKind::reject};
    const PlannedAct next{planned.number + 1000, kinds[chance.pick({6, 3, 1})], 0};
    world_.time.at(world_.time.now_ms() + (chance.percent(50) ? chance.between(300, 15'000) : chance.between(15'000, 1'200'000)), [this, next] { act(next); });
  }
  switch (planned.kind) {
    case ActKind::refund: case ActKind::capture: case ActKind::cancel_charge: case ActKind::close_permission: case ActKind::take_over: case ActKind::close_todo:
      return money_act(planned, chance, order);
    case ActKind::approve: case ActKind::reject: case ActKind::take_back: case ActKind::settle_uncertain: return decide(planned, chance, order.shop.id);
    case ActKind::order_cancel: case ActKind::order_delete: case ActKind::line_cancel: case ActKind::line_uncancel: case ActKind::order_ship:
      return shop_act(planned, chance, order);
    default: return elsewhere(planned, chance, order);
  }
}

void People::money_act(const PlannedAct& planned, Chance& chance, const Order& order) {
  Click c;
  c.name = "act" + std::to_string(planned.number);
  c.act = act_of(planned, chance, order.shop.id);
  const auto full = order.shop.original_total.minor();
  // Often the last cents, sometimes too much.
  const auto minor = chance.percent(25) ? full : chance.percent(15) ? full * 115 / 100 : chance.between(1, std::max<std::int64_t>(full / 2, 1));
  const Money amount(minor, order.shop.currency);
  c.form = chance.percent(85);
  switch (planned.kind) {
    case ActKind::refund:
      c.asked_minor = minor;
      c.doing = [amount](const flows::Ports& p, const flows::Act& a) { return flows::refund(p, a, amount, {}); };
      break;
    case ActKind::capture:
      c.asked_minor = std::min(minor, full);
      c.doing = [captured = Money(std::min(minor, full), amount.currency())](const flows::Ports& p, const flows::Act& a) { return flows::capture(p, a, captured); };
      break;
    case ActKind::cancel_charge: c.doing = flows::cancel_charge; break;
    case ActKind::close_permission: c.doing = flows::close_permission; break;
    case ActKind::take_over: c.doing = flows::take_over, c.form = false; break;
    default: {
      std::vector<std::string> open;
      for (const auto& [id, todo] : world_.ledger.todos)  // questions are answered, not closed
        if (todo.open && todo.order_id == order.shop.id && todo.kind != TodoKind::uncertain && todo.kind != TodoKind::approval &&
            todo.kind != TodoKind::drift) open.push_back(id);
      if (open.empty()) return;
      c.act.todo_id = one_of(open, chance), c.form = false, c.doing = flows::close_todo;
    }
  }
  click(std::move(c), chance);
}

void People::decide(const PlannedAct& planned, Chance& chance, const std::string& order_id) {
  std::vector<std::string> causes;
  std::vector<Intent> undecided;
  for (const auto& i : stored_intents(world_, order_id)) {
    const bool waits = i.state == IntentState::awaiting_approval, fresh = world_.time.now_ms() - i.created_ms < 30 * 60'000 && i.kind == IntentKind::refund;
    if (planned.kind == ActKind::take_back ? waits || fresh : waits) causes.push_back(i.cause);
    if (i.undecided && i.state == IntentState::uncertain) undecided.push_back(i);
  }
  if (planned.kind == ActKind::settle_uncertain) {
    if (!undecided.empty()) settle(one_of(undecided, chance), chance, "act" + std::to_string(planned.number), chance.percent(85));
    return;
  }
  if (causes.empty()) return;
  Click c;
  c.name = "act" + std::to_string(planned.number), c.act = act_of(planned, chance, order_id), c.form = false;
  const auto cause = one_of(causes, chance);
  const auto doing = planned.kind == ActKind::approve ? flows::approve : planned.kind == ActKind::reject ? flows::reject : flows::take_back;
  c.doing = [doing, cause](const flows::Ports& p, const flows::Act& a) { return doing(p, a, cause); };
  click(std::move(c), chance);
}

// Whoever looks into Seller Central finds the refund of this amount, or not; in a hurry somebody may overlook it.
void People::settle(const Intent& intent, Chance& chance, const std::string& name, bool honest) {
  std::string found;
  for (const auto& m : world_.amazon.movements())
    if (m.idempotency_key == intent.id && (m.kind == "refund" || m.kind == "authorize")) found = m.kind == "refund" ? m.refund_id : m.charge_id;
  if (!honest) found.clear();
  Click c;
  c.name = name, c.form = false;
  c.act.order_id = intent.order_id, c.act.operation_id = name, c.act.who = somebody(chance);
  c.doing = [id = intent.id, found](const flows::Ports& p, const flows::Act& a) { return flows::settle_uncertain(p, a, id, found); };
  click(std::move(c), chance);
}

void People::settle_all() {
  for (const auto& [order_id, loaded] : world_.ledger.payments)
    for (const auto& i : loaded.intents) {
      if (!i.undecided || i.state != IntentState::uncertain) continue;
      Chance chance(world_.wanted.seed, "settle " + i.id);
      settle(i, chance, "settle " + i.id.substr(0, 8), true);
    }
}

// ---- clicks ----

void People::click(Click click, Chance chance) {
  const auto shared = std::make_shared<Click>(std::move(click));
  if (shared->form)
    if (const auto found = world_.ledger.payments.find(shared->act.order_id); found != world_.ledger.payments.end())
      shared->act.seen = flows::stand_of(found->second.payment, found->second.intents);
  const std::int64_t thinking_ms = chance.percent(70) ? chance.between(0, 400) : chance.between(1'000, 20'000);
  const bool twice = chance.percent(25);
  const auto twin_ms = thinking_ms + chance.between(0, 300);
  const Chance other(chance.next(), "twin");
  world_.time.at(world_.time.now_ms() + thinking_ms, [this, shared, chance] { press(shared, chance, 4); });
  if (twice) world_.time.at(world_.time.now_ms() + twin_ms, [this, shared, other] { press(shared, other, 2); });
}

void People::press(std::shared_ptr<Click> click, Chance chance, int tries) {
  const auto wait_ms = chance.between(500, 40'000);
  const bool patient = chance.percent(75);
  const int host = world_.some_host(chance);
  const auto again = [this, click, chance, tries, wait_ms, patient] {
    if (tries > 1 && patient) world_.time.at(world_.time.now_ms() + wait_ms, [this, click, chance, tries] { press(click, chance, tries - 1); });
  };
  if (host < 0) return again();
  world_.start(host, click->name + " press " + std::to_string(tries) + (chance.percent(50) ? "a" : "b"), [this, host, click, again] {
    const auto answer = click->doing(world_.ports(host), click->act);
    world_.say(answer ? "answered: " + std::string(answer->answer.id) : "answered: no, " + answer.message());
    if (answer && click->asked_minor > 0) world_.checker.told(click->act.operation_id, click->act.order_id, click->asked_minor);
    if (!answer && (answer.kind() == Kind::unavailable || answer.kind() == Kind::uncertain)) again();
  }, again);
}

// ---- the shop and Seller Central ----

void People::deliver(int event) {
  if (event < 0) return;
  const auto& e = world_.shop.events.at(static_cast<std::size_t>(event));
  ports::Task task;
  task.name = "event", task.key = "event:" + e.id, task.order_id = e.order.id, task.due_ms = world_.time.now_ms();
  world_.queue.add(task, e.order.id, event);
  world_.checker.happened(e.id, e.order.id);
}

void People::shop_act(const PlannedAct& planned, Chance& chance, Order& order) {
  const auto who = somebody(chance);
  const auto now_ms = world_.time.now_ms();
  const auto line = static_cast<std::size_t>(chance.below(static_cast<int>(order.lines.size())));
  const int pieces = 1 + chance.below(3);
  int event = -1;
  switch (planned.kind) {
    case ActKind::order_cancel: event = world_.shop.cancel_order(order, who, now_ms); break;
    case ActKind::order_delete: event = world_.shop.delete_order(order, who, now_ms); break;
    case ActKind::line_cancel: event = world_.shop.cancel_line(order, line, pieces, who, now_ms); break;
    case ActKind::line_uncancel: event = world_.shop.undo_line(order, line, who, now_ms); break;
    default: event = world_.shop.ship(order, who, now_ms);
  }
  deliver(event);
  if (event >= 0 && chance.percent(30))  // delivered once more, although it was done
    world_.time.at(now_ms + chance.between(1'000, 3'600'000), [this, event] { deliver(event); });
}

void People::elsewhere(const PlannedAct& planned, Chance& chance, const Order& order) {
  const auto& id = order.shop.charge_id;
  if (planned.kind == ActKind::outage) {
    world_.outage_until_ms = world_.time.now_ms() + (chance.percent(60) ? chance.between(10'000, 600'000) : chance.between(3'600'000, 40 * 3'600'000));
    return;
  }
  if (planned.kind == ActKind::seller_central_refund)
    world_.say("Seller Central refunds: " + world_.amazon.refund_in_seller_central(id, chance.between(1, order.shop.original_total.minor() / 2)));
  if (planned.kind == ActKind::seller_central_capture)
    world_.say("Seller Central captures: " + world_.amazon.capture_in_seller_central(id, chance.between(order.shop.original_total.minor() / 2,
        order.shop.original_total.minor())));
  if (planned.kind == ActKind::replay_notification && world_.amazon.on_change) {
    sandbox::ObjectChange change;
    change.object_type = "CHARGE", change.object_id = id, change.permission_id = order.shop.permission_id, change.notification_type = "STATE_CHANGE";
    world_.deliver(change);
  }
  world_.amazon_moved();
}

}  // namespace simulation
