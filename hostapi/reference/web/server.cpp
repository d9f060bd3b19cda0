#include "server.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>

#include "../log.hpp"
#include "../resources.hpp"
#include "../service_state.hpp"
#include "http_server.hpp"
#include "pages_packages.hpp"
#include "site.hpp"
#include "webhooks.hpp"

namespace shopadmin::web {
namespace {

namespace fs = std::filesystem;

// What the settings say; else what belongs to the program.
fs::path resource(const fs::path& told, const std::string& name) {
  const auto found = told.empty() ? beside_program("share/shopadmin/" + name) : told;
  if (found.empty()) throw std::runtime_error("the folder share/shopadmin/" + name + " is not beside the program's folder; install shopadmin again, or name the folder with --" + name);
  return found;
}

// Written beside and renamed, so that a reader never sees half a file.
void write_whole(const fs::path& path, const std::string& text) {
  auto beside = path;
  beside += ".new";
  {
    std::ofstream out(beside, std::ios::trunc);
    out << text;
    if (!out.flush()) throw std::runtime_error("cannot write " + beside.string() + "; check the rights of its folder");
  }
  fs::rename(beside, path);
}

void set_stop(const std::shared_ptr<HandOver>& hand_over, std::function<void()> stop) {
  if (!hand_over) return;
  const std::lock_guard hold(hand_over->lock);
  hand_over->stop = std::move(stop);
}

}  // namespace

int serve(App& app, const ServeOptions& options) {
  try {
    HttpOptions http;
    http.address = options.address;
    http.port = static_cast<std::uint16_t>(options.port);
    http.certificate_file = options.certificate.string();
    http.key_file = options.key.string();
    http.handler_threads = static_cast<unsigned>(options.threads < 1 ? 1 : options.threads);
    http.side_path = webhook_prefix;
    http.side_threads = http.handler_threads; /* they wait for the disk together: messages of one moment share a commit */
    http.trusted_proxies = options.trusted_proxies;
    http.stop_on_signals = true;
    if (options.hand_over) http.listener = options.hand_over->listener;
    http.on_stop = [&app] {
      app.stopping = true;
      log_event(Level::info, "STOPPING", {});
    };
    const bool tls = !http.certificate_file.empty();
    SiteOptions site_options;
    site_options.templates = resource(options.templates, "templates");
    site_options.locale = resource(options.locale, "locale");
    site_options.time_zone = options.time_zone;
    site_options.api_rate = options.api_rate;
    site_options.secure = tls || options.secure_cookies;
    Site site(app, site_options);
    http.large_body_limit = [&site](const Request& request) { return upload_limit(site, request); };
    HttpServer server(http, [&site](const Request& request) { return site.handle(request); }, [&site](int status, const Request& request) { return site.refused(status, request); });

    const auto port = std::to_string(server.port());
    const bool v6 = options.address.find(':') != std::string::npos;
    std::cout << "shopadmin listens on " << (tls ? "https://" : "http://") << (v6 ? "[" : "") << options.address << (v6 ? "]" : "") << ":" << port << std::endl;
    write_whole(app.options.data / "endpoint.json", "{\"port\":" + port + "}\n");
    if (!options.port_file.empty()) write_whole(options.port_file, port + "\n");
    tell_service_manager("READY=1");
    set_stop(options.hand_over, [&server] { server.stop(true); });
    server.run();
    set_stop(options.hand_over, nullptr);
    if (options.hand_over) options.hand_over->kept = server.kept_listener();
    if (server.kept_listener() < 0) tell_service_manager("STOPPING=1"); /* else the process goes on with new plugins */
    std::error_code ignored;
    fs::remove(app.options.data / "endpoint.json", ignored);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "shopadmin cannot serve: " << error.what() << std::endl;
    return 1;
  }
}

}  // namespace shopadmin::web
