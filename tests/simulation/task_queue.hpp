// The hosts' shared task queue, with the promises of hostapi.tasks: at least once, one task per name and key waits, one runs; tasks of a lane run in order;
// failures come again with back-off; leases of a host that is gone, or too slow to renew them, run out. The shop's events to the plugin travel here, too.
#pragma once
#include <functional>
#include <list>
#include <set>

#include "ports/ledger.hpp"
#include "timeline.hpp"

namespace simulation {

struct Queued {
  std::int64_t id = 0;
  amazonpay::ports::Task task;
  std::string lane;
  int event = -1;               // of the shop (task.name "event")
  bool running = false;
  int attempts = 0;
  int host = -1;
  std::int64_t leased_until_ms = 0;
};

class TaskQueue {
 public:
  explicit TaskQueue(Timeline& timeline) : timeline_(timeline) {}

  void add(const amazonpay::ports::Task& task, std::string lane = {}, int event = -1);
  // The next task for this host, if one is due; renewed: the host keeps its lease alive, otherwise it runs out after 15 s.
  Queued* lease(int host, bool renewed);
  void done(std::int64_t id, int attempt, std::int64_t again_ms = -1);
  void failed(std::int64_t id, int attempt);
  void host_gone(int host);
  bool holds_open_work() const;  // anything but the periodic and the sync tasks

  std::function<void()> wake;    // something may be due

 private:
  void wake_at(std::int64_t at_ms);
  std::list<Queued>::iterator find(std::int64_t id, int attempt);
  std::set<std::int64_t> wakes_;
  Timeline& timeline_;
  std::list<Queued> tasks_;      // oldest first
  std::int64_t next_id_ = 0;
};

}  // namespace simulation
