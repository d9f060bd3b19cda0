// What persons decide about a bulk job: start, the second person's yes or no, pause, resume, stop. Each is one commit that expects the job's version.
#include "flows/bulk.hpp"
#include "flows/bulk_task.hpp"

namespace amazonpay::flows {
namespace {

// decide answers false when the job is as wished already.
using DecideJob = std::function<Result<bool>(BulkJob& job, ports::BulkChange& change)>;
Result<BulkJob> change_job(const Ports& ports, ports::BulkJobs& jobs, const std::string& job_id, const Actor& who, const DecideJob& decide) {
  for (int attempt = 1;; ++attempt) {
    auto stored = jobs.job(job_id);
    if (!stored) return stored.kind() == Kind::not_found ? Failure{Kind::not_found, tr("There is no such bulk job.")} : stored.failure();
    ports::BulkChange change;
    change.stored = *stored;
    auto& job = change.stored.job;
    auto wanted = decide(job, change);
    if (!wanted) return wanted.failure();
    if (!*wanted) return job;
    job.changed_by = who, job.changed_ms = ports.clock.now_ms();
    auto committed = jobs.commit(change);
    if (committed) return job;
    if (committed.kind() != Kind::conflict || attempt == tries_max) return committed.failure();
  }
}

void set_running(BulkJob& job, ports::BulkChange& change, std::int64_t now_ms) {
  job.state = BulkState::running, job.problem = {};
  job.resumed_ms = now_ms, job.errors_before = job.errors, job.decided_before = job.decided();
  change.tasks.push_back(bulk_task(job.id, now_ms));
}

bool above(const std::vector<BulkSum>& sums, const std::optional<Threshold>& threshold, Money& limit) {
  for (const auto& sum : sums)
    if (threshold && sum.amount > threshold->in(sum.amount.currency())) return limit = threshold->in(sum.amount.currency()), true;
  return false;
}

// Thresholds of a day count what single refunds gave back before, too.
Result<bool> above_today(const Ports& ports, const BulkJob& job, const std::string& user_id, const std::optional<Threshold>& threshold, Money& limit) {
  if (!threshold) return false;
  auto sums = job.planned_sums;
  for (auto& sum : sums) {
    auto counted = ports.ledger.tally(tally_id(ports.clock.now_ms(), sum.amount.currency(), user_id));
    if (!counted) return counted.failure();
    if (counted->version != 0) sum.amount += counted->tally.amount;
  }
  return above(sums, threshold, limit);
}

// The job is one act: its totals are compared, so that many small rows do not slip below what one large refund needs.
Result<Text> second_person(const Ports& ports, const BulkJob& job, const ApprovalRules& rules, const Actor& who) {
  Money limit;
  if (job.kind == BulkKind::capture)
    return above(job.planned_sums, rules.capture, limit) ? Text{tr("Captures above {limit} need a second person."), {{"limit", limit}}} : Text{};
  if (job.kind != BulkKind::refund) return Text{};
  if (above(job.planned_sums, rules.refund, limit)) return Text{tr("Refunds above {limit} need a second person."), {{"limit", limit}}};
  if (rules.compensation && job.above_held > 0)
    return Text{tr("{count} row gives back more than is held: a second person is needed.|{count} rows give back more than is held: a second person is needed."), {{"count", std::int64_t{job.above_held}}}};
  for (const auto& [user, threshold] : {std::pair{who.id, rules.refunds_per_user_day}, std::pair{std::string(), rules.refunds_per_day}}) {
    auto needed = above_today(ports, job, user, threshold, limit);
    if (!needed) return needed.failure();
    if (*needed) return Text{tr("With this job more than {limit} would be refunded today: a second person is needed."), {{"limit", limit}}};
  }
  return Text{};
}

ports::AuditEntry entry(const char* event, const BulkJob& job, const std::string& more = {}) {
  return {event, "", std::nullopt, job.reason, std::string(name_of(job.kind)) + " " + job.id + (more.empty() ? "" : " " + more)};
}

std::string totals_of(const BulkJob& job) {
  std::string text;
  for (const auto& sum : job.planned_sums) text += (text.empty() ? "" : ",") + std::string(sum.amount.currency().code()) + ":" + to_wire(sum.amount);
  return text;
}

// The job's own task, and one for each claimed row that nobody has decided: those that still wait in the queue stay as they are.
Result<bool> bring_back(ports::BulkJobs& jobs, const BulkJob& job, ports::BulkChange& change, std::int64_t now_ms) {
  change.tasks.push_back(bulk_task(job.id, now_ms));
  auto waiting = jobs.rows({job.id, std::nullopt, BulkStage::waiting, 0, 0, bulk_in_flight_max});
  if (!waiting) return waiting.failure();
  auto decided = jobs.decided(operations_of(job.id, *waiting));
  if (!decided) return decided.failure();
  for (const auto& row : *waiting)
    if (!decided->contains(bulk_operation_id(job.id, row.row))) change.tasks.push_back(rows_task(job.id, {row.row}, now_ms));
  return true;
}

Failure not_now() { return {Kind::refused, tr("The job is in another state by now. Look at it again.")}; }

}  // namespace

Result<BulkJob> start_bulk(const Ports& ports, ports::BulkJobs& jobs, const std::string& job_id, const std::vector<Money>& typed, std::optional<int> stop_after, const Actor& who) {
  auto policy = ports.settings.policy();
  if (!policy) return policy.failure();
  return change_job(ports, jobs, job_id, who, [&](BulkJob& job, ports::BulkChange& change) -> Result<bool> {
    if (!totals_agree(job.planned_sums, typed))
      return Failure{Kind::refused, tr("The typed total is not that of the dry run. Type the total of each currency exactly; nothing was sent."), "total"};
    if (job.state == BulkState::running || job.state == BulkState::waiting_approval || job.state == BulkState::done) return false;  // this click came twice
    if (job.state != BulkState::dry_run) return not_now();
    if (job.planned() == 0) return Failure{Kind::refused, tr("Every row is left out, so there is nothing to start.")};
    auto why = second_person(ports, job, policy->approval, who);
    if (!why) return why.failure();
    const auto now_ms = ports.clock.now_ms();
    job.started_by = who, job.started_ms = now_ms;
    if (stop_after) job.stop_after = *stop_after;
    change.audit.push_back(entry("bulk.started", job, totals_of(job)));
    if (why->empty()) return set_running(job, change, now_ms), true;
    job.state = BulkState::waiting_approval, job.approval_why = *why;
    job.expires_ms = policy->approval.expires_ms == 0 ? 0 : now_ms + policy->approval.expires_ms;
    change.audit.push_back(entry("bulk.awaits_approval", job, totals_of(job)));
    return true;
  });
}

Result<BulkJob> approve_bulk(const Ports& ports, ports::BulkJobs& jobs, const std::string& job_id, const Actor& who) {
  return change_job(ports, jobs, job_id, who, [&](BulkJob& job, ports::BulkChange& change) -> Result<bool> {
    if (job.state != BulkState::waiting_approval) return not_now();
    if (job.started_by.id == who.id) return Failure{Kind::denied, tr("You started this job yourself. A second person has to approve it.")};
    const auto now_ms = ports.clock.now_ms();
    if (job.expires_ms != 0 && job.expires_ms <= now_ms) return Failure{Kind::refused, tr("The time to approve this job is over. Check the rows anew.")};
    job.approved_by = who;
    set_running(job, change, now_ms);
    change.audit.push_back(entry("bulk.approved", job, totals_of(job)));
    return true;
  });
}

Result<BulkJob> reject_bulk(const Ports& ports, ports::BulkJobs& jobs, const std::string& job_id, const std::string& note, const Actor& who) {
  return change_job(ports, jobs, job_id, who, [&](BulkJob& job, ports::BulkChange& change) -> Result<bool> {
    if (job.state != BulkState::waiting_approval) return not_now();
    job.state = BulkState::stopped;
    job.problem = note.empty() ? Text{tr("Not approved; nothing was sent.")} : Text{tr("Not approved: {note}. Nothing was sent."), {{"note", note}}};
    change.audit.push_back(entry("bulk.rejected", job));
    return true;
  });
}

Result<BulkJob> pause_bulk(const Ports& ports, ports::BulkJobs& jobs, const std::string& job_id, const Actor& who) {
  return change_job(ports, jobs, job_id, who, [&](BulkJob& job, ports::BulkChange& change) -> Result<bool> {
    if (job.state == BulkState::paused) return false;
    if (job.state != BulkState::running) return not_now();
    job.state = BulkState::paused, job.problem = {};
    change.audit.push_back(entry("bulk.paused", job));
    return true;
  });
}

Result<BulkJob> resume_bulk(const Ports& ports, ports::BulkJobs& jobs, const std::string& job_id, const Actor& who) {
  return change_job(ports, jobs, job_id, who, [&](BulkJob& job, ports::BulkChange& change) -> Result<bool> {
    if (job.state == BulkState::running) return false;
    if (job.state != BulkState::paused) return not_now();
    set_running(job, change, ports.clock.now_ms());
    change.audit.push_back(entry("bulk.resumed", job));
    return true;
  });
}

Result<BulkJob> stop_bulk(const Ports& ports, ports::BulkJobs& jobs, const std::string& job_id, const Actor& who) {
  return change_job(ports, jobs, job_id, who, [&](BulkJob& job, ports::BulkChange& change) -> Result<bool> {
    if (job.state == BulkState::stopped) return false;
    if (job.state == BulkState::done) return not_now();
    job.state = BulkState::stopped;
    if (job.not_begun() > 0)
      job.problem = {tr("{count} row was not begun and is left out.|{count} rows were not begun and are left out."), {{"count", std::int64_t{job.not_begun()}}}};
    change.audit.push_back(entry("bulk.stopped", job, std::to_string(job.not_begun()) + " not begun"));
    if (job.waiting > 0) change.tasks.push_back(bulk_task(job.id, ports.clock.now_ms()));
    return true;
  });
}

Result<> recover_bulk(const Ports& ports, ports::BulkJobs& jobs) {
  const auto now_ms = ports.clock.now_ms();
  auto watched = jobs.watched(200);
  if (!watched) return watched.failure();
  for (const auto& old : *watched) {
    const bool waits = old.state == BulkState::waiting_approval;
    const bool expired = waits && old.expires_ms != 0 && old.expires_ms <= now_ms;
    if (waits ? !expired : now_ms - old.changed_ms < recover_patience_ms) continue;
    auto done = change_job(ports, jobs, old.id, expired ? Actor{"system", {}} : old.changed_by, [&](BulkJob& job, ports::BulkChange& change) -> Result<bool> {
      if (job.state != old.state || job.changed_ms != old.changed_ms) return false;
      if (!expired) return bring_back(jobs, job, change, now_ms);
      job.state = BulkState::stopped, job.problem = {tr("Nobody approved it in time; nothing was sent.")};
      change.audit.push_back(entry("bulk.expired", job));
      return true;
    });
    if (!done) return done.failure();
  }
  return hostapi::success();
}

}  // namespace amazonpay::flows
