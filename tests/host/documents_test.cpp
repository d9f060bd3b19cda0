#include <fstream>

#include "orders/act_draft.hpp"
#include "orders/pricing.hpp"
#include "support.hpp"

using namespace testing;

namespace {
json::object schema(const std::string& name) {
  std::ifstream in(std::filesystem::path(SCHEMA_FOLDER) / (name + ".json"));
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  return *parse_object(text, name);
}

bool of_type(const json::value& value, const std::string& type) {
  return (type == "string" && value.is_string()) || (type == "integer" && value.is_int64()) || (type == "integer" && value.is_uint64()) || (type == "boolean" && value.is_bool()) ||
         (type == "object" && value.is_object()) || (type == "array" && value.is_array()) || (type == "null" && value.is_null());
}

/* The part of JSON Schema these files use for shapes: type, properties, required, items, enum. */
void conforms(const json::value& value, const json::object& rule, const std::string& where) {
  INFO(where << ": " << json::serialize(value));
  if (const auto* type = rule.if_contains("type"); type && type->is_string()) REQUIRE(of_type(value, std::string(type->as_string())));
  if (const auto* allowed = rule.if_contains("enum")) REQUIRE(std::count(allowed->as_array().begin(), allowed->as_array().end(), value) == 1);
  if (const auto* other = rule.if_contains("$ref")) return conforms(value, schema(std::string(other->as_string()).substr(0, std::string(other->as_string()).size() - 5)), where);
  if (value.is_object()) {
    for (const auto& name : array_of(rule, "required")) REQUIRE(value.as_object().contains(name.as_string()));
    for (const auto& [name, item] : value.as_object()) {
      const auto* property = object_of(rule, "properties").if_contains(name);
      const bool closed = rule.contains("properties") && !object_of(rule, "properties").empty();
      if (closed) REQUIRE(property); /* the host writes nothing the schema does not tell */
      if (property) conforms(item, property->as_object(), where + "." + std::string(name));
    }
  }
  if (value.is_array() && rule.contains("items")) {
    for (const auto& item : value.as_array()) conforms(item, rule.at("items").as_object(), where + "[]");
  }
}
}  // namespace

TEST_CASE("the documents the host writes are those of the schemas") {
  Host host("sqlite");
  const auto id = insert(*host.app, sample_order("100"));
  host.load_probe();
  auto ship = act(Act::ship, id);
  ship.carrier = "DHL";
  REQUIRE(host.app->orders.perform(staff(), ship));
  const auto order = *host.app->orders.get(id);
  conforms(to_document(order), schema("order"), "order");
  for (const auto what : {Act::cancel_lines, Act::delete_lines, Act::cancel_order, Act::delete_order}) {
    const auto request = act(what, id, {{"1", 1}, {"3", 0}});
    const auto draft = draft_act(order, request, staff(), 1);
    REQUIRE(draft);
    conforms(event_document(*draft, request, staff(), "", 1), schema("event"), "event");
    conforms(event_document(*draft, request, staff(), std::string(32, 'a'), 1), schema("event"), "event");
  }
  conforms(host.app->settings.document(*host.app->plugins.manifest("org.example.probe")), schema("settings"), "settings");
}

TEST_CASE("every schema is JSON with a title") {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SCHEMA_FOLDER)) {
    if (entry.path().extension() != ".json") continue;
    CHECK(schema(entry.path().stem()).contains("title"));
    ++files;
  }
  CHECK(files >= 10);
}
