// The monitoring port: /health, /ready and /metrics on an address of its own, by default this machine only, so that neither figures nor load of the monitoring ever
// meet the pages. On another address it wants a token (Authorization: Bearer …). Used by `shopadmin serve`; runs on a thread of its own until it is destroyed.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "../app.hpp"
#include "http_server.hpp"

namespace shopadmin::web {

struct MonitorOptions {
  int port = -1;                       // -1: no monitoring port; 0: any free one
  std::string address = "127.0.0.1";
  std::filesystem::path token_file;    // its first line is the token
  std::filesystem::path port_file;     // for tests
};

Response health_answer();                     // 200: the process lives
Response ready_answer(App& app);              // 200 or 503, JSON

class Monitor {
 public:
  Monitor(App& app, const MonitorOptions& options);  // throws std::runtime_error: cannot listen, or no token where one is needed
  ~Monitor();
  Monitor(const Monitor&) = delete;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace shopadmin::web
