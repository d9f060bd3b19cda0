/* The workers: threads that lease tasks and run them in the plugins, at a lower priority than pages. Started by `shopadmin serve` (with or without web). Wakes at once for tasks queued in
 * this process and looks five times a second for those of others. stop() lets running tasks end and gives the rest back. While the database is away they wait
 * with growing pauses; what a task that ran meanwhile has to say is said when it is back, under the lease that is kept. */
#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "clock.hpp"
#include "tasks/queue.hpp"

namespace shopadmin {

class Plugins;
class Orders;

class Workers {
 public:
  Workers(TaskQueue& queue, Plugins& plugins, Orders& orders, Clock& clock);
  ~Workers() { stop(); }
  void start(int threads);
  void stop();
  struct Pulse {
    int threads = 0;             /* 0: not started */
    std::size_t busy = 0;        /* tasks that run */
    std::int64_t away_ms = 0;    /* since when the database has not answered; 0: it does */
    std::int64_t silent_ms = 0;  /* since when no idle thread looked for work */
  };
  Pulse pulse(); /* any thread */
  bool run_one(); /* leases and runs one due task on this thread; false: nothing due. For tests and `shopadmin task run` */

 private:
  void loop();
  void keep_leases();
  void run(const Task& task);
  void settle(const Task& task, const std::function<void()>& say);
  void database_away(const std::exception& error);
  void database_back();
  std::vector<TaskQueue::Wanted> wanted() const;

  TaskQueue& queue_;
  Plugins& plugins_;
  Orders& orders_;
  Clock& clock_;
  std::string owner_;
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> threads_;
  std::mutex lock_; /* guards running_ */
  std::condition_variable bell_;
  std::map<std::int64_t, Task> running_;
  std::atomic<std::int64_t> away_since_ms_{0}, away_told_ms_{0}; /* 0: the database answers */
  std::atomic<std::int64_t> turned_ms_{0};
  std::atomic<int> thread_count_{0};
};

}  // namespace shopadmin
