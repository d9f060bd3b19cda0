#include "host/first_readings.hpp"

#include <set>

#include "flows/sync.hpp"
#include "host/member.hpp"
#include "host/store_documents.hpp"

namespace amazonpay::host {
namespace {

using hostapi::Kind;
using hostapi::Result;
using hostapi::sdk::Session;

constexpr int orders_per_page = 200;

struct Order {
  std::string id;
  std::string reference;
};

struct OrderPage {
  std::vector<Order> orders;
  std::string next;
};

Result<OrderPage> our_orders(const Session& session, const std::string& after) {
  json::object query{{"payment_method", "amazon_pay"}, {"brief", true}, {"limit", orders_per_page}};
  if (!after.empty()) query["after"] = after;
  auto found = session.orders().find(query);
  if (!found) return found.failure();
  return reading("orders.find's answer", [&] {
    const Members m(*found);
    OrderPage page;
    for (const auto& one : m.list("orders")) {
      const Members order(one);
      const auto payment = order.object("payment");
      page.orders.push_back({order.needed_text("id"), payment ? payment->text("reference") : std::string()});
    }
    page.next = m.text("next");
    return page;
  });
}

// Of these orders the ones whose payment is stored.
Result<std::set<std::string>> known_payments(const Session& session, const std::vector<Order>& orders) {
  json::array ids;
  for (const auto& order : orders) ids.emplace_back(order.id);
  auto found = session.store().find({{"collection", "payments"}, {"where", json::array{condition("key", "in", ids)}}, {"order", "key"}, {"values", false}, {"limit", orders_per_page}});
  if (!found) return found.failure();
  return reading("store.find's answer", [&] {
    std::set<std::string> known;
    for (const auto& item : Members(*found).list("items")) known.insert(Members(item).needed_text("key"));
    return known;
  });
}

}  // namespace

Result<FirstReadings> queue_first_readings(const Session& session, const std::string& after) {
  const auto now_ms = session.core().now_unix_ms();
  auto page = our_orders(session, after);
  if (!page) return page.failure();
  auto known = known_payments(session, page->orders);
  if (!known) return known.failure();
  json::array tasks;
  for (const auto& order : page->orders)
    if (!order.reference.empty() && !known->contains(order.id)) tasks.push_back(task_document(flows::sync_task(order.id, now_ms)));
  FirstReadings readings{static_cast<int>(tasks.size()), page->next};
  if (!tasks.empty())
    if (auto committed = session.store().commit(json::object{{"tasks", std::move(tasks)}}); !committed) return committed.failure();
  return readings;
}

}  // namespace amazonpay::host
