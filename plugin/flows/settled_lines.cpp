#include "flows/settled_lines.hpp"

#include <algorithm>

#include "flows/orphans.hpp"
#include "flows/sync.hpp"

namespace amazonpay::flows {
namespace {

// The charge of this line is paid out: filled if the order holds it. A refund line says it of the refund's charge, which a capture line has said before.
Result<LinePlace> mark_settled(const Ports& ports, const std::string& order_id, const SettlementLine& line) {
  LinePlace place;
  auto marked = decide_and_commit(ports, order_id, [&](const ports::LoadedPayment& loaded, ports::Change& change) -> Result<bool> {
    place = {};
    const auto here = [&] { place.order_id = order_id, place.order_number = loaded.payment.order_number, place.currency = loaded.payment.currency; };
    if (loaded.payment.refund(line.transaction_id) != nullptr) here();
    for (auto& charge : change.payment.charges) {
      if (charge.id != line.transaction_id) continue;
      here();
      if (charge.settled) return false;
      charge.settled = true;
      Event e;
      e.id = order_id + ":" + charge.id + ":settled";
      e.order_id = order_id, e.at_ms = ports.clock.now_ms(), e.role = "good", e.icon = "good", e.who = "Amazon", e.amount = line.net;
      e.text = {tr("Credited to your account in settlement {id}"), {{"id", line.settlement_id}}};
      change.events.push_back(std::move(e));
      return true;
    }
    return false;
  });
  if (!marked) return marked.failure();
  return place;
}

Hints hint_of(const SettlementLine& line) {
  const bool refund = line.type == "Refund";
  return refund ? Hints{{}, {line.transaction_id}} : Hints{{line.transaction_id}, {}};
}

LinePlace nowhere(Text why) {
  LinePlace place;
  place.why = std::move(why);
  return place;
}

}  // namespace

Result<LinePlace> place_line(const Ports& ports, const SettlementLine& line) {
  if (line.permission_id.empty()) return nowhere({tr("The line names no payment")});
  auto orders = ports.notifications.orders_of(line.permission_id);
  if (!orders) return orders.failure();
  if (orders->empty()) return nowhere({tr("No order of this shop carries this payment")});
  for (const auto& order_id : *orders) {
    auto place = mark_settled(ports, order_id, line);
    if (!place || !place->order_id.empty()) return place;
  }
  // Paid out, and the only order of this permission has never heard of it: somebody made it at Amazon. It is read, then marked.
  if (orders->size() == 1) {
    if (auto read = sync(ports, orders->front(), hint_of(line)); !read) return read.failure();
    auto place = mark_settled(ports, orders->front(), line);
    if (!place || !place->order_id.empty()) return place;
  }
  return nowhere({tr("An order carries this payment, but Amazon shows no such charge or refund on it")});
}

Result<> note_orphan(const Ports& ports, const SettlementLine& line) {
  if (line.permission_id.empty()) return hostapi::success();
  auto known = ports.notifications.orphan(line.permission_id);
  if (!known) return known.failure();
  if (*known) return hostapi::success();
  auto permission = ports.amazon.get_permission(line.permission_id);
  if (!permission) return permission.kind() == Kind::not_found ? hostapi::success() : Result<>(permission.failure());
  const auto orphan = orphan_of(*permission, line.transaction_id, "settlement", ports.clock.now_ms());
  ports::OrphanChange change;
  change.stored.orphan = orphan;
  change.audit.push_back({"orphan.found", "", orphan.limit, orphan.source, orphan.permission_id});
  return ports.notifications.commit(change);
}

Result<ports::StoredSum*> LineWriter::sum_of(const SettledLine& line) {
  const auto key = settlement_key(line);
  for (auto& known : change_.sums)
    if (known.value.key() == key) return &known;
  auto stored = settlements_.sum(key);
  if (!stored) return stored.failure();
  if (stored->version == 0) stored->value = empty_sum(line, ports_.clock.now_ms());
  change_.sums.push_back(std::move(*stored));
  return &change_.sums.back();
}

Result<ports::StoredDay*> LineWriter::day_of_line(const SettledLine& line) {
  const auto at_ms = line.line.posted_ms == 0 ? ports_.clock.now_ms() : line.line.posted_ms;
  const auto currency = line.line.amount.currency();
  const auto key = day_key(line.environment, currency, day_of(at_ms));
  for (auto& known : change_.days)
    if (known.value.key() == key) return &known;
  auto stored = settlements_.day(key);
  if (!stored) return stored.failure();
  if (stored->version == 0) stored->value = empty_day(line.environment, currency, day_of(at_ms));
  change_.days.push_back(std::move(*stored));
  return &change_.days.back();
}

Result<> LineWriter::write(const SettledLine& line) {
  auto stored = settlements_.line(line_key(line));
  if (!stored) return stored.failure();
  const bool known = stored->version != 0;
  if (known && (stored->value.state != LineState::unmatched || line.state == LineState::unmatched)) return hostapi::success();
  auto sum = sum_of(line);
  if (!sum) return sum.failure();
  if (known) replace((*sum)->value, stored->value, line);
  else add((*sum)->value, line);
  if (has_order(line.state)) {
    auto day = day_of_line(line);
    if (!day) return day.failure();
    add((*day)->value, line);
  }
  change_.lines.push_back({line, stored->version});
  return hostapi::success();
}

}  // namespace amazonpay::flows
