#include "host/contributions.hpp"
#include "host/member.hpp"
#include "host/speech.hpp"

namespace amazonpay::host {
namespace {

json::object finding(const std::string& field, const char* level, std::string text) { return {{"field", field}, {"level", level}, {"text", std::move(text)}}; }

json::value document(json::array findings) { return json::object{{"findings", std::move(findings)}}; }

// The key just entered, or the stored one.
Result<amazon::Secret> key_of(const Session& session, const Members& candidate) {
  if (const auto secrets = candidate.object("secrets"))
    if (auto entered = secrets->text("private_key"); !entered.empty()) {
      amazon::Secret key(entered);
      OPENSSL_cleanse(entered.data(), entered.size());
      return key;
    }
  auto stored = session.settings().secret("private_key");
  if (!stored && stored.kind() == Kind::not_found) return amazon::Secret();
  if (!stored) return stored.failure();
  amazon::Secret key(*stored);
  OPENSSL_cleanse(stored->data(), stored->size());
  return key;
}

json::array missing_fields(const Members& settings, const amazon::Secret& key, const Speech& speech) {
  json::array findings;
  for (const char* field : {"merchant_id", "store_id", "public_key_id"})
    if (settings.text(field).empty()) findings.push_back(finding(field, "stop", speech.say(tr("This field is empty. Amazon shows the value in Seller Central, Integration Central."))));
  if (key.empty()) findings.push_back(finding("private_key", "stop", speech.say(tr("No private key is stored. Paste the PEM file that belongs to the public key."))));
  return findings;
}

}  // namespace

Result<json::value> SettingsTest::check(const Session& session, const json::value& candidate) {
  const Speech speech(session);
  if (auto allowed = session.identity().may("payment.settings"); !allowed) {
    if (allowed.kind() != Kind::denied) return allowed.failure();
    return Failure{Kind::denied, speech.say(tr("Your role may not change payment settings. Ask an administrator."))};
  }
  static const json::object nothing;
  const Members members(candidate);
  const auto settings = members.object("settings").value_or(Members(nothing));
  auto key = key_of(session, members);
  if (!key) return key.failure();
  auto findings = missing_fields(settings, *key, speech);
  if (settings.text("public_key_id").empty() || key->empty()) return document(std::move(findings));

  auto connection = amazon::Connection::open(account_of(settings.raw(), std::move(*key)));
  if (!connection) {
    findings.push_back(finding(connection.failure().code, "stop", speech.say(connection.message().c_str())));
    return document(std::move(findings));
  }
  const auto test = amazon::Client(*connection, terms_of(session)).test_connection();
  const char* level = test.accepted ? "good" : test.reachable ? "stop" : "wait";
  auto text = speech.say(test.message.c_str());
  if (!test.code.empty() && !test.accepted) text += " (" + test.code + ")";
  findings.push_back(finding(test.field, level, std::move(text)));
  return document(std::move(findings));
}

}  // namespace amazonpay::host
