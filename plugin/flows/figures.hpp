// Adds what the ledger's entries moved to the day sums behind the charts, each entry once: entries are counted up to a moment some minutes ago, when all of
// them are committed for certain, and the moment moves on in the same commit. What came since is few and added while reading. In a task; moves nothing.
#pragma once
#include "flows/flow.hpp"
#include "ports/settlements.hpp"

namespace amazonpay::flows {

// Milliseconds until it is to run again at once because there is more; 0: all counted.
Result<std::int64_t> count_entries(const Ports& ports, ports::Settlements& settlements);

// Days and what is not counted yet, together: the figures as of now. more: too much is waiting to be added while reading.
struct UncountedFlows {
  std::vector<DaySum> days;
  bool more = false;
};
Result<UncountedFlows> uncounted(const Ports& ports, ports::Settlements& settlements, std::int64_t counted_ms, int limit);

}  // namespace amazonpay::flows
