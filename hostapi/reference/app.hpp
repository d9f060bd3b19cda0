/* The host in one piece: opens the database, builds every part in the right order, loads plugins, runs workers. The command line makes one App; the web's
 * serve() gets it. Members are built top to bottom and torn down bottom to top. Start and stop on the main thread; the parts say their own thread rules. */
#pragma once
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "accounts/accounts.hpp"
#include "accounts/tokens.hpp"
#include "audit/audit.hpp"
#include "clock.hpp"
#include "loader/plugins.hpp"
#include "orders/orders.hpp"
#include "packages/installed.hpp"
#include "settings/settings.hpp"
#include "store/database.hpp"
#include "tasks/queue.hpp"
#include "tasks/workers.hpp"
#include "texts.hpp"

namespace shopadmin {

struct AppOptions {
  std::filesystem::path data = "shopadmin-data";
  std::string database; /* empty: sqlite in the data folder */
  std::vector<std::filesystem::path> plugins;
  std::set<std::filesystem::path> plugins_found; /* those of them that nobody named (--plugin-path): what is installed from a package goes before them */
  int connections = 8;
  std::shared_ptr<Clock> clock; /* empty: the system's */
};

struct App {
  static Result<std::unique_ptr<App>> open(const AppOptions& options); /* database migrated; no plugin loaded yet */
  /* What --plugin names, what is installed and switched on, what --plugin-path found; of one plugin the first; failures are logged and stand in plugins.states(). trial: see Installed::load_all */
  void load_plugins(const std::function<void(const LoadStep&)>& report = {}, bool trial = false);
  void know_of_restore(); /* after plugins were loaded (load_plugins does it): throws when one cannot be told that the shop was restored */
  void clean_up(); /* at start and once an hour: answers to forms older than keep_answers_days, ended sessions, forgotten failures to log in. Any thread */
  void start_workers(int threads);
  void stop_workers(); /* waits for running tasks */
  ~App();

  AppOptions options;
  std::atomic<bool> stopping{false}; /* a signal came: /ready says so */
  int keep_answers_days = 90; /* set before start_workers */
  std::shared_ptr<Clock> clock;
  TextsInUse texts;
  std::unique_ptr<Database> database_owner;
  Database& database;
  Audit audit;
  Accounts accounts;
  ApiTokens tokens;
  Settings settings;
  TaskQueue queue;
  Orders orders;
  Plugins plugins;
  Installed installed;
  Workers workers;

 private:
  void keep_clean();
  std::thread cleaner_;
  std::mutex cleaner_lock_;
  std::condition_variable cleaner_bell_;
  bool cleaner_stops_ = false;

  App(const AppOptions& options, std::shared_ptr<Clock> clock, std::unique_ptr<Database> database, SecretBox box);
};

}  // namespace shopadmin
