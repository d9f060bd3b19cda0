#include "tasks/workers.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "loader/plugins.hpp"
#include "log.hpp"
#include "operate/metrics.hpp"
#include "orders/orders.hpp"

namespace shopadmin {

namespace {
constexpr std::int64_t lease_ms = 15'000; /* short, so that work of a killed process is soon taken up; renewed every third of it */
constexpr std::int64_t poll_ms = 200, poll_soon_ms = 25; /* for tasks queued by other processes: soon after work, because more may come, and less often then */
constexpr int after_at_once = 8;
constexpr std::int64_t away_pause_most_ms = 4000, away_told_every_ms = 30'000, settle_most_ms = 600'000;

std::int64_t steady_ms() { return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count() + 1; }

/* This machine and its space of process ids (a container has its own). */
std::string place_name() {
  std::array<char, 256> host{}, space{};
  ::gethostname(host.data(), host.size() - 1);
  if (::readlink("/proc/self/ns/pid", space.data(), space.size() - 1) < 0) space[0] = '\0';
  return std::string(host.data()) + "/" + space.data();
}

/* This thread takes the processor's time that people's pages and their commits leave. */
void step_back() { ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 10); }

bool process_lives(long pid) { return pid <= 0 || ::kill(static_cast<pid_t>(pid), 0) == 0 || errno != ESRCH; }
}  // namespace

Workers::Workers(TaskQueue& queue, Plugins& plugins, Orders& orders, Clock& clock)
    : queue_(queue), plugins_(plugins), orders_(orders), clock_(clock), owner_(place_name() + ":" + std::to_string(::getpid()) + "-" + random_hex(4)) {}

std::vector<TaskQueue::Wanted> Workers::wanted() const {
  std::vector<TaskQueue::Wanted> wanted;
  for (const auto* manifest : plugins_.manifests()) {
    wanted.push_back({manifest->id, Plugins::after_task, after_at_once});
    /* two threads stay for the others: what staff wait for never stands behind a thousand rows */
    for (const auto& task : manifest->tasks) wanted.push_back({manifest->id, task.name, std::min(task.concurrency, std::max(2, static_cast<int>(thread_count_) - 2))});
  }
  return wanted;
}

void Workers::start(int threads) {
  stopping_ = false;
  queue_.take_back(place_name(), process_lives);
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { loop(); });
  threads_.emplace_back([this] { keep_leases(); });
  turned_ms_ = steady_ms();
  thread_count_ = threads;
}

Workers::Pulse Workers::pulse() {
  Pulse pulse;
  const auto now = steady_ms();
  pulse.threads = thread_count_;
  {
    const std::lock_guard hold(lock_);
    pulse.busy = running_.size();
  }
  if (const auto since = away_since_ms_.load(); since != 0) pulse.away_ms = std::max<std::int64_t>(1, now - since);
  if (pulse.busy < static_cast<std::size_t>(pulse.threads)) pulse.silent_ms = now - turned_ms_;
  return pulse;
}

void Workers::stop() {
  {
    const std::lock_guard hold(lock_);
    stopping_ = true;
  }
  bell_.notify_all();
  queue_.wake_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
  thread_count_ = 0;
}

bool Workers::run_one() {
  auto leased = queue_.lease(owner_, wanted(), 1, lease_ms);
  if (leased.empty()) return false;
  run(leased.front());
  return true;
}

void Workers::loop() {
  step_back();
  std::int64_t pause_ms = poll_ms;
  while (!stopping_) {
    const auto seen = queue_.rung();
    bool worked = false;
    turned_ms_ = steady_ms();
    try {
      worked = run_one();
      database_back();
      pause_ms = worked ? poll_soon_ms : std::min(poll_ms, pause_ms * 2);
    } catch (const std::exception& error) {
      database_away(error);
      pause_ms = std::clamp(pause_ms * 2, 2 * poll_ms, away_pause_most_ms);
    }
    if (!worked && !stopping_) queue_.wait(seen, pause_ms);
  }
}

