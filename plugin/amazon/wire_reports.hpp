// Amazon's JSON about reports, their documents and schedules, and payouts (API reference 3.8 to 3.12). Used by report_client.cpp. Pure functions, any
// thread, never throw for input. Tolerant of unknown members and states, strict about ids and money: Kind::invalid says which member is wrong.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "amazon/signing.hpp"
#include "domain/payment.hpp"
#include "domain/report.hpp"

namespace amazonpay::amazon {

// A pre-signed link that lives 30 seconds.
struct DocumentLink {
  std::string document_id;
  std::string url;
  bool gzip = false;
};

Result<Report> read_report(std::string_view text, Environment environment);
Result<ReportPage> read_report_page(std::string_view text, Environment environment);
Result<std::string> read_report_id(std::string_view text, Environment environment);
Result<DocumentLink> read_document_link(std::string_view text, Environment environment);
Result<ReportSchedule> read_schedule(std::string_view text, Environment environment);
Result<std::vector<ReportSchedule>> read_schedules(std::string_view text, Environment environment);
Result<std::string> read_schedule_id(std::string_view text, Environment environment);
Result<DisbursementPage> read_disbursements(std::string_view text, Environment environment);

std::string create_report_body(std::string_view type, std::int64_t start_ms, std::int64_t end_ms);
std::string create_schedule_body(std::string_view type, std::string_view frequency, std::int64_t next_ms, bool replace);

NamedValues report_query(const ReportFilter& filter);
NamedValues disbursement_query(std::int64_t start_ms, std::int64_t end_ms, int page_size, const std::string& next_token);
// "a,b,c"
std::string comma_separated(const std::vector<std::string>& words);

// The text of a gzip file, at most so many bytes.
Result<std::string> unzipped(std::string_view bytes, std::size_t most_bytes);

}  // namespace amazonpay::amazon
