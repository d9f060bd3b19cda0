// The HTTP side of shopadmin: sockets, TLS, limits and timeouts. It knows nothing of pages: a Handler turns a Request into a Response.
// Used by server.cpp and by the tests. One io thread reads requests; a thread of a small pool makes the answer and sends it, so a slow page never stops the others.
// Promises: a header above 16 KB, a body above 1 MB (or what large_body_limit allows), a broken request or too many waiting requests get a written answer (431, 413, 400, 503),
// never a silent close; stop() lets running requests finish (at most 10 s) and ends the answers that go on. run() throws std::runtime_error when the address cannot be bound
// or the certificate cannot be read; a handler that throws is answered with 500.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace shopadmin::web {

struct Request {
  std::string method;   // GET, HEAD or POST in upper case
  std::string target;   // as sent: path and query
  std::string path;     // percent-decoded
  std::string body;
  std::string peer;     // address of the client, for throttling; behind a trusted proxy the one it names
  std::string accept_language;
  std::string content_type;
  std::string cookie;
  std::string host;
  std::string origin;
  std::string if_none_match;
  std::vector<std::pair<std::string, std::string>> headers;  // all of them as sent, names in lower case
};

// What an answer that goes on says next: text in the form of server-sent events, empty for nothing new; `end` when that was all.
struct StreamStep {
  std::string text;
  bool end = false;
};

struct Response {
  int status = 200;
  std::string content_type = "text/html; charset=utf-8";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::shared_ptr<const std::string> shared_body;  // used instead of body when set, so that assets are not copied
  std::function<StreamStep()> stream = nullptr;    // set: after the header the answer goes on; called on the stream thread, about once a second, never twice at once
};

using Handler = std::function<Response(const Request&)>;
// For requests that no handler saw: too large, broken, too many. Of `request` is filled what was read of it.
using ErrorPage = std::function<Response(int status, const Request& request)>;

struct HttpOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;         // 0: any free port
  std::string certificate_file;   // PEM chain; TLS when set
  std::string key_file;
  unsigned handler_threads = 4;
  unsigned connections_max = 512;
  unsigned waiting_max = 256;
  std::uint32_t header_limit = 16 * 1024;
  std::uint64_t body_limit = 1024 * 1024;
  // Asked on the io thread when a header announces a larger body: how large this one may be. Of the request all but the body is known.
  std::function<std::uint64_t(const Request&)> large_body_limit = nullptr;
  unsigned read_timeout_s = 30, large_read_timeout_s = 300;
  // Requests whose path begins so run on threads of their own and stand in a line of their own: a flood of them never holds up the rest.
  std::string side_path;          // empty: none
  unsigned side_threads = 2;
  unsigned side_waiting_max = 32; // more get 503
  unsigned side_wait_ms = 4000;   // who stood in line for longer gets 503 too: the sender has given up
  // Answers that go on. They have one thread of their own together, so that pages never wait for them; more than streams_max get 503.
  unsigned streams_max = 64;
  unsigned stream_every_ms = 1000;
  unsigned stream_comment_ms = 15 * 1000;      // after so long without news a comment is sent
  unsigned stream_write_ms = 30 * 1000;        // who takes longer to read what was sent is left
  unsigned stream_age_max_ms = 15 * 60 * 1000; // then it ends; a browser asks anew
  std::vector<std::string> trusted_proxies;    // their X-Forwarded-For names the client
  int listener = -1;              // a socket that listens already, inherited; address and port are then its own
  bool stop_on_signals = false;   // SIGTERM and SIGINT stop the server gracefully
  std::function<void()> on_stop = nullptr;  // called once when stopping begins, on the io thread
};

class HttpServer {
 public:
  // Binds at once, so that port() is known before run().
  HttpServer(HttpOptions options, Handler handler, ErrorPage error_page);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  bool tls() const;
  void run();   // [one thread] until stop() or a signal
  void stop(bool keep_listening = false);  // [any thread] keep_listening: the socket stays open for the process that follows, and new connections wait
  int kept_listener() const;               // after run(): that socket, -1 if it was not kept; belongs to the caller

  struct State;  // shared with the connections

 private:
  std::shared_ptr<State> state_;
};

}  // namespace shopadmin::web
