// A ledger that keeps what is committed to it until settle(), so that decisions about many orders cost one commit of the store. Whoever reads an order or a
// tally that waits here settles first: nothing is decided on an old state. Nothing may leave the house for a change before settle() said yes. Used through
// decide_together by what acts on many orders: bulk jobs and the sending of their intents. In-call.
#pragma once
#include <algorithm>
#include <optional>

#include "flows/flow.hpp"
#include "ports/ledger.hpp"

namespace amazonpay::flows {

class GatheredLedger : public ports::Ledger {
 public:
  explicit GatheredLedger(ports::Ledger& store) : store_(store) {}

  Result<ports::LoadedPayment> load(const std::string& order_id) override {
    if (auto settled = settle_for(order_id); !settled) return settled.failure();
    return store_.load(order_id);
  }
  Result<ports::LoadedPayment> load_own(const std::string& order_id) override {
    if (auto settled = settle_for(order_id); !settled) return settled.failure();
    return store_.load_own(order_id);
  }
  Result<ports::StoredTally> tally(const std::string& id) override {
    const auto counts = [&](const ports::StoredTally& t) { return t.tally.id == id; };
    const bool waits = std::any_of(waiting_.begin(), waiting_.end(), [&](const ports::Change& c) { return std::any_of(c.tallies.begin(), c.tallies.end(), counts); });
    if (auto settled = waits ? settle() : hostapi::success(); !settled) return settled.failure();
    return store_.tally(id);
  }
  Result<> commit_all(const std::vector<ports::Change>& changes) override {
    waiting_.insert(waiting_.end(), changes.begin(), changes.end());
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
  Result<> settle_for(const std::string& order_id) {
    const bool waits = std::any_of(waiting_.begin(), waiting_.end(), [&](const ports::Change& c) { return c.order_id == order_id; });
    return waits ? settle() : hostapi::success();
  }

  ports::Ledger& store_;
  std::vector<ports::Change> waiting_;
};

// The settings as they are when the first of many asks.
class SettingsOnce : public ports::Settings {
 public:
  explicit SettingsOnce(ports::Settings& settings) : settings_(settings) {}
  Result<ports::Policy> policy() override {
    if (!policy_) policy_ = settings_.policy();
    return *policy_;
  }

 private:
  ports::Settings& settings_;
  std::optional<Result<ports::Policy>> policy_;
};

// decide(ports, i) for each i, in one commit; returns what each answered. When somebody changed one of the orders meanwhile, or the commit's answer got lost,
// each decides again by itself: so `decide` gives the same answer when what it wanted is done already.
template <class Decide>
auto decide_together(const Ports& ports, std::size_t count, const Decide& decide) {
  std::vector<decltype(decide(ports, std::size_t{}))> decided;
  if (count > 1) {
    GatheredLedger gathered(ports.ledger);
    SettingsOnce settings(ports.settings);
    const Ports together{ports.amazon, gathered, ports.orders, settings, ports.clock, ports.notifications};
    for (std::size_t i = 0; i < count; ++i) decided.push_back(decide(together, i));
    if (gathered.settle()) return decided;
    decided.clear();
  }
  for (std::size_t i = 0; i < count; ++i) decided.push_back(decide(ports, i));
  return decided;
}

}  // namespace amazonpay::flows
