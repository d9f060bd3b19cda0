#include "memory_settlements.hpp"

#include <algorithm>

namespace amazonpay::test {
namespace {

template <class T>
Result<ports::Stored<T>> one_of(const Versions<T>& all, const std::string& key) {
  const auto found = all.find(key);
  return found == all.end() ? ports::Stored<T>{} : found->second;
}
template <class T>
bool expected_at(const Versions<T>& all, const std::string& key, std::uint64_t version) {
  const auto found = all.find(key);
  return (found == all.end() ? 0 : found->second.version) == version;
}
template <class T>
void put(Versions<T>& all, const std::string& key, const ports::Stored<T>& stored) { all[key] = {stored.value, stored.version + 1}; }

template <class T, class Wanted>
std::vector<T> values_of(const Versions<T>& all, Wanted&& wanted) {
  std::vector<T> found;
  for (const auto& [key, stored] : all)
    if (wanted(stored.value)) found.push_back(stored.value);
  return found;
}

}  // namespace

void FakeReports::publish(const std::string& id, const std::string& text, const std::string& type) {
  Report r;
  r.id = id, r.type = type, r.state = ReportState::completed, r.document_id = "doc" + id, r.created_ms = 1;
  made.push_back(r), documents[r.document_id] = text;
}

Result<ReportPage> FakeReports::find_reports(const ReportFilter& filter) {
  const auto from = filter.next_token.empty() ? std::size_t{0} : std::stoul(filter.next_token);
  ReportPage page;
  for (std::size_t i = from; i < std::min(from + 2, made.size()); ++i) page.reports.push_back(made[i]);
  if (from + 2 < made.size()) page.next_token = std::to_string(from + 2);
  return page;
}

Result<std::string> FakeReports::download_document(const std::string& id) {
  ++downloads;
  return documents.at(id);
}

Result<Report> FakeReports::get_report(const std::string& id) {
  if (away) return Failure{Kind::unavailable, "no connection"};
  for (const auto& report : made)
    if (report.id == id) return report;
  return Failure{Kind::not_found, "unknown"};
}

Result<std::string> FakeReports::create_report(const std::string& type, std::int64_t start_ms, std::int64_t end_ms, const std::string& key) {
  if (away) return Failure{Kind::unavailable, "no connection"};
  if (by_key.contains(key)) return by_key.at(key);
  Report r;
  r.id = "5" + std::to_string(made.size() + 100), r.type = type, r.state = ReportState::in_progress, r.start_ms = start_ms, r.end_ms = end_ms, r.created_ms = 1;
  made.push_back(r);
  return by_key[key] = r.id;
}

Result<std::string> FakeReports::create_schedule(const std::string& type, const std::string& frequency, std::int64_t next_ms, bool replace, const std::string& key) {
  if (by_key.contains(key)) return by_key.at(key);
  const auto same = std::find_if(schedules.begin(), schedules.end(), [&](const ReportSchedule& s) { return s.type == type; });
  if (same != schedules.end() && !replace) return Failure{Kind::refused, "There is a schedule for this report type already.", "InvalidRequest"};
  if (same != schedules.end()) schedules.erase(same);
  schedules.push_back({"6" + std::to_string(by_key.size() + 100), type, frequency, next_ms});
  return by_key[key] = schedules.back().id;
}

Result<> FakeReports::cancel_schedule(const std::string& id) {
  if (std::erase_if(schedules, [&](const ReportSchedule& s) { return s.id == id; }) == 0) return Failure{Kind::not_found, "unknown"};
  return hostapi::success();
}

Result<ports::SettlementProgress> MemorySettlements::progress(const std::string& id) {
  auto found = kept.find(id);
  if (found == kept.end()) return Failure{Kind::not_found, "never seen"};
  return found->second;
}

Result<std::int64_t> MemorySettlements::newest_ms() {
  std::int64_t newest = 0;
  for (const auto& [id, p] : kept) newest = std::max(newest, p.created_ms);
  return newest;
}

Result<ports::StoredLine> MemorySettlements::line(const std::string& key) { return one_of(lines, key); }
Result<ports::StoredSum> MemorySettlements::sum(const std::string& key) { return one_of(sums, key); }
Result<ports::StoredDay> MemorySettlements::day(const std::string& key) { return one_of(days, key); }

Result<std::vector<SettledLine>> MemorySettlements::unmatched(Environment environment, int) {
  return values_of(lines, [&](const SettledLine& line) { return line.environment == environment && line.state == LineState::unmatched; });
}

Result<std::int64_t> MemorySettlements::newest_payout_ms(Environment) {
  std::int64_t newest = 0;
  for (const auto& [name, payout] : payouts) newest = std::max(newest, payout.paid.at_ms);
  return newest;
}

Result<std::vector<Entry>> MemorySettlements::entries(std::int64_t from_ms, std::int64_t before_ms, int limit) {
  std::vector<Entry> found;
  for (const auto& [id, entry] : ledger_.entries)
    if (entry.at_ms >= from_ms && entry.at_ms < before_ms) found.push_back(entry);
  std::stable_sort(found.begin(), found.end(), [](const Entry& a, const Entry& b) { return a.at_ms < b.at_ms; });
  if (static_cast<int>(found.size()) > limit) found.resize(static_cast<std::size_t>(limit));
  return found;
}

Result<> MemorySettlements::commit(const ports::SettlementChange& change) {
  const bool fails = fail_commit_in > 0 && --fail_commit_in == 0;
  if (fails && !lose_commit_answer) return Failure{Kind::unavailable, "the store failed"};
  for (const auto& stored : change.lines)
    if (!expected_at(lines, line_key(stored.value), stored.version)) return Failure{Kind::conflict, "line"};
  for (const auto& stored : change.sums)
    if (!expected_at(sums, stored.value.key(), stored.version)) return Failure{Kind::conflict, "sum"};
  for (const auto& stored : change.days)
    if (!expected_at(days, stored.value.key(), stored.version)) return Failure{Kind::conflict, "day"};
  if (change.counted_ms && counted.version != change.counted_ms->version) return Failure{Kind::conflict, "counted"};
  if (change.progress) kept[change.progress->report_id] = *change.progress;
  for (const auto& stored : change.lines) put(lines, line_key(stored.value), stored);
  for (const auto& stored : change.sums) put(sums, stored.value.key(), stored);
  for (const auto& stored : change.days) put(days, stored.value.key(), stored);
  if (change.counted_ms) counted = {change.counted_ms->value, change.counted_ms->version + 1};
  for (const auto& payout : change.payouts) payouts[payout.paid.reference_id] = payout;
  tasks.insert(tasks.end(), change.tasks.begin(), change.tasks.end());
  audit.insert(audit.end(), change.audit.begin(), change.audit.end());
  if (fails) return Failure{Kind::uncertain, "the store's answer was lost"};
  return hostapi::success();
}

Result<ports::StoredReport> MemoryShelf::report(const std::string& id) { return one_of(reports, id); }
Result<ports::StoredReport> MemoryShelf::report_of(const std::string& report_id) {
  for (const auto& [id, stored] : reports)
    if (stored.value.report_id == report_id) return stored;
  return ports::StoredReport{};
}
Result<std::vector<KeptReport>> MemoryShelf::newest(Environment environment, std::int64_t, int) {
  return values_of(reports, [&](const KeptReport& report) { return report.environment == environment; });
}
Result<std::vector<KeptReport>> MemoryShelf::open(int) {
  return values_of(reports, [](const KeptReport& report) { return is_open(report.state); });
}
Result<std::vector<KeptReport>> MemoryShelf::kept_before(std::int64_t kept_ms, int) {
  return values_of(reports, [&](const KeptReport& report) { return report.kept() && report.kept_ms < kept_ms; });
}
Result<ports::StoredSchedule> MemoryShelf::schedule(const std::string& id) { return one_of(stored_schedules, id); }
Result<std::vector<KeptSchedule>> MemoryShelf::schedules(Environment environment) {
  return values_of(stored_schedules, [&](const KeptSchedule& s) { return s.environment == environment && s.state != ScheduleState::ended; });
}

Result<> MemoryShelf::commit(const ports::ShelfChange& change) {
  if (auto first = std::exchange(before_commit, nullptr)) first();
  for (const auto& stored : change.reports)
    if (!expected_at(reports, stored.value.id, stored.version)) return Failure{Kind::conflict, "report"};
  for (const auto& stored : change.schedules)
    if (!expected_at(stored_schedules, stored.value.id, stored.version)) return Failure{Kind::conflict, "schedule"};
  for (const auto& stored : change.reports) put(reports, stored.value.id, stored);
  for (const auto& stored : change.schedules) put(stored_schedules, stored.value.id, stored);
  for (const auto& id : change.reports_removed) reports.erase(id);
  if (change.progress) settlements_.kept[change.progress->report_id] = *change.progress;
  tasks.insert(tasks.end(), change.tasks.begin(), change.tasks.end());
  audit.insert(audit.end(), change.audit.begin(), change.audit.end());
  if (lose_commit_answer) return lose_commit_answer = false, Failure{Kind::uncertain, "the store's answer was lost"};
  return hostapi::success();
}

Result<> MemoryShelf::put_text(KeptReport& report, const std::string& text) {
  texts[report.id] = text, report.size = static_cast<std::int64_t>(text.size()), report.chunks = 1;
  return hostapi::success();
}
Result<std::string> MemoryShelf::text(const KeptReport& report) { return texts.at(report.id); }
Result<> MemoryShelf::drop_text(const KeptReport& report) {
  texts.erase(report.id);
  return hostapi::success();
}

}  // namespace amazonpay::test
