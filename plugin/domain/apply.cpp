#include "domain/apply.hpp"

#include <algorithm>

namespace amazonpay {
namespace {

bool collecting(const Charge& c) { return c.state == ChargeState::captured || c.state == ChargeState::capture_initiated; }

// Older news than what we hold, or news that would leave a terminal state, change nothing.
template <class Object>
bool stale(const Object& held, const Object& news) {
  if (news.updated_ms != 0 && news.updated_ms < held.updated_ms) return true;
  return is_final(held.state) && news.state != held.state;
}

Event event_of(const Payment& payment, const std::string& object_id, const std::string& state, std::int64_t at_ms, std::int64_t now_ms) {
  Event e;
  e.id = payment.order_id + ":" + object_id + ":" + state;
  e.order_id = payment.order_id;
  // Amazon's stamps end at the second: its answer must not stand before the request that it answers.
  e.at_ms = at_ms != 0 ? std::min(at_ms + 999, now_ms) : now_ms;
  e.who = "Amazon";
  return e;
}

Money negative(Money amount) { return zero_of(amount.currency()) - amount; }

Event charge_event(const Payment& payment, const Charge& c, std::int64_t now_ms) {
  auto e = event_of(payment, c.id, c.raw_state, c.updated_ms, now_ms);
  switch (c.state) {
    case ChargeState::authorization_initiated: e.role = "wait", e.icon = "wait", e.text = {tr("Amazon is checking the reservation")}, e.amount = c.amount; break;
    case ChargeState::authorized: e.icon = "wait", e.text = {tr("Reserved")}, e.amount = c.amount; break;
    case ChargeState::capture_initiated: e.role = "wait", e.icon = "wait", e.text = {tr("Amazon is processing the capture")}, e.amount = c.amount; break;
    case ChargeState::captured: e.role = "good", e.icon = "good", e.text = {tr("Captured")}, e.amount = c.captured; break;
    case ChargeState::canceled:
      e.role = "neutral", e.icon = "cancel", e.amount = c.amount, e.struck = true;
      e.text = {tr("Reservation ended ({code})"), {{"code", c.reason_code}}};
      break;
    case ChargeState::declined:
      e.role = "stop", e.icon = "stop", e.amount = c.amount, e.struck = true;
      e.text = {tr("Declined by Amazon ({code})"), {{"code", c.reason_code}}};
      break;
    case ChargeState::unknown: e.role = "stop", e.icon = "unknown", e.text = {tr("Amazon reports a state this version does not know: {word}"), {{"word", c.raw_state}}}; break;
  }
  return e;
}

Event refund_event(const Payment& payment, const Refund& r, std::int64_t now_ms) {
  auto e = event_of(payment, r.id, r.raw_state, r.updated_ms, now_ms);
  e.amount = negative(r.amount);
  switch (r.state) {
    case RefundState::initiated: e.role = "wait", e.icon = "back", e.text = {tr("Amazon accepted the refund")}; break;
    case RefundState::refunded: e.role = "good", e.icon = "good", e.text = {tr("Refund settled")}; break;
    case RefundState::declined: e.role = "stop", e.icon = "stop", e.struck = true, e.text = {tr("Refund declined by Amazon ({code}). Nothing was booked"), {{"code", r.reason_code}}}; break;
    case RefundState::unknown: e.role = "stop", e.icon = "unknown", e.text = {tr("Amazon reports a state this version does not know: {word}"), {{"word", r.raw_state}}}; break;
  }
  return e;
}

template <class Object>
Object* find_by_id(std::vector<Object>& objects, const std::string& id) {
  const auto found = std::find_if(objects.begin(), objects.end(), [&](const Object& o) { return o.id == id; });
  return found == objects.end() ? nullptr : &*found;
}

template <class Object>
void sort_by_age(std::vector<Object>& objects) {
  std::stable_sort(objects.begin(), objects.end(), [](const Object& a, const Object& b) { return a.created_ms < b.created_ms; });
}

}  // namespace

Applied apply_permission(Payment& payment, const ChargePermission& news, std::int64_t now_ms) {
  Applied applied;
  const bool known = payment.permission.has_value();
  if (known && (news.updated_ms < payment.permission->updated_ms || (payment.permission->state == PermissionState::closed && news.state != PermissionState::closed))) return applied;
  const bool moved = !known || payment.permission->state != news.state || payment.permission->raw_state != news.raw_state;
  applied.changed = moved || payment.permission->balance != news.balance || payment.permission->reason_code != news.reason_code;
  payment.permission = news;
  payment.permission_id = news.id;
  payment.environment = news.environment;
  if (moved && known) {
    auto e = event_of(payment, news.id, news.raw_state, news.updated_ms, now_ms);
    e.icon = "neutral";
    if (news.state == PermissionState::closed) e.text = {tr("Charge permission closed ({code})"), {{"code", news.reason_code}}};
    else if (news.state == PermissionState::non_chargeable) e.role = "wait", e.text = {tr("Amazon allows no new charge for now ({code})"), {{"code", news.reason_code}}};
    else e.text = {tr("Charge permission is {word}"), {{"word", news.raw_state}}};
    applied.events.push_back(std::move(e));
  }
  return applied;
}

Applied apply_charge(Payment& payment, const Charge& news, std::int64_t now_ms) {
  Applied applied;
  auto* held = find_by_id(payment.charges, news.id);
  const bool known = held != nullptr;
  if (held && stale(*held, news)) return applied;
  const bool moved = !held || held->state != news.state || held->raw_state != news.raw_state;
  applied.changed = moved || held->captured != news.captured || held->refunded != news.refunded;
  auto merged = news;
  // What was captured before the first reading is where this shop begins; a capture that shows up later was started by somebody.
  merged.collected_later = collecting(news) && (held ? held->collected_later || held->state == ChargeState::authorized : payment.sync.synced_ms != 0);
  if (held) {
    // What Amazon's answer does not carry stays. Its refunded figure is taken as it comes: it falls again when a refund is declined.
    merged.at_checkout = held->at_checkout, merged.settled = held->settled;
    *held = merged;
  } else {
    merged.at_checkout = payment.captured_at_checkout && payment.charges.empty();
    payment.charges.push_back(merged);
    sort_by_age(payment.charges);
  }
  if (moved) applied.events.push_back(charge_event(payment, merged, now_ms)), applied.events.back().fresh = !known;
  return applied;
}

Applied apply_refund(Payment& payment, const Refund& news, std::int64_t now_ms) {
  Applied applied;
  auto* held = find_by_id(payment.refunds, news.id);
  const bool known = held != nullptr;
  if (held && stale(*held, news)) return applied;
  const bool moved = !held || held->state != news.state || held->raw_state != news.raw_state;
  applied.changed = moved;
  if (held) {
    const auto intent_id = held->intent_id;
    *held = news;
    if (held->intent_id.empty()) held->intent_id = intent_id;
  } else {
    payment.refunds.push_back(news);
    sort_by_age(payment.refunds);
  }
  if (moved) applied.events.push_back(refund_event(payment, news, now_ms)), applied.events.back().fresh = !known;
  return applied;
}

bool follow_refund(Intent& intent, const Refund& refund, std::int64_t now_ms) {
  if (intent.kind != IntentKind::refund || (refund.intent_id != intent.id && refund.id != intent.amazon_id)) return false;
  auto state = intent.state;
  if (refund.state == RefundState::refunded) state = IntentState::done;
  else if (refund.state == RefundState::declined) state = IntentState::declined;
  else if (is_open(intent.state)) state = IntentState::accepted;
  if (state == intent.state && intent.amazon_id == refund.id) return false;
  intent.state = state;
  intent.amazon_id = refund.id;
  intent.code = refund.reason_code;
  intent.updated_ms = now_ms;
  return true;
}

bool follow_charge(Intent& intent, const Charge& charge, std::int64_t now_ms) {
  const bool its_own = (intent.kind == IntentKind::capture && intent.charge_id == charge.id) || (intent.kind == IntentKind::create_charge && intent.amazon_id == charge.id);
  if (!its_own || intent.state != IntentState::accepted) return false;
  if (charge.state == ChargeState::captured && charge.captured == intent.amount) intent.state = IntentState::done;
  else if (charge.state == ChargeState::captured) intent.state = IntentState::refused, intent.code = "InvalidChargeStatus";  // somebody else captured another amount
  else if (charge.state == ChargeState::declined || charge.state == ChargeState::canceled) intent.state = IntentState::declined, intent.code = charge.reason_code;
  else return false;
  intent.updated_ms = now_ms;
  return true;
}

}  // namespace amazonpay
