// Virtual time with fibers. What happens stands in one queue by time; a fiber is somebody at work (a worker's task, a click of staff) who waits in it: each wait
// lets everything happen that comes before. One thread, no real time: the same inputs give the same run. A host that crashes loses all its fibers at once:
// their stacks unwind, nothing of them runs on.
#pragma once
#include <boost/context/fiber.hpp>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "chance.hpp"

namespace simulation {

struct Fiber {
  int id = 0;
  int host = 0;
  std::string name;                // says what it does; the same in every run of a seed
  Chance chance;
  int calls = 0;                   // port calls so far: names the place of a fault
  std::function<void()> crashed;   // told after its host is gone
  boost::context::fiber context;
  bool done = false;
};

class Timeline {
 public:
  explicit Timeline(std::uint64_t seed) : seed_(seed) {}
  ~Timeline();

  std::int64_t now_ms() const { return now_ms_; }
  void at(std::int64_t at_ms, std::function<void()> event);
  bool step(std::int64_t until_ms);  // the next event; false: none is left before that time

  void spawn(int host, std::string name, std::function<void()> body, std::function<void()> crashed = {});
  void crash(int host);              // from outside of its fibers

  // Inside a fiber:
  Fiber& current() { return *current_; }
  bool in_fiber() const { return current_ != nullptr; }
  void wait(std::int64_t for_ms);
  [[noreturn]] void crash_here();    // the host of this fiber is gone

  std::function<void(int host)> on_crash;
  std::int64_t steps = 0;

 private:
  void resume(int id);
  struct Event {
    std::int64_t at_ms, order;
    std::shared_ptr<std::function<void()>> run;
    bool operator<(const Event& other) const { return at_ms != other.at_ms ? at_ms > other.at_ms : order > other.order; }
  };
  std::uint64_t seed_;
  std::int64_t now_ms_ = 1'800'000'000'000;
  std::int64_t order_ = 0;
  std::priority_queue<Event> events_;
  std::map<int, std::unique_ptr<Fiber>> fibers_;
  int next_id_ = 0;
  Fiber* current_ = nullptr;
  boost::context::fiber caller_;
  bool crashing_ = false;
};

}  // namespace simulation
