// Bulk jobs in memory with the commit promises of ports::BulkJobs: all or nothing, expected versions, a commit that fails before or after its effect.
// Orders are found among the ledger's payments by number and id.
#pragma once
#include "fakes.hpp"
#include "flows/bulk.hpp"

namespace amazonpay::test {

class MemoryBulk : public ports::BulkJobs {
 public:
  MemoryBulk(MemoryLedger& ledger, FakeOrders& orders) : ledger_(ledger), orders_(orders) {}
  std::map<std::string, ports::StoredBulkJob> stored;
  std::map<std::string, std::map<int, BulkRow>> rows_of;
  int fail_commit_in = 0;
  bool lose_commit_answer = false;
  std::function<void()> before_commit;  // another host between reading and writing

  Result<ports::StoredBulkJob> job(const std::string& id) override;
  Result<std::vector<BulkJob>> jobs(std::int64_t before_ms, int limit) override;
  Result<std::vector<BulkJob>> watched(int limit) override;
  Result<std::vector<BulkRow>> rows(const ports::BulkRows& query) override;
  Result<> put_rows(const std::string& job_id, const std::vector<BulkRow>& rows) override;
  Result<> commit(const ports::BulkChange& change) override;
  Result<std::map<std::string, ports::FoundOrder>> find_orders(const std::vector<std::string>& names, bool by_id) override;
  Result<std::vector<std::string>> numbers_near(const std::string& number) override;
  Result<std::map<std::string, std::vector<Intent>>> intents_of(const std::vector<std::string>& order_ids) override;
  Result<std::set<std::string>> decided(const std::vector<std::string>& operation_ids) override;

 private:
  MemoryLedger& ledger_;
  FakeOrders& orders_;
  std::recursive_mutex mutex_;
};

}  // namespace amazonpay::test
