#include "loader/loading.hpp"

#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "log.hpp"

namespace shopadmin {

namespace {
constexpr std::int64_t start_budget_ms = 10'000;

std::string named(const Manifest& manifest) { return "Plugin " + manifest.id + " " + manifest.version; }

std::string abi_refusal(const Manifest& manifest, std::uint32_t theirs) {
  return named(manifest) + " was built for hostapi ABI " + std::to_string(theirs) + ", this shopadmin speaks ABI " + std::to_string(HOSTAPI_ABI_MAJOR) +
         ". Install a plugin built for ABI " + std::to_string(HOSTAPI_ABI_MAJOR) + " or a shopadmin that speaks ABI " + std::to_string(theirs) + ".";
}

Result<void> check_owner(const std::filesystem::path& path) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) return refused(path.string() + " cannot be looked at.");
  if (info.st_uid != 0 && info.st_uid != ::geteuid()) return refused(path.string() + " belongs to another user. Give it to root or to the user who runs shopadmin.");
  if ((info.st_mode & S_IWOTH) && !(info.st_mode & S_ISVTX)) return refused(path.string() + " may be written by everybody. Run: chmod o-w " + path.string());
  return {};
}

Result<void> check_digest(const Manifest& manifest, const std::filesystem::path& library) {
  if (manifest.library_sha256.empty()) return {};
  std::ifstream file(library, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  if (sha256_hex(bytes.str()) == manifest.library_sha256) return {};
  return refused(library.string() + " is not the file the manifest describes (SHA-256 differs). Install the plugin again from its package.");
}

using EntryPoint = const hostapi_entry* (*)();

struct Reached { /* what the steps hand on */
  std::unique_ptr<LoadedPlugin> plugin = std::make_unique<LoadedPlugin>();
  std::filesystem::path library;
  const hostapi_entry* entry = nullptr;
};

Result<void> open_library(Reached& reached) {
  reached.plugin->library = ::dlopen(reached.library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (reached.plugin->library) return {};
  const char* why = ::dlerror();
  return refused(reached.library.string() + " cannot be loaded: " + (why ? why : "unknown reason") + ".");
}

Result<void> find_entry(Reached& reached) {
  const auto entry_point = reinterpret_cast<EntryPoint>(::dlsym(reached.plugin->library, "hostapi_entry_point"));
  if (!entry_point) return refused(reached.library.string() + " does not export hostapi_entry_point, so it is no plugin for this host.");
  try {
    reached.entry = entry_point();
  } catch (...) {
    return refused(reached.library.string() + ": hostapi_entry_point threw an exception.");
  }
  if (!reached.entry) return refused(reached.library.string() + ": hostapi_entry_point answered nothing.");
  return {};
}

Result<void> check_abi(const Reached& reached) {
  const auto& entry = *reached.entry; /* struct_size and the version come first and never move */
  if (entry.abi_major != HOSTAPI_ABI_MAJOR) return refused(abi_refusal(reached.plugin->manifest, entry.abi_major));
  if (entry.struct_size < sizeof(hostapi_entry) || !entry.create) return refused(named(reached.plugin->manifest) + " has an incomplete entry. It needs to be built again.");
  return {};
}

Result<void> check_identity(const Reached& reached) {
  const auto& manifest = reached.plugin->manifest;
  const std::string id = reached.entry->plugin_id ? reached.entry->plugin_id : "", version = reached.entry->plugin_version ? reached.entry->plugin_version : "";
  if (id == manifest.id && version == manifest.version) return {};
  return refused("The library says it is " + id + " " + version + ", the manifest says " + manifest.id + " " + manifest.version + ". Install manifest and library from the same package.");
}

Result<void> create(Reached& reached, const HostParts& parts) {
  auto& plugin = *reached.plugin;
  plugin.host = std::make_unique<PluginHost>(parts, plugin.manifest);
  fill_services(*plugin.host);
  plugin.concurrent = reached.entry->flags & HOSTAPI_CONCURRENT;
  TextSink error;
  const hostapi_plugin* made = nullptr;
  const auto status = call_plugin(plugin, "create", [&] { return reached.entry->create(&plugin.host->root, &made, error.get()); });
  if (status != HOSTAPI_OK) return refused(named(plugin.manifest) + " could not be created (status " + std::to_string(status) + "): " + (error.text().empty() ? "it gave no reason" : error.text()) + ".");
  if (!made || made->struct_size < sizeof(hostapi_plugin) || !made->start || !made->stop || !made->destroy || !made->contribution) {
    return refused(named(plugin.manifest) + " created an incomplete plugin. It needs to be built again.");
  }
  plugin.plugin = made;
  return {};
}

template <class T>
void fetch(LoadedPlugin& plugin, const char* id, const T*& place) {
  if (plugin.manifest.contributions.count(id)) place = static_cast<const T*>(plugin.plugin->contribution(plugin.plugin->self, id));
}

Result<void> fetch_contributions(LoadedPlugin& plugin) {
  fetch(plugin, HOSTAPI_CONTRIBUTION_ORDER_VIEW, plugin.order_view);
  fetch(plugin, HOSTAPI_CONTRIBUTION_ORDER_VIEW_2, plugin.order_view_2);
  fetch(plugin, HOSTAPI_CONTRIBUTION_PAGES, plugin.pages);
  fetch(plugin, HOSTAPI_CONTRIBUTION_ORDER_ACTIONS, plugin.order_actions);
  fetch(plugin, HOSTAPI_CONTRIBUTION_ORDER_GUARD, plugin.order_guard);
  fetch(plugin, HOSTAPI_CONTRIBUTION_TASKS, plugin.tasks);
  fetch(plugin, HOSTAPI_CONTRIBUTION_SETTINGS_CHECK, plugin.settings_check);
  fetch(plugin, HOSTAPI_CONTRIBUTION_WEBHOOK, plugin.webhook);
  fetch(plugin, HOSTAPI_CONTRIBUTION_COMMAND, plugin.command);
  const std::map<std::string, bool> got = {
      {HOSTAPI_CONTRIBUTION_ORDER_VIEW, plugin.order_view}, {HOSTAPI_CONTRIBUTION_ORDER_VIEW_2, plugin.order_view_2}, {HOSTAPI_CONTRIBUTION_PAGES, plugin.pages}, {HOSTAPI_CONTRIBUTION_ORDER_ACTIONS, plugin.order_actions},
      {HOSTAPI_CONTRIBUTION_ORDER_GUARD, plugin.order_guard}, {HOSTAPI_CONTRIBUTION_TASKS, plugin.tasks}, {HOSTAPI_CONTRIBUTION_SETTINGS_CHECK, plugin.settings_check},
      {HOSTAPI_CONTRIBUTION_WEBHOOK, plugin.webhook}, {HOSTAPI_CONTRIBUTION_COMMAND, plugin.command}};
  for (const auto& id : plugin.manifest.contributions) {
    const auto found = got.find(id);
    if (found != got.end() && !found->second) return refused(named(plugin.manifest) + " promises " + id + " in its manifest but does not have it. Install manifest and library from the same package.");
  }
  return {};
}

Result<void> start(LoadedPlugin& plugin) {
  TextSink error;
  CallScope call(plugin, system_caller(), start_budget_ms);
  const auto status = call_plugin(plugin, "start", [&] { return plugin.plugin->start(plugin.plugin->self, call.get(), error.get()); });
  plugin.started = status == HOSTAPI_OK;
  if (plugin.started) return {};
  return refused(named(plugin.manifest) + " could not be started (status " + std::to_string(status) + "): " + (error.text().empty() ? "it gave no reason" : error.text()) + ".");
}
}  // namespace

std::int64_t data_version(Database& database, const std::string& plugin_id) {
  return database.read([&](Sql& sql) {
    const auto row = sql.row("SELECT data_version FROM plugin_data WHERE plugin_id = :1", {plugin_id});
    return row ? row->whole(0) : 0;
  });
}

void note_data_version(Sql& sql, const Manifest& manifest) {
  const std::int64_t version = manifest.data_version;
  sql.change("INSERT INTO plugin_data (plugin_id, data_version) VALUES (:1, :2) ON CONFLICT (plugin_id) DO UPDATE SET data_version = excluded.data_version"
             " WHERE plugin_data.data_version < excluded.data_version", {manifest.id, version});
}

Result<void> check_data_version(Database& database, const Manifest& manifest) {
  const auto stored = data_version(database, manifest.id);
  if (stored <= manifest.data_version) return {};
  return Problem{Kind::refused, named(manifest) + " understands its stored data up to version " + std::to_string(manifest.data_version) + ", but a newer plugin has written version " + std::to_string(stored) +
                                    ". Install a plugin that understands version " + std::to_string(stored) + ", or restore a backup from before the upgrade.", R"({"code":"PLUGIN_DATA_NEWER"})"};
}

Result<void> check_services(const Manifest& manifest) {
  if (manifest.abi != static_cast<int>(HOSTAPI_ABI_MAJOR)) return refused(abi_refusal(manifest, static_cast<std::uint32_t>(manifest.abi)));
  std::string missing;
  for (const auto& id : manifest.required_services)
    if (!host_offers(id)) missing += (missing.empty() ? "" : ", ") + id;
  if (missing.empty()) return {};
  return refused(named(manifest) + " needs services this shopadmin does not have: " + missing + ". Install a newer shopadmin or an older plugin.");
}

Result<std::filesystem::path> check_library_file(const Manifest& manifest) {
  std::error_code error;
  const auto directory = std::filesystem::canonical(manifest.directory, error);
  if (error) return refused("The folder " + manifest.directory.string() + " is not there.");
  const auto library = directory / manifest.library;
  const auto status = std::filesystem::symlink_status(library, error);
  if (std::filesystem::is_symlink(status)) return refused(library.string() + " is a link. Put the file itself into the folder of the plugin.");
  if (!std::filesystem::is_regular_file(status)) return refused(library.string() + " is not there. Install the plugin again from its package.");
  if (library.parent_path() != directory) return refused(library.string() + " lies outside the folder of the plugin.");
  for (const auto& path : {directory, library, directory / "manifest.xml"})
    if (auto good = check_owner(path); !good) return good.problem();
  if (auto good = check_digest(manifest, library); !good) return good.problem();
  return library;
}

Result<std::unique_ptr<LoadedPlugin>> load_plugin(const HostParts& parts, Manifest manifest, const StepReport& report) {
  Reached reached;
  reached.plugin->manifest = std::move(manifest);
  auto& plugin = *reached.plugin;
  Result<void> outcome;
  const auto step = [&](const char* name, auto&& work, const std::string& detail = "") {
    if (!outcome) return;
    outcome = work();
    if (report) report({name, outcome ? detail : outcome.message(), outcome.ok()});
  };
  step("services", [&] { return check_services(plugin.manifest); }, std::to_string(plugin.manifest.required_services.size()) + " required, all here");
  step("file", [&]() -> Result<void> {
    auto library = check_library_file(plugin.manifest);
    if (!library) return library.problem();
    reached.library = *library;
    return {};
  }, plugin.manifest.library);
  step("library", [&] { return open_library(reached); });
  step("entry point", [&] { return find_entry(reached); }, "hostapi_entry_point");
  step("abi", [&] { return check_abi(reached); }, "hostapi ABI " + std::to_string(HOSTAPI_ABI_MAJOR));
  step("identity", [&] { return check_identity(reached); }, plugin.manifest.id + " " + plugin.manifest.version);
  step("collections", [&]() -> Result<void> {
    if (auto good = check_data_version(parts.database, plugin.manifest); !good) return good;
    return Collections(parts.database, parts.clock, parts.audit, parts.queue).declare(plugin.manifest);
  }, std::to_string(plugin.manifest.collections.size()) + " collections");
  step("create", [&]() -> Result<void> {
    if (auto good = create(reached, parts); !good) return good;
    return fetch_contributions(plugin);
  });
  step("start", [&] { return start(plugin); });
  if (!outcome) return outcome.problem();
  return std::move(reached.plugin);
}

}  // namespace shopadmin
