/* Plugins: the calls. Each opens a call scope, asks one contribution and turns the answer into a Result. */
#include <algorithm>
#include <chrono>

#include "accounts/accounts.hpp"
#include "loader/call.hpp"
#include "log.hpp"
#include "texts.hpp"

namespace shopadmin {

namespace {
constexpr std::int64_t view_ms = 3'000, plan_ms = 3'000, run_ms = 20'000, guard_ms = 200, after_ms = 30'000, task_ms = 60'000, check_ms = 20'000, webhook_ms = 10'000,
                       command_ms = 600'000;

Problem lacks(const LoadedPlugin& plugin, const char* what) { return {Kind::unsupported, plugin.manifest.name + " does not offer " + what + ".", ""}; }

/* Runs one contribution function inside a call scope. */
template <class F>
Result<Document> ask(LoadedPlugin& plugin, const Caller& caller, std::int64_t budget_ms, const char* what, F&& call, std::size_t answer_bytes_max = TextSink::usual_bytes_max) {
  TextSink sink(answer_bytes_max);
  CallScope scope(plugin, caller, budget_ms);
  const auto status = call_plugin(plugin, what, [&]() -> hostapi_status { return call(plugin.plugin->self, scope.get(), sink.get()); });
  return answer_of(plugin, what, status, sink);
}
}  // namespace

Result<LoadedPlugin*> Plugins::with(const std::string& plugin_id) const {
  if (auto* plugin = loaded(plugin_id)) return plugin;
  return sentence(Kind::unavailable, "The plugin {plugin} is not loaded. The page of plugins says why.", {{"plugin", plugin_id}});
}

Result<Document> Plugins::order_view(const Caller& caller, const std::string& plugin_id, const std::string& slot, const std::string& order_id, const json::object& request) {
  const auto plugin = with(plugin_id);
  if (!plugin) return plugin.problem();
  if (const auto* views = (*plugin)->order_view_2) {
    const auto text = json::serialize(request);
    return ask(**plugin, caller, view_ms, "order_view.view", [&](void* self, auto* call, auto* sink) { return views->view(self, call, slot.c_str(), borrowed(order_id), borrowed(text), sink); });
  }
  const auto* views = (*plugin)->order_view;
  if (!views) return lacks(**plugin, "views of orders");
  return ask(**plugin, caller, view_ms, "order_view.view", [&](void* self, auto* call, auto* sink) { return views->view(self, call, slot.c_str(), borrowed(order_id), sink); });
}

namespace {
/* The page must be in the manifest and the role may see it. */
Result<void> page_allowed(const LoadedPlugin& plugin, const Accounts& accounts, const Caller& caller, const std::string& page) {
  const auto* declared = plugin.manifest.page(page);
  if (!declared) return sentence(Kind::not_found, "{plugin} has no page “{page}”.", {{"plugin", plugin.manifest.name}, {"page", page}});
  if (!accounts.may(caller.role, declared->permission)) return sentence(Kind::denied, "Your role may not see this page (needs {permission}).", {{"permission", declared->permission}});
  return {};
}
}  // namespace

Result<Document> Plugins::page_view(const Caller& caller, const std::string& plugin_id, const std::string& page, const json::object& request) {
  const auto plugin = with(plugin_id);
  if (!plugin) return plugin.problem();
  const auto* pages = (*plugin)->pages;
  if (!pages) return lacks(**plugin, "pages");
  if (auto good = page_allowed(**plugin, parts_.accounts, caller, page); !good) return good.problem();
  const auto text = json::serialize(request);
  return ask(**plugin, caller, view_ms, "pages.view", [&](void* self, auto* call, auto* sink) { return pages->view(self, call, page.c_str(), borrowed(text), sink); });
}

Result<Document> Plugins::page_run(const Caller& caller, const std::string& plugin_id, const std::string& page, const std::string& action, const json::object& form) {
  const auto plugin = with(plugin_id);
  if (!plugin) return plugin.problem();
  const auto* pages = (*plugin)->pages;
  if (!pages) return lacks(**plugin, "pages");
  if (auto good = page_allowed(**plugin, parts_.accounts, caller, page); !good) return good.problem();
  const auto text = json::serialize(form);
  return ask(**plugin, caller, run_ms, "pages.run", [&](void* self, auto* call, auto* sink) { return pages->run(self, call, page.c_str(), action.c_str(), borrowed(text), sink); });
}

Result<Document> Plugins::action_plan(const Caller& caller, const std::string& plugin_id, const std::string& order_id, const std::string& action, const json::object& form) {
  const auto plugin = with(plugin_id);
  if (!plugin) return plugin.problem();
  const auto* actions = (*plugin)->order_actions;
  if (!actions) return lacks(**plugin, "actions on orders");
  const auto text = json::serialize(form);
  return ask(**plugin, caller, plan_ms, "order_actions.plan", [&](void* self, auto* call, auto* sink) { return actions->plan(self, call, borrowed(order_id), action.c_str(), borrowed(text), sink); });
}

Result<Document> Plugins::action_run(const Caller& caller, const std::string& plugin_id, const std::string& order_id, const std::string& action, const json::object& form) {
  const auto plugin = with(plugin_id);
  if (!plugin) return plugin.problem();
  const auto* actions = (*plugin)->order_actions;
  if (!actions) return lacks(**plugin, "actions on orders");
  const auto text = json::serialize(form);
  return ask(**plugin, caller, run_ms, "order_actions.run", [&](void* self, auto* call, auto* sink) { return actions->run(self, call, borrowed(order_id), action.c_str(), borrowed(text), sink); });
}

Result<Document> Plugins::check_settings(const Caller& caller, const std::string& plugin_id, const json::object& candidate) {
  const auto plugin = with(plugin_id);
  if (!plugin) return plugin.problem();
  const auto* checker = (*plugin)->settings_check;
  if (!checker) return lacks(**plugin, "a check of its settings");
  const auto& permission = (*plugin)->manifest.settings_permission;
  if (!parts_.accounts.may(caller.role, permission)) return sentence(Kind::denied, "Your role may not change these settings (needs {permission}).", {{"permission", permission}});
  const auto text = json::serialize(candidate);
  return ask(**plugin, caller, check_ms, "settings_check.check", [&](void* self, auto* call, auto* sink) { return checker->check(self, call, borrowed(text), sink); });
}

Result<Document> Plugins::run_command(const Caller& caller, const std::string& plugin_id, const std::string& command, const json::object& arguments) {
  const auto plugin = with(plugin_id);
  if (!plugin) return plugin.problem();
  const auto* commands = (*plugin)->command;
  if (!commands) return lacks(**plugin, "commands");
  if (!(*plugin)->manifest.command(command)) return Problem{Kind::not_found, (*plugin)->manifest.name + " has no command \"" + command + "\". See: shopadmin plugin commands.", ""};
  const auto text = json::serialize(arguments);
  auto answer = ask(**plugin, caller, command_ms, "command.run", [&](void* self, auto* call, auto* sink) { return commands->run(self, call, command.c_str(), borrowed(text), sink); },
                    command_bytes_max);
  if (answer && !answer->is_object()) return Problem{Kind::internal, (*plugin)->manifest.name + " answered " + command + " with something that is no document.", ""};
  return answer;
}

std::int64_t Plugins::page_count(const std::string& plugin_id, const std::string& page, const std::string& reader_id) {
  auto* plugin = loaded(plugin_id);
  const auto* declared = plugin ? plugin->manifest.page(page) : nullptr;
  if (!declared || declared->count_collection.empty()) return 0;
  return plugin->host->collections.count(plugin->manifest, declared->count_collection, declared->count_field, declared->count_value, declared->count_reader, reader_id);
}

/* ---- webhooks ------------------------------------------------------------- */

std::vector<WebhookAddress> Plugins::webhook_paths() const {
  std::vector<WebhookAddress> paths;
  for (const auto* manifest : manifests())
    for (const auto& webhook : manifest->webhooks) paths.push_back({manifest->id, webhook.path, "/webhooks/" + manifest->domain + "/" + webhook.path, webhook.bytes_max});
  return paths;
}

/* In doubt yes: the sender comes again, instead of taking a plugin that is being mended for gone. */
bool Plugins::webhook_may_come(const std::string& domain) const {
  const auto all = states();
  return std::any_of(all.begin(), all.end(), [&](const PluginState& state) { return !state.loaded && (state.domain.empty() || state.domain == domain); });
}

Result<void> Plugins::receive_webhook(const WebhookAddress& address, const json::object& request, std::string_view body, const std::string& trace_id) {
  const auto plugin = with(address.plugin_id);
  if (!plugin) return plugin.problem();
  const auto* webhook = (*plugin)->webhook;
  if (!webhook) return lacks(**plugin, "webhooks");
  Caller stranger;
  stranger.id = stranger.name = "webhook", stranger.role = "anonymous", stranger.trace_id = trace_id;
  const auto text = json::serialize(request);
  TextSink sink;
  hostapi_status status = HOSTAPI_NO_ANSWER;
  {
    CallScope scope(**plugin, stranger, webhook_ms);
    status = call_plugin(**plugin, "webhook.receive", [&] { return webhook->receive((*plugin)->plugin->self, scope.get(), borrowed(text), borrowed(body), sink.get()); });
  }
  if (status == HOSTAPI_OK) {
    (void)answer_of(**plugin, "webhook.receive", status, sink); /* a bad document is logged there; the message itself was taken */
    return {};
  }
  const bool known = status <= HOSTAPI_E_INVALID && status >= HOSTAPI_E_INTERNAL;
  return Problem{known ? static_cast<Kind>(status) : Kind::no_answer, sink.text(), ""};
}

/* ---- guards --------------------------------------------------------------- */

/* Fail closed: an order whose payment belongs to a plugin that is known but not here may not be touched. */
Result<LoadedPlugin*> Plugins::guard_for(const Order& order) const {
  if (order.payment_method.empty()) return static_cast<LoadedPlugin*>(nullptr);
  if (const auto* manifest = for_method(order.payment_method)) return loaded(manifest->id);
  for (const auto& state : states()) {
    if (state.payment_method != order.payment_method) continue;
    return sentence(Kind::refused,
                    "Order {number} is paid with {method}, but the plugin {plugin} is not loaded: {why} Nothing was changed, because the payment could not be looked after. Load the plugin and try again.",
                    {{"number", order.number}, {"method", order.payment_method}, {"plugin", state.id}, {"why", state.problem}});
  }
  return static_cast<LoadedPlugin*>(nullptr);
}

Result<std::vector<PluginSheet>> Plugins::guard_plan(const Caller& caller, const Order& order, const std::string& event, const json::object& event_document) {
  const auto plugin = guard_for(order);
  if (!plugin) return plugin.problem();
  if (!*plugin || !(*plugin)->order_guard) return std::vector<PluginSheet>{};
  const auto* guard = (*plugin)->order_guard;
  const auto text = json::serialize(event_document);
  auto sheet = ask(**plugin, caller, plan_ms, "order_guard.plan", [&](void* self, auto* call, auto* sink) { return guard->plan(self, call, event.c_str(), borrowed(text), sink); });
  if (!sheet && sheet.kind() == Kind::not_found) return std::vector<PluginSheet>{};
  if (!sheet) return sheet.problem();
  return std::vector<PluginSheet>{{(*plugin)->manifest.id, (*plugin)->manifest.domain, std::move(*sheet)}};
}

Result<void> Plugins::guard_before(const Caller& caller, const Order& order, const std::string& event, const json::object& event_document) {
  const auto plugin = guard_for(order);
  if (!plugin) return plugin.problem();
  if (!*plugin || !(*plugin)->order_guard) return {};
  const auto* guard = (*plugin)->order_guard;
  const auto text = json::serialize(event_document);
  const auto began = std::chrono::steady_clock::now();
  TextSink sink;
  hostapi_status status = HOSTAPI_NO_ANSWER;
  {
    CallScope scope(**plugin, caller, guard_ms);
    status = call_plugin(**plugin, "order_guard.before", [&] { return guard->before((*plugin)->plugin->self, scope.get(), event.c_str(), borrowed(text), sink.get()); });
  }
  const auto took_ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count();
  if (took_ms > guard_ms) log_event(Level::warn, "GUARD_SLOW", {{"plugin", (*plugin)->manifest.id}, {"event", event}, {"took_ms", took_ms}, {"budget_ms", guard_ms}});
  if (status == HOSTAPI_OK) return {}; /* what it may have written is a reason nobody needs */
  const auto answer = answer_of(**plugin, "order_guard.before", status, sink);
  log_event(Level::info, "GUARD_VETO", {{"plugin", (*plugin)->manifest.id}, {"event", event}, {"order_id", order.id}, {"status", status}});
  if (answer.kind() == Kind::refused) return answer.problem();
  return sentence(Kind::refused, "{plugin} did not allow this ({status}). Nothing was changed. {why}",
                  {{"plugin", (*plugin)->manifest.name}, {"status", kind_name(answer.kind())}, {"why", answer.message()}});
}

std::vector<std::string> Plugins::guards_of(const Order& order) const {
  const auto plugin = guard_for(order);
  if (!plugin || !*plugin || !(*plugin)->order_guard) return {};
  return {(*plugin)->manifest.id};
}

/* ---- tasks ---------------------------------------------------------------- */

/* The stored event has no personal data; what still is in the shop is added at delivery. */
Result<Document> Plugins::guard_after(const std::string& plugin_id, const json::object& payload) {
  const auto plugin = with(plugin_id);
  if (!plugin) return plugin.problem();
  const auto* guard = (*plugin)->order_guard;
  if (!guard) return lacks(**plugin, "a guard of orders");
  const auto event = text_of(payload, "event");
  auto document = object_of(payload, "document");
  if (const auto order = parts_.orders.get(text_of(object_of(document, "order"), "id"))) {
    document["order"].as_object()["buyer"] = {{"name", order->buyer_name}, {"email", order->buyer_email}, {"phone", order->buyer_phone}};
  }
  const auto text = json::serialize(document);
  return ask(**plugin, system_caller(), after_ms, "order_guard.after", [&](void* self, auto* call, auto*) { return guard->after(self, call, event.c_str(), borrowed(text)); });
}

Result<Document> Plugins::run_task(const std::string& plugin_id, const json::object& task) {
  const auto plugin = with(plugin_id);
  if (!plugin) return plugin.problem();
  const auto* tasks = (*plugin)->tasks;
  if (!tasks) return lacks(**plugin, "tasks");
  const auto text = json::serialize(task);
  return ask(**plugin, system_caller(), task_ms, "tasks.run", [&](void* self, auto* call, auto* sink) { return tasks->run(self, call, borrowed(text), sink); });
}

}  // namespace shopadmin
