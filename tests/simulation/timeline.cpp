#include "timeline.hpp"

#include <boost/context/pooled_fixedsize_stack.hpp>
#include <cstdlib>

namespace simulation {
namespace {
boost::context::pooled_fixedsize_stack& stacks() {
  static boost::context::pooled_fixedsize_stack pool(256 * 1024);
  return pool;
}
}  // namespace

Timeline::~Timeline() { fibers_.clear(); }

void Timeline::at(std::int64_t at_ms, std::function<void()> event) {
  events_.push({std::max(at_ms, now_ms_), ++order_, std::make_shared<std::function<void()>>(std::move(event))});
}

bool Timeline::step(std::int64_t until_ms) {
  if (events_.empty() || events_.top().at_ms > until_ms) return false;
  const auto event = events_.top();
  events_.pop();
  now_ms_ = event.at_ms;
  ++steps;
  (*event.run)();
  return true;
}

void Timeline::spawn(int host, std::string name, std::function<void()> body, std::function<void()> crashed) {
  Chance chance(seed_, name);
  auto fiber = std::make_unique<Fiber>(Fiber{++next_id_, host, std::move(name), chance, 0, std::move(crashed), {}, false});
  auto* const self = fiber.get();
  fiber->context = boost::context::fiber(std::allocator_arg, stacks(), [this, self, body = std::move(body)](boost::context::fiber&& caller) {
    caller_ = std::move(caller);
    body();
    self->done = true;
    return std::move(caller_);
  });
  const auto id = fiber->id;
  fibers_[id] = std::move(fiber);
  at(now_ms_, [this, id] { resume(id); });
}

void Timeline::resume(int id) {
  const auto found = fibers_.find(id);
  if (found == fibers_.end()) return;  // its host crashed meanwhile
  auto& fiber = *found->second;
  current_ = &fiber;
  auto context = std::move(fiber.context).resume();
  current_ = nullptr;
  fiber.context = std::move(context);
  const auto host = fiber.host;
  if (fiber.done) fibers_.erase(id);
  if (std::exchange(crashing_, false)) crash(host);
}

void Timeline::wait(std::int64_t for_ms) {
  const auto id = current_->id;
  at(now_ms_ + for_ms, [this, id] { resume(id); });
  auto caller = std::move(caller_).resume();
  caller_ = std::move(caller);
}

void Timeline::crash_here() {
  crashing_ = true;
  auto caller = std::move(caller_).resume();
  caller_ = std::move(caller);
  std::abort();  // nobody resumes a fiber of a crashed host
}

void Timeline::crash(int host) {
  std::vector<std::unique_ptr<Fiber>> gone;
  for (auto at = fibers_.begin(); at != fibers_.end();) {
    if (at->second->host != host) {
      ++at;
      continue;
    }
    gone.push_back(std::move(at->second));
    at = fibers_.erase(at);
  }
  std::vector<std::function<void()>> told;
  for (auto& fiber : gone) told.push_back(std::move(fiber->crashed));
  gone.clear();  // the stacks unwind here
  if (on_crash) on_crash(host);
  for (auto& tell : told)
    if (tell) tell();
}

}  // namespace simulation
