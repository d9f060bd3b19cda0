// What the page "Bulk jobs" shows: the list with the form for a new job, and one job in its state (dry run, waiting, running, result). Documents for the
// templates bulk and bulk_job. In-call; reads the store a page of rows at a time.
#pragma once
#include "host/bulk_words.hpp"
#include "host/call.hpp"

namespace amazonpay::host {

struct BulkView {
  std::string job_id;
  std::string show;      // filter: a verdict's or a stage's name; empty: all rows
  int after = 0, before = 0;
};

Result<json::object> bulk_list_view(const hostapi::sdk::Session& session, ports::BulkJobs& jobs, std::int64_t before_ms, const Speech& speech);
Result<json::object> bulk_job_view(const hostapi::sdk::Session& session, ports::BulkJobs& jobs, const BulkJob& job, const BulkView& wanted, const Speech& speech);

}  // namespace amazonpay::host
