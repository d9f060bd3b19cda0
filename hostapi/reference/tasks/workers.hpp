/* The workers: threads that lease tasks and run them in the plugins. Started by `shopadmin serve` (with or without web). Wakes at once for tasks queued in
 * this process and looks every second for those of others. stop() lets running tasks end and gives the rest back. */
#pragma once
#include <atomic>
#include <condition_variable>
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
  bool run_one(); /* leases and runs one due task on this thread; false: nothing due. For tests and `shopadmin task run` */

 private:
  void loop();
  void keep_leases();
  void run(const Task& task);
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
};

}  // namespace shopadmin
