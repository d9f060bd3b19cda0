/* What is installed, and how that changes. Loading it is in installed_loading.cpp. */
#include "packages/installed.hpp"

#include <algorithm>
#include <regex>

#include "loader/loading.hpp"
#include "packages/files.hpp"
#include "packages/signature.hpp"

namespace shopadmin {

namespace {
constexpr std::size_t state_bytes_max = 64 * 1024;
const std::regex& id_form() {
  static const std::regex form("[a-z][a-z0-9]*(\\.[a-z][a-z0-9_-]*)+");
  return form;
}

std::vector<std::uint64_t> numbers_of(const std::string& version) {
  std::vector<std::uint64_t> numbers(1, 0);
  for (const char c : version.substr(0, version.find_first_of("-+"))) {
    if (c == '.') numbers.push_back(0);
    else if (c >= '0' && c <= '9') numbers.back() = std::min<std::uint64_t>(numbers.back() * 10 + static_cast<std::uint64_t>(c - '0'), 1'000'000'000'000);
  }
  return numbers;
}

Problem not_installed(const std::string& id) { return package_problem("PLUGIN_NOT_INSTALLED", "The plugin \"" + id.substr(0, 100) + "\" is not installed from a package here. See: shopadmin plugin list."); }
}  // namespace

int compare_versions(const std::string& left, const std::string& right) {
  const auto a = numbers_of(left), b = numbers_of(right);
  if (a != b) return a < b ? -1 : 1;
  const auto end = [](const std::string& version) { return version.find('-') == std::string::npos ? std::string("~") : version.substr(version.find('-')); };
  return end(left).compare(end(right)); /* "~" stands behind every "-" */
}

const char* name_of(InstallPlan::What what) {
  switch (what) {
    case InstallPlan::What::install: return "install";
    case InstallPlan::What::upgrade: return "upgrade";
    case InstallPlan::What::downgrade: return "downgrade";
    default: return "nothing";
  }
}

Installed::Installed(std::filesystem::path data, Database& database, Audit& audit) : root_(std::move(data) / "plugins"), database_(database), audit_(audit) {}

std::optional<InstalledPlugin> Installed::find(const std::string& id) const {
  if (id.size() > 100 || !std::regex_match(id, id_form())) return std::nullopt;
  const auto text = read_whole(root_ / id / "state.json", state_bytes_max);
  json::error_code error;
  const auto document = text ? json::parse(*text, error) : json::value();
  if (!text || error || !document.is_object()) return std::nullopt;
  const auto& state = document.get_object();
  const auto flag = [&](const char* name, bool fallback) {
    const auto* value = state.if_contains(name);
    return value && value->is_bool() ? value->get_bool() : fallback;
  };
  InstalledPlugin plugin;
  plugin.id = id, plugin.active = text_of(state, "active"), plugin.previous = text_of(state, "previous"), plugin.publisher = text_of(state, "publisher");
  plugin.sha256 = text_of(state, "sha256"), plugin.previous_sha256 = text_of(state, "previous_sha256"), plugin.problem = text_of(state, "problem");
  plugin.enabled = flag("enabled", true), plugin.proven = flag("proven", false), plugin.tries = static_cast<int>(whole_of(state, "tries", 0));
  return plugin;
}

std::vector<InstalledPlugin> Installed::list() const {
  std::vector<InstalledPlugin> plugins;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(root_, error))
    if (auto plugin = find(entry.path().filename().string())) plugins.push_back(std::move(*plugin));
  std::sort(plugins.begin(), plugins.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return plugins;
}

Result<void> Installed::save(const InstalledPlugin& plugin) const {
  const json::object state{{"active", plugin.active}, {"previous", plugin.previous}, {"publisher", plugin.publisher}, {"sha256", plugin.sha256}, {"previous_sha256", plugin.previous_sha256},
                           {"enabled", plugin.enabled}, {"proven", plugin.proven}, {"tries", plugin.tries}, {"problem", plugin.problem}};
  return write_whole(root_ / plugin.id / "state.json", json::serialize(state) + "\n");
}

void Installed::note(const Caller& caller, const std::string& event, json::object details) {
  AuditEntry entry;
  entry.event = event;
  entry.details = std::move(details);
  audit_.write(caller, std::move(entry));
}

/* The folder of templates and the catalogue go by the domain, so no two plugins may have the same one. */
Result<void> Installed::refuse_other_owner(const Package& package) const {
  const auto& manifest = package.manifest;
  if (manifest.domain == "shopadmin" || manifest.domain == "assets") return package_problem("PLUGIN_DOMAIN_TAKEN", "The domain \"" + manifest.domain + "\" belongs to shopadmin itself. Ask the publisher for another one.");
  for (const auto& other : list()) {
    const auto theirs = other.active.empty() ? Result<Manifest>(Problem{}) : read_manifest(folder(other.id, other.active));
    if (other.id != manifest.id && theirs && theirs->domain == manifest.domain) {
      return package_problem("PLUGIN_DOMAIN_TAKEN", "The plugin " + other.id + " has the domain \"" + manifest.domain + "\" already. Uninstall it first: shopadmin plugin uninstall " + other.id);
    }
  }
  return {};
}

Result<InstallPlan> Installed::plan(const Package& package, bool downgrade) const {
  const auto& manifest = package.manifest;
  if (auto good = refuse_other_owner(package); !good) return good.problem();
  const auto now = find(manifest.id);
  if (!now || now->active.empty()) {
    if (auto good = check_data_version(database_, manifest); !good) return good.problem();
    return InstallPlan{};
  }
  if (now->publisher != fingerprint_of(package.public_key)) {
    return package_problem("PLUGIN_OTHER_PUBLISHER", manifest.id + " is installed from another publisher, fingerprint " + now->publisher + ". If the change is right, uninstall it first (what it stored stays): shopadmin plugin uninstall " + manifest.id);
  }
  const int order = compare_versions(manifest.version, now->active);
  if (order == 0 && package.sha256 == now->sha256) return InstallPlan{InstallPlan::What::nothing, now->active};
  if (order == 0) return package_problem("PLUGIN_SAME_VERSION", manifest.id + " " + manifest.version + " is installed already, from a package with other contents. A change needs a new version number.");
  if (order < 0 && !downgrade) {
    return package_problem("PLUGIN_OLDER", manifest.id + " " + now->active + " is installed, the package holds the older version " + manifest.version + ". If you mean it: shopadmin plugin install FILE --downgrade");
  }
  if (auto good = check_data_version(database_, manifest); !good) return good.problem();
  return InstallPlan{order < 0 ? InstallPlan::What::downgrade : InstallPlan::What::upgrade, now->active};
}

Result<InstallPlan> Installed::install(const Caller& caller, const Package& package, bool downgrade) {
  if (auto good = plan(package, downgrade); !good) return good; /* what is refused leaves not even the lock behind */
  const FileLock turn(lock(), FileLock::How::exclusive);
  if (!turn.held()) return Problem{Kind::unavailable, lock().string() + " cannot be locked. Check the rights of the data folder.", ""};
  const auto planned = plan(package, downgrade);
  if (!planned || planned->what == InstallPlan::What::nothing) return planned;
  const auto& manifest = package.manifest;
  const auto place = folder(manifest.id, manifest.version);
  if (auto good = remove_folder(place); !good) return good.problem(); /* of a version that did not start, or was replaced */
  if (auto good = write_folder(place, package.files); !good) return good.problem();
  auto now = find(manifest.id).value_or(InstalledPlugin{});
  /* A version that never started is no version to go back to. */
  const bool keep = now.proven || now.previous.empty();
  InstalledPlugin next{manifest.id, manifest.version, keep ? now.active : now.previous, fingerprint_of(package.public_key), package.sha256, keep ? now.sha256 : now.previous_sha256, now.enabled, false, 0, ""};
  if (next.previous == next.active) next.previous.clear(), next.previous_sha256.clear();
  note(caller, "plugin.install", {{"plugin", manifest.id}, {"version", manifest.version}, {"before", planned->from}, {"publisher", next.publisher}, {"sha256", package.sha256}});
  if (auto good = save(next); !good) return good.problem();
  return planned;
}

Result<void> Installed::enable(const Caller& caller, const std::string& id, bool on) {
  if (id.size() > 100 || !std::regex_match(id, id_form())) return not_installed(id);
  const FileLock turn(lock(), FileLock::How::exclusive);
  auto plugin = find(id).value_or(InstalledPlugin{});
  if (plugin.id.empty()) { /* one that is loaded from elsewhere can be switched off, too */
    const bool known = database_.read([&](Sql& sql) { return static_cast<bool>(sql.row("SELECT 1 FROM plugins WHERE id = :1", {id})); });
    if (!known) return not_installed(id);
    plugin.id = id;
  }
  if (plugin.enabled == on) return package_problem("PLUGIN_NO_CHANGE", "The plugin " + id + " is switched " + (on ? "on" : "off") + " already.");
  plugin.enabled = on, plugin.tries = 0, plugin.problem.clear();
  note(caller, on ? "plugin.enable" : "plugin.disable", {{"plugin", id}, {"version", plugin.active}});
  if (on && plugin.active.empty()) return remove_folder(root_ / id);
  return save(plugin);
}

Result<std::string> Installed::rollback(const Caller& caller, const std::string& id) {
  const FileLock turn(lock(), FileLock::How::exclusive);
  auto plugin = find(id);
  if (!plugin || plugin->active.empty()) return not_installed(id);
  if (plugin->previous.empty()) return package_problem("PLUGIN_NO_PREVIOUS", "Of " + id + " only version " + plugin->active + " is here, there is none to go back to. Install the older package: shopadmin plugin install FILE --downgrade");
  const auto manifest = read_manifest(folder(id, plugin->previous));
  if (!manifest) return manifest.problem();
  if (auto good = check_data_version(database_, *manifest); !good) return good.problem();
  note(caller, "plugin.rollback", {{"plugin", id}, {"version", plugin->previous}, {"before", plugin->active}});
  std::swap(plugin->active, plugin->previous), std::swap(plugin->sha256, plugin->previous_sha256);
  plugin->proven = false, plugin->tries = 0, plugin->problem.clear();
  if (auto good = save(*plugin); !good) return good.problem();
  return plugin->active;
}

Result<void> Installed::uninstall(const Caller& caller, const std::string& id) {
  const FileLock turn(lock(), FileLock::How::exclusive);
  const auto plugin = find(id);
  if (!plugin || plugin->active.empty()) return not_installed(id);
  note(caller, "plugin.uninstall", {{"plugin", id}, {"version", plugin->active}});
  return remove_folder(root_ / id);
}

bool Installed::is_served() const {
  std::error_code error;
  if (!std::filesystem::exists(serving_lock(), error)) return false;
  return !FileLock(serving_lock(), FileLock::How::try_exclusive).held();
}

std::string Installed::standing() const {
  std::string text;
  for (const auto& plugin : list()) text += plugin.id + " " + plugin.active + " " + plugin.sha256 + (plugin.enabled ? " on\n" : " off\n");
  return text;
}

}  // namespace shopadmin
