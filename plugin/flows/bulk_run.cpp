// The work on a bulk job, a few rows at a time. A row is claimed first (stage waiting, under the job's version), then acts. What is claimed is carried through
// whatever happens to the job, so nobody has to guess whether a row had begun; two hosts on one job meet in the job's version and in the row's operation.
#include <algorithm>

#include "domain/bulk_verdict.hpp"
#include "flows/bulk.hpp"
#include "flows/bulk_task.hpp"
#include "flows/finish_act.hpp"
#include "flows/gathered_ledger.hpp"

namespace amazonpay::flows {
namespace {

constexpr std::int64_t soon_ms = 100;  // after a conflict
constexpr std::int64_t run_ms_max = 2'000;
constexpr std::size_t rows_per_commit = 48;  // three full turns of a worker

Act act_of(const BulkJob& job, const BulkRow& row) {
  Act act;
  act.order_id = row.order_id, act.operation_id = bulk_operation_id(job.id, row.row);
  act.who = job.started_by, act.approved_by = job.approved_by;
  act.reason = job.reason, act.note = row.note.empty() ? job.note : row.note;
  act.event = "bulk";
  return act;
}

Text answer_of(BulkKind kind, const Plan& plan) {
  switch (kind) {
    case BulkKind::refund: return {tr("Refund of {amount} requested. Amazon completes it within at most 8 days."), {{"amount", plan.gives_back}}};
    case BulkKind::capture: return {tr("Capture of {amount} requested."), {{"amount", plan.collects}}};
    case BulkKind::cancel: return {tr("Cancellation of the reservation of {amount} requested."), {{"amount", plan.releases}}};
  }
  return {};
}

// Nothing was decided: the same act again later.
bool passes(Kind kind) { return kind == Kind::conflict || kind == Kind::unavailable || kind == Kind::uncertain || kind == Kind::limit || kind == Kind::internal; }

// The refusal is the row's answer for ever, like a yes: a second host that tries the same row a moment later gets it, too.
Result<Operation> refuse_for_ever(const Ports& ports, const Act& act, const Failure& why) {
  const Operation operation{act.operation_id, act.order_id, "stop", {why.message}, ports.clock.now_ms()};
  return finish_act(ports, act, operation, [&](const ports::LoadedPayment&, ports::Change& change) -> Result<bool> {
    change.operation = operation;
    change.audit.push_back({"bulk.row_refused", act.order_id, std::nullopt, why.code, act.operation_id});
    return true;
  });
}

// unavailable and the like: nothing was decided. "stop": the row was refused.
Result<Operation> begin_row(const Ports& ports, const BulkJob& job, const BulkRow& row) {
  const auto act = act_of(job, row);
  auto begun = run_act(
      ports, act,
      [&](const ports::LoadedPayment& loaded, const ports::Policy& policy) {
        const BulkCheck check{job.kind, policy.refund_rules, policy.environment, ports.clock.now_ms()};
        return plan_row(check, row, job.kind == BulkKind::refund ? std::string() : stand_of(loaded.payment, loaded.intents), loaded.payment, loaded.intents);
      },
      [&](const Plan& plan) { return answer_of(job.kind, plan); });
  if (begun || passes(begun.kind())) return begun;
  return refuse_for_ever(ports, act, begun.failure());
}

void book(BulkJob& job, const BulkRow& row) {
  --job.waiting;
  ++(row.stage == BulkStage::done ? job.done : job.errors);
  // An error may have moved money, too: a refund over two charges, of which one was refused.
  if (row.stage == BulkStage::done || row.amount.positive()) add_to(job.done_sums, row.amount);
}

// After every booking: too many errors pause the job; nothing left ends it.
void judge(BulkJob& job, ports::BulkChange& change, std::int64_t now_ms) {
  job.changed_ms = now_ms;
  if (job.state != BulkState::running && job.state != BulkState::paused) return;
  const int errors = job.errors - job.errors_before;
  if (job.not_begun() == 0 && job.waiting == 0) {
    job.state = BulkState::done;
    change.audit.push_back({"bulk.done", "", std::nullopt, job.reason, std::string(name_of(job.kind)) + " " + job.id + " " + std::to_string(job.done) + " done, " + std::to_string(job.errors) + " errors"});
  } else if (job.state == BulkState::running && job.stop_after > 0 && errors >= job.stop_after && job.not_begun() > 0) {
    job.state = BulkState::paused, job.changed_by = {"system", {}};
    job.problem = {tr("Paused after {count} error. Look at it, then resume or stop.|Paused after {count} errors. Look at them, then resume or stop."), {{"count", std::int64_t{errors}}}};
    change.audit.push_back({"bulk.paused", "", std::nullopt, job.reason, std::string(name_of(job.kind)) + " " + job.id + " after " + std::to_string(errors) + " errors"});
  }
}

Result<std::map<std::string, std::vector<Intent>>> intents_of(ports::BulkJobs& jobs, const std::vector<BulkRow>& rows) {
  std::vector<std::string> orders;
  for (const auto& row : rows) orders.push_back(row.order_id);
  if (orders.empty()) return std::map<std::string, std::vector<Intent>>{};
  return jobs.intents_of(orders);
}

struct Round {
  std::vector<BulkRow> to_begin;  // claimed, and not known to have acted
  bool moved = false;             // something changed in this round
};

// Follows what is in flight, claims further rows as far as there is room, and commits both under the job's version.
Result<Round> follow_and_claim(const Ports& ports, ports::BulkJobs& jobs, ports::StoredBulkJob& stored) {
  Round round;
  ports::BulkChange change;
  change.stored = stored;
  auto& job = change.stored.job;
  auto waiting = jobs.rows({job.id, std::nullopt, BulkStage::waiting, 0, 0, bulk_in_flight_max});
  if (!waiting) return waiting.failure();
  auto intents = intents_of(jobs, *waiting);
  if (!intents) return intents.failure();
  int queued = 0;
  for (auto& row : *waiting) {
    const auto operation_id = bulk_operation_id(job.id, row.row);
    const auto& of_order = (*intents)[row.order_id];
    if (std::none_of(of_order.begin(), of_order.end(), [&](const Intent& i) { return i.cause == operation_id; })) {
      round.to_begin.push_back(row);
      continue;
    }
    queued += std::any_of(of_order.begin(), of_order.end(), [&](const Intent& i) { return i.cause == operation_id && i.state == IntentState::planned; });
    follow_row(row, operation_id, of_order);
    if (row.stage == BulkStage::waiting) continue;
    book(job, row);
    change.rows.push_back(row);
  }
  job.pace(static_cast<int>(waiting->size()), static_cast<int>(change.rows.size()), queued);
  if (const auto before = job.state; !change.rows.empty() || before == BulkState::running) judge(job, change, ports.clock.now_ms());
  if (job.state == BulkState::running && job.room() > 0 && job.not_begun() > 0) {
    auto next = jobs.rows({job.id, std::nullopt, BulkStage::planned, 0, 0, job.room()});
    if (!next) return next.failure();
    for (auto& row : *next) {
      row.stage = BulkStage::waiting, ++job.waiting, ++job.requested;
      change.rows.push_back(row);
      round.to_begin.push_back(row);
    }
  }
  round.moved = !change.rows.empty() || job.state != stored.job.state;
  if (!round.moved) return round;
  if (auto committed = jobs.commit(change); !committed) return committed.failure();
  stored = {job, stored.version + 1};
  return round;
}

// Acts on claimed rows. Those Amazon is never asked about are booked as errors at once.
Result<> begin_rows(const Ports& ports, ports::BulkJobs& jobs, ports::StoredBulkJob& stored, const std::vector<BulkRow>& rows, std::int64_t until_ms) {
  ports::BulkChange change;
  change.stored = stored;
  auto& job = change.stored.job;
  std::optional<Failure> trouble;
  for (std::size_t first = 0; first < rows.size() && ports.clock.now_ms() <= until_ms; first += rows_per_commit) {
    const auto last = std::min(rows.size(), first + rows_per_commit);
    const auto begin = [&](const Ports& together, std::size_t i) { return begin_row(together, job, rows[first + i]); };
    const auto begun = decide_together(ports, last - first, begin, job.rows_per_turn());
    for (auto i = first; i < last; ++i) {
      const auto& one = begun[i - first];
      if (!one) trouble = one.failure();
      if (!one || one->level != "stop") continue;
      auto row = rows[i];
      row.stage = BulkStage::error, row.message = one->answer.id;
      --job.requested;
      book(job, row);
      change.rows.push_back(row);
    }
  }
  if (!change.rows.empty()) {
    judge(job, change, ports.clock.now_ms());
    if (auto committed = jobs.commit(change); !committed) return committed;
    stored = {job, stored.version + 1};
  }
  return trouble ? Result<>(*trouble) : hostapi::success();
}

}  // namespace

Result<std::int64_t> run_bulk(const Ports& ports, ports::BulkJobs& jobs, const std::string& job_id) {
  auto stored = jobs.job(job_id);
  if (!stored) return stored.kind() == Kind::not_found ? Result<std::int64_t>(0) : Result<std::int64_t>(stored.failure());
  if (stored->job.state == BulkState::dry_run || stored->job.state == BulkState::waiting_approval) return 0;
  const auto until_ms = ports.clock.now_ms() + run_ms_max;
  auto round = follow_and_claim(ports, jobs, *stored);
  if (!round && round.kind() == Kind::conflict) return soon_ms;  // paused by a person, or another host is at it: look again
  if (!round) return round.failure();
  if (!round->to_begin.empty()) {
    auto begun = begin_rows(ports, jobs, *stored, round->to_begin, until_ms);
    if (!begun && begun.kind() == Kind::conflict) return soon_ms;
    if (!begun) return begun.failure();
  }
  const auto& job = stored->job;
  if (job.state != BulkState::running && job.waiting == 0) return 0;
  return round->moved || !round->to_begin.empty() ? job.look_again_ms() : 2 * job.look_again_ms();
}

Result<std::vector<BulkRow>> rows_now(ports::BulkJobs& jobs, const ports::BulkRows& query) {
  auto rows = jobs.rows(query);
  if (!rows) return rows;
  std::vector<BulkRow> begun;
  std::copy_if(rows->begin(), rows->end(), std::back_inserter(begun), [](const BulkRow& r) { return r.stage == BulkStage::waiting || r.stage == BulkStage::done; });
  auto intents = intents_of(jobs, begun);
  if (!intents) return intents.failure();
  for (auto& row : *rows)
    if (row.stage == BulkStage::waiting || row.stage == BulkStage::done) follow_row(row, bulk_operation_id(query.job_id, row.row), (*intents)[row.order_id]);
  return rows;
}

}  // namespace amazonpay::flows
