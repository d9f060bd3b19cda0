// Answers that go on: server-sent events on the HTTP server, and the live parts of plugins' pages cut out of a page.
#include <catch2/catch.hpp>
#include <atomic>
#include <functional>
#include <thread>

#include "../http_server.hpp"
#include "../live_part.hpp"
#include "client.hpp"

using namespace shopadmin::web;

namespace {

struct Streaming {
  std::atomic<int> steps{0};
  HttpServer server;
  std::thread thread;

  static HttpOptions options(unsigned streams) {
    HttpOptions made;
    made.streams_max = streams, made.stream_every_ms = 20, made.stream_comment_ms = 100, made.stream_write_ms = 300, made.stream_age_max_ms = 60000;
    return made;
  }
  Response handle(const Request& request) {
    Response response;
    response.content_type = "text/event-stream";
    if (request.path == "/three") response.stream = [this, count = 0]() mutable { return ++steps, ++count, StreamStep{"data: " + std::to_string(count) + "\n\n", count == 3}; };
    if (request.path == "/quiet") response.stream = [this] { return ++steps, StreamStep{}; };
    if (request.path == "/flood") response.stream = [this] { return ++steps, StreamStep{"data: " + std::string(4'000'000, 'x') + "\n\n", false}; };
    if (request.path == "/throws") response.stream = []() -> StreamStep { throw std::runtime_error("boom"); };
    if (!response.stream) response.body = "plain";
    return response;
  }
  static Response error(int status, const Request&) {
    Response response;
    response.status = status;
    return response;
  }
  explicit Streaming(HttpOptions given) : server(std::move(given), [this](const Request& request) { return handle(request); }, error), thread([this] { server.run(); }) {}
  ~Streaming() { stop(); }
  void stop() {
    server.stop();
    if (thread.joinable()) thread.join();
  }
  int begin(const std::string& path) {
    const int fd = test::connect_to(server.port());
    const std::string bytes = "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    REQUIRE(send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
    return fd;
  }
  std::string ask(const std::string& path) { return test::ask(server.port(), "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); }
};

bool soon(const std::function<bool()>& true_now) {
  for (int i = 0; i < 300; ++i, std::this_thread::sleep_for(std::chrono::milliseconds(10)))
    if (true_now()) return true;
  return false;
}

}  // namespace

TEST_CASE("an answer that goes on is sent piece by piece and ends when its maker says so") {
  Streaming run(Streaming::options(4));
  const auto answer = run.ask("/three");
  CHECK(answer.find("Transfer-Encoding: chunked") != std::string::npos);
  CHECK(answer.find("Content-Length") == std::string::npos);
  for (const auto* piece : {"data: 1\n\n", "data: 2\n\n", "data: 3\n\n", "\r\n0\r\n\r\n"}) CHECK(answer.find(piece) != std::string::npos);
  CHECK(run.steps == 3);
  CHECK(run.ask("/throws").find("\r\n0\r\n\r\n") != std::string::npos);
  CHECK(run.ask("/other").find("plain") != std::string::npos);
}

TEST_CASE("one stream too many is refused, and a reader who leaves frees its place at once") {
  Streaming run(Streaming::options(1));
  const int fd = run.begin("/quiet");
  REQUIRE(soon([&] { return run.steps > 0; }));
  CHECK(run.ask("/three").find("HTTP/1.1 503") == 0);
  CHECK(run.ask("/other").find("plain") != std::string::npos);
  close(fd);
  CHECK(soon([&] { return run.ask("/three").find("HTTP/1.1 200") == 0; }));
}

TEST_CASE("without news a comment is sent; after its greatest age a stream ends") {
  auto options = Streaming::options(4);
  options.stream_age_max_ms = 400;
  Streaming run(options);
  const auto answer = run.ask("/quiet");
  CHECK(answer.find(": still here\n\n") != std::string::npos);
  CHECK(answer.find("\r\n0\r\n\r\n") != std::string::npos);
}

TEST_CASE("a reader who does not read holds up nobody and is left") {
  Streaming run(Streaming::options(1));
  const int fd = run.begin("/flood");
  REQUIRE(soon([&] { return run.steps > 0; }));
  CHECK(run.ask("/other").find("plain") != std::string::npos);
  CHECK(soon([&] { return run.ask("/three").find("HTTP/1.1 200") == 0; }));
  CHECK(run.steps < 10);  // the next piece is made only when the last one was taken
  close(fd);
}

TEST_CASE("stopping the server ends its streams") {
  Streaming run(Streaming::options(4));
  const int fd = run.begin("/quiet");
  REQUIRE(soon([&] { return run.steps > 0; }));
  const auto begin = std::chrono::steady_clock::now();
  run.stop();
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(3));
  close(fd);
}

TEST_CASE("the live parts of a page are its marked elements, whole, with what looks like them inside") {
  const auto parts = live_parts("<div id=\"a\"><section class=\"x\" id=\"run\" data-live data-say=\"Busy\"><section>in</section><sectionx></section>\n<section id=\"b\">no</section>"
                                "<p id=\"c\" title=\"a data-live b\">data-live</p><p data-live>no id</p><p id=\"d\" data-live=\"\">two</p><p id=\"e\" data-live>never closed");
  REQUIRE(parts.size() == 2);
  CHECK(parts.at("run") == "<section class=\"x\" id=\"run\" data-live data-say=\"Busy\"><section>in</section><sectionx></section>");
  CHECK(parts.at("d") == "<p id=\"d\" data-live=\"\">two</p>");
  CHECK(server_event("part", "<p>\nx</p>") == "event: part\ndata: <p>\ndata: x</p>\n\n");
}
