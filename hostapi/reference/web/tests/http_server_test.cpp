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
  explicit Running(HttpOptions options = {}) : server(std::move(options), handle, error), thread([this] { server.run(); }) {}
  ~Running() {
    server.stop();
    if (thread.joinable()) thread.join();
  }
  int connect() const { return test::connect_to(server.port()); }
  std::string ask(const std::string& bytes) const { return test::ask(server.port(), bytes); }
  std::string status(const std::string& bytes) const { return ask(bytes).substr(0, 12); }
};

// A connection that is kept, as senders of messages and browsers do.
struct Kept {
  explicit Kept(const Running& run) : fd(run.connect()) {}
  ~Kept() { close(fd); }
  void put(const std::string& bytes) const { test::put(fd, bytes); }
  // The next answer; "closed" when there is none.
  std::string answer() {
    for (;;) {
      const auto head = unread.find("\r\n\r\n"), length = unread.find("Content-Length: ");
      if (head != std::string::npos && length < head) {
        const auto whole = head + 4 + std::stoul(unread.substr(length + 16));
        if (unread.size() >= whole) {
          auto one = unread.substr(0, whole);
          unread.erase(0, whole);
          return one.substr(9, 3) + " " + one.substr(head + 4);
        }
      }
      char buffer[4096];
      const auto n = recv(fd, buffer, sizeof buffer, 0);
      if (n <= 0) return "closed";
      unread.append(buffer, static_cast<std::size_t>(n));
    }
  }
  int fd;
  std::string unread;
};

HttpOptions with_side() {
  HttpOptions options;
  options.side_path = "/side", options.side_threads = 2, options.body_limit = 100'000;
  return options;
}

std::string post(const std::string& path, const std::string& body) { return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body; }

void pause(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

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

TEST_CASE("a kept connection is answered in its order, whether the next request comes at once, later, together with others, in pieces or for other threads") {
  Running run(with_side());
  for (const std::string path : {"/side", "/page"}) {
    Kept kept(run);
    for (int i = 0; i < 50; ++i) {
      kept.put(post(path, std::string(static_cast<std::size_t>(i), 'a')));
      REQUIRE(kept.answer() == "200 POST " + path + " " + std::to_string(i));
    }
    pause(30);
    std::string together;
    for (int i = 0; i < 20; ++i) together += post(i % 3 == 2 ? "/page" : "/side", std::string(static_cast<std::size_t>(i * 100), 'b'));
    kept.put(together);
    for (int i = 0; i < 20; ++i) REQUIRE(kept.answer() == std::string("200 POST ") + (i % 3 == 2 ? "/page " : "/side ") + std::to_string(i * 100));
    const auto pieces = post(path, std::string(30'000, 'c'));
    for (const std::size_t cut : {std::size_t{1}, std::size_t{20}, std::size_t{60}, std::size_t{10'000}, pieces.size() - 1}) {
      kept.put(post("/side", "") + pieces.substr(0, cut));
      pause(2);
      kept.put(pieces.substr(cut));
      REQUIRE(kept.answer() == "200 POST /side 0");
      REQUIRE(kept.answer() == "200 POST " + path + " 30000");
    }
  }
}

TEST_CASE("what is wrong with a later request on a kept connection gets its written answer too") {
  Running run(with_side());
  const std::pair<std::string, std::string> wrong[] = {{"POST /side HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n" + std::string(1000, 'a'), "413"},
                                                       {"POST /side HTTP/1.1\r\nHost: x\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n", "431"},
                                                       {"POST /side HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "400"},
                                                       {"NONSENSE\r\n\r\n", "400"}};
  for (const auto& [bytes, status] : wrong) {
    Kept kept(run);
    kept.put(post("/side", "good") + bytes);
    CHECK(kept.answer() == "200 POST /side 4");
    CHECK(kept.answer().substr(0, 3) == status);
    CHECK(kept.answer() == "closed");
  }
  Kept gone(run);
  gone.put(post("/side", "good") + "POST /side HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhalf");
  CHECK(gone.answer() == "200 POST /side 4");
}

TEST_CASE("who sends nothing or half a request is left after the time for it") {
  auto options = with_side();
  options.read_timeout_s = 1;
  Running run(options);
  const std::string half = "POST /side HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhalf";
  for (const auto& begun : {std::string(), std::string("POST /si"), half, post("/side", "") + half}) {
    Kept kept(run);
    const auto came = std::chrono::steady_clock::now();
    kept.put(begun);
    if (begun.size() > half.size()) CHECK(kept.answer() == "200 POST /side 0");
    CHECK(kept.answer() == "closed");
    const auto taken = std::chrono::steady_clock::now() - came;
    CHECK((taken > std::chrono::milliseconds(900) && taken < std::chrono::milliseconds(2500)));
  }
  Kept later(run);
  later.put(post("/slow", ""));
  CHECK(later.answer() == "200 POST /slow 0");
  pause(700);
  later.put(post("/side", ""));  // the time begins anew with each request
  CHECK(later.answer() == "200 POST /side 0");
}

TEST_CASE("stopping ends kept connections after the answer that is being made") {
  for (const std::string path : {"/side", "/slow"}) {
    auto run = std::make_unique<Running>(with_side());
    std::vector<std::unique_ptr<Kept>> kept;
    for (int i = 0; i < 8; ++i) {
      kept.push_back(std::make_unique<Kept>(*run));
      kept.back()->put(post("/side", ""));
      REQUIRE(kept.back()->answer() == "200 POST /side 0");
      kept.back()->put(post(path, ""));
    }
    const auto begin = std::chrono::steady_clock::now();
    run.reset();
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(3));
    for (auto& one : kept) {
      std::string last = one->answer();
      if (last != "closed") CHECK((last == "200 POST " + path + " 0" && one->answer() == "closed"));
    }
  }
}
