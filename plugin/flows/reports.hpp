// Amazon's reports beside the settlements: ask for one, make and end schedules, take over Amazon's list, keep the texts. A wish is durable before Amazon is
// asked and its id is Amazon's idempotency key; the clockwork asks, waits and fetches, so that no page waits for Amazon. Nothing here moves money. In-call.
// refused: a sentence for the person. Repeats of the same id are harmless.
#pragma once
#include "flows/flow.hpp"
#include "ports/report_shelf.hpp"
#include "ports/reports.hpp"

namespace amazonpay::flows {

struct ReportWish {
  std::string id;          // 32 hex digits, made when the form was rendered
  std::string type;
  std::int64_t start_ms = 0, end_ms = 0;
  Actor who;
};
Result<> request_report(const Ports& ports, ports::ReportShelf& shelf, const ReportWish& wish);
// Fetch and keep the text of a report that was found in Amazon's list.
Result<> keep_report(const Ports& ports, ports::ReportShelf& shelf, const std::string& id);

struct ScheduleWish {
  std::string id;
  std::string type, frequency;
  std::int64_t next_ms = 0;
  bool replaces = false;
  Actor who;
};
Result<> request_schedule(const Ports& ports, ports::ReportShelf& shelf, const ScheduleWish& wish);
Result<> end_schedule(const Ports& ports, ports::ReportShelf& shelf, const std::string& id, const Actor& who);

// The tasks "report" and "schedule": milliseconds until they are to run again, 0: done.
Result<std::int64_t> work_on_report(const Ports& ports, ports::Reports& reports, ports::ReportShelf& shelf, ports::Settlements& settlements, const std::string& id);
Result<> work_on_schedule(ports::Reports& reports, ports::ReportShelf& shelf, const std::string& id);

// What Amazon has by itself, by a schedule or by somebody in Seller Central; texts of ready ones are fetched and kept.
Result<> list_reports(const Ports& ports, ports::Reports& reports, ports::ReportShelf& shelf);
Result<> list_schedules(const Ports& ports, ports::Reports& reports, ports::ReportShelf& shelf);
// Texts that were kept long enough go; the list stays.
Result<> drop_old_texts(const Ports& ports, ports::ReportShelf& shelf);

}  // namespace amazonpay::flows
