// The inbox: what a person has to do now, to decide, to watch; what waits for a second person; what is done. Filters and paging stand in the address.
#include <algorithm>

#include "flows/acts.hpp"
#include "flows/inbox.hpp"
#include "host/addresses.hpp"
#include "host/call.hpp"
#include "host/pages.hpp"
#include "host/sheets.hpp"
#include "host/store_inbox.hpp"
#include "host/task_views.hpp"

namespace amazonpay::host {
namespace {

constexpr int rows_per_group = 12;
constexpr int tasks_per_page = 40;

struct Group {
  const char* id;
  const char* label;
  const char* empty;
};
constexpr Group groups[] = {{"stop", tr("Now"), tr("Nothing needs you now.")}, {"wait", tr("To decide"), tr("Nothing waits for a decision.")}, {"watch", tr("To watch"), tr("There is nothing to watch.")}};

enum class Show { all, mine, approvals, done };

struct InboxWish {
  Show show = Show::all;
  std::string kind, group, after;
};

InboxWish inbox_wish_of(const json::value& request) {
  InboxWish w;
  const auto show = text_in(request, "show");
  w.show = show == "mine" ? Show::mine : show == "approvals" ? Show::approvals : show == "done" ? Show::done : Show::all;
  w.kind = text_in(request, "kind"), w.group = text_in(request, "group"), w.after = text_in(request, "after");
  if (kind_group(w.kind) == nullptr) w.kind.clear();
  if (std::none_of(std::begin(groups), std::end(groups), [&](const Group& g) { return w.group == g.id; })) w.group.clear();
  return w;
}

const char* name_of(Show show) { return show == Show::mine ? "mine" : show == Show::approvals ? "approvals" : show == Show::done ? "done" : "all"; }

std::string address_of(const InboxWish& w) {
  std::string address = std::string("?show=") + name_of(w.show);
  if (!w.kind.empty()) address += "&kind=" + w.kind;
  if (!w.group.empty()) address += "&group=" + w.group;
  if (!w.after.empty()) address += "&after=" + amazon::percent_encoded(w.after);
  return address;
}

InboxQuery query_of(const InboxWish& w, const Actor& me) {
  InboxQuery query;
  query.open = w.show != Show::done;
  if (w.show == Show::mine) query.assignee = me.id;
  if (w.show == Show::approvals) query.kinds = {TodoKind::approval, TodoKind::bulk_approval};
  else if (const auto* group = kind_group(w.kind)) query.kinds = group->kinds;
  return query;
}

std::int64_t sum_of(const std::map<std::string, std::int64_t>& counts) {
  std::int64_t sum = 0;
  for (const auto& [severity, count] : counts) sum += count;
  return sum;
}

class InboxView {
 public:
  InboxView(const Session& session, const InboxWish& wanted, Reader reader) : session_(session), store_(session), wanted_(wanted), reader_(std::move(reader)), speech_(session) {}

  Result<json::value> make() {
    auto tabs = tabs_part();
    if (!tabs) return tabs.failure();
    json::object data{{"tabs", std::move(*tabs)}, {"kinds", kinds_part()}, {"show", name_of(wanted_.show)},
                      {"lead", speech_.say(tr("What a person has to decide or watch. A task goes away by itself when Amazon’s answer settles it."))}};
    const bool grouped = wanted_.group.empty() && (wanted_.show == Show::all || wanted_.show == Show::mine);
    auto panels = grouped ? group_panels() : one_panel();
    if (!panels) return panels.failure();
    data["panels"] = std::move(*panels);
    data["filter"] = wanted_.show == Show::all || wanted_.show == Show::mine;
    data["filtered"] = !wanted_.kind.empty();
    return json::value(view_document("tasks", std::move(data)));
  }

 private:
  Result<json::array> tabs_part() {
    json::array tabs;
    for (const auto& [show, label] : {std::pair{Show::mine, tr("Mine")}, std::pair{Show::all, tr("Everyone’s")}, std::pair{Show::approvals, tr("Approvals")}, std::pair{Show::done, tr("Done")}}) {
      std::string count;
      if (show != Show::done) {
        auto counts = store_.counts(query_of({show, "", "", ""}, reader_.me));
        if (!counts) return counts.failure();
        if (const auto all = sum_of(*counts); all > 0) count = std::to_string(all);
      }
      tabs.push_back(json::object{{"label", speech_.say(label)}, {"href", std::string("?show=") + name_of(show)}, {"current", show == wanted_.show}, {"count", count}});
    }
    return tabs;
  }

  json::array kinds_part() {
    json::array kinds{json::object{{"value", ""}, {"label", speech_.say(tr("All kinds"))}, {"selected", wanted_.kind.empty()}}};
    for (const auto& group : kind_groups()) kinds.push_back(json::object{{"value", group.id}, {"label", speech_.say(group.label)}, {"selected", wanted_.kind == group.id}});
    return kinds;
  }

  Result<json::array> rows_of(const std::vector<Todo>& todos) {
    json::array rows;
    for (const auto& todo : todos) {
      auto row = task_row(session_, todo, reader_, speech_);
      if (!row) return row.failure();
      rows.push_back(std::move(*row));
    }
    return rows;
  }

