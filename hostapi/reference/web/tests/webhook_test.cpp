#include <catch2/catch.hpp>
#include <atomic>
#include <fstream>
#include <thread>

#include "../../log.hpp"
#include "../../store/collections.hpp"
#include "../http_server.hpp"
#include "../webhooks.hpp"
#include "client.hpp"
#include "shop.hpp"

using namespace shopadmin;
using namespace shopadmin::web;
using namespace shopadmin::web::test;

namespace {

// A shop with the probe plugin of the host's tests; its log is collected.
struct Receiver {
  Receiver() {
    (void)shop.app->plugins.load(std::filesystem::path(PROBE_FOLDER) / "good").ok();
    REQUIRE(shop.app->plugins.webhook_paths().size() == 2);
    log_at_least(Level::debug);
    log_to([this](const std::string& line) { lines.push_back(json::parse(line).as_object()); });
  }
  ~Receiver() { log_at_least(Level::info), log_to({}); }
  Response send(const std::string& body, const std::string& method = "POST", const std::string& path = "/webhooks/probe/in") {
    lines.clear();
    Request request;
    request.method = method, request.target = request.path = path, request.body = body, request.peer = "203.0.113.7", request.host = "shop.test";
    request.content_type = "text/plain; charset=UTF-8", request.origin = "https://elsewhere.example";
    request.headers = {{"content-type", request.content_type}, {"x-twice", "a"}, {"x-twice", "b"}, {"x-odd", "\xff"}, {"cookie", request.cookie}, {"authorization", "Basic x"}};
    return shop.site->handle(request);
  }
  std::vector<json::object> refusals() const {
    std::vector<json::object> found;
    for (const auto& line : lines)
      if (line.at("event") == "WEBHOOK_REFUSED") found.push_back(line);
    return found;
  }
  json::value seen(const std::string& key) {
    const auto& manifest = *shop.app->plugins.manifest("org.example.probe");
    return json::parse(Collections(shop.app->database, *shop.clock, shop.app->audit, shop.app->queue).get(manifest, "seen", key).value().value);
  }
  Shop shop;
  std::vector<json::object> lines;
};

}  // namespace

TEST_CASE("a webhook answers 200 without a body, needs no session, form or origin, and sees neither cookies nor logins") {
  Receiver receiver;
  const auto response = receiver.send("plain text, no form");
  CHECK(response.status == 200);
  CHECK(response.body.empty());
  CHECK(response.content_type.empty());
  CHECK(set_cookie(response, "shopadmin").empty());
  CHECK(receiver.refusals().empty());
  const auto document = receiver.seen("webhook/19");
  CHECK(document.at("may") == false);
  CHECK(document.at("request").at("headers") == json::value{{"content-type", "text/plain; charset=UTF-8"}, {"x-twice", "a, b"}});
  std::ifstream schema(SCHEMA_FOLDER "/webhook_request.json");
  const auto rule = json::parse(std::string((std::istreambuf_iterator<char>(schema)), {}));
  for (const auto& name : rule.at("required").as_array()) CHECK(document.at("request").as_object().contains(name.as_string()));
  for (const auto& member : document.at("request").as_object()) CHECK(rule.at("properties").as_object().contains(member.key()));
  CHECK(document.at("request").at("remote") == "203.0.113.7");
  CHECK(document.at("request").at("path") == "in");
}

TEST_CASE("what the plugin says decides what the sender does next, and each refusal is one event without the body") {
  Receiver receiver;
  const std::pair<const char*, int> rows[] = {{"invalid", 400},   {"refuse", 400},   {"deny", 400},   {"limit", 413},  {"later", 503},
                                              {"conflict", 503}, {"uncertain", 503}, {"internal", 503}, {"future", 503}, {"silence", 503}, {"throw", 503}};
  for (const auto& [body, status] : rows) {
    INFO(body);
    const auto response = receiver.send(body);
    CHECK(response.status == status);
    CHECK(response.body.empty());
    CHECK((header(response, "Retry-After").empty()) == (status != 503));
    REQUIRE(receiver.refusals().size() == 1);
    const auto line = receiver.refusals()[0];
    CHECK(line.at("plugin") == "org.example.probe");
    CHECK(line.at("path") == "/webhooks/probe/in");
    CHECK(line.at("remote") == "203.0.113.7");
    CHECK(line.at("status") == status);
  }
  receiver.send("refuse");
  CHECK(receiver.refusals()[0].at("reason") == "forged");
  CHECK(receiver.send("not a document").status == 200);
}

