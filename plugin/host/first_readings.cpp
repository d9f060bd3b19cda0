#include "host/first_readings.hpp"

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
  json::object query{{"payment_method", "amazon_pay"}, {"limit", orders_per_page}};
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

}  // namespace

Result<FirstReadings> queue_first_readings(const Session& session, const std::string& after) {
  const auto now_ms = session.core().now_unix_ms();
  auto page = our_orders(session, after);
  if (!page) return page.failure();
  json::array tasks;
  for (const auto& order : page->orders) {
    if (order.reference.empty()) continue;
    auto known = session.store().get("payments", order.id);
    if (!known && known.kind() == Kind::not_found) tasks.push_back(task_document(flows::sync_task(order.id, now_ms)));
  }
  FirstReadings readings{static_cast<int>(tasks.size()), page->next};
  if (!tasks.empty())
    if (auto committed = session.store().commit(json::object{{"tasks", std::move(tasks)}}); !committed) return committed.failure();
  return readings;
}

}  // namespace amazonpay::host
