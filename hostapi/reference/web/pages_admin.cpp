// Pages for owners and administrators: plugins and background jobs.
#include <algorithm>
#include <boost/algorithm/string/join.hpp>

#include "order_words.hpp"
#include "pages.hpp"
#include "pages_packages.hpp"

namespace shopadmin::web {
namespace {

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
    add(say.tr("Contributes"), boost::algorithm::join(manifest->contributions, ", "), true);
    add(say.tr("Needs"), boost::algorithm::join(manifest->required_services, ", "), true);
    add(say.tr("Talks to"), boost::algorithm::join(manifest->egress, ", "), true);
  }
  const auto package = site.app.installed.find(state.id);
  if (package) add(say.tr("Publisher"), package->publisher, true), add(say.tr("Version before"), package->previous, true);
  const auto problem = package && !package->enabled && package->problem.empty() ? say.tr("It is switched off.") : package && !package->problem.empty() ? package->problem : state.problem;
  json::array acts;
  const auto act = [&](const char* what, const std::string& label) { acts.push_back(json::object{{"url", std::string("/plugins/") + what}, {"plugin", state.id}, {"label", label}}); };
  if (may_install(site, visit) && !state.id.empty()) {
    if (package && !package->previous.empty()) act("rollback", say.tr("Back to {version}", {{"version", package->previous}}));
    if (!package || package->enabled) act("disable", say.tr("Switch off"));
    else act("enable", say.tr("Switch on"));
  }
  json::array steps = loading_steps(state);
  const bool settings = manifest && !manifest->settings.empty() && site.may(visit, manifest->settings_permission);
  return {{"name", state.name.empty() ? (state.id.empty() ? state.directory.filename().string() : state.id) : state.name}, {"version", state.version},
          {"role", state.loaded ? "good" : "stop"}, {"icon", state.loaded ? "good" : "stop"}, {"state", state.loaded ? say.tr("Loaded") : say.tr("Not loaded")},
          {"problem", problem}, {"acts", std::move(acts)}, {"facts", std::move(facts)}, {"steps", std::move(steps)}, {"settings_href", settings ? "/settings/" + encode_component(state.id) : ""}};
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

}  // namespace

Response plugins_page(Site& site, Visit& visit) {
  if (!site.may(visit, "plugins.edit")) return site.denied(visit);
  json::array plugins;
  const auto states = site.app.plugins.states();
  for (const auto& state : states) plugins.push_back(plugin_box(site, visit, state));
  for (const auto& package : site.app.installed.list()) { /* what was installed a moment ago, or switched off before it ever ran */
    const auto shown = std::any_of(states.begin(), states.end(), [&](const PluginState& state) { return state.id == package.id; });
    if (shown || package.active.empty()) continue;
    const auto folder = site.app.installed.folder(package.id, package.active);
    const auto manifest = read_manifest(folder);
    plugins.push_back(plugin_box(site, visit, {package.id, manifest ? manifest->name : package.id, package.active, manifest ? manifest->payment_method : "", folder, false, "", {}, ""}));
  }
  return site.page(visit, "plugins", visit.say.tr("Plugins"), "/plugins", {{"plugins", std::move(plugins)}, {"may_install", may_install(site, visit)}});
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

}  // namespace shopadmin::web
