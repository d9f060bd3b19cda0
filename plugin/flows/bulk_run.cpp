// The course of a bulk job: rows are claimed a few at a time (stage waiting, under the job's version) together with the tasks in which they act (bulk_rows.cpp),
// and followed until Amazon has decided them. What is claimed is carried through whatever happens to the job, so nobody has to guess whether a row had begun;
// two hosts on one job meet in the job's version and in the row's operation.
#include <algorithm>
#include <utility>

#include "flows/bulk.hpp"
#include "flows/bulk_task.hpp"

namespace amazonpay::flows {
namespace {

constexpr std::int64_t soon_ms = 100;  // after a conflict

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

// A row that was decided and has no intents was refused: nothing was or will be sent for it.
Result<> follow_refused(const Ports& ports, BulkRow& row, BulkJob& job) {
  auto operation = ports.ledger.operation(bulk_operation_id(job.id, row.row));
  if (!operation) return operation.failure();
  if (!*operation || (*operation)->level != "stop") return hostapi::success();
  row.stage = BulkStage::error, row.message = (*operation)->answer.id;
  --job.requested;
  return hostapi::success();
}

// What is in flight: rows somebody decided meanwhile are booked. How many nobody has begun to send yet.
Result<int> follow(const Ports& ports, ports::BulkJobs& jobs, std::vector<BulkRow> waiting, BulkJob& job, ports::BulkChange& change) {
  const auto in_flight = waiting.size();
  auto decided = jobs.decided(operations_of(job.id, waiting));
  if (!decided) return decided.failure();
  std::erase_if(waiting, [&](const BulkRow& row) { return !decided->contains(bulk_operation_id(job.id, row.row)); });
  auto intents = intents_of(jobs, waiting);
  if (!intents) return intents.failure();
  auto queued = static_cast<int>(in_flight - waiting.size());
  for (auto& row : waiting) {
    const auto operation_id = bulk_operation_id(job.id, row.row);
    const auto& of_order = (*intents)[row.order_id];
    const auto ours = [&](const Intent& i) { return i.cause == operation_id; };
    queued += std::any_of(of_order.begin(), of_order.end(), [&](const Intent& i) { return ours(i) && i.state == IntentState::planned; });
    follow_row(row, operation_id, of_order);
    if (std::none_of(of_order.begin(), of_order.end(), ours)) {
      if (auto followed = follow_refused(ports, row, job); !followed) return followed.failure();
    }
    if (row.stage == BulkStage::waiting) continue;
    book(job, row);
    change.rows.push_back(std::move(row));
  }
  return queued;
}

// Further rows, as many as there is room for. The tasks of their turns are queued in the same commit.
Result<> claim(ports::BulkJobs& jobs, BulkJob& job, ports::BulkChange& change, std::int64_t now_ms) {
  auto next = jobs.rows({job.id, std::nullopt, BulkStage::planned, 0, 0, job.room()});
  if (!next) return next.failure();
  std::vector<int> turn;
  const auto queue = [&] { change.tasks.push_back(rows_task(job.id, std::exchange(turn, {}), now_ms)); };
  const auto most = job.rows_per_turn();
  for (auto& row : *next) {
    row.stage = BulkStage::waiting, ++job.waiting, ++job.requested;
    turn.push_back(row.row);
    if (turn.size() == most) queue();
    change.rows.push_back(std::move(row));
  }
  if (!turn.empty()) queue();
  return hostapi::success();
}

}  // namespace

Result<std::int64_t> run_bulk(const Ports& ports, ports::BulkJobs& jobs, const std::string& job_id) {
  auto stored = jobs.job(job_id);
  if (!stored) return stored.kind() == Kind::not_found ? Result<std::int64_t>(0) : Result<std::int64_t>(stored.failure());
  ports::BulkChange change;
  change.stored = *stored;
  auto& job = change.stored.job;
  if (job.state == BulkState::dry_run || job.state == BulkState::waiting_approval) return 0;
  auto waiting = jobs.rows({job.id, std::nullopt, BulkStage::waiting, 0, 0, bulk_in_flight_max});
  if (!waiting) return waiting.failure();
  const auto in_flight = static_cast<int>(waiting->size());
  auto queued = follow(ports, jobs, std::move(*waiting), job, change);
  if (!queued) return queued.failure();
  job.pace(in_flight, static_cast<int>(change.rows.size()), *queued);
  const auto now_ms = ports.clock.now_ms();
  if (!change.rows.empty() || job.state == BulkState::running) judge(job, change, now_ms);
  if (job.state == BulkState::running && job.room() > 0 && job.not_begun() > 0) {
    if (auto claimed = claim(jobs, job, change, now_ms); !claimed) return claimed.failure();
  }
  const bool moved = !change.rows.empty() || job.state != stored->job.state;
  if (moved) {
    auto committed = jobs.commit(change);
    if (!committed && committed.kind() == Kind::conflict) return soon_ms;  // paused by a person, or another host is at it: look again
    if (!committed) return committed.failure();
  }
  if (job.state != BulkState::running && job.waiting == 0) return 0;
  return moved ? job.look_again_ms() : 2 * job.look_again_ms();
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
