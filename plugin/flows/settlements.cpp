#include "flows/settlements.hpp"

#include <algorithm>

#include "domain/settlement.hpp"
#include "flows/orphans.hpp"
#include "flows/sync.hpp"

namespace amazonpay::flows {
namespace {

constexpr std::int64_t overlap_ms = 7 * day_ms;    // reports are listed by creation, not by completion
constexpr std::int64_t kept_at_amazon_ms = 90 * day_ms;
constexpr int lines_per_run = 5'000;
constexpr std::int64_t time_per_run_ms = 20'000;
constexpr std::int64_t pause_ms = 200;

std::string type_for(Environment environment) {
  return environment == Environment::live ? "_GET_FLAT_FILE_OFFAMAZONPAYMENTS_SETTLEMENT_DATA_" : "_GET_FLAT_FILE_OFFAMAZONPAYMENTS_SANDBOX_SETTLEMENT_DATA_";
}

ports::Task task_of(const std::string& report_id, std::int64_t due_ms) {
  ports::Task task;
  task.name = "settlement", task.key = "settlement:" + report_id, task.report_id = report_id, task.due_ms = due_ms;
  return task;
}

// The charge of this line is paid out: true if the order holds it. A refund line says it of the refund's charge, which a capture line has said before.
Result<bool> mark_settled(const Ports& ports, const std::string& order_id, const SettlementLine& line) {
  bool known = false;
  auto marked = decide_and_commit(ports, order_id, [&](const ports::LoadedPayment& loaded, ports::Change& change) -> Result<bool> {
    known = loaded.payment.refund(line.transaction_id) != nullptr;
    for (auto& charge : change.payment.charges) {
      if (charge.id != line.transaction_id) continue;
      known = true;
      if (charge.settled) return false;
      charge.settled = true;
      Event e;
      e.id = order_id + ":" + charge.id + ":settled";
      e.order_id = order_id, e.at_ms = ports.clock.now_ms(), e.role = "good", e.icon = "good", e.who = "Amazon", e.amount = line.net;
      e.text = {tr("Credited to your account in settlement {id}"), {{"id", line.settlement_id}}};
      change.events.push_back(std::move(e));
      return true;
    }
    return false;
  });
  if (!marked) return marked.failure();
  return known;
}

Hints hint_of(const SettlementLine& line) {
  const bool refund = line.type == "Refund";
  return refund ? Hints{{}, {line.transaction_id}} : Hints{{line.transaction_id}, {}};
}

Result<bool> place(const Ports& ports, const SettlementLine& line) {
  auto orders = ports.notifications.orders_of(line.permission_id);
  if (!orders) return orders.failure();
  for (const auto& order_id : *orders) {
    auto known = mark_settled(ports, order_id, line);
    if (!known || *known) return known;
  }
  // Paid out, and the only order of this permission has never heard of it: somebody made it at Amazon. It is read, then marked.
  if (orders->size() == 1) {
    if (auto read = sync(ports, orders->front(), hint_of(line)); !read) return read.failure();
    return mark_settled(ports, orders->front(), line);
  }
  return false;
}

Result<> note_orphan(const Ports& ports, const SettlementLine& line) {
  if (line.permission_id.empty()) return hostapi::success();
  auto known = ports.notifications.orphan(line.permission_id);
  if (!known) return known.failure();
  if (*known) return hostapi::success();
  auto permission = ports.amazon.get_permission(line.permission_id);
  if (!permission) return permission.kind() == Kind::not_found ? hostapi::success() : Result<>(permission.failure());
  const auto orphan = orphan_of(*permission, line.transaction_id, "settlement", ports.clock.now_ms());
  return ports.notifications.put_orphan(orphan, {"orphan.found", "", orphan.limit, orphan.source, orphan.permission_id});
}

Result<> read_lines(const Ports& ports, const std::vector<SettlementLine>& lines, ports::SettlementProgress& progress) {
  const auto began_ms = ports.clock.now_ms();
  const auto end = std::min<std::size_t>(lines.size(), static_cast<std::size_t>(progress.lines_read) + lines_per_run);
  for (auto i = static_cast<std::size_t>(progress.lines_read); i < end && ports.clock.now_ms() - began_ms < time_per_run_ms; ++i) {
    auto placed = place(ports, lines[i]);
    if (!placed) return placed.failure();
    ++(*placed ? progress.settled : progress.unknown);
    if (!*placed)
      if (auto noted = note_orphan(ports, lines[i]); !noted) return noted;
    progress.lines_read = static_cast<int>(i) + 1;
  }
  return hostapi::success();
}

}  // namespace

Result<> find_settlements(const Ports& ports, ports::Reports& reports, ports::Settlements& settlements) {
  auto policy = ports.settings.policy();
  if (!policy) return policy.failure();
  auto newest_ms = settlements.newest_ms();
  if (!newest_ms) return newest_ms.failure();
  const auto now_ms = ports.clock.now_ms();
  ReportFilter filter;
  filter.types = {type_for(policy->environment)}, filter.states = {"COMPLETED"}, filter.page_size = 50;
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
      if (auto saved = settlements.save(progress, {task_of(report.id, now_ms)}); !saved) return saved;
    }
    if (page->next_token.empty()) return hostapi::success();
    filter.next_token = page->next_token;
  }
}

Result<std::int64_t> read_settlement_report(const Ports& ports, ports::Reports& reports, ports::Settlements& settlements, const std::string& report_id) {
  auto progress = settlements.progress(report_id);
  if (!progress) return progress.failure();
  if (progress->done) return 0;
  auto text = reports.download_document(progress->document_id);
  if (!text) return text.failure();
  auto lines = read_settlement(*text);
  Result<> read = hostapi::success();
  if (!lines) {
    progress->problem = lines.message(), progress->done = true;
  } else {
    progress->lines = static_cast<int>(lines->size());
    read = read_lines(ports, *lines, *progress);
    progress->done = progress->lines_read == progress->lines;
  }
  if (auto saved = settlements.save(*progress, {}); !saved) return saved.failure();
  if (!read) return read.failure();
  return progress->done ? 0 : pause_ms;
}

}  // namespace amazonpay::flows
