#include "host/connection_view.hpp"

#include <algorithm>

#include "amazon/connection.hpp"
#include "amazon/signing.hpp"
#include "host/connection_acts.hpp"
#include "host/connection_checklist.hpp"
#include "host/view_parts.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

constexpr std::int64_t month_ms = 30LL * 24 * 3'600'000;

struct Option {
  const char* value;
  const char* label;
};
constexpr Option regions[] = {{"eu", tr("Europe and United Kingdom")}, {"na", tr("United States")}, {"jp", tr("Japan")}};
constexpr Option environments[] = {{"sandbox", tr("Sandbox: test payments only")}, {"live", tr("Live: real money")}};
constexpr Option algorithms[] = {{"AMZN-PAY-RSASSA-PSS-V2", tr("AMZN-PAY-RSASSA-PSS-V2 (recommended)")}, {"AMZN-PAY-RSASSA-PSS", tr("AMZN-PAY-RSASSA-PSS")}};
constexpr Option call_rates[] = {{"amazon", tr("As often as Amazon allows")}, {"unlimited", tr("Without limit (test service only)")}};

// Everything one page needs, read once.
struct Facts {
  ConnectionSets sets;
  Environment shown = Environment::sandbox;
  std::optional<TestNote> test, next_test;
  std::optional<KeyNote> key;
  LiveFacts live;
  ConnectionFields typed;     // shown again after a field was wrong; empty otherwise
  std::string topic;
  std::int64_t warn_months = 11;
  std::string next_public_pem;
  const ConnectionSet& set() const { return sets.of(shown); }
  bool test_counts() const { return test && test->public_key_id == set().text("public_key_id"); }
  bool connected() const { return set().complete() && test_counts() && test->good; }
  bool key_waits() const { return sets.has_next_key && sets.next_public_key_id.empty(); }
};

json::array options_of(const Option* from, const Option* to, const std::string& chosen, const Speech& speech) {
  json::array options;
  for (; from != to; ++from) options.push_back(json::object{{"value", from->value}, {"label", speech.say(from->label)}, {"selected", chosen == from->value}});
  return options;
}

template <std::size_t Count>
json::array options_of(const Option (&options)[Count], const std::string& chosen, const Speech& speech) {
  return options_of(options, options + Count, chosen, speech);
}

const char* icon_of_level(const std::string& level) { return level == "good" ? "good" : level == "stop" ? "stop" : "wait"; }

json::object finding_part(const ConnectionFinding& one, const Speech& speech) { return {{"role", one.level}, {"icon", icon_of_level(one.level)}, {"text", speech.say(one.text)}}; }

// What the last test found beside this field; after a wrong field, what its form says.
json::array findings_of(const std::vector<ConnectionFinding>& findings, const char* field, const Speech& speech) {
  json::array parts;
  for (const auto& one : findings)
    if (one.field == field) parts.push_back(finding_part(one, speech));
  return parts;
}

bool bad(const std::vector<ConnectionFinding>& findings, const char* field) {
  return std::any_of(findings.begin(), findings.end(), [&](const auto& one) { return one.field == field && one.level == "stop"; });
}

Result<std::string> public_pem_of_next(const Session& session) {
  auto key = next_key(session);
  if (!key) return key.failure();
  if (key->empty()) return std::string();
  auto parsed = amazon::PrivateKey::parse(*key);
  return parsed ? parsed->public_pem() : std::string();
}

