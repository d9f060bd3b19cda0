/* shopadmin serve: plugins, workers and the web in one process; --no-web: workers only. */
#include <arpa/inet.h>
#include <signal.h>
#include <unistd.h>

#include <iostream>

#include "cli/command.hpp"
#include "cli/operate_options.hpp"
#include "cli/restart.hpp"
#include "log.hpp"
#include "packages/files.hpp"
#include "serve_options.hpp"
#include "service_state.hpp"
#ifdef SHOPADMIN_WEB
#include "web/calendar.hpp"
#include "web/server.hpp"
#endif

namespace shopadmin::cli {

namespace {
struct Serving {
  ServeOptions web;
  bool no_web = false;
  int workers = 8;
  int keep_answers_days = 90;
  std::shared_ptr<OperateOptions> operate = std::make_shared<OperateOptions>();
};

/* SIGUSR1 is our own: the process that follows begins. */
sigset_t stop_signals() {
  sigset_t stops;
  sigemptyset(&stops);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&stops, signal);
  return stops;
}

int wait_for_stop(HandOver& hand_over) {
  const auto stops = stop_signals();
  {
    const std::lock_guard hold(hand_over.lock);
    hand_over.stop = [] { ::kill(::getpid(), SIGUSR1); };
  }
  std::cout << "Workers run. Stop with Ctrl-C." << std::endl;
  tell_service_manager("READY=1");
  int got = 0;
  sigwait(&stops, &got);
  log_event(Level::info, "STOPPING", {});
  const std::lock_guard hold(hand_over.lock);
  hand_over.stop = nullptr;
  return 0; /* workers end what they run */
}

std::string is_address(const std::string& text) {
  unsigned char bytes[sizeof(in6_addr)];
  if (::inet_pton(AF_INET, text.c_str(), bytes) == 1 || ::inet_pton(AF_INET6, text.c_str(), bytes) == 1) return "";
  return "'" + text + "' is not an IP address; use for example 127.0.0.1";
}

std::string is_time_zone(const std::string& text) {
#ifdef SHOPADMIN_WEB
  try {
    web::TimeZones zones(text);
  } catch (const std::exception& error) {
    return error.what();
  }
#endif
  return text.empty() ? "is empty" : "";
}

std::string certificate_without_key(const Serving& serving) {
  if (serving.web.certificate.empty() == serving.web.key.empty()) return "";
  return serving.web.key.empty() ? "certificate is set, key is not. HTTPS needs both: set key to the certificate's private key (PEM)."
                                 : "key is set, certificate is not. HTTPS needs both: set certificate to the key's certificate chain (PEM).";
}

int serve(Command& command, Serving serving) {
  const int listener = Restart::inherited_listener();
  for (const auto& rule : command.contradictions) {
    if (const auto text = rule(); !text.empty()) return std::cerr << "shopadmin: " << text << "\n", 2;
  }
  if (serving.no_web) { /* before any thread starts, so that all inherit it and sigwait gets the signal */
    const auto stops = stop_signals();
    pthread_sigmask(SIG_BLOCK, &stops, nullptr);
  }
  start_log(*serving.operate);
  command.options.connections = std::max(8, serving.workers + 2 * serving.web.threads + 4);
  auto app = open_app(command);
  if (!app) return 1;
  app->keep_answers_days = serving.keep_answers_days;
  app->clean_up();
  app->database.refresh_statistics();
  const FileLock serving_here(app->installed.serving_lock(), FileLock::How::shared); /* for `plugin install`, which waits for us */
  app->load_plugins({}, true);
  for (const auto& state : app->plugins.states())
    if (!state.loaded) std::cerr << "shopadmin: plugin " << (state.id.empty() ? state.directory.string() : state.id) << " is not loaded: " << state.problem << "\n";
  auto monitor = start_monitor(*app, *serving.operate);
  app->start_workers(serving.workers);
  Restart restart(*app);
  restart.hand_over->listener = listener;
  serving.web.hand_over = restart.hand_over;
  restart.watch();
  int outcome = 0;
#ifdef SHOPADMIN_WEB
  outcome = serving.no_web ? wait_for_stop(*restart.hand_over) : web::serve(*app, serving.web);
#else
  if (!serving.no_web) std::cerr << "shopadmin: this build has no web; running workers only.\n";
  outcome = wait_for_stop(*restart.hand_over);
#endif
  restart.hear_stops();
  monitor.reset(); /* its port is free for a successor */
  if (outcome == 0 && restart.wanted() && restart.overdue()) restart.go();
  restart.rest();
  app->stop_workers();
  log_event(Level::info, "STOPPED", {{"outcome", outcome}});
  app->plugins.stop_all();
  if (outcome == 0 && restart.wanted()) restart.go();
  return outcome;
}
}  // namespace

