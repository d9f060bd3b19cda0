#include "monitor.hpp"

#include <openssl/crypto.h>

#include <fstream>
#include <iostream>
#include <thread>

#include "../operate/readiness.hpp"
#include "../operate/scrape.hpp"

namespace shopadmin::web {
namespace {

Response json_answer(int status, const json::object& document) {
  Response response;
  response.status = status;
  response.content_type = "application/json";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = json::serialize(document) + "\n";
  return response;
}

std::string token_of(const MonitorOptions& options) {
  const bool here = options.address == "::1" || options.address.rfind("127.", 0) == 0;
  if (options.token_file.empty()) {
    if (!here) throw std::runtime_error("the monitoring port on " + options.address + " is not for this machine alone, so it needs a token: give a file with --monitor-token-file");
    return {};
  }
  std::ifstream file(options.token_file);
  std::string token;
  std::getline(file, token);
  if (token.size() < 16) throw std::runtime_error("the token in " + options.token_file.string() + " is missing or shorter than 16 characters; make one with: openssl rand -hex 24");
  return token;
}

bool allowed(const Request& request, const std::string& token) {
  if (token.empty()) return true;
  const auto wanted = "Bearer " + token;
  for (const auto& [name, value] : request.headers)
    if (name == "authorization") return value.size() == wanted.size() && CRYPTO_memcmp(value.data(), wanted.data(), wanted.size()) == 0;
  return false;
}

Response answer(App& app, const std::string& token, const Request& request) {
  if (request.method != "GET" && request.method != "HEAD") return json_answer(405, {{"message", "Only GET."}});
  if (request.path == "/health") return health_answer();
  if (!allowed(request, token)) return json_answer(401, {{"message", "Authorization: Bearer and the token of --monitor-token-file."}});
  if (request.path == "/ready") return ready_answer(app);
  if (request.path != "/metrics") return json_answer(404, {{"message", "There are /health, /ready and /metrics."}});
  Response response;
  response.content_type = metrics_media_type;
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = scrape(app);
  return response;
}

Response refusal(int status, const Request&) { return json_answer(status, {{"message", "This request cannot be answered."}}); }

HttpOptions http_options(const MonitorOptions& options) {
  HttpOptions http;
  http.address = options.address;
  http.port = static_cast<std::uint16_t>(options.port);
  http.handler_threads = 1;
  http.connections_max = 16;
  http.waiting_max = 8;
  return http;
}

}  // namespace

Response health_answer() { return json_answer(200, {{"alive", true}}); }

Response ready_answer(App& app) {
  const auto readiness = readiness_of(app);
  return json_answer(readiness.ready() ? 200 : 503, to_document(readiness));
}

struct Monitor::Inside {
  std::string token;
  HttpServer server;
  std::thread thread;
  Inside(App& app, const MonitorOptions& options)
      : token(token_of(options)), server(http_options(options), [this, &app](const Request& request) { return answer(app, token, request); }, refusal), thread([this] { server.run(); }) {}
};

Monitor::Monitor(App& app, const MonitorOptions& options) : inside_(std::make_unique<Inside>(app, options)) {
  std::cout << "monitoring on http://" << options.address << ":" << inside_->server.port() << "/metrics" << std::endl;
  if (!options.port_file.empty()) std::ofstream(options.port_file) << inside_->server.port() << "\n";
}

Monitor::~Monitor() {
  inside_->server.stop();
  inside_->thread.join();
}

}  // namespace shopadmin::web