Result<Facts> read_facts(const Session& session, const json::value& request) {
  Facts facts;
  auto sets = read_sets(session);
  if (!sets) return sets.failure();
  facts.sets = std::move(*sets);
  const auto wanted = text_in(request, "set");
  facts.shown = wanted == "live" ? Environment::live : wanted == "sandbox" ? Environment::sandbox : facts.sets.in_use().environment;
  const std::string place = environment_name(facts.shown);
  auto test = last_test(session, place), next_test = last_test(session, "next");
  if (!test) return test.failure();
  if (!next_test) return next_test.failure();
  facts.test = std::move(*test);
  if (*next_test && (*next_test)->public_key_id == facts.sets.next_public_key_id) facts.next_test = std::move(*next_test);
  auto key = key_note(session, place);
  if (!key) return key.failure();
  if (*key && (*key)->public_key_id == facts.set().text("public_key_id")) facts.key = *key;
  auto live = live_facts(session, facts.sets, text_in(request, "webhook_url"));
  if (!live) return live.failure();
  facts.live = std::move(*live);
  auto pem = public_pem_of_next(session);
  if (!pem) return pem.failure();
  facts.next_public_pem = std::move(*pem);
  if (text_in(request, "typed") == "1")
    for (const char* name : {"region", "merchant_id", "store_id", "public_key_id"}) facts.typed[name] = text_in(request, name);
  auto settings = session.settings().get();
  if (!settings) return settings.failure();
  return reading("the settings", [&] {
    if (const auto values = Members(*settings).object("values")) {
      facts.topic = values->text("notification_topic");
      if (const auto months = values->text("key_warn_months"); !months.empty()) facts.warn_months = std::stoll(months);
    }
    return facts;
  });
}

std::string value_of(const Facts& facts, const char* name) {
  const auto typed = facts.typed.find(name);
  return typed != facts.typed.end() ? typed->second : facts.set().text(name);
}

// The first connection of another environment begins with what both have in common; a key that names its environment is not.
std::string value_or_sibling(const Facts& facts, const char* name) {
  auto value = value_of(facts, name);
  const auto& other = facts.sets.of(facts.shown == Environment::live ? Environment::sandbox : Environment::live);
  if (!value.empty() || !facts.typed.empty() || !facts.set().fields.empty()) return value;
  auto common = other.text(name);
  return std::string_view(name) == "public_key_id" && amazon::environment_of(common, "") ? value : common;
}

std::vector<ConnectionFinding> findings_shown(const Facts& facts) {
  if (!facts.typed.empty()) {
    auto findings = check_forms(facts.typed, facts.set().has_key || facts.sets.has_next_key);
    std::erase_if(findings, [](const auto& one) { return one.level != "stop"; });
    return findings;
  }
  return facts.test_counts() && !facts.set().fields.empty() ? facts.test->findings : std::vector<ConnectionFinding>();
}

json::object field_part(const char* id, const Facts& facts, const std::vector<ConnectionFinding>& findings, const Speech& speech) {
  return {{"value", value_or_sibling(facts, id)}, {"bad", bad(findings, id)}, {"findings", findings_of(findings, id, speech)}};
}

json::object key_part(const Facts& facts, const std::vector<ConnectionFinding>& findings, const Speech& speech) {
  std::string stored;
  if (facts.set().has_key && facts.key) stored = speech.say({tr("Stored on {day}, never shown again."), {{"day", Day{facts.key->since_ms}}}});
  else if (facts.set().has_key) stored = speech.say(tr("Stored, never shown again."));
  else if (facts.key_waits()) stored = speech.say(tr("A private key is stored and waits for its public key ID."));
  return {{"stored", stored}, {"bad", bad(findings, "private_key")}, {"findings", findings_of(findings, "private_key", speech)}};
}

json::object form_parts(const Facts& facts, const Speech& speech) {
  const auto findings = findings_shown(facts);
  json::object form{{"regions", options_of(regions, value_or_sibling(facts, "region"), speech)}, {"region_findings", findings_of(findings, "region", speech)}};
  for (const char* id : {"merchant_id", "store_id", "public_key_id", "service_url", "ca_file", "notification_cert_host"}) form[id] = field_part(id, facts, findings, speech);
  form["key"] = key_part(facts, findings, speech);
  form["environments"] = options_of(environments, environment_name(facts.shown), speech);
  form["algorithms"] = options_of(algorithms, facts.set().text("algorithm"), speech);
  form["call_rates"] = options_of(call_rates, facts.set().text("call_rate"), speech);
  json::array general;
  for (const char* id : {"", "environment", "algorithm", "call_rate"})
    for (auto& part : findings_of(findings, id, speech)) general.push_back(std::move(part));
  form["general"] = std::move(general);
  form["service"] = facts.set().text("service_url");
  form["special"] = bad(findings, "service_url") || bad(findings, "ca_file");
  return form;
}

