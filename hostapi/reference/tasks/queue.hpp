/* The task queue: durable work for plugins (their own tasks, periodic tasks, and the guards' `after` events). Tasks live in the database and are leased,
 * so several shopadmin processes share one queue; a lease that is not renewed comes back. Done tasks are removed and counted. Any thread.
 * `list` is what the page of background jobs shows. */
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "clock.hpp"
#include "document.hpp"
#include "result.hpp"
#include "store/database.hpp"

namespace shopadmin {

struct NewTask {
  std::string plugin_id, name, key;
  std::int64_t due_ms = 0; /* 0: now */
  json::object payload;
  std::string lane;        /* tasks of one lane run in the order they were queued; empty: free */
};

struct Task {
  std::int64_t id = 0;
  std::string plugin_id, name, key, lane, state; /* state: waiting, running */
  std::int64_t attempts = 0, due_ms = 0, created_ms = 0, leased_until_ms = 0, every_s = 0;
  std::string last_error, lease_owner;
  json::object payload;
  bool failing() const { return attempts >= 5 && !last_error.empty(); }
};

struct TaskQuery {
  std::string plugin_id, name, state; /* empty: any */
  bool failing_only = false;
  std::int64_t after_id = 0;
  int limit = 100;
};

struct TaskCounts {
  std::int64_t waiting = 0, running = 0, failing = 0, done = 0, oldest_due_ms = 0;
};

class TaskQueue {
 public:
  TaskQueue(Database& database, Clock& clock) : database_(database), clock_(clock) {}

  void add(Sql& sql, const NewTask& task); /* in the caller's transaction; call wake() after it committed. Same name and key still waiting: replaced */
  Result<void> add(const NewTask& task);
  Result<void> declare_periodic(const std::string& plugin_id, const std::string& name, std::int64_t every_s);

  std::vector<Task> list(const TaskQuery& query = {});
  TaskCounts counts(const std::string& plugin_id = "");
  std::int64_t failing(); /* up to counted_most + 1, for the menu */
  Result<void> retry_now(std::int64_t task_id);
  Result<void> remove(std::int64_t task_id);

  /* for workers */
  struct Wanted {
    std::string plugin_id, name;
    int concurrency = 1; /* running at once: 1 over all processes, more in this one */
  };
  /* Wakes another worker when it leaves something that may run now, too. */
  std::vector<Task> lease(const std::string& owner, const std::vector<Wanted>& wanted, int count, std::int64_t lease_ms);
  bool renew(const Task& task, std::int64_t lease_ms);
  void done(const Task& task, std::int64_t again_ms = -1); /* again_ms >= 0: once more then */
  void failed(const Task& task, const std::string& error);
  void release(const Task& task);                          /* give back untouched (stop) */
  /* Leases of processes of this machine that are gone come back at once. Owners are named place:pid-…; alive(pid) says whether one still lives. */
  void take_back(const std::string& place, const std::function<bool(long)>& alive);
  void wake();                                             /* one of those who wait looks for work; who finds some wakes the next */
  void wake_all();
  std::uint64_t rung();                                    /* how often they were woken; read it before looking for work */
  /* Until woken after `seen`. Only one of all who wait looks at the clock for the others: it comes back when the time is over. */
  void wait(std::uint64_t seen, std::int64_t timeout_ms);

  static std::int64_t back_off_ms(std::int64_t attempts, unsigned jitter); /* 1 s, 2, 4 … 5 min; plus up to 25 % */

 private:
  void put_back(Sql& sql, const Task& task, std::int64_t due_ms, std::int64_t attempts, const std::string& error);

  Database& database_;
  Clock& clock_;
  std::mutex lock_;
  std::condition_variable bell_;
  std::uint64_t rung_ = 0;
  bool watched_ = false; /* one who waits looks at the clock */
};

}  // namespace shopadmin
