/* The plugins: loading in visible steps (undone on failure) and every call into them. The web asks for views, plans and runs; Orders asks the guards; the
 * workers run tasks. A call carries who asks, the locale, a deadline and a trace id. What a plugin answers comes back as a parsed document; REFUSED
 * and DENIED bring the plugin's sentence in message(). A plugin without HOSTAPI_CONCURRENT is called by one thread at a time.
 * Load and unload on the main thread while nothing else runs; calls from any thread. */
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "caller.hpp"
#include "clock.hpp"
#include "document.hpp"
#include "loader/manifest.hpp"
#include "orders/orders.hpp"
#include "result.hpp"

namespace shopadmin {

class Settings;
class Audit;
class TaskQueue;
class Accounts;
class Texts;
struct LoadedPlugin;

struct HostParts { /* what a plugin's services are made of; outlives Plugins */
  Database& database;
  Clock& clock;
  Orders& orders;
  Settings& settings;
  Audit& audit;
  TaskQueue& queue;
  Accounts& accounts;
  const Texts& texts;
};

struct LoadStep {
  std::string step, detail; /* step: manifest, services, file, library, entry point, abi, identity, collections, create, start */
  bool good = true;
};

struct PluginState { /* for the page of plugins */
  std::string id, name, version, payment_method;
  std::filesystem::path directory;
  bool loaded = false;
  std::string problem; /* why not */
  std::vector<LoadStep> steps; /* of loading, in order */
  std::string domain; /* empty: not known */
};

struct WebhookAddress {
  std::string plugin_id, name; /* name: of the webhook in the manifest */
  std::string path;            /* where the sender posts to: /webhooks/<plugin domain>/<name> */
  std::int64_t bytes_max = 0;
};

struct ViewOf {
  std::string plugin_id, domain;
  Document view; /* {"template","data","actions"} */
};

class Plugins {
 public:
  explicit Plugins(const HostParts& parts);
  ~Plugins(); /* stops and destroys what is loaded */
  Plugins(const Plugins&) = delete;

  Result<void> load(const std::filesystem::path& directory, const std::function<void(const LoadStep&)>& report = {});
  void stop_all();
  std::vector<PluginState> states() const;
  std::vector<const Manifest*> manifests() const;                    /* of the loaded ones; valid while they are loaded */
  const Manifest* manifest(const std::string& plugin_id) const;      /* nullptr: not loaded */
  const Manifest* for_method(const std::string& payment_method) const;

  /* views: slot "panel" or "tab"; NOT_FOUND: nothing to show */
  Result<Document> order_view(const Caller& caller, const std::string& plugin_id, const std::string& slot, const std::string& order_id, const json::object& request = {});
  Result<Document> page_view(const Caller& caller, const std::string& plugin_id, const std::string& page, const json::object& request);
  Result<Document> page_run(const Caller& caller, const std::string& plugin_id, const std::string& page, const std::string& action, const json::object& form);
  Result<Document> action_plan(const Caller& caller, const std::string& plugin_id, const std::string& order_id, const std::string& action, const json::object& form);
  Result<Document> action_run(const Caller& caller, const std::string& plugin_id, const std::string& order_id, const std::string& action, const json::object& form);
  Result<Document> check_settings(const Caller& caller, const std::string& plugin_id, const json::object& candidate); /* {"findings":[{"field","level","text"}]} */
  static constexpr std::size_t command_bytes_max = 64 * 1024 * 1024; /* of one argument, and of the answer */
  Result<Document> run_command(const Caller& caller, const std::string& plugin_id, const std::string& command, const json::object& arguments); /* of the manifest; texts */
  std::int64_t page_count(const std::string& plugin_id, const std::string& page, const std::string& reader_id); /* the badge of a menu page */

  /* webhooks: anyone on the internet may call, so the caller is "webhook", whose role has no permission. The sender gets nothing of the answer */
  std::vector<WebhookAddress> webhook_paths() const; /* of the loaded ones */
  bool webhook_may_come(const std::string& domain) const; /* a plugin that is known but not loaded may own it */
  Result<void> receive_webhook(const WebhookAddress& address, const json::object& request, std::string_view body, const std::string& trace_id);

  /* guards, for Orders */
  Result<std::vector<PluginSheet>> guard_plan(const Caller& caller, const Order& order, const std::string& event, const json::object& event_document);
  Result<void> guard_before(const Caller& caller, const Order& order, const std::string& event, const json::object& event_document);
  std::vector<std::string> guards_of(const Order& order) const; /* plugin ids that get `after` */

  /* tasks, for the workers; the guard's `after` is the task named after_task */
  static constexpr const char* after_task = "hostapi.order_guard.after";
  Result<Document> run_task(const std::string& plugin_id, const json::object& task);
  Result<Document> guard_after(const std::string& plugin_id, const json::object& payload); /* of an after_task */
  Result<void> forget(const std::string& plugin_id); /* its payment method is no longer guarded */

 private:
  struct Known { /* a plugin that was loaded here once, perhaps by another process */
    std::string id, payment_method, directory;
    std::string domain; /* empty: its manifest cannot be read */
  };
  LoadedPlugin* loaded(const std::string& plugin_id) const;
  Result<LoadedPlugin*> with(const std::string& plugin_id) const;
  Result<void> register_loaded(std::unique_ptr<LoadedPlugin> plugin);
  Result<LoadedPlugin*> guard_for(const Order& order) const; /* nullptr: nobody guards it */
  void note_failure(const std::filesystem::path& directory, const Manifest* manifest, const Problem& problem);

  HostParts parts_;
  std::vector<std::unique_ptr<LoadedPlugin>> plugins_;
  std::vector<PluginState> failed_;
  std::map<std::filesystem::path, std::vector<LoadStep>> steps_; /* by directory */
  std::vector<Known> known_;
};

}  // namespace shopadmin
