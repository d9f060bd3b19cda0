// What the shop as a whole has to watch: money at Amazon without an order, notifications that wait for a person or do not come, bulk jobs that wait for a second
// person. Each is a task without an order, computed from what is there: it comes and goes by itself. Pure; flows/inbox keeps the stored tasks equal to it.
#pragma once
#include <vector>

#include "domain/bulk.hpp"
#include "domain/orphan.hpp"
#include "domain/record.hpp"

namespace amazonpay {

struct ShopFacts {
  std::vector<Orphan> orphans;               // open ones
  std::int64_t quarantined = 0;              // notifications that wait for a person
  std::int64_t quarantined_since_ms = 0;
  std::vector<BulkJob> bulk_jobs;            // that wait for a second person
  bool notifications_expected = false;       // a topic is confirmed
  std::int64_t last_received_ms = 0;         // newest notification; 0: none ever
  std::int64_t last_asked_ms = 0;            // newest request that Amazon accepted at least notification_patience_ms ago and must have told of; 0: none
};

// Amazon tells of each request of ours that changed money, within seconds; after so long without a word something is wrong on the way.
constexpr std::int64_t notification_patience_ms = 3 * 3'600'000;

// Amazon accepted something that long ago and no notification came since: they do not arrive any more.
bool notifications_missing(const ShopFacts& facts);

// The tasks there must be now; ids are made of kind and cause, so that the same trouble keeps its task.
std::vector<Todo> shop_todos(const ShopFacts& facts, std::int64_t now_ms);

// Where a task stands within its group: what has a deadline first, the earliest at the top; then the oldest.
std::int64_t rank_of(const Todo& todo);

}  // namespace amazonpay
