// A report of Amazon's as this shop knows it: asked for by a person, found in Amazon's list, or brought as a file; its text may be kept here, because Amazon's
// link lives 30 seconds and the report 90 days. Pure values; states in the order they come:
//   requested (durable, not yet at Amazon) → in_progress → ready | no_data | failed      requested → refused
#pragma once
#include "domain/intent.hpp"
#include "domain/report.hpp"
#include "domain/text.hpp"

namespace amazonpay {

enum class KeptState { requested, in_progress, ready, no_data, failed, refused };
const char* name_of(KeptState state);
KeptState kept_state(const std::string& name);
constexpr bool is_open(KeptState state) { return state == KeptState::requested || state == KeptState::in_progress; }

struct KeptReport {
  std::string id;               // ours: the request's idempotency key, or Amazon's id of a report found there
  Environment environment = Environment::sandbox;
  std::string report_id;        // Amazon's; empty until it took the request, and for a file brought by a person
  std::string type;
  KeptState state = KeptState::requested;
  std::string document_id;
  std::int64_t start_ms = 0, end_ms = 0;   // what it is about; 0: a file
  std::int64_t created_ms = 0;
  std::string file_name;        // of a file brought by a person
  Actor who;                    // who asked; empty: Amazon or a schedule
  std::int64_t kept_ms = 0;     // its text is kept since then; 0: it is not
  std::int64_t size = 0;        // of the text, in bytes
  int chunks = 0;
  Text problem;
  bool kept() const { return kept_ms != 0; }
};

enum class ScheduleState { wanted, active, ending, ended, refused };   // wanted and ending: a task will tell Amazon
const char* name_of(ScheduleState state);
ScheduleState schedule_state(const std::string& name);

struct KeptSchedule {
  std::string id;               // ours: the wish's idempotency key, or Amazon's id
  Environment environment = Environment::sandbox;
  std::string schedule_id;      // Amazon's
  std::string type;
  std::string frequency;
  std::int64_t next_ms = 0;
  bool replaces = false;        // an existing one of the type goes
  ScheduleState state = ScheduleState::wanted;
  Actor who;
  std::int64_t created_ms = 0;
  Text problem;
};

// Amazon's report types: what a person may ask for, and in which environment (API reference 3.11).
struct ReportKind {
  const char* type;
  const char* label;            // message id
  bool by_request, by_schedule;
  bool in_sandbox, in_live;
};
const std::vector<ReportKind>& report_kinds();
const ReportKind* report_kind(const std::string& type);   // nullptr: unknown
std::string settlement_type(Environment environment);

// Amazon's words for how often, with ours; in the order a person chooses from.
struct Frequency {
  const char* word;
  const char* label;
};
const std::vector<Frequency>& frequencies();

}  // namespace amazonpay
