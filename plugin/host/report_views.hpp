// The parts of the page "Reports": figures, settlements, unmatched lines, Amazon's reports. Each answers what templates/amazonpay/reports.mustache or
// reports_settlement.mustache reads; all from the store. Used by page_reports and the report commands. In-call.
#pragma once
#include "flows/flow.hpp"
#include "host/speech.hpp"
#include "host/store_reports.hpp"
#include "host/store_settlements.hpp"

namespace amazonpay::host {

struct ReportsContext {
  const hostapi::sdk::Session& session;
  const flows::Ports& ports;
  const ports::Policy& policy;
  const Speech& speech;
  StoreSettlements& settlements;
  StoreReports& shelf;
  bool acts = false;            // the reader may request reports and decide lines
};

// The figures of a year by month, or of a month by day, in one currency.
struct FigureWish {
  std::string currency;         // empty: the one of the newest settlement
  bool by_day = false;
};
struct Figures {
  Currency currency;
  std::vector<std::string> currencies;
  std::vector<DaySum> groups;   // one per month (or day), without gaps, oldest first
  DaySum month;                 // this month so far
  DaySum all;                   // the whole time shown
  bool more = false;            // not everything is added up yet
};
Result<Figures> figures_of(const ReportsContext& c, const FigureWish& wish);
Result<json::object> figures_part(const ReportsContext& c, const FigureWish& wish);

Result<json::object> settlements_part(const ReportsContext& c, std::int64_t before_ms, int most);
Result<json::object> settlement_view(const ReportsContext& c, const std::string& key, const std::string& after);
json::object check_word(const SettlementSum& sum, const PayoutCheck& check, const Speech& speech);
Result<std::string> booking_of(StoreSettlements& settlements, const SettlementSum& sum);
// "18840213771" or the whole key; not_found with a sentence.
Result<SettlementSum> settlement_named(StoreSettlements& settlements, Environment environment, const std::string& name);

Result<json::object> unmatched_part(const ReportsContext& c, int most, bool decide);   // decide: with the forms for it

Result<json::object> shelf_part(const ReportsContext& c, std::int64_t before_ms, int most);
Result<json::array> schedule_parts(const ReportsContext& c);
json::object request_part(const ReportsContext& c, const std::string& operation_id);
json::object schedule_form_part(const ReportsContext& c, const std::string& operation_id);
std::string type_label(const std::string& type, const Speech& speech);
json::object kept_word(const KeptReport& report, const Speech& speech);
std::string file_name_of(const KeptReport& report);

}  // namespace amazonpay::host
