// What the page and the commands of bulk jobs share: permissions, words, the documents of hostapi/README.md-style commands, reading what was typed.
// Pure over the job and Speech, except rows_as_csv, which reads the store. In-call.
#pragma once
#include "domain/bulk.hpp"
#include "flows/bulk.hpp"
#include "host/speech.hpp"

namespace amazonpay::host {

const char* permission_of(BulkKind kind);
inline constexpr const char* pasted_rows = tr("pasted rows");  // the title of a job without a file
const char* label_of(BulkKind kind);      // "Bulk refund"
const char* label_of(BulkState state);
const char* role_of(BulkState state);     // good, wait, stop, neutral
const char* icon_of(BulkState state);
const char* label_of(BulkVerdict verdict, BulkKind kind);
const char* role_of(BulkVerdict verdict);
const char* icon_of(BulkVerdict verdict);

// A known reason's id, or empty.
std::string known_reason(const std::string& id);
// "10", "never": whole number of errors from 1 to 10,000, 0 for never. refused with a sentence.
Result<int> read_stop_after(const std::string& typed);

json::object totals_document(const std::vector<BulkSum>& sums);
// "4,318.65 EUR, 912.40 GBP", or a dash.
std::string sums_in_words(const std::vector<BulkSum>& sums, const Speech& speech);
// The document of bulk-status, without its text.
json::object status_document(const BulkJob& job);
std::string status_text(const BulkJob& job, const Speech& speech);

// Every row as it stands now at Amazon.
Result<std::string> rows_as_csv(ports::BulkJobs& jobs, const BulkJob& job, const Speech& speech);
// What went wrong with a row, or why it is left out or smaller; empty: nothing to say.
std::string trouble_of(const BulkRow& row, const Speech& speech);

}  // namespace amazonpay::host