std::string when(std::int64_t at_ms, const std::string& who, const Speech& speech) {
  return who.empty() ? speech.time(at_ms) : speech.say({tr("{time}, {who}"), {{"time", speech.time(at_ms)}, {"who", who}}});
}

json::object test_part(const Facts& facts, const Speech& speech) {
  json::object part{{"ready", facts.set().complete()}};
  if (!facts.set().complete()) return part["state"] = word("neutral", "info", speech.say(tr("Not connected yet"))), part;
  if (!facts.test_counts()) return part["state"] = word("wait", "wait", speech.say(tr("Not tested yet"))), part;
  const auto& note = *facts.test;
  const auto to_correct = std::count_if(note.findings.begin(), note.findings.end(), [](const auto& one) { return one.level == "stop"; });
  if (note.good) part["state"] = word("good", "good", speech.say(tr("Amazon accepts these keys")));
  else if (to_correct > 0) part["state"] = word("stop", "stop", speech.say({tr("{count} field needs you|{count} fields need you"), {{"count", static_cast<std::int64_t>(to_correct)}}}));
  else part["state"] = word("wait", "wait", speech.say(tr("Amazon did not answer")));
  part["when"] = when(note.at_ms, note.who.name, speech);
  json::array lines;
  for (const auto& one : note.findings)
    if (one.field == "region" || one.field == "private_key" || one.level != "good") lines.push_back(finding_part(one, speech));
  part["lines"] = std::move(lines);
  return part;
}

bool key_is_old(const Facts& facts, std::int64_t now_ms) { return facts.set().has_key && facts.key && now_ms - facts.key->since_ms > facts.warn_months * month_ms; }

json::value age_part(const Facts& facts, const Speech& speech) {
  if (!facts.set().has_key || !facts.key) return nullptr;
  const auto months = (facts.live.now_ms - facts.key->since_ms) / month_ms;
  const bool old = key_is_old(facts, facts.live.now_ms);
  Text text = months == 0 ? Text{tr("In use since {day}."), {{"day", Day{facts.key->since_ms}}}}
                          : Text{tr("In use since {day}: {count} month.|In use since {day}: {count} months."), {{"day", Day{facts.key->since_ms}}, {"count", months}}};
  return json::object{{"old", old}, {"role", old ? "wait" : "good"}, {"icon", old ? "wait" : "key"}, {"text", speech.say(text)}};
}

// The key that is to follow the one in use.
json::object next_part(const Facts& facts, const Speech& speech) {
  json::object part{{"may_change", facts.set().complete() && facts.set().in_use}, {"waits_for_id", facts.key_waits()}, {"pem", facts.next_public_pem}, {"public_key_id", facts.sets.next_public_key_id},
                    {"testable", !facts.sets.next_public_key_id.empty()}, {"usable", false}, {"none", !facts.sets.has_next_key}};
  if (!facts.next_test) return part;
  part["usable"] = facts.next_test->accepted, part["when"] = when(facts.next_test->at_ms, facts.next_test->who.name, speech);
  json::array lines;
  for (const auto& one : facts.next_test->findings)
    if (one.field != "merchant_id" && one.field != "store_id" && (one.field == "private_key" || one.level != "good")) lines.push_back(finding_part(one, speech));
  part["lines"] = std::move(lines);
  return part;
}

json::object notification_part(const Facts& facts, const Speech& speech) {
  const auto last_ms = facts.live.last_notification_ms;
  if (last_ms == 0) return word("neutral", "bell", speech.say(tr("None has arrived yet")));
  if (facts.topic.empty()) return word("wait", "key", speech.say(tr("Arrived, its topic waits for you")));
  return word("good", "good", speech.say({tr("Last one {time}"), {{"time", speech.time(last_ms)}}}));
}

