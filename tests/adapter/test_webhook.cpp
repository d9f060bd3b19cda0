// T12 over the border: what anyone on the internet may post to the plugin through the C struct, with the web of addresses in memory.
#include <hostapi/fake_host.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <thread>

#include "adapter/shop.hpp"
#include "host/plugin.hpp"
#include "wire/sns.hpp"

using namespace amazonpay;
using hostapi::sdk::StringSink;
using hostapi::sdk::text;
namespace json = boost::json;

namespace {

// A plugin that may be sent anything. It has no keys, so a call to Amazon would be refused: a webhook makes none.
struct Inbox {
  Inbox() {
    host.set_now(sns::now_ms);
    test::declare_collections(host);
    host.set_setting("environment", "live");
    host.set_setting("merchant_id", json::value(sns::merchant));
    host.set_setting("notification_topic", json::value(sns::topic));
    host.set_setting("ca_file", json::value(sns::authority_file()));
    const auto fetch = [this](const amazon::NotificationRules&) -> amazon::Fetch {
      return [this](const std::string& url) {
        const std::lock_guard lock(mutex);
        return web.get(url);
      };
    };
    plugin = hostapi::sdk::make_plugin(std::make_unique<host::AmazonPayPlugin>(*hostapi::sdk::Host::open(host.raw()), std::make_unique<host::Connections>(), fetch));
  }
  ~Inbox() { plugin->destroy(plugin->self); }

  hostapi_status send(const std::string& body) {
    StringSink answer;
    const auto* webhook = static_cast<const hostapi_webhook_v1*>(plugin->contribution(plugin->self, HOSTAPI_CONTRIBUTION_WEBHOOK));
    return webhook->receive(plugin->self, host.webhook_call(), text(R"({"path":"notifications","method":"POST","headers":{},"remote":"203.0.113.7","received_ms":1})"), text(body), answer.raw());
  }
  std::vector<json::object> logged(const std::string& event) const {
    std::vector<json::object> found;
    for (const auto& line : host.log_lines())
      if (line.at("event").as_string() == event) found.push_back(line.at("fields").as_object());
    return found;
  }
  std::size_t stored() const {
    const auto data = host.data();
    const auto found = data.collections.find("notifications");
    return found == data.collections.end() ? 0 : found->second.size();
  }
  json::value kept(const std::string& message_id) const {
    const auto data = host.data();
    for (const auto& [key, document] : data.collections.at("notifications"))
      if (document.value.at("message_id").as_string() == message_id) return document.value;
    FAIL("no notification " + message_id);
    return {};
  }

  hostapi::fake::Host host;
  sns::Web web;
  std::mutex mutex;
  const hostapi_plugin* plugin = nullptr;
};

// Longer than a burst of messages shares the settings it read.
void a_moment() { std::this_thread::sleep_for(std::chrono::milliseconds(30)); }

const std::string first_id = "11111111-2222-3333-4444-555555555555";

json::object with_id(int number) {
  auto envelope = sns::notification();
  envelope["MessageId"] = "message-" + std::to_string(number);
  return envelope;
}

}  // namespace

TEST_CASE("T12 each forged or damaged notification is refused, logged once without its body, and leaves nothing behind", "[T12]") {
  for (const auto& row : sns::forged()) {
    INFO(row.name);
    Inbox inbox;
    inbox.web.answers = row.web;
    const auto status = inbox.send(row.body);
    CHECK(status == (row.again ? HOSTAPI_E_UNAVAILABLE : row.code == "too_large" ? HOSTAPI_E_LIMIT : HOSTAPI_E_REFUSED));
    REQUIRE(inbox.host.log_lines().size() == 1);
    REQUIRE(inbox.logged("AMAZONPAY_NOTIFICATION_REFUSED").size() == 1);
    const auto line = inbox.logged("AMAZONPAY_NOTIFICATION_REFUSED")[0];
    CHECK(line.at("code").as_string() == row.code);
    CHECK(line.at("remote") == "203.0.113.7");
    const auto all = json::serialize(line);
    CHECK(all.size() < 900);
    CHECK(all.find("S02-1234567") == std::string::npos);
    CHECK(all.find("evil") == std::string::npos);
    CHECK(inbox.host.commits() == 0);
    CHECK(inbox.web.asked.size() == (row.downloads ? 1 : 0));
  }
}

TEST_CASE("T12 good notifications of both versions are stored with the task of their slot and answered", "[T12]") {
  Inbox inbox;
  int number = 0;
  for (const char* version : {"1", "2"}) {
    auto envelope = with_id(++number);
    envelope["SignatureVersion"] = version;
    REQUIRE(inbox.send(sns::body(envelope)) == HOSTAPI_OK);
    const auto kept = inbox.kept("message-" + std::to_string(number));
    CHECK(kept.at("state") == "received");
    CHECK(kept.at("object_id") == "S02-1234567-7654321-R054321");
    CHECK(kept.at("received_ms") == sns::now_ms);
  }
  CHECK(inbox.logged("AMAZONPAY_NOTIFICATION_RECEIVED").size() == 2);
  CHECK(inbox.host.log_lines().size() == 2);
  CHECK(inbox.host.data().tasks.size() == 1);  // both are about one payment
  CHECK(inbox.web.asked.size() == 1);
}

