// What the shop remembers about its connections (collection `connection`): the last test of each, with its findings as message ids so that each reader
// sees the own language, and since when a key is in use. No secret is ever in it. Made per call; failures are the host's. In-call, one thread.
#pragma once
#include <optional>

#include "domain/intent.hpp"
#include "host/connection_findings.hpp"

namespace amazonpay::host {

struct TestNote {
  std::string public_key_id;
  std::int64_t at_ms = 0;
  Actor who;
  bool accepted = false;
  bool good = false;
  std::vector<ConnectionFinding> findings;
};

struct KeyNote {
  std::string public_key_id;
  std::int64_t since_ms = 0;
};

// `place` is sandbox, live or next.
Result<std::optional<TestNote>> last_test(const hostapi::sdk::Session& session, const std::string& place);
Result<std::optional<KeyNote>> key_note(const hostapi::sdk::Session& session, const std::string& place);

struct TestToKeep {
  std::string place, public_key_id;
  Actor who;
  bool new_key = false;  // the key was stored just now: its age begins
};
// Keeps the test; a key nobody has noted yet (it came by the command line) is as old as this test.
Result<> keep_test(const hostapi::sdk::Session& session, const TestToKeep& test, const Examination& examination);
// The next key is the one in use now: its test and its age go with it.
Result<> move_next(const hostapi::sdk::Session& session, const std::string& place, const std::string& public_key_id, const Actor& who);
// An entry of the audit trail, with reason as its detail.
Result<> tell_audit(const hostapi::sdk::Session& session, const char* event, const std::string& detail);


}  // namespace amazonpay::host
