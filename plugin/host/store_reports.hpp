// ports::ReportShelf over hostapi.store: the collections reports, report_chunks and report_schedules. Made per call; failures are the host's. In-call.
#pragma once
#include <hostapi/sdk.hpp>

#include "ports/report_shelf.hpp"

namespace amazonpay::host {

class StoreReports : public ports::ReportShelf {
 public:
  explicit StoreReports(const hostapi::sdk::Session& session) : session_(session) {}
  Result<ports::StoredReport> report(const std::string& id) override;
  Result<ports::StoredReport> report_of(const std::string& report_id) override;
  Result<std::vector<KeptReport>> newest(Environment environment, std::int64_t before_ms, int limit) override;
  Result<std::vector<KeptReport>> open(int limit) override;
  Result<std::vector<KeptReport>> kept_before(std::int64_t kept_ms, int limit) override;
  Result<ports::StoredSchedule> schedule(const std::string& id) override;
  Result<std::vector<KeptSchedule>> schedules(Environment environment) override;
  Result<> commit(const ports::ShelfChange& change) override;
  Result<> put_text(KeptReport& report, const std::string& text) override;
  Result<std::string> text(const KeptReport& report) override;
  Result<> drop_text(const KeptReport& report) override;

 private:
  hostapi::sdk::Session session_;
};

}  // namespace amazonpay::host
