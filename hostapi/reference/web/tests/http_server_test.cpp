#include <catch2/catch.hpp>
#include <thread>

#include "../http_server.hpp"
#include "client.hpp"

using namespace shopadmin::web;

namespace {

struct Running {
  HttpServer server;
  std::thread thread;
  static Response handle(const Request& request) {
    if (request.path == "/throw") throw std::runtime_error("boom");
    if (request.path == "/slow") std::this_thread::sleep_for(std::chrono::milliseconds(300));
    Response response;
    response.content_type = "text/plain";
    response.body = request.method + " " + request.path + " " + std::to_string(request.body.size());
    return response;
  }
  static Response error(int status, const Request& request) {
    Response response;
    response.status = status;
    response.body = "error " + std::to_string(status) + " " + request.path;
    return response;
  }
  Running() : server(HttpOptions{}, handle, error), thread([this] { server.run(); }) {}
  ~Running() {
    server.stop();
    if (thread.joinable()) thread.join();
  }
  int connect() const { return test::connect_to(server.port()); }
  std::string ask(const std::string& bytes) const { return test::ask(server.port(), bytes); }
  std::string status(const std::string& bytes) const { return ask(bytes).substr(0, 12); }
};

std::string get(const std::string& path, const std::string& more = "") { return "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + more + "\r\n"; }

}  // namespace

TEST_CASE("the server answers requests and decodes the path") {
  Running run;
  CHECK(run.ask(get("/a%20b?x=1")).find("GET /a b 0") != std::string::npos);
  const auto head = run.ask("HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(head.find("Content-Length: 9") != std::string::npos);
  CHECK(head.find("HEAD /a 0") == std::string::npos);
}

TEST_CASE("what is too large or broken gets a written answer") {
  Running run;
  CHECK(run.status(get("/", "X: " + std::string(20000, 'a') + "\r\n")) == "HTTP/1.1 431");
  CHECK(run.status("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n" + std::string(100000, 'a')) == "HTTP/1.1 413");
  CHECK(run.status("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == "HTTP/1.1 400");
  CHECK(run.status("NONSENSE\r\n\r\n") == "HTTP/1.1 400");
  CHECK(run.status("GET / HTTP/1.1\r\n\r\n") == "HTTP/1.1 400");
  CHECK(run.status(get("/%00")) == "HTTP/1.1 400");
}

TEST_CASE("a handler that throws is answered with 500 and the server lives on") {
  Running run;
  CHECK(run.status(get("/throw")) == "HTTP/1.1 500");
  CHECK(run.status(get("/fine")) == "HTTP/1.1 200");
}

TEST_CASE("stopping lets the running request finish") {
  Running run;
  std::string answer;
  std::thread client([&] { answer = run.ask(get("/slow")); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  run.server.stop();
  client.join();
  CHECK(answer.find("GET /slow") != std::string::npos);
}

TEST_CASE("an idle connection does not hold up the stop") {
  auto run = std::make_unique<Running>();
  const int fd = run->connect();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const auto begin = std::chrono::steady_clock::now();
  run.reset();
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(3));
  close(fd);
}
