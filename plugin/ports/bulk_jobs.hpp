// Where bulk jobs and their rows are kept, and how the dry run finds many orders at once. Implemented by plugin/host over hostapi.store and by a fake in
// tests. In-call.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/bulk.hpp"
#include "ports/ledger.hpp"

namespace amazonpay::ports {

struct StoredBulkJob {
  BulkJob job;
  std::uint64_t version = 0;  // 0: not stored yet
};

// Rows of one job in their order, of one verdict or stage or all; after and before are row numbers (0: from the end they mean).
struct BulkRows {
  std::string job_id;
  std::optional<BulkVerdict> verdict;
  std::optional<BulkStage> stage;   // not together with verdict
  int after = 0;
  int before = 0;                   // the `limit` rows before this one, still in their order
  int limit = 100;
};

// All of it or nothing. Conflict: the job is not at the expected version: somebody paused it, or another host works on it.
struct BulkChange {
  StoredBulkJob stored;             // the new job and the version it replaces
  std::vector<BulkRow> rows;        // written as they are
  std::vector<Task> tasks;
  std::vector<AuditEntry> audit;
};

// What an order number (or id) leads to.
struct FoundOrder {
  std::optional<LoadedPayment> loaded;  // a payment of ours …
  bool several = false;                 // … or more than one order of that number,
  bool other_method = false;            // … or an order paid another way,
  bool unread = false;                  // … or one of ours that nobody has read at Amazon yet
};

class BulkJobs {
 public:
  virtual ~BulkJobs() = default;
  virtual Result<StoredBulkJob> job(const std::string& id) = 0;                                        // not_found
  virtual Result<std::vector<BulkJob>> jobs(std::int64_t before_ms, int limit) = 0;                    // newest first; before_ms 0: the newest
  virtual Result<std::vector<BulkJob>> watched(int limit) = 0;                                         // is_watched(), longest silent first
  virtual Result<std::vector<BulkRow>> rows(const BulkRows& query) = 0;
  virtual Result<> put_rows(const std::string& job_id, const std::vector<BulkRow>& rows) = 0;          // of a job that does not exist yet
  virtual Result<> commit(const BulkChange& change) = 0;

  virtual Result<std::map<std::string, FoundOrder>> find_orders(const std::vector<std::string>& names, bool by_id) = 0;  // what is missing was not found
  virtual Result<std::vector<std::string>> numbers_near(const std::string& number) = 0;               // a few that stand beside it in the alphabet
  virtual Result<std::map<std::string, std::vector<Intent>>> intents_of(const std::vector<std::string>& order_ids) = 0;
  virtual Result<std::set<std::string>> decided(const std::vector<std::string>& operation_ids) = 0;                      // those that are stored
};

}  // namespace amazonpay::ports
