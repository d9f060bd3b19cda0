// doctor: everything between this shop and Amazon Pay, one line per matter with what to do: environment, DNS, TLS, clock, key, notifications, background work.
// The only command that asks others than Amazon's API: it resolves a name and, with address=URL, calls this shop's own public address once. Nothing moves.
#include <netdb.h>

#include <algorithm>

#include "amazon/http_client.hpp"
#include "host/commands.hpp"
#include "host/connection.hpp"
#include "host/connection_acts.hpp"
#include "host/connection_checklist.hpp"
#include "host/health.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

constexpr std::int64_t reach_ms = 8'000;
constexpr int method_not_allowed = 405;  // what the webhook answers to a GET
constexpr std::int64_t one_day_ms = 86'400'000;

struct Check {
  std::string id, level, state, advice;  // level: good, wait (look at it), stop (does not work)
};

std::string host_of(const ConnectionFields& fields) {
  if (const auto found = fields.find("service_url"); found != fields.end() && !found->second.empty()) {
    auto host = found->second.substr(found->second.find("//") + 2);
    return host.substr(0, host.find_last_of(':') == host.npos ? host.size() : host.find_last_of(':'));
  }
  const auto region = fields.find("region");
  const auto where = region == fields.end() ? std::string("eu") : region->second;
  return where == "na" || where == "us" ? "pay-api.amazon.com" : where == "jp" ? "pay-api.amazon.jp" : "pay-api.amazon.eu";
}

Check check_name(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int problem = ::getaddrinfo(host.c_str(), "443", &hints, &found);
  if (found != nullptr) ::freeaddrinfo(found);
  if (problem == 0) return {"dns", "good", host + " is found in DNS.", ""};
  return {"dns", "stop", host + " is not found in DNS (" + ::gai_strerror(problem) + ").", "Check /etc/resolv.conf and the way to the DNS server. Behind a proxy that resolves names this may be ignored if the key is accepted."};
}

// What the live test found, sorted by matter: region carries the way there and the clock.
void add_connection(const Examination& examined, const Speech& speech, std::vector<Check>& checks) {
  for (const auto& one : examined.findings) {
    const auto said = speech.say(one.text);
    if (one.field == "region" && examined.answered) {
      checks.push_back({"tls", "good", "Amazon answers over TLS and its certificate is good.", ""});
      checks.push_back({"clock", one.level, said, one.level == "good" ? "" : "Set the clock of this server (NTP): Amazon refuses signatures whose time is off."});
    } else if (one.field == "region") {
      checks.push_back({"tls", one.level == "wait" ? "stop" : one.level, said, "Check the firewall, the proxy and the system's certificate authorities (ca-certificates): port 443 of Amazon must be reachable from here."});
    } else if (one.field == "private_key" || one.field == "public_key_id" || one.level != "good") {
      checks.push_back({one.field.empty() ? "connection" : one.field, one.level, said, one.level == "good" ? "" : "Correct it on the page Connection, or with: shopadmin settings set"});
    }
  }
  if (examined.asked) checks.push_back({"key", examined.accepted ? "good" : "stop", examined.accepted ? "Amazon accepts the key." : "Amazon did not accept a signed call.", examined.accepted ? "" : "See the lines above; a new key: key new."});
}

Check check_topic(const json::value& settings) {
  const auto* values = settings.is_object() ? settings.get_object().if_contains("values") : nullptr;
  const auto topic = values == nullptr ? std::string() : form_text(*values, "notification_topic");
  if (!topic.empty()) return {"topic", "good", "Notifications of " + topic + " count.", ""};
  return {"topic", "wait", "No topic of notifications is confirmed.", "Enter the address in Seller Central (page Connection, step 4); the first message waits on the page Notifications until you confirm its topic. Until then Amazon is asked at intervals."};
}

