#include "flows/restored.hpp"

#include <algorithm>

#include "domain/restored.hpp"

namespace amazonpay::flows {
namespace {

// Who wanted to take a refund back in the cooling-off gets that time again: the backup does not know whether it was taken back.
constexpr std::int64_t second_chance_ms = 3'600'000;

Intent distrusted(Intent intent, std::int64_t backup_ms, std::int64_t now_ms) {
  intent.updated_ms = now_ms;
  if (never_sent(intent) && intent.send_after_ms > backup_ms) {
    intent.send_after_ms = std::max(intent.send_after_ms, now_ms + second_chance_ms);
    return intent;
  }
  intent.state = IntentState::uncertain, intent.may_have_arrived = true;
  intent.attempts = std::max(intent.attempts, 1);
  if (intent.first_sent_ms == 0) intent.first_sent_ms = backup_ms;
  return intent;
}

}  // namespace

Result<> distrust_record(const Ports& ports, const std::string& order_id, std::int64_t backup_ms) {
  return decide_and_commit(ports, order_id, [&](const ports::LoadedPayment& loaded, ports::Change& change) -> Result<bool> {
    if (loaded.version == 0 || must_read(loaded.payment)) return false;
    const auto now_ms = ports.clock.now_ms();
    auto& sync = change.payment.sync;
    sync.next_ms = now_ms, sync.failed_ms = now_ms, sync.failure_code = restored_code;
    sync.failure_text = tr("This shop was restored from a backup. The payment is read from Amazon before anything is sent for it.");
    for (const auto& intent : loaded.intents) {
      if (!is_open(intent.state) || intent.state == IntentState::awaiting_approval) continue;
      change.changed_intents.push_back(distrusted(intent, backup_ms, now_ms));
      change.tasks.push_back(intent_task(change.changed_intents.back(), now_ms));
    }
    change.tasks.push_back(sync_task(order_id, now_ms));
    return true;
  });
}

}  // namespace amazonpay::flows
