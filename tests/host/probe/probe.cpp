/* A tiny plugin for the tests of the host. Its guard does what the note of the event says ("veto", "silence", "throw", "slow"), its `after` writes the
 * event down, its tasks count, its webhook does what the body says and writes down what came,
 * its commands say what came. Variants that a host must refuse are made by defining PROBE_ABI, PROBE_THROWS, PROBE_SILENT, PROBE_WRONG_ID, PROBE_NO_ENTRY. */
#include <hostapi/hostapi.h>

#include <boost/json.hpp>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

namespace json = boost::json;

namespace {
const hostapi_host* host = nullptr;
const hostapi_core_v1* core = nullptr;
const hostapi_store_v1* store = nullptr;
const hostapi_orders_v1* orders = nullptr;
const hostapi_settings_v1* settings = nullptr;
const hostapi_texts_v1* texts = nullptr;
const hostapi_call* kept_call = nullptr; /* on purpose: a call used after its end */

hostapi_text borrowed(const std::string& text) { return {text.data(), text.size()}; }
std::string owned(hostapi_text text) { return std::string(text.data ? text.data : "", text.size); }

struct Sink {
  std::string text;
  hostapi_sink sink{this, [](void* self, const char* data, size_t size) -> hostapi_status {
                      static_cast<Sink*>(self)->text.append(data, size);
                      return HOSTAPI_OK;
                    }};
};

hostapi_status say(const hostapi_sink* sink, const std::string& text) { return sink->write(sink->self, text.data(), text.size()); }

hostapi_status commit(const hostapi_call* call, const json::object& batch) {
  Sink result;
  return store->commit(host->self, call, borrowed(json::serialize(batch)), &result.sink);
}

/* What the plugin can see: the order, the settings, and whether a call that ended is refused. */
hostapi_status view(void*, const hostapi_call* call, const char* slot, hostapi_text order_id, const hostapi_sink* sink) {
  Sink order, values, text, secret;
  const auto status = orders->get(host->self, call, order_id, &order.sink);
  if (status != HOSTAPI_OK) return status;
  Sink named;
  orders->find(host->self, call, borrowed(json::serialize(json::object{{"ids", json::array{"o-gone", owned(order_id)}}, {"brief", true}})), &named.sink);
  settings->get(host->self, call, &values.sink);
  settings->secret(host->self, call, "private_key", &secret.sink);
  texts->translate(host->self, call, "Hello {name}", borrowed(R"({"name":"Ann"})"), &text.sink);
  Sink stale;
  const auto stale_status = kept_call ? settings->get(host->self, kept_call, &stale.sink) : 0;
  core->log(host->self, call, HOSTAPI_LOG_WARN, "PROBE_VIEW", borrowed(json::serialize(json::object{{"private_key", secret.text}, {"slot", slot}})));
  kept_call = call;
  return say(sink, json::serialize(json::object{{"template", "panel"}, {"data", {{"order", json::parse(order.text)}, {"named", json::parse(named.text)}, {"settings", json::parse(values.text)}, {"text", text.text},
                                                                                 {"secret_size", secret.text.size()}, {"stale_status", stale_status}}}, {"actions", json::array{}}}));
}

hostapi_status guard_plan(void*, const hostapi_call*, const char* event, hostapi_text, const hostapi_sink* sink) {
  return say(sink, json::serialize(json::object{{"template", "sheet"}, {"data", {{"event", event}}}, {"actions", json::array{}}}));
}

hostapi_status guard_before(void*, const hostapi_call*, const char*, hostapi_text event_json, const hostapi_sink* reason) {
  const auto note = std::string(json::parse(owned(event_json)).at("note").as_string());
  if (note == "veto") return say(reason, "The money is on its way."), HOSTAPI_E_REFUSED;
  if (note == "silence") return HOSTAPI_NO_ANSWER;
  if (note == "throw") throw std::runtime_error("guard threw");
  if (note == "slow") std::this_thread::sleep_for(std::chrono::milliseconds(260));
  return HOSTAPI_OK;
}

hostapi_status guard_after(void*, const hostapi_call* call, const char* event, hostapi_text event_json) {
  const auto document = json::parse(owned(event_json)).as_object();
  const auto event_id = std::string(document.at("event_id").as_string());
  const auto order_id = std::string(document.at("order").at("id").as_string());
  return commit(call, {{"put", json::array{{{"collection", "seen"}, {"key", event_id}, {"value", document}, {"fields", {{"order_id", order_id}, {"state", event}}}}}},
                       {"orders", json::array{{{"order_id", order_id}, {"payment", {{"word", "captured"}, {"open_tasks", 1}}}, {"history", "Probe saw it"}}}}});
}

/* sync: writes {"runs"} under the order; flaky: fails twice, then works; tick: counts */
hostapi_status run(void*, const hostapi_call* call, hostapi_text task_json, const hostapi_sink* result) {
  const auto task = json::parse(owned(task_json)).as_object();
  const auto name = std::string(task.at("name").as_string());
  if (name == "flaky" && task.at("attempt").as_int64() < 3) return say(result, "not yet"), HOSTAPI_E_UNAVAILABLE;
  const auto* order_id = task.at("payload").as_object().if_contains("order_id");
  const auto key = "task/" + name + "/" + (order_id ? std::string(order_id->as_string()) : std::string(task.at("key").as_string()));
  Sink value;
  uint64_t version = 0;
  const auto found = store->get(host->self, call, "seen", borrowed(key), &value.sink, &version);
  const std::int64_t runs = found == HOSTAPI_OK ? json::parse(value.text).at("runs").as_int64() : 0;
  return commit(call, {{"expect", json::array{{{"collection", "seen"}, {"key", key}, {"version", version}}}},
                       {"put", json::array{{{"collection", "seen"}, {"key", key}, {"value", {{"runs", runs + 1}}}}}}});
}

/* "refuse", "silence" and so on are done; anything else is written down: the request, the size and the identity it came with */
hostapi_status receive(void*, const hostapi_call* call, hostapi_text request_json, hostapi_text body, const hostapi_sink* answer) {
  const auto text = owned(body);
  if (text == "invalid") return say(answer, "not JSON"), HOSTAPI_E_INVALID;
  if (text == "refuse") return say(answer, "forged"), HOSTAPI_E_REFUSED;
  if (text == "deny") return HOSTAPI_E_DENIED;
  if (text == "limit") return HOSTAPI_E_LIMIT;
  if (text == "later") return say(answer, "store away"), HOSTAPI_E_UNAVAILABLE;
  if (text == "conflict") return HOSTAPI_E_CONFLICT;
  if (text == "uncertain") return HOSTAPI_E_UNCERTAIN;
  if (text == "internal") return HOSTAPI_E_INTERNAL;
  if (text == "future") return -77;
  if (text == "silence") return HOSTAPI_NO_ANSWER;
  if (text == "throw") throw std::runtime_error("webhook threw");
  if (text == "not a document") return say(answer, "thanks");
  if (text == "slow") std::this_thread::sleep_for(std::chrono::milliseconds(600));
  Sink who;
  const auto* identity = static_cast<const hostapi_identity_v1*>(host->service(host->self, HOSTAPI_SERVICE_IDENTITY));
  identity->who(host->self, call, &who.sink);
  const bool may = identity->may(host->self, call, "probe.view") == HOSTAPI_OK || identity->may(host->self, call, "orders.view") == HOSTAPI_OK;
  const auto left_ms = core->deadline_unix_ms(host->self, call) - core->now_unix_ms(host->self);
  return commit(call, {{"put", json::array{{{"collection", "seen"}, {"key", "webhook/" + std::to_string(text.size())},
                                            {"value", {{"request", json::parse(owned(request_json))}, {"first_byte", text.empty() ? -1 : static_cast<unsigned char>(text[0])},
                                                       {"who", json::parse(who.text)}, {"may", may}, {"left_ms", left_ms}}}}}}});
}

/* echo: who asks with what; say-no: every way to fail */
hostapi_status run_command(void*, const hostapi_call* call, const char* command, hostapi_text arguments_json, const hostapi_sink* result) {
  const auto arguments = json::parse(owned(arguments_json)).as_object();
  const auto* how = arguments.if_contains("how");
  if (std::string(command) == "say-no") {
    if (how && *how == "throw") throw std::runtime_error("command threw");
    if (how && *how == "silence") return HOSTAPI_NO_ANSWER;
    if (how && *how == "no document") return say(result, "[1]");
    return say(result, R"({"message":"The money is gone. Nothing was changed."})"), HOSTAPI_E_REFUSED;
  }
  Sink who;
  const auto* identity = static_cast<const hostapi_identity_v1*>(host->service(host->self, HOSTAPI_SERVICE_IDENTITY));
  identity->who(host->self, call, &who.sink);
  const bool may = identity->may(host->self, call, "probe.view") == HOSTAPI_OK;
  const auto left_ms = core->deadline_unix_ms(host->self, call) - core->now_unix_ms(host->self);
  const auto* large = arguments.if_contains("large");
  return say(result, json::serialize(json::object{{"text", "echo\n" + std::to_string(arguments.size()) + " arguments"}, {"command", command}, {"who", json::parse(who.text)}, {"may", may},
                                                  {"left_ms", left_ms}, {"arguments", large ? json::object{{"size", large->as_string().size()}} : arguments}}));
}

std::string asked(const json::object& document, const char* name) {
  const auto* value = document.if_contains(name);
  return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

/* list: says the query; ?as=… is a download with that file name; type: its media type */
hostapi_status page_view(void*, const hostapi_call*, const char*, hostapi_text request_json, const hostapi_sink* view_json) {
  const auto request = json::parse(owned(request_json)).as_object();
  if (!request.contains("as")) return say(view_json, json::serialize(json::object{{"template", "list"}, {"data", {{"job", asked(request, "job")}}}}));
  const auto type = asked(request, "type");
  return say(view_json, json::serialize(json::object{{"download", {{"file_name", asked(request, "as")}, {"media_type", type.empty() ? "text/csv" : type}, {"text", "order\n2026-1 <b>\n"}}}}));
}

/* refuses, or says what it got and leads where the form's "go" says; ticked: to ?job=<kind>-<number of orders> */
hostapi_status page_run(void*, const hostapi_call*, const char*, const char* action, hostapi_text form_json, const hostapi_sink* result_json) {
  const auto form = json::parse(owned(form_json)).as_object();
  if (std::string(action) == "refuse") return say(result_json, R"({"message":"Not today."})"), HOSTAPI_E_REFUSED;
  json::object result{{"done", true}, {"message", json::serialize(form)}, {"level", "good"}, {"go", asked(form, "go")}};
  if (std::string(action) == "ticked") result["go"] = "?job=" + asked(form, "kind") + "-" + std::to_string(form.at("order").as_array().size()) + "-" + std::to_string(asked(form, "operation_id").size());
  return say(result_json, json::serialize(result));
}

const hostapi_order_view_v1 views{view};
const hostapi_pages_v1 pages{page_view, page_run};
const hostapi_order_guard_v1 guard{guard_plan, guard_before, guard_after};
const hostapi_tasks_v1 tasks{run};
const hostapi_webhook_v1 webhook{receive};
const hostapi_command_v1 commands{run_command};

const void* contribution(void*, const char* id) {
  const std::string name = id;
  if (name == HOSTAPI_CONTRIBUTION_ORDER_VIEW) return &views;
  if (name == HOSTAPI_CONTRIBUTION_ORDER_GUARD) return &guard;
  if (name == HOSTAPI_CONTRIBUTION_TASKS) return &tasks;
  if (name == HOSTAPI_CONTRIBUTION_WEBHOOK) return &webhook;
  if (name == HOSTAPI_CONTRIBUTION_PAGES) return &pages;
  if (name == HOSTAPI_CONTRIBUTION_COMMAND) return &commands;
  return nullptr;
}

hostapi_status start(void*, const hostapi_call*, const hostapi_sink* error) {
#ifdef PROBE_START_FAILS
  return say(error, "no licence"), HOSTAPI_E_REFUSED;
#else
  (void)error;
  return HOSTAPI_OK;
#endif
}
void nothing(void*) {}

const hostapi_plugin plugin{sizeof(hostapi_plugin), nullptr, start, nothing, nothing, contribution};

hostapi_status create(const hostapi_host* given, const hostapi_plugin** out, const hostapi_sink*) {
#if defined(PROBE_THROWS)
  throw std::runtime_error("create threw");
#elif defined(PROBE_SILENT)
  return HOSTAPI_NO_ANSWER;
#endif
  host = given;
  core = static_cast<const hostapi_core_v1*>(host->service(host->self, HOSTAPI_SERVICE_CORE));
  store = static_cast<const hostapi_store_v1*>(host->service(host->self, HOSTAPI_SERVICE_STORE));
  orders = static_cast<const hostapi_orders_v1*>(host->service(host->self, HOSTAPI_SERVICE_ORDERS));
  settings = static_cast<const hostapi_settings_v1*>(host->service(host->self, HOSTAPI_SERVICE_SETTINGS));
  texts = static_cast<const hostapi_texts_v1*>(host->service(host->self, HOSTAPI_SERVICE_TEXTS));
  *out = &plugin;
  return core && store && orders && settings && texts && !host->service(host->self, "hostapi.nonsense/1") ? HOSTAPI_OK : HOSTAPI_E_INTERNAL;
}

#ifndef PROBE_ABI
#define PROBE_ABI HOSTAPI_ABI_MAJOR
#endif
#ifdef PROBE_WRONG_ID
const char* const id = "org.example.other";
#else
const char* const id = "org.example.probe";
#endif
const hostapi_entry entry{sizeof(hostapi_entry), PROBE_ABI, 0, HOSTAPI_CONCURRENT, id, "1.0.0", create};
}  // namespace

#ifdef PROBE_NO_ENTRY
extern "C" HOSTAPI_EXPORT const hostapi_entry* another_name() { return &entry; }
#else
extern "C" const hostapi_entry* hostapi_entry_point(void) { return &entry; }
#endif
