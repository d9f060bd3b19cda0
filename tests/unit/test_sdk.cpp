#include <hostapi/fake_host.hpp>
#include <hostapi/sdk.hpp>

#include <catch2/catch.hpp>

using namespace hostapi;
using namespace hostapi::sdk;

namespace {

Result<std::string> echo(bool fail) {
  if (fail) return Failure{Kind::refused, "Nothing is left to refund."};
  return std::string("hello");
}

struct Greeter : OrderView, OrderActions, OrderGuard, Webhook {
  Result<json::value> view(const Session& session, std::string_view slot, std::string_view order_id, const json::value&) override {
    if (slot == "throw") throw std::runtime_error("boom");
    if (slot == "memory") throw std::bad_alloc();
    if (slot == "odd") throw 7;
    auto order = session.orders().get(order_id);
    if (!order) return order.failure();
    return json::value{{"template", "panel"}, {"data", {{"number", order->at("number")}}}};
  }
  Result<json::value> plan(const Session&, std::string_view, std::string_view, const json::value&) override { return Failure{Kind::refused, "no"}; }
  Result<json::value> run(const Session&, std::string_view, std::string_view, const json::value&) override { return Failure{Kind::refused, "no"}; }
  Result<json::value> plan(const Session&, std::string_view, const json::value&) override { return json::value(json::object{}); }
  Result<> before(const Session&, std::string_view event, const json::value&) override {
    if (event == "order.delete") return Failure{Kind::refused, "Money is in flight."};
    return success();
  }
  Result<> after(const Session&, std::string_view, const json::value&) override { return Failure{Kind::conflict, "again"}; }
  Result<json::value> receive(const Session& session, const json::value& request, std::string_view body) override {
    if (body == "memory") throw std::bad_alloc();
    if (session.identity().may("payment.refund")) return Failure{Kind::internal, "a stranger may refund"};
    return json::value{{"path", request.at("path")}, {"size", body.size()}, {"who", session.identity().who()->at("id")}};
  }
};

struct GreeterPlugin : Plugin {
  using Plugin::Plugin;
  OrderView* order_view() override { return &greeter; }
  OrderActions* order_actions() override { return &greeter; }
  OrderGuard* order_guard() override { return &greeter; }
  Webhook* webhook() override { return &greeter; }
  Greeter greeter;
};

struct Loaded {
  explicit Loaded(fake::Host& host) {
    static const hostapi_entry made = entry<GreeterPlugin>("test", "1", HOSTAPI_CONCURRENT);
    status = made.create(host.raw(), &plugin, error.raw());
  }
  ~Loaded() {
    if (plugin != nullptr) plugin->destroy(plugin->self);
  }
  template <class Table>
  const Table* table(const char* id) const {
    return static_cast<const Table*>(plugin->contribution(plugin->self, id));
  }
  StringSink error;
  const hostapi_plugin* plugin = nullptr;
  hostapi_status status = HOSTAPI_NO_ANSWER;
};

}  // namespace

TEST_CASE("every kind survives the way to a status and back, and an unknown status is a failure") {
  for (const Kind kind : {Kind::invalid, Kind::not_found, Kind::conflict, Kind::denied, Kind::refused, Kind::unsupported, Kind::unavailable, Kind::uncertain,
                          Kind::limit, Kind::internal}) {
    CHECK(to_kind(to_status(kind)) == kind);
    CHECK(to_status(kind) < 0);
  }
  CHECK(to_kind(HOSTAPI_NO_ANSWER) == Kind::internal);
  CHECK(to_kind(42) == Kind::internal);
}

TEST_CASE("guard writes the value or the message, and turns every exception into a status") {
  StringSink good, refused, document, thrown;
  CHECK(guard(good.raw(), [] { return echo(false); }) == HOSTAPI_OK);
  CHECK(good.value() == "hello");
  CHECK(guard(refused.raw(), [] { return echo(true); }) == HOSTAPI_E_REFUSED);
  CHECK(refused.value() == "Nothing is left to refund.");
  CHECK(guard(document.raw(), FailureForm::document, [] { return echo(true); }) == HOSTAPI_E_REFUSED);
  CHECK(document.value() == R"({"message":"Nothing is left to refund."})");
  CHECK(guard(thrown.raw(), []() -> Result<> { throw std::runtime_error("boom"); }) == HOSTAPI_E_INTERNAL);
  CHECK(thrown.value() == "internal error: boom");
  CHECK(guard(nullptr, []() -> Result<> { throw std::bad_alloc(); }) == HOSTAPI_E_LIMIT);
  CHECK(guard(nullptr, []() -> Result<> { throw 7; }) == HOSTAPI_E_INTERNAL);
}

TEST_CASE("a sink takes several writes and answers LIMIT instead of growing without end") {
  StringSink sink(8);
  CHECK(write(sink.raw(), "1234") == HOSTAPI_OK);
  CHECK(write(sink.raw(), "5678") == HOSTAPI_OK);
  CHECK(write(sink.raw(), "9") == HOSTAPI_E_LIMIT);
  CHECK(sink.value() == "12345678");
  CHECK(view(hostapi_text{nullptr, 0}).empty());
}

