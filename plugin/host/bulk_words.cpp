#include "host/bulk_words.hpp"

#include <algorithm>
#include <charconv>

#include "domain/record.hpp"

namespace amazonpay::host {

const char* permission_of(BulkKind kind) {
  switch (kind) {
    case BulkKind::refund: return "payment.refund";
    case BulkKind::capture: return "payment.capture";
    case BulkKind::cancel: return "payment.cancel";
  }
  return "";
}

const char* label_of(BulkKind kind) {
  switch (kind) {
    case BulkKind::refund: return tr("Bulk refund");
    case BulkKind::capture: return tr("Bulk capture");
    case BulkKind::cancel: return tr("Bulk cancellation");
  }
  return "";
}

const char* label_of(BulkState state) {
  switch (state) {
    case BulkState::dry_run: return tr("Dry run");
    case BulkState::waiting_approval: return tr("Waits for approval");
    case BulkState::running: return tr("Running");
    case BulkState::paused: return tr("Paused");
    case BulkState::stopped: return tr("Stopped");
    case BulkState::done: return tr("Done");
  }
  return "";
}

const char* role_of(BulkState state) {
  switch (state) {
    case BulkState::waiting_approval: case BulkState::running: return "wait";
    case BulkState::done: return "good";
    case BulkState::dry_run: case BulkState::paused: case BulkState::stopped: return "neutral";
  }
  return "";
}

const char* icon_of(BulkState state) {
  switch (state) {
    case BulkState::dry_run: return "info";
    case BulkState::waiting_approval: return "wait";
    case BulkState::running: return "play";
    case BulkState::paused: return "pause";
    case BulkState::stopped: return "halt";
    case BulkState::done: return "good";
  }
  return "";
}

const char* label_of(BulkVerdict verdict, BulkKind kind) {
  if (verdict == BulkVerdict::less) return tr("Less than asked");
  if (verdict == BulkVerdict::left_out) return tr("Left out");
  return kind == BulkKind::refund ? tr("Will be refunded") : kind == BulkKind::capture ? tr("Will be captured") : tr("Will be canceled");
}

const char* role_of(BulkVerdict verdict) { return verdict == BulkVerdict::will ? "good" : verdict == BulkVerdict::less ? "wait" : "stop"; }
const char* icon_of(BulkVerdict verdict) { return role_of(verdict); }

std::string known_reason(const std::string& id) {
  const auto known = std::find_if(reasons().begin(), reasons().end(), [&](const Reason& r) { return id == r.id; });
  return known == reasons().end() ? std::string() : id;
}

Result<int> read_stop_after(const std::string& typed) {
  if (typed == "never") return 0;
  int number = 0;
  const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
  if (error != std::errc() || end != typed.data() + typed.size() || number < 0 || number > bulk_rows_max)
    return Failure{Kind::refused, tr("Stop after how many errors? Type a whole number from 1 to 10,000, or never.")};
  return number;
}

json::object totals_document(const std::vector<BulkSum>& sums) {
  json::array totals;
  for (const auto& sum : sums) totals.push_back(json::object{{"currency", sum.amount.currency().code()}, {"minor", sum.amount.minor()}, {"orders", sum.orders}});
  return {{"totals", std::move(totals)}};
}

std::string sums_in_words(const std::vector<BulkSum>& sums, const Speech& speech) {
  std::string text;
  for (const auto& sum : sums) text += (text.empty() ? "" : ", ") + speech.money(sum.amount);
  return text.empty() ? "–" : text;
}

json::object status_document(const BulkJob& job) {
  json::array done;
  for (const auto& sum : job.done_sums) done.push_back(json::object{{"currency", sum.amount.currency().code()}, {"minor", sum.amount.minor()}});
  return {{"job", job.id}, {"kind", name_of(job.kind)}, {"state", name_of(job.state)}, {"rows", job.rows}, {"planned", job.planned()}, {"requested", job.requested},
          {"waiting", job.waiting}, {"done", job.done}, {"errors", job.errors}, {"left", job.not_begun()}, {"totals_done", std::move(done)},
          {"started_ms", job.started_ms}, {"changed_ms", job.changed_ms}};
}

std::string status_text(const BulkJob& job, const Speech& speech) {
  const auto say = [&](const char* id, int number) { return speech.say({id, {{"number", std::int64_t{number}}}}) + "\n"; };
  std::string text = speech.say(label_of(job.kind)) + " " + job.id + ": " + speech.say(label_of(job.state)) + "\n";
  if (!job.problem.empty()) text += speech.say(job.problem) + "\n";
  if (job.state == BulkState::waiting_approval) text += speech.say(job.approval_why) + "\n";
  text += say(tr("Rows that act: {number}"), job.planned()) + say(tr("Done: {number}"), job.done) + say(tr("Waiting for Amazon: {number}"), job.waiting);
  text += say(tr("Errors: {number}"), job.errors) + say(tr("Not begun: {number}"), job.not_begun());
  return text + speech.say({tr("Sum so far: {sum}"), {{"sum", sums_in_words(job.done_sums, speech)}}}) + "\n";
}

std::string trouble_of(const BulkRow& row, const Speech& speech) {
  if (row.message.empty()) return speech.say(row.why);
  if (row.code.empty()) return speech.say(row.message.c_str());
  return speech.say({tr("{message} ({code})."), {{"message", row.message}, {"code", row.code}}});
}

Result<std::string> rows_as_csv(ports::BulkJobs& jobs, const BulkJob& job, const Speech& speech) {
  auto rows = flows::rows_now(jobs, {job.id, std::nullopt, std::nullopt, 0, 0, bulk_rows_max});
  if (!rows) return rows.failure();
  return result_csv(job, *rows, [&](const Text& text) { return speech.say(text); });
}

}  // namespace amazonpay::host
