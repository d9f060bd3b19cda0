#include "domain/watch.hpp"

namespace amazonpay {
namespace {

Todo todo_of(TodoKind kind, const std::string& cause, const char* severity, Text title, Text text, std::int64_t since_ms) {
  Todo t;
  t.id = todo_id(kind, "", cause), t.kind = kind, t.cause = cause, t.severity = severity, t.title = std::move(title), t.text = std::move(text), t.created_ms = since_ms;
  return t;
}

Todo orphan_todo(const Orphan& orphan, std::int64_t now_ms) {
  const auto drop_ms = drops_ms(orphan);
  const bool drops = drop_ms > now_ms;
  auto t = todo_of(TodoKind::orphan, orphan.permission_id, drops ? "stop" : "watch",
                   orphan.limit ? Text{tr("Payment of {amount} without an order"), {{"amount", *orphan.limit}}} : Text{tr("Payment without an order")},
                   drops ? Text{tr("Agreed at Amazon on {day}, no order here. Amazon drops it a day after the checkout unless something is collected."), {{"day", Day{orphan.created_ms}}}}
                         : Text{tr("Agreed at Amazon on {day}, no order here. Find out where it belongs, or set it aside with a reason."), {{"day", Day{orphan.created_ms}}}},
                   orphan.found_ms);
  t.amount = orphan.limit;
  if (drops) t.due_ms = drop_ms;
  return t;
}

Todo bulk_todo(const BulkJob& job) {
  auto t = todo_of(TodoKind::bulk_approval, job.id, "wait", {tr("Approve a bulk job of {count} order|Approve a bulk job of {count} orders"), {{"count", std::int64_t{job.planned()}}}}, job.approval_why,
                   job.started_ms != 0 ? job.started_ms : job.created_ms);
  t.asked_by = job.started_by.id.empty() ? job.checked_by : job.started_by;
  t.due_ms = job.expires_ms;
  return t;
}

}  // namespace

bool notifications_missing(const ShopFacts& facts) { return facts.notifications_expected && facts.last_asked_ms > facts.last_received_ms; }

std::vector<Todo> shop_todos(const ShopFacts& facts, std::int64_t now_ms) {
  std::vector<Todo> todos;
  for (const auto& orphan : facts.orphans) todos.push_back(orphan_todo(orphan, now_ms));
  for (const auto& job : facts.bulk_jobs) todos.push_back(bulk_todo(job));
  if (facts.quarantined > 0)
    todos.push_back(todo_of(TodoKind::quarantine, "all", "watch", {tr("{count} notification in quarantine|{count} notifications in quarantine"), {{"count", facts.quarantined}}},
                            {tr("Amazon signed it, but it fits nothing here. The page Notifications says why and what to do.")}, facts.quarantined_since_ms));
  if (notifications_missing(facts))
    todos.push_back(todo_of(TodoKind::notification_gap, "all", "wait", {tr("Amazon’s notifications do not arrive")},
                            {tr("Amazon accepted a request on {day} and no notification came since. Payments are read at intervals meanwhile. Check the address in Seller Central."),
                             {{"day", Day{facts.last_asked_ms}}}}, facts.last_asked_ms));
  return todos;
}

std::int64_t rank_of(const Todo& todo) {
  if (!todo.open) return todo.closed_ms;
  constexpr std::int64_t after_all_deadlines = 10'000'000'000'000;
  return todo.due_ms != 0 ? todo.due_ms : after_all_deadlines + todo.created_ms;
}

}  // namespace amazonpay
