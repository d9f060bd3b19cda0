#include "host/store_reports.hpp"

#include <algorithm>
#include <cstdio>

#include "host/codec_settled.hpp"
#include "host/store_documents.hpp"
#include "host/store_settlements.hpp"

namespace amazonpay::host {
namespace {

constexpr std::size_t chunk_bytes = 256 * 1024;

std::string chunk_key(const std::string& id, int number) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "%08d", number);
  return id + "/" + digits;
}

// How many bytes of a well formed UTF-8 letter begin here; 0: none.
std::size_t letter_at(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const std::size_t length = first < 0x80 ? 1 : first >= 0xC2 && first < 0xE0 ? 2 : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xF0 && first < 0xF5 ? 4 : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[at + i]) & 0xC0) != 0x80) return 0;
  return length;
}

// Documents hold UTF-8 only. What is not UTF-8 comes from older systems of Amazon in Latin-1.
std::string as_utf8(const std::string& text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto length = letter_at(text, at);
    if (length == 0) break;
    at += length;
  }
  if (at == text.size()) return text;
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) out += c;
    else out += static_cast<char>(0xC0 | (byte >> 6)), out += static_cast<char>(0x80 | (byte & 0x3F));
  }
  return out;
}

json::object put_of(const KeptReport& r) {
  return put_document("reports", r.id, encode(r),
                      {{"environment", environment_name(r.environment)}, {"report_id", text_or_null(r.report_id)}, {"state", name_of(r.state)}, {"created_ms", r.created_ms},
                       {"kept_ms", r.kept_ms == 0 ? json::value() : json::value(r.kept_ms)}});
}

json::object expected(const char* collection, const std::string& key, std::uint64_t version) { return {{"collection", collection}, {"key", key}, {"version", version}}; }

}  // namespace

Result<ports::StoredReport> StoreReports::report(const std::string& id) {
  if (id.empty()) return ports::StoredReport{};
  return stored_of(session_.store().get("reports", id), decode_kept_report);
}

Result<ports::StoredReport> StoreReports::report_of(const std::string& report_id) {
  if (report_id.empty()) return ports::StoredReport{};
  auto found = all_of(session_.store(), {{"collection", "reports"}, {"where", json::array{condition("report_id", "=", report_id)}}}, 1, decode_kept_report);
  if (!found) return found.failure();
  return found->empty() ? Result<ports::StoredReport>(ports::StoredReport{}) : report(found->front().id);
}

Result<std::vector<KeptReport>> StoreReports::newest(Environment environment, std::int64_t before_ms, int limit) {
  json::array where{condition("environment", "=", environment_name(environment))};
  if (before_ms != 0) where.push_back(condition("created_ms", "<", before_ms));
  auto found = all_of(session_.store(), {{"collection", "reports"}, {"where", std::move(where)}, {"order", "-created_ms"}}, limit, decode_kept_report);
  if (found && static_cast<int>(found->size()) > limit) found->resize(static_cast<std::size_t>(limit));
  return found;
}

Result<std::vector<KeptReport>> StoreReports::open(int limit) {
  return all_of(session_.store(), {{"collection", "reports"}, {"where", json::array{condition("state", "in", json::array{"requested", "in_progress"})}}, {"order", "created_ms"}}, limit, decode_kept_report);
}

Result<std::vector<KeptReport>> StoreReports::kept_before(std::int64_t kept_ms, int limit) {
  return all_of(session_.store(), {{"collection", "reports"}, {"where", json::array{condition("kept_ms", "<", kept_ms)}}, {"order", "kept_ms"}}, limit, decode_kept_report);
}

Result<ports::StoredSchedule> StoreReports::schedule(const std::string& id) {
  if (id.empty()) return ports::StoredSchedule{};
  return stored_of(session_.store().get("report_schedules", id), decode_kept_schedule);
}

Result<std::vector<KeptSchedule>> StoreReports::schedules(Environment environment) {
  return all_of(session_.store(), {{"collection", "report_schedules"}, {"where", json::array{condition("environment", "=", environment_name(environment)), condition("state", "!=", "ended")}}}, 200, decode_kept_schedule);
}

Result<> StoreReports::commit(const ports::ShelfChange& change) {
  json::array expect, put, removed, tasks, audit;
  for (const auto& [report, version] : change.reports) expect.push_back(expected("reports", report.id, version)), put.push_back(put_of(report));
  for (const auto& [schedule, version] : change.schedules) {
    expect.push_back(expected("report_schedules", schedule.id, version));
    put.push_back(put_document("report_schedules", schedule.id, encode(schedule), {{"environment", environment_name(schedule.environment)}, {"state", name_of(schedule.state)}}));
  }
  if (change.progress) put.push_back(host::put_of(*change.progress));
  for (const auto& id : change.reports_removed) removed.push_back(json::object{{"collection", "reports"}, {"key", id}});
  for (const auto& task : change.tasks) tasks.push_back(task_document(task));
  for (const auto& entry : change.audit) audit.push_back(audit_of(entry));
  auto committed = session_.store().commit(json::object{{"expect", std::move(expect)}, {"put", std::move(put)}, {"delete", std::move(removed)}, {"tasks", std::move(tasks)}, {"audit", std::move(audit)}});
  if (!committed) return committed.failure();
  return hostapi::success();
}

Result<> StoreReports::put_text(KeptReport& report, const std::string& given) {
  const auto text = as_utf8(given);
  report.size = static_cast<std::int64_t>(text.size()), report.chunks = 0;
  for (std::size_t at = 0; at < text.size();) {
    auto end = std::min(at + chunk_bytes, text.size());
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not within a letter
    auto put = put_document("report_chunks", chunk_key(report.id, ++report.chunks), {{"text", text.substr(at, end - at)}}, {});
    auto done = session_.store().commit(json::object{{"put", json::array{std::move(put)}}});
    if (!done) return done.failure();
    at = end;
  }
  return hostapi::success();
}

Result<std::string> StoreReports::text(const KeptReport& report) {
  std::string text;
  for (int number = 1; number <= report.chunks; ++number) {
    auto chunk = session_.store().get("report_chunks", chunk_key(report.id, number));
    if (!chunk) return chunk.failure();
    auto read = reading("a part of a kept report", [&] { return Members(chunk->value).text("text"); });
    if (!read) return read.failure();
    text += *read;
  }
  return text;
}

Result<> StoreReports::drop_text(const KeptReport& report) {
  json::array removed;
  for (int number = 1; number <= report.chunks; ++number) removed.push_back(json::object{{"collection", "report_chunks"}, {"key", chunk_key(report.id, number)}});
  if (removed.empty()) return hostapi::success();
  auto done = session_.store().commit(json::object{{"delete", std::move(removed)}});
  if (!done) return done.failure();
  return hostapi::success();
}

}  // namespace amazonpay::host
