// A scripted HTTPS server on 127.0.0.1 for one test: it does to each request exactly what the script says, also what no real server admits to.
// One connection at a time, one thread, stopped by the destructor. Its certificate is its own authority (ca_file()).
#pragma once
#include <atomic>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace wire_tests {

struct Act {
  enum What {
    answer,           // send `text` as it is, keep the connection
    answer_and_close,
    close_read,       // after reading the whole request: a lost answer
    refuse_handshake  // close the TCP connection at once
  } what = answer;
  std::string text = {};
  int delay_ms = 0;  // before the act, after reading
};

std::string http_answer(int status, const std::string& body, const std::string& headers = "");

class TlsServer {
 public:
  // The acts are for the first, second … request; the last one repeats.
  explicit TlsServer(std::vector<Act> script);
  ~TlsServer();

  int port() const { return port_; }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }
  std::string ca_file() const { return ca_file_.string(); }
  int connections() const { return connections_; }
  std::vector<std::string> requests() const;  // whole requests as received

 private:
  void serve();
  void serve_connection(int socket, void* context);
  Act next();

  std::vector<Act> script_;
  std::size_t acts_done_ = 0;
  int listener_ = -1;
  int port_ = 0;
  std::filesystem::path ca_file_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

// A port of 127.0.0.1 at which nobody listens.
int unused_port();

}  // namespace wire_tests
