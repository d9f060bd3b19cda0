#include "routes.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace sandbox {
namespace {

using Use = Route::KeyUse;

constexpr std::array<Route, 27> routes{{
    {"POST", "checkoutSessions", false, "", "createCheckoutSession", create_checkout_session, Use::required},
    {"GET", "checkoutSessions", true, "", "getCheckoutSession", get_checkout_session, Use::ignored},
    {"PATCH", "checkoutSessions", true, "", "updateCheckoutSession", update_checkout_session, Use::ignored},
    {"POST", "checkoutSessions", true, "complete", "completeCheckoutSession", complete_checkout_session, Use::optional},
    {"POST", "checkoutSessions", true, "finalize", "finalizeCheckoutSession", finalize_checkout_session, Use::optional},
    {"GET", "buyers", true, "", "getBuyer", get_buyer, Use::ignored},
    {"GET", "chargePermissions", true, "", "getChargePermission", get_charge_permission, Use::ignored},
    {"PATCH", "chargePermissions", true, "", "updateChargePermission", update_charge_permission, Use::ignored},
    {"DELETE", "chargePermissions", true, "close", "closeChargePermission", close_charge_permission, Use::ignored},
    {"POST", "charges", false, "", "createCharge", create_charge, Use::required},
    {"GET", "charges", true, "", "getCharge", get_charge, Use::ignored},
    {"PATCH", "charges", true, "", "updateCharge", update_charge, Use::ignored},
    {"POST", "charges", true, "capture", "captureCharge", capture_charge, Use::required},
    {"DELETE", "charges", true, "cancel", "cancelCharge", cancel_charge, Use::ignored},
    {"POST", "refunds", false, "", "createRefund", create_refund, Use::required},
    {"GET", "refunds", true, "", "getRefund", get_refund, Use::ignored},
    {"GET", "reports", false, "", "getReports", get_reports, Use::ignored},
    {"GET", "reports", true, "", "getReportById", get_report, Use::ignored},
    {"POST", "reports", false, "", "createReport", create_report, Use::optional},
    {"GET", "report-documents", true, "", "getReportDocument", get_report_document, Use::ignored},
    {"GET", "report-schedules", false, "", "getReportSchedules", get_report_schedules, Use::ignored},
    {"GET", "report-schedules", true, "", "getReportScheduleById", get_report_schedule, Use::ignored},
    {"POST", "report-schedules", false, "", "createReportSchedule", create_report_schedule, Use::optional},
    {"DELETE", "report-schedules", true, "", "cancelReportSchedule", cancel_report_schedule, Use::ignored},
    {"GET", "disbursements", false, "", "getDisbursements", get_disbursements, Use::ignored},
    {"POST", "deliveryTrackers", false, "", "createDeliveryTracker", create_delivery_tracker, Use::optional},
    {"GET", "authorizationTokens", true, "", "getAuthorizationToken", get_authorization_token, Use::ignored},
}};

// Runs of '/' count as one and a trailing '/' does not matter.
std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> segments;
    while (!path.empty()) {
        const auto at = path.find('/');
        if (at != 0) segments.push_back(path.substr(0, at));
        if (at == std::string_view::npos) break;
        path.remove_prefix(at + 1);
    }
    return segments;
}

bool is_version(std::string_view text) {
    return text.size() >= 2 && text[0] == 'v' && text.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

}  // namespace

bool is_operation(std::string_view name) {
    return std::any_of(routes.begin(), routes.end(), [&](const Route& route) { return name == route.name; });
}

Match match_route(std::string_view method, std::string_view path) {
    auto segments = segments_of(path);
    Match match;
    if (!segments.empty() && (segments[0] == "sandbox" || segments[0] == "live")) {
        match.environment_in_path = std::string(segments[0]);
        segments.erase(segments.begin());
    }
    const ApiError unknown(404, "ResourceNotFound", "There is no resource at this path.");
    if (segments.size() < 2 || segments.size() > 4 || !is_version(segments[0])) throw unknown;
    const auto resource = segments[1];
    const auto action = segments.size() == 4 ? segments[3] : std::string_view{};
    if (segments.size() > 2) match.id = std::string(segments[2]);

    bool path_known = false;
    for (const auto& route : routes) {
        if (resource != route.resource || action != route.action || match.id.empty() == route.has_id) continue;
        path_known = true;
        if (method == route.method) match.route = &route;
    }
    if (!path_known) throw unknown;
    if (segments[0] != "v2") throw ApiError(400, "InvalidAPIVersion", "This service speaks version v2 only.");
    if (!match.route) throw ApiError(405, "UnsupportedOperation", "The method " + std::string(method) + " is not supported on this resource.");
    return match;
}

}  // namespace sandbox
