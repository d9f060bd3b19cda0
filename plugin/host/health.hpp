// Whether the background work is well, computed from signs of life, the store's own figures and the notifications: one sentence, and a line per matter with what to
// do. Used by page_health and the command health. In-call; nothing asks Amazon.
#pragma once
#include <hostapi/sdk.hpp>

#include <string>
#include <vector>

#include "domain/text.hpp"
#include "ports/ledger.hpp"

namespace amazonpay::host {

struct HealthLine {
  const char* id;
  const char* label;           // message id
  const char* role;            // good, wait, stop, neutral
  Text state;                  // how it is
  Text advice;                 // what to do; empty: nothing
  std::int64_t good_ms = 0;    // when it last went well; 0: never or not known
  std::int64_t waiting = -1;   // how many wait; -1: does not apply
  std::int64_t oldest_ms = 0;  // since when the oldest waits
};

struct Health {
  std::vector<HealthLine> lines;
  bool ok() const;             // nothing is red
  const char* role() const;    // the worst of the lines
  Text sentence() const;       // "All is well", or what is wrong
};

Result<Health> health_of(const hostapi::sdk::Session& session);

}  // namespace amazonpay::host