void add_serve(CLI::App& root, Command& command) {
  auto* sub = root.add_subcommand("serve", "Run the pages and the background jobs");
  auto serving = std::make_shared<Serving>();
  plugin_option(*sub, command);
  sub->add_option("--address", serving->web.address, "Address to listen on")->check(CLI::Validator(is_address, "", ""))->capture_default_str();
  sub->add_option("--port", serving->web.port, "Port; 0 takes a free one")->check(CLI::Range(0, 65535))->capture_default_str();
  sub->add_option("--threads", serving->web.threads, "Threads for pages, and as many for webhooks")->check(CLI::Range(1, 64))->capture_default_str();
  sub->add_option("--workers", serving->workers, "Threads for background jobs; 0 for none")->check(CLI::Range(0, 64))->capture_default_str();
  sub->add_option("--templates", serving->web.templates, "Folder of the templates; default: share/shopadmin/templates beside the program's folder")->check(CLI::ExistingDirectory);
  sub->add_option("--locale", serving->web.locale, "Folder of the translations; default: share/shopadmin/locale beside the program's folder")->check(CLI::ExistingDirectory);
  sub->add_option("--port-file", serving->web.port_file, "Write the port into this file once listening");
  sub->add_option("--certificate", serving->web.certificate, "Serve HTTPS with this certificate chain (PEM)")->check(CLI::ExistingFile);
  sub->add_option("--key", serving->web.key, "Private key of the certificate (PEM)")->check(CLI::ExistingFile);
  command.contradictions.push_back([serving] { return certificate_without_key(*serving); });
  sub->add_flag("--secure-cookies", serving->web.secure_cookies, "Cookies over HTTPS only (behind a TLS proxy)");
  sub->add_option("--trusted-proxy", serving->web.trusted_proxies, "Address of a proxy whose X-Forwarded-For is believed; may be given several times")->check(CLI::Validator(is_address, "", ""))->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  sub->add_option("--time-zone", serving->web.time_zone, "The shop's time zone, like Europe/Berlin; users may choose another; default: the machine's")->check(CLI::Validator(is_time_zone, "", ""));
  sub->add_option("--api-rate", serving->web.api_rate, "Requests a minute one API token may send")->check(CLI::Range(1, 1000000))->capture_default_str();
  sub->add_option("--keep-answers", serving->keep_answers_days, "Days after which answers to forms are forgotten")->check(CLI::Range(1, 3650))->capture_default_str();
  add_operate_options(*sub, serving->operate);
  sub->add_flag("--no-web", serving->no_web, "Background jobs only");
  sub->footer("Every option is also a key of the configuration file and an environment variable: port = 8080, SHOPADMIN_PORT=8080.\n"
              "The command line beats the environment, the environment beats the file.\n\n"
              "Example:\n  shopadmin serve --port 8080 --workers 4 --plugin build/plugin/host/package");
  sub->callback([&command, serving] { command.run = [&command, serving] { return serve(command, *serving); }; });
}

}  // namespace shopadmin::cli
