#include "host/store_notifications.hpp"

#include "host/codec.hpp"
#include "host/store_documents.hpp"

namespace amazonpay::host {
namespace {

json::object put_of(const Notification& n, json::storage_ptr memory) {
  return put_document("notifications", n.key, encode(n, memory),
                {{"state", name_of(n.state)}, {"received_ms", n.received_ms}, {"order_id", text_or_null(n.order_id)}});
}

json::object put_of(const Orphan& o) {
  return put_document("orphans", o.permission_id, encode(o), {{"state", o.open ? "open" : "closed"}, {"found_ms", o.found_ms}});
}

json::object query_of(const std::string& state) {
  json::object query{{"collection", "notifications"}, {"order", "-received_ms"}};
  if (!state.empty()) query["where"] = json::array{condition("state", "=", state)};
  return query;
}

}  // namespace

json::object still_waiting() { return condition("state", "in", json::array{name_of(NotificationState::received), name_of(NotificationState::postponed)}); }

Result<ports::StoredNotification> StoreNotifications::notification(const std::string& key) {
  auto got = session_.store().get("notifications", key);
  auto read = value_of(got, decode_notification);
  if (!read) return read.failure();
  return ports::StoredNotification{std::move(*read), got->version};
}

Result<std::vector<std::string>> StoreNotifications::waiting(std::int64_t received_before_ms, int limit) {
  return keys_of(session_.store(), {{"collection", "notifications"},
                                    {"where", json::array{still_waiting(), condition("received_ms", "<", received_before_ms)}},
                                    {"order", "received_ms"},
                                    {"limit", limit}});
}

// One that cannot be read is left to recover(), which fails with it: it must not hold up the others.
Result<std::vector<std::string>> StoreNotifications::received(int slot, int limit) {
  std::vector<std::string> keys;
  json::object query{{"collection", "notifications"}, {"where", json::array{condition("state", "=", name_of(NotificationState::received))}}, {"order", "received_ms"}, {"limit", 200}};
  auto done = each_item(session_.store(), std::move(query), [&](const json::value& item) {
    const auto n = decode_notification(value_in(item));
    if (n && slot_of(*n) == slot && static_cast<int>(keys.size()) < limit) keys.push_back(n->key);
    return static_cast<int>(keys.size()) < limit;
  });
  if (!done) return done.failure();
  return keys;
}

Result<> StoreNotifications::commit(const ports::NotificationChange& change) {
  const auto& n = change.stored.notification;
  BatchMemory memory;
  json::array put({put_of(n, memory)}, memory), tasks(memory), audit(memory);
  json::array expect({json::object({{"collection", "notifications"}, {"key", n.key}, {"version", change.stored.version}}, memory)}, memory);
  if (change.orphan) {
    expect.push_back(json::object{{"collection", "orphans"}, {"key", change.orphan->orphan.permission_id}, {"version", change.orphan->version}});
    put.push_back(put_of(change.orphan->orphan));
  }
  for (const auto& task : change.tasks) tasks.push_back(task_document(task, memory));
  for (const auto& entry : change.audit) audit.push_back(audit_of(entry, memory));
  auto committed = session_.store().commit(
      json::object({{"expect", std::move(expect)}, {"put", std::move(put)}, {"tasks", std::move(tasks)}, {"audit", std::move(audit)}, {"versions", false}}, memory));
  if (!committed) return committed.failure();
  return hostapi::success();
}

Result<std::vector<std::string>> StoreNotifications::orders_of(const std::string& permission_id) {
  if (permission_id.empty()) return std::vector<std::string>{};
  return all_of(session_.store(), {{"collection", "payments"}, {"where", json::array{condition("permission_id", "=", permission_id)}}, {"order", "created_ms"}}, 200,
                [](const json::value& value) { return reading("a stored payment", [&] { return Members(value).needed_text("order_id"); }); });
}

Result<std::optional<ports::StoredOrphan>> StoreNotifications::orphan(const std::string& permission_id) {
  auto got = session_.store().get("orphans", permission_id);
  auto stored = value_of(got, decode_orphan);
  if (stored) return std::optional(ports::StoredOrphan{std::move(*stored), got->version});
  if (stored.kind() == Kind::not_found) return std::optional<ports::StoredOrphan>();
  return stored.failure();
}

Result<std::vector<Orphan>> StoreNotifications::open_orphans(int limit) {
  return all_of(session_.store(), {{"collection", "orphans"}, {"where", json::array{condition("state", "=", "open")}}, {"order", "-found_ms"}}, limit, decode_orphan);
}

Result<> StoreNotifications::commit(const ports::OrphanChange& change) {
  const auto& orphan = change.stored.orphan;
  json::array tasks, audit, orders;
  for (const auto& task : change.tasks) tasks.push_back(task_document(task));
  for (const auto& entry : change.audit) audit.push_back(audit_of(entry));
  if (change.link)
    orders.push_back(json::object{{"order_id", change.link->order_id}, {"link", json::object{{"replaces", change.link->replaces}, {"reference", change.link->reference}, {"charge_id", change.link->charge_id}}},
                                  {"history", tr("Linked to the Amazon Pay payment {reference}.")}, {"history_args", json::object{{"reference", change.link->reference}}}});
  auto committed = session_.store().commit(json::object{{"expect", json::array{json::object{{"collection", "orphans"}, {"key", orphan.permission_id}, {"version", change.stored.version}}}},
                                                        {"put", json::array{put_of(orphan)}}, {"orders", std::move(orders)}, {"tasks", std::move(tasks)}, {"audit", std::move(audit)}});
  if (!committed) return committed.failure();
  return hostapi::success();
}

Result<std::vector<Notification>> StoreNotifications::newest(const std::string& state, int limit, std::int64_t before_ms) {
  auto query = query_of(state);
  if (before_ms > 0) {
    auto& where = query["where"];
    if (!where.is_array()) where = json::array();
    where.as_array().push_back(condition("received_ms", "<", before_ms));
  }
  auto found = all_of(session_.store(), std::move(query), limit, decode_notification);
  if (found && static_cast<int>(found->size()) > limit) found->resize(static_cast<std::size_t>(limit));
  return found;
}

Result<std::vector<Notification>> StoreNotifications::of_order(const std::string& order_id, int limit) {
  return all_of(session_.store(), {{"collection", "notifications"}, {"where", json::array{condition("order_id", "=", order_id)}}, {"order", "-received_ms"}}, limit, decode_notification);
}

Result<std::int64_t> StoreNotifications::count(const std::string& state) {
  auto query = query_of(state);
  query["count_by"] = "state", query["limit"] = 1;
  auto found = session_.store().find(query);
  if (!found) return found.failure();
  return reading("store.find's answer", [&]() -> std::int64_t {
    const Members answer(*found);
    const auto counts = answer.object("counts");
    return counts ? counts->number(state) : 0;
  });
}

}  // namespace amazonpay::host