TEST_CASE("a body above the webhook's limit is 413 and never reaches the plugin") {
  Receiver receiver;
  CHECK(receiver.send(std::string(1000, 'x')).status == 200);
  CHECK(receiver.send(std::string(1001, 'x')).status == 413);
  REQUIRE(receiver.refusals().size() == 1);
  CHECK(receiver.refusals()[0].at("reason") == "the body has 1001 bytes, allowed are 1000");
  CHECK(receiver.send(std::string(1001, 'x'), "POST", "/webhooks/probe/large").status == 200);
  CHECK(receiver.send(std::string(256 * 1024 + 1, 'x'), "POST", "/webhooks/probe/large").status == 413);
}

TEST_CASE("only POST, only declared paths, and a plugin that is away asks for another try") {
  Receiver receiver;
  for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "BREW"}) {
    const auto response = receiver.send("x", method);
    CHECK(response.status == 405);
    CHECK(header(response, "Allow") == "POST");
  }
  for (const char* path : {"/webhooks/", "/webhooks/probe", "/webhooks/probe/", "/webhooks/probe/in/", "/webhooks/probe//in", "/webhooks/probe/out", "/webhooks/other/in", "/webhooks/../probe/in"}) {
    INFO(path);
    CHECK(receiver.send("x", "POST", path).status == 404);
    CHECK(receiver.refusals().size() == 1);
  }
  receiver.shop.app->plugins.stop_all();
  CHECK(receiver.send("x", "POST", "/webhooks/other/in").status == 404);
  Receiver other;
  auto& failed = *other.shop.app;
  failed.plugins.stop_all();
  (void)failed.plugins.load(std::filesystem::path(PROBE_FOLDER) / "start_fails").ok();
  CHECK(other.send("x").status == 503);
  CHECK(other.send("x", "POST", "/webhooks/other/in").status == 404);
}

TEST_CASE("through the real server: raw bytes arrive, 5 MB are refused and logged once, and a flood leaves the pages alone") {
  Receiver receiver;
  HttpOptions options;
  options.handler_threads = 2, options.side_path = webhook_prefix, options.side_threads = 2, options.side_waiting_max = 4;
  std::atomic<int> running{0}, most{0};
  const auto handle = [&](const Request& request) {
    if (!is_webhook(request)) return receiver.shop.site->handle(request);
    const int now = ++running;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {}
    auto response = receiver.shop.site->handle(request);
    --running;
    return response;
  };
  HttpServer server(options, handle, [&](int status, const Request& request) { return receiver.shop.site->refused(status, request); });
  std::thread thread([&] { server.run(); });
  const auto post = [&](const std::string& body) {
    return ask(server.port(), "POST /webhooks/probe/in HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  };
  CHECK(post(std::string("\0\xff\xfe", 3)).substr(0, 12) == "HTTP/1.1 200");
  receiver.lines.clear();
  const auto large = post(std::string(5'000'000, 'x'));
  CHECK(large.substr(0, 12) == "HTTP/1.1 413");
  CHECK(large.substr(large.find("\r\n\r\n")) == "\r\n\r\n");
  REQUIRE(receiver.refusals().size() == 1);
  CHECK(receiver.refusals()[0].at("path") == "/webhooks/probe/in");
  CHECK(receiver.refusals()[0].at("plugin") == "org.example.probe");

  std::atomic<int> taken{0}, later{0};
  std::vector<std::thread> flood;
  for (int i = 0; i < 12; ++i) {
    flood.emplace_back([&] {
      const auto status = post("slow").substr(9, 3);
      if (status == "200") ++taken;
      if (status == "503") ++later;
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  CHECK(ask(server.port(), "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").substr(0, 12) == "HTTP/1.1 200");
  CHECK(taken < 4);  // some are still being worked off: the page did not stand in their line
  for (auto& one : flood) one.join();
  CHECK(taken + later == 12);
  CHECK(taken >= 2);
  CHECK(later >= 1);
  CHECK(most <= 2);
  server.stop();
  thread.join();
}

TEST_CASE("a message that stood in line too long is told to come again") {
  HttpOptions options;
  options.side_path = webhook_prefix, options.side_threads = 1, options.side_wait_ms = 50;
  HttpServer server(options,
                    [](const Request&) {
                      std::this_thread::sleep_for(std::chrono::milliseconds(600));
                      return Response{};
                    },
                    [](int status, const Request&) {
                      Response response;
                      response.status = status;
                      return response;
                    });
  std::thread thread([&] { server.run(); });
  std::atomic<int> taken{0}, later{0};
  std::vector<std::thread> both;
  for (int i = 0; i < 2; ++i) {
    both.emplace_back([&] {
      const auto status = ask(server.port(), "POST /webhooks/a/b HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n").substr(9, 3);
      ++(status == "200" ? taken : later);
    });
  }
  for (auto& one : both) one.join();
  CHECK(taken == 1);
  CHECK(later == 1);
  server.stop();
  thread.join();
}