TEST_CASE("opening a host names every missing service, and refuses another ABI naming both") {
  fake::Host host;
  host.hide_service(HOSTAPI_SERVICE_STORE);
  host.hide_service(HOSTAPI_SERVICE_TEXTS);
  const auto opened = sdk::Host::open(host.raw());
  REQUIRE_FALSE(opened);
  CHECK(opened.message() == "the host lacks these services: hostapi.store/1, hostapi.texts/1");
  hostapi_host other = *host.raw();
  other.abi_major = 9;
  CHECK(sdk::Host::open(&other).message().find("ABI 9, this plugin needs 1") != std::string::npos);
}

TEST_CASE("contributions are found by id, run under guard, and get parsed documents") {
  fake::Host host;
  host.put_order({{"id", "o-1"}, {"number", "2026-1"}, {"version", 1}});
  const Loaded loaded(host);
  REQUIRE(loaded.status == HOSTAPI_OK);
  CHECK(loaded.plugin->contribution(loaded.plugin->self, HOSTAPI_CONTRIBUTION_TASKS) == nullptr);
  CHECK(loaded.plugin->contribution(loaded.plugin->self, "hostapi.order_view/3") == nullptr);
  const auto* order_view = loaded.table<hostapi_order_view_v1>(HOSTAPI_CONTRIBUTION_ORDER_VIEW);
  REQUIRE(order_view != nullptr);
  void* self = loaded.plugin->self;

  StringSink panel, missing, thrown;
  CHECK(order_view->view(self, host.call(), "panel", text("o-1"), panel.raw()) == HOSTAPI_OK);
  CHECK(json::parse(panel.value()).at("data").at("number") == "2026-1");
  CHECK(order_view->view(self, host.call(), "panel", text("o-2"), missing.raw()) == HOSTAPI_E_NOT_FOUND);
  CHECK(order_view->view(self, host.call(), "throw", text("o-1"), thrown.raw()) == HOSTAPI_E_INTERNAL);
  CHECK(order_view->view(self, host.call(), "memory", text("o-1"), thrown.raw()) == HOSTAPI_E_LIMIT);
  CHECK(order_view->view(self, host.call(), "odd", text("o-1"), thrown.raw()) == HOSTAPI_E_INTERNAL);

  const auto* actions = loaded.table<hostapi_order_actions_v1>(HOSTAPI_CONTRIBUTION_ORDER_ACTIONS);
  StringSink plan, run, broken;
  CHECK(actions->plan(self, host.call(), text("o-1"), "refund", text("{}"), plan.raw()) == HOSTAPI_E_REFUSED);
  CHECK(plan.value() == "no");
  CHECK(actions->run(self, host.call(), text("o-1"), "refund", text("{}"), run.raw()) == HOSTAPI_E_REFUSED);
  CHECK(run.value() == R"({"message":"no"})");
  CHECK(actions->run(self, host.call(), text("o-1"), "refund", text("{oops"), broken.raw()) == HOSTAPI_E_INVALID);

  const auto* order_guard = loaded.table<hostapi_order_guard_v1>(HOSTAPI_CONTRIBUTION_ORDER_GUARD);
  StringSink reason;
  CHECK(order_guard->before(self, host.call(), "order.cancel", text("{}"), reason.raw()) == HOSTAPI_OK);
  CHECK(order_guard->before(self, host.call(), "order.delete", text("{}"), reason.raw()) == HOSTAPI_E_REFUSED);
  CHECK(reason.value() == "Money is in flight.");
  CHECK(order_guard->after(self, host.call(), "order.cancel", text("{}")) == HOSTAPI_E_CONFLICT);
}

TEST_CASE("a webhook gets the raw bytes, acts for nobody, and running out of memory asks the sender to come again") {
  fake::Host host;
  const Loaded loaded(host);
  const auto* webhook = loaded.table<hostapi_webhook_v1>(HOSTAPI_CONTRIBUTION_WEBHOOK);
  REQUIRE(webhook != nullptr);
  void* self = loaded.plugin->self;
  StringSink good, broken, memory;
  const std::string body("a\0\xff{", 4);
  CHECK(webhook->receive(self, host.webhook_call(), text(R"({"path":"in"})"), text(body), good.raw()) == HOSTAPI_OK);
  CHECK(json::parse(good.value()) == json::value{{"path", "in"}, {"size", 4}, {"who", "webhook"}});
  CHECK(webhook->receive(self, host.webhook_call(), text("{oops"), text(body), broken.raw()) == HOSTAPI_E_INVALID);
  CHECK(webhook->receive(self, host.webhook_call(), text("{}"), text("memory"), memory.raw()) == HOSTAPI_E_UNAVAILABLE);
}
