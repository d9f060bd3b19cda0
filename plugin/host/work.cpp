#include "flows/bulk.hpp"
#include "flows/carry_out.hpp"
#include "flows/figures.hpp"
#include "flows/inbox.hpp"
#include "flows/notification.hpp"
#include "flows/orphans.hpp"
#include "flows/recover.hpp"
#include "flows/reports.hpp"
#include "flows/settlements.hpp"
#include "flows/sync.hpp"
#include "host/call.hpp"
#include "host/contributions.hpp"
#include "host/first_readings.hpp"
#include "host/member.hpp"
#include "host/payment_marks.hpp"
#include "host/setting.hpp"
#include "host/retention.hpp"
#include "host/store_bulk.hpp"
#include "host/store_reports.hpp"
#include "host/store_inbox.hpp"
#include "host/store_settlements.hpp"

namespace amazonpay::host {
namespace {

constexpr int pages_per_round = 5;
constexpr std::int64_t paced_ms = 2'500;

// What task_document wrote, and what older versions did: one intent, the message id of a notification.
ports::Task task_in(const Members& document) {
  static const json::object nothing;
  const auto payload = document.object("payload").value_or(Members(nothing));
  ports::Task t;
  t.name = document.needed_text("name"), t.order_id = payload.text("order_id"), t.report_id = payload.text("report_id"), t.job_id = payload.text("job_id"), t.permission_id = payload.text("permission_id");
  for (const auto& id : payload.list("intent_ids")) t.intent_ids.emplace_back(id.as_string());
  if (const auto one = payload.text("intent_id"); t.intent_ids.empty() && !one.empty()) t.intent_ids.push_back(one);
  for (const auto& row : payload.list("rows")) t.rows.push_back(row.to_number<int>());
  t.slot = static_cast<int>(payload.number("slot")), t.notification = payload.text("notification");
  if (t.notification.empty()) t.notification = payload.text("message_id");
  return t;
}

}  // namespace

// Orders that came into the shop and that nobody has read at Amazon yet get their first reading. Some pages of orders per round, then round again.
Result<> Work::find_new_orders(const Session& session) {
  const std::lock_guard lock(mutex_);
  for (int i = 0; i < pages_per_round; ++i) {
    auto page = queue_first_readings(session, order_cursor_);
    if (!page) return page.failure();
    order_cursor_ = page->next;
    if (order_cursor_.empty()) break;
  }
  return hostapi::success();
}

// The shop's own tasks say what is there: money without an order, quarantine, silence, bulk jobs that wait.
Result<> Work::keep_watch(Call& call) {
  StoreInbox inbox(call.session);
  auto topic = setting_of(call.session, "notification_topic");
  if (!topic) return topic.failure();
  auto facts = inbox.facts(*topic);
  return facts ? flows::keep_watch(call.ports(), inbox, *facts) : Result<>(facts.failure());
}

Result<std::int64_t> Work::carry(Call& call, const ports::Task& wanted) {
  const auto& session = call.session;
  const auto ports = call.ports();
  const auto done = [](const Result<>& ran) { return ran ? Result<std::int64_t>(0) : Result<std::int64_t>(ran.failure()); };
  if (wanted.name == "intent" || wanted.name == "bulk_intent") return done(flows::carry_out(ports, wanted.intent_ids));
  if (wanted.name == "sync") return done(flows::sync(ports, wanted.order_id));
  if (wanted.name == "orphan") return done(flows::handle_orphan(ports, wanted.permission_id));
  if (wanted.name == "notification") return flows::handle_notifications(ports, wanted);
  StoreBulk jobs(session);
  if (wanted.name == "bulk") return flows::run_bulk(ports, jobs, wanted.job_id);
  if (wanted.name == "bulk_rows") return done(flows::run_rows(ports, jobs, wanted.job_id, wanted.rows));
  if (wanted.name == "recover") {
    auto recovered = flows::recover(ports);
    if (recovered) recovered = flows::recover_bulk(ports, jobs);
    if (auto labelled = recovered ? label_old_payments(session) : Result<int>(0); !labelled) return labelled.failure();
    if (recovered) recovered = keep_watch(call);
    return done(recovered ? find_new_orders(session) : recovered);
  }
  if (wanted.name == "retention") return purge_old_records(session);
  return carry_report(session, ports, wanted);
}

// What is about reports and settlements. Before the connection is set up there is nothing to look for.
Result<std::int64_t> Work::carry_report(const Session& session, const flows::Ports& ports, const ports::Task& wanted) {
  StoreSettlements settlements(session);
  StoreReports shelf(session);
  if (wanted.name == "figures") return flows::count_entries(ports, settlements);
  if (wanted.name != "settlements" && wanted.name != "settlement" && wanted.name != "report" && wanted.name != "schedule") return Failure{Kind::not_found, "there is no task " + wanted.name};
  auto reports = amazon_.reports_for_call(session);
  if (wanted.name == "settlement") {
    if (!reports && !ports::keys_refused(reports.failure()) && reports.kind() != Kind::unavailable) return reports.failure();
    return flows::read_settlement_report(ports, reports ? reports->get() : nullptr, settlements, shelf, wanted.report_id);
  }
  if (wanted.name == "report" || wanted.name == "schedule") {
    if (!reports) return reports.failure();
    if (wanted.name == "report") return flows::work_on_report(ports, **reports, shelf, settlements, wanted.report_id);
    auto told = flows::work_on_schedule(**reports, shelf, wanted.report_id);
    return told ? Result<std::int64_t>(0) : told.failure();
  }
  if (!reports) return ports::keys_refused(reports.failure()) ? Result<std::int64_t>(0) : reports.failure();
  auto done = flows::find_settlements(ports, **reports, settlements);
  if (done) done = flows::read_payouts(ports, **reports, settlements);
  if (done) done = flows::match_again(ports, settlements);
  if (done) done = flows::list_reports(ports, **reports, shelf);
  if (done) done = flows::list_schedules(ports, **reports, shelf);
  if (done) done = flows::drop_old_texts(ports, shelf);
  if (!done) return done.failure();
  return 0;
}

Result<json::value> Work::run(const Session& session, const json::value& task) {
  auto wanted = reading("the task", [&] { return task_in(Members(task)); });
  if (!wanted) return wanted.failure();
  // Staff wait for what they have asked for; everything else leaves them their share of Amazon's requests.
  Call call(session, amazon_, wanted->name == "intent" ? amazon::Urgency::staff : amazon::Urgency::background);
  const auto again_ms = carry(call, *wanted);
  const bool only_later = !again_ms && ports::paced(again_ms.failure());
  if (!only_later) beats_.task(session, wanted->name, again_ms ? std::nullopt : std::optional(again_ms.failure()));
  beats_.amazon(session, call.amazon.pulse);
  if (again_ms) return *again_ms == 0 ? json::value(json::object{}) : json::value(json::object{{"again_ms", *again_ms}});
  const auto& failure = again_ms.failure();
  if (ports::paced(failure)) return json::value(json::object{{"again_ms", paced_ms}});  // our own turn did not come: no trouble, only later
  session.core().log(HOSTAPI_LOG_WARN, "AMAZONPAY_TASK_NOT_DONE",
                     {{"task", wanted->name}, {"order_id", wanted->order_id}, {"intents", json::array(wanted->intent_ids.begin(), wanted->intent_ids.end())}, {"notification", wanted->notification}, {"slot", wanted->slot}, {"report_id", wanted->report_id}, {"job_id", wanted->job_id}, {"rows", json::array(wanted->rows.begin(), wanted->rows.end())},
                      {"status", hostapi::sdk::status_name(hostapi::sdk::to_status(failure.kind))}, {"code", failure.code}, {"amazon_request_id", failure.trace},
                      {"message", failure.message}});
  return failure;
}

}  // namespace amazonpay::host