/* Once when it begins and then every half minute, not once for each thread and try. */
void Workers::database_away(const std::exception& error) {
  const auto now = steady_ms();
  std::int64_t answering = 0;
  away_since_ms_.compare_exchange_strong(answering, now);
  auto told = away_told_ms_.load();
  if (told != 0 && now - told < away_told_every_ms) return;
  if (!away_told_ms_.compare_exchange_strong(told, now)) return;
  log_event(Level::error, "TASKS_DATABASE", {{"away_s", (now - away_since_ms_) / 1000}, {"error", error.what()}});
}

void Workers::database_back() {
  const auto since = away_since_ms_.exchange(0);
  if (since == 0) return;
  away_told_ms_ = 0;
  log_event(Level::info, "TASKS_DATABASE_BACK", {{"away_s", (steady_ms() - since) / 1000}});
}

/* Tells the queue how a task ended. It may take as long as the database is away: the lease is renewed meanwhile, and if it is lost for good, the
 * task runs again elsewhere. To say it twice, because an answer got lost, does no harm. */
void Workers::settle(const Task& task, const std::function<void()>& say) {
  const auto until = steady_ms() + settle_most_ms;
  for (std::int64_t pause_ms = poll_ms;; pause_ms = std::min(away_pause_most_ms, pause_ms * 2)) {
    try {
      say();
      break;
    } catch (const std::exception& error) {
      database_away(error);
      if (stopping_ || steady_ms() > until) break; /* the lease runs out, and the task comes back */
    }
    std::unique_lock hold(lock_);
    bell_.wait_for(hold, std::chrono::milliseconds(pause_ms), [this] { return stopping_.load(); });
  }
  {
    const std::lock_guard hold(lock_);
    running_.erase(task.id);
  }
  if (stopping_) bell_.notify_all();
}

/* A task may run longer than its lease while this process lives. */
void Workers::keep_leases() {
  std::unique_lock hold(lock_);
  while (!stopping_ || !running_.empty()) {
    bell_.wait_for(hold, std::chrono::milliseconds(lease_ms / 3), [this] { return stopping_ && running_.empty(); });
    const auto tasks = running_;
    hold.unlock();
    for (const auto& [id, task] : tasks) {
      try {
        queue_.renew(task, lease_ms);
      } catch (const std::exception& error) {
        log_event(Level::warn, "TASKS_LEASE_NOT_RENEWED", {{"task", id}, {"error", error.what()}});
      }
    }
    hold.lock();
  }
}

void Workers::run(const Task& task) {
  {
    const std::lock_guard hold(lock_);
    running_[task.id] = task;
  }
  const auto begin = std::chrono::steady_clock::now();
  Result<Document> answer = Problem{Kind::internal, "The task threw an exception.", ""};
  try {
    answer = task.name == Plugins::after_task ? plugins_.guard_after(task.plugin_id, task.payload) : plugins_.run_task(task.plugin_id, {
        {"name", task.name}, {"key", task.key}, {"attempt", task.attempts}, {"due_ms", task.due_ms}, {"payload", task.payload}});
  } catch (const std::exception& error) {
    answer = Problem{Kind::internal, error.what(), ""};
  }
  metrics::count_task(task.plugin_id, task.name, answer ? "done" : kind_name(answer.kind()), std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  if (answer) {
    const auto again_ms = answer->is_object() ? whole_of(answer->get_object(), "again_ms", -1) : -1;
    return settle(task, [&] { queue_.done(task, again_ms); });
  }
  log_event(Level::warn, "TASK_FAILED", {{"task", task.id}, {"plugin", task.plugin_id}, {"name", task.name}, {"key", task.key}, {"attempt", task.attempts},
                                         {"kind", kind_name(answer.kind())}, {"error", answer.message()}});
  settle(task, [&] { queue_.failed(task, std::string(kind_name(answer.kind())) + (answer.message().empty() ? "" : ": " + answer.message())); });
}

}  // namespace shopadmin
