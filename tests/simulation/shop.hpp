// The shop's orders with their lines, and the events it brings to the plugin after each act of staff. Changes at once and for good, like a host's own database.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "ports/shop.hpp"

namespace simulation {

struct Line {
  std::string id;
  int pieces = 0, canceled = 0;
  std::int64_t unit_minor = 0;
};

struct Order {
  amazonpay::ports::ShopOrder shop;
  std::vector<Line> lines;
  std::int64_t shipping_minor = 0;
  bool deleted = false;
  int shipped = 0;
};

class Shop {
 public:
  std::map<std::string, Order> orders;            // also deleted ones
  std::vector<amazonpay::ports::ShopEvent> events;  // in the order they happened

  const Order* find(const std::string& id) const;  // not the deleted ones
  // Each answers the index of its event, or -1 if it is not possible any more.
  int cancel_order(Order& order, const amazonpay::Actor& who, std::int64_t now_ms);
  int delete_order(Order& order, const amazonpay::Actor& who, std::int64_t now_ms);
  int cancel_line(Order& order, std::size_t line, int pieces, const amazonpay::Actor& who, std::int64_t now_ms);
  int undo_line(Order& order, std::size_t line, const amazonpay::Actor& who, std::int64_t now_ms);
  int ship(Order& order, const amazonpay::Actor& who, std::int64_t now_ms);

 private:
  amazonpay::ports::ShopEvent event(const Order& order, const char* name, std::int64_t amount_minor, const amazonpay::Actor& who, std::int64_t now_ms);
  int happened(amazonpay::ports::ShopEvent event, const Order& order);
};

}  // namespace simulation