TEST_CASE("T12 a replayed notification is counted and changes nothing else, also when it comes at once many times", "[T12]") {
  Inbox inbox;
  const auto body = sns::body(sns::notification());
  for (int i = 0; i < 3; ++i) CHECK(inbox.send(body) == HOSTAPI_OK);
  CHECK(inbox.stored() == 1);
  CHECK(inbox.kept(first_id).at("deliveries") == 3);
  CHECK(inbox.host.data().tasks.size() == 1);
  std::atomic<int> taken{0}, later{0};
  std::vector<std::thread> senders;
  for (int i = 0; i < 8; ++i) {
    senders.emplace_back([&] {
      const auto status = inbox.send(body);
      if (status == HOSTAPI_OK) ++taken;
      if (status == HOSTAPI_E_UNAVAILABLE) ++later;
    });
  }
  for (auto& sender : senders) sender.join();
  CHECK(taken + later == 8);
  CHECK(inbox.stored() == 1);
  CHECK(inbox.kept(first_id).at("deliveries") == 3 + taken);
  CHECK(inbox.host.data().tasks.size() == 1);
}

TEST_CASE("a burst of messages asks for the settings once, and each time while a person has yet to confirm the topic") {
  Inbox inbox;
  const auto unreadable = [&] { inbox.host.fail({"settings.get", 1, HOSTAPI_E_UNAVAILABLE}); };
  CHECK(inbox.send(sns::body(with_id(1))) == HOSTAPI_OK);
  unreadable();
  CHECK(inbox.send(sns::body(with_id(2))) == HOSTAPI_OK);
  a_moment();
  CHECK(inbox.send(sns::body(with_id(3))) == HOSTAPI_E_UNAVAILABLE);
  inbox.host.set_setting("notification_topic", "");
  CHECK(inbox.send(sns::body(with_id(3))) == HOSTAPI_OK);
  unreadable();
  CHECK(inbox.send(sns::body(with_id(4))) == HOSTAPI_E_UNAVAILABLE);
}

TEST_CASE("notifications are taken while a confirmation waits for the network") {
  Inbox inbox;
  const auto confirmation = sns::confirmation();
  inbox.web.answers.emplace(std::string(confirmation.at("SubscribeURL").as_string()), std::string("x"));
  REQUIRE(inbox.send(sns::body(with_id(1))) == HOSTAPI_OK);  // the certificate is at hand from now on
  std::unique_lock network(inbox.mutex);
  std::atomic<bool> confirmed{false};
  std::thread slow([&] {
    CHECK(inbox.send(sns::body(confirmation)) == HOSTAPI_OK);
    confirmed = true;
  });
  a_moment();
  CHECK(inbox.send(sns::body(with_id(2))) == HOSTAPI_OK);
  CHECK_FALSE(confirmed);
  network.unlock();
  slow.join();
}

TEST_CASE("what cannot be stored is wanted again, whatever the reason, and nothing is lost") {
  Inbox inbox;
  const auto body = sns::body(sns::notification());
  for (const auto status : {HOSTAPI_E_UNAVAILABLE, HOSTAPI_E_INTERNAL, HOSTAPI_E_INVALID, HOSTAPI_E_LIMIT}) {
    inbox.host.fail({"store.commit", 1, status});
    CHECK(inbox.send(body) == HOSTAPI_E_UNAVAILABLE);
    inbox.host.fail({"settings.get", 1, status});
    a_moment();
    CHECK(inbox.send(body) == HOSTAPI_E_UNAVAILABLE);
  }
  CHECK(inbox.stored() == 0);
  CHECK(inbox.logged("AMAZONPAY_NOTIFICATION_REFUSED").size() == 8);
  CHECK(inbox.logged("AMAZONPAY_NOTIFICATION_REFUSED")[0].at("again") == true);
  CHECK(inbox.send(body) == HOSTAPI_OK);
  inbox.host.lose_answer_of_commit();
  CHECK(inbox.send(sns::body(with_id(1))) == HOSTAPI_E_UNAVAILABLE);
  CHECK(inbox.send(sns::body(with_id(1))) == HOSTAPI_OK);
  CHECK(inbox.kept("message-1").at("deliveries") == 2);
}

