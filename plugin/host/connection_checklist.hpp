// What to look at before real money moves: facts the shop can prove by itself, and choices that a person confirms by a tick. Used by the page Connection.
// checklist() is pure over the facts; live_facts() reads the store and the settings. In-call.
#pragma once
#include <hostapi/sdk.hpp>

#include "host/connection_notes.hpp"

namespace amazonpay::host {

struct LiveFacts {
  bool live_complete = false;
  std::optional<TestNote> live_test;
  std::int64_t last_notification_ms = 0;  // 0: none ever
  std::int64_t last_reading_ms = 0;       // of any payment at Amazon; 0: none
  bool refund_settled = false;            // in the sandbox
  std::string capture_mode;
  std::string approve_refund_above, approve_refunds_per_day_above;
  std::string webhook_url;
  std::int64_t now_ms = 0;
};

struct ChecklistLine {
  const char* id;
  bool by_person = false;  // a tick, not a proof
  bool ok = false;
  bool needed = false;     // without it the switch stays closed
  Text text;
  std::string href, link;  // where it is done; link is a message id
};

Result<LiveFacts> live_facts(const hostapi::sdk::Session& session, const ConnectionSets& sets, std::string webhook_url);
std::vector<ChecklistLine> checklist(const LiveFacts& facts);

}  // namespace amazonpay::host
