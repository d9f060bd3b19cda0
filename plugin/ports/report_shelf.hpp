// Where Amazon's reports, their texts and their schedules are kept in this shop. Implemented by plugin/host over hostapi.store and by fakes in tests. In-call.
#pragma once
#include "domain/kept_report.hpp"
#include "ports/settlements.hpp"

namespace amazonpay::ports {

constexpr std::size_t kept_text_max = 12 * 1024 * 1024;   // a page hands out at most 16 MB, escaped

using StoredReport = Stored<KeptReport>;
using StoredSchedule = Stored<KeptSchedule>;

// All of it or nothing. Conflict: a report or a schedule is not at its version.
struct ShelfChange {
  std::vector<StoredReport> reports;
  std::vector<StoredSchedule> schedules;
  std::vector<std::string> reports_removed;      // ids
  std::optional<SettlementProgress> progress;    // of a file that is to be read
  std::vector<Task> tasks;
  std::vector<AuditEntry> audit;
};

class ReportShelf {
 public:
  virtual ~ReportShelf() = default;
  virtual Result<StoredReport> report(const std::string& id) = 0;                       // version 0: none
  virtual Result<StoredReport> report_of(const std::string& report_id) = 0;             // by Amazon's id; version 0: none
  virtual Result<std::vector<KeptReport>> newest(Environment environment, std::int64_t before_ms, int limit) = 0;
  virtual Result<std::vector<KeptReport>> open(int limit) = 0;                          // requested or in progress
  virtual Result<std::vector<KeptReport>> kept_before(std::int64_t kept_ms, int limit) = 0;
  virtual Result<StoredSchedule> schedule(const std::string& id) = 0;                   // version 0: none
  virtual Result<std::vector<KeptSchedule>> schedules(Environment environment) = 0;     // all but ended ones
  virtual Result<> commit(const ShelfChange& change) = 0;

  // The text in chunks, then the report that says so: a crash between leaves chunks without a report, which the same id writes again.
  virtual Result<> put_text(KeptReport& report, const std::string& text) = 0;           // sets size and chunks, does not commit the report
  virtual Result<std::string> text(const KeptReport& report) = 0;
  virtual Result<> drop_text(const KeptReport& report) = 0;                             // the chunks only
};

}  // namespace amazonpay::ports
