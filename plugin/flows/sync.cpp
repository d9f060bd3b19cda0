#include "flows/sync.hpp"

#include <algorithm>

#include "domain/apply.hpp"

namespace amazonpay::flows {
namespace {

struct Reading {
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

Reading read_all(ports::Payments& amazon, const ports::LoadedPayment& loaded) {
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
  return r;
}

void merge(ports::Change& change, std::vector<Intent>& intents, const Reading& reading, std::int64_t now_ms) {
  auto& payment = change.payment;
  auto gain = [&](Applied applied) { std::move(applied.events.begin(), applied.events.end(), std::back_inserter(change.events)); };
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
}

const char* failure_code(const Failure& f) {
  if (ports::keys_refused(f)) return "keys_refused";
  return f.kind == Kind::not_found ? "not_found" : "unreachable";
}

Todo todo_of(const Payment& payment, TodoKind kind, const std::string& cause, const char* severity, Text title, Text text, std::optional<Money> amount,
             std::int64_t now_ms) {
  Todo t;
  t.id = todo_id(kind, payment.order_id, cause);
  t.order_id = payment.order_id, t.order_number = payment.order_number, t.kind = kind, t.severity = severity;
  t.title = std::move(title), t.text = std::move(text), t.cause = cause, t.amount = amount, t.created_ms = now_ms;
  return t;
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
      change.new_todos.push_back(todo_of(payment, TodoKind::refund_overdue, r.id, "wait", {tr("Refund of {amount} takes longer than 8 days"), {{"amount", r.amount}}},
                                         {tr("Amazon has not completed it. Ask Amazon Pay with the reference of the refund.")}, r.amount, now_ms));
  }
  const auto verdict = verdict_of(payment, intents, rules);
  if (verdict.drift.positive())
    change.new_todos.push_back(todo_of(payment, TodoKind::drift, std::to_string((verdict.drift + payment.refunds_taken_over).minor()), "wait",
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
  constexpr std::int64_t second = 1000, minute = 60 * second, hour = 60 * minute;
  if (youngest >= 0) {
    if (youngest < 3 * minute) return now_ms + 10 * second;
    if (youngest < hour) return now_ms + 5 * minute;
    return now_ms + hour;  // Amazon's advice where notifications are not available: about once per hour
  }
  const bool open = payment.permission && payment.permission->state != PermissionState::closed;
  const bool reserved = std::any_of(payment.charges.begin(), payment.charges.end(), [](const Charge& c) { return c.state == ChargeState::authorized; });
  return open || reserved ? now_ms + day_ms : 0;
}

Result<> decide_and_commit_for(const Ports& ports, const ports::ShopOrder& order, const Decide& decide) {
  struct Snapshot : ports::Orders {
    const ports::ShopOrder& order;
    explicit Snapshot(const ports::ShopOrder& o) : order(o) {}
    Result<ports::ShopOrder> get(const std::string&) override { return order; }
  } snapshot(order);
  Ports from_snapshot{ports.amazon, ports.ledger, snapshot, ports.settings, ports.clock};
  return decide_and_commit(from_snapshot, order.id, decide);
}

Result<> read_amazon(const Ports& ports, const ports::ShopOrder& order) {
  auto policy = ports.settings.policy();
  if (!policy) return policy.failure();
  std::optional<Failure> failure;
  // The reading happens inside decide: a conflict means the order moved on, and what was read may be older than that. Amazon's time stamps sort it out.
  auto committed = decide_and_commit_for(ports, order, [&](const ports::LoadedPayment& loaded, ports::Change& change) -> Result<bool> {
    failure.reset();
    if (loaded.payment.permission_id.empty()) return Failure{Kind::refused, tr("This order carries no Amazon Pay reference, so nothing can be read.")};
    const auto now_ms = ports.clock.now_ms();
    const auto reading = read_all(ports.amazon, loaded);
    auto intents = loaded.intents;
    merge(change, intents, reading, now_ms);
    auto& sync = change.payment.sync;
    if (reading.failure) {
      failure = reading.failure;
      sync.failed_ms = now_ms, sync.failure_code = failure_code(*failure), sync.failure_text = failure->message;
    } else {
      sync = {now_ms, 0, "", "", next_reading_ms(change.payment, intents, now_ms)};
      if (sync.next_ms != 0) change.tasks.push_back(sync_task(loaded.payment.order_id, sync.next_ms));
    }
    add_findings(change, intents, policy->refund_rules, now_ms);
    return true;
  });
  if (!committed) return committed;
  if (!failure) return hostapi::success();
  // Reading again later is always safe, whatever Amazon said.
  return Failure{Kind::unavailable, failure->message, failure->code, failure->trace};
}

Result<> sync(const Ports& ports, const std::string& order_id) {
  auto order = ports.orders.get(order_id);
  if (order) return read_amazon(ports, *order);
  if (order.kind() != Kind::not_found) return order.failure();
  auto loaded = ports.ledger.load(order_id);  // the order is deleted, its record stays
  if (!loaded) return loaded.failure();
  ports::ShopOrder record;
  record.id = order_id, record.number = loaded->payment.order_number, record.shop_id = loaded->payment.shop_id, record.currency = loaded->payment.currency;
  return read_amazon(ports, record);
}

}  // namespace amazonpay::flows
