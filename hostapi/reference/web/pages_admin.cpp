// Pages for owners and administrators: plugins, background jobs, audit.
#include <sstream>

#include "audit/export.hpp"
#include "order_words.hpp"
#include "pages.hpp"

namespace shopadmin::web {
namespace {

std::string joined(const std::set<std::string>& items) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

// The steps of loading, when the loader keeps them with the state.
json::array loading_steps(const auto& state) {
  json::array steps;
  if constexpr (requires { state.steps; })
    for (const auto& step : state.steps)
      steps.push_back(json::object{{"role", step.good ? "good" : "stop"}, {"icon", step.good ? "good" : "stop"}, {"step", step.step}, {"detail", step.detail}});
  return steps;
}

json::object plugin_box(const Site& site, const Visit& visit, const PluginState& state) {
  const auto& say = visit.say;
  const auto* manifest = site.app.plugins.manifest(state.id);
  json::array facts;
  const auto add = [&](const std::string& label, const std::string& value, bool mono) {
    if (!value.empty()) facts.push_back(json::object{{"label", label}, {"value", value}, {"mono", mono}});
  };
  add(say.tr("Id"), state.id, true);
  add(say.tr("Folder"), state.directory.string(), true);
  add(say.tr("Payment method"), state.payment_method, true);
  if (manifest) {
    add(say.tr("Contributes"), joined(manifest->contributions), true);
    add(say.tr("Needs"), joined(manifest->required_services), true);
    std::string hosts;
    for (const auto& host : manifest->egress) hosts += (hosts.empty() ? "" : ", ") + host;
    add(say.tr("Talks to"), hosts, true);
  }
  json::array steps = loading_steps(state);
  const bool settings = manifest && !manifest->settings.empty() && site.may(visit, manifest->settings_permission);
  return {{"name", state.name.empty() ? (state.id.empty() ? state.directory.filename().string() : state.id) : state.name}, {"version", state.version},
          {"role", state.loaded ? "good" : "stop"}, {"icon", state.loaded ? "good" : "stop"}, {"state", state.loaded ? say.tr("Loaded") : say.tr("Not loaded")},
          {"problem", state.problem}, {"facts", std::move(facts)}, {"steps", std::move(steps)}, {"settings_href", settings ? "/settings/" + encode_component(state.id) : ""}};
}

json::object task_row(const Visit& visit, const Task& task, std::int64_t now_ms, bool may_change) {
  const auto& say = visit.say;
  const bool running = task.state == "running";
  const auto* role = task.failing() ? "stop" : running ? "good" : task.last_error.empty() ? "neutral" : "wait";
  const auto label = task.failing() ? say.tr("Failing") : running ? say.tr("Running") : task.last_error.empty() ? say.tr("Waiting") : say.tr("Will be repeated");
  json::object row{{"name", task.name}, {"key", task.key.empty() ? task.plugin_id : task.key}, {"state", label}, {"role", role},
                   {"icon", task.failing() ? "stop" : running ? "play" : "wait"}, {"attempts", say.number(task.attempts)}, {"error", task.last_error},
                   {"next", running ? say.tr("now") : task.due_ms <= now_ms ? say.tr("due now") : when(say, task.due_ms, now_ms)}};
  row["now"] = !may_change ? json::value(false)
                           : json::value(json::object{{"url", running ? std::string() : "/queue/" + std::to_string(task.id) + "/now"}, {"label", say.tr("Try {job} now", {{"job", task.name + " " + task.key}})}});
  return row;
}

// As a file, what the page shows and what comes after it. More than a browser should be given goes through the command line.
Response audit_download(Site& site, Visit& visit, const AuditQuery& query, bool csv) {
  constexpr std::int64_t most = 20'000;
  const auto& say = visit.say;
  std::ostringstream out;
  const auto entries = export_audit(site.app.audit, query, csv, out, most);
  if (!entries) {
    const auto text = say.tr("These are more than {count} entries. Choose an order or an event, or run “shopadmin audit export” on the server.", {{"count", most}});
    return site.problem(visit, 422, say.tr("Too many entries for a download"), text, "/audit", say.tr("Back to the audit"));
  }
  Response response;
  response.content_type = csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
  response.headers.emplace_back("Content-Disposition", std::string("attachment; filename=\"audit.") + (csv ? "csv\"" : "jsonl\""));
  response.body = out.str();
  return response;
}

}  // namespace

Response plugins_page(Site& site, Visit& visit) {
  if (!site.may(visit, "plugins.edit")) return site.denied(visit);
  json::array plugins;
  for (const auto& state : site.app.plugins.states()) plugins.push_back(plugin_box(site, visit, state));
  return site.page(visit, "plugins", visit.say.tr("Plugins"), "/plugins", {{"plugins", std::move(plugins)}});
}

Response queue_page(Site& site, Visit& visit) {
  const auto& say = visit.say;
  if (!site.may(visit, "plugins.edit")) return site.denied(visit);
  const bool failing = visit.query.get("show") == "failing";
  const auto now_ms = site.app.clock->now_ms();
  TaskQuery query;
  query.failing_only = failing;
  query.limit = 100;
  const auto after = visit.query.get("after");
  if (!after.empty() && after.size() < 18 && after.find_first_not_of("0123456789") == std::string::npos) query.after_id = std::stoll(after);
  const auto tasks = site.app.queue.list(query);
  json::array rows;
  for (const auto& task : tasks) rows.push_back(task_row(visit, task, now_ms, true));
  const auto counts = site.app.queue.counts();
  const auto counter = [&](const std::string& label, const std::string& value) { return json::object{{"label", label}, {"value", value}}; };
  std::string older;
  if (static_cast<int>(tasks.size()) == query.limit) older = std::string("/queue?after=") + std::to_string(tasks.back().id) + (failing ? "&show=failing" : "");
  json::object data{{"counts", json::array{counter(say.tr("Waiting"), say.number(counts.waiting)), counter(say.tr("Running"), say.number(counts.running)), counter(say.tr("Failing"), say.number(counts.failing)),
                                           counter(say.tr("Done"), say.number(counts.done)), counter(say.tr("Oldest due"), counts.oldest_due_ms > 0 && counts.waiting > 0 ? when(say, counts.oldest_due_ms, now_ms) : "–")}},
                    {"tabs", json::array{json::object{{"href", "/queue"}, {"label", say.tr("All")}, {"current", !failing}}, json::object{{"href", "/queue?show=failing"}, {"label", say.tr("Failing")}, {"current", failing}}}},
                    {"rows", std::move(rows)},
                    {"may_change", true},
                    {"older", older},
                    {"empty", failing ? say.tr("No job is failing.") : say.tr("No job is waiting.")},
                    {"labels", json::object{{"job", say.tr("Job")}, {"state", say.tr("State")}, {"attempts", say.tr("Attempts")}, {"next", say.tr("Next try")}, {"error", say.tr("Last error")}}}};
  return site.page(visit, "queue", say.tr("Background jobs"), "/queue", std::move(data));
}

Response queue_retry(Site& site, Visit& visit, const std::string& task_id) {
  const auto& say = visit.say;
  if (!site.may(visit, "plugins.edit")) return site.denied(visit);
  if (task_id.empty() || task_id.size() > 18 || task_id.find_first_not_of("0123456789") != std::string::npos) return site.not_found(visit);
  const auto tried = site.app.queue.retry_now(std::stoll(task_id));
  if (!tried) return site.go("/queue", Flash{"wait", say.tr("This job is not waiting any more: it is done or running.")});
  return site.go("/queue", Flash{"good", say.tr("The job is due now and runs within seconds.")});
}

Response audit_page(Site& site, Visit& visit) {
  const auto& say = visit.say;
  if (!site.may(visit, "audit.view")) return site.denied(visit);
  AuditQuery query;
  const auto number = visit.query.get("order").substr(0, 60);
  query.event = visit.query.get("event").substr(0, 60);
  bool nothing = false;
  if (!number.empty()) {
    const auto order = site.app.orders.by_number(number);
    (order ? query.order_id : query.order_number) = order ? order->id : number;  // the entries of a deleted order keep its number
  }
  if (const auto as = visit.query.get("as"); as == "csv" || as == "jsonl") return audit_download(site, visit, query, as == "csv");
  const auto before = visit.query.get("before");
  if (!before.empty() && before.size() < 18 && before.find_first_not_of("0123456789") == std::string::npos) query.before_id = std::stoll(before);
  const auto now_ms = site.app.clock->now_ms();
  json::array rows;
  const auto entries = nothing ? std::vector<AuditEntry>() : site.app.audit.list(query);
  for (const auto& entry : entries)
    rows.push_back(json::object{{"when", when(say, entry.at_ms, now_ms)}, {"who", entry.who_name == "system" ? say.tr("the shop itself") : entry.who_name}, {"event", entry.event}, {"order", entry.order_number},
                                {"order_href", entry.order_id.empty() ? "" : order_address(entry.order_id)}, {"reason", reason_label(say, entry.reason)},
                                {"m", entry.amount_minor ? json::value(say.m(*entry.amount_minor, entry.currency)) : json::value(nullptr)},
                                {"note", entry.note}, {"details", entry.details.empty() ? "" : json::serialize(entry.details)}});
  std::string filter = (number.empty() ? "" : "&order=" + encode_component(number)) + (query.event.empty() ? "" : "&event=" + encode_component(query.event));
  json::object data{{"filter", json::object{{"order", number}, {"event", query.event}}}, {"rows", std::move(rows)},
                    {"csv", "/audit?as=csv" + filter}, {"jsonl", "/audit?as=jsonl" + filter}, {"newest", query.before_id > 0 ? "/audit?" + filter : ""},
                    {"older", static_cast<int>(entries.size()) == query.limit ? "/audit?before=" + std::to_string(entries.back().id) + filter : ""},
                    {"labels", json::object{{"when", say.tr("When")}, {"who", say.tr("Who")}, {"event", say.tr("Event")}, {"order", say.tr("Order")}, {"amount", say.tr("Amount")}, {"why", say.tr("Why")}}}};
  return site.page(visit, "audit", say.tr("Audit"), "/audit", std::move(data));
}

Response audit_verify(Site& site, Visit& visit) {
  const auto& say = visit.say;
  if (!site.may(visit, "audit.view")) return site.denied(visit);
  const auto checked = site.app.audit.verify();
  if (checked.good()) return site.go("/audit", Flash{"good", say.tr_n("{count} entry checked: the chain is whole.", "{count} entries checked: the chain is whole.", checked.entries)});
  return site.go("/audit", Flash{"stop", checked.findings.front().message});
}

}  // namespace shopadmin::web
