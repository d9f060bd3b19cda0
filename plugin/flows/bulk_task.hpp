// The tasks that work off a bulk job, and the operations of its rows; shared by the flows of bulk jobs only.
#pragma once
#include <utility>

#include "domain/bulk.hpp"
#include "ports/ledger.hpp"

namespace amazonpay::flows {

// A living job changes all the time; one that was silent for so long has lost its task.
constexpr std::int64_t recover_patience_ms = 60'000;

inline ports::Task bulk_task(const std::string& job_id, std::int64_t due_ms) {
  ports::Task t;
  t.name = "bulk", t.key = "bulk:" + job_id, t.job_id = job_id, t.due_ms = due_ms;
  return t;
}

// One turn: rows that are claimed. The first names the task, so that the same turn waits once.
inline ports::Task rows_task(const std::string& job_id, std::vector<int> rows, std::int64_t due_ms) {
  ports::Task t;
  t.name = "bulk_rows", t.key = "bulk_rows:" + job_id + "/" + std::to_string(rows.front()), t.job_id = job_id, t.rows = std::move(rows), t.due_ms = due_ms;
  return t;
}

inline std::vector<std::string> operations_of(const std::string& job_id, const std::vector<BulkRow>& rows) {
  std::vector<std::string> ids;
  for (const auto& row : rows) ids.push_back(bulk_operation_id(job_id, row.row));
  return ids;
}

}  // namespace amazonpay::flows
