#pragma once
// Reports, their documents and their schedules (API reference 3.8 to 3.11) over the bank's store and virtual clock. Used by the operations, by
// the control interface and by the bank when a report or a schedule is due. One thread at a time, inside a transaction of the caller.
// Documents are downloaded with a link that carries its own proof and lives 30 real seconds (settable); links die with the process.
#include <optional>
#include <string>

#include "settlement.hpp"

namespace sandbox {

constexpr std::int64_t reports_kept_ms = 90 * day_ms;
constexpr std::string_view download_path = "/report-files/";

struct ReportType {
    const char* name;
    bool by_request, by_schedule, in_sandbox, in_live;
};

const ReportType* find_report_type(const std::string& name);
std::optional<std::int64_t> frequency_ms(const std::string& frequency);  // PT5M ... P30D

Report open_report(Bank& bank, const std::string& merchant_id, const std::string& environment, const std::string& type, std::int64_t start_ms,
                   std::int64_t end_ms, std::int64_t at_ms);
// The report that Amazon makes by itself for a closed settlement.
Report report_settlement(Bank& bank, const Settlement& settlement);

void finish_report(Bank& bank, Report report);               // its time has come: COMPLETED, or CANCELLED without data
void run_schedule(Bank& bank, ReportSchedule schedule);      // makes the report that is due; of a long gap only the last 50

std::string download_link(const std::string& host, const std::string& document_id, std::int64_t life_ms);
// The document of a path made by download_link; 403 AccessDenied for any other or an old one.
std::string download(Store& store, std::string_view path, std::string_view query);

}  // namespace sandbox
