// The host's settings form tests with what stands in its fields; the page Connection does the same with what is stored.
#include "host/connection_findings.hpp"
#include "host/contributions.hpp"
#include "host/member.hpp"
#include "host/speech.hpp"

namespace amazonpay::host {
namespace {

// The key just entered, or the stored one.
Result<amazon::Secret> entered_key(const Session& session, const Members& candidate) {
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
  auto key = entered_key(session, members);
  if (!key) return key.failure();
  ConnectionFields fields;
  for (const auto& value : settings.raw())
    if (const auto* text = value.value().if_string(); text != nullptr && !text->empty()) fields[std::string(value.key())] = std::string(*text);
  json::array findings;
  for (const auto& one : examine(session, fields, std::move(*key)).findings) findings.push_back(json::object{{"field", one.field}, {"level", one.level}, {"text", speech.say(one.text)}});
  return json::value(json::object{{"findings", std::move(findings)}});
}

}  // namespace amazonpay::host
