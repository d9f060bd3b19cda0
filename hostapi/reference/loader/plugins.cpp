/* Plugins: who is loaded, and loading. The calls are in plugin_calls.cpp. */
#include "loader/plugins.hpp"

#include <algorithm>
#include <chrono>

#include "accounts/accounts.hpp"
#include "loader/loading.hpp"
#include "log.hpp"
#include "tasks/queue.hpp"

namespace shopadmin {

Plugins::Plugins(const HostParts& parts) : parts_(parts) {
  parts_.database.read([&](Sql& sql) {
    for (const auto& row : sql.rows("SELECT id, payment_method, directory FROM plugins")) known_.push_back({row.text(0), row.text(1), row.text(2), {}});
    return 0;
  });
  for (auto& known : known_)
    if (const auto manifest = read_manifest(known.directory)) known.domain = manifest->domain;
}

Plugins::~Plugins() { stop_all(); }

void Plugins::stop_all() {
  while (!plugins_.empty()) plugins_.pop_back(); /* last loaded, first stopped */
}

Result<void> Plugins::load(const std::filesystem::path& directory, const std::function<void(const LoadStep&)>& report) {
  auto& steps = steps_[std::filesystem::absolute(directory).lexically_normal()];
  steps.clear();
  const auto say = [&](const LoadStep& step) {
    steps.push_back(step);
    if (report) report(step);
  };
  auto manifest = read_manifest(directory);
  if (!manifest) {
    say({"manifest", manifest.message(), false});
    note_failure(directory, nullptr, manifest.problem());
    return manifest.problem();
  }
  say({"manifest", manifest->name + " " + manifest->version, true});
  Result<void> outcome;
  if (loaded(manifest->id)) {
    outcome = Problem{Kind::conflict, "Plugin " + manifest->id + " is loaded already.", ""};
    say({"identity", outcome.message(), false});
    return outcome;
  }
  const auto same_method = manifest->payment_method.empty() ? nullptr : for_method(manifest->payment_method);
  if (same_method) {
    outcome = Problem{Kind::conflict, "Plugin " + same_method->id + " looks after " + manifest->payment_method + " payments already. Load only one of them.", ""};
    say({"services", outcome.message(), false});
    note_failure(directory, &*manifest, outcome.problem());
    return outcome;
  }
  const auto began = std::chrono::steady_clock::now();
  auto plugin = load_plugin(parts_, *manifest, say);
  if (!plugin) {
    note_failure(directory, &*manifest, plugin.problem());
    return plugin.problem();
  }
  outcome = register_loaded(std::move(*plugin));
  const auto took_ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count();
  if (outcome) log_event(Level::info, "PLUGIN_LOADED", {{"plugin", manifest->id}, {"version", manifest->version}, {"took_ms", took_ms}});
  return outcome;
}

Result<void> Plugins::register_loaded(std::unique_ptr<LoadedPlugin> plugin) {
  const auto& manifest = plugin->manifest;
  for (const auto& permission : manifest.permissions) parts_.accounts.declare({permission.id, permission.label, permission.roles, manifest.domain});
  for (const auto& task : manifest.tasks) {
    if (task.every_s == 0) continue;
    if (auto good = parts_.queue.declare_periodic(manifest.id, task.name, task.every_s); !good) return good;
  }
  auto noted = parts_.database.write([&](Sql& sql) {
    sql.change("INSERT INTO plugins (id, version, payment_method, directory, seen_ms) VALUES (:1, :2, :3, :4, :5) ON CONFLICT (id) DO UPDATE SET"
               " version = excluded.version, payment_method = excluded.payment_method, directory = excluded.directory, seen_ms = excluded.seen_ms",
               {manifest.id, manifest.version, manifest.payment_method, manifest.directory.string(), parts_.clock.now_ms()});
    note_data_version(sql, manifest);
    return Result<void>{};
  });
  if (!noted) return noted;
  std::erase_if(failed_, [&](const PluginState& state) { return state.id == manifest.id; });
  plugins_.push_back(std::move(plugin));
  return {};
}

void Plugins::note_failure(const std::filesystem::path& directory, const Manifest* manifest, const Problem& problem) {
  PluginState state;
  state.directory = std::filesystem::absolute(directory).lexically_normal();
  state.problem = problem.message;
  if (manifest) state.id = manifest->id, state.name = manifest->name, state.version = manifest->version, state.payment_method = manifest->payment_method, state.domain = manifest->domain;
  for (const auto& known : known_) { /* a manifest that cannot be read any more still says where it was */
    if (!manifest && known.directory == state.directory) state.id = state.name = known.id, state.payment_method = known.payment_method;
  }
  log_event(Level::error, "PLUGIN_NOT_LOADED", {{"plugin", state.id}, {"directory", state.directory.string()}, {"problem", problem.message}});
  failed_.push_back(std::move(state));
}

std::vector<PluginState> Plugins::states() const {
  std::vector<PluginState> states;
  for (const auto& plugin : plugins_) {
    const auto& manifest = plugin->manifest;
    states.push_back({manifest.id, manifest.name, manifest.version, manifest.payment_method, manifest.directory, true, "", {}, manifest.domain});
  }
  for (const auto& state : failed_) states.push_back(state);
  for (const auto& known : known_) {
    const auto named = [&](const PluginState& state) { return state.id == known.id; };
    if (std::none_of(states.begin(), states.end(), named)) states.push_back({known.id, known.id, "", known.payment_method, known.directory, false, "It is not installed from a package, and neither --plugin nor --plugin-path names it.", {}, known.domain});
  }
  for (auto& state : states) {
    const auto found = steps_.find(std::filesystem::absolute(state.directory).lexically_normal());
    if (found != steps_.end()) state.steps = found->second;
  }
  return states;
}

std::vector<const Manifest*> Plugins::manifests() const {
  std::vector<const Manifest*> all;
  for (const auto& plugin : plugins_) all.push_back(&plugin->manifest);
  return all;
}

LoadedPlugin* Plugins::loaded(const std::string& plugin_id) const {
  for (const auto& plugin : plugins_)
    if (plugin->manifest.id == plugin_id) return plugin.get();
  return nullptr;
}

const Manifest* Plugins::manifest(const std::string& plugin_id) const {
  const auto* plugin = loaded(plugin_id);
  return plugin ? &plugin->manifest : nullptr;
}

const Manifest* Plugins::for_method(const std::string& payment_method) const {
  for (const auto& plugin : plugins_)
    if (!payment_method.empty() && plugin->manifest.payment_method == payment_method) return &plugin->manifest;
  return nullptr;
}

Result<void> Plugins::forget(const std::string& plugin_id) {
  auto gone = parts_.database.write([&](Sql& sql) { return Result<std::int64_t>(sql.change("DELETE FROM plugins WHERE id = :1", {plugin_id})); });
  std::erase_if(known_, [&](const Known& known) { return known.id == plugin_id; });
  if (*gone == 0) return Problem{Kind::not_found, "No plugin " + plugin_id + " is known here. See: shopadmin plugin list.", ""};
  return {};
}

}  // namespace shopadmin
