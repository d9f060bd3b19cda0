#include "plan.hpp"

#include <iterator>

namespace simulation {
namespace {

constexpr const char* names[] = {"refund", "capture", "cancel the reservation", "close the payment", "take over", "approve", "reject", "take back",
    "settle an uncertain one",
                                 "close a task", "cancel the order", "delete the order", "cancel a line", "undo a cancellation", "ship the order",
                                     "refund in Seller Central",
                                 "capture in Seller Central", "Amazon is away", "an old notification comes again"};
constexpr int weights[] = {26, 11, 5, 4, 7, 6, 3, 5, 7, 3, 8, 3, 12, 5, 5, 7, 4, 4, 3};
static_assert(std::size(names) == std::size(weights));

std::int64_t pause(Chance& chance) {
  switch (chance.pick({30, 30, 18, 10, 8, 3, 1})) {
    case 0: return chance.between(0, 300);
    case 1: return chance.between(second, 20 * second);
    case 2: return chance.between(30 * second, 10 * minute);
    case 3: return chance.between(10 * minute, 3 * hour);
    case 4: return chance.between(3 * hour, 30 * hour);
    case 5: return chance.between(30 * hour, 5 * day);
    default: return chance.between(25 * day, 35 * day);
  }
}

void set_policy(amazonpay::ports::Policy& policy, Chance& chance) {
  using amazonpay::Threshold;
  using namespace amazonpay::ports;
  if (chance.percent(40)) policy.approval.refund = Threshold{chance.percent(50) ? 20'00 : 50'00};
  if (chance.percent(20)) policy.approval.capture = Threshold{50'00};
  if (chance.percent(20)) policy.approval.refunds_per_day = Threshold{60'00};
  if (chance.percent(20)) policy.approval.refunds_per_user_day = Threshold{40'00};
  policy.approval.compensation = chance.percent(20);
  policy.approval.expires_ms = chance.percent(50) ? 10 * minute : 72 * hour;
  if (chance.percent(35)) policy.cooling_off_ms = chance.percent(50) ? 10 * second : 2 * minute;
  const std::int64_t trusts[] = {30 * second, 10 * minute, 24 * hour};
  policy.trust_key_ms = trusts[chance.below(3)];
  policy.capture_mode = static_cast<CaptureMode>(chance.below(3));
  for (auto* mode : {&policy.order_cancel, &policy.order_delete, &policy.line_cancel, &policy.line_delete})
    *mode = chance.percent(80) ? RefundMode::automatic : RefundMode::manual;
  policy.soft_descriptor = chance.percent(50) ? "SHOP" : "";
}

void set_trouble(TroubleRate& t, Chance& chance) {
  const int of_calls = chance.pick({1, 3, 3, 2});  // none, a little, some, a lot
  const int share[] = {0, 10, 40, 120};
  const auto some = [&](int of) { return chance.percent(60) ? share[of_calls] * of / 10 : 0; };
  t.not_sent = some(10), t.keys = some(4), t.throttled = some(6), t.server_error = some(8), t.answer_lost = some(14), t.late = some(8);
  t.commit_unavailable = some(6), t.commit_uncertain = some(6), t.commit_conflict = some(6), t.reading = some(2);
  const int crashes[] = {0, 0, 3, 15, 50};
  t.crash = crashes[chance.below(5)];
  t.slow_worker = chance.percent(30) ? 200 : 0;
  t.notification_lost = chance.percent(50) ? 300 : 0, t.notification_again = chance.percent(50) ? 400 : 0;
}

}  // namespace

const char* name_of(ActKind kind) { return names[static_cast<int>(kind)]; }

SeedPlan plan_of_seed(std::uint64_t seed) {
  Chance chance(seed, "plan");
  SeedPlan plan;
  plan.hosts = chance.percent(70) ? 2 : chance.percent(50) ? 3 : 1;
  plan.orders = chance.percent(70) ? 1 : 2;
  set_policy(plan.policy, chance);
  set_trouble(plan.trouble, chance);
  plan.amazon.pending_delay_ms = chance.percent(50) ? 30 * second : 2 * hour;
  plan.amazon.refund_delay_ms = chance.percent(60) ? 30 * second : chance.percent(50) ? hour : 3 * day;
  plan.amazon.refunded_when_settled = chance.percent(40);
  plan.amazon.live_behaviour = chance.percent(50);
  plan.surprises_percent = chance.percent(60) ? chance.below(45) : 0;
  const int count = 4 + chance.below(11);
  std::int64_t at_ms = 5 * second;
  for (int n = 0; n < count; ++n) {
    int sum = 0, at = 0, kind = 0;
    for (const int w : weights) sum += w;
    at = chance.below(sum);
    while (at >= weights[kind]) at -= weights[kind++];
    at_ms += pause(chance);
    plan.acts.push_back({n, static_cast<ActKind>(kind), at_ms});
  }
  plan.ends_after_ms = at_ms + 2 * minute;
  return plan;
}

}  // namespace simulation
