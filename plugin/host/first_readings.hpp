// Orders that came into the shop and that nobody has read at Amazon yet get their first reading: one page of the shop's orders at a time. Used by the
// background work, in rounds, and once a connection was made. In-call; failures are the host's.
#pragma once
#include <hostapi/sdk.hpp>

#include <string>

namespace amazonpay::host {

struct FirstReadings {
  int queued = 0;
  std::string next;  // where the next page begins; empty: that was the last one
};

hostapi::Result<FirstReadings> queue_first_readings(const hostapi::sdk::Session& session, const std::string& after);

}  // namespace amazonpay::host
