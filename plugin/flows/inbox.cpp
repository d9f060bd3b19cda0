#include "flows/inbox.hpp"

#include <algorithm>

namespace amazonpay::flows {
namespace {

constexpr int tries_most = 4;

// Loads, edits, commits; again after a lost race, so that the answer is about what is there now.
Result<> change(ports::Inbox& inbox, const std::string& id, const char* event, const Actor& who, const std::function<Result<bool>(Todo&)>& edit) {
  for (int tries = 1;; ++tries) {
    auto stored = inbox.todo(id);
    if (!stored) return stored.kind() == Kind::not_found ? Failure{Kind::not_found, tr("This task is closed already.")} : stored.failure();
    if (!stored->todo.open) return Failure{Kind::conflict, tr("This task is closed already.")};
    auto edited = edit(stored->todo);
    if (!edited) return edited.failure();
    if (!*edited) return hostapi::success();
    auto put = inbox.put({*stored}, {{event, stored->todo.order_id, std::nullopt, "", id + " " + who.id}});
    if (put || put.kind() != Kind::conflict || tries == tries_most) return put;
  }
}

bool says_the_same(const Todo& a, const Todo& b) {
  return a.open == b.open && a.severity == b.severity && a.title == b.title && a.text == b.text && a.due_ms == b.due_ms;
}

}  // namespace

Result<> take_todo(const Ports&, ports::Inbox& inbox, const std::string& todo_id, const std::string& seen, const Actor& who) {
  return change(inbox, todo_id, "task.taken", who, [&](Todo& todo) -> Result<bool> {
    if (todo.assigned.id == who.id) return false;
    if (todo.assigned.id != seen) return Failure{Kind::conflict, tr("Somebody else has taken this task meanwhile. Look at the page again.")};
    todo.assigned = who;
    return true;
  });
}

Result<> give_back_todo(const Ports&, ports::Inbox& inbox, const std::string& todo_id, const Actor& who) {
  return change(inbox, todo_id, "task.given_back", who, [&](Todo& todo) -> Result<bool> {
    if (todo.assigned.id.empty()) return false;
    if (todo.assigned.id != who.id) return Failure{Kind::conflict, tr("Somebody else has taken this task meanwhile. Look at the page again.")};
    todo.assigned = {};
    return true;
  });
}

Result<> keep_watch(const Ports& ports, ports::Inbox& inbox, const ShopFacts& facts) {
  const auto now_ms = ports.clock.now_ms();
  const auto wanted = shop_todos(facts, now_ms);
  auto open = inbox.open_without_order();
  if (!open) return open.failure();
  std::vector<ports::StoredTodo> changed;
  for (const auto& todo : wanted) {
    const auto held = std::find_if(open->begin(), open->end(), [&](const auto& s) { return s.todo.id == todo.id; });
    if (held != open->end() && says_the_same(held->todo, todo)) continue;
    ports::StoredTodo next{todo, 0};
    if (held != open->end()) {
      next.version = held->version, next.todo.assigned = held->todo.assigned, next.todo.created_ms = held->todo.created_ms;
    } else if (auto closed = inbox.todo(todo.id); closed) {
      next.version = closed->version;  // the same trouble again
    } else if (closed.kind() != Kind::not_found) {
      return closed.failure();
    }
    changed.push_back(std::move(next));
  }
  for (auto& held : *open) {
    if (std::any_of(wanted.begin(), wanted.end(), [&](const Todo& t) { return t.id == held.todo.id; })) continue;
    held.todo.open = false, held.todo.closed_by = "", held.todo.closed_ms = now_ms;
    changed.push_back(std::move(held));
  }
  if (changed.empty()) return hostapi::success();
  auto put = inbox.put(changed, {});
  if (put || put.kind() != Kind::conflict) return put;
  return hostapi::success();  // another host was faster; the next round sees what it did
}

}  // namespace amazonpay::flows
