#include "host/timeline.hpp"

#include <charconv>

#include "domain/csv.hpp"
#include "host/store_notifications.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

constexpr int events_shown = 5000, notifications_most = 50;
constexpr std::size_t page_size = 30;

struct Filter {
  const char* id;
  const char* label;
};
constexpr Filter filters[] = {{"all", tr("All")}, {"money", tr("Money")}, {"tasks", tr("Tasks")}, {"amazon", tr("Amazon")}, {"people", tr("People")}};

struct TimelineEntry {
  Event event;
  bool task = false;
  std::string why, object_id, request_id, intent_id;
};

bool fits(const TimelineEntry& entry, const std::string& show) {
  if (show == "money") return entry.event.amount.has_value() && !entry.task;
  if (show == "tasks") return entry.task;
  if (show == "amazon") return entry.event.who == "Amazon";
  if (show == "people") return !entry.event.who.empty() && entry.event.who != "Amazon";
  return true;
}

// An event's id is order:object:state; the object is Amazon's or an intent of ours.
void add_ids(TimelineEntry& entry, const Picture& p, const Speech& speech) {
  const auto& id = entry.event.id;
  const auto begin = p.payment.order_id.size() + 1;
  const auto end = id.rfind(':');
  if (id.size() <= begin || end == std::string::npos || end < begin) return;
  const auto object = id.substr(begin, end - begin);
  const auto* charge = p.payment.charge(object);
  const auto* refund = p.payment.refund(object);
  if (charge != nullptr) entry.object_id = object, entry.request_id = charge->request_id;
  if (refund != nullptr) entry.object_id = object, entry.request_id = refund->request_id;
  if (p.payment.permission && p.payment.permission->id == object) entry.object_id = object, entry.request_id = p.payment.permission->request_id;
  for (const auto& intent : p.intents) {
    const bool its_own = intent.id == object;
    if (!its_own && (refund == nullptr || (refund->intent_id != intent.id && intent.amazon_id != refund->id))) continue;
    entry.intent_id = intent.id;
    if (intent.kind == IntentKind::refund || intent.kind == IntentKind::capture) entry.why = what_for(intent, p, speech);
    if (its_own) entry.object_id = intent.amazon_id.empty() ? intent.charge_id : intent.amazon_id, entry.request_id = intent.request_id;
    return;
  }
}

void add_task(std::vector<TimelineEntry>& entries, const Todo& todo, const Speech& speech) {
  TimelineEntry opened;
  opened.task = true;
  opened.event.at_ms = todo.created_ms, opened.event.role = role_of_severity(todo.severity), opened.event.icon = icon_of(todo.kind), opened.event.amount = todo.amount;
  opened.event.text = {tr("Task: {message}"), {{"message", speech.say(todo.title)}}};
  opened.event.who = todo.asked_by.name;
  entries.push_back(opened);
  if (todo.open || todo.closed_ms == 0) return;
  opened.event.at_ms = todo.closed_ms, opened.event.role = "good", opened.event.icon = "good", opened.event.who = todo.closed_by, opened.event.amount.reset();
  opened.event.text = {tr("Task closed: {message}"), {{"message", speech.say(todo.title)}}};
  // A task that an act has answered is closed with that act's operation: an id, no note.
  const bool operation = todo.closed_note.size() == 32 && todo.closed_note.find_first_not_of("0123456789abcdef") == std::string::npos;
  opened.why = operation ? std::string() : todo.closed_note;
  entries.push_back(std::move(opened));
}

std::vector<TimelineEntry> entries_of(const Picture& p, const Story& story, const std::string& show, const Speech& speech) {
  std::vector<TimelineEntry> all;
  for (const auto& event : story.events) {
    TimelineEntry entry;
    entry.event = event;
    add_ids(entry, p, speech);
    all.push_back(std::move(entry));
  }
  for (const auto& todo : story.todos) add_task(all, todo, speech);
  std::erase_if(all, [&](const TimelineEntry& entry) { return !fits(entry, show); });
  std::stable_sort(all.begin(), all.end(), [](const TimelineEntry& a, const TimelineEntry& b) { return a.event.at_ms > b.event.at_ms; });
  return all;
}

json::object entry_part(const TimelineEntry& entry, const Speech& speech) {
  auto part = event_parts({entry.event}, 1, speech).front().as_object();
  part["why"] = entry.why;
  json::array ids;
  const auto add = [&](const char* label, const std::string& id) {
    if (!id.empty()) ids.push_back(json::object{{"label", speech.say(label)}, {"value", id}});
  };
  add(tr("Amazon’s id"), entry.object_id);
  add(tr("Amazon’s request"), entry.request_id);
  add(tr("Operation"), entry.intent_id);
  part["ids"] = std::move(ids);
  return part;
}

const char* kind_of(const TimelineEntry& entry) { return entry.task ? "task" : entry.event.who == "Amazon" ? "amazon" : entry.event.who.empty() ? "shop" : "person"; }

std::string address_of(const std::string& show, std::size_t from) {
  std::string query = "?show=" + show;
  if (from > 0) query += "&from=" + std::to_string(from);
  return query + "#timeline";
}

