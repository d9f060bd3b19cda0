#include "loader/call.hpp"

#include <dlfcn.h>

#include "log.hpp"

namespace shopadmin {

CallScope::CallScope(LoadedPlugin& plugin, const Caller& caller, std::int64_t budget_ms) {
  if (!plugin.concurrent) turn_ = std::unique_lock(plugin.one_at_a_time);
  call_.host = plugin.host.get();
  call_.caller = caller;
  if (call_.caller.trace_id.empty()) call_.caller.trace_id = random_hex(8);
  call_.deadline_ms = plugin.host->parts.clock.now_ms() + budget_ms;
  call_.thread = std::this_thread::get_id();
  call_.open = true;
}

TextSink::TextSink(std::size_t bytes_max) : bytes_max_(bytes_max) { sink_.self = this, sink_.write = &TextSink::write; }

hostapi_status TextSink::write(void* self, const char* data, std::size_t size) {
  auto& sink = *static_cast<TextSink*>(self);
  auto& text = sink.text_;
  if (!data && size > 0) return HOSTAPI_E_INVALID;
  if (size > sink.bytes_max_ - text.size()) return HOSTAPI_E_LIMIT;
  try {
    if (size > 0) text.append(data, size);
  } catch (const std::bad_alloc&) {
    return HOSTAPI_E_LIMIT;
  }
  return HOSTAPI_OK;
}

hostapi_status write_to(const hostapi_sink* sink, std::string_view text) {
  if (!sink || !sink->write) return HOSTAPI_E_INVALID;
  return sink->write(sink->self, text.data(), text.size());
}

hostapi_status status_of(Kind kind) { return static_cast<hostapi_status>(kind); }

namespace {
/* {"message": "…"} or the bare text */
std::string sentence_in(const std::string& text) {
  if (!text.empty() && text[0] == '{') {
    const auto parsed = parse_object(text, "answer");
    if (parsed) return text_of(*parsed, "message");
  }
  return text;
}

Kind kind_of(hostapi_status status) { return status <= HOSTAPI_E_INVALID && status >= HOSTAPI_E_INTERNAL ? static_cast<Kind>(status) : Kind::no_answer; }
}  // namespace

Result<Document> answer_of(const LoadedPlugin& plugin, const char* what, hostapi_status status, const TextSink& sink) {
  if (status == HOSTAPI_OK) {
    if (sink.text().empty()) return Document(json::object{});
    auto parsed = parse_document(sink.text(), "The answer of " + plugin.manifest.name + " to " + what, sink.bytes_max());
    if (!parsed) log_event(Level::error, "PLUGIN_BAD_DOCUMENT", {{"plugin", plugin.manifest.id}, {"call", what}, {"error", parsed.message()}});
    if (!parsed) return Problem{Kind::internal, parsed.message(), ""};
    return parsed;
  }
  const auto kind = kind_of(status);
  auto message = sentence_in(sink.text());
  if (message.empty() && kind != Kind::not_found) message = plugin.manifest.name + " answered " + kind_name(kind) + " to " + what + ".";
  if (kind != Kind::not_found && kind != Kind::refused && kind != Kind::denied) {
    log_event(Level::warn, "PLUGIN_CALL_FAILED", {{"plugin", plugin.manifest.id}, {"call", what}, {"status", status}, {"message", message}});
  }
  return Problem{kind, message, sink.text()};
}

hostapi_status call_plugin(const LoadedPlugin& plugin, const char* what, const std::function<hostapi_status()>& call) {
  try {
    return call();
  } catch (...) {
    log_event(Level::error, "PLUGIN_EXCEPTION", {{"plugin", plugin.manifest.id}, {"call", what}});
    return HOSTAPI_NO_ANSWER;
  }
}

LoadedPlugin::~LoadedPlugin() {
  if (plugin) {
    try {
      if (started && plugin->stop) plugin->stop(plugin->self);
      if (plugin->destroy) plugin->destroy(plugin->self);
    } catch (...) {
      log_event(Level::error, "PLUGIN_EXCEPTION", {{"plugin", manifest.id}, {"call", "stop"}});
    }
  }
  if (library) ::dlclose(library);
}

}  // namespace shopadmin
