// A ledger that keeps what is committed to it until settle(), so that decisions about many orders cost one commit of the store. Whoever reads an order or a
// tally that waits here settles first: nothing is decided on an old state. Nothing may leave the house for a change before settle() said yes. Used by the bulk
// flow, in-call; when settle() fails, the caller decides each of them again by itself (the same operation gets its first answer).
#pragma once
#include <algorithm>

#include "ports/ledger.hpp"

namespace amazonpay::flows {

class GatheredLedger : public ports::Ledger {
 public:
  explicit GatheredLedger(ports::Ledger& store) : store_(store) {}

  Result<ports::LoadedPayment> load(const std::string& order_id) override {
    const bool waits = std::any_of(waiting_.begin(), waiting_.end(), [&](const ports::Change& c) { return c.order_id == order_id; });
    if (auto settled = waits ? settle() : hostapi::success(); !settled) return settled.failure();
    return store_.load(order_id);
  }
  Result<ports::StoredTally> tally(const std::string& id) override {
    const auto counts = [&](const ports::StoredTally& t) { return t.tally.id == id; };
    const bool waits = std::any_of(waiting_.begin(), waiting_.end(), [&](const ports::Change& c) { return std::any_of(c.tallies.begin(), c.tallies.end(), counts); });
    if (auto settled = waits ? settle() : hostapi::success(); !settled) return settled.failure();
    return store_.tally(id);
  }
  Result<> commit(const ports::Change& change) override {
    waiting_.push_back(change);
    return hostapi::success();
  }
  Result<> settle() {
    if (waiting_.empty()) return hostapi::success();
    auto committed = store_.commit_all(waiting_);
    if (committed) waiting_.clear();
    return committed;
  }

  Result<Intent> intent(const std::string& id) override { return store_.intent(id); }
  Result<std::optional<Operation>> operation(const std::string& id) override { return store_.operation(id); }
  Result<std::vector<Todo>> all_todos(const std::string& order_id) override { return store_.all_todos(order_id); }
  Result<std::vector<Todo>> open_todos(const std::string& order_id) override { return store_.open_todos(order_id); }
  Result<std::vector<Intent>> open_intents(std::int64_t older_than_ms, int limit) override { return store_.open_intents(older_than_ms, limit); }
  Result<std::vector<Intent>> awaiting_approval(int limit) override { return store_.awaiting_approval(limit); }
  Result<std::vector<std::string>> payments_due(std::int64_t now_ms, int limit) override { return store_.payments_due(now_ms, limit); }

 private:
  ports::Ledger& store_;
  std::vector<ports::Change> waiting_;
};

}  // namespace amazonpay::flows