  Result<json::array> group_panels() {
    auto query = query_of(wanted_, reader_.me);
    auto counts = store_.counts(query);
    if (!counts) return counts.failure();
    query.limit = rows_per_group;
    json::array panels;
    for (const auto& group : groups) {
      query.severity = group.id;
      const auto count = (*counts)[group.id];
      auto page = count > 0 ? store_.page(query) : Result<InboxPage>(InboxPage{});
      if (!page) return page.failure();
      auto rows = rows_of(page->todos);
      if (!rows) return rows.failure();
      json::object panel{{"id", group.id}, {"title", speech_.say(group.label)}, {"urgent", std::string_view(group.id) == "stop" && count > 0}, {"count", std::to_string(count)}, {"rows", std::move(*rows)},
                         {"empty", speech_.say(group.empty)}};
      auto rest = wanted_;
      rest.group = group.id;
      if (!page->next.empty()) panel["more"] = json::object{{"href", address_of(rest)}, {"label", speech_.say({tr("All {count} of them"), {{"count", count}}})}};
      panels.push_back(std::move(panel));
    }
    return panels;
  }

  Result<json::array> one_panel() {
    auto query = query_of(wanted_, reader_.me);
    query.severity = wanted_.group, query.limit = tasks_per_page, query.after = wanted_.after;
    auto page = store_.page(query);
    if (!page) return page.failure();
    auto rows = rows_of(page->todos);
    if (!rows) return rows.failure();
    const Group* group = nullptr;
    for (const auto& g : groups)
      if (wanted_.group == g.id) group = &g;
    const bool approvals = wanted_.show == Show::approvals;
    const char* title = group != nullptr ? group->label : approvals ? tr("Waiting for a second person") : tr("Done");
    json::object panel{{"id", name_of(wanted_.show)}, {"title", speech_.say(title)}, {"urgent", false}, {"count", ""}, {"rows", std::move(*rows)},
                       {"empty", speech_.say(group != nullptr ? group->empty : approvals ? tr("Nothing waits for a second person.") : tr("No task was closed yet."))}};
    auto newest = wanted_, older = wanted_;
    newest.after.clear(), older.after = page->next;
    if (!page->next.empty() || !wanted_.after.empty())
      panel["pager"] = json::object{{"newest", wanted_.after.empty() ? "" : address_of(newest)}, {"older", page->next.empty() ? "" : address_of(older)}};
    return json::array{std::move(panel)};
  }

  const Session& session_;
  StoreInbox store_;
  const InboxWish& wanted_;
  const Reader reader_;
  const Speech speech_;
};

class TaskPage : public Page {
 public:
  TaskPage(PaymentsSource& amazon, Actions& actions) : amazon_(amazon), actions_(actions) {}
  Result<json::value> view(const Session& session, const json::value& request) override;
  Result<json::value> run(const Session& session, std::string_view action, const json::value& form) override;

 private:
  Result<json::value> hand_over(const Session& session, bool takes, const json::value& form);
  PaymentsSource& amazon_;
  Actions& actions_;
};

}  // namespace

Result<json::value> TaskPage::view(const Session& session, const json::value& request) {
  if (auto allowed = authorise(session, "payment.view"); !allowed) return allowed.failure();
  auto reader = reader_of(session);
  if (!reader) return reader.failure();
  const auto wanted = inbox_wish_of(request);
  return InboxView(session, wanted, std::move(*reader)).make();
}

Result<json::value> TaskPage::hand_over(const Session& session, bool takes, const json::value& form) {
  if (auto allowed = authorise(session, "payment.view"); !allowed) return allowed.failure();
  auto who = actor_of(session);
  if (!who) return who.failure();
  const auto todo_id = form_text(form, "todo_id").substr(0, 200);
  if (todo_id.empty()) return in_words(session, {Kind::invalid, tr("This form is incomplete. Open the page again.")});
  Call call(session, amazon_);
  StoreInbox inbox(session);
  auto done = takes ? flows::take_todo(call.ports(), inbox, todo_id, form_text(form, "seen").substr(0, 200), *who) : flows::give_back_todo(call.ports(), inbox, todo_id, *who);
  if (!done) return in_words(session, done.failure());
  return json::value{{"done", true}, {"message", Speech(session).say(takes ? tr("The task is yours.") : tr("The task is nobody’s again."))}, {"level", "good"}};
}

Result<json::value> TaskPage::run(const Session& session, std::string_view action, const json::value& form) {
  const auto order_id = form_text(form, "order_id");
  if (action == "take" || action == "give_back") return hand_over(session, action == "take", form);
  if (action != "close") return actions_.run(session, order_id, action, form);
  if (auto allowed = authorise(session, "payment.refund"); !allowed) return allowed.failure();
  auto who = actor_of(session);
  if (!who) return who.failure();
  const auto act = act_from(form, order_id, *who);
  if (act.operation_id.empty() || act.todo_id.empty()) return in_words(session, {Kind::invalid, tr("This form is incomplete. Open the page again.")});
  Call call(session, amazon_);
  auto about = call.ledger.todo(act.todo_id);
  if (!about) return in_words(session, about.failure());
  if (!closes_with_note(about->kind)) return in_words(session, {Kind::refused, tr("This task closes with its decision: open the order.")});
  if (act.note.empty()) return in_words(session, {Kind::refused, tr("Write why the task is closed, so that the next reader understands it.")});
  auto operation = flows::close_todo(call.ports(), act);
  if (!operation) return in_words(session, operation.failure());
  return json::value{{"done", true}, {"message", Speech(session).say(operation->answer)}, {"level", operation->level}};
}

std::unique_ptr<Page> task_page(PaymentsSource& amazon, Actions& actions) { return std::make_unique<TaskPage>(amazon, actions); }

}  // namespace amazonpay::host
