// Contributions as C++ classes, and the C structs made from them. A plugin derives from Plugin, returns its contributions, and calls
// entry<MyPlugin>() in hostapi_entry_point(). Every C function runs under guard(); documents arrive parsed, answers leave serialised.
// Service and contribution functions get the `self` of their root struct: hostapi_host.self, hostapi_plugin.self.
// Thread rules: a plugin whose entry carries HOSTAPI_CONCURRENT must expect overlapping calls on its contributions.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "guard.hpp"
#include "session.hpp"

namespace hostapi::sdk {

struct OrderView {
  virtual ~OrderView() = default;
  /// `request` is empty under hosts that know only order_view/1.
  virtual Result<json::value> view(const Session&, std::string_view slot, std::string_view order_id, const json::value& request) = 0;
};
struct Pages {
  virtual ~Pages() = default;
  virtual Result<json::value> view(const Session&, std::string_view page, const json::value& request) = 0;
  virtual Result<json::value> run(const Session&, std::string_view page, std::string_view action, const json::value& form) = 0;
};
struct OrderActions {
  virtual ~OrderActions() = default;
  virtual Result<json::value> plan(const Session&, std::string_view order_id, std::string_view action, const json::value& form) = 0;
  virtual Result<json::value> run(const Session&, std::string_view order_id, std::string_view action, const json::value& form) = 0;
};
struct OrderGuard {
  virtual ~OrderGuard() = default;
  virtual Result<json::value> plan(const Session&, std::string_view event, const json::value& document) = 0;
  virtual Result<> before(const Session&, std::string_view event, const json::value& document) = 0;
  virtual Result<> after(const Session&, std::string_view event, const json::value& document) = 0;
};
struct Tasks {
  virtual ~Tasks() = default;
  virtual Result<json::value> run(const Session&, const json::value& task) = 0;
};
struct SettingsCheck {
  virtual ~SettingsCheck() = default;
  virtual Result<json::value> check(const Session&, const json::value& candidate) = 0;
};

/// Anyone may call this: `body` is raw bytes of a stranger. A failure's message goes into the host's log, never to the sender.
struct Webhook {
  virtual ~Webhook() = default;
  virtual Result<json::value> receive(const Session&, const json::value& request, std::string_view body) = 0;
};

/// Commands of the manifest, run from the host's command line. `arguments` is an object of texts; the answer's member "text" is for people.
struct Command {
  virtual ~Command() = default;
  virtual Result<json::value> run(const Session&, std::string_view command, const json::value& arguments) = 0;
};

class Plugin {
 public:
  explicit Plugin(Host host) : host_(host) {}
  virtual ~Plugin() = default;
  virtual Result<> start(const Session&) { return success(); }
  virtual void stop() {}
  virtual OrderView* order_view() { return nullptr; }
  virtual Pages* pages() { return nullptr; }
  virtual OrderActions* order_actions() { return nullptr; }
  virtual OrderGuard* order_guard() { return nullptr; }
  virtual Tasks* tasks() { return nullptr; }
  virtual SettingsCheck* settings_check() { return nullptr; }
  virtual Webhook* webhook() { return nullptr; }
  virtual Command* command() { return nullptr; }
  const Host& host() const { return host_; }

