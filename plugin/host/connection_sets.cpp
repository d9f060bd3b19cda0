#include "host/connection_sets.hpp"

#include <algorithm>

#include "amazon/connection.hpp"
#include "host/member.hpp"

namespace amazonpay::host {
namespace {

using hostapi::sdk::Session;

constexpr const char* fields_of_a_set[] = {"region", "environment", "merchant_id", "store_id", "public_key_id", "algorithm", "service_url", "call_rate", "ca_file", "notification_topic", "notification_cert_host"};
constexpr const char* key_in_use = "private_key";
constexpr const char* key_parked = "private_key_parked";
constexpr const char* key_next = "private_key_next";

ConnectionFields fields_in(const Members& values) {
  ConnectionFields fields;
  for (const char* name : fields_of_a_set)
    if (auto text = values.text(name); !text.empty()) fields[name] = std::move(text);
  return fields;
}

// What is parked; nothing if it is damaged, or stale because the set in use was changed to its environment (by the command line).
ConnectionFields parked_fields(const std::string& stored, Environment environment) {
  boost::system::error_code error;
  const auto document = json::parse(stored, error);
  if (error || !document.is_object()) return {};
  const auto fields = reading("the parked connection", [&] { return fields_in(Members(document)); });
  if (!fields) return {};
  const auto id = fields->find("public_key_id"), setting = fields->find("environment");
  const auto said = amazon::environment_of(id == fields->end() ? "" : id->second, setting == fields->end() ? "" : setting->second);
  return said == environment ? *fields : ConnectionFields();
}

std::string as_json(const ConnectionFields& fields) {
  json::object document;
  for (const auto& [name, value] : fields) document[name] = value;
  return json::serialize(document);
}

Result<amazon::Secret> secret_of(const Session& session, const char* name) {
  auto stored = session.settings().secret(name);
  if (!stored && stored.kind() == Kind::not_found) return amazon::Secret();
  if (!stored) return stored.failure();
  amazon::Secret key(*stored);
  OPENSSL_cleanse(stored->data(), stored->size());
  return key;
}

// Collects what one settings.set writes.
struct Changes {
  json::object values, secrets;
  json::array removed;

  void set_key(const char* name, const amazon::Secret& key) {
    if (key.empty()) removed.emplace_back(name);
    else secrets[name] = key.reveal();
  }
  void set_fields(const ConnectionFields& fields) {
    for (const char* name : fields_of_a_set) {
      const auto found = fields.find(name);
      values[name] = found == fields.end() ? std::string() : found->second;
    }
  }
  Result<> write(const Session& session) {
    auto outcome = session.settings().set(json::object{{"values", values}, {"secrets", secrets}, {"secrets_removed", removed}});
    for (auto& secret : secrets)
      if (auto* text = secret.value().if_string()) OPENSSL_cleanse(text->data(), text->size());
    return outcome;
  }
};

}  // namespace

std::string ConnectionSet::text(const char* field) const {
  const auto found = fields.find(field);
  return found == fields.end() ? std::string() : found->second;
}

Result<ConnectionSets> read_sets(const Session& session) {
  auto document = session.settings().get();
  if (!document) return document.failure();
  return reading("the settings", [&] {
    static const json::object nothing;
    const Members settings(*document);
    const auto values = settings.object("values").value_or(Members(nothing));
    const auto& stored = settings.list("secrets_set");
    const auto has = [&](const char* name) { return std::any_of(stored.begin(), stored.end(), [&](const json::value& one) { return one.is_string() && one.get_string() == name; }); };
    ConnectionSets sets;
    const auto environment = amazon::environment_of(values.text("public_key_id"), values.text("environment")).value_or(Environment::sandbox);
    auto& used = environment == Environment::live ? sets.live : sets.sandbox;
    auto& other = environment == Environment::live ? sets.sandbox : sets.live;
    used.in_use = true, used.has_key = has(key_in_use), used.fields = fields_in(values);
    other.fields = parked_fields(values.text("parked_connection"), environment == Environment::live ? Environment::sandbox : Environment::live);
    other.has_key = !other.fields.empty() && has(key_parked);
    sets.sandbox.environment = Environment::sandbox, sets.live.environment = Environment::live;
    sets.has_next_key = has(key_next), sets.next_public_key_id = sets.has_next_key ? values.text("next_public_key_id") : std::string();
    return sets;
  });
}

Result<amazon::Secret> key_of_set(const Session& session, const ConnectionSet& set) {
  if (!set.has_key) return amazon::Secret();
  return secret_of(session, set.in_use ? key_in_use : key_parked);
}

Result<amazon::Secret> next_key(const Session& session) { return secret_of(session, key_next); }

Result<> store_set(const Session& session, const ConnectionSet& set, const ConnectionFields& fields, const amazon::Secret& key, bool drop_next_too) {
  Changes changes;
  if (set.in_use) changes.set_fields(fields);
  else changes.values["parked_connection"] = as_json(fields);
  if (!key.empty()) changes.set_key(set.in_use ? key_in_use : key_parked, key);
  if (drop_next_too) changes.removed.emplace_back(key_next), changes.values["next_public_key_id"] = "";
  return changes.write(session);
}

Result<> store_next(const Session& session, const amazon::Secret& key, const std::string& public_key_id) {
  Changes changes;
  if (!key.empty()) changes.set_key(key_next, key);
  changes.values["next_public_key_id"] = public_key_id;
  return changes.write(session);
}

Result<> drop_next(const Session& session) {
  Changes changes;
  changes.removed.emplace_back(key_next), changes.values["next_public_key_id"] = "";
  return changes.write(session);
}

Result<> use_next(const Session& session, const ConnectionSets& sets) {
  auto key = next_key(session);
  if (!key) return key.failure();
  auto fields = sets.in_use().fields;
  fields["public_key_id"] = sets.next_public_key_id;
  return store_set(session, sets.in_use(), fields, *key, true);
}

Result<> exchange_sets(const Session& session, const ConnectionSets& sets) {
  auto used = key_of_set(session, sets.in_use()), other = key_of_set(session, sets.parked());
  if (!used) return used.failure();
  if (!other) return other.failure();
  auto fields = sets.parked().fields;
  fields["environment"] = sets.parked().environment == Environment::live ? "live" : "sandbox";
  auto parked = sets.in_use().fields;
  parked["environment"] = sets.in_use().environment == Environment::live ? "live" : "sandbox";
  Changes changes;
  changes.set_fields(fields);
  changes.values["parked_connection"] = as_json(parked);
  changes.set_key(key_in_use, *other), changes.set_key(key_parked, *used);
  return changes.write(session);
}

}  // namespace amazonpay::host
