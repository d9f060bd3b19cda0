// Settlement lines, sums, days, kept reports and schedules to stored documents and back. Used by store_settlements and store_reports only; rules as in codec.hpp.
#pragma once
#include <boost/json.hpp>

#include "domain/figures.hpp"
#include "domain/kept_report.hpp"
#include "domain/settled.hpp"

namespace amazonpay::host {

namespace json = boost::json;

json::object encode(const SettledLine& line);
json::object encode(const SettlementSum& sum);
json::object encode(const Payout& payout);
json::object encode(const DaySum& day);
json::object encode(const KeptReport& report);
json::object encode(const KeptSchedule& schedule);

Result<SettledLine> decode_settled_line(const json::value& document);
Result<SettlementSum> decode_settlement_sum(const json::value& document);
Result<Payout> decode_payout(const json::value& document);
Result<DaySum> decode_day_sum(const json::value& document);
Result<KeptReport> decode_kept_report(const json::value& document);
Result<KeptSchedule> decode_kept_schedule(const json::value& document);

}  // namespace amazonpay::host
