// Bulk jobs: refund, capture or cancel many orders. Check (nothing moves), start with the typed totals, then the clockwork runs the rows; pause, resume, stop.
// Each row is one act under an operation of its own, so a crash, a second host or a repeated click never makes a row act twice. In-call.
// refused: the job's state or the totals say no (text for the user) · denied: the same person started it · not_found: no such job.
#pragma once
#include "flows/flow.hpp"
#include "ports/bulk_jobs.hpp"

namespace amazonpay::flows {

struct BulkWish {
  std::string job_id;            // made when the form was rendered; the same id is checked once
  BulkKind kind = BulkKind::refund;
  std::vector<AskedRow> rows;
  std::string title, reason, note;
  int stop_after = 10;
  Actor who;
};

// Dry run: every row with its verdict is stored with the job.
Result<BulkJob> check_bulk(const Ports& ports, ports::BulkJobs& jobs, const BulkWish& wish);
// typed: one total per currency, equal to the planned ones. Above the shop's thresholds a second person has to approve first.
Result<BulkJob> start_bulk(const Ports& ports, ports::BulkJobs& jobs, const std::string& job_id, const std::vector<Money>& typed, std::optional<int> stop_after, const Actor& who);
Result<BulkJob> approve_bulk(const Ports& ports, ports::BulkJobs& jobs, const std::string& job_id, const Actor& who);
Result<BulkJob> reject_bulk(const Ports& ports, ports::BulkJobs& jobs, const std::string& job_id, const std::string& note, const Actor& who);
// Rows in flight are followed to their end; those not begun stay untouched.
Result<BulkJob> pause_bulk(const Ports& ports, ports::BulkJobs& jobs, const std::string& job_id, const Actor& who);
Result<BulkJob> resume_bulk(const Ports& ports, ports::BulkJobs& jobs, const std::string& job_id, const Actor& who);
Result<BulkJob> stop_bulk(const Ports& ports, ports::BulkJobs& jobs, const std::string& job_id, const Actor& who);

// The task "bulk": claims rows and follows those in flight. Milliseconds until it is to run again; 0: nothing is left to do.
Result<std::int64_t> run_bulk(const Ports& ports, ports::BulkJobs& jobs, const std::string& job_id);
// The task "bulk_rows": decides and sends these claimed rows. unavailable, uncertain, conflict: the host runs it again with back-off, as for carry_out.
Result<> run_rows(const Ports& ports, ports::BulkJobs& jobs, const std::string& job_id, const std::vector<int>& rows);
// A lost task of a running job comes back; a job nobody approved in time is stopped.
Result<> recover_bulk(const Ports& ports, ports::BulkJobs& jobs);

// Rows as they stand now at Amazon, for the result: a refund may be completed or declined long after the job is done.
Result<std::vector<BulkRow>> rows_now(ports::BulkJobs& jobs, const ports::BulkRows& query);

}  // namespace amazonpay::flows
