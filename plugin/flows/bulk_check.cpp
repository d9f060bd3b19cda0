// The dry run of a bulk job. Orders are found in batches, so that ten thousand rows cost some dozens of questions to the store.
#include <algorithm>
#include <unordered_map>

#include "domain/bulk_verdict.hpp"
#include "flows/bulk.hpp"

namespace amazonpay::flows {
namespace {

constexpr std::size_t rows_at_once = 400;
constexpr int near_most = 50;  // so many unknown numbers get a proposal

class DryRun {
 public:
  DryRun(ports::BulkJobs& jobs, BulkCheck check) : jobs_(jobs), check_(check) {}

  Result<std::vector<BulkRow>> rows(std::vector<AskedRow> asked) {
    std::map<std::string, ports::FoundOrder> by_number, by_id;
    for (const bool ids : {false, true}) {
      std::vector<std::string> names;
      for (const auto& a : asked)
        if (a.by_id == ids && a.problem.empty()) names.push_back(a.order);
      if (names.empty()) continue;
      auto found = jobs_.find_orders(names, ids);
      if (!found) return found.failure();
      (ids ? by_id : by_number) = std::move(*found);
    }
    std::vector<BulkRow> rows;
    for (const auto& a : asked) {
      const auto& found = a.by_id ? by_id : by_number;
      const auto known = found.find(a.order);
      auto row = one(a, known == found.end() ? nullptr : &known->second);
      if (!row) return row.failure();
      rows.push_back(std::move(*row));
    }
    return rows;
  }

 private:
  Result<BulkRow> one(const AskedRow& asked, const ports::FoundOrder* found) {
    if (!asked.problem.empty()) return left_out_row(asked, asked.problem);
    if (found == nullptr) return unknown(asked);
    if (found->several) return left_out_row(asked, {tr("Several orders have this number. Refund them on their own pages.")});
    if (found->other_method) return left_out_row(asked, {tr("This order was not paid with Amazon Pay.")});
    if (!found->loaded) return left_out_row(asked, {tr("Amazon was not asked about this order yet. Look at it, then check again.")});
    const auto& [payment, version, intents] = *found->loaded;
    auto row = verdict_of_row(check_, asked, payment, intents);
    const auto [first, fresh] = rows_by_order_.emplace(payment.order_id, asked.row);
    if (!fresh) {
      auto twice = left_out_row(asked, {tr("Same order as row {row}."), {{"row", std::int64_t{first->second}}}});
      twice.order_id = row.order_id, twice.order_number = row.order_number, twice.asked = row.asked;
      return twice;
    }
    if (check_.kind != BulkKind::refund) row.stand = stand_of(payment, intents);
    return row;
  }

  Result<BulkRow> unknown(const AskedRow& asked) {
    std::string near;
    if (near_asked_ < near_most && !asked.by_id) {
      ++near_asked_;
      auto numbers = jobs_.numbers_near(asked.order);
      if (!numbers) return numbers.failure();
      near = nearest_number(asked.order, *numbers);
    }
    return left_out_row(asked, near.empty() ? Text{tr("There is no order with this number.")} : Text{tr("There is no order with this number. Is {number} meant?"), {{"number", near}}});
  }

  ports::BulkJobs& jobs_;
  BulkCheck check_;
  std::unordered_map<std::string, int> rows_by_order_;
  int near_asked_ = 0;
};

void count(BulkJob& job, const BulkRow& row) {
  ++job.rows;
  ++(row.verdict == BulkVerdict::will ? job.will : row.verdict == BulkVerdict::less ? job.less : job.left_out);
  if (row.verdict == BulkVerdict::left_out) return;
  add_to(job.planned_sums, row.planned);
  job.above_held += row.above_held.positive() ? 1 : 0;
}

}  // namespace

Result<BulkJob> check_bulk(const Ports& ports, ports::BulkJobs& jobs, const BulkWish& wish) {
  if (wish.rows.empty()) return Failure{Kind::refused, tr("No order is ticked or named, so there is nothing to check.")};
  auto known = jobs.job(wish.job_id);
  if (known) return known->job;
  if (known.kind() != Kind::not_found) return known.failure();
  auto policy = ports.settings.policy();
  if (!policy) return policy.failure();
  BulkJob job;
  job.id = wish.job_id, job.kind = wish.kind, job.title = wish.title, job.reason = wish.reason, job.note = wish.note, job.stop_after = wish.stop_after;
  job.checked_by = wish.who;
  job.created_ms = job.changed_ms = ports.clock.now_ms();
  DryRun dry_run(jobs, {wish.kind, policy->refund_rules, policy->environment, job.created_ms});
  for (std::size_t at = 0; at < wish.rows.size(); at += rows_at_once) {
    auto rows = dry_run.rows({wish.rows.begin() + static_cast<std::ptrdiff_t>(at), wish.rows.begin() + static_cast<std::ptrdiff_t>(std::min(at + rows_at_once, wish.rows.size()))});
    if (!rows) return rows.failure();
    for (const auto& row : *rows) count(job, row);
    if (auto put = jobs.put_rows(job.id, *rows); !put) return put.failure();
  }
  ports::BulkChange change;
  change.stored.job = job;
  change.audit.push_back({"bulk.checked", "", std::nullopt, job.reason, std::string(name_of(job.kind)) + " " + job.id + " " + std::to_string(job.planned()) + "/" + std::to_string(job.rows)});
  auto committed = jobs.commit(change);
  if (committed) return job;
  // A twin of this click was faster, or only the answer got lost: the stored job tells.
  auto stored = jobs.job(job.id);
  return stored ? Result<BulkJob>(stored->job) : Result<BulkJob>(committed.failure());
}

}  // namespace amazonpay::flows
