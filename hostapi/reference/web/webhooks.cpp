#include "webhooks.hpp"

#include <algorithm>

#include "../log.hpp"
#include "http_form.hpp"

namespace shopadmin::web {
namespace {

constexpr std::size_t logged_bytes_max = 200;

Response plain(int status) {
  Response response;
  response.status = status;
  response.content_type.clear();
  if (status == 405) response.headers.emplace_back("Allow", "POST");
  if (status == 503) response.headers.emplace_back("Retry-After", "30");
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

int status_for(Kind kind) {
  switch (kind) {
    case Kind::invalid:
    case Kind::refused:
    case Kind::denied: return 400;
    case Kind::limit: return 413;
    default: return 503;
  }
}

std::string loggable(const std::string& text) {
  if (!is_utf8(text)) return "not UTF-8";
  auto end = std::min(text.size(), logged_bytes_max);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

Response refuse(int status, const Request& request, const std::string& plugin_id, const std::string& reason, const std::string& trace_id = "", Level level = Level::warn) {
  json::object fields{{"plugin", plugin_id}, {"path", loggable(request.path)}, {"remote", request.peer}, {"status", status}, {"reason", loggable(reason)}};
  if (!trace_id.empty()) fields["trace_id"] = trace_id;
  log_event(level, "WEBHOOK_REFUSED", fields);
  return plain(status);
}

const WebhookAddress* address_of(const std::vector<WebhookAddress>& all, const std::string& path) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const WebhookAddress& one) { return one.path == path; });
  return found == all.end() ? nullptr : &*found;
}

// Two headers of one name become one, as HTTP allows. What belongs to a person's browser or login is not the plugin's business.
json::object headers_of(const Request& request) {
  json::object headers;
  headers.reserve(request.headers.size());
  for (const auto& [name, value] : request.headers) {
    if (name == "cookie" || name == "authorization" || !is_utf8(name) || !is_utf8(value)) continue;
    auto& place = headers[name];
    place = place.is_string() ? std::string(place.get_string()) + ", " + value : value;
  }
  return headers;
}

std::string domain_of(const std::string& path) {
  const auto rest = path.substr(std::string(webhook_prefix).size());
  return rest.substr(0, rest.find('/'));
}

}  // namespace

bool is_webhook(const Request& request) { return request.path.rfind(webhook_prefix, 0) == 0; }

Response webhook(App& app, const Request& request) {
  const auto all = app.plugins.webhook_paths();
  const auto* address = address_of(all, request.path);
  if (!address && app.plugins.webhook_may_come(domain_of(request.path))) return refuse(503, request, "", "the plugin is not loaded");
  if (!address) return refuse(404, request, "", "no plugin has this webhook");
  if (request.method != "POST") return refuse(405, request, address->plugin_id, "method " + request.method);
  if (static_cast<std::int64_t>(request.body.size()) > address->bytes_max) {
    return refuse(413, request, address->plugin_id, "the body has " + std::to_string(request.body.size()) + " bytes, allowed are " + std::to_string(address->bytes_max));
  }
  const auto trace_id = random_hex(8);
  const json::object document{{"path", address->name}, {"method", request.method}, {"headers", headers_of(request)}, {"remote", request.peer},
                              {"received_ms", app.clock->now_ms()}}; /* schema/webhook_request.json */
  try {
    const auto taken = app.plugins.receive_webhook(*address, document, request.body, trace_id);
    if (taken) return plain(200);
    /* The plugin knows why and has said so in its own words: a second line would only count every forged message twice. */
    return refuse(status_for(taken.kind()), request, address->plugin_id, taken.message().empty() ? kind_name(taken.kind()) : taken.message(), trace_id, Level::debug);
  } catch (const std::exception& error) {
    return refuse(503, request, address->plugin_id, error.what(), trace_id);
  }
}

Response webhook_not_read(const App& app, int status, const Request& request) {
  const auto all = app.plugins.webhook_paths();
  const auto* address = address_of(all, request.path);
  const char* reason = status == 413 ? "the body is larger than 1 MB" : status == 503 ? "too many messages at once" : status == 500 ? "the host failed" : "the request is broken";
  return refuse(status == 500 ? 503 : status, request, address ? address->plugin_id : "", reason);
}

}  // namespace shopadmin::web
