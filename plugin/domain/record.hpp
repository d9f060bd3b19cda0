// What is written beside the money: events of the timeline, tasks for people, answers already given. Pure values.
#pragma once
#include <optional>
#include <string>

#include "domain/intent.hpp"
#include "domain/text.hpp"

namespace amazonpay {

// One line of an order's timeline. Texts are kept as ids, so that each reader sees the own language.
struct Event {
  std::string id;          // the order's id, ":", and what makes it unique out of the cause, so that a repeat writes the same line
  std::string order_id;
  std::int64_t at_ms = 0;
  std::string role;        // good, wait, stop, neutral or empty
  std::string icon;
  Text text;
  std::optional<Money> amount;  // negative: to the buyer
  bool struck = false;          // the amount did not move in the end
  std::string who;              // a person's name, or "Amazon"
  bool fresh = false;           // not stored: what it tells of begins with the same change, so no such line is there yet
};

enum class TodoKind { refund_due, refund_declined, refund_refused, refund_overdue, canceled_again, not_covered, keys_refused, uncertain, drift, act_refused, expiring, delivery_refused, approval, refund_withdrawn, dispute,
                      orphan, quarantine, notification_gap, bulk_approval };  // the last four are the shop's, without an order (flows/watch)
const char* name_of(TodoKind kind);
TodoKind todo_kind(const std::string& name);

// A task for a person. The id is made of kind and cause: a repeat opens it once; a closed one stays closed.
struct Todo {
  std::string id;
  std::string order_id;
  std::string order_number;
  TodoKind kind = TodoKind::refund_due;
  std::string severity;        // stop: now; wait: to decide; watch: nothing to do here but to follow it
  Text title;
  Text text;
  std::string cause;           // intent or event it is about
  std::optional<Money> amount; // what is due
  Actor asked_by;              // of an approval: who may not give it
  Actor assigned;              // who has taken it; nobody: empty
  std::int64_t due_ms = 0;     // when it is too late; 0: no such time is known
  bool open = true;
  std::string closed_by;
  std::string closed_note;
  std::int64_t created_ms = 0;
  std::int64_t closed_ms = 0;
};
std::string todo_id(TodoKind kind, const std::string& order_id, const std::string& cause);

// The answer once given to an operation (a click) or an event (from the host): the same id gets the same answer.
struct Operation {
  std::string id;
  std::string order_id;
  std::string level;   // good, wait, stop
  Text answer;
  std::int64_t created_ms = 0;
  bool repeated = false;  // not stored: this answer was given before, so nothing was decided just now
};

// Why staff give money back; the catalogue stands in reasons().
struct Reason {
  const char* id;
  const char* label;
};
const std::vector<Reason>& reasons();

}  // namespace amazonpay
