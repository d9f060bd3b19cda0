// A bulk job: one wish (refund, capture, cancel) for many orders, each a row. Checked first (dry run: a verdict per row, nothing moves), then confirmed with
// the typed total of each currency, then worked off row by row (flows/bulk.hpp). Pure values; kept by ports::BulkJobs.
//   dry_run → running → done            running ⇄ paused (by a person, or after so many errors)
//           → waiting_approval → running (a second person) or stopped       running, paused → stopped
#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/csv.hpp"
#include "domain/intent.hpp"
#include "domain/text.hpp"

namespace amazonpay {

enum class BulkKind { refund, capture, cancel };
enum class BulkState { dry_run, waiting_approval, running, paused, stopped, done };
enum class BulkVerdict { will, less, left_out };
// waiting: begun for good, not decided by Amazon yet. Only planned rows can still be left alone; a row the dry run left out stays `left`.
enum class BulkStage { planned, waiting, done, error, left };

constexpr int bulk_rows_max = 10'000;
constexpr std::size_t bulk_bytes_max = 8 * 1024 * 1024;
// Rows begun and not decided yet, which a job that is stopped still carries through: as many as keep the workers busy, within these bounds. A job begins with
// what takes some moments, so that its first looks are not for nothing.
constexpr int bulk_in_flight_least = 16, bulk_in_flight_first = 64, bulk_in_flight_max = 1024;

// One row as somebody asks for it: typed texts, read strictly by the verdict, when the payment and so the currency are known.
struct AskedRow {
  int row = 0;            // from 1
  int line = 0;           // of the file; 0: ticked on a page
  std::string order;      // number, or id if by_id
  bool by_id = false;
  std::string amount;     // empty: the rest
  std::string currency;   // empty: the payment's
  std::string note;
  Text problem;           // why this line cannot be read; empty: it can
};

struct BulkRow {
  int row = 0;
  std::string asked_order;
  std::string order_id, order_number;
  std::string note;
  std::string asked_text;     // as it was typed; empty: the rest
  std::optional<Money> asked; // once its currency is known and it can be read
  Money planned;              // zero when left out
  Money above_held;           // the part of a planned refund that is compensation
  std::string stand;          // the money as the dry run saw it; a capture or cancellation acts on this stand only
  BulkVerdict verdict = BulkVerdict::left_out;
  Text why;                   // of the verdict; may be empty for `will`
  BulkStage stage = BulkStage::left;
  bool settled = false;       // Amazon has completed it: nothing of it can change any more
  Money amount;               // what moved, or is on the way at Amazon
  std::string amazon_id, code, message, request_id;
};

// One amount per currency: currencies are never added together.
struct BulkSum {
  Money amount;
  int orders = 0;
};
void add_to(std::vector<BulkSum>& sums, Money amount);

struct BulkJob {
  std::string id;
  BulkKind kind = BulkKind::refund;
  BulkState state = BulkState::dry_run;
  std::string title;            // name of the file; empty: ticked rows
  std::string reason, note;     // of every row that has no note of its own
  int stop_after = 10;          // errors; 0: never
  Actor checked_by, started_by, approved_by;
  Actor changed_by;             // who paused, stopped or resumed it last
  Text problem;                 // why it is paused or stopped; empty: a person wanted it so
  Text approval_why;            // why a second person is needed
  int rows = 0, will = 0, less = 0, left_out = 0;
  int waiting = 0, done = 0, errors = 0;
  int requested = 0;            // rows for which Amazon was or is asked
  int errors_before = 0;        // of earlier runs: the count to stop after begins anew with each resume
  int above_held = 0;           // planned rows that give back more than is held
  std::vector<BulkSum> planned_sums, done_sums;
  std::int64_t created_ms = 0, started_ms = 0, changed_ms = 0, resumed_ms = 0, expires_ms = 0;
  int decided_before = 0;       // rows decided before the last resume, for the speed
  int in_flight_most = bulk_in_flight_first;

  int planned() const { return will + less; }
  int decided() const { return done + errors; }
  int not_begun() const { return planned() - waiting - done - errors; }
  // Errors that may still happen: with the rows in flight never more than asked for.
  int room() const;
  // After a look at the rows in flight: `decided` of them meanwhile, `queued` nobody has begun to send. Many decided or few queued: the workers would run dry;
  // hardly any decided and nearly all queued: Amazon or the throttle is the limit.
  void pace(int in_flight, int decided, int queued);
  // The next look at the rows in flight: the more there are, the longer they keep the workers busy.
  std::int64_t look_again_ms() const { return std::max(50, in_flight_most / 4); }
  // Rows sent in one turn of a worker: one while turns are long, more when they are so short that the turns themselves cost most; fewer again towards the end,
  // so that the last rows are spread over all workers.
  std::size_t rows_per_turn() const { return static_cast<std::size_t>(std::max(1, std::min(in_flight_most / 32, (not_begun() + waiting) / 64))); }
};

// The clockwork still has to do with it: it runs, rows are in flight, or somebody has to approve it in time.
inline bool is_watched(const BulkJob& job) { return job.state == BulkState::running || job.state == BulkState::waiting_approval || job.waiting > 0; }

const char* name_of(BulkKind kind);
const char* name_of(BulkState state);
const char* name_of(BulkVerdict verdict);
const char* name_of(BulkStage stage);
std::optional<BulkKind> bulk_kind(const std::string& name);
BulkState bulk_state(const std::string& name);
BulkVerdict bulk_verdict(const std::string& name);
BulkStage bulk_stage(const std::string& name);

// The row acts under this operation once for ever, whoever runs the job and however often.
std::string bulk_operation_id(const std::string& job_id, int row);

// Takes over what became of the row's intents (those of its operation). Untouched while there are none.
void follow_row(BulkRow& row, const std::string& operation_id, const std::vector<Intent>& intents);

// "EUR:4318.65,GBP:912.40": one amount per currency, as people type amounts. refused with a sentence.
Result<std::vector<Money>> read_totals(const std::string& typed);
// Every planned currency above zero is there with exactly its sum, and no other.
bool totals_agree(const std::vector<BulkSum>& planned, const std::vector<Money>& typed);

// The job's rows as CSV (RFC 4180, CRLF): row,order,asked,currency,planned,verdict,state,amount,amazon_id,code,message,request_id. A cell that a spreadsheet
// would take for a formula begins with an apostrophe. `say` puts texts into words.
std::string result_csv(const BulkJob& job, const std::vector<BulkRow>& rows, const std::function<std::string(const Text&)>& say);

}  // namespace amazonpay
