#include "flows/recover.hpp"

namespace amazonpay::flows {
namespace {
constexpr std::int64_t patience_ms = 60'000;
constexpr int batch = 200;

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
  auto open = ports.ledger.open_intents(now_ms - patience_ms, batch);
  if (!open) return open.failure();
  for (const auto& intent : *open)
    if (auto done = again(ports, intent.order_id, intent_task(intent, now_ms)); !done) return done;
  auto due = ports.ledger.payments_due(now_ms - patience_ms, batch);
  if (!due) return due.failure();
  for (const auto& order_id : *due)
    if (auto done = again(ports, order_id, sync_task(order_id, now_ms)); !done) return done;
  return hostapi::success();
}

}  // namespace amazonpay::flows
