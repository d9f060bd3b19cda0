#include "flows/carry_out.hpp"
#include "flows/notification.hpp"
#include "flows/recover.hpp"
#include "flows/sync.hpp"
#include "host/call.hpp"
#include "host/contributions.hpp"
#include "host/member.hpp"

namespace amazonpay::host {
namespace {

constexpr int orders_per_page = 200;
constexpr int pages_per_round = 5;

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

json::value done() { return json::object{}; }

}  // namespace

// Orders that came into the shop and that nobody has read at Amazon yet get their first reading. Some pages of orders per round, then round again.
Result<> Work::find_new_orders(const Session& session) {
  const std::lock_guard lock(mutex_);
  const auto now_ms = session.core().now_unix_ms();
  for (int i = 0; i < pages_per_round; ++i) {
    auto page = our_orders(session, order_cursor_);
    if (!page) return page.failure();
    json::array tasks;
    for (const auto& order : page->orders) {
      if (order.reference.empty()) continue;
      auto known = session.store().get("payments", order.id);
      if (!known && known.kind() == Kind::not_found) tasks.push_back(task_document(flows::sync_task(order.id, now_ms)));
    }
    if (!tasks.empty())
      if (auto committed = session.store().commit(json::object{{"tasks", std::move(tasks)}}); !committed) return committed.failure();
    order_cursor_ = page->next;
    if (order_cursor_.empty()) break;
  }
  return hostapi::success();
}

Result<json::value> Work::run(const Session& session, const json::value& task) {
  struct Wanted {
    std::string name, order_id, intent_id, message_id;
  };
  auto wanted = reading("the task", [&] {
    const Members m(task);
    const auto payload = m.object("payload");
    return Wanted{m.needed_text("name"), payload ? payload->text("order_id") : "", payload ? payload->text("intent_id") : "", payload ? payload->text("message_id") : ""};
  });
  if (!wanted) return wanted.failure();
  Call call(session, amazon_);
  Result<> ran = Failure{Kind::not_found, "there is no task " + wanted->name};
  if (wanted->name == "intent") ran = flows::carry_out(call.ports(), wanted->intent_id);
  if (wanted->name == "sync") ran = flows::sync(call.ports(), wanted->order_id);
  std::int64_t again_ms = 0;
  if (wanted->name == "notification") {
    auto handled = flows::handle_notification(call.ports(), wanted->message_id);
    ran = handled ? hostapi::success() : Result<>(handled.failure());
    if (handled) again_ms = *handled;
  }
  if (wanted->name == "recover") {
    ran = flows::recover(call.ports());
    if (ran) ran = find_new_orders(session);
  }
  if (!ran) {
    session.core().log(HOSTAPI_LOG_WARN, "AMAZONPAY_TASK_NOT_DONE",
                       {{"task", wanted->name}, {"order_id", wanted->order_id}, {"intent_id", wanted->intent_id}, {"message_id", wanted->message_id}, {"status", hostapi::sdk::status_name(hostapi::sdk::to_status(ran.kind()))},
                        {"code", ran.failure().code}, {"amazon_request_id", ran.failure().trace}, {"message", ran.message()}});
    return ran.failure();
  }
  return again_ms == 0 ? done() : json::value(json::object{{"again_ms", again_ms}});
}

}  // namespace amazonpay::host
