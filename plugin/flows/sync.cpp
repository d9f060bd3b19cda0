#include "flows/sync.hpp"

#include <algorithm>

#include "domain/apply.hpp"
#include "domain/restored.hpp"
#include "flows/acts.hpp"
#include "flows/todos.hpp"

namespace amazonpay::flows {
namespace {

constexpr std::int64_t second = 1000, minute = 60 * second, hour = 60 * minute;

struct Reading {
  std::optional<CheckoutSession> session;
  std::optional<ChargePermission> permission;
  std::vector<Charge> charges;
  std::vector<Refund> refunds;
  std::optional<Failure> failure;  // the first one; what was read before it counts
};

// Charge and refund ids we know of: there is no list operation at Amazon.
std::vector<std::string> charge_ids(const ports::LoadedPayment& loaded) {
  std::vector<std::string> ids;
  for (const auto& c : loaded.payment.charges) ids.push_back(c.id);
  for (const auto& i : loaded.intents)
    if (i.kind == IntentKind::create_charge && !i.amazon_id.empty() && !std::count(ids.begin(), ids.end(), i.amazon_id)) ids.push_back(i.amazon_id);
  return ids;
}

std::vector<std::string> refund_ids(const ports::LoadedPayment& loaded) {
  std::vector<std::string> ids;
  for (const auto& r : loaded.payment.refunds)
    if (!is_final(r.state)) ids.push_back(r.id);
  for (const auto& i : loaded.intents)
    if (i.kind == IntentKind::refund && !i.amazon_id.empty() && !loaded.payment.refund(i.amazon_id)) ids.push_back(i.amazon_id);
  return ids;
}

template <class Object>
bool holds(const std::vector<Object>& objects, const std::string& id) {
  return std::any_of(objects.begin(), objects.end(), [&](const Object& o) { return o.id == id; });
}

// What only a notification or a report told us. Not found, or somebody else's: left out; any other failure counts.
void read_hints(ports::Payments& amazon, const ports::LoadedPayment& loaded, const Hints& hints, Reading& r) {
  const auto& payment = loaded.payment;
  const auto fails = [&](const Failure& f) { return f.kind != Kind::not_found && (r.failure = f, true); };
  for (const auto& id : hints.charge_ids) {
    if (holds(r.charges, id)) continue;
    auto charge = amazon.get_charge(id);
    if (!charge && fails(charge.failure())) return;
    if (charge && charge->permission_id == payment.permission_id) r.charges.push_back(std::move(*charge));
  }
  for (const auto& id : hints.refund_ids) {
    if (holds(r.refunds, id)) continue;
    auto refund = amazon.get_refund(id);
    if (!refund && fails(refund.failure())) return;
    if (refund && (payment.charge(refund->charge_id) != nullptr || holds(r.charges, refund->charge_id))) r.refunds.push_back(std::move(*refund));
  }
}

Reading read_all(ports::Payments& amazon, const ports::LoadedPayment& loaded, const Hints& hints) {
  Reading r;
  auto keep = [&](auto&& result, auto&& store) {
    if (result) store(*result);
    else r.failure = result.failure();
    return result.ok();
  };
  if (!keep(amazon.get_permission(loaded.payment.permission_id), [&](auto& p) { r.permission = p; })) return r;
  for (const auto& id : charge_ids(loaded))
    if (!keep(amazon.get_charge(id), [&](auto& c) { r.charges.push_back(c); })) return r;
  for (const auto& id : refund_ids(loaded))
    if (!keep(amazon.get_refund(id), [&](auto& x) { r.refunds.push_back(x); })) return r;
  read_hints(amazon, loaded, hints, r);
  return r;
}

// A buyer who was still at the checkout: its session says whether a payment came of it.
Reading read_from_checkout(ports::Payments& amazon, const ports::LoadedPayment& loaded) {
  Reading r;
  auto session = amazon.get_session(loaded.payment.session->id);
  if (!session) return r.failure = session.failure(), r;
  r.session = *session;
  if (session->permission_id.empty()) return r;
  auto completed = loaded;
  completed.payment.permission_id = session->permission_id;
  r = read_all(amazon, completed, {session->charge_id.empty() ? std::vector<std::string>{} : std::vector<std::string>{session->charge_id}, {}});
  r.session = *session;
  return r;
}

Todo todo_of(const Payment& payment, TodoKind kind, const std::string& cause, const char* severity, Text title, Text text, std::optional<Money> amount,
             std::int64_t now_ms, std::int64_t due_ms = 0) {
  Todo t;
  t.id = todo_id(kind, payment.order_id, cause);
  t.order_id = payment.order_id, t.order_number = payment.order_number, t.kind = kind, t.severity = severity;
  t.title = std::move(title), t.text = std::move(text), t.cause = cause, t.amount = amount, t.created_ms = now_ms, t.due_ms = due_ms;
  return t;
}

// Accepted at first and lost later: nobody looks at that order's page by chance.
Todo lost_capture(const Payment& payment, const Intent& intent, std::int64_t now_ms) {
  return todo_of(payment, TodoKind::act_refused, intent.id, "stop", {tr("Capture of {amount} declined by Amazon"), {{"amount", intent.amount}}},
                 {tr("Amazon had accepted it and declined it afterwards ({code}). Nothing was collected by it: do not ship for it."), {{"code", intent.code}}}, intent.amount, now_ms);
}

void merge(ports::Change& change, std::vector<Intent>& intents, const Reading& reading, std::int64_t now_ms) {
  auto& payment = change.payment;
  auto gain = [&](Applied applied) { std::move(applied.events.begin(), applied.events.end(), std::back_inserter(change.events)); };
  if (reading.session) payment.session = reading.session;
  if (reading.permission) gain(apply_permission(payment, *reading.permission, now_ms));
  for (const auto& c : reading.charges) gain(apply_charge(payment, c, now_ms));
  for (auto r : reading.refunds) {
    for (const auto& i : intents)
      if (i.kind == IntentKind::refund && i.amazon_id == r.id) r.intent_id = i.id;
    gain(apply_refund(payment, r, now_ms));
  }
  for (auto& intent : intents)
    for (const auto& refund : payment.refunds)
      if (follow_refund(intent, refund, now_ms)) {
        change.changed_intents.push_back(intent);
        change.audit.push_back({std::string("refund.") + name_of(intent.state), payment.order_id, intent.amount, intent.code, intent.id});
      }
  for (auto& intent : intents)
    for (const auto& charge : payment.charges)
      if (follow_charge(intent, charge, now_ms)) {
        change.changed_intents.push_back(intent);
        change.audit.push_back({std::string(name_of(intent.kind)) + "." + name_of(intent.state), payment.order_id, intent.amount, intent.code, intent.id});
        if (intent.state != IntentState::done) change.new_todos.push_back(lost_capture(payment, intent, now_ms));
      }
}

const char* failure_code(const Failure& f) {
  if (ports::keys_refused(f)) return "keys_refused";
  return f.kind == Kind::not_found ? "not_found" : "unreachable";
}

// Reservations: a capture in the first seven days is done at once, later ones take hours and may fail, after thirty days the reservation is gone.
void add_ageing(ports::Change& change, std::int64_t now_ms) {
  const auto& payment = change.payment;
  for (const auto& c : payment.charges) {
    if (c.state != ChargeState::authorized || c.created_ms == 0 || payment.order_canceled || payment.order_deleted) continue;
    const auto age_ms = now_ms - c.created_ms;
    const auto ends_ms = c.expires_ms != 0 ? c.expires_ms : c.created_ms + 30 * day_ms;
    const auto slow_ms = c.created_ms + 7 * day_ms;
    if (ends_ms - now_ms < 5 * day_ms)
      change.new_todos.push_back(todo_of(payment, TodoKind::expiring, c.id + ":end", "stop", {tr("Reservation of {amount} ends on {day}"), {{"amount", c.amount}, {"day", Day{ends_ms}}}},
                                         {tr("After that nothing can be collected from it. Capture it now, or let it go.")}, c.amount, now_ms, ends_ms));
    else if (age_ms > 5 * day_ms && age_ms < 7 * day_ms)
      change.new_todos.push_back(todo_of(payment, TodoKind::expiring, c.id + ":slow", "wait", {tr("Reservation of {amount} is nearly seven days old"), {{"amount", c.amount}}},
                                         {tr("From {day} on, Amazon takes hours for the capture and may decline it. Capture it before then if you can."), {{"day", Day{slow_ms}}}},
                                         c.amount, now_ms, slow_ms));
  }
}

// A closed task stays closed, so what is left after a part was taken over needs a task of its own.
std::string drift_cause(const char* what, Money drift, Money taken_over) {
  const auto all = what + std::to_string((drift + taken_over).minor());
  return taken_over.zero() ? all : all + ":" + std::to_string(taken_over.minor());
}

// A night hour of this order's own, so that the check of a whole shop spreads over the night.
std::int64_t night_after(std::int64_t at_ms, const std::string& order_id) {
  std::uint32_t spread = 2166136261u;
  for (const unsigned char c : order_id) spread = (spread ^ c) * 16777619u;
  const auto night = (at_ms / day_ms) * day_ms + hour + static_cast<std::int64_t>(spread % (4 * hour));
  return night > at_ms ? night : night + day_ms;
}

}  // namespace

void add_findings(ports::Change& change, const std::vector<Intent>& intents, const RefundRules& rules, std::int64_t now_ms) {
  const auto& payment = change.payment;
  for (const auto& r : payment.refunds) {
    if (r.state == RefundState::declined && !r.intent_id.empty())
      change.new_todos.push_back(todo_of(payment, TodoKind::refund_declined, r.id, "stop", {tr("Refund of {amount} declined"), {{"amount", r.amount}}},
                                         {tr("Amazon could not process it ({code}). Nothing was booked; the amount is refundable again."), {{"code", r.reason_code}}},
                                         r.amount, now_ms));
    if (r.state == RefundState::initiated && now_ms - r.created_ms > refund_days_max * day_ms)
      change.new_todos.push_back(todo_of(payment, TodoKind::refund_overdue, r.id, "stop", {tr("Refund of {amount} on its way for more than 8 days"), {{"amount", r.amount}}},
                                         {tr("Amazon should have completed it by {day} and still says {word}. Ask Amazon Pay with the reference {id}."),
                                          {{"day", Day{r.created_ms + refund_days_max * day_ms}}, {"word", r.raw_state}, {"id", r.id}}}, r.amount, now_ms, r.created_ms + refund_days_max * day_ms));
  }
  add_ageing(change, now_ms);
  const auto verdict = verdict_of(payment, intents, rules);
  if (verdict.drift_collected.positive())
    change.new_todos.push_back(todo_of(payment, TodoKind::drift, drift_cause("collected", verdict.drift_collected, payment.captures_taken_over), "wait",
                                       {tr("Amazon shows {amount} collected that this shop did not start"), {{"amount", verdict.drift_collected}}},
                                       {tr("Probably captured in Seller Central. Taking it over records the fact; it never moves money.")}, verdict.drift_collected, now_ms));
  if (verdict.drift.positive())
    change.new_todos.push_back(todo_of(payment, TodoKind::drift, drift_cause("", verdict.drift, payment.refunds_taken_over), "wait",
                                       {tr("Amazon shows {amount} given back that this shop did not start"), {{"amount", verdict.drift}}},
                                       {tr("Probably made in Seller Central. Taking it over records the fact; it never moves money.")}, verdict.drift, now_ms));
}

std::int64_t next_reading_ms(const Payment& payment, const std::vector<Intent>& intents, std::int64_t now_ms) {
  std::int64_t youngest = -1;
  auto waits = [&](std::int64_t since_ms) { youngest = youngest < 0 ? now_ms - since_ms : std::min(youngest, now_ms - since_ms); };
  for (const auto& r : payment.refunds)
    if (!is_final(r.state)) waits(r.created_ms);
  for (const auto& c : payment.charges)
    if (c.state == ChargeState::authorization_initiated || c.state == ChargeState::capture_initiated || c.state == ChargeState::unknown) waits(c.updated_ms);
  for (const auto& i : intents)
    if (is_open(i.state)) waits(i.updated_ms);
  if (payment.session && payment.session->state == SessionState::open && !payment.permission) waits(payment.session->created_ms);
  if (youngest >= 0) {
    if (youngest < 3 * minute) return now_ms + 10 * second;
    if (youngest < hour) return now_ms + 5 * minute;
    return now_ms + hour;  // Amazon's advice where notifications are not available: about once per hour
  }
  const bool open = payment.permission && payment.permission->state != PermissionState::closed;
  const bool reserved = std::any_of(payment.charges.begin(), payment.charges.end(), [](const Charge& c) { return c.state == ChargeState::authorized; });
  if (open || reserved) return night_after(now_ms, payment.order_id);
  std::int64_t captured_ms = 0;
  for (const auto& c : payment.charges)
    if (c.state == ChargeState::captured) captured_ms = std::max(captured_ms, c.updated_ms);
  const auto age_ms = now_ms - captured_ms;
  if (captured_ms == 0 || age_ms > 400 * day_ms) return 0;
  if (age_ms > 180 * day_ms) return night_after(now_ms + 29 * day_ms, payment.order_id);
  return night_after(age_ms > 60 * day_ms ? now_ms + 6 * day_ms : now_ms, payment.order_id);
}

// The order was linked to its payment after the first reading.
static void adopt_reference(Payment& payment, const ports::ShopOrder& order) {
  const auto fresh = payment_from_shop(order);
  payment.permission_id = fresh.permission_id, payment.environment = fresh.environment;
  if (payment.charges.empty()) payment.charges = fresh.charges;
}

Result<> decide_and_commit_for(const Ports& ports, const ports::ShopOrder& order, const Decide& decide) {
  struct Snapshot : ports::Orders {
    const ports::ShopOrder& order;
    explicit Snapshot(const ports::ShopOrder& o) : order(o) {}
    Result<ports::ShopOrder> get(const std::string&) override { return order; }
  } snapshot(order);
  Ports from_snapshot{ports.amazon, ports.ledger, snapshot, ports.settings, ports.clock, ports.notifications};
  return decide_and_commit(from_snapshot, order.id, decide);
}

Result<> read_amazon(const Ports& ports, const ports::ShopOrder& order, const Hints& hints) {
  auto policy = ports.settings.policy();
  if (!policy) return policy.failure();
  std::optional<Failure> failure;
  // The reading happens inside decide: a conflict means the order moved on, and what was read may be older than that. Amazon's time stamps sort it out.
  auto committed = decide_and_commit_for(ports, order, [&](const ports::LoadedPayment& stored, ports::Change& change) -> Result<bool> {
    failure.reset();
    auto loaded = stored;
    if (loaded.payment.permission_id.empty() && !order.permission_id.empty()) adopt_reference(loaded.payment, order), change.payment = loaded.payment;
    const bool at_checkout = loaded.payment.permission_id.empty() && loaded.payment.session;
    if (loaded.payment.permission_id.empty() && !at_checkout) return Failure{Kind::refused, tr("This order carries no Amazon Pay reference, so nothing can be read.")};
    const auto now_ms = ports.clock.now_ms();
    const auto reading = at_checkout ? read_from_checkout(ports.amazon, loaded) : read_all(ports.amazon, loaded, hints);
    if (reading.failure && ports::paced(*reading.failure)) return *reading.failure;
    auto intents = loaded.intents;
    merge(change, intents, reading, now_ms);
    // A checkout session's id does not tell sandbox from live; it was read where the settings point.
    if (reading.session && !change.payment.permission) change.payment.environment = policy->environment;
    auto& sync = change.payment.sync;
    if (reading.failure) {
      failure = reading.failure;
      sync.failed_ms = now_ms;
      if (!must_read(change.payment)) sync.failure_code = failure_code(*failure), sync.failure_text = failure->message;
    } else {
      sync = {now_ms, 0, "", "", next_reading_ms(change.payment, intents, now_ms)};
      if (sync.next_ms != 0) change.tasks.push_back(sync_task(loaded.payment.order_id, sync.next_ms));
    }
    if (!reading.failure && !loaded.payment.permission) add_checkout_capture(change, loaded.intents, *policy, now_ms);
    add_findings(change, intents, policy->refund_rules, now_ms);
    if (!reading.failure) {
      if (auto closed = close_settled_todos(ports, change, intents, policy->refund_rules); !closed) return closed.failure();
    }
    return true;
  });
  if (!committed) return committed;
  if (!failure) return hostapi::success();
  // Reading again later is always safe, whatever Amazon said.
  return Failure{Kind::unavailable, failure->message, failure->code, failure->trace};
}

Result<> sync(const Ports& ports, const std::string& order_id, const Hints& hints) {
  auto order = ports.orders.get(order_id);
  if (order) return read_amazon(ports, *order, hints);
  if (order.kind() != Kind::not_found) return order.failure();
  auto loaded = ports.ledger.load(order_id);  // the order is deleted, its record stays
  if (!loaded) return loaded.failure();
  ports::ShopOrder record;
  record.id = order_id, record.number = loaded->payment.order_number, record.shop_id = loaded->payment.shop_id, record.currency = loaded->payment.currency;
  return read_amazon(ports, record, hints);
}

}  // namespace amazonpay::flows
