/* shopadmin serve: plugins, workers and the web in one process; --no-web: workers only. */
#include <signal.h>

#include <iostream>

#include "cli/command.hpp"
#include "log.hpp"
#include "serve_options.hpp"
#ifdef SHOPADMIN_WEB
#include "web/server.hpp"
#endif

namespace shopadmin::cli {

namespace {
struct Serving {
  ServeOptions web;
  bool no_web = false;
  int workers = 4;
  int keep_answers_days = 90;
};

int wait_for_stop() {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGINT);
  sigaddset(&stops, SIGTERM);
  std::cout << "Workers run. Stop with Ctrl-C." << std::endl;
  int got = 0;
  sigwait(&stops, &got);
  return 0;
}

int serve(Command& command, const Serving& serving) {
  if (serving.no_web) { /* before any thread starts, so that all inherit it and sigwait gets the signal */
    sigset_t stops;
    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    sigaddset(&stops, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stops, nullptr);
  }
  command.options.connections = std::max(8, serving.workers + serving.web.threads + 4);
  auto app = open_app(command);
  if (!app) return 1;
  app->keep_answers_days = serving.keep_answers_days;
  app->clean_up();
  app->database.refresh_statistics();
  app->load_plugins();
  for (const auto& state : app->plugins.states())
    if (!state.loaded) std::cerr << "shopadmin: plugin " << (state.id.empty() ? state.directory.string() : state.id) << " is not loaded: " << state.problem << "\n";
  app->start_workers(serving.workers);
  int outcome = 0;
#ifdef SHOPADMIN_WEB
  outcome = serving.no_web ? wait_for_stop() : web::serve(*app, serving.web);
#else
  if (!serving.no_web) std::cerr << "shopadmin: this build has no web; running workers only.\n";
  outcome = wait_for_stop();
#endif
  app->stop_workers();
  app->plugins.stop_all();
  return outcome;
}
}  // namespace

void add_serve(CLI::App& root, Command& command) {
  auto* sub = root.add_subcommand("serve", "Run the pages and the background jobs");
  auto serving = std::make_shared<Serving>();
  plugin_option(*sub, command);
  sub->add_option("--address", serving->web.address, "Address to listen on")->capture_default_str();
  sub->add_option("--port", serving->web.port, "Port; 0 takes a free one")->capture_default_str();
  sub->add_option("--threads", serving->web.threads, "Threads for pages")->check(CLI::Range(1, 64))->capture_default_str();
  sub->add_option("--workers", serving->workers, "Threads for background jobs; 0 for none")->check(CLI::Range(0, 64))->capture_default_str();
  sub->add_option("--templates", serving->web.templates, "Folder of the templates");
  sub->add_option("--locale", serving->web.locale, "Folder of the translations");
  sub->add_option("--port-file", serving->web.port_file, "Write the port into this file once listening");
  auto* certificate = sub->add_option("--certificate", serving->web.certificate, "Serve HTTPS with this certificate chain (PEM)");
  auto* key = sub->add_option("--key", serving->web.key, "Private key of the certificate (PEM)");
  certificate->needs(key);
  key->needs(certificate);
  sub->add_flag("--secure-cookies", serving->web.secure_cookies, "Cookies over HTTPS only (behind a TLS proxy)");
  sub->add_option("--trusted-proxy", serving->web.trusted_proxies, "Address of a proxy whose X-Forwarded-For is believed; may be given several times")->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  sub->add_option("--time-zone", serving->web.time_zone, "The shop's time zone, like Europe/Berlin; users may choose another; default: the machine's");
  sub->add_option("--keep-answers", serving->keep_answers_days, "Days after which answers to forms are forgotten")->check(CLI::Range(1, 3650))->capture_default_str();
  sub->add_flag("--no-web", serving->no_web, "Background jobs only");
  sub->callback([&command, serving] { command.run = [&command, serving] { return serve(command, *serving); }; });
}

}  // namespace shopadmin::cli
