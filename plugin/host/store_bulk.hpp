// ports::BulkJobs over hostapi.store: the collections bulk_jobs and bulk_rows (key job/00000012), and orders found in batches by their numbers.
// Rows are walked along one index each (all, of a verdict, of a stage), whose values begin with the job, so a page costs the same in any job of any size.
// Made per call. Failures are the host's: conflict, unavailable, uncertain keep their meaning. In-call, one thread.
#pragma once
#include <hostapi/sdk.hpp>

#include "ports/bulk_jobs.hpp"

namespace amazonpay::host {

class StoreBulk : public ports::BulkJobs {
 public:
  explicit StoreBulk(const hostapi::sdk::Session& session) : session_(session) {}

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
  Result<> find_by_number(const std::vector<std::string>& numbers, std::map<std::string, ports::FoundOrder>& found);
  Result<> find_in_shop(const std::string& name, bool by_id, std::map<std::string, ports::FoundOrder>& found);
  Result<> add_intents(std::map<std::string, ports::FoundOrder>& found);

  hostapi::sdk::Session session_;
};

}  // namespace amazonpay::host
