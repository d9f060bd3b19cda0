// The plugin against a host in memory: real C border, real commits, a clock that is set by hand.
#include <hostapi/fake_host.hpp>

#include <iostream>

using namespace hostapi;
namespace json = boost::json;

// [trial]
static int wrong = 0;
static void expect(bool good, const char* what) {
  std::cout << (good ? "ok      " : "NOT ok  ") << what << "\n";
  wrong += !good;
}

int main() {
  fake::Host host;
  host.set_setting("limit", 500);
  host.set_setting("remind_days", 14);
  const json::value order{{"id", "o-1"}, {"number", "1"}, {"total_minor", 7500}, {"currency", "EUR"}};
  host.put_order(order);
  const hostapi_plugin* plugin = nullptr;
  expect(hostapi_entry_point()->create(host.raw(), &plugin, nullptr) == HOSTAPI_OK, "the plugin starts");
  const auto* actions = static_cast<const hostapi_order_actions_v1*>(plugin->contribution(plugin->self, HOSTAPI_CONTRIBUTION_ORDER_ACTIONS));
  const auto* guard = static_cast<const hostapi_order_guard_v1*>(plugin->contribution(plugin->self, HOSTAPI_CONTRIBUTION_ORDER_GUARD));
  const auto* tasks = static_cast<const hostapi_tasks_v1*>(plugin->contribution(plugin->self, HOSTAPI_CONTRIBUTION_TASKS));
  const auto state = [&] { return std::string(host.document("parcels", "o-1")->value.at("state").as_string()); };

  const std::string event = json::serialize(json::value{{"event", "order.ship"}, {"order", order}});
  for (int times = 0; times < 2; ++times) guard->after(plugin->self, host.system_call(), "order.ship", sdk::text(event));
  expect(host.commits() == 1 && state() == "on_its_way", "an event that comes twice counts once");

  host.advance(15 * 86'400'000LL);
  const std::string task = json::serialize(*host.take_due_task("remind"));
  host.fail_commit();
  expect(tasks->run(plugin->self, host.system_call(), sdk::text(task), nullptr) == HOSTAPI_E_UNAVAILABLE, "a store that is away makes the task come again");
  expect(tasks->run(plugin->self, host.system_call(), sdk::text(task), nullptr) == HOSTAPI_OK && state() == "overdue", "then it is done");

  const std::string form = R"({"operation_id":"0123456789abcdef0123456789abcdef"})";
  for (int times = 0; times < 2; ++times) {
    sdk::StringSink answer;
    expect(actions->run(plugin->self, host.call(), sdk::text("o-1"), "collect", sdk::text(form), answer.raw()) == HOSTAPI_OK, "the same form twice gets the same answer");
  }
  expect(host.data().audit.size() == 1 && state() == "collected", "and books once");
  plugin->destroy(plugin->self);
  return wrong == 0 ? 0 : 1;
}
// [trial]