json::object switch_part(const Facts& facts, const Speech& speech) {
  const bool live = facts.sets.live.in_use;
  json::object part{{"live", live}, {"word", live ? word_for_sandbox : word_for_live}, {"parked", facts.sets.sandbox.complete()}};
  if (live) return part;
  json::array proofs, ticks;
  bool open = true;
  std::int64_t undone = 0;
  for (const auto& line : checklist(facts.live)) {
    json::object one{{"id", line.id}, {"text", speech.say(line.text)}, {"href", line.href}, {"link", line.link.empty() ? std::string() : speech.say(Text{line.link})}};
    if (line.by_person) {
      ticks.push_back(std::move(one));
      continue;
    }
    one["word"] = line.ok ? word("good", "good", speech.say(tr("OK"))) : word(line.needed ? "stop" : "wait", line.needed ? "stop" : "wait", speech.say(tr("To do")));
    if (line.ok) one["href"] = "", one["link"] = "";
    open = open && (line.ok || !line.needed), undone += line.ok ? 0 : 1;
    proofs.push_back(std::move(one));
  }
  part["open"] = open, part["proofs"] = std::move(proofs), part["ticks"] = std::move(ticks);
  part["why_not"] = open ? "" : speech.say(tr("Store and test the live keys first; the switch opens then."));
  part["undone"] = undone == 0 ? "" : speech.say({tr("{count} line above is still to do.|{count} lines above are still to do."), {{"count", undone}}});
  return part;
}

json::object step(const char* anchor, const std::string& label, bool done) { return {{"href", std::string("#") + anchor}, {"label", label}, {"done", done}, {"current", false}}; }

json::array steps_of(const Facts& facts, const Speech& speech) {
  const auto& set = facts.set();
  const bool account = !set.text("merchant_id").empty() && !set.text("store_id").empty();
  const bool keys = set.has_key && !set.text("public_key_id").empty();
  json::array steps{step("account", speech.say(tr("Account")), account), step("keys", speech.say(tr("Keys")), keys), step("test", speech.say(tr("Test")), facts.connected()),
                    step("notifications", speech.say(tr("Notifications")), facts.live.last_notification_ms > 0 && !facts.topic.empty()), step("live", speech.say(tr("Go live")), facts.sets.live.in_use)};
  for (auto& one : steps) {
    if (one.at("done").as_bool()) continue;
    one.as_object()["current"] = true;
    break;
  }
  return steps;
}

json::array tabs_of(const Facts& facts, const Speech& speech) {
  json::array tabs;
  for (const auto environment : {Environment::sandbox, Environment::live}) {
    const auto& set = facts.sets.of(environment);
    const bool live = environment == Environment::live;
    std::string note = set.in_use ? speech.say(tr("in use")) : set.complete() ? speech.say(tr("kept ready")) : speech.say(tr("not set up"));
    tabs.push_back(json::object{{"href", std::string("?set=") + environment_name(environment)}, {"label", speech.say(live ? tr("Live") : tr("Sandbox"))}, {"note", std::move(note)}, {"current", facts.shown == environment}});
  }
  return tabs;
}

}  // namespace

Result<json::value> connection_view(const Session& session, const json::value& request) {
  auto read = read_facts(session, request);
  if (!read) return read.failure();
  const auto& facts = *read;
  if (text_in(request, "download") == "public_key" && !facts.next_public_pem.empty())
    return json::value(json::object{{"download", json::object{{"file_name", "amazon-pay-public-key.pem"}, {"media_type", "text/plain"}, {"text", facts.next_public_pem}}}});
  const Speech speech(session);
  const bool ready = facts.set().complete();
  auto form = form_parts(facts, speech), test = test_part(facts, speech), next = next_part(facts, speech);
  test["place"] = next["place"] = environment_name(facts.shown);  // a template sees nothing of what encloses an object
  form["connected"] = ready, form["next"] = next;
  json::object data{{"lead", speech.say(tr("From your Amazon Pay account to the first payment, in five steps. Nothing here moves money."))},
                    {"place", environment_name(facts.shown)}, {"sandbox", facts.shown == Environment::sandbox}, {"in_use", facts.set().in_use}, {"connected", ready},
                    {"live_waits", facts.shown == Environment::live && !facts.set().in_use},
                    {"steps", steps_of(facts, speech)}, {"tabs", tabs_of(facts, speech)}, {"f", std::move(form)}, {"test", std::move(test)}, {"age", age_part(facts, speech)},
                    {"next", std::move(next)}, {"arriving", notification_part(facts, speech)}, {"switch", switch_part(facts, speech)}};
  return json::value(view_document("connection", std::move(data)));
}

}  // namespace amazonpay::host
