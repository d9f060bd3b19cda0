#include "task_queue.hpp"

#include <algorithm>

namespace simulation {
namespace {
constexpr std::int64_t lease_ms = 15'000, never_ms = std::int64_t{1} << 60;
}

void TaskQueue::wake_at(std::int64_t at_ms) {
  at_ms = std::max(at_ms, timeline_.now_ms());
  if (!wakes_.insert(at_ms).second) return;
  timeline_.at(at_ms, [this, at_ms] {
    wakes_.erase(at_ms);
    wake();
  });
}

void TaskQueue::add(const amazonpay::ports::Task& task, std::string lane, int event) {
  const auto due_ms = std::max(task.due_ms, timeline_.now_ms());
  for (auto& known : tasks_) {
    if (task.key.empty() || known.running || known.task.name != task.name || known.task.key != task.key) continue;
    const auto earlier = std::min(known.task.due_ms, due_ms);
    known.task = task, known.task.due_ms = earlier;
    return wake_at(earlier);
  }
  Queued queued;
  queued.id = ++next_id_, queued.task = task, queued.task.due_ms = due_ms, queued.lane = std::move(lane), queued.event = event;
  tasks_.push_back(std::move(queued));
  wake_at(due_ms);
}

Queued* TaskQueue::lease(int host, bool renewed) {
  const auto now = timeline_.now_ms();
  Queued* best = nullptr;
  for (auto& t : tasks_) {
    const bool due = t.running ? t.leased_until_ms < now : t.task.due_ms <= now;
    if (!due || (best != nullptr && best->task.due_ms <= t.task.due_ms)) continue;
    const bool blocked = std::any_of(tasks_.begin(), tasks_.end(), [&](const Queued& other) {
      if (&other == &t) return false;
      return (!t.lane.empty() && other.lane == t.lane && other.id < t.id) || (!t.task.key.empty() && other.running && other.task.name == t.task.name && other.task.key == t.task.key);
    });
    if (!blocked) best = &t;
  }
  if (best == nullptr) return nullptr;
  best->running = true, best->host = host, ++best->attempts;
  best->leased_until_ms = renewed ? never_ms : now + lease_ms;
  if (!renewed) wake_at(now + lease_ms + 1);
  return best;
}

std::list<Queued>::iterator TaskQueue::find(std::int64_t id, int attempt) {
  return std::find_if(tasks_.begin(), tasks_.end(), [&](const Queued& t) { return t.id == id && t.attempts == attempt; });  // else: somebody else has it by now
}

void TaskQueue::done(std::int64_t id, int attempt, std::int64_t again_ms) {
  const auto found = find(id, attempt);
  if (found == tasks_.end()) return;
  const auto task = found->task;
  tasks_.erase(found);
  if (again_ms >= 0) {
    auto again = task;
    again.due_ms = timeline_.now_ms() + again_ms;
    add(again);
  }
  wake_at(timeline_.now_ms());
}

void TaskQueue::failed(std::int64_t id, int attempt) {
  const auto found = find(id, attempt);
  if (found == tasks_.end()) return;
  found->running = false, found->host = -1;
  found->task.due_ms = timeline_.now_ms() + std::min<std::int64_t>(300'000, std::int64_t{1000} << std::min(found->attempts - 1, 10));
  wake_at(found->task.due_ms);
}

void TaskQueue::host_gone(int host) {
  for (auto& t : tasks_) {
    if (!t.running || t.host != host) continue;
    t.leased_until_ms = std::min(t.leased_until_ms, timeline_.now_ms() + lease_ms);
    wake_at(t.leased_until_ms + 1);
  }
}

bool TaskQueue::holds_open_work() const {
  return std::any_of(tasks_.begin(), tasks_.end(), [](const Queued& t) { return t.task.name != "recover" && t.task.name != "sync"; });
}

}  // namespace simulation
