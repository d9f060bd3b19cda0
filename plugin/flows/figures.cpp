#include "flows/figures.hpp"

#include <algorithm>

namespace amazonpay::flows {
namespace {

constexpr std::int64_t settled_lag_ms = 10 * 60'000;   // longer than any commit takes after its decision
constexpr int entries_per_run = 1'000;

Result<std::string> reason_of(const Ports& ports, const Entry& entry) {
  if (entry.cause == "amazon") return std::string("amazon");
  if (entry.cause.starts_with("dispute:")) return std::string("dispute");
  auto intent = ports.ledger.intent(entry.cause);
  if (!intent) return intent.kind() == Kind::not_found ? Result<std::string>(std::string()) : intent.failure();
  return intent->reason;
}

// get answers the day to add to.
template <class Get>
Result<> add_entry(const Ports& ports, const Entry& entry, Get&& get) {
  const auto flow = flow_of(entry);
  if (!flow.any()) return hostapi::success();
  auto reason = flow.refunded.zero() ? Result<std::string>(std::string()) : reason_of(ports, entry);
  if (!reason) return reason.failure();
  auto day = get(environment_of_id(entry.charge_id), entry.amount.currency(), day_of(entry.value_ms));
  if (!day) return day.failure();
  add(**day, flow, *reason);
  return hostapi::success();
}

// Entries of one moment stay together: a moment is counted or not.
std::vector<Entry> whole_moments(std::vector<Entry> entries, int limit) {
  if (static_cast<int>(entries.size()) < limit) return entries;
  const auto last_ms = entries.back().at_ms;
  std::erase_if(entries, [&](const Entry& e) { return e.at_ms == last_ms; });
  return entries;
}

Result<std::int64_t> count_once(const Ports& ports, ports::Settlements& settlements) {
  auto counted = settlements.counted_ms();
  if (!counted) return counted.failure();
  const auto until_ms = ports.clock.now_ms() - settled_lag_ms;
  if (until_ms <= counted->value) return 0;
  int limit = entries_per_run;
  std::vector<Entry> entries;
  bool more = false;
  for (;;) {
    auto found = settlements.entries(counted->value, until_ms, limit);
    if (!found) return found.failure();
    more = static_cast<int>(found->size()) >= limit;
    entries = whole_moments(std::move(*found), limit);
    if (!more || !entries.empty()) break;
    limit *= 8;
  }
  ports::SettlementChange change;
  change.counted_ms = *counted;
  change.counted_ms->value = more ? entries.back().at_ms + 1 : until_ms;
  for (const auto& entry : entries) {
    auto added = add_entry(ports, entry, [&](Environment environment, Currency currency, const std::string& day) -> Result<DaySum*> {
      const auto key = day_key(environment, currency, day);
      for (auto& known : change.days)
        if (known.value.key() == key) return &known.value;
      auto stored = settlements.day(key);
      if (!stored) return stored.failure();
      if (stored->version == 0) stored->value = empty_day(environment, currency, day);
      change.days.push_back(std::move(*stored));
      return &change.days.back().value;
    });
    if (!added) return added.failure();
  }
  if (auto committed = settlements.commit(change); !committed) return committed.failure();
  return more ? 50 : 0;
}

}  // namespace

Result<std::int64_t> count_entries(const Ports& ports, ports::Settlements& settlements) {
  for (int attempt = 1;; ++attempt) {
    auto done = count_once(ports, settlements);
    if (done || done.kind() != Kind::conflict || attempt == tries_max) return done;
  }
}

Result<UncountedFlows> uncounted(const Ports& ports, ports::Settlements& settlements, std::int64_t counted_ms, int limit) {
  auto entries = settlements.entries(counted_ms, INT64_MAX, limit);
  if (!entries) return entries.failure();
  UncountedFlows flows;
  flows.more = static_cast<int>(entries->size()) >= limit;
  for (const auto& entry : *entries) {
    auto added = add_entry(ports, entry, [&](Environment environment, Currency currency, const std::string& day) -> Result<DaySum*> {
      for (auto& known : flows.days)
        if (known.environment == environment && known.collected.currency() == currency && known.day == day) return &known;
      flows.days.push_back(empty_day(environment, currency, day));
      return &flows.days.back();
    });
    if (!added) return added.failure();
  }
  return flows;
}

}  // namespace amazonpay::flows
