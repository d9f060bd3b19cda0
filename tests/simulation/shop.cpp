#include "shop.hpp"

namespace simulation {

using amazonpay::Actor;
using amazonpay::Money;
using amazonpay::ports::ShopEvent;

const Order* Shop::find(const std::string& id) const {
  const auto found = orders.find(id);
  return found == orders.end() || found->second.deleted ? nullptr : &found->second;
}

ShopEvent Shop::event(const Order& order, const char* name, std::int64_t amount_minor, const Actor& who, std::int64_t now_ms) {
  ShopEvent e;
  e.id = "event" + std::to_string(events.size() + 1) + "of" + order.shop.id, e.event = name, e.who = who, e.at_ms = now_ms;
  e.amount = {amount_minor, order.shop.currency}, e.shipping = zero_of(order.shop.currency), e.reason = "canceled";
  return e;
}

int Shop::happened(ShopEvent e, const Order& order) {
  e.order = order.shop, e.total_after = order.shop.total;
  events.push_back(std::move(e));
  return static_cast<int>(events.size()) - 1;
}

int Shop::cancel_order(Order& order, const Actor& who, std::int64_t now_ms) {
  if (order.deleted || order.shop.canceled) return -1;
  auto e = event(order, "order.cancel", order.shop.total.minor(), who, now_ms);
  order.shop.total = zero_of(order.shop.currency), order.shop.canceled = true;
  return happened(std::move(e), order);
}

int Shop::delete_order(Order& order, const Actor& who, std::int64_t now_ms) {
  if (order.deleted) return -1;
  auto e = event(order, "order.delete", order.shop.total.minor(), who, now_ms);
  order.shop.total = zero_of(order.shop.currency), order.deleted = true;
  return happened(std::move(e), order);
}

int Shop::cancel_line(Order& order, std::size_t index, int pieces, const Actor& who, std::int64_t now_ms) {
  auto& line = order.lines.at(index);
  pieces = std::min(pieces, line.pieces - line.canceled);
  if (order.deleted || order.shop.canceled || pieces <= 0) return -1;
  line.canceled += pieces;
  const auto amount = line.unit_minor * pieces;
  auto e = event(order, "line.cancel", amount, who, now_ms);
  e.lines.push_back({line.id, line.canceled, pieces, {amount, order.shop.currency}});
  order.shop.total -= Money(amount, order.shop.currency);
  return happened(std::move(e), order);
}

int Shop::undo_line(Order& order, std::size_t index, const Actor& who, std::int64_t now_ms) {
  auto& line = order.lines.at(index);
  if (order.deleted || order.shop.canceled || line.canceled == 0) return -1;
  const auto amount = line.unit_minor * line.canceled;
  auto e = event(order, "line.uncancel", amount, who, now_ms);
  e.lines.push_back({line.id, 0, line.canceled, {amount, order.shop.currency}});
  line.canceled = 0;
  order.shop.total += Money(amount, order.shop.currency);
  return happened(std::move(e), order);
}

int Shop::ship(Order& order, const Actor& who, std::int64_t now_ms) {
  if (order.deleted || order.shop.canceled || order.shipped > 0) return -1;
  ++order.shipped;
  auto e = event(order, "order.ship", 0, who, now_ms);
  e.delivery = {"DHL", "TRACK" + order.shop.id};
  return happened(std::move(e), order);
}

}  // namespace simulation