 private:
  Host host_;
};

namespace detail {

struct Instance {  // what hostapi_plugin.self points to
  hostapi_plugin raw{};
  std::unique_ptr<Plugin> plugin;
};

inline Plugin& plugin_of(void* self) { return *static_cast<Instance*>(self)->plugin; }
inline Session session_of(void* self, const hostapi_call* call) { return Session{plugin_of(self).host(), call}; }

/// Parses a document that came in and hands it to the body; broken JSON is the host's bug: INVALID.
template <class Body>
auto with_document(hostapi_text bytes, Body&& body) -> decltype(body(json::value{})) {
  boost::system::error_code error;
  const json::value document = bytes.size == 0 ? json::value(json::object{}) : json::parse(view(bytes), error);
  if (error) return Failure{Kind::invalid, "the document is not JSON: " + error.message()};
  if (!document.is_object()) return Failure{Kind::invalid, "the document is not a JSON object"};
  return body(document);
}

inline const hostapi_order_view_v1 order_view_table{
    [](void* self, const hostapi_call* call, const char* slot, hostapi_text order_id, const hostapi_sink* out) -> hostapi_status {
      return guard(out, [&] { return plugin_of(self).order_view()->view(session_of(self, call), view(slot), view(order_id), json::object{}); });
    }};

inline const hostapi_order_view_v2 order_view_2_table{
    [](void* self, const hostapi_call* call, const char* slot, hostapi_text order_id, hostapi_text request, const hostapi_sink* out) -> hostapi_status {
      return guard(out, [&] {
        return with_document(request, [&](const json::value& document) { return plugin_of(self).order_view()->view(session_of(self, call), view(slot), view(order_id), document); });
      });
    }};

inline const hostapi_pages_v1 pages_table{
    [](void* self, const hostapi_call* call, const char* page, hostapi_text request, const hostapi_sink* out) -> hostapi_status {
      return guard(out, [&] {
        return with_document(request, [&](const json::value& document) { return plugin_of(self).pages()->view(session_of(self, call), view(page), document); });
      });
    },
    [](void* self, const hostapi_call* call, const char* page, const char* action, hostapi_text form, const hostapi_sink* out) -> hostapi_status {
      return guard(out, FailureForm::document, [&] {
        return with_document(
            form, [&](const json::value& document) { return plugin_of(self).pages()->run(session_of(self, call), view(page), view(action), document); });
      });
    }};

inline const hostapi_order_actions_v1 order_actions_table{
    [](void* self, const hostapi_call* call, hostapi_text order_id, const char* action, hostapi_text form, const hostapi_sink* out) -> hostapi_status {
      return guard(out, [&] {
        return with_document(form, [&](const json::value& document) {
          return plugin_of(self).order_actions()->plan(session_of(self, call), view(order_id), view(action), document);
        });
      });
    },
    [](void* self, const hostapi_call* call, hostapi_text order_id, const char* action, hostapi_text form, const hostapi_sink* out) -> hostapi_status {
      return guard(out, FailureForm::document, [&] {
        return with_document(form, [&](const json::value& document) {
          return plugin_of(self).order_actions()->run(session_of(self, call), view(order_id), view(action), document);
        });
      });
    }};

inline const hostapi_order_guard_v1 order_guard_table{
    [](void* self, const hostapi_call* call, const char* event, hostapi_text document, const hostapi_sink* out) -> hostapi_status {
      return guard(out, [&] {
        return with_document(document, [&](const json::value& parsed) { return plugin_of(self).order_guard()->plan(session_of(self, call), view(event), parsed); });
      });
    },
    [](void* self, const hostapi_call* call, const char* event, hostapi_text document, const hostapi_sink* reason) -> hostapi_status {
      return guard(reason, [&] {
        return with_document(document, [&](const json::value& parsed) { return plugin_of(self).order_guard()->before(session_of(self, call), view(event), parsed); });
      });
    },
    [](void* self, const hostapi_call* call, const char* event, hostapi_text document) -> hostapi_status {
      return guard(nullptr, [&] {
        return with_document(document, [&](const json::value& parsed) { return plugin_of(self).order_guard()->after(session_of(self, call), view(event), parsed); });
      });
    }};

inline const hostapi_tasks_v1 tasks_table{[](void* self, const hostapi_call* call, hostapi_text task, const hostapi_sink* out) -> hostapi_status {
  return guard(out, FailureForm::document, [&] {
    return with_document(task, [&](const json::value& document) { return plugin_of(self).tasks()->run(session_of(self, call), document); });
  });
}};

inline const hostapi_settings_check_v1 settings_check_table{
    [](void* self, const hostapi_call* call, hostapi_text candidate, const hostapi_sink* out) -> hostapi_status {
      return guard(out, [&] {
        return with_document(candidate, [&](const json::value& document) { return plugin_of(self).settings_check()->check(session_of(self, call), document); });
      });
    }};

inline const hostapi_webhook_v1 webhook_table{
    [](void* self, const hostapi_call* call, hostapi_text request, hostapi_text body, const hostapi_sink* out) -> hostapi_status {
      return guard(out, [&] {
        return with_document(request, [&](const json::value& document) -> Result<json::value> {
          try {
            return plugin_of(self).webhook()->receive(session_of(self, call), document, view(body));
          } catch (const std::bad_alloc&) {  // not LIMIT: that would tell the sender never to come again
            return Failure{Kind::unavailable, "out of memory"};
          }
        });
      });
    }};

inline const hostapi_command_v1 command_table{
    [](void* self, const hostapi_call* call, const char* command, hostapi_text arguments, const hostapi_sink* out) -> hostapi_status {
      return guard(out, FailureForm::document, [&] {
        return with_document(arguments, [&](const json::value& document) { return plugin_of(self).command()->run(session_of(self, call), view(command), document); });
      });
    }};

inline const void* contribution(void* self, const char* contribution_id) {
  const std::string_view id = view(contribution_id);
  Plugin& plugin = plugin_of(self);
  if (id == HOSTAPI_CONTRIBUTION_ORDER_VIEW && plugin.order_view() != nullptr) return &order_view_table;
  if (id == HOSTAPI_CONTRIBUTION_ORDER_VIEW_2 && plugin.order_view() != nullptr) return &order_view_2_table;
  if (id == HOSTAPI_CONTRIBUTION_PAGES && plugin.pages() != nullptr) return &pages_table;
  if (id == HOSTAPI_CONTRIBUTION_ORDER_ACTIONS && plugin.order_actions() != nullptr) return &order_actions_table;
  if (id == HOSTAPI_CONTRIBUTION_ORDER_GUARD && plugin.order_guard() != nullptr) return &order_guard_table;
  if (id == HOSTAPI_CONTRIBUTION_TASKS && plugin.tasks() != nullptr) return &tasks_table;
  if (id == HOSTAPI_CONTRIBUTION_SETTINGS_CHECK && plugin.settings_check() != nullptr) return &settings_check_table;
  if (id == HOSTAPI_CONTRIBUTION_WEBHOOK && plugin.webhook() != nullptr) return &webhook_table;
  if (id == HOSTAPI_CONTRIBUTION_COMMAND && plugin.command() != nullptr) return &command_table;
  return nullptr;
}

}  // namespace detail

/// Turns a C++ plugin into the C root struct; destroy() ends it. Tests may call this directly, without a library.
inline const hostapi_plugin* make_plugin(std::unique_ptr<Plugin> plugin) {
  auto* instance = new detail::Instance{{}, std::move(plugin)};
  instance->raw.struct_size = sizeof(hostapi_plugin);
  instance->raw.self = instance;
  instance->raw.start = [](void* self, const hostapi_call* call, const hostapi_sink* error) -> hostapi_status {
    return guard(error, [&] { return detail::plugin_of(self).start(detail::session_of(self, call)); });
  };
  instance->raw.stop = [](void* self) {
    (void)guard(nullptr, [&] { return detail::plugin_of(self).stop(), success(); });
  };
  instance->raw.destroy = [](void* self) { delete static_cast<detail::Instance*>(self); };
  instance->raw.contribution = &detail::contribution;
  return &instance->raw;
}

/// create() of a plugin class that is constructed from Host.
template <class MyPlugin>
hostapi_status create(const hostapi_host* raw, const hostapi_plugin** out, const hostapi_sink* error) {
  return guard(error, [&]() -> Result<> {
    auto host = Host::open(raw);
    if (!host) return host.failure();
    *out = make_plugin(std::make_unique<MyPlugin>(*host));
    return success();
  });
}

template <class MyPlugin>
hostapi_entry entry(const char* plugin_id, const char* plugin_version, uint32_t flags) {
  return hostapi_entry{sizeof(hostapi_entry), HOSTAPI_ABI_MAJOR, HOSTAPI_ABI_MINOR, flags, plugin_id, plugin_version, &create<MyPlugin>};
}

}  // namespace hostapi::sdk
