/* Loading what is installed. A new version is tried once by serve: it starts and is proven, or the version before comes back. */
#include <algorithm>

#include "loader/loading.hpp"
#include "log.hpp"
#include "packages/files.hpp"
#include "packages/installed.hpp"

namespace shopadmin {

bool Installed::switched_off(const std::string& id) const {
  const auto plugin = find(id);
  return plugin && !plugin->enabled;
}

std::optional<std::filesystem::path> Installed::folder_to_load(const std::string& id) const {
  const auto plugin = find(id);
  if (!plugin || !plugin->enabled || plugin->active.empty()) return std::nullopt;
  return folder(id, plugin->proven || plugin->previous.empty() ? plugin->active : plugin->previous);
}

void Installed::load_all(Plugins& plugins, bool trial, const std::function<void(const LoadStep&)>& report) {
  for (const auto& plugin : list()) {
    if (!plugin.enabled || plugin.active.empty()) continue;
    if (const auto* other = plugins.manifest(plugin.id)) {
      if (!trial || plugin.proven) continue;
      auto told = plugin;
      told.problem = "It is not used: the same plugin is loaded from " + other->directory.string() + ", which the command line names with --plugin.";
      log_event(Level::warn, "PLUGIN_NOT_USED", {{"plugin", plugin.id}, {"version", plugin.active}, {"directory", other->directory.string()}});
      (void)save(told).ok();
    } else if (trial && !plugin.proven) {
      const FileLock turn(lock(), FileLock::How::exclusive); /* another serve on this folder waits, and finds it proven or gone back */
      if (const auto now = find(plugin.id)) try_out(plugins, *now, report);
    } else if (const auto from = folder_to_load(plugin.id)) {
      (void)plugins.load(*from, report).ok();
    }
  }
}

void Installed::try_out(Plugins& plugins, InstalledPlugin plugin, const std::function<void(const LoadStep&)>& report) {
  std::string problem = "shopadmin ended while this version was starting.";
  if (!plugin.proven && plugin.tries == 0) {
    plugin.tries = 1;
    if (!save(plugin)) return; /* without the note a version that ends the process would be tried for ever */
    const auto outcome = plugins.load(folder(plugin.id, plugin.active), report);
    plugin.tries = 0;
    if (outcome) {
      plugin.proven = true, plugin.problem.clear();
      (void)save(plugin).ok();
      return prune(plugin);
    }
    problem = outcome.message();
  } else if (plugin.proven) {
    (void)plugins.load(folder(plugin.id, plugin.active), report).ok();
    return;
  }
  if (fall_back(plugin, problem)) (void)plugins.load(folder(plugin.id, plugin.active), report).ok();
}

/* True: there is an older version to load instead. */
bool Installed::fall_back(InstalledPlugin& plugin, const std::string& problem) {
  const auto failed = plugin.active;
  const auto older = plugin.previous.empty() ? Result<Manifest>(Problem{}) : read_manifest(folder(plugin.id, plugin.previous));
  const bool back = older && check_data_version(database_, *older);
  const bool crashed = plugin.tries > 0;
  plugin.tries = 0;
  plugin.problem = "Version " + failed + " did not start: " + problem;
  json::object details{{"plugin", plugin.id}, {"failed", failed}};
  if (back) {
    plugin.active = plugin.previous, plugin.sha256 = plugin.previous_sha256;
    plugin.previous.clear(), plugin.previous_sha256.clear();
    plugin.proven = true; /* it has started before */
    plugin.problem += " Version " + plugin.active + " is used again.";
    details["version"] = plugin.active;
  } else if (crashed) {
    plugin.enabled = false; /* else no shopadmin could start any more */
    plugin.problem += " It was switched off, so that shopadmin can start. To try it again: shopadmin plugin enable " + plugin.id;
  }
  log_event(Level::error, "PLUGIN_FELL_BACK", {{"plugin", plugin.id}, {"failed", failed}, {"version", back ? plugin.active : ""}, {"enabled", plugin.enabled}, {"problem", problem}});
  note(system_caller(), back ? "plugin.fallback" : crashed ? "plugin.disable" : "plugin.not_started", std::move(details));
  (void)save(plugin).ok();
  if (back) prune(plugin);
  return back;
}

/* Versions that are neither active nor the one before go. */
void Installed::prune(const InstalledPlugin& plugin) const {
  std::vector<std::filesystem::path> gone;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(root_ / plugin.id, error)) {
    const auto name = entry.path().filename().string();
    if (entry.is_directory(error) && name != plugin.active && name != plugin.previous) gone.push_back(entry.path());
  }
  for (const auto& folder : gone) (void)remove_folder(folder).ok();
}

}  // namespace shopadmin
