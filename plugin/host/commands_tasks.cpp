// The inbox and the health of the background work for scripts: tasks, task-close, health.
#include <algorithm>

#include "flows/acts.hpp"
#include "host/commands.hpp"
#include "host/health.hpp"
#include "host/store_inbox.hpp"
#include "host/task_views.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

constexpr int tasks_most = 1000;

json::object task_document_of(const Todo& t, const Speech& speech) {
  json::object document{{"id", t.id}, {"kind", name_of(t.kind)}, {"severity", t.severity}, {"open", t.open}, {"order_number", t.order_number}, {"order_id", t.order_id}, {"title", speech.say(t.title)},
                        {"text", speech.say(t.text)}, {"assigned", t.assigned.name}, {"created", iso_time(t.created_ms)}, {"due", t.due_ms == 0 ? json::value() : json::value(iso_time(t.due_ms))}};
  if (t.amount) document["amount_minor"] = t.amount->minor(), document["currency"] = t.amount->currency().code();
  if (!t.open) document["closed"] = iso_time(t.closed_ms), document["closed_by"] = t.closed_by, document["closed_note"] = t.closed_note;
  return document;
}

Result<json::value> list_tasks(Call& call, const json::value& arguments, const Actor& who) {
  InboxQuery query;
  const auto state = form_text(arguments, "state"), kind = form_text(arguments, "kind"), group = form_text(arguments, "group");
  if (!state.empty() && state != "open" && state != "done") return Failure{Kind::invalid, tr("state is open or done.")};
  if (!group.empty() && group != "now" && group != "decide" && group != "watch") return Failure{Kind::invalid, tr("group is now, decide or watch.")};
  const auto* kinds = kind.empty() ? nullptr : kind_group(kind);
  if (!kind.empty() && kinds == nullptr)
    return Failure{Kind::invalid, tr("This kind is not known. Use one of: refund_due, refused, overdue, expiring, not_covered, drift, uncertain, approval, dispute, orphan, keys, notifications.")};
  query.open = state != "done", query.severity = group == "now" ? "stop" : group == "decide" ? "wait" : group == "watch" ? "watch" : "";
  if (kinds != nullptr) query.kinds = kinds->kinds;
  if (form_text(arguments, "mine") == "yes") query.assignee = who.id;
  query.limit = 200;
  StoreInbox inbox(call.session);
  const Speech speech(call.session);
  json::array tasks;
  std::string lines;
  do {
    auto page = inbox.page(query);
    if (!page) return page.failure();
    for (const auto& todo : page->todos) {
      lines += todo.id + "  " + (todo.order_number.empty() ? "-" : todo.order_number) + "  " + speech.say(todo.title) + (todo.due_ms == 0 ? "" : "  " + speech.say({tr("by {time} at the latest"), {{"time", speech.time(todo.due_ms)}}})) + "\n";
      tasks.push_back(task_document_of(todo, speech));
    }
    query.after = page->next;
  } while (!query.after.empty() && tasks.size() < tasks_most);
  if (lines.empty()) lines = speech.say(query.open ? tr("No task is open.") : tr("No task was closed yet.")) + "\n";
  return json::value(json::object{{"tasks", std::move(tasks)}, {"text", lines}});
}

Result<json::value> close_task(Call& call, const json::value& arguments, const Actor& who) {
  if (auto allowed = authorise(call.session, "payment.refund"); !allowed) return allowed.failure();
  const auto id = form_text(arguments, "task");
  auto todo = call.ledger.todo(id);
  if (!todo) return todo.kind() == Kind::not_found ? Failure{Kind::not_found, tr("There is no such task.")} : todo.failure();
  if (!closes_with_note(todo->kind)) return Failure{Kind::refused, tr("This task closes with its decision: open the order.")};
  auto operation_id = call.session.core().random_hex(16);
  if (!operation_id) return operation_id.failure();
  auto act = act_from(arguments, todo->order_id, who);
  act.operation_id = *operation_id, act.todo_id = id;
  if (act.note.empty()) return Failure{Kind::refused, tr("Write why the task is closed, so that the next reader understands it.")};
  auto closed = flows::close_todo(call.ports(), act);
  if (!closed) return closed.failure();
  return json::value(json::object{{"task", id}, {"closed", true}, {"text", Speech(call.session).say(closed->answer) + "\n"}});
}

Result<json::value> show_health(Call& call) {
  auto health = health_of(call.session);
  if (!health) return health.failure();
  const Speech speech(call.session);
  json::array lines;
  auto text = speech.say(health->sentence()) + "\n";
  for (const auto& line : health->lines) {
    lines.push_back(json::object{{"id", line.id}, {"level", line.role}, {"state", speech.say(line.state)}, {"advice", speech.say(line.advice)}, {"good", line.good_ms == 0 ? json::value() : json::value(iso_time(line.good_ms))},
                                 {"waiting", line.waiting < 0 ? json::value() : json::value(line.waiting)}});
    text += "  " + speech.say(line.label) + ": " + speech.say(line.state) + (line.advice.empty() ? "" : " " + speech.say(line.advice)) + "\n";
  }
  return json::value(json::object{{"ok", health->ok()}, {"level", health->role()}, {"lines", std::move(lines)}, {"text", text}});
}

}  // namespace

Result<json::value> run_task_command(Call& call, std::string_view command, const json::value& arguments, const Actor& who) {
  if (command == "tasks") return list_tasks(call, arguments, who);
  if (command == "task-close") return close_task(call, arguments, who);
  return show_health(call);
}

}  // namespace amazonpay::host
