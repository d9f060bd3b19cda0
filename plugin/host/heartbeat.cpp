#include "host/heartbeat.hpp"

#include "host/store_documents.hpp"
#include "ports/payments.hpp"

namespace amazonpay::host {
namespace {

constexpr std::int64_t quiet_ms = 60'000;

json::object encode_beat(const Heartbeat& b) {
  return {{"name", b.name}, {"good_ms", b.good_ms}, {"failed_ms", b.failed_ms}, {"code", b.code}, {"text", b.text}, {"paced_ms", b.paced_ms}};
}

Result<Heartbeat> decode_beat(const json::value& document) {
  return reading("a heartbeat", [&] {
    const Members m(document);
    Heartbeat b;
    b.name = m.needed_text("name"), b.good_ms = m.number("good_ms"), b.failed_ms = m.number("failed_ms");
    b.code = m.text("code"), b.text = m.text("text"), b.paced_ms = m.number("paced_ms");
    return b;
  });
}

void note(Heartbeat& beat, const std::optional<Failure>& failure, std::int64_t now_ms) {
  if (failure) beat.failed_ms = now_ms, beat.code = failure->code, beat.text = failure->message;
  else beat.good_ms = now_ms;
}

}  // namespace

void Beats::write(const hostapi::sdk::Session& session, const std::string& name, const std::function<void(Heartbeat&)>& edit) {
  const auto now_ms = session.core().now_unix_ms();
  Heartbeat next;
  {
    const std::lock_guard lock(mutex_);
    auto known = last_.find(name);
    if (known == last_.end()) {
      Written first;
      first.beat.name = name;
      if (auto stored = value_of(session.store().get("heartbeats", name), decode_beat)) first.beat = *stored;
      known = last_.emplace(name, std::move(first)).first;
    }
    auto& written = known->second;
    next = written.beat;
    edit(next);
    const bool turned = next.failing() != written.beat.failing();
    written.beat = next;
    if (!turned && now_ms - written.at_ms < quiet_ms) return;
    written.at_ms = now_ms;
  }
  (void)session.store().commit(json::object{{"put", json::array{put_document("heartbeats", name, encode_beat(next), {})}}});
}

void Beats::task(const hostapi::sdk::Session& session, const std::string& name, const std::optional<Failure>& failure) {
  const auto now_ms = session.core().now_unix_ms();
  write(session, name, [&](Heartbeat& beat) { note(beat, failure, now_ms); });
}

void Beats::amazon(const hostapi::sdk::Session& session, const Pulse& pulse) {
  if (!pulse.answered && !pulse.paced && !pulse.failure) return;
  const auto now_ms = session.core().now_unix_ms();
  write(session, "amazon", [&](Heartbeat& beat) {
    if (pulse.paced) beat.paced_ms = now_ms;
    if (pulse.failure) note(beat, pulse.failure, now_ms);
    else if (pulse.answered) note(beat, std::nullopt, now_ms);
  });
}

Result<std::map<std::string, Heartbeat>> heartbeats(const hostapi::sdk::Session& session) {
  auto all = all_of(session.store(), {{"collection", "heartbeats"}, {"order", "key"}}, 100, decode_beat);
  if (!all) return all.failure();
  std::map<std::string, Heartbeat> by_name;
  for (auto& beat : *all) by_name[beat.name] = beat;
  return by_name;
}

}  // namespace amazonpay::host
