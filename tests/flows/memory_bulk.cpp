#include "memory_bulk.hpp"

#include <algorithm>

namespace amazonpay::test {

Result<ports::StoredBulkJob> MemoryBulk::job(const std::string& id) {
  std::lock_guard lock(mutex_);
  const auto found = stored.find(id);
  if (found == stored.end()) return Failure{Kind::not_found, "no job"};
  return found->second;
}

Result<std::vector<BulkJob>> MemoryBulk::jobs(std::int64_t before_ms, int limit) {
  std::lock_guard lock(mutex_);
  std::vector<BulkJob> all;
  for (const auto& [id, s] : stored)
    if (before_ms == 0 || s.job.created_ms < before_ms) all.push_back(s.job);
  std::sort(all.begin(), all.end(), [](const BulkJob& a, const BulkJob& b) { return a.created_ms > b.created_ms; });
  if (static_cast<int>(all.size()) > limit) all.resize(static_cast<std::size_t>(limit));
  return all;
}

Result<std::vector<BulkJob>> MemoryBulk::watched(int) {
  std::lock_guard lock(mutex_);
  std::vector<BulkJob> all;
  for (const auto& [id, s] : stored)
    if (is_watched(s.job)) all.push_back(s.job);
  return all;
}

Result<std::vector<BulkRow>> MemoryBulk::rows(const ports::BulkRows& query) {
  std::lock_guard lock(mutex_);
  std::vector<BulkRow> found;
  for (const auto& [number, row] : rows_of[query.job_id])
    if (number > query.after && (query.before == 0 || number < query.before) && (!query.verdict || row.verdict == *query.verdict) && (!query.stage || row.stage == *query.stage)) found.push_back(row);
  const auto most = static_cast<std::size_t>(query.limit);
  if (query.before != 0 && found.size() > most) found.erase(found.begin(), found.end() - query.limit);
  if (found.size() > most) found.resize(most);
  return found;
}

Result<> MemoryBulk::put_rows(const std::string& job_id, const std::vector<BulkRow>& rows) {
  std::lock_guard lock(mutex_);
  if (stored.contains(job_id)) return Failure{Kind::conflict, "the job exists"};
  for (const auto& row : rows) rows_of[job_id][row.row] = row;
  return hostapi::success();
}

Result<> MemoryBulk::commit(const ports::BulkChange& change) {
  if (before_commit) std::exchange(before_commit, nullptr)();
  std::lock_guard lock(mutex_);
  const bool fails = fail_commit_in > 0 && --fail_commit_in == 0;
  if (fails && !lose_commit_answer) return Failure{Kind::unavailable, "the store failed"};
  const auto& job = change.stored.job;
  const auto known = stored.find(job.id);
  if ((known == stored.end() ? 0 : known->second.version) != change.stored.version) return Failure{Kind::conflict, "version"};
  stored[job.id] = {job, change.stored.version + 1};
  for (const auto& row : change.rows) rows_of[job.id][row.row] = row;
  for (const auto& task : change.tasks) ledger_.add_task(task);
  ledger_.audit.insert(ledger_.audit.end(), change.audit.begin(), change.audit.end());
  if (fails) return Failure{Kind::uncertain, "the store's answer was lost"};
  return hostapi::success();
}

Result<std::map<std::string, ports::FoundOrder>> MemoryBulk::find_orders(const std::vector<std::string>& names, bool by_id) {
  std::map<std::string, ports::FoundOrder> found;
  for (const auto& name : names) {
    for (const auto& [id, loaded] : ledger_.payments)
      if ((by_id ? id : loaded.payment.order_number) == name) found[name].loaded = loaded;
    if (!found.contains(name) && orders_.orders.contains(name)) (orders_.orders[name].permission_id.empty() ? found[name].other_method : found[name].unread) = true;
  }
  return found;
}

Result<std::vector<std::string>> MemoryBulk::numbers_near(const std::string&) {
  std::vector<std::string> numbers;
  for (const auto& [id, loaded] : ledger_.payments) numbers.push_back(loaded.payment.order_number);
  return numbers;
}

Result<std::map<std::string, std::vector<Intent>>> MemoryBulk::intents_of(const std::vector<std::string>& order_ids) {
  std::map<std::string, std::vector<Intent>> found;
  for (const auto& id : order_ids) {
    auto loaded = ledger_.load(id);
    if (loaded) found[id] = loaded->intents;
  }
  return found;
}

Result<std::set<std::string>> MemoryBulk::decided(const std::vector<std::string>& operation_ids) {
  std::set<std::string> found;
  for (const auto& id : operation_ids) {
    auto known = ledger_.operation(id);
    if (known && *known) found.insert(id);
  }
  return found;
}

}  // namespace amazonpay::test
