/* What `shopadmin serve` was told; parsed by the command line, read by the web's `int web::serve(App&, const ServeOptions&)`
 * (web/server.hpp). The web binds, prints where it listens and returns when SIGINT or SIGTERM came; workers are started and stopped around it. */
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace shopadmin {

struct HandOver { /* to the process that follows this one (cli/restart.hpp) */
  int listener = -1;          /* in: a socket that listens already, inherited from the process before */
  int kept = -1;              /* out, after serving ended by stop(): the socket that goes on listening */
  std::mutex lock;            /* of stop */
  std::function<void()> stop; /* set while serving: ends it and keeps the socket. Any thread */
};

struct ServeOptions {
  std::string address = "127.0.0.1";
  int port = 8080;                      /* 0: any free one */
  int threads = 2;                      /* of the pages, and as many of the webhooks */
  std::filesystem::path templates;      /* root with shopadmin/, <plugin domain>/ and assets/ */
  std::filesystem::path locale;         /* root with <language>/LC_MESSAGES */
  std::filesystem::path port_file;      /* if set: the port is written there once listening, for tests */
  std::filesystem::path certificate;    /* PEM chain; with key: HTTPS */
  std::filesystem::path key;            /* PEM key of the certificate */
  bool secure_cookies = false;          /* behind a TLS proxy */
  std::vector<std::string> trusted_proxies; /* their X-Forwarded-For names the reader */
  std::shared_ptr<HandOver> hand_over;  /* empty: nobody follows */
  int api_rate = 600;                   /* requests a minute of one API token */
  std::string time_zone;                /* of the shop; empty: the machine's */
};

}  // namespace shopadmin
