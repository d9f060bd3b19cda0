#include <algorithm>

#include "crypto.hpp"
#include "operations.hpp"
#include "paging.hpp"
#include "reports.hpp"
#include "views.hpp"

namespace sandbox {
namespace {

using boost::json::object;
using boost::json::value;

// Limits come in whole seconds; what happened later within the last one belongs to it.
std::int64_t whole_seconds(std::int64_t at_ms) { return at_ms / second_ms * second_ms; }

object report_json(const Report& report) {
    object out;
    out.emplace("createdTime", basic_time(report.created_ms));
    out.emplace("endTime", basic_time(report.end_ms));
    out.emplace("processingEndTime", time_or_null(report.finished_ms));
    out.emplace("processingStartTime", time_or_null(report.started_ms));
    out.emplace("processingStatus", report.state);
    out.emplace("reportDocumentId", report.document_id.empty() ? value(nullptr) : value(report.document_id));
    out.emplace("reportId", report.id);
    out.emplace("reportType", report.type);
    out.emplace("startTime", basic_time(report.start_ms));
    return out;
}

object schedule_json(const ReportSchedule& schedule) {
    object out;
    out.emplace("nextReportCreationTime", basic_time(schedule.due_ms));
    out.emplace("reportScheduleId", schedule.id);
    out.emplace("reportType", schedule.type);
    out.emplace("scheduleFrequency", schedule.frequency);
    return out;
}

// The type in the body, if it may be made this way in this environment.
std::string wanted_type(const Call& call, bool ReportType::*way) {
    const auto name = call.body.text("reportType");
    const auto* type = find_report_type(name);
    if (!type || !(type->*way) || !(call.environment == "Live" ? type->in_live : type->in_sandbox)) call.body.refuse("reportType");
    return name;
}

std::int64_t read_time(const Body& body, const char* name) {
    const auto time = parse_time(body.text(name));
    if (!time) body.refuse(name);
    return *time;
}

std::vector<std::string> checked_types(const Query& query) {
    auto types = query.list("reportTypes");
    for (const auto& type : types)
        if (!find_report_type(type)) Query::refuse("reportTypes");
    return types;
}

bool contains(const std::vector<std::string>& wanted, const std::string& found) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), found) != wanted.end();
}

std::vector<ReportSchedule> active_schedules(Call& call) {
    auto schedules = call.bank.store().children<ReportSchedule>(account_scope(call.merchant.merchant_id, call.environment));
    std::erase_if(schedules, [](const auto& schedule) { return schedule.state != "Active"; });
    return schedules;
}

ReportSchedule active_schedule(Call& call) {
    auto schedule = look_up<ReportSchedule>(call, call.id);
    if (schedule.state != "Active") throw ApiError(404, "ResourceNotFound", "The report schedule " + call.id + " was canceled.");
    return schedule;
}

void cancel(Call& call, ReportSchedule schedule) {
    schedule.state = "Canceled";
    schedule.due_ms = 0;
    call.bank.store().put(schedule);
}

void check_age(Call& call, const Record& record) {
    if (call.actor.at_ms - record.created_ms > reports_kept_ms) throw ApiError(404, "ResourceNotFound", "Reports are kept for 90 days.");
}

}  // namespace

Reply get_reports(Call& call) {
    const auto page = read_page(call.request, {"reportTypes", "processingStatuses", "createdSince", "createdUntil"}, "createdUntil", call.actor.at_ms);
    const auto& query = page.query;
    const auto types = checked_types(query), states = query.list("processingStatuses");
    for (const auto& state : states)
        if (state != "IN_PROGRESS" && state != "COMPLETED" && state != "FAILED" && state != "CANCELLED") Query::refuse("processingStatuses");
    const auto oldest_ms = call.actor.at_ms - reports_kept_ms;
    const auto since_ms = std::max(oldest_ms, query.time_ms("createdSince").value_or(oldest_ms));
    const auto until_ms = query.time_ms("createdUntil").value_or(call.actor.at_ms);
    auto reports = call.bank.store().children<Report>(account_scope(call.merchant.merchant_id, call.environment));
    std::erase_if(reports, [&](const Report& report) {
        return report.created_ms < since_ms || whole_seconds(report.created_ms) > until_ms || !contains(types, report.type) || !contains(states, report.state);
    });
    std::stable_sort(reports.begin(), reports.end(), [](const auto& a, const auto& b) { return a.created_ms > b.created_ms; });
    return {200, page_json("reports", reports, report_json, page)};
}

Reply get_report(Call& call) {
    const auto report = look_up<Report>(call, call.id);
    check_age(call, report);
    return {200, report_json(report)};
}

