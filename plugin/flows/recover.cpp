#include "flows/recover.hpp"

#include <algorithm>

#include "flows/controls.hpp"
#include "flows/notification.hpp"
#include "flows/orphans.hpp"

namespace amazonpay::flows {
namespace {
constexpr std::int64_t patience_ms = 60'000;
// While an order may still come, a notification waits by itself (flows/notification).
constexpr std::int64_t notification_patience_ms = 20 * 60'000;

// A living task repeats with the host's back-off. It is only given up for lost after more silence than that: doubling with each try, an hour at most.
std::int64_t patience_with(const Intent& intent) { return std::min<std::int64_t>(patience_ms << std::min(intent.attempts, 10), 60 * patience_ms); }
constexpr int most_at_once = 200;

// A commit that only (re)creates a task: the host keeps one task per key, so a living task stays as it is.
Result<> again(const Ports& ports, const std::string& order_id, const ports::Task& task) {
  return decide_and_commit(ports, order_id, [&](const ports::LoadedPayment&, ports::Change& change) -> Result<bool> {
    change.tasks.push_back(task);
    return true;
  });
}
}  // namespace

Result<> recover(const Ports& ports) {
  const auto now_ms = ports.clock.now_ms();
  auto open = ports.ledger.open_intents(now_ms - patience_ms, most_at_once);
  if (!open) return open.failure();
  for (const auto& intent : *open) {
    if (intent.undecided || now_ms - std::max(intent.updated_ms, intent.send_after_ms) < patience_with(intent)) continue;
    if (auto done = again(ports, intent.order_id, intent_task(intent, now_ms)); !done) return done;
  }
  if (auto done = expire_approvals(ports, most_at_once); !done) return done;
  auto due = ports.ledger.payments_due(now_ms - patience_ms, most_at_once);
  if (!due) return due.failure();
  for (const auto& order_id : *due)
    if (auto done = again(ports, order_id, sync_task(order_id, now_ms)); !done) return done;
  if (auto done = recover_notifications(ports, now_ms - notification_patience_ms, most_at_once); !done) return done;
  return recover_orphans(ports, most_at_once);
}

}  // namespace amazonpay::flows