TEST_CASE("as long as no topic is confirmed, good notifications wait for a person, at most a hundred of them") {
  Inbox inbox;
  inbox.host.set_setting("notification_topic", "");
  for (int i = 0; i < 100; ++i) REQUIRE(inbox.send(sns::body(with_id(i))) == HOSTAPI_OK);
  CHECK(inbox.kept("message-0").at("state") == "quarantined");
  CHECK(inbox.kept("message-0").at("problem") == "topic_not_confirmed");
  CHECK(inbox.kept("message-0").at("topic").as_string() == sns::topic);
  CHECK(inbox.host.data().tasks.empty());
  CHECK(inbox.send(sns::body(with_id(100))) == HOSTAPI_E_UNAVAILABLE);
  CHECK(inbox.logged("AMAZONPAY_NOTIFICATION_REFUSED").at(0).at("code") == "quarantine_full");
  CHECK(inbox.stored() == 100);
  inbox.host.set_setting("notification_topic", json::value(sns::topic));
  CHECK(inbox.send(sns::body(with_id(100))) == HOSTAPI_OK);
}

TEST_CASE("what only a person can judge is kept in quarantine, and old formats are kept as ignored") {
  Inbox inbox;
  const std::pair<std::string, std::string> rows[] = {{sns::inner("REFUND", "S02-1234567-7654321-R054321", "A9OTHER"), "other_merchant"},
                                                      {R"({"MerchantID":"A1EXAMPLESELL0","ObjectType":"CHARGEBACK","ObjectId":"D054321"})", "dispute"},
                                                      {sns::inner("SOMETHING_NEW", "S02-1234567-7654321-X054321"), "unknown_type"},
                                                      {"{\"NotificationData\":\"<x/>\"}", "old_format"}};
  int number = 0;
  for (const auto& [message, problem] : rows) {
    INFO(problem);
    auto envelope = with_id(++number);
    envelope["Message"] = message;
    REQUIRE(inbox.send(sns::body(envelope)) == HOSTAPI_OK);
    const auto kept = inbox.kept("message-" + std::to_string(number));
    CHECK(kept.at("problem").as_string() == problem);
    CHECK(kept.at("state") == (problem == "old_format" ? "ignored" : "quarantined"));
  }
  CHECK(inbox.host.data().tasks.empty());
}

TEST_CASE("a subscription is confirmed once, only for the confirmed topic, and wanted again if that fails") {
  Inbox inbox;
  const auto envelope = sns::confirmation();
  const std::string address(envelope.at("SubscribeURL").as_string());
  const auto body = sns::body(envelope);
  CHECK(inbox.send(body) == HOSTAPI_E_UNAVAILABLE);  // the address does not answer
  inbox.web.answers.emplace(address, std::string("<ConfirmSubscriptionResponse/>"));
  CHECK(inbox.send(body) == HOSTAPI_OK);
  CHECK(inbox.send(body) == HOSTAPI_OK);
  CHECK(std::count(inbox.web.asked.begin(), inbox.web.asked.end(), address) == 2);
  CHECK(inbox.logged("AMAZONPAY_NOTIFICATION_CONFIRMED").size() == 1);
  CHECK(inbox.stored() == 0);

  Inbox early;
  early.host.set_setting("notification_topic", "");
  early.web.answers.emplace(address, std::string("x"));
  CHECK(early.send(body) == HOSTAPI_E_UNAVAILABLE);
  CHECK(std::count(early.web.asked.begin(), early.web.asked.end(), address) == 0);
  CHECK(early.kept("99999999-2222-3333-4444-555555555555").at("problem") == "topic_not_confirmed");
  early.host.set_setting("notification_topic", json::value(sns::topic));
  CHECK(early.send(body) == HOSTAPI_OK);

  CHECK(early.send(sns::body(sns::confirmation("UnsubscribeConfirmation"))) == HOSTAPI_OK);
  CHECK(early.logged("AMAZONPAY_NOTIFICATION_UNSUBSCRIBED").size() == 1);
}

TEST_CASE("certificates of a test service count only with a service address and sandbox keys") {
  const auto rules = [](const char* key_id, const char* environment, const char* service_url) {
    return host::notification_rules(json::object{{"public_key_id", key_id}, {"environment", environment}, {"service_url", service_url}, {"notification_cert_host", "localhost:1"}, {"ca_file", "/ca"}});
  };
  CHECK(rules("SANDBOX-AAA", "live", "https://localhost:1").test_host == "localhost:1");
  CHECK(rules("ABC", "sandbox", "https://localhost:1").test_host == "localhost:1");
  CHECK(rules("LIVE-AAA", "sandbox", "https://localhost:1").test_host.empty());
  CHECK(rules("live-AAA", "sandbox", "https://localhost:1").test_host.empty());
  CHECK(rules("ABC", "live", "https://localhost:1").test_host.empty());
  CHECK(rules("SANDBOX-AAA", "sandbox", "").test_host.empty());
  const auto by_service = host::notification_rules(json::object{{"public_key_id", "SANDBOX-AAA"}, {"service_url", "https://localhost:20443"}, {"notification_cert_host", ""}});
  CHECK(by_service.test_host == "localhost:20443");
}
