#include "amazon/wire_reports.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

#include "amazon/json.hpp"
#include "amazon/wire.hpp"

namespace amazonpay::amazon {
namespace json = boost::json;

namespace {

// Ids are digits in a text; a number would do as well.
std::string id_member(const json::object& object, std::string_view name) {
  const auto* member = object.if_contains(name);
  if (member && member->is_int64()) return std::to_string(member->get_int64());
  return text_member(object, name);
}

std::int64_t time_member(const json::object& object, std::string_view name) { return unix_ms(text_member(object, name)); }

ReportState report_state(std::string_view word) {
  if (word == "IN_PROGRESS") return ReportState::in_progress;
  if (word == "COMPLETED") return ReportState::completed;
  if (word == "FAILED") return ReportState::failed;
  if (word == "CANCELLED" || word == "CANCELED") return ReportState::canceled;
  return ReportState::unknown;
}

Result<Report> report_of(const json::object& object) {
  Report report;
  report.id = id_member(object, "reportId");
  if (report.id.empty()) return wrong("report", "reportId", "is missing");
  report.type = text_member(object, "reportType");
  report.raw_state = text_member(object, "processingStatus");
  report.state = report_state(report.raw_state);
  report.document_id = text_member(object, "reportDocumentId");
  report.start_ms = time_member(object, "startTime");
  report.end_ms = time_member(object, "endTime");
  report.created_ms = time_member(object, "createdTime");
  return report;
}

Result<ReportSchedule> schedule_of(const json::object& object) {
  ReportSchedule schedule;
  schedule.id = id_member(object, "reportScheduleId");
  if (schedule.id.empty()) return wrong("report schedule", "reportScheduleId", "is missing");
  schedule.type = text_member(object, "reportType");
  schedule.frequency = text_member(object, "scheduleFrequency");
  schedule.next_ms = time_member(object, "nextReportCreationTime");
  return schedule;
}

// A payout may be negative: then Amazon took money back.
Result<Disbursement> disbursement_of(const json::object& object) {
  constexpr std::string_view kind = "disbursement";
  Disbursement disbursement;
  disbursement.settlement_id = id_member(object, "settlementId");
  disbursement.reference_id = id_member(object, "amazonDisbursementReferenceId");
  disbursement.at_ms = time_member(object, "transactionTime");
  if (disbursement.settlement_id.empty() && disbursement.reference_id.empty()) return wrong(kind, "settlementId", "is missing");
  const auto code = text_member(object, "currencyCode");
  if (!is_currency_code(code)) return wrong(kind, "currencyCode", "is not a currency");
  const auto* amount = object.if_contains("amount");
  const auto text = amount ? exact_decimal(*amount) : std::nullopt;
  if (!text) return wrong(kind, "amount", "is missing or not exact");
  const bool negative = !text->empty() && text->front() == '-';
  const auto money = from_wire(std::string_view(*text).substr(negative ? 1 : 0), Currency(code));
  if (!money) return wrong(kind, "amount", "is not one that its currency knows");
  disbursement.amount = negative ? zero_of(money->currency()) - *money : *money;
  return disbursement;
}

// The list under this name, each element read; one that cannot be read spoils the page: a list with silent gaps would be taken for the whole.
template <class T>
Result<std::vector<T>> list_of(const json::object& object, std::string_view kind, std::string_view name, Result<T> (*read)(const json::object&)) {
  const auto* array = array_member(object, name);
  if (!array) return wrong(kind, name, "is missing");
  std::vector<T> list;
  for (const auto& element : *array) {
    if (!element.is_object()) return wrong(kind, name, "holds something else than objects");
    auto value = read(element.get_object());
    if (!value) return value.failure();
    list.push_back(std::move(value).value());
  }
  return list;
}

Result<std::string> read_new_id(std::string_view text, std::string_view kind, std::string_view name) {
  auto object = read_object(text, kind);
  if (!object) return object.failure();
  auto id = id_member(*object, name);
  if (id.empty()) return wrong(kind, name, "is missing");
  return id;
}

bool is_word(std::string_view text, std::string_view upper) {
  return text.size() == upper.size() && std::equal(text.begin(), text.end(), upper.begin(), [](char a, char b) { return (a >= 'a' && a <= 'z' ? a - 32 : a) == b; });
}

}  // namespace

Result<Report> read_report(std::string_view text, Environment) {
  auto object = read_object(text, "report");
  if (!object) return object.failure();
  return report_of(*object);
}

Result<ReportPage> read_report_page(std::string_view text, Environment) {
  auto object = read_object(text, "list of reports");
  if (!object) return object.failure();
  auto reports = list_of(*object, "list of reports", "reports", report_of);
  if (!reports) return reports.failure();
  return ReportPage{std::move(reports).value(), text_member(*object, "nextToken")};
}

Result<std::string> read_report_id(std::string_view text, Environment) { return read_new_id(text, "new report", "reportId"); }

Result<DocumentLink> read_document_link(std::string_view text, Environment) {
  constexpr std::string_view kind = "report document";
  auto object = read_object(text, kind);
  if (!object) return object.failure();
  DocumentLink link{text_member(*object, "reportDocumentId"), text_member(*object, "url"), false};
  if (link.url.empty()) return wrong(kind, "url", "is missing");
  const auto compression = text_member(*object, "compressionAlgorithm");
  link.gzip = is_word(compression, "GZIP");
  if (!link.gzip && !compression.empty() && !is_word(compression, "N/A") && !is_word(compression, "NONE")) return wrong(kind, "compressionAlgorithm", "is not known here");
  return link;
}

Result<ReportSchedule> read_schedule(std::string_view text, Environment) {
  auto object = read_object(text, "report schedule");
  if (!object) return object.failure();
  return schedule_of(*object);
}

Result<std::vector<ReportSchedule>> read_schedules(std::string_view text, Environment) {
  auto object = read_object(text, "list of report schedules");
  if (!object) return object.failure();
  return list_of(*object, "list of report schedules", "reportSchedules", schedule_of);
}

Result<std::string> read_schedule_id(std::string_view text, Environment) { return read_new_id(text, "new report schedule", "reportScheduleId"); }

Result<DisbursementPage> read_disbursements(std::string_view text, Environment) {
  auto object = read_object(text, "list of disbursements");
  if (!object) return object.failure();
  auto disbursements = list_of(*object, "list of disbursements", "disbursements", disbursement_of);
  if (!disbursements) return disbursements.failure();
  return DisbursementPage{std::move(disbursements).value(), text_member(*object, "nextToken")};
}

std::string create_report_body(std::string_view type, std::int64_t start_ms, std::int64_t end_ms) {
  return json::serialize(json::object{{"reportType", type}, {"startTime", basic_timestamp(start_ms)}, {"endTime", basic_timestamp(end_ms)}});
}

std::string create_schedule_body(std::string_view type, std::string_view frequency, std::int64_t next_ms, bool replace) {
  return json::serialize(json::object{{"reportType", type},
                                      {"scheduleFrequency", frequency},
                                      {"nextReportCreationTime", basic_timestamp(next_ms)},
                                      {"deleteExistingSchedule", replace}});
}

std::string comma_separated(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

NamedValues report_query(const ReportFilter& filter) {
  if (!filter.next_token.empty()) return {{"nextToken", filter.next_token}};
  NamedValues query;
  if (!filter.types.empty()) query.push_back({"reportTypes", comma_separated(filter.types)});
  if (!filter.states.empty()) query.push_back({"processingStatuses", comma_separated(filter.states)});
  if (filter.created_since_ms) query.push_back({"createdSince", basic_timestamp(*filter.created_since_ms)});
  if (filter.created_until_ms) query.push_back({"createdUntil", basic_timestamp(*filter.created_until_ms)});
  if (filter.page_size > 0) query.push_back({"pageSize", std::to_string(filter.page_size)});
  return query;
}

NamedValues disbursement_query(std::int64_t start_ms, std::int64_t end_ms, int page_size, const std::string& next_token) {
  if (!next_token.empty()) return {{"nextToken", next_token}};
  NamedValues query{{"startTime", basic_timestamp(start_ms)}, {"endTime", basic_timestamp(end_ms)}};
  if (page_size > 0) query.push_back({"pageSize", std::to_string(page_size)});
  return query;
}

}  // namespace amazonpay::amazon
