/* The border: what a plugin call is on the host's side, how results cross, and the guards that keep exceptions from crossing. Private to loader/. */
#pragma once
#include <hostapi/hostapi.h>

#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "caller.hpp"
#include "document.hpp"
#include "loader/plugins.hpp"
#include "settings/settings.hpp"
#include "store/collections.hpp"

namespace shopadmin {

/* The host as one plugin sees it: the `self` of every service. */
struct PluginHost {
  PluginHost(const HostParts& parts_, const Manifest& manifest_)
      : parts(parts_), manifest(manifest_), collections(parts_.database, parts_.clock, parts_.audit, parts_.queue) {}
  HostParts parts;
  const Manifest& manifest;
  Collections collections;
  std::string settings_text(); /* the settings' document; any thread */
  hostapi_core_v1 core{};
  hostapi_identity_v1 identity{};
  hostapi_orders_v1 orders{};
  hostapi_store_v1 store{};
  hostapi_settings_v1 settings{};
  hostapi_texts_v1 texts{};
  hostapi_host root{};

 private:
  std::mutex lock_;
  StoredSettings settings_seen_; /* of which settings_text_ was made */
  std::string settings_text_;
};

void fill_services(PluginHost& host); /* services.cpp; the tables point to `host` */
bool host_offers(const std::string& service_id);

}  // namespace shopadmin

struct hostapi_call { /* NOLINT: the name is the contract's */
  shopadmin::PluginHost* host = nullptr;
  shopadmin::Caller caller;
  std::int64_t deadline_ms = 0;
  std::thread::id thread;
  bool open = false;
};

namespace shopadmin {

struct LoadedPlugin {
  Manifest manifest;
  std::unique_ptr<PluginHost> host;
  void* library = nullptr;
  const hostapi_plugin* plugin = nullptr;
  bool started = false;
  std::mutex one_at_a_time; /* used if the plugin does not say HOSTAPI_CONCURRENT */
  bool concurrent = false;

  const hostapi_order_view_v1* order_view = nullptr;
  const hostapi_order_view_v2* order_view_2 = nullptr; /* preferred */
  const hostapi_pages_v1* pages = nullptr;
  const hostapi_order_actions_v1* order_actions = nullptr;
  const hostapi_order_guard_v1* order_guard = nullptr;
  const hostapi_tasks_v1* tasks = nullptr;
  const hostapi_settings_check_v1* settings_check = nullptr;
  const hostapi_webhook_v1* webhook = nullptr;
  const hostapi_command_v1* command = nullptr;

  LoadedPlugin() = default;
  LoadedPlugin(const LoadedPlugin&) = delete;
  ~LoadedPlugin(); /* stop, destroy, close: whatever was reached */
};

/* Lives as long as one call into the plugin. After it the plugin's `call` is dead. */
class CallScope {
 public:
  CallScope(LoadedPlugin& plugin, const Caller& caller, std::int64_t budget_ms);
  ~CallScope() { call_.open = false; }
  CallScope(const CallScope&) = delete;
  const hostapi_call* get() const { return &call_; }

 private:
  std::unique_lock<std::mutex> turn_;
  hostapi_call call_;
};

/* Collects what the plugin writes, up to `bytes_max`. */
class TextSink {
 public:
  static constexpr std::size_t usual_bytes_max = 16 * 1024 * 1024;
  explicit TextSink(std::size_t bytes_max = usual_bytes_max);
  const hostapi_sink* get() const { return &sink_; }
  const std::string& text() const { return text_; }
  std::size_t bytes_max() const { return bytes_max_; }

 private:
  static hostapi_status write(void* self, const char* data, std::size_t size);
  std::size_t bytes_max_;
  hostapi_sink sink_{};
  std::string text_;
};

inline hostapi_text borrowed(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view view_of(hostapi_text text) { return text.size ? std::string_view(text.data, text.size) : std::string_view(); }
hostapi_status write_to(const hostapi_sink* sink, std::string_view text);
hostapi_status status_of(Kind kind);

/* The plugin's status and sink as a Result: OK parses the document (empty: {}), everything else is a Problem with the plugin's sentence. */
Result<Document> answer_of(const LoadedPlugin& plugin, const char* what, hostapi_status status, const TextSink& sink);

/* Calls into the plugin; an exception that leaves it is NO_ANSWER and an error in the log. */
hostapi_status call_plugin(const LoadedPlugin& plugin, const char* what, const std::function<hostapi_status()>& call);

}  // namespace shopadmin
