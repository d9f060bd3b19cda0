#include "app.hpp"

#include "log.hpp"
#include "operate/after_restore.hpp"

namespace shopadmin {

Result<std::unique_ptr<App>> App::open(const AppOptions& given) {
  auto options = given;
  std::error_code error;
  options.data = std::filesystem::absolute(options.data).lexically_normal();
  if (!std::filesystem::exists(options.data)) {
    std::filesystem::create_directories(options.data, error);
    std::filesystem::permissions(options.data, std::filesystem::perms::owner_all, error);
  }
  if (!std::filesystem::is_directory(options.data)) return Problem{Kind::unavailable, "The data folder " + options.data.string() + " cannot be made. Check --data.", ""};
  if (options.database.empty()) options.database = "sqlite://" + (options.data / "shopadmin.sqlite").string();
  auto box = SecretBox::open(options.data / "secret.key");
  if (!box) return box.problem();
  auto database = Database::open(options.database, options.connections);
  if (!database) return database.problem();
  if (auto good = (*database)->migrate(); !good) return good.problem();
  auto clock = options.clock ? options.clock : std::make_shared<Clock>();
  return std::unique_ptr<App>(new App(options, std::move(clock), std::move(*database), *box));
}

App::App(const AppOptions& options_, std::shared_ptr<Clock> clock_, std::unique_ptr<Database> database_, SecretBox box)
    : options(options_), clock(std::move(clock_)), database_owner(std::move(database_)), database(*database_owner), audit(database, *clock), accounts(database, *clock), tokens(database, *clock),
      settings(database, *clock, audit, box), queue(database, *clock), orders(database, *clock, audit, queue, accounts),
      plugins(HostParts{database, *clock, orders, settings, audit, queue, accounts, texts}),
      installed(options.data, database, audit), workers(queue, plugins, orders, *clock) {
  orders.guard_with(&plugins);
}

App::~App() { stop_workers(); }

void App::load_plugins(const std::function<void(const LoadStep&)>& report, bool trial) {
  for (const auto& directory : options.plugins) {
    const auto manifest = read_manifest(directory);
    const auto package = manifest ? installed.find(manifest->id) : std::nullopt;
    const bool instead = package && !package->active.empty() && options.plugins_found.count(directory);
    if (!package || (package->enabled && !instead)) (void)plugins.load(directory, report).ok();
  }
  installed.load_all(plugins, trial, report);
  know_of_restore();
}

void App::know_of_restore() {
  if (auto told = tell_of_restore(database, plugins); !told) throw std::runtime_error(told.problem().message);
}

void App::clean_up() {
  const auto now = clock->now_ms();
  (void)database.write([&](Sql& sql) {
    sql.change("DELETE FROM operations WHERE at_ms < :1", {now - std::int64_t{keep_answers_days} * 24 * 3600 * 1000});
    sql.change("DELETE FROM api_plans WHERE expires_ms < :1", {now});
    sql.change("DELETE FROM api_acts WHERE created_ms < :1", {now - std::int64_t{keep_answers_days} * 24 * 3600 * 1000});
    sql.change("DELETE FROM sessions WHERE created_ms < :1 OR last_seen_ms < :2", {now - Accounts::absolute_ms, now - Accounts::idle_ms});
    sql.change("DELETE FROM login_failures WHERE last_ms < :1 AND blocked_until_ms < :2", {now - 24LL * 3600 * 1000, now});
    return Result<void>{};
  });
}

void App::keep_clean() {
  std::unique_lock hold(cleaner_lock_);
  while (!cleaner_bell_.wait_for(hold, std::chrono::hours(1), [this] { return cleaner_stops_; })) {
    hold.unlock();
    try {
      clean_up();
    } catch (const std::exception& error) { /* the database is away; an hour later it is tried again */
      log_event(Level::warn, "CLEAN_UP_FAILED", {{"error", error.what()}});
    }
    hold.lock();
  }
}

void App::start_workers(int threads) {
  workers.start(threads);
  if (!cleaner_.joinable()) cleaner_ = std::thread([this] { keep_clean(); });
}

void App::stop_workers() {
  workers.stop();
  {
    const std::lock_guard hold(cleaner_lock_);
    cleaner_stops_ = true;
  }
  cleaner_bell_.notify_all();
  if (cleaner_.joinable()) cleaner_.join();
}

}  // namespace shopadmin
