#include "host/connection_acts.hpp"

#include "amazon/signing.hpp"
#include "host/call.hpp"
#include "host/connection_checklist.hpp"
#include "host/first_readings.hpp"
#include "host/pasted_credentials.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

constexpr std::size_t longest_query = 950;
constexpr const char* typed_fields[] = {"region", "merchant_id", "store_id", "public_key_id", "algorithm", "environment", "service_url", "call_rate", "ca_file", "notification_cert_host"};
constexpr const char* fields_of_account[] = {"region", "merchant_id", "store_id", "public_key_id", "algorithm"};

json::value answer(const Session& session, const Text& text, const char* level, const std::string& go = {}) {
  json::object document{{"done", true}, {"message", Speech(session).say(text)}, {"level", level}};
  if (!go.empty()) document["go"] = go;
  return document;
}

std::string trimmed(const std::string& text) {
  const auto from = text.find_first_not_of(" \t\r\n");
  return from == text.npos ? std::string() : text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

// What was asked to be stored: the fields, a key if one was pasted, and where it belongs.
struct Wanted {
  ConnectionFields fields;
  amazon::Secret key;
  Environment environment = Environment::sandbox;
  Text problem;
};

Wanted wanted_of(const json::value& form, const ConnectionSets& sets) {
  Wanted wanted;
  auto pasted = read_pasted(form_text(form, "json"));
  auto pem = read_pasted(form_text(form, "private_key"));
  wanted.problem = !pasted.problem.empty() ? pasted.problem : pem.problem;
  if (!wanted.problem.empty()) return wanted;
  wanted.key = !pasted.private_key.empty() ? std::move(pasted.private_key) : std::move(pem.private_key);
  for (auto& [name, value] : pem.fields) pasted.fields.emplace(name, value);  // the JSON was pasted into the field of the key

  const auto shown = form_text(form, "set") == "live" ? Environment::live : Environment::sandbox;
  const auto pasted_value = [&](const char* name) { return pasted.fields.count(name) > 0 ? pasted.fields.at(name) : std::string(); };
  const auto id = pasted_value("public_key_id").empty() ? trimmed(form_text(form, "public_key_id")) : pasted_value("public_key_id");
  const auto said = pasted_value("environment").empty() ? form_text(form, "environment") : pasted_value("environment");
  wanted.environment = amazon::environment_of(id, said).value_or(shown);
  wanted.fields = sets.of(wanted.environment).fields;
  const auto take = [&](const char* name) {
    if (form.is_object() && form.get_object().contains(name)) wanted.fields[name] = trimmed(form_text(form, name));
  };
  if (wanted.environment == shown) {
    for (const char* name : typed_fields) take(name);
  } else {  // another connection than the one on the screen: what describes the account, not where a test service stands
    for (const char* name : fields_of_account) take(name);
  }
  for (const auto& [name, value] : pasted.fields) wanted.fields[name] = value;
  if (wanted.fields["region"].empty()) wanted.fields["region"] = "eu";
  wanted.fields["environment"] = environment_name(wanted.environment);
  std::erase_if(wanted.fields, [](const auto& field) { return field.second.empty(); });
  return wanted;
}

// Leads back to the form with what was typed; never a secret.
std::string refill(const Wanted& wanted) {
  std::string query = std::string("?set=") + environment_name(wanted.environment) + "&typed=1";
  for (const char* name : {"region", "merchant_id", "store_id", "public_key_id"}) {
    const auto found = wanted.fields.find(name);
    if (found == wanted.fields.end()) continue;
    const auto part = std::string("&") + name + "=" + amazon::percent_encoded(found->second.substr(0, 120));
    if (query.size() + part.size() < longest_query) query += part;
  }
  return query;
}

struct ChosenKey {
  amazon::Secret key;
  bool pasted = false, was_next = false;
};

// The key just pasted; else the one that belongs to this id already; else the one made here and waiting for its id; else the one that is there.
Result<ChosenKey> key_for(const Session& session, Wanted& wanted, const ConnectionSets& sets) {
  if (!wanted.key.empty()) return ChosenKey{std::move(wanted.key), true, false};
  const auto& set = sets.of(wanted.environment);
  const bool same = set.has_key && set.text("public_key_id") == wanted.fields["public_key_id"];
  if (!same && sets.has_next_key && sets.next_public_key_id.empty()) {
    auto key = next_key(session);
    if (!key) return key.failure();
    return ChosenKey{std::move(*key), false, true};
  }
  auto key = key_of_set(session, set);
  if (!key) return key.failure();
  return ChosenKey{std::move(*key), false, false};
}

Result<bool> works(const Session& session, const ConnectionSet& set) {
  if (!set.complete()) return false;
  auto test = last_test(session, environment_name(set.environment));
  if (!test) return test.failure();
  return *test && (*test)->accepted && (*test)->public_key_id == set.text("public_key_id");
}

Text stored_text(const Wanted& wanted, const ConnectionSet& set, int queued) {
  if (!set.in_use) {
    if (wanted.environment == Environment::live) return {tr("The live connection is stored, and Amazon accepts its keys. The sandbox stays in use until you go live.")};
    return {tr("The sandbox connection is stored, and Amazon accepts its keys. Live stays in use.")};
  }
  if (queued > 0) return {tr("Connected: Amazon accepts these keys. {count} order is read now.|Connected: Amazon accepts these keys. {count} orders are read now."), {{"count", std::int64_t{queued}}}};
  return {tr("Connected: Amazon accepts these keys.")};
}

// The sentence with what is wrong in it: the first thing to correct, else the last that was found.
Text because(const Session& session, const char* sentence, const Examination& examined) {
  const auto* bad = examined.first_bad() != nullptr ? examined.first_bad() : &examined.findings.back();
  return {sentence, {{"why", Speech(session).say(bad->text)}}};
}

// A field is wrong: what was typed is shown again, a key that was pasted waits.
Result<json::value> keep_for_later(const Session& session, const ChosenKey& chosen, const Wanted& wanted, const ConnectionFinding& bad) {
  if (chosen.pasted) {
    if (auto parsed = amazon::PrivateKey::parse(chosen.key); !parsed) return answer(session, {parsed.message()}, "stop", refill(wanted));
    if (auto kept = store_next(session, chosen.key, ""); !kept) return kept.failure();
    return answer(session, {tr("Not connected yet: correct the marked field. The private key is kept and need not be pasted again.")}, "stop", refill(wanted));
  }
  return answer(session, {tr("Not stored: {why}"), {{"why", Speech(session).say(bad.text)}}}, "stop", refill(wanted));
}

Result<json::value> store(const Session& session, const json::value& form, const Actor& who) {
  auto sets = read_sets(session);
  if (!sets) return sets.failure();
  auto wanted = wanted_of(form, *sets);
  if (!wanted.problem.empty()) return answer(session, wanted.problem, "stop");
  auto chosen = key_for(session, wanted, *sets);
  if (!chosen) return chosen.failure();
  const auto forms = check_forms(wanted.fields, !chosen->key.empty());
  const auto bad = std::find_if(forms.begin(), forms.end(), [](const auto& one) { return one.level == "stop"; });
  if (bad != forms.end()) return keep_for_later(session, *chosen, wanted, *bad);

  const auto& set = sets->of(wanted.environment);
  auto working = works(session, set);
  if (!working) return working.failure();
  const auto examined = examine(session, wanted.fields, chosen->key.copy());
  if (!examined.accepted && *working) return answer(session, because(session, tr("Not stored, the connection that works stays as it is: {why}"), examined), "stop", refill(wanted));
  if (!examined.accepted && !examined.asked) return answer(session, because(session, tr("Not stored: {why}"), examined), "stop", refill(wanted));
  const bool new_key = chosen->pasted || chosen->was_next;
  const amazon::Secret unchanged;
  if (auto stored = store_set(session, set, wanted.fields, new_key ? chosen->key : unchanged, chosen->was_next); !stored) return stored.failure();
  const std::string place = environment_name(wanted.environment);
  if (auto kept = keep_test(session, {place, wanted.fields["public_key_id"], who, new_key}, examined); !kept) return kept.failure();
  const auto go = "?set=" + place;
  if (!examined.accepted) return answer(session, because(session, tr("Stored, but Amazon does not accept it yet: {why}"), examined), "stop", go);
  int queued = 0;
  if (set.in_use) {
    auto readings = queue_first_readings(session, "");
    if (!readings) return readings.failure();
    queued = readings->queued;
  }
  return answer(session, stored_text(wanted, set, queued), "good", go);
}

Text outcome_text(const Examination& examined) {
  if (examined.good()) return {tr("Tested: Amazon accepts these keys, and nothing is to be corrected.")};
  if (examined.accepted) return {tr("Tested: Amazon accepts these keys, but a field needs you.")};
  if (examined.asked && !examined.answered) return {tr("Tested: Amazon did not answer. Try again in a minute.")};
  return {tr("Tested: it does not work yet. See the marked field.")};
}

Result<json::value> test(const Session& session, const json::value& form) {
  const auto place = form_text(form, "set");
  if (place != "sandbox" && place != "live" && place != "next") return in_words(session, {Kind::invalid, tr("This form is incomplete. Open the page again.")});
  auto examined = test_place(session, place);
  if (!examined) return examined.failure();
  return answer(session, outcome_text(*examined), examined->good() ? "good" : examined->answered ? "stop" : "wait", place == "next" ? "" : "?set=" + place);
}

Result<json::value> make_key(const Session& session, const json::value& form) {
  auto pem = amazon::PrivateKey::make_pem();
  if (!pem) return in_words(session, pem.failure());
  if (auto stored = store_next(session, *pem, ""); !stored) return stored.failure();
  if (auto told = tell_audit(session, "connection.key_made", "rsa-2048"); !told) return told.failure();
  return answer(session, {tr("A key pair was made. Copy the public key into Seller Central, which then shows its ID.")}, "good", form_text(form, "set") == "live" ? "?set=live" : "?set=sandbox");
}

// The ID Amazon gave a key that stands beside the one in use; both work until the switch.
Result<json::value> try_next(const Session& session, const json::value& form, const Actor& who) {
  auto sets = read_sets(session);
  if (!sets) return sets.failure();
  auto pasted = read_pasted(form_text(form, "private_key"));
  if (!pasted.problem.empty()) return answer(session, pasted.problem, "stop");
  if (pasted.private_key.empty() && !sets->has_next_key) return answer(session, {tr("Make a key pair here first, or paste the private key that belongs to this ID.")}, "stop");
  if (!pasted.private_key.empty())
    if (auto parsed = amazon::PrivateKey::parse(pasted.private_key); !parsed) return answer(session, {parsed.message()}, "stop");
  const auto& set = sets->in_use();
  auto fields = set.fields;
  fields["public_key_id"] = trimmed(form_text(form, "public_key_id"));
  for (const auto& one : check_forms(fields, true))
    if (one.field == "public_key_id" && one.level == "stop") return answer(session, one.text, "stop");
  if (amazon::environment_of(fields["public_key_id"], environment_name(set.environment)) != set.environment)
    return answer(session, {tr("This ID belongs to the other environment. Open its page above and store it there.")}, "stop");
  if (auto stored = store_next(session, pasted.private_key, fields["public_key_id"]); !stored) return stored.failure();
  auto key = next_key(session);
  if (!key) return key.failure();
  const auto examined = examine(session, fields, std::move(*key));
  if (auto kept = keep_test(session, {"next", fields["public_key_id"], who, true}, examined); !kept) return kept.failure();
  if (examined.accepted) return answer(session, {tr("Amazon accepts the new key. The old one is still in use: switch when you like.")}, "good");
  return answer(session, because(session, tr("Amazon does not accept the new key yet, the old one stays in use: {why}"), examined), "stop");
}

Result<json::value> switch_key(const Session& session, const Actor& who) {
  auto sets = read_sets(session);
  if (!sets) return sets.failure();
  auto tested = last_test(session, "next");
  if (!tested) return tested.failure();
  const bool good = sets->has_next_key && !sets->next_public_key_id.empty() && *tested && (*tested)->accepted && (*tested)->public_key_id == sets->next_public_key_id;
  if (!good) return in_words(session, {Kind::refused, tr("The new key was not tested well yet. Test it first; the old one stays in use.")});
  const auto id = sets->next_public_key_id;
  if (auto used = use_next(session, *sets); !used) return used.failure();
  if (auto moved = move_next(session, environment_name(sets->in_use().environment), id, who); !moved) return moved.failure();
  return answer(session, {tr("The new key is in use, the old private key is wiped. Remove the old public key in Seller Central.")}, "good");
}

Result<json::value> drop_key(const Session& session) {
  if (auto dropped = drop_next(session); !dropped) return dropped.failure();
  if (auto told = tell_audit(session, "connection.key_dropped", ""); !told) return told.failure();
  return answer(session, {tr("The new key is wiped. The one in use was not touched.")}, "good");
}

Result<> may_go_live(const Session& session, const ConnectionSets& sets, const json::value& form) {
  auto facts = live_facts(session, sets, {});
  if (!facts) return facts.failure();
  for (const auto& line : checklist(*facts)) {
    if (!line.needed) continue;
    if (!line.by_person && !line.ok) return Failure{Kind::refused, tr("Store and test the live keys first. Nothing was switched.")};
    if (line.by_person && form_text(form, line.id).empty()) return Failure{Kind::refused, tr("Tick what you have looked at: capture, limits and people. Nothing was switched.")};
  }
  return hostapi::success();
}

Result<json::value> change_environment(const Session& session, const json::value& form, Environment wanted) {
  auto sets = read_sets(session);
  if (!sets) return sets.failure();
  const bool to_live = wanted == Environment::live;
  if (sets->in_use().environment == wanted) return in_words(session, {Kind::conflict, tr("This was done already. Look at the page again.")});
  if (sets->has_next_key && !sets->next_public_key_id.empty()) return in_words(session, {Kind::refused, tr("A new key waits beside the old one. Switch to it or throw it away first.")});
  if (trimmed(form_text(form, "word")) != (to_live ? word_for_live : word_for_sandbox))
    return in_words(session, {Kind::refused, to_live ? tr("Type LIVE in capitals to confirm. Nothing was switched.") : tr("Type SANDBOX in capitals to confirm. Nothing was switched.")});
  if (to_live)
    if (auto allowed = may_go_live(session, *sets, form); !allowed) return in_words(session, allowed.failure());
  if (auto exchanged = exchange_sets(session, *sets); !exchanged) return exchanged.failure();
  if (auto told = tell_audit(session, to_live ? "connection.live" : "connection.sandbox", sets->of(wanted).text("public_key_id")); !told) return told.failure();
  return answer(session, {to_live ? tr("Live: real money moves from now on. The sandbox connection is kept.") : tr("Back in the sandbox: no real money moves. The live connection is kept; what waits for live goes on when you return.")}, to_live ? "wait" : "good");
}

}  // namespace

