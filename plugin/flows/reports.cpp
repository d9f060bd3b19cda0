#include "flows/reports.hpp"

#include <algorithm>

#include "flows/settlements.hpp"

namespace amazonpay::flows {
namespace {

constexpr std::int64_t first_look_ms = 2'000, longest_pause_ms = 60'000;
constexpr std::int64_t listed_days = 90;
constexpr int dropped_per_run = 100;

ports::Task shelf_task(const char* name, const std::string& id, std::int64_t due_ms) {
  ports::Task task;
  task.name = name, task.key = std::string(name) + ":" + id, task.report_id = id, task.due_ms = due_ms;
  return task;
}

bool in_environment(const ReportKind& kind, Environment environment) { return environment == Environment::live ? kind.in_live : kind.in_sandbox; }

Result<> commit_report(ports::ReportShelf& shelf, const ports::StoredReport& stored, std::vector<ports::Task> tasks = {}, std::optional<ports::AuditEntry> audit = {}) {
  ports::ShelfChange change;
  change.reports.push_back(stored), change.tasks = std::move(tasks);
  if (audit) change.audit.push_back(*audit);
  return shelf.commit(change);
}

Failure not_here() { return {Kind::refused, tr("Amazon does not make this report in this environment.")}; }

Result<std::int64_t> refused_by_amazon(ports::ReportShelf& shelf, ports::StoredReport& stored, const Failure& failure) {
  stored.value.state = KeptState::refused;
  stored.value.problem = failure.code.empty() ? Text{tr("Refused by Amazon: {message}"), {{"message", failure.message}}}
                                              : Text{tr("Refused by Amazon: {message} ({code})"), {{"message", failure.message}, {"code", failure.code}}};
  auto committed = commit_report(shelf, stored);
  return committed ? Result<std::int64_t>(0) : committed.failure();
}

// Amazon's id of the request is known: a twin that the list found meanwhile goes.
Result<std::int64_t> send_request(ports::Reports& reports, ports::ReportShelf& shelf, ports::StoredReport& stored) {
  auto made = reports.create_report(stored.value.type, stored.value.start_ms, stored.value.end_ms, stored.value.id);
  if (!made && (made.kind() == Kind::refused || made.kind() == Kind::invalid) && !ports::keys_refused(made.failure())) return refused_by_amazon(shelf, stored, made.failure());
  if (!made) return made.failure();
  auto twin = shelf.report_of(*made);
  if (!twin) return twin.failure();
  stored.value.report_id = *made, stored.value.state = KeptState::in_progress;
  ports::ShelfChange change;
  change.reports.push_back(stored);
  if (twin->version != 0 && twin->value.id != stored.value.id) change.reports_removed.push_back(twin->value.id);
  if (auto committed = shelf.commit(change); !committed) return committed.failure();
  return first_look_ms;
}

// The text is fetched and kept; a settlement is read at once.
Result<std::int64_t> fetch_text(const Ports& ports, ports::Reports& reports, ports::ReportShelf& shelf, ports::Settlements& settlements, ports::StoredReport& stored) {
  auto& report = stored.value;
  auto text = reports.download_document(report.document_id);
  if (!text && text.kind() == Kind::not_found) {
    report.state = KeptState::failed, report.problem = {tr("Amazon has no file of this report any more.")};
    auto committed = commit_report(shelf, stored);
    return committed ? Result<std::int64_t>(0) : committed.failure();
  }
  if (!text) return text.failure();
  ports::ShelfChange change;
  report.state = KeptState::ready;
  if (text->size() > ports::kept_text_max) {
    report.problem = {tr("The file is larger than 12 MB and is not kept here. Download it in Seller Central.")};
  } else {
    if (auto put = shelf.put_text(report, *text); !put) return put.failure();
    report.kept_ms = ports.clock.now_ms();
  }
  if (report.kept() && report.type == settlement_type(report.environment)) {
    auto read = settlements.progress(report.report_id);
    if (!read && read.kind() != Kind::not_found) return read.failure();
    if (!read) {
      change.progress = ports::SettlementProgress{};
      change.progress->report_id = report.report_id, change.progress->document_id = report.document_id, change.progress->created_ms = report.created_ms;
      change.tasks.push_back(settlement_task(report.report_id, report.kept_ms));
    }
  }
  change.reports.push_back(stored);
  if (auto committed = shelf.commit(change); !committed) return committed.failure();
  return 0;
}

KeptState state_of(const Report& report) {
  switch (report.state) {
    case ReportState::completed: return KeptState::ready;
    case ReportState::canceled: return KeptState::no_data;
    case ReportState::failed: return KeptState::failed;
    default: return KeptState::in_progress;
  }
}

void take_over(KeptReport& kept, const Report& report) {
  kept.report_id = report.id, kept.type = report.type, kept.state = state_of(report), kept.document_id = report.document_id;
  if (report.start_ms != 0) kept.start_ms = report.start_ms, kept.end_ms = report.end_ms;
  if (kept.state == KeptState::failed) kept.problem = {tr("Amazon could not make this report. Ask for it again.")};
}

// One report of Amazon's list. What a person asked for is followed by its own task.
Result<> take_from_list(const Ports& ports, ports::ReportShelf& shelf, const Report& report, Environment environment) {
  auto stored = shelf.report_of(report.id);
  if (!stored) return stored.failure();
  auto& kept = stored->value;
  if (stored->version != 0 && (!kept.who.id.empty() || kept.kept() || kept.state == state_of(report))) return hostapi::success();
  if (stored->version == 0) kept.id = report.id, kept.environment = environment, kept.created_ms = report.created_ms;
  take_over(kept, report);
  std::vector<ports::Task> tasks;
  // A settlement is kept when it is read.
  if (kept.state == KeptState::ready && kept.type != settlement_type(environment)) tasks.push_back(shelf_task("report", kept.id, ports.clock.now_ms()));
  auto committed = commit_report(shelf, *stored, std::move(tasks));
  return committed || committed.kind() == Kind::conflict ? hostapi::success() : committed;
}

}  // namespace

Result<> request_report(const Ports& ports, ports::ReportShelf& shelf, const ReportWish& wish) {
  auto policy = ports.settings.policy();
  if (!policy) return policy.failure();
  const auto* kind = report_kind(wish.type);
  if (kind == nullptr || !kind->by_request || !in_environment(*kind, policy->environment)) return not_here();
  const auto now_ms = ports.clock.now_ms();
  if (wish.start_ms >= wish.end_ms) return Failure{Kind::refused, tr("The last day must not be before the first day.")};
  if (wish.start_ms > now_ms) return Failure{Kind::refused, tr("The first day lies in the future. Choose one up to today.")};
  auto stored = shelf.report(wish.id);
  if (!stored) return stored.failure();
  if (stored->version != 0) return hostapi::success();  // this click came twice
  auto& report = stored->value;
  report.id = wish.id, report.environment = policy->environment, report.type = wish.type, report.start_ms = wish.start_ms, report.end_ms = std::min(wish.end_ms, now_ms);
  report.created_ms = now_ms, report.who = wish.who;
  auto committed = commit_report(shelf, *stored, {shelf_task("report", wish.id, now_ms)}, ports::AuditEntry{"report.requested", "", std::nullopt, "", wish.type});
  return !committed && committed.kind() == Kind::conflict ? hostapi::success() : committed;
}

Result<> keep_report(const Ports& ports, ports::ReportShelf& shelf, const std::string& id) {
  auto stored = shelf.report(id);
  if (!stored) return stored.failure();
  if (stored->version == 0) return Failure{Kind::not_found, tr("There is no such report.")};
  if (stored->value.kept()) return hostapi::success();
  if (stored->value.state != KeptState::ready || stored->value.document_id.empty()) return Failure{Kind::refused, tr("This report has no file that could be fetched.")};
  return commit_report(shelf, *stored, {shelf_task("report", id, ports.clock.now_ms())}, ports::AuditEntry{"report.kept", "", std::nullopt, "", stored->value.report_id});
}

Result<> request_schedule(const Ports& ports, ports::ReportShelf& shelf, const ScheduleWish& wish) {
  auto policy = ports.settings.policy();
  if (!policy) return policy.failure();
  const auto* kind = report_kind(wish.type);
  if (kind == nullptr || !kind->by_schedule || !in_environment(*kind, policy->environment)) return not_here();
  const auto known = [&](const Frequency& f) { return wish.frequency == f.word; };
  if (std::none_of(frequencies().begin(), frequencies().end(), known)) return Failure{Kind::refused, tr("Choose how often the report is to be made.")};
  auto all = shelf.schedules(policy->environment);
  if (!all) return all.failure();
  for (const auto& one : *all)
    if (one.type == wish.type && one.id != wish.id && !wish.replaces && (one.state == ScheduleState::active || one.state == ScheduleState::wanted))
      return Failure{Kind::refused, tr("There is a schedule for this report already. Tick that it is to be replaced, or end it first.")};
  auto stored = shelf.schedule(wish.id);
  if (!stored) return stored.failure();
  if (stored->version != 0) return hostapi::success();
  auto& schedule = stored->value;
  schedule.id = wish.id, schedule.environment = policy->environment, schedule.type = wish.type, schedule.frequency = wish.frequency, schedule.replaces = wish.replaces;
  schedule.created_ms = ports.clock.now_ms(), schedule.next_ms = std::max(wish.next_ms, schedule.created_ms + 60'000), schedule.who = wish.who;
  ports::ShelfChange change;
  change.schedules.push_back(*stored);
  change.tasks.push_back(shelf_task("schedule", wish.id, schedule.created_ms));
  change.audit.push_back({"report.scheduled", "", std::nullopt, "", wish.type + " " + wish.frequency});
  auto committed = shelf.commit(change);
  return !committed && committed.kind() == Kind::conflict ? hostapi::success() : committed;
}

Result<> end_schedule(const Ports& ports, ports::ReportShelf& shelf, const std::string& id, const Actor& who) {
  auto stored = shelf.schedule(id);
  if (!stored) return stored.failure();
  if (stored->version == 0) return Failure{Kind::not_found, tr("There is no such schedule.")};
  auto& schedule = stored->value;
  if (schedule.state == ScheduleState::ending || schedule.state == ScheduleState::ended) return hostapi::success();
  if (schedule.state == ScheduleState::wanted) return Failure{Kind::conflict, tr("Amazon is just being told of this schedule. End it in a moment.")};
  ports::ShelfChange change;
  if (schedule.state == ScheduleState::refused) schedule.state = ScheduleState::ended;
  else schedule.state = ScheduleState::ending, schedule.who = who, change.tasks.push_back(shelf_task("schedule", id, ports.clock.now_ms()));
  change.schedules.push_back(*stored);
  change.audit.push_back({"report.schedule_ended", "", std::nullopt, "", schedule.type});
  return shelf.commit(change);
}

Result<std::int64_t> work_on_report(const Ports& ports, ports::Reports& reports, ports::ReportShelf& shelf, ports::Settlements& settlements, const std::string& id) {
  auto stored = shelf.report(id);
  if (!stored) return stored.failure();
  auto& report = stored->value;
  if (stored->version == 0 || report.kept()) return 0;
  if (report.state == KeptState::requested) return send_request(reports, shelf, *stored);
  if (report.state == KeptState::ready) return report.document_id.empty() || !report.problem.empty() ? Result<std::int64_t>(0) : fetch_text(ports, reports, shelf, settlements, *stored);
  if (report.state != KeptState::in_progress) return 0;
  auto now = reports.get_report(report.report_id);
  if (!now && now.kind() == Kind::not_found) {
    report.state = KeptState::failed, report.problem = {tr("Amazon does not know this report any more. Ask for it again.")};
    auto committed = commit_report(shelf, *stored);
    return committed ? Result<std::int64_t>(0) : committed.failure();
  }
  if (!now) return now.failure();
  const auto age_ms = ports.clock.now_ms() - report.created_ms;
  if (state_of(*now) == KeptState::in_progress) return std::clamp(age_ms / 4, first_look_ms, longest_pause_ms);
  take_over(report, *now);
  if (report.state == KeptState::ready && !report.document_id.empty()) return fetch_text(ports, reports, shelf, settlements, *stored);
  auto committed = commit_report(shelf, *stored);
  return committed ? Result<std::int64_t>(0) : committed.failure();
}

Result<> work_on_schedule(ports::Reports& reports, ports::ReportShelf& shelf, const std::string& id) {
  auto stored = shelf.schedule(id);
  if (!stored) return stored.failure();
  auto& schedule = stored->value;
  ports::ShelfChange change;
  if (stored->version != 0 && schedule.state == ScheduleState::ending) {
    if (auto ended = reports.cancel_schedule(schedule.schedule_id); !ended && ended.kind() != Kind::not_found) return ended;
    schedule.state = ScheduleState::ended;
  } else if (stored->version != 0 && schedule.state == ScheduleState::wanted) {
    auto made = reports.create_schedule(schedule.type, schedule.frequency, schedule.next_ms, schedule.replaces, schedule.id);
    if (!made && ((made.kind() != Kind::refused && made.kind() != Kind::invalid) || ports::keys_refused(made.failure()))) return made.failure();
    if (made) {
      schedule.schedule_id = *made, schedule.state = ScheduleState::active;
      auto all = shelf.schedules(schedule.environment);
      if (!all) return all.failure();
      for (const auto& other : *all) {
        if (other.type != schedule.type || other.id == schedule.id || other.state != ScheduleState::active) continue;
        auto old = shelf.schedule(other.id);
        if (!old) return old.failure();
        old->value.state = ScheduleState::ended;
        change.schedules.push_back(*old);
      }
    } else {
      schedule.state = ScheduleState::refused;
      schedule.problem = {tr("Refused by Amazon: {message}"), {{"message", made.message()}}};
    }
  } else {
    return hostapi::success();
  }
  change.schedules.push_back(*stored);
  return shelf.commit(change);
}

Result<> list_reports(const Ports& ports, ports::Reports& reports, ports::ReportShelf& shelf) {
  auto policy = ports.settings.policy();
  if (!policy) return policy.failure();
  // A request whose answer was lost may stand in Amazon's list already: its own task finds out first.
  auto open = shelf.open(50);
  if (!open) return open.failure();
  if (std::any_of(open->begin(), open->end(), [](const KeptReport& r) { return r.state == KeptState::requested; })) return hostapi::success();
  ReportFilter filter;
  filter.page_size = 50, filter.created_since_ms = ports.clock.now_ms() - listed_days * day_ms;
  for (;;) {
    auto page = reports.find_reports(filter);
    if (!page) return page.failure();
    for (const auto& report : page->reports)
      if (auto taken = take_from_list(ports, shelf, report, policy->environment); !taken) return taken;
    if (page->next_token.empty()) return hostapi::success();
    filter.next_token = page->next_token;
  }
}

Result<> list_schedules(const Ports& ports, ports::Reports& reports, ports::ReportShelf& shelf) {
  auto policy = ports.settings.policy();
  if (!policy) return policy.failure();
  auto there = reports.find_schedules({});
  if (!there) return there.failure();
  auto here = shelf.schedules(policy->environment);
  if (!here) return here.failure();
  for (const auto& one : *here) {
    const auto at = std::find_if(there->begin(), there->end(), [&](const ReportSchedule& s) { return s.id == one.schedule_id; });
    const bool gone = at == there->end();
    if (one.state != ScheduleState::active || (!gone && at->next_ms == one.next_ms && at->frequency == one.frequency)) continue;
    auto stored = shelf.schedule(one.id);
    if (!stored) return stored.failure();
    if (gone) stored->value.state = ScheduleState::ended;
    else stored->value.next_ms = at->next_ms, stored->value.frequency = at->frequency;
    ports::ShelfChange change;
    change.schedules.push_back(*stored);
    if (auto committed = shelf.commit(change); !committed && committed.kind() != Kind::conflict) return committed;
  }
  for (const auto& one : *there) {
    const auto known = [&](const KeptSchedule& s) { return s.schedule_id == one.id || (s.type == one.type && s.state == ScheduleState::wanted); };
    if (std::any_of(here->begin(), here->end(), known)) continue;
    auto stored = shelf.schedule(one.id);
    if (!stored) return stored.failure();
    if (stored->version != 0) continue;
    auto& schedule = stored->value;
    schedule.id = schedule.schedule_id = one.id, schedule.environment = policy->environment, schedule.type = one.type, schedule.frequency = one.frequency;
    schedule.next_ms = one.next_ms, schedule.state = ScheduleState::active, schedule.created_ms = ports.clock.now_ms();
    ports::ShelfChange change;
    change.schedules.push_back(*stored);
    if (auto committed = shelf.commit(change); !committed && committed.kind() != Kind::conflict) return committed;
  }
  return hostapi::success();
}

Result<> drop_old_texts(const Ports& ports, ports::ReportShelf& shelf) {
  auto policy = ports.settings.policy();
  if (!policy) return policy.failure();
  if (policy->keep_reports_days == 0) return hostapi::success();
  auto old = shelf.kept_before(ports.clock.now_ms() - policy->keep_reports_days * day_ms, dropped_per_run);
  if (!old) return old.failure();
  for (const auto& one : *old) {
    auto stored = shelf.report(one.id);
    if (!stored) return stored.failure();
    auto dropped = stored->value;
    stored->value.kept_ms = 0, stored->value.problem = {tr("Its file was kept for {days} days and is gone now."), {{"days", std::int64_t{policy->keep_reports_days}}}};
    if (auto committed = commit_report(shelf, *stored); !committed) return committed;
    if (auto gone = shelf.drop_text(dropped); !gone) return gone;
  }
  return hostapi::success();
}

}  // namespace amazonpay::flows
