// Reports, their documents and schedules, and payouts over HTTPS: ports::Reports on a Connection. Made per call of the host like Client (client.hpp),
// with the same promises: failures as in ports/payments.hpp, bad arguments are Kind::invalid and nothing is sent, any thread.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "amazon/connection.hpp"
#include "ports/reports.hpp"

namespace amazonpay::amazon {

class ReportClient : public ports::Reports {
 public:
  explicit ReportClient(std::shared_ptr<const Connection> connection, Terms terms = {});

  Result<ReportPage> find_reports(const ReportFilter& filter) override;
  Result<Report> get_report(const std::string& report_id) override;
  Result<std::string> create_report(const std::string& type, std::int64_t start_ms, std::int64_t end_ms, const std::string& key) override;
  // Asks for the link and fetches it at once, unsigned, from whatever host Amazon names; unpacked if it is packed. At most 64 MB either way.
  Result<std::string> download_document(const std::string& document_id) override;

  Result<std::vector<ReportSchedule>> find_schedules(const std::vector<std::string>& types) override;
  Result<ReportSchedule> get_schedule(const std::string& schedule_id) override;
  Result<std::string> create_schedule(const std::string& type, const std::string& frequency, std::int64_t next_ms, bool replace, const std::string& key) override;
  Result<> cancel_schedule(const std::string& schedule_id) override;

  Result<DisbursementPage> find_disbursements(std::int64_t start_ms, std::int64_t end_ms, int page_size, const std::string& next_token) override;

 private:
  std::shared_ptr<const Connection> connection_;
  Terms terms_;
};

}  // namespace amazonpay::amazon
