#include "amazon/operation.hpp"

namespace amazonpay::amazon {
namespace {

constexpr bool published = true;
constexpr bool unpublished = false;

// API reference 6.4, the newer table: live, then sandbox.
constexpr std::array<CallFacts, call_count> facts = {{
    {Call::create_session, "CreateCheckoutSession", "POST", {40, 16}, {5, 1}, published},
    {Call::get_session, "GetCheckoutSession", "GET", {40, 8}, {10, 1}, published},
    {Call::update_session, "UpdateCheckoutSession", "PATCH", {20, 8}, {5, 1}, published},
    {Call::complete_session, "CompleteCheckoutSession", "POST", {20, 4}, {2, 1}, published},
    {Call::finalize_session, "FinalizeCheckoutSession", "POST", {5, 1}, {2, 1}, unpublished},
    {Call::get_buyer, "GetBuyer", "GET", {5, 1}, {5, 1}, unpublished},
    {Call::get_permission, "GetChargePermission", "GET", {20, 4}, {10, 1}, published},
    {Call::update_permission, "UpdateChargePermission", "PATCH", {10, 2}, {5, 1}, published},
    {Call::close_permission, "CloseChargePermission", "DELETE", {10, 2}, {2, 1}, published},
    {Call::create_charge, "CreateCharge", "POST", {10, 4}, {2, 1}, published},
    {Call::get_charge, "GetCharge", "GET", {20, 4}, {5, 1}, published},
    {Call::update_charge, "UpdateCharge", "PATCH", {5, 1}, {2, 1}, unpublished},
    {Call::capture, "CaptureCharge", "POST", {20, 4}, {2, 1}, published},
    {Call::cancel_charge, "CancelCharge", "DELETE", {10, 2}, {2, 1}, published},
    {Call::create_refund, "CreateRefund", "POST", {10, 4}, {2, 1}, published},
    {Call::get_refund, "GetRefund", "GET", {20, 4}, {5, 1}, published},
    {Call::find_reports, "GetReports", "GET", {5, 1}, {5, 1}, unpublished},
    {Call::get_report, "GetReportById", "GET", {5, 1}, {5, 1}, unpublished},
    {Call::create_report, "CreateReport", "POST", {5, 1}, {5, 1}, unpublished},
    {Call::get_report_document, "GetReportDocument", "GET", {5, 1}, {5, 1}, unpublished},
    {Call::find_schedules, "GetReportSchedules", "GET", {5, 1}, {5, 1}, unpublished},
    {Call::get_schedule, "GetReportScheduleById", "GET", {5, 1}, {5, 1}, unpublished},
    {Call::create_schedule, "CreateReportSchedule", "POST", {5, 1}, {5, 1}, unpublished},
    {Call::cancel_schedule, "CancelReportSchedule", "DELETE", {5, 1}, {5, 1}, unpublished},
    {Call::find_disbursements, "GetDisbursements", "GET", {5, 1}, {5, 1}, unpublished},
    {Call::track_delivery, "DeliveryTracker", "POST", {10, 1}, {1, 1}, published},
    {Call::get_authorization_token, "GetAuthorizationToken", "GET", {5, 1}, {5, 1}, published},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < call_count; ++i)
    if (static_cast<std::size_t>(facts[i].call) != i) return false;
  return true;
}
static_assert(in_order(), "the table has one row per call, in the order of the enumeration");

}  // namespace

const CallFacts& facts_of(Call call) { return facts[static_cast<std::size_t>(call)]; }

}  // namespace amazonpay::amazon
