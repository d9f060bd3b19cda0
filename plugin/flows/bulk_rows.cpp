// The work on claimed rows: a turn decides some of them and marks what they send in one commit, sends it one after the other, and commits the outcomes in another.
// The turn's task stays in the queue until its end. One that begins again finds each row's operation: what was decided is sent on under the same keys.
#include <algorithm>

#include "domain/bulk_verdict.hpp"
#include "flows/bulk.hpp"
#include "flows/bulk_task.hpp"
#include "flows/carry_out.hpp"
#include "flows/finish_act.hpp"
#include "flows/gathered_ledger.hpp"

namespace amazonpay::flows {
namespace {

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

struct Begun {
  Operation operation;
  std::vector<Intent> marked;  // to be sent now; none when the row was decided before
};

// unavailable and the like: nothing was decided. "stop": the row was refused.
Result<Begun> begin_row(const Ports& ports, const BulkJob& job, const BulkRow& row) {
  const auto act = act_of(job, row);
  Begun begun;
  auto operation = run_act(
      ports, act,
      [&](const ports::LoadedPayment& loaded, const ports::Policy& policy) {
        const BulkCheck check{job.kind, policy.refund_rules, policy.environment, ports.clock.now_ms()};
        return plan_row(check, row, job.kind == BulkKind::refund ? std::string() : stand_of(loaded.payment, loaded.intents), loaded.payment, loaded.intents);
      },
      [&](const Plan& plan) { return answer_of(job.kind, plan); },
      [&](ports::Change& change, const ports::Policy& policy) { begun.marked = mark_sending(change, policy, ports.clock.now_ms()); });
  if (!operation && !passes(operation.kind())) operation = refuse_for_ever(ports, act, operation.failure());
  if (!operation) return operation.failure();
  begun.operation = std::move(*operation);
  if (begun.operation.repeated || begun.operation.level == "stop") begun.marked.clear();
  return begun;
}

// What an earlier turn decided and has not brought to an end.
Result<std::vector<std::string>> left_open(ports::BulkJobs& jobs, const std::string& job_id, const std::vector<BulkRow>& rows) {
  std::vector<std::string> orders, open;
  for (const auto& row : rows) orders.push_back(row.order_id);
  auto intents = jobs.intents_of(orders);
  if (!intents) return intents.failure();
  for (const auto& row : rows)
    for (const auto& intent : (*intents)[row.order_id])
      if (intent.cause == bulk_operation_id(job_id, row.row) && is_open(intent.state)) open.push_back(intent.id);
  return open;
}

Result<> look_ahead(const Ports& ports, const std::string& job_id, const std::vector<BulkRow>& rows) {
  std::vector<std::string> orders;
  for (const auto& row : rows) orders.push_back(row.order_id);
  return ports.ledger.look_ahead(orders, operations_of(job_id, rows));
}

Result<std::vector<BulkRow>> claimed_rows(ports::BulkJobs& jobs, const std::string& job_id, const std::vector<int>& numbers) {
  const auto [first, last] = std::minmax_element(numbers.begin(), numbers.end());
  auto rows = jobs.rows({job_id, std::nullopt, BulkStage::waiting, *first - 1, 0, *last - *first + 1});
  if (rows) std::erase_if(*rows, [&](const BulkRow& row) { return std::find(numbers.begin(), numbers.end(), row.row) == numbers.end(); });
  return rows;
}

}  // namespace

Result<> run_rows(const Ports& ports, ports::BulkJobs& jobs, const std::string& job_id, const std::vector<int>& numbers) {
  if (numbers.empty()) return hostapi::success();
  auto stored = jobs.job(job_id);
  if (!stored) return stored.kind() == Kind::not_found ? hostapi::success() : Result<>(stored.failure());
  auto rows = claimed_rows(jobs, job_id, numbers);
  if (!rows) return rows.failure();
  SettingsOnce settings(ports.settings);
  auto policy = settings.policy();
  if (!policy) return policy.failure();
  const Ports turn{ports.amazon, ports.ledger, ports.orders, settings, ports.clock, ports.notifications};
  if (auto ahead = look_ahead(ports, job_id, *rows); !ahead) return ahead;
  const auto begun = decide_together(turn, rows->size(), [&](const Ports& together, std::size_t i) { return begin_row(together, stored->job, (*rows)[i]); });
  std::optional<Failure> trouble;
  std::vector<BulkRow> repeated;
  std::vector<Intent> marked;
  for (std::size_t i = 0; i < begun.size(); ++i) {
    if (!begun[i]) keep_failure(trouble, begun[i].failure());
    else if (begun[i]->operation.repeated) repeated.push_back((*rows)[i]);
    else marked.insert(marked.end(), begun[i]->marked.begin(), begun[i]->marked.end());
  }
  if (auto sent = send(turn, marked, *policy); !sent) keep_failure(trouble, sent.failure());
  auto open = left_open(jobs, job_id, repeated);
  if (!open) return open.failure();
  if (auto sent = carry_out(turn, *open); !sent) keep_failure(trouble, sent.failure());
  return trouble ? Result<>(*trouble) : hostapi::success();
}

}  // namespace amazonpay::flows
