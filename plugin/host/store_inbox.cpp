#include "host/store_inbox.hpp"

#include "host/codec.hpp"
#include "host/codec_bulk.hpp"
#include "host/store_documents.hpp"
#include "host/store_notifications.hpp"

namespace amazonpay::host {
namespace {

constexpr int orphans_most = 200;

json::array where_of(const InboxQuery& query) {
  json::array where{condition("state", "=", query.open ? "open" : "closed")};
  if (!query.assignee.empty()) where.push_back(condition("assignee", "=", query.assignee));
  if (!query.kinds.empty()) {
    json::array kinds;
    for (const auto kind : query.kinds) kinds.emplace_back(name_of(kind));
    where.push_back(condition("kind", "in", kinds));
  }
  return where;
}

Result<ports::StoredTodo> stored_of(const json::value& item) {
  const Members m(item);
  const auto* value = m.find("value");
  auto todo = decode_todo(value == nullptr ? json::value() : *value);
  if (!todo) return todo.failure();
  return ports::StoredTodo{std::move(*todo), static_cast<std::uint64_t>(m.number("version"))};
}

// The newest of our requests that Amazon has accepted so long ago that it must have told of it.
Result<std::int64_t> last_asked(const hostapi::sdk::Session& session) {
  const auto until_ms = session.core().now_unix_ms() - notification_patience_ms;
  auto found = session.store().find(json::object{{"collection", "intents"}, {"order", "-created_ms"}, {"limit", 20},
                                                 {"where", json::array{condition("state", "in", json::array{"accepted", "done"}), condition("created_ms", "<=", until_ms)}}});
  if (!found) return found.failure();
  return reading("the intents", [&]() -> std::int64_t {
    for (const auto& item : Members(*found).list("items")) {
      auto intent = decode_intent(Members(item).raw().at("value"));
      if (!intent) throw BadDocument(intent.message());
      const bool moves = intent->kind == IntentKind::refund || intent->kind == IntentKind::capture || intent->kind == IntentKind::create_charge;
      if (moves && intent->first_sent_ms != 0 && intent->first_sent_ms <= until_ms) return intent->first_sent_ms;
    }
    return 0;
  });
}

}  // namespace

json::object put_of_todo(const Todo& t) {
  const auto nobodys = t.assigned.id.empty() || t.severity == "stop";
  return put_document("todos", t.id, encode(t),
                      {{"order_id", text_or_null(t.order_id)}, {"state", t.open ? "open" : "closed"}, {"severity", t.severity}, {"kind", name_of(t.kind)}, {"created_ms", t.created_ms},
                       {"assignee", text_or_null(t.assigned.id)}, {"menu", nobodys ? json::value() : json::value(t.assigned.id)}, {"rank_ms", rank_of(t)}});
}

Result<ports::StoredTodo> StoreInbox::todo(const std::string& id) {
  auto got = session_.store().get("todos", id);
  auto todo = value_of(got, decode_todo);
  if (!todo) return todo.failure();
  return ports::StoredTodo{std::move(*todo), got->version};
}

Result<std::vector<ports::StoredTodo>> StoreInbox::open_without_order() {
  std::vector<ports::StoredTodo> all;
  json::object query{{"collection", "todos"}, {"limit", 500}, {"order", "created_ms"},
                     {"where", json::array{condition("state", "=", "open"), condition("order_id", "=", json::value())}}};
  auto done = each_item(session_.store(), std::move(query), [&](const json::value& item) {
    auto stored = stored_of(item);
    if (!stored) throw BadDocument(stored.message());
    all.push_back(std::move(*stored));
    return true;
  });
  if (!done) return done.failure();
  return all;
}

Result<> StoreInbox::put(const std::vector<ports::StoredTodo>& todos, const std::vector<ports::AuditEntry>& audit) {
  json::array expect, put, entries;
  for (const auto& stored : todos) {
    expect.push_back(json::object{{"collection", "todos"}, {"key", stored.todo.id}, {"version", stored.version}});
    put.push_back(put_of_todo(stored.todo));
  }
  for (const auto& entry : audit) entries.push_back(audit_of(entry));
  auto committed = session_.store().commit(json::object{{"expect", std::move(expect)}, {"put", std::move(put)}, {"audit", std::move(entries)}});
  if (!committed) return committed.failure();
  return hostapi::success();
}

Result<InboxPage> StoreInbox::page(const InboxQuery& query) {
  json::object wanted{{"collection", "todos"}, {"order", query.open ? "rank_ms" : "-rank_ms"}, {"limit", query.limit}, {"where", where_of(query)}};
  if (!query.severity.empty()) wanted["where"].as_array().push_back(condition("severity", "=", query.severity));
  if (!query.after.empty()) wanted["after"] = query.after;
  auto found = session_.store().find(wanted);
  if (!found) return found.failure();
  return reading("the tasks", [&] {
    const Members answer(*found);
    InboxPage page;
    for (const auto& item : answer.list("items")) {
      auto stored = stored_of(item);
      if (!stored) throw BadDocument(stored.message());
      page.todos.push_back(std::move(stored->todo));
    }
    page.next = answer.text("next");
    return page;
  });
}

Result<std::map<std::string, std::int64_t>> StoreInbox::counts(const InboxQuery& query) {
  auto found = session_.store().find(json::object{{"collection", "todos"}, {"limit", 0}, {"count_by", "severity"}, {"where", where_of(query)}});
  if (!found) return found.failure();
  return reading("the counts", [&] {
    std::map<std::string, std::int64_t> counts;
    const Members answer(*found);
    if (const auto by = answer.object("counts"))
      for (const auto& one : by->raw()) counts[std::string(one.key())] = by->number(one.key());
    return counts;
  });
}

Result<ShopFacts> StoreInbox::facts(const std::string& topic) {
  ShopFacts facts;
  StoreNotifications notifications(session_);
  auto orphans = notifications.open_orphans(orphans_most);
  if (!orphans) return orphans.failure();
  facts.orphans = std::move(*orphans);
  auto quarantined = notifications.count("quarantined");
  if (!quarantined) return quarantined.failure();
  facts.quarantined = *quarantined;
  auto newest_quarantined = notifications.newest("quarantined", 1);
  if (!newest_quarantined) return newest_quarantined.failure();
  if (!newest_quarantined->empty()) facts.quarantined_since_ms = newest_quarantined->front().received_ms;
  auto newest = notifications.newest("", 1);
  if (!newest) return newest.failure();
  if (!newest->empty()) facts.last_received_ms = newest->front().received_ms;
  facts.notifications_expected = !topic.empty();
  auto asked = last_asked(session_);
  if (!asked) return asked.failure();
  facts.last_asked_ms = *asked;
  auto jobs = all_of(session_.store(), {{"collection", "bulk_jobs"}, {"where", json::array{condition("state", "=", "waiting_approval")}}, {"order", "created_ms"}}, 100, decode_bulk_job);
  if (!jobs) return jobs.failure();
  facts.bulk_jobs = std::move(*jobs);
  return facts;
}

}  // namespace amazonpay::host
