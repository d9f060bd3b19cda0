#include <algorithm>

#include "amazon/signing.hpp"
#include "flows/acts.hpp"
#include "host/call.hpp"
#include "host/codec.hpp"
#include "host/pages.hpp"
#include "host/member.hpp"
#include "host/sheets.hpp"

namespace amazonpay::host {
namespace {

constexpr int rows_most = 200;

struct Inbox {
  std::vector<Todo> todos;
  std::int64_t open = 0;
};

json::object query_of(const char* state) {
  return {{"collection", "todos"}, {"where", json::array{json::object{{"field", "state"}, {"op", "="}, {"value", state}}}}, {"order", "-created_ms"}, {"limit", rows_most},
          {"count_by", "state"}};
}

Result<Inbox> read_inbox(const Session& session, bool open) {
  auto found = session.store().find(query_of(open ? "open" : "closed"));
  if (!found) return found.failure();
  auto open_count = open ? found : session.store().find(query_of("open"));
  if (!open_count) return open_count.failure();
  return reading("the tasks", [&] {
    Inbox inbox;
    const Members answer(*found);
    for (const auto& item : answer.list("items")) {
      const auto* value = Members(item).find("value");
      auto todo = decode_todo(value == nullptr ? json::value() : *value);
      if (!todo) throw BadDocument(todo.message());
      inbox.todos.push_back(std::move(*todo));
    }
    const Members counted(*open_count);
    if (const auto counts = counted.object("counts")) inbox.open = counts->number("open");
    std::stable_sort(inbox.todos.begin(), inbox.todos.end(), [](const Todo& a, const Todo& b) { return a.severity == "stop" && b.severity != "stop"; });
    return inbox;
  });
}

// A closed task says who closed it and why; an open one when it came up.
std::string when_of(const Todo& todo, const Speech& speech) {
  if (todo.open) return speech.say({tr("since {time}"), {{"time", speech.time(todo.created_ms)}}});
  auto when = speech.say({tr("closed {time}"), {{"time", speech.time(todo.closed_ms)}}});
  if (!todo.closed_by.empty()) when += " · " + todo.closed_by;
  return todo.closed_note.empty() ? when : when + " · " + todo.closed_note;
}

json::object second_button(const char* action, std::string label) { return {{"action", action}, {"label", std::move(label)}}; }

// Without a sheet the row itself asks what the sheet would ask.
void add_decision(json::object& part, const Todo& todo, const std::string& action, const Speech& speech) {
  if (action == "approve") {
    part["label"] = speech.say({tr("Approve {amount}"), {{"amount", *todo.amount}}});
    part["second"] = second_button("reject", speech.say(tr("Do not approve")));
  }
  if (action == "take_back") part["label"] = speech.say(tr("Take it back"));
  if (action != "settle_uncertain") return;
  part["label"] = speech.say(tr("Found: book it"));
  part["input"] = json::object{{"name", "amazon_id"}, {"label", speech.say(tr("Id from Seller Central"))}};
  part["second"] = second_button("send_again", speech.say(tr("It is not there: send it again")));
}

// The order is gone, so its page cannot offer the act: the inbox does.
Result<> add_act_without_order(json::object& part, const Session& session, const Todo& todo, const Speech& speech) {
  auto picture = draw(session, todo.order_id, 1);
  if (!picture) return picture.kind() == Kind::not_found ? hostapi::success() : Result<>(picture.failure());
  const auto act = act_of(todo, *picture, speech);
  if (act.action.empty()) return hostapi::success();
  auto operation_id = session.core().random_hex(16);
  if (!operation_id) return operation_id.failure();
  auto values = act.form;
  values.insert(values.end(), {{"order_id", todo.order_id}, {"operation_id", *operation_id}, {"seen", flows::stand_of(picture->payment, picture->intents)}});
  part["action"] = act.action, part["label"] = act.label, part["form"] = form_part(values);
  add_decision(part, todo, act.action, speech);
  return hostapi::success();
}

Result<json::object> row_of(const Session& session, const Todo& todo, bool may_close, const Speech& speech) {
  json::object part{{"role", todo.open ? role_of_severity(todo.severity) : "neutral"}, {"icon", icon_of(todo.kind)}, {"title", speech.say(todo.title)},
                    {"text", speech.say(todo.text)}, {"order_number", todo.order_number}, {"order_id", todo.order_id}, {"when", when_of(todo, speech)}};
  auto order = session.orders().get(todo.order_id);
  if (!order && order.kind() != Kind::not_found) return order.failure();
  if (order) part["order_url"] = "/orders/" + amazon::percent_encoded(todo.order_id), part["label"] = speech.say(tr("Look at it"));
  if (!todo.open) return part;
  if (!order)
    if (auto added = add_act_without_order(part, session, todo, speech); !added) return added.failure();
  // What waits for a decision about the money is not closed with a note: it is decided.
  const bool decided_on_its_own = todo.kind == TodoKind::approval || todo.kind == TodoKind::uncertain;
  if (may_close && !decided_on_its_own) {
    auto operation_id = session.core().random_hex(16);
    if (!operation_id) return operation_id.failure();
    part["close"] = json::object{{"label", speech.say(tr("Close with this reason"))}, {"note_label", speech.say(tr("Why nothing is due"))},
                                 {"form", form_part({{"order_id", todo.order_id}, {"todo_id", todo.id}, {"operation_id", *operation_id}})}};
  }
  return part;
}

json::array tabs(bool open, std::int64_t count, const Speech& speech) {
  return {json::object{{"label", speech.say(tr("Open"))}, {"href", "?show=open"}, {"current", open}, {"count", count == 0 ? std::string() : std::to_string(count)}},
          json::object{{"label", speech.say(tr("Done"))}, {"href", "?show=done"}, {"current", !open}, {"count", ""}}};
}

class TaskPage : public Page {
 public:
  TaskPage(PaymentsSource& amazon, Actions& actions) : amazon_(amazon), actions_(actions) {}
  Result<json::value> view(const Session& session, const json::value& request) override;
  Result<json::value> run(const Session& session, std::string_view action, const json::value& form) override;