Result<Examination> test_place(const Session& session, const std::string& place) {
  auto who = actor_of(session);
  if (!who) return who.failure();
  auto sets = read_sets(session);
  if (!sets) return sets.failure();
  const bool next = place == "next";
  const auto& set = next ? sets->in_use() : sets->of(place == "live" ? Environment::live : Environment::sandbox);
  auto fields = set.fields;
  if (next) fields["public_key_id"] = sets->next_public_key_id;
  auto key = next ? next_key(session) : key_of_set(session, set);
  if (!key) return key.failure();
  auto examined = examine(session, fields, std::move(*key));
  if (auto kept = keep_test(session, {place, fields["public_key_id"], *who, false}, examined); !kept) return kept.failure();
  return examined;
}

Result<json::value> run_connection_act(const Session& session, std::string_view action, const json::value& form) {
  auto who = actor_of(session);
  if (!who) return who.failure();
  if (action == "store") return store(session, form, *who);
  if (action == "test") return test(session, form);
  if (action == "make_key") return make_key(session, form);
  if (action == "try_next") return try_next(session, form, *who);
  if (action == "switch_key") return switch_key(session, *who);
  if (action == "drop_key") return drop_key(session);
  if (action == "go_live") return change_environment(session, form, Environment::live);
  if (action == "go_sandbox") return change_environment(session, form, Environment::sandbox);
  return Failure{Kind::not_found, "this page has no action " + std::string(action)};
}

}  // namespace amazonpay::host
