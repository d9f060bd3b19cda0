#include "domain/kept_report.hpp"

namespace amazonpay {
namespace {

constexpr const char* kept_names[] = {"requested", "in_progress", "ready", "no_data", "failed", "refused"};
constexpr const char* schedule_names[] = {"wanted", "active", "ending", "ended", "refused"};

#define FLAT_FILE "_GET_FLAT_FILE_OFFAMAZONPAYMENTS_"

}  // namespace

const char* name_of(KeptState state) { return kept_names[static_cast<int>(state)]; }
KeptState kept_state(const std::string& name) {
  for (std::size_t i = 0; i < std::size(kept_names); ++i)
    if (name == kept_names[i]) return static_cast<KeptState>(i);
  return KeptState::failed;
}

const char* name_of(ScheduleState state) { return schedule_names[static_cast<int>(state)]; }
ScheduleState schedule_state(const std::string& name) {
  for (std::size_t i = 0; i < std::size(schedule_names); ++i)
    if (name == schedule_names[i]) return static_cast<ScheduleState>(i);
  return ScheduleState::ended;
}

const std::vector<ReportKind>& report_kinds() {
  static const std::vector<ReportKind> kinds{
      {FLAT_FILE "REFUND_DATA_", tr("Refunds"), true, true, false, true},
      {FLAT_FILE "ORDER_REFERENCE_DATA_", tr("Orders"), true, true, false, true},
      {FLAT_FILE "AUTHORIZATION_DATA_", tr("Authorizations"), true, true, false, true},
      {FLAT_FILE "CAPTURE_DATA_", tr("Captures"), false, true, false, true},
      {FLAT_FILE "BILLING_AGREEMENT_DATA_", tr("Recurring payments"), true, true, false, true},
      {"_GET_CSV_CUSTOM_OFFAMAZONPAYMENTS_MULTI_CURRENCY_PAYMENTS_DATA_", tr("Payments in several currencies"), true, false, false, true},
      {FLAT_FILE "SETTLEMENT_DATA_", tr("Settlement"), false, false, false, true},
      {FLAT_FILE "SANDBOX_SETTLEMENT_DATA_", tr("Settlement (sandbox)"), true, true, true, false},
  };
  return kinds;
}

const ReportKind* report_kind(const std::string& type) {
  for (const auto& kind : report_kinds())
    if (type == kind.type) return &kind;
  return nullptr;
}

std::string settlement_type(Environment environment) { return environment == Environment::live ? FLAT_FILE "SETTLEMENT_DATA_" : FLAT_FILE "SANDBOX_SETTLEMENT_DATA_"; }

const std::vector<Frequency>& frequencies() {
  static const std::vector<Frequency> all{{"P1D", tr("every day")}, {"P7D", tr("every week")}, {"P14D", tr("every two weeks")}, {"P30D", tr("every 30 days")},
                                          {"PT1H", tr("every hour")}, {"PT4H", tr("every 4 hours")}, {"PT12H", tr("every 12 hours")}};
  return all;
}

}  // namespace amazonpay
