// key-list, key-new, key-id, key-test, key-switch, key-drop: the keys of Amazon on the terminal, the same acts as on the page Connection. A new key stands beside the one in
// use until the switch, so no call is refused in between. No private key is ever shown: only the public half, to be pasted into Seller Central.
#include "amazon/signing.hpp"
#include "host/commands.hpp"
#include "host/connection_acts.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

constexpr std::int64_t day_long_ms = 86'400'000;

Result<std::string> public_half(const amazon::Secret& key) {
  if (key.empty()) return std::string();
  auto parsed = amazon::PrivateKey::parse(key);
  return parsed ? parsed->public_pem() : std::string();
}

json::object key_document(const char* place, const std::string& id, bool has_key, const std::optional<KeyNote>& note, const std::optional<TestNote>& test, std::int64_t now_ms) {
  const bool known = note && note->public_key_id == id, tested = test && test->public_key_id == id;
  return {{"place", place}, {"public_key_id", id}, {"has_private_key", has_key}, {"age_days", known ? json::value((now_ms - note->since_ms) / day_long_ms) : json::value()},
          {"tested_ms", tested ? json::value(test->at_ms) : json::value()}, {"accepted", tested ? json::value(test->accepted) : json::value()}};
}

std::string key_line(const json::object& key) {
  const auto yes = [&](const char* name) { return key.at(name).is_bool() && key.at(name).get_bool(); };
  std::string text = std::string(key.at("place").as_string()) + "  " + (key.at("public_key_id").as_string().empty() ? "(no id yet)" : std::string(key.at("public_key_id").as_string()));
  text += yes("has_private_key") ? "" : "  no private key stored";
  if (key.at("age_days").is_int64()) text += "  " + std::to_string(key.at("age_days").as_int64()) + " days old";
  return text + (key.at("tested_ms").is_null() ? "  never tested" : yes("accepted") ? "  accepted by Amazon" : "  not accepted by Amazon") + "\n";
}

Result<json::value> list_keys(const Session& session) {
  auto sets = read_sets(session);
  if (!sets) return sets.failure();
  const auto now_ms = session.core().now_unix_ms();
  json::array keys;
  std::string text;
  const auto add = [&](const char* place, const std::string& id, bool has_key) -> Result<> {
    auto note = key_note(session, place);
    if (!note) return note.failure();
    auto test = last_test(session, place);
    if (!test) return test.failure();
    auto key = key_document(place, id, has_key, *note, *test, now_ms);
    key["in_use"] = sets->in_use().environment == Environment::live ? std::string_view(place) == "live" : std::string_view(place) == "sandbox";
    text += key_line(key);
    keys.push_back(std::move(key));
    return hostapi::success();
  };
  for (const auto* set : {&sets->sandbox, &sets->live})
    if (set->has_key || !set->text("public_key_id").empty())
      if (auto added = add(environment_name(set->environment), set->text("public_key_id"), set->has_key); !added) return added.failure();
  if (sets->has_next_key)
    if (auto added = add("next", sets->next_public_key_id, true); !added) return added.failure();
  if (keys.empty()) text = "No key is stored yet. Make one: key new\n";
  return json::value(json::object{{"keys", std::move(keys)}, {"text", text}});
}

// What the act of the page answered, for scripts: a stop is exit code 3.
Result<json::value> told(Result<json::value> done) {
  if (!done) return done.failure();
  const auto message = form_text(*done, "message"), level = form_text(*done, "level");
  if (level == "stop") return Failure{Kind::refused, message};
  return json::value(json::object{{"message", message}, {"level", level}, {"text", message + "\n"}});
}

Result<json::value> make_key(const Session& session) {
  auto made = told(run_connection_act(session, "make_key", json::object{}));
  if (!made) return made;
  auto key = next_key(session);
  if (!key) return key.failure();
  auto pem = public_half(*key);
  if (!pem) return pem.failure();
  auto& document = made->as_object();
  document["public_key"] = *pem;
  document["text"] = form_text(*made, "message") + "\n" + *pem + "Then: key id --id THE-ID-SELLER-CENTRAL-SHOWS\n";
  return made;
}

Result<json::value> test_next(Call& call, const Actor& who) {
  const json::object arguments{{"set", "next"}};
  return run_connection_test(call, "connection-test", arguments, who);
}

}  // namespace

Result<json::value> run_key_command(Call& call, std::string_view command, const json::value& arguments, const Actor& who) {
  const auto& session = call.session;
  if (auto allowed = authorise(session, "payment.settings"); !allowed) return allowed.failure();
  if (command == "key-list") return list_keys(session);
  if (command == "key-new") return make_key(session);
  if (command == "key-id") return told(run_connection_act(session, "try_next", json::object{{"public_key_id", form_text(arguments, "id")}, {"private_key", form_text(arguments, "private_key")}}));
  if (command == "key-test") return test_next(call, who);
  if (command == "key-switch") return told(run_connection_act(session, "switch_key", json::object{}));
  if (command == "key-drop") return told(run_connection_act(session, "drop_key", json::object{}));
  return Failure{Kind::not_found, "there is no command " + std::string(command)};
}

}  // namespace amazonpay::host
