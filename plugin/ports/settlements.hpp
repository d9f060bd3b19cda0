// What settlements left behind: how far their reports were read, their lines, sums and payouts, and the days of the figures. Implemented by plugin/host over
// hostapi.store and by fakes in tests. In-call. A version of 0 means: not stored yet.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/figures.hpp"
#include "domain/settled.hpp"
#include "ports/ledger.hpp"

namespace amazonpay::ports {

struct SettlementProgress {
  std::string report_id;
  std::string document_id;       // at Amazon; empty: a person brought the file
  std::int64_t created_ms = 0;   // of the report
  int lines = 0;                 // in the report
  int lines_read = 0;
  int settled = 0;               // captures and refunds found with their order
  int unknown = 0;               // lines no order carries
  bool done = false;
  std::string problem;           // why it cannot be read; empty: it can
};

template <class T>
struct Stored {
  T value{};
  std::uint64_t version = 0;
};
using StoredLine = Stored<SettledLine>;
using StoredSum = Stored<SettlementSum>;
using StoredDay = Stored<DaySum>;

// All of it or nothing. Conflict: one of the lines, sums or days is not at its version.
struct SettlementChange {
  std::optional<SettlementProgress> progress;
  std::vector<StoredLine> lines;
  std::vector<StoredSum> sums;
  std::vector<StoredDay> days;
  std::optional<Stored<std::int64_t>> counted_ms;   // entries written before are in the days
  std::vector<Payout> payouts;
  std::vector<Task> tasks;
  std::vector<AuditEntry> audit;
};

class Settlements {
 public:
  virtual ~Settlements() = default;
  virtual Result<SettlementProgress> progress(const std::string& report_id) = 0;    // not_found: never seen
  virtual Result<std::int64_t> newest_ms() = 0;                                     // creation of the newest report of Amazon's seen; 0: none

  virtual Result<StoredLine> line(const std::string& key) = 0;                      // version 0: none
  virtual Result<StoredSum> sum(const std::string& key) = 0;
  virtual Result<StoredDay> day(const std::string& key) = 0;
  virtual Result<std::vector<SettledLine>> unmatched(Environment environment, int limit) = 0;   // oldest first
  virtual Result<std::int64_t> newest_payout_ms(Environment environment) = 0;       // 0: none

  virtual Result<Stored<std::int64_t>> counted_ms() = 0;
  virtual Result<std::vector<Entry>> entries(std::int64_t from_ms, std::int64_t before_ms, int limit) = 0;   // of the ledger, as they were written
  virtual Result<> commit(const SettlementChange& change) = 0;
};

}  // namespace amazonpay::ports
