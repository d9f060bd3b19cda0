#include "host/connection_notes.hpp"

#include "host/codec_values.hpp"
#include "host/store_documents.hpp"

namespace amazonpay::host {
namespace {

using hostapi::sdk::Session;

constexpr const char* collection = "connection";

json::object encode_note(const TestNote& note) {
  json::array findings;
  for (const auto& one : note.findings) findings.push_back(json::object{{"field", one.field}, {"level", one.level}, {"text", host::encode(one.text)}});
  return {{"public_key_id", note.public_key_id}, {"at_ms", note.at_ms}, {"who", host::encode(note.who)}, {"accepted", note.accepted}, {"good", note.good}, {"findings", std::move(findings)}};
}

TestNote decode_test(const json::value& value) {
  const Members m(value);
  TestNote note{m.text("public_key_id"), m.number("at_ms"), actor_member(m, "who"), m.flag("accepted"), m.flag("good"), {}};
  for (const auto& one : m.list("findings")) {
    const Members finding(one);
    note.findings.push_back({finding.text("field"), finding.text("level"), text_member(finding, "text")});
  }
  return note;
}

KeyNote decode_key(const json::value& value) {
  const Members m(value);
  return {m.text("public_key_id"), m.number("since_ms")};
}

template <class Decode>
auto note_of(const Session& session, const std::string& key, Decode decode) -> Result<std::optional<decltype(decode(json::value()))>> {
  using Note = std::optional<decltype(decode(json::value()))>;
  auto stored = session.store().get(collection, key);
  if (!stored && stored.kind() == Kind::not_found) return Note();
  if (!stored) return stored.failure();
  return reading("the note " + key, [&]() -> Note { return decode(stored->value); });
}

json::object put_key(const std::string& place, const KeyNote& note) {
  return put_document(collection, "key:" + place, {{"public_key_id", note.public_key_id}, {"since_ms", note.since_ms}}, {});
}

json::object audit_entry(const char* event, const std::string& detail) { return {{"event", event}, {"details", json::object{{"detail", detail}}}}; }

Result<> commit(const Session& session, json::array puts, json::array deletes, json::array audit) {
  auto committed = session.store().commit(json::object{{"put", std::move(puts)}, {"delete", std::move(deletes)}, {"audit", std::move(audit)}});
  if (!committed) return committed.failure();
  return hostapi::success();
}

}  // namespace

Result<std::optional<TestNote>> last_test(const Session& session, const std::string& place) { return note_of(session, "test:" + place, decode_test); }
Result<std::optional<KeyNote>> key_note(const Session& session, const std::string& place) { return note_of(session, "key:" + place, decode_key); }

Result<> keep_test(const Session& session, const TestToKeep& test, const Examination& examination) {
  const auto now_ms = session.core().now_unix_ms();
  const TestNote note{test.public_key_id, now_ms, test.who, examination.accepted, examination.good(), examination.findings};
  json::array puts{put_document(collection, "test:" + test.place, encode_note(note), {})};
  auto known = key_note(session, test.place);
  if (!known) return known.failure();
  if (test.new_key || !*known || (*known)->public_key_id != test.public_key_id) puts.push_back(put_key(test.place, {test.public_key_id, now_ms}));
  return commit(session, std::move(puts), {}, {audit_entry("connection.test", test.place + (examination.good() ? ": good" : ": not good"))});
}

Result<> move_next(const Session& session, const std::string& place, const std::string& public_key_id, const Actor& who) {
  auto test = last_test(session, "next");
  if (!test) return test.failure();
  auto key = key_note(session, "next");
  if (!key) return key.failure();
  const auto now_ms = session.core().now_unix_ms();
  json::array puts{put_key(place, *key && (*key)->public_key_id == public_key_id ? **key : KeyNote{public_key_id, now_ms})}, deletes;
  if (*test) puts.push_back(put_document(collection, "test:" + place, encode_note(**test), {})), deletes.push_back(json::object{{"collection", collection}, {"key", "test:next"}});
  if (*key) deletes.push_back(json::object{{"collection", collection}, {"key", "key:next"}});
  return commit(session, std::move(puts), std::move(deletes), {audit_entry("connection.key_changed", place + " " + public_key_id + ", " + who.name)});
}

Result<> tell_audit(const Session& session, const char* event, const std::string& detail) { return commit(session, {}, {}, {audit_entry(event, detail)}); }

}  // namespace amazonpay::host
