#include "shop.hpp"

#include <pugixml.hpp>

#include <catch2/catch.hpp>

namespace amazonpay::test {
namespace {

struct OneAmazon : host::PaymentsSource {
  explicit OneAmazon(ports::Payments& real) : real(real) {}
  std::shared_ptr<ports::Payments> for_call(const hostapi::sdk::Session&, amazon::Urgency) override { return {std::shared_ptr<void>(), &real}; }
  Result<std::shared_ptr<ports::Reports>> reports_for_call(const hostapi::sdk::Session&) override { return Failure{Kind::unavailable, "this Amazon makes no reports"}; }
  ports::Payments& real;
};

}  // namespace

void declare_collections(hostapi::fake::Host& host) {
  pugi::xml_document manifest;
  REQUIRE(manifest.load_file(MANIFEST_FILE));
  for (const auto collection : manifest.child("plugin").child("collections").children("collection")) {
    std::set<std::string> fields, columns;
    for (const auto index : collection.children("index")) fields.insert(index.attribute("field").value());
    for (const auto field : collection.children("field")) columns.insert(field.attribute("name").value());
    host.declare(collection.attribute("id").value(), fields, columns);
    for (const auto check : collection.children("check")) {
      const auto bound = [&](const char* name) { return check.attribute(name) ? std::optional<std::int64_t>(check.attribute(name).as_llong()) : std::nullopt; };
      host.declare_check(collection.attribute("id").value(), {check.attribute("id").value(), check.attribute("sum").value(), bound("min"), bound("max"), bound("equals")});
    }
    if (collection.attribute("append-only").as_bool()) host.declare_append_only(collection.attribute("id").value());
  }
}

Shop::Shop() {
  host.set_now(clock.now);
  declare_collections(host);
  plugin_ = hostapi::sdk::make_plugin(std::make_unique<host::AmazonPayPlugin>(*hostapi::sdk::Host::open(host.raw()), std::make_unique<OneAmazon>(amazon)));
}

Shop::~Shop() { plugin_->destroy(plugin_->self); }

std::string Shop::order(const std::string& id, std::int64_t total, ChargeState state, bool read) {
  const auto permission = amazon.checkout(euro(total), state);
  json::array lines;
  for (int i = 1; i <= 3; ++i) {
    const auto worth = i == 3 ? total - 2 * (total / 4) : total / 4;
    lines.push_back(json::object{{"id", std::to_string(i)}, {"sku", "S"}, {"title", "Lunch box " + std::to_string(i)}, {"quantity", 1}, {"canceled", 0},
                                 {"unit_price_minor", worth}, {"tax_rate_bp", 1900}, {"worth_minor", worth}, {"state", "open"}, {"cancel_generation", 0}});
  }
  host.put_order(json::object{{"id", id}, {"number", "2026-" + id}, {"shop_id", "main"}, {"version", 1}, {"state", "in_progress"}, {"created_ms", clock.now}, {"currency", "EUR"},
                              {"payment", json::object{{"method", "amazon_pay"}, {"reference", permission}, {"charge_id", permission + "-C1"}, {"at_checkout", "authorize"}}},
                              {"buyer", json::object{{"name", "Łukasz Brzęczyszczykiewicz"}}}, {"lines", std::move(lines)}, {"original_total_minor", total}, {"total_minor", total}});
  if (read) CHECK(run(id, "refresh").status == HOSTAPI_OK);
  return permission;
}

json::object Shop::event(const std::string& name, const std::string& order_id, std::int64_t amount) const {
  auto order = host.data().orders.at(order_id);
  const auto before = order.at("total_minor").as_int64();
  order["total_minor"] = before - amount;
  if (name == "order.cancel") order["state"] = "canceled";
  json::array lines;
  if (name.starts_with("line.")) lines.push_back(json::object{{"line_id", "1"}, {"title", "Lunch box 1"}, {"quantity", 1}, {"amount_minor", amount}, {"canceled_after", 1}, {"generation", 1}});
  return {{"event_id", ""}, {"event", name}, {"order", order}, {"lines", std::move(lines)}, {"shipping_minor", 0}, {"amount_minor", amount}, {"currency", "EUR"},
          {"total_before_minor", before}, {"total_after_minor", before - amount}, {"reason", "out_of_stock"}, {"note", ""},
          {"who", json::object{{"id", staff.id}, {"name", staff.name}, {"role", staff.role}}}, {"at_ms", clock.now}};
}

namespace {

template <class F>
Answer answered(F&& f) {
  StringSink sink;
  Answer answer;
  answer.status = f(sink.raw());
  answer.text = sink.take();
  return answer;
}

hostapi_text borrowed(const std::string& bytes) { return hostapi::sdk::text(bytes); }

}  // namespace

Answer Shop::view(const char* slot, const std::string& order_id, json::object request) {
  const auto bytes = json::serialize(request);
  return answered([&](auto* out) { return table<hostapi_order_view_v2>(HOSTAPI_CONTRIBUTION_ORDER_VIEW_2)->view(plugin_->self, call(), slot, borrowed(order_id), borrowed(bytes), out); });
}

Answer Shop::plan(const std::string& order_id, const char* action, json::object form) {
  const auto bytes = json::serialize(form);
  return answered([&](auto* out) {
    return table<hostapi_order_actions_v1>(HOSTAPI_CONTRIBUTION_ORDER_ACTIONS)->plan(plugin_->self, call(), borrowed(order_id), action, borrowed(bytes), out);
  });
}

Answer Shop::run(const std::string& order_id, const char* action, json::object form) {
  const auto bytes = json::serialize(form);
  return answered([&](auto* out) {
    return table<hostapi_order_actions_v1>(HOSTAPI_CONTRIBUTION_ORDER_ACTIONS)->run(plugin_->self, call(), borrowed(order_id), action, borrowed(bytes), out);
  });
}

json::object Shop::form_of(const json::value& data) {
  json::object form;
  for (const auto& one : data.at("form").as_array()) form[one.at("name").as_string()] = one.at("value");
  return form;
}

json::array Shop::tasks(json::object request) {
  json::array rows;
  const auto data = page(std::move(request)).data();
  for (const auto& panel : data.at("panels").as_array())
    for (const auto& row : panel.at("rows").as_array()) rows.push_back(row);
  return rows;
}

json::object Shop::button_of(const json::value& row, const std::string& act) {
  for (const auto& one : row.at("acts").as_array())
    for (const char* member : {"url", "sheet", "href"})
      if (const auto* where = one.as_object().if_contains(member); where != nullptr && where->as_string().find(act) != std::string::npos) return one.as_object();
  return {};
}

Answer Shop::act(const std::string& order_id, const char* action, json::object form) {
  const auto sheet = plan(order_id, action, std::move(form));
  return sheet.status == HOSTAPI_OK ? run(order_id, action, form_of(sheet.data())) : sheet;
}

Answer Shop::guard_plan(const char* name, const json::object& document) {
  const auto bytes = json::serialize(document);
  return answered([&](auto* out) { return table<hostapi_order_guard_v1>(HOSTAPI_CONTRIBUTION_ORDER_GUARD)->plan(plugin_->self, call(), name, borrowed(bytes), out); });
}

Answer Shop::before(const char* name, const json::object& document) {
  const auto bytes = json::serialize(document);
  return answered([&](auto* out) { return table<hostapi_order_guard_v1>(HOSTAPI_CONTRIBUTION_ORDER_GUARD)->before(plugin_->self, call(), name, borrowed(bytes), out); });
}

hostapi_status Shop::after(const char* name, const json::object& document) {
  const auto bytes = json::serialize(document);
  return table<hostapi_order_guard_v1>(HOSTAPI_CONTRIBUTION_ORDER_GUARD)->after(plugin_->self, host.system_call(), name, borrowed(bytes));
}

hostapi_status Shop::receive(const Notification& notification) {
  const auto services = *hostapi::sdk::Host::open(host.raw());
  const hostapi::sdk::Session session(services, host.system_call());
  OneAmazon source(amazon);
  host::Call flow_call(session, source);
  const auto received = flows::receive(flow_call.ports(), notification);
  return received ? HOSTAPI_OK : hostapi::sdk::to_status(received.kind());
}

Answer Shop::page_of(const char* page, json::object request) {
  const auto bytes = json::serialize(request);
  return answered([&](auto* out) { return table<hostapi_pages_v1>(HOSTAPI_CONTRIBUTION_PAGES)->view(plugin_->self, call(), page, borrowed(bytes), out); });
}

Answer Shop::page_run_of(const char* page, const char* action, json::object form) {
  const auto bytes = json::serialize(form);
  return answered([&](auto* out) { return table<hostapi_pages_v1>(HOSTAPI_CONTRIBUTION_PAGES)->run(plugin_->self, call(), page, action, borrowed(bytes), out); });
}

Answer Shop::task(const json::value& document) {
  const auto bytes = json::serialize(document);
  return answered([&](auto* out) { return table<hostapi_tasks_v1>(HOSTAPI_CONTRIBUTION_TASKS)->run(plugin_->self, host.system_call(), borrowed(bytes), out); });
}

void Shop::work() {
  host.set_now(clock.now);
  for (int i = 0; i < 50; ++i) {
    const auto due = host.take_due_task();
    if (!due) return;
    (void)task(*due);
  }
}

void Shop::settle() {
  amazon.settle_refunds();
  clock.now += 30'000;
  work();
}

}  // namespace amazonpay::test