Reply create_report(Call& call) {
    call.body.allow({"reportType", "startTime", "endTime"});
    call.body.require({"reportType", "startTime", "endTime"});
    const auto type = wanted_type(call, &ReportType::by_request);
    const auto start_ms = read_time(call.body, "startTime"), end_ms = read_time(call.body, "endTime");
    if (end_ms <= start_ms) throw ApiError(400, "InvalidParameterCombination", "endTime has to be later than startTime.");
    check_simulation(call, {});
    const auto report = open_report(call.bank, call.merchant.merchant_id, call.environment, type, start_ms, end_ms, call.actor.at_ms);
    return {201, {{"reportId", report.id}}};
}

Reply get_report_document(Call& call) {
    const auto document = look_up<ReportDocument>(call, call.id);
    check_age(call, document);
    const auto* host = call.request.header("host");
    object out;
    out.emplace("reportDocumentId", document.id);
    out.emplace("url", download_link(host ? *host : "localhost", document.id, call.bank.settings().link_life_ms));
    out.emplace("compressionAlgorithm", "N/A");
    return {200, std::move(out)};
}

Reply get_report_schedules(Call& call) {
    const Query query(call.request.query());
    query.allow({"reportTypes"});
    const auto types = checked_types(query);
    boost::json::array list;
    for (const auto& schedule : active_schedules(call))
        if (contains(types, schedule.type)) list.push_back(schedule_json(schedule));
    return {200, {{"reportSchedules", std::move(list)}}};
}

Reply get_report_schedule(Call& call) { return {200, schedule_json(active_schedule(call))}; }

Reply create_report_schedule(Call& call) {
    call.body.allow({"reportType", "scheduleFrequency", "nextReportCreationTime", "deleteExistingSchedule"});
    call.body.require({"reportType", "scheduleFrequency", "nextReportCreationTime"});
    ReportSchedule schedule;
    schedule.type = wanted_type(call, &ReportType::by_schedule);
    schedule.frequency = call.body.text("scheduleFrequency");
    const auto period_ms = frequency_ms(schedule.frequency);
    if (!period_ms) call.body.refuse("scheduleFrequency");
    schedule.due_ms = read_time(call.body, "nextReportCreationTime");
    const bool replace = call.body.flag("deleteExistingSchedule");
    check_simulation(call, {});
    for (const auto& existing : active_schedules(call)) {
        if (existing.type != schedule.type) continue;
        if (!replace)
            throw ApiError(400, "InvalidRequest", "There is a schedule for this report type already: " + existing.id + "; deleteExistingSchedule replaces it.");
        cancel(call, existing);
    }
    // A first time in the past counts only for the rhythm.
    if (schedule.due_ms <= call.actor.at_ms) schedule.due_ms += ((call.actor.at_ms - schedule.due_ms) / *period_ms + 1) * *period_ms;
    do schedule.id = "6" + random_digits(10);
    while (!call.bank.store().kind_of(schedule.id).empty());
    schedule.merchant_id = call.merchant.merchant_id;
    schedule.environment = call.environment;
    schedule.parent_id = account_scope(schedule.merchant_id, schedule.environment);
    schedule.state = "Active";
    schedule.created_ms = schedule.updated_ms = call.actor.at_ms;
    call.bank.store().put(schedule);
    return {201, {{"reportScheduleId", schedule.id}}};
}

Reply cancel_report_schedule(Call& call) {
    call.body.allow({});
    cancel(call, active_schedule(call));
    return {200, {}};
}

Reply get_disbursements(Call& call) {
    const auto page = read_page(call.request, {"startTime", "endTime"}, "endTime", call.actor.at_ms);
    const auto start_ms = page.query.time_ms("startTime").value_or(call.actor.at_ms - reports_kept_ms);
    const auto end_ms = page.query.time_ms("endTime").value_or(call.actor.at_ms);
    if (end_ms < start_ms) throw ApiError(400, "InvalidParameterCombination", "endTime is earlier than startTime.");
    auto settlements = call.bank.store().children<Settlement>(account_scope(call.merchant.merchant_id, call.environment));
    std::erase_if(settlements, [&](const Settlement& s) { return s.end_ms < start_ms || whole_seconds(s.end_ms) > end_ms; });
    const auto show = [](const Settlement& s) {
        object out;
        out.emplace("sellerId", s.merchant_id);
        out.emplace("settlementId", s.id);
        out.emplace("amazonDisbursementReferenceId", s.disbursement_id);
        out.emplace("amount", amount_text(s.net));
        out.emplace("currencyCode", s.net.currency);
        out.emplace("transactionTime", extended_time_with_ms(s.end_ms));
        return out;
    };
    return {200, page_json("disbursements", settlements, show, page)};
}

}  // namespace sandbox
