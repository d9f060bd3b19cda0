// Amazon's reports and payouts as the flows see them. Implemented by plugin/amazon and by fakes in tests. Any thread; failures as in ports/payments.hpp.
#pragma once
#include <string>
#include <vector>

#include "domain/report.hpp"

namespace amazonpay::ports {

class Reports {
 public:
  virtual ~Reports() = default;

  virtual Result<ReportPage> find_reports(const ReportFilter& filter) = 0;
  virtual Result<Report> get_report(const std::string& report_id) = 0;
  // Answers the new report's id.
  virtual Result<std::string> create_report(const std::string& type, std::int64_t start_ms, std::int64_t end_ms, const std::string& key) = 0;
  // The whole document as text. Amazon's link lives 30 seconds, so it is fetched at once; at most 64 MB.
  virtual Result<std::string> download_document(const std::string& document_id) = 0;

  virtual Result<std::vector<ReportSchedule>> find_schedules(const std::vector<std::string>& types) = 0;
  virtual Result<ReportSchedule> get_schedule(const std::string& schedule_id) = 0;
  // Answers the new schedule's id. replace: an existing schedule of the type goes; without it Amazon refuses a second one.
  virtual Result<std::string> create_schedule(const std::string& type, const std::string& frequency, std::int64_t next_ms, bool replace, const std::string& key) = 0;
  virtual Result<> cancel_schedule(const std::string& schedule_id) = 0;

  virtual Result<DisbursementPage> find_disbursements(std::int64_t start_ms, std::int64_t end_ms, int page_size, const std::string& next_token) = 0;
};

}  // namespace amazonpay::ports