Check check_arrivals(const LiveFacts& facts) {
  if (facts.last_notification_ms == 0) return {"notifications", "wait", "No notification ever came.", "Send a test notification from Seller Central. Everything works without, only later."};
  const auto days = (facts.now_ms - facts.last_notification_ms) / one_day_ms;
  if (days < 7) return {"notifications", "good", days == 0 ? "A notification came within the last 24 hours." : "The last notification came " + std::to_string(days) + " days ago.", ""};
  return {"notifications", "wait", "The last notification came " + std::to_string(days) + " days ago.", "If the shop had payments since, check the address in Seller Central and with: doctor --address URL"};
}

Check check_address(const std::string& address) {
  if (!address.starts_with("https://")) return {"address", "stop", address + " is no https address.", "Amazon calls https only. Put a proxy with a certificate before shopadmin, or give it --certificate and --key."};
  amazon::HttpClient client({"", "shopadmin-doctor", false});
  const auto outcome = client.fetch(address, {64 * 1024, reach_ms, ""});
  if (outcome.delivery != amazon::Delivery::answered) return {"address", "stop", address + " does not answer: " + (outcome.problem.empty() ? outcome.detail : outcome.problem), "Amazon must reach it from the internet: check name, port 443, certificate and the proxy."};
  if (outcome.status == method_not_allowed) return {"address", "good", address + " answers, and it is this webhook.", ""};
  return {"address", "stop", address + " answers " + std::to_string(outcome.status) + "; the webhook would say 405 to this question.", "Let the proxy hand /webhooks/amazonpay/notifications on to shopadmin, without a login before it."};
}

Result<> add_work(const Session& session, const Speech& speech, std::vector<Check>& checks) {
  auto health = health_of(session);
  if (!health) return health.failure();
  for (const auto& line : health->lines) {
    if (std::string_view(line.id) == "keys" || std::string_view(line.id) == "notifications") continue;
    checks.push_back({line.id, line.role, speech.say(line.label) + ": " + speech.say(line.state), speech.say(line.advice)});
  }
  return hostapi::success();
}

Result<std::vector<Check>> examine_all(const Session& session, const std::string& address) {
  auto sets = read_sets(session);
  if (!sets) return sets.failure();
  const Speech speech(session);
  std::vector<Check> checks;
  const auto& set = sets->in_use();
  const bool live = set.environment == Environment::live;
  checks.push_back({"environment", "good", live ? "Live: real money." : "Sandbox: test money only.", ""});
  const auto name = check_name(host_of(set.fields));
  checks.push_back(name);
  auto examined = test_place(session, live ? "live" : "sandbox");
  if (!examined) return examined.failure();
  add_connection(*examined, speech, checks);
  if (examined->accepted)
    for (auto& check : checks)
      if (check.id == "dns" && check.level == "stop") check.level = "wait";  // a proxy resolves it
  auto settings = session.settings().get();
  if (!settings) return settings.failure();
  checks.push_back(check_topic(*settings));
  auto facts = live_facts(session, *sets, address);
  if (!facts) return facts.failure();
  checks.push_back(check_arrivals(*facts));
  if (!address.empty()) checks.push_back(check_address(address));
  if (auto added = add_work(session, speech, checks); !added) return added.failure();
  return checks;
}

}  // namespace

Result<json::value> run_doctor(Call& call, std::string_view, const json::value& arguments, const Actor&) {
  if (auto allowed = authorise(call.session, "payment.settings"); !allowed) return allowed.failure();
  auto checks = examine_all(call.session, form_text(arguments, "address"));
  if (!checks) return checks.failure();
  const bool ok = std::none_of(checks->begin(), checks->end(), [](const Check& one) { return one.level == "stop"; });
  json::array documents;
  std::string text;
  for (const auto& one : *checks) {
    documents.push_back(json::object{{"id", one.id}, {"level", one.level}, {"state", one.state}, {"advice", one.advice}});
    text += (one.level == "stop" ? "FAILED  " : one.level == "wait" ? "look    " : "ok      ") + one.id + ": " + one.state + (one.advice.empty() ? "" : "\n        " + one.advice) + "\n";
  }
  text += ok ? "Nothing is broken.\n" : "Something is broken: see FAILED.\n";
  return json::value(json::object{{"ok", ok}, {"checks", std::move(documents)}, {"exit_code", ok ? 0 : 1}, {"text", text}});
}

}  // namespace amazonpay::host
