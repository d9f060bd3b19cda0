#include "domain/bulk.hpp"

#include <algorithm>

namespace amazonpay {
namespace {

constexpr const char* bulk_kind_names[] = {"refund", "capture", "cancel"};
constexpr const char* bulk_state_names[] = {"dry_run", "waiting_approval", "running", "paused", "stopped", "done"};
constexpr const char* verdict_names[] = {"will", "less", "left_out"};
constexpr const char* stage_names[] = {"planned", "waiting", "done", "error", "left"};

template <class T, std::size_t N>
std::optional<T> named(const char* const (&names)[N], const std::string& name) {
  for (std::size_t i = 0; i < N; ++i)
    if (name == names[i]) return static_cast<T>(i);
  return std::nullopt;
}

template <class T, std::size_t N>
T stored(const char* const (&names)[N], const std::string& name) {
  const auto found = named<T>(names, name);
  ensure(found.has_value(), "a bulk job is stored with a word that this version does not know");
  return *found;
}

// What a reader of the result wants to know of a row: begun, accepted by Amazon, completed, failed, or never begun.
std::string state_in_result(const BulkJob& job, const BulkRow& row) {
  if (row.stage == BulkStage::done) return row.settled ? "done" : "accepted";
  if (row.stage == BulkStage::planned && (job.state == BulkState::stopped || job.state == BulkState::done)) return "left";
  return name_of(row.stage);
}

}  // namespace

const char* name_of(BulkKind kind) { return bulk_kind_names[static_cast<int>(kind)]; }
const char* name_of(BulkState state) { return bulk_state_names[static_cast<int>(state)]; }
const char* name_of(BulkVerdict verdict) { return verdict_names[static_cast<int>(verdict)]; }
const char* name_of(BulkStage stage) { return stage_names[static_cast<int>(stage)]; }
std::optional<BulkKind> bulk_kind(const std::string& name) { return named<BulkKind>(bulk_kind_names, name); }
BulkState bulk_state(const std::string& name) { return stored<BulkState>(bulk_state_names, name); }
BulkVerdict bulk_verdict(const std::string& name) { return stored<BulkVerdict>(verdict_names, name); }
BulkStage bulk_stage(const std::string& name) { return stored<BulkStage>(stage_names, name); }

void add_to(std::vector<BulkSum>& sums, Money amount) {
  const auto same = std::find_if(sums.begin(), sums.end(), [&](const BulkSum& s) { return s.amount.currency() == amount.currency(); });
  if (same == sums.end()) sums.push_back({amount, 1});
  else same->amount += amount, ++same->orders;
}

int BulkJob::room() const {
  const int in_flight = stop_after == 0 ? in_flight_most : std::min(in_flight_most, stop_after - (errors - errors_before));
  return std::max(0, in_flight - waiting);
}

void BulkJob::pace(int in_flight, int decided, int queued) {
  const bool used = in_flight * 2 >= in_flight_most;
  if (used && (decided * 2 >= in_flight || queued * 2 < in_flight)) in_flight_most = std::min(bulk_in_flight_max, in_flight_most * 2);
  else if (decided * 8 < in_flight && queued * 8 > in_flight * 7) in_flight_most = std::max(bulk_in_flight_least, in_flight_most / 2);
}

std::string bulk_operation_id(const std::string& job_id, int row) { return intent_id("bulk", job_id, std::to_string(row), IntentKind::refund, ""); }

void follow_row(BulkRow& row, const std::string& operation_id, const std::vector<Intent>& intents) {
  bool any = false, open = false, failed = false, settled = true;
  Money moved = zero_of(row.planned.currency());
  std::string ids;
  for (const auto& i : intents) {
    if (i.cause != operation_id) continue;
    any = true;
    if (!i.amazon_id.empty()) ids += (ids.empty() ? "" : " ") + i.amazon_id;
    row.request_id = i.request_id;
    if (is_open(i.state)) {
      open = true;
      row.code = i.code, row.message = i.message;
    } else if (!reserves(i.state)) {
      failed = true;
      row.code = i.code, row.message = i.state == IntentState::withdrawn ? std::string(tr("Withdrawn before it was sent.")) : i.message;
    } else {
      settled = settled && i.state == IntentState::done;
      moved += i.amount;
    }
  }
  if (!any) return;
  row.amazon_id = ids;
  row.stage = open ? BulkStage::waiting : failed ? BulkStage::error : BulkStage::done;
  row.settled = !open && settled;
  // A cancellation has no amount of its own: what it releases was reckoned in the dry run.
  row.amount = row.stage == BulkStage::done && moved.zero() ? row.planned : moved;
  if (row.stage == BulkStage::done) row.code.clear(), row.message.clear();
}

Result<std::vector<Money>> read_totals(const std::string& typed) {
  std::vector<Money> totals;
  const Failure unclear{Kind::refused, tr("Type one total per currency, for example EUR:4318.65,GBP:912.40."), "total"};
  // A comma may also stand inside an amount, so the parts are found by their currencies.
  for (std::size_t at = 0; at < typed.size();) {
    const auto colon = typed.find(':', at);
    if (colon == typed.npos || colon - at != 3 || !is_currency_code(typed.substr(at, 3))) return unclear;
    auto end = typed.find(':', colon + 1);
    if (end != typed.npos) end = end < colon + 5 || typed[end - 4] != ',' ? typed.npos : end - 4;
    auto amount = parse_amount(typed.substr(colon + 1, end == typed.npos ? end : end - colon - 1), Currency(typed.substr(at, 3)));
    if (!amount) return amount.failure();
    totals.push_back(*amount);
    if (end == typed.npos) break;
    at = end + 1;
  }
  return totals;
}

bool totals_agree(const std::vector<BulkSum>& planned, const std::vector<Money>& typed) {
  std::size_t wanted = 0;
  for (const auto& sum : planned) {
    if (!sum.amount.positive()) continue;
    ++wanted;
    if (std::count(typed.begin(), typed.end(), sum.amount) != 1) return false;
  }
  return wanted == typed.size();
}

std::string result_csv(const BulkJob& job, const std::vector<BulkRow>& rows, const std::function<std::string(const Text&)>& say) {
  std::string csv = "row,order,asked,currency,planned,verdict,state,amount,amazon_id,code,message,request_id\r\n";
  for (const auto& row : rows) {
    const bool acts = row.verdict != BulkVerdict::left_out;
    const auto currency = acts ? row.planned.currency() : row.asked ? row.asked->currency() : Currency();
    const auto message = !row.message.empty() ? say({row.message}) : say(row.why);
    const bool moved = row.stage == BulkStage::done || (row.stage == BulkStage::error && row.amount.positive());
    const std::string cells[] = {std::to_string(row.row), row.order_number.empty() ? row.asked_order : row.order_number, row.asked ? to_wire(*row.asked) : row.asked_text,
                                 acts || row.asked ? std::string(currency.code()) : std::string(), acts ? to_wire(row.planned) : std::string(), name_of(row.verdict),
                                 state_in_result(job, row), moved ? to_wire(row.amount) : std::string(), row.amazon_id, row.code, message, row.request_id};
    for (std::size_t i = 0; i < std::size(cells); ++i) csv += (i == 0 ? "" : ",") + csv_cell(cells[i]);
    csv += "\r\n";
  }
  return csv;
}

}  // namespace amazonpay
