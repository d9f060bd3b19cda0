// What a seed stands for: the shop's rules, how much trouble there is, and the acts of the run in order of time. Made from the seed alone, before anything runs;
// shorten.hpp takes acts and faults out of it.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "bank.hpp"
#include "chance.hpp"
#include "ports/shop.hpp"

namespace simulation {

enum class ActKind {
  refund, capture, cancel_charge, close_permission, take_over, approve, reject, take_back, settle_uncertain, close_todo,
  order_cancel, order_delete, line_cancel, line_uncancel, order_ship,
  seller_central_refund, seller_central_capture, outage, replay_notification,
};
const char* name_of(ActKind kind);

struct PlannedAct {
  int number = 0;
  ActKind kind{};
  std::int64_t after_ms = 0;  // since the start
};

// Share of calls that meet each trouble, in thousandths.
struct TroubleRate {
  int not_sent = 0, keys = 0, throttled = 0, server_error = 0, answer_lost = 0, late = 0;
  int commit_unavailable = 0, commit_uncertain = 0, commit_conflict = 0, reading = 0;
  int crash = 0;
  int slow_worker = 0;         // does not renew its lease
  int notification_lost = 0, notification_again = 0;
};

struct SeedPlan {
  int hosts = 2, workers = 2, orders = 1;
  amazonpay::ports::Policy policy;
  sandbox::Settings amazon;
  int surprises_percent = 0;
  TroubleRate trouble;
  std::vector<PlannedAct> acts;
  std::int64_t ends_after_ms = 0;  // the troubled part
};

SeedPlan plan_of_seed(std::uint64_t seed);

// One execution of a seed, perhaps with parts left out.
struct Run {
  std::uint64_t seed = 0;
  std::set<int> left_out_acts;
  std::set<std::string> left_out_faults;
  bool trace = false;
};

}  // namespace simulation
