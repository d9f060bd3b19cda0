#include "tasks/workers.hpp"

#include <signal.h>
#include <unistd.h>

#include <array>

#include "loader/plugins.hpp"
#include "log.hpp"
#include "orders/orders.hpp"

namespace shopadmin {

namespace {
constexpr std::int64_t lease_ms = 15'000; /* short, so that work of a killed process is soon taken up; renewed every third of it */
constexpr std::int64_t poll_ms = 500;     /* for tasks queued by other processes */
constexpr int after_at_once = 8;

/* This machine and its space of process ids (a container has its own). */
std::string place_name() {
  std::array<char, 256> host{}, space{};
  ::gethostname(host.data(), host.size() - 1);
  if (::readlink("/proc/self/ns/pid", space.data(), space.size() - 1) < 0) space[0] = '\0';
  return std::string(host.data()) + "/" + space.data();
}

bool alive(long pid) { return pid <= 0 || ::kill(static_cast<pid_t>(pid), 0) == 0 || errno != ESRCH; }
}  // namespace

Workers::Workers(TaskQueue& queue, Plugins& plugins, Orders& orders, Clock& clock)
    : queue_(queue), plugins_(plugins), orders_(orders), clock_(clock), owner_(place_name() + ":" + std::to_string(::getpid()) + "-" + random_hex(4)) {}

std::vector<TaskQueue::Wanted> Workers::wanted() const {
  std::vector<TaskQueue::Wanted> wanted;
  for (const auto* manifest : plugins_.manifests()) {
    wanted.push_back({manifest->id, Plugins::after_task, after_at_once});
    for (const auto& task : manifest->tasks) wanted.push_back({manifest->id, task.name, task.concurrency});
  }
  return wanted;
}

void Workers::start(int threads) {
  stopping_ = false;
  queue_.take_back(place_name(), alive);
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { loop(); });
  threads_.emplace_back([this] { keep_leases(); });
}

void Workers::stop() {
  {
    const std::lock_guard hold(lock_);
    stopping_ = true;
  }
  bell_.notify_all();
  queue_.wake();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

bool Workers::run_one() {
  auto leased = queue_.lease(owner_, wanted(), 1, lease_ms);
  if (leased.empty()) return false;
  run(leased.front());
  return true;
}

void Workers::loop() {
  while (!stopping_) {
    const auto seen = queue_.rung();
    bool worked = false;
    try {
      worked = run_one();
    } catch (const std::exception& error) {
      log_event(Level::error, "TASKS_DATABASE", {{"error", error.what()}});
    }
    if (!worked && !stopping_) queue_.wait(seen, poll_ms);
  }
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
  Result<Document> answer = Problem{Kind::internal, "The task threw an exception.", ""};
  try {
    answer = task.name == Plugins::after_task ? plugins_.guard_after(task.plugin_id, task.payload) : plugins_.run_task(task.plugin_id, {
        {"name", task.name}, {"key", task.key}, {"attempt", task.attempts}, {"due_ms", task.due_ms}, {"payload", task.payload}});
  } catch (const std::exception& error) {
    answer = Problem{Kind::internal, error.what(), ""};
  }
  {
    const std::lock_guard hold(lock_);
    running_.erase(task.id);
  }
  if (stopping_) bell_.notify_all();
  if (answer) {
    const auto again_ms = answer->is_object() ? whole_of(answer->get_object(), "again_ms", -1) : -1;
    return queue_.done(task, again_ms);
  }
  log_event(Level::warn, "TASK_FAILED", {{"task", task.id}, {"plugin", task.plugin_id}, {"name", task.name}, {"key", task.key}, {"attempt", task.attempts},
                                         {"kind", kind_name(answer.kind())}, {"error", answer.message()}});
  queue_.failed(task, std::string(kind_name(answer.kind())) + (answer.message().empty() ? "" : ": " + answer.message()));
}

}  // namespace shopadmin