 private:
  PaymentsSource& amazon_;
  Actions& actions_;
};

}  // namespace

Result<json::value> TaskPage::view(const Session& session, const json::value& request) {
  if (auto allowed = authorise(session, "payment.view"); !allowed) return allowed.failure();
  const bool open = text_in(request, "show") != "done";
  auto inbox = read_inbox(session, open);
  if (!inbox) return inbox.failure();
  const Speech speech(session);
  const bool may_close = session.identity().may("payment.refund").ok();
  json::array rows;
  for (const auto& todo : inbox->todos) {
    auto one = row_of(session, todo, may_close, speech);
    if (!one) return one.failure();
    rows.push_back(std::move(*one));
  }
  return json::value(view_document("tasks", {{"tabs", tabs(open, inbox->open, speech)}, {"rows", std::move(rows)},
                                             {"empty", speech.say(open ? tr("No task is open.") : tr("No task was closed yet."))}}));
}

Result<json::value> TaskPage::run(const Session& session, std::string_view action, const json::value& form) {
  const auto order_id = form_text(form, "order_id");
  if (action != "close") return actions_.run(session, order_id, action, form);
  if (auto allowed = authorise(session, "payment.refund"); !allowed) return allowed.failure();
  auto who = actor_of(session);
  if (!who) return who.failure();
  const auto act = act_from(form, order_id, *who);
  if (act.operation_id.empty() || act.todo_id.empty()) return in_words(session, {Kind::invalid, tr("This form is incomplete. Open the page again.")});
  auto about = StoreLedger(session).todo(act.todo_id);
  if (!about) return in_words(session, about.failure());
  if (about->kind == TodoKind::approval || about->kind == TodoKind::uncertain)
    return in_words(session, {Kind::refused, tr("This task closes with its decision: open the order.")});
  if (act.note.empty()) return in_words(session, {Kind::refused, tr("Write why the task is closed, so that the next reader understands it.")});
  Call call(session, amazon_);
  auto operation = flows::close_todo(call.ports(), act);
  if (!operation) return in_words(session, operation.failure());
  return json::value{{"done", true}, {"message", Speech(session).say(operation->answer)}, {"level", operation->level}};
}

std::unique_ptr<Page> task_page(PaymentsSource& amazon, Actions& actions) { return std::make_unique<TaskPage>(amazon, actions); }

}  // namespace amazonpay::host