const char* about_label(const std::string& type) {
  if (type == "CHARGE") return tr("Charge");
  if (type == "REFUND") return tr("Refund");
  if (type == "CHARGE_PERMISSION") return tr("Charge permission");
  return type == "CHARGEBACK" ? tr("Chargeback") : "";
}

const char* effect_of(NotificationState state) {
  switch (state) {
    case NotificationState::received: case NotificationState::postponed: return tr("waits to be worked off");
    case NotificationState::done: return tr("payment read again");
    case NotificationState::ignored: return tr("set aside, nothing changed");
    case NotificationState::quarantined: return tr("in quarantine");
  }
  return "";
}

}  // namespace

Result<Story> load_story(const hostapi::sdk::Session& session, const std::string& order_id) {
  StoreLedger ledger(session);
  auto events = ledger.events(order_id, events_shown);
  if (!events) return events.failure();
  auto todos = ledger.all_todos(order_id);
  if (!todos) return todos.failure();
  auto notifications = StoreNotifications(session).of_order(order_id, notifications_most);
  if (!notifications) return notifications.failure();
  auto answers = ledger.answers(order_id);
  if (!answers) return answers.failure();
  return Story{std::move(*events), std::move(*todos), std::move(*notifications), std::move(*answers)};
}

TimelineWish timeline_wish(const json::value& request) {
  TimelineWish wish;
  const auto show = form_text(request, "show"), from = form_text(request, "from");
  for (const auto& filter : filters)
    if (show == filter.id) wish.show = show;
  unsigned skipped = 0;
  if (std::from_chars(from.data(), from.data() + from.size(), skipped).ec == std::errc{}) wish.from = std::min(skipped, 1'000'000u);
  return wish;
}

json::object timeline_part(const Picture& p, const Story& story, const TimelineWish& wish, const Speech& speech) {
  const auto all = entries_of(p, story, wish.show, speech);
  const auto from = wish.from < all.size() ? wish.from : 0;
  const auto to = std::min(all.size(), from + page_size);
  json::array tabs, shown;
  for (const auto& filter : filters)
    tabs.push_back(json::object{{"label", speech.say(filter.label)}, {"href", address_of(filter.id, 0)}, {"current", wish.show == filter.id}});
  for (auto i = from; i < to; ++i) shown.push_back(entry_part(all[i], speech));
  json::object part{{"filters", std::move(tabs)}, {"events", std::move(shown)}, {"export", "?export=timeline&show=" + wish.show}, {"empty", all.empty()}, {"pager", nullptr}};
  if (all.size() > page_size)
    part["pager"] = json::object{{"range", speech.say({tr("{first} to {last} of {total}"), {{"first", std::int64_t(from + 1)}, {"last", std::int64_t(to)}, {"total", std::int64_t(all.size())}}})},
                                 {"newer", from > 0 ? address_of(wish.show, from > page_size ? from - page_size : 0) : std::string()},
                                 {"older", to < all.size() ? address_of(wish.show, to) : std::string()}};
  return part;
}

std::string timeline_csv(const Picture& p, const Story& story, const TimelineWish& wish, const Speech& speech) {
  std::string csv = "time,kind,who,what,why,amount,currency,amazon_id,amazon_request,operation\r\n";
  for (const auto& entry : entries_of(p, story, wish.show, speech)) {
    const auto& e = entry.event;
    std::string amount;
    if (e.amount) amount = (e.amount->minor() < 0 ? "-" : "") + to_wire(e.amount->minor() < 0 ? zero_of(e.amount->currency()) - *e.amount : *e.amount);
    csv += iso_time(e.at_ms) + "," + kind_of(entry) + "," + csv_cell(e.who) + "," + csv_cell(speech.say(e.text)) + "," + csv_cell(entry.why) + "," + amount + "," +
           (e.amount ? std::string(e.amount->currency().code()) : std::string()) + "," + csv_cell(entry.object_id) + "," + csv_cell(entry.request_id) + "," + csv_cell(entry.intent_id) + "\r\n";
  }
  return csv;
}

json::object notifications_part(const Story& story, const Speech& speech) {
  json::array rows;
  for (const auto& n : story.notifications) {
    const auto* label = about_label(n.object_type);
    const bool open = waits(n) || n.state == NotificationState::quarantined;
    json::object row{{"received", speech.time(n.received_ms)}, {"about", *label != '\0' ? speech.say(label) : n.object_type}, {"id", n.object_id}, {"id_short", short_id(n.object_id)},
                     {"type", n.notification_type}, {"effect", speech.say(effect_of(n.state))}, {"role", open ? "wait" : "good"}, {"icon", open ? "wait" : "good"}, {"copies", ""}};
    if (n.deliveries > 1) row["copies"] = speech.say({tr("came {count} time|came {count} times"), {{"count", std::int64_t{n.deliveries}}}});
    rows.push_back(std::move(row));
  }
  const auto count = std::int64_t(rows.size());
  return {{"head", speech.say({tr("{count} received, signature good|{count} received, all signatures good"), {{"count", count}}})}, {"rows", std::move(rows)}};
}

}  // namespace amazonpay::host
