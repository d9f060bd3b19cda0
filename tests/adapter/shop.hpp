// A shop with the plugin in it, for the tests of the border: fake::Host on one side, the plugin's real contributions through the C structs, and the small
// bank of the flow tests (FakeAmazon) as Amazon. Collections are declared from the real manifest, so an undeclared index field fails here.
#pragma once
#include <hostapi/fake_host.hpp>

#include "flows/fakes.hpp"
#include "host/call.hpp"
#include "host/plugin.hpp"

namespace amazonpay::test {

namespace json = boost::json;
using hostapi::sdk::StringSink;

struct Answer {
  hostapi_status status = HOSTAPI_NO_ANSWER;
  std::string text;
  json::value document() const { return json::parse(text); }
  json::value data() const { return document().at("data"); }
};

// Tells the fake host the plugin's collections, so that it is as strict as a real one.
void declare_collections(hostapi::fake::Host& host);

class Shop {
 public:
  Shop();
  ~Shop();

  // An order of three lines paid with Amazon Pay; its charge is in this state at Amazon. read: its first reading has happened.
  std::string order(const std::string& id, std::int64_t total, ChargeState state, bool read = true);
  json::object event(const std::string& name, const std::string& order_id, std::int64_t amount) const;

  hostapi::fake::User staff;  // who acts from now on
  Answer view(const char* slot, const std::string& order_id, json::object request = {});
  Answer plan(const std::string& order_id, const char* action, json::object form = {});
  Answer run(const std::string& order_id, const char* action, json::object form = {});
  // Plans, then presses the sheet's button with the hidden values of its form.
  Answer act(const std::string& order_id, const char* action, json::object form = {});
  Answer guard_plan(const char* name, const json::object& document);
  Answer before(const char* name, const json::object& document);
  hostapi_status after(const char* name, const json::object& document);
  Answer page_of(const char* page, json::object request = {});
  Answer page_run_of(const char* page, const char* action, json::object form);
  Answer page(json::object request = {}) { return page_of("tasks", std::move(request)); }
  Answer page_run(const char* action, json::object form) { return page_run_of("tasks", action, std::move(form)); }
  // A notification whose signature was found good, as the webhook hands it on.
  hostapi_status receive(const Notification& notification);
  Answer task(const json::value& document);
  void work();  // runs what is due until nothing is, like the host's clockwork
  void settle();

  // For the commands of hostapi/fake/command.hpp.
  const hostapi_plugin& plugin() const { return *plugin_; }
  const hostapi_call* call_of(const hostapi::fake::User& user) { return host.call(user); }

  static json::object form_of(const json::value& sheet_data);
  // The inbox: every row of its groups, and the button of a row that goes to this act (or link).
  json::array tasks(json::object request = {});
  static json::object button_of(const json::value& row, const std::string& act);

  hostapi::fake::Host host;
  FakeClock clock;
  FakeAmazon amazon{clock};

 private:
  template <class Table>
  const Table* table(const char* id) const {
    return static_cast<const Table*>(plugin_->contribution(plugin_->self, id));
  }
  const hostapi_call* call() { return host.call(staff); }
  const hostapi_plugin* plugin_ = nullptr;
};

}  // namespace amazonpay::test
