#include "document.hpp"
#include "store/collections.hpp"
#include "loader/plugins.hpp"
#include "support.hpp"

using namespace testing;

namespace {
const json::object request{{"path", "in"}, {"method", "POST"}, {"headers", {{"x", "y"}}}, {"remote", "203.0.113.7"}, {"received_ms", 1}};

Result<void> send(Host& host, const std::string& body) { return host.app->plugins.receive_webhook(host.app->plugins.webhook_paths().at(0), request, body, "t-1"); }
}  // namespace

TEST_CASE("the addresses of webhooks are made of the plugin's domain and the manifest's paths") {
  Host host("sqlite");
  CHECK(host.app->plugins.webhook_paths().empty());
  host.load_probe();
  const auto paths = host.app->plugins.webhook_paths();
  REQUIRE(paths.size() == 2);
  CHECK(paths[0].path == "/webhooks/probe/in");
  CHECK(paths[0].plugin_id == "org.example.probe");
  CHECK(paths[0].bytes_max == 1000);
  CHECK(paths[1].bytes_max == 256 * 1024);
}

TEST_CASE("a webhook gets the bytes as they came, and acts as nobody who may something") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    host.load_probe();
    const std::string body("\xff\0{", 3);
    REQUIRE(send(host, body));
    const auto& manifest = *host.app->plugins.manifest("org.example.probe");
    const auto stored = Collections(host.app->database, *host.app->clock, host.app->audit, host.app->queue).get(manifest, "seen", "webhook/3");
    REQUIRE(stored);
    const auto seen = json::parse(stored->value);
    CHECK(seen.at("request") == request);
    CHECK(seen.at("first_byte") == 255);
    CHECK(seen.at("who") == json::value{{"id", "webhook"}, {"name", "webhook"}, {"role", "anonymous"}});
    CHECK(seen.at("may") == false);
    CHECK(seen.at("left_ms") == 10'000);
  }
}

TEST_CASE("every status of a webhook comes back as its kind, with the plugin's sentence") {
  Host host("sqlite");
  host.load_probe();
  CHECK(send(host, "invalid").kind() == Kind::invalid);
  CHECK(send(host, "refuse").kind() == Kind::refused);
  CHECK(send(host, "refuse").message() == "forged");
  CHECK(send(host, "deny").kind() == Kind::denied);
  CHECK(send(host, "limit").kind() == Kind::limit);
  CHECK(send(host, "later").kind() == Kind::unavailable);
  CHECK(send(host, "future").kind() == Kind::no_answer);
  CHECK(send(host, "silence").kind() == Kind::no_answer);
  CHECK(send(host, "throw").kind() == Kind::no_answer);
  CHECK(send(host, "not a document").ok()); /* taken is taken */
}

TEST_CASE("a plugin that is known but not loaded may still own a webhook") {
  Host host("sqlite");
  CHECK_FALSE(host.app->plugins.webhook_may_come("probe"));
  host.load_probe();
  CHECK_FALSE(host.app->plugins.webhook_may_come("probe"));
  host.reopen();
  CHECK(host.app->plugins.webhook_may_come("probe"));
  CHECK_FALSE(host.app->plugins.webhook_may_come("other"));
}
