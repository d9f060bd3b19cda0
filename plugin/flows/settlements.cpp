#include "flows/settlements.hpp"

#include <algorithm>

#include "flows/settled_lines.hpp"

namespace amazonpay::flows {
namespace {

constexpr std::int64_t overlap_ms = 7 * day_ms;    // reports are listed by creation, not by completion
constexpr std::int64_t kept_at_amazon_ms = 90 * day_ms;
constexpr std::size_t lines_per_commit = 40;
constexpr int lines_per_run = 5'000;
constexpr std::int64_t time_per_run_ms = 20'000;
constexpr std::int64_t pause_ms = 200;
constexpr int matched_again_per_run = 300;

Result<SettledLine> settled_line(const Ports& ports, const SettlementLine& line, Environment environment, const std::string& report_id) {
  auto place = place_line(ports, line);
  if (!place) return place.failure();
  SettledLine settled;
  settled.environment = environment, settled.line = line, settled.report_id = report_id;
  settled.order_id = place->order_id, settled.order_number = place->order_number, settled.why = place->why;
  settled.state = place->order_id.empty() ? LineState::unmatched : LineState::matched;
  settled.converted = !place->order_id.empty() && place->currency != line.amount.currency();
  if (settled.state == LineState::unmatched)
    if (auto noted = note_orphan(ports, line); !noted) return noted.failure();
  return settled;
}

Result<> write_lines(const Ports& ports, ports::Settlements& settlements, const std::vector<SettledLine>& lines, const ports::SettlementProgress* progress) {
  for (int attempt = 1;; ++attempt) {
    LineWriter writer(ports, settlements);
    for (const auto& line : lines)
      if (auto written = writer.write(line); !written) return written;
    auto change = writer.take();
    if (progress != nullptr) change.progress = *progress;
    if (progress == nullptr && change.lines.empty()) return hostapi::success();
    auto committed = settlements.commit(change);
    if (committed || committed.kind() != Kind::conflict || attempt == tries_max) return committed;
  }
}

Result<> read_lines(const Ports& ports, ports::Settlements& settlements, const std::vector<SettlementLine>& lines, Environment environment, ports::SettlementProgress& progress) {
  const auto began_ms = ports.clock.now_ms();
  const auto end = std::min<std::size_t>(lines.size(), static_cast<std::size_t>(progress.lines_read) + lines_per_run);
  while (static_cast<std::size_t>(progress.lines_read) < end && ports.clock.now_ms() - began_ms < time_per_run_ms) {
    auto next = progress;
    std::vector<SettledLine> batch;
    for (auto i = static_cast<std::size_t>(progress.lines_read); i < end && batch.size() < lines_per_commit; ++i) {
      auto settled = settled_line(ports, lines[i], environment, progress.report_id);
      if (!settled) return settled.failure();
      ++(settled->state == LineState::matched ? next.settled : next.unknown);
      ++next.lines_read;
      batch.push_back(std::move(*settled));
    }
    next.done = static_cast<std::size_t>(next.lines_read) == lines.size();
    if (auto written = write_lines(ports, settlements, batch, &next); !written) return written;
    progress = std::move(next);
  }
  return hostapi::success();
}

ports::SettlementChange only(const ports::SettlementProgress& progress) {
  ports::SettlementChange change;
  change.progress = progress;
  return change;
}

Result<ports::StoredReport> stored_report(ports::ReportShelf& shelf, const ports::SettlementProgress& progress) {
  auto stored = shelf.report_of(progress.report_id);
  return stored && stored->version == 0 ? shelf.report(progress.report_id) : std::move(stored);
}

// Puts the report with its text on the shelf, whoever else writes its entry meanwhile: once its 90 days are over Amazon does not show it again.
Result<> keep_text(const Ports& ports, ports::ReportShelf& shelf, const ports::SettlementProgress& progress, Environment environment, const std::string& text) {
  for (int attempt = 1;; ++attempt) {
    auto stored = stored_report(shelf, progress);
    if (!stored) return stored.failure();
    auto& report = stored->value;
    if (report.kept()) return hostapi::success();
    if (stored->version == 0) {
      report.id = report.report_id = progress.report_id, report.environment = environment, report.type = settlement_type(environment);
      report.created_ms = progress.created_ms, report.document_id = progress.document_id;
    }
    report.state = KeptState::ready, report.kept_ms = ports.clock.now_ms();
    if (auto put = shelf.put_text(report, text); !put) return put;
    ports::ShelfChange change;
    change.reports.push_back(*stored);
    auto committed = shelf.commit(change);
    if (committed || committed.kind() != Kind::conflict || attempt == tries_max) return committed;
  }
}

// The text of the report, from the shelf if it is there; what comes from Amazon is put there.
Result<std::string> text_of(const Ports& ports, ports::Reports* reports, ports::ReportShelf& shelf, const ports::SettlementProgress& progress, Environment environment) {
  auto stored = stored_report(shelf, progress);
  if (!stored) return stored.failure();
  if (stored->value.kept()) return shelf.text(stored->value);
  if (reports == nullptr || progress.document_id.empty()) return Failure{Kind::internal, "the text of the settlement report " + progress.report_id + " is gone"};
  auto text = reports->download_document(progress.document_id);
  if (!text || text->size() > ports::kept_text_max) return text;
  auto kept = keep_text(ports, shelf, progress, environment, *text);
  return kept ? text : kept.failure();
}

using DecideLine = std::function<void(SettledLine&)>;
Result<> decide_line(const Ports& ports, ports::Settlements& settlements, const std::string& key, const Actor& who, const char* event, const DecideLine& decide) {
  for (int attempt = 1;; ++attempt) {
    auto stored = settlements.line(key);
    if (!stored) return stored.failure();
    if (stored->version == 0) return Failure{Kind::not_found, tr("There is no such line of a settlement.")};
    if (stored->value.state != LineState::unmatched) return Failure{Kind::conflict, tr("This line has been decided meanwhile. Look at the page again.")};
    auto line = stored->value;
    decide(line);
    line.decided_by = who, line.decided_ms = ports.clock.now_ms();
    LineWriter writer(ports, settlements);
    if (auto written = writer.write(line); !written) return written;
    auto change = writer.take();
    if (change.lines.empty() && attempt < tries_max) continue;  // decided between the two looks
    change.audit.push_back({event, line.order_id, line.line.amount, line.note, line.line.settlement_id + " " + line.line.transaction_id});
    auto committed = settlements.commit(change);
    if (committed || committed.kind() != Kind::conflict || attempt == tries_max) return committed;
  }
}

}  // namespace

ports::Task settlement_task(const std::string& report_id, std::int64_t due_ms) {
  ports::Task task;
  task.name = "settlement", task.key = "settlement:" + report_id, task.report_id = report_id, task.due_ms = due_ms;
  return task;
}

Result<> find_settlements(const Ports& ports, ports::Reports& reports, ports::Settlements& settlements) {
  auto policy = ports.settings.policy();
  if (!policy) return policy.failure();
  auto newest_ms = settlements.newest_ms();
  if (!newest_ms) return newest_ms.failure();
  const auto now_ms = ports.clock.now_ms();
  ReportFilter filter;
  filter.types = {settlement_type(policy->environment)}, filter.states = {"COMPLETED"}, filter.page_size = 50;
  filter.created_since_ms = *newest_ms == 0 ? now_ms - kept_at_amazon_ms : *newest_ms - overlap_ms;
  for (;;) {
    auto page = reports.find_reports(filter);
    if (!page) return page.failure();
    for (const auto& report : page->reports) {
      auto known = settlements.progress(report.id);
      if (known || report.document_id.empty()) continue;
      if (known.kind() != Kind::not_found) return known.failure();
      ports::SettlementProgress progress;
      progress.report_id = report.id, progress.document_id = report.document_id, progress.created_ms = report.created_ms;
      auto change = only(progress);
      change.tasks.push_back(settlement_task(report.id, now_ms));
      if (auto saved = settlements.commit(change); !saved) return saved;
    }
    if (page->next_token.empty()) return hostapi::success();
    filter.next_token = page->next_token;
  }
}

Result<std::int64_t> read_settlement_report(const Ports& ports, ports::Reports* reports, ports::Settlements& settlements, ports::ReportShelf& shelf, const std::string& report_id) {
  auto progress = settlements.progress(report_id);
  if (!progress) return progress.failure();
  if (progress->done) return 0;
  auto policy = ports.settings.policy();
  if (!policy) return policy.failure();
  auto text = text_of(ports, reports, shelf, *progress, policy->environment);
  if (!text) return text.failure();
  auto file = read_settlement(*text);
  progress->done = !file || file->lines.empty();
  if (!file) progress->problem = file.message();
  if (progress->done) {
    if (auto saved = settlements.commit(only(*progress)); !saved) return saved.failure();
    return 0;
  }
  progress->lines = static_cast<int>(file->lines.size());
  if (auto read = read_lines(ports, settlements, file->lines, policy->environment, *progress); !read) return read.failure();
  return progress->done ? 0 : pause_ms;
}

Result<> read_payouts(const Ports& ports, ports::Reports& reports, ports::Settlements& settlements) {
  auto policy = ports.settings.policy();
  if (!policy) return policy.failure();
  auto newest_ms = settlements.newest_payout_ms(policy->environment);
  if (!newest_ms) return newest_ms.failure();
  const auto now_ms = ports.clock.now_ms();
  const auto since_ms = *newest_ms == 0 ? now_ms - kept_at_amazon_ms : std::min(now_ms, *newest_ms) - overlap_ms;
  for (std::string token;;) {
    auto page = reports.find_disbursements(since_ms, now_ms + day_ms, 50, token);
    if (!page) return page.failure();
    ports::SettlementChange change;
    for (const auto& paid : page->disbursements) change.payouts.push_back({policy->environment, paid});
    if (!change.payouts.empty())
      if (auto saved = settlements.commit(change); !saved) return saved;
    if (page->next_token.empty()) return hostapi::success();
    token = page->next_token;
  }
}

Result<int> bring_settlement(const Ports& ports, ports::ReportShelf& shelf, const BroughtFile& brought) {
  auto policy = ports.settings.policy();
  if (!policy) return policy.failure();
  auto file = read_settlement(brought.text);
  if (!file) return Failure{Kind::refused, file.message()};
  if (file->lines.empty()) return Failure{Kind::refused, tr("The file has no lines of a settlement. Choose the flat file that Amazon made.")};
  if (brought.text.size() > ports::kept_text_max) return Failure{Kind::refused, tr("The file is larger than 12 MB.")};
  if (!file->seller_id.empty() && !policy->merchant_id.empty() && file->seller_id != policy->merchant_id)
    return Failure{Kind::refused, tr("The file was made for another merchant account than the one in the settings. Nothing was taken over.")};
  for (const auto& line : file->lines)
    if (const auto first = line.transaction_id.front(); (first == 'S' || first == 'P') && environment_of_id(line.transaction_id) != policy->environment)
      return Failure{Kind::refused, policy->environment == Environment::live ? tr("The file holds payments of the sandbox, but this shop is connected live. Nothing was taken over.")
                                                                             : tr("The file holds live payments, but this shop is connected to the sandbox. Nothing was taken over.")};
  auto stored = shelf.report(brought.id);
  if (!stored) return stored.failure();
  if (stored->version != 0) return static_cast<int>(file->lines.size());  // this click came twice
  auto& report = stored->value;
  report.id = brought.id, report.environment = policy->environment, report.type = settlement_type(policy->environment), report.state = KeptState::ready;
  report.created_ms = report.kept_ms = ports.clock.now_ms(), report.file_name = brought.file_name, report.who = brought.who;
  if (auto put = shelf.put_text(report, brought.text); !put) return put.failure();
  ports::ShelfChange change;
  change.reports.push_back(*stored);
  change.progress = ports::SettlementProgress{};
  change.progress->report_id = brought.id, change.progress->lines = static_cast<int>(file->lines.size());
  change.tasks.push_back(settlement_task(brought.id, report.created_ms));
  change.audit.push_back({"settlement.brought", "", std::nullopt, "", std::to_string(file->lines.size()) + " lines"});
  auto committed = shelf.commit(change);
  if (!committed && committed.kind() != Kind::conflict) return committed.failure();
  return static_cast<int>(file->lines.size());
}

Result<> set_line_aside(const Ports& ports, ports::Settlements& settlements, const std::string& line_key, const std::string& note, const Actor& who) {
  if (note.empty()) return Failure{Kind::refused, tr("Write why this line needs no order.")};
  return decide_line(ports, settlements, line_key, who, "settlement.line_set_aside", [&](SettledLine& line) { line.state = LineState::set_aside, line.note = note; });
}

Result<> match_line(const Ports& ports, ports::Settlements& settlements, const std::string& line_key, const ports::ShopOrder& order, const Actor& who) {
  return decide_line(ports, settlements, line_key, who, "settlement.line_matched", [&](SettledLine& line) {
    line.state = LineState::by_hand, line.order_id = order.id, line.order_number = order.number, line.converted = order.currency != line.line.amount.currency();
  });
}

Result<> match_again(const Ports& ports, ports::Settlements& settlements) {
  auto policy = ports.settings.policy();
  if (!policy) return policy.failure();
  auto waiting = settlements.unmatched(policy->environment, matched_again_per_run);
  if (!waiting) return waiting.failure();
  for (const auto& line : *waiting) {
    auto orders = line.line.permission_id.empty() ? Result<std::vector<std::string>>(std::vector<std::string>{}) : ports.notifications.orders_of(line.line.permission_id);
    if (!orders) return orders.failure();
    if (orders->empty()) continue;
    auto settled = settled_line(ports, line.line, line.environment, line.report_id);
    if (!settled) return settled.failure();
    if (settled->state == LineState::matched)
      if (auto written = write_lines(ports, settlements, {*settled}, nullptr); !written) return written;
  }
  return hostapi::success();
}

}  // namespace amazonpay::flows
