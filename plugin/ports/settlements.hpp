// Which settlement reports were read, and how far. Implemented by plugin/host over hostapi.store and by fakes in tests. In-call.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "ports/ledger.hpp"

namespace amazonpay::ports {

struct SettlementProgress {
  std::string report_id;
  std::string document_id;
  std::int64_t created_ms = 0;   // of the report
  int lines = 0;                 // in the report
  int lines_read = 0;
  int settled = 0;               // captures and refunds found with their order
  int unknown = 0;               // lines whose permission no order carries
  bool done = false;
  std::string problem;           // why it cannot be read; empty: it can
};

class Settlements {
 public:
  virtual ~Settlements() = default;
  virtual Result<SettlementProgress> progress(const std::string& report_id) = 0;    // not_found: never seen
  virtual Result<std::int64_t> newest_ms() = 0;                                     // creation of the newest report seen; 0: none
  virtual Result<> save(const SettlementProgress& progress, const std::vector<Task>& tasks) = 0;
};

}  // namespace amazonpay::ports
