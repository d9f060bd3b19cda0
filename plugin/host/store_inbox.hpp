// ports::Inbox over hostapi.store, the list of tasks for the inbox page, and what the shop's own tasks are made of. The index of a task:
//   assignee  who has taken it; menu: the same, but nobody for what is urgent (the menu counts what is one's own or nobody's); rank_ms: place in its group.
// Made per call. In-call, one thread.
#pragma once
#include <hostapi/sdk.hpp>

#include <map>
#include <optional>

#include "host/member.hpp"
#include "ports/inbox.hpp"

namespace amazonpay::host {

json::object put_of_todo(const Todo& todo);

struct InboxQuery {
  bool open = true;
  std::string severity;            // empty: any
  std::string assignee;            // empty: anyone's
  std::vector<TodoKind> kinds;     // empty: all
  int limit = 20;
  std::string after;               // cursor
};

struct InboxPage {
  std::vector<Todo> todos;         // by deadline; closed ones newest first
  std::string next;                // cursor; empty: no more
};

class StoreInbox : public ports::Inbox {
 public:
  explicit StoreInbox(const hostapi::sdk::Session& session) : session_(session) {}
  Result<ports::StoredTodo> todo(const std::string& id) override;
  Result<std::vector<ports::StoredTodo>> open_without_order() override;
  Result<> put(const std::vector<ports::StoredTodo>& todos, const std::vector<ports::AuditEntry>& audit) override;

  Result<InboxPage> page(const InboxQuery& query);
  // Open ones per severity; the query's severity, limit and cursor do not count.
  Result<std::map<std::string, std::int64_t>> counts(const InboxQuery& query);
  // What is there now; topic: the confirmed one of the settings.
  Result<ShopFacts> facts(const std::string& topic);

 private:
  hostapi::sdk::Session session_;
};

}  // namespace amazonpay::host
