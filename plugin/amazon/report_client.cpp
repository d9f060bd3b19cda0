#include "amazon/report_client.hpp"

#include <algorithm>

#include "amazon/call_amazon.hpp"
#include "amazon/wire_reports.hpp"

namespace amazonpay::amazon {
namespace {

constexpr std::size_t largest_report = 64 * 1024 * 1024;

// Types, states and frequencies are words; they end up in lists with commas.
bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 128 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

bool are_words(const std::vector<std::string>& words) { return std::all_of(words.begin(), words.end(), is_word); }

// Opaque; it travels percent-encoded.
bool is_page_mark(std::string_view text) {
  return text.size() <= 4'096 && std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

Failure bad_word() { return invalid(tr("This is not a report type, state or frequency of Amazon Pay.")); }
Failure bad_page() { return invalid(tr("The page of the list must be 1 to 100 entries long, and its mark must be one that Amazon gave.")); }
Failure bad_times() { return invalid(tr("The end of the time must lie after its start.")); }

bool is_page(int page_size, std::string_view next_token) { return page_size >= 0 && page_size <= 100 && is_page_mark(next_token); }

Failure unfetched(const HttpOutcome& outcome) {
  if (outcome.delivery != Delivery::answered) return {Kind::unavailable, outcome.problem, "document_unreachable", {}};
  return {Kind::unavailable, tr("Amazon's link to the report did not work; it lives only for 30 seconds. Fetch the report again."), "http_" + std::to_string(outcome.status), {}};
}

}  // namespace

ReportClient::ReportClient(std::shared_ptr<const Connection> connection, Terms terms) : connection_(std::move(connection)), terms_(std::move(terms)) {
  ensure(connection_ != nullptr, "a client needs a connection");
}

Result<ReportPage> ReportClient::find_reports(const ReportFilter& filter) {
  if (!are_words(filter.types) || !are_words(filter.states)) return bad_word();
  if (!is_page(filter.page_size, filter.next_token)) return bad_page();
  return ask(*connection_, terms_, {Call::find_reports, "/reports", {}, {}, report_query(filter)}, read_report_page);
}

Result<Report> ReportClient::get_report(const std::string& report_id) {
  if (!is_id(report_id)) return bad_id();
  auto answer = ask(*connection_, terms_, {Call::get_report, "/reports/" + report_id}, read_report);
  const bool fits = answer && answer->id == report_id;
  return expect(std::move(answer), fits, false);
}

Result<std::string> ReportClient::create_report(const std::string& type, std::int64_t start_ms, std::int64_t end_ms, const std::string& key) {
  if (!is_word(type)) return bad_word();
  if (start_ms >= end_ms) return bad_times();
  if (!is_key(key)) return bad_key();
  return ask(*connection_, terms_, {Call::create_report, "/reports", create_report_body(type, start_ms, end_ms), key}, read_report_id);
}

Result<std::string> ReportClient::download_document(const std::string& document_id) {
  if (!is_id(document_id)) return bad_id();
  const auto link = ask(*connection_, terms_, {Call::get_report_document, "/report-documents/" + document_id}, read_document_link);
  if (!link) return link.failure();
  auto fetched = connection_->fetch(link->url, largest_report, terms_);
  if (fetched.delivery != Delivery::answered || fetched.status != 200) return unfetched(fetched);
  if (!link->gzip) return std::move(fetched.body);
  auto text = unzipped(fetched.body, largest_report);
  if (!text) return unreadable_answer(fetched, false, text.message());
  return text;
}

Result<std::vector<ReportSchedule>> ReportClient::find_schedules(const std::vector<std::string>& types) {
  if (!are_words(types)) return bad_word();
  NamedValues query;
  if (!types.empty()) query.push_back({"reportTypes", comma_separated(types)});
  return ask(*connection_, terms_, {Call::find_schedules, "/report-schedules", {}, {}, std::move(query)}, read_schedules);
}

Result<ReportSchedule> ReportClient::get_schedule(const std::string& schedule_id) {
  if (!is_id(schedule_id)) return bad_id();
  auto answer = ask(*connection_, terms_, {Call::get_schedule, "/report-schedules/" + schedule_id}, read_schedule);
  const bool fits = answer && answer->id == schedule_id;
  return expect(std::move(answer), fits, false);
}

Result<std::string> ReportClient::create_schedule(const std::string& type, const std::string& frequency, std::int64_t next_ms, bool replace, const std::string& key) {
  if (!is_word(type) || !is_word(frequency)) return bad_word();
  if (!is_key(key)) return bad_key();
  return ask(*connection_, terms_, {Call::create_schedule, "/report-schedules", create_schedule_body(type, frequency, next_ms, replace), key}, read_schedule_id);
}

Result<> ReportClient::cancel_schedule(const std::string& schedule_id) {
  if (!is_id(schedule_id)) return bad_id();
  // The body of the answer is not documented; any 2xx will do.
  return ask(*connection_, terms_, {Call::cancel_schedule, "/report-schedules/" + schedule_id}, [](std::string_view, Environment) -> Result<> { return hostapi::success(); });
}

Result<DisbursementPage> ReportClient::find_disbursements(std::int64_t start_ms, std::int64_t end_ms, int page_size, const std::string& next_token) {
  if (next_token.empty() && start_ms >= end_ms) return bad_times();
  if (!is_page(page_size, next_token)) return bad_page();
  return ask(*connection_, terms_, {Call::find_disbursements, "/disbursements", {}, {}, disbursement_query(start_ms, end_ms, page_size, next_token)}, read_disbursements);
}

}  // namespace amazonpay::amazon
