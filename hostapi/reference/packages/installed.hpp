/* The plugins that were installed from packages: DATA/plugins/<id>/<version>/ holds the files of a version, DATA/plugins/<id>/state.json says which one is
 * active, which one was before, and whether the plugin is on. A version is made beside its place, brought to the disk and renamed; switching is one rename of
 * state.json. The version before is kept, for plugin rollback and for the case that the new one does not start: `load_all` with `trial` (what `serve` does)
 * then goes back to it by itself. What a process that ended while a version was starting leaves behind counts as not started, too.
 * Everything is audited. Used by App, the command line and the page of plugins. Any thread; processes take turns by DATA/plugins/lock. Where a refusal has a
 * code (package.hpp, code_of), it is PLUGIN_…. */
#pragma once
#include <functional>
#include <optional>

#include "audit/audit.hpp"
#include "caller.hpp"
#include "loader/plugins.hpp"
#include "packages/package.hpp"

namespace shopadmin {

struct InstalledPlugin {
  std::string id, active, previous; /* versions; empty: none */
  std::string publisher;            /* fingerprint of whom it is from */
  std::string sha256;               /* of the active version's package */
  std::string previous_sha256;
  bool enabled = true;
  bool proven = false; /* the active version has started once */
  int tries = 0;       /* to start it that did not end */
  std::string problem; /* what serve found; empty: nothing */
};

struct InstallPlan {
  enum class What { install, upgrade, downgrade, nothing };
  What what = What::install;
  std::string from; /* the active version now */
};
const char* name_of(InstallPlan::What what);

class Installed {
 public:
  Installed(std::filesystem::path data, Database& database, Audit& audit);
  std::vector<InstalledPlugin> list() const; /* by id */
  std::optional<InstalledPlugin> find(const std::string& id) const;
  std::filesystem::path folder(const std::string& id, const std::string& version) const { return root_ / id / version; }

  Result<InstallPlan> plan(const Package& package, bool downgrade) const; /* what install would do, or why it refuses */
  Result<InstallPlan> install(const Caller& caller, const Package& package, bool downgrade);
  Result<void> enable(const Caller& caller, const std::string& id, bool on); /* also of a plugin that came otherwise */
  Result<std::string> rollback(const Caller& caller, const std::string& id); /* the version that is active now */
  Result<void> uninstall(const Caller& caller, const std::string& id);       /* the files; what it stored stays */

  /* Loads what is enabled and not loaded yet, by --plugin for example. trial: the caller is `serve`, which proves new versions and goes back. */
  void load_all(Plugins& plugins, bool trial, const std::function<void(const LoadStep&)>& report = {});
  /* Where to load a plugin of this id from, for commands: a version not proven yet is left to serve. Empty: not installed, or switched off. */
  std::optional<std::filesystem::path> folder_to_load(const std::string& id) const;
  bool switched_off(const std::string& id) const;

  std::string standing() const; /* changes when a running serve should start again */
  std::filesystem::path serving_lock() const { return root_ / "serving.lock"; }
  bool is_served() const; /* some `serve` runs on this data folder */

 private:
  std::filesystem::path lock() const { return root_ / "lock"; }
  Result<void> save(const InstalledPlugin& plugin) const;
  Result<void> refuse_other_owner(const Package& package) const;
  void note(const Caller& caller, const std::string& event, json::object details);
  void try_out(Plugins& plugins, InstalledPlugin plugin, const std::function<void(const LoadStep&)>& report);
  bool fall_back(InstalledPlugin& plugin, const std::string& problem);
  void prune(const InstalledPlugin& plugin) const;

  std::filesystem::path root_;
  Database& database_;
  Audit& audit_;
};

int compare_versions(const std::string& left, const std::string& right); /* <0, 0, >0; 1.2.0-rc1 comes before 1.2.0 */

}  // namespace shopadmin
