// One run of one seed: the shop, its hosts, their store and queue, Amazon, people and trouble, all in one thread and in virtual time. Who uses it: main.cpp and
// shorten.cpp call run(); ports.cpp and the acts ask it for chance, trouble and the trace. Not copyable, one at a time (the bank's clock is a global).
#pragma once
#include "amazon_side.hpp"
#include "checker.hpp"
#include "fakes.hpp"
#include "plan.hpp"
#include "shop.hpp"
#include "task_queue.hpp"
#include "timeline.hpp"

namespace simulation {

struct HostPorts;

struct Outcome {
  std::optional<Violation> violation;
  std::vector<std::string> struck;   // every fault and crash that happened, by the place it happened at
  std::vector<std::string> lines;    // the trace, if wanted
  std::map<std::string, int> reached; // how many intents ended in which state, and what else a run may come to: shows that the simulation sees it
  std::int64_t calls = 0, commits = 0, crashes = 0, movements = 0, days = 0;
  std::uint64_t fingerprint = 0;     // of everything that happened: equal for equal runs
};

class World {
 public:
  explicit World(const Run& run);
  ~World();
  Outcome run();

  const Run wanted;
  const SeedPlan plan;
  Timeline time;
  amazonpay::test::MemoryLedger ledger;
  amazonpay::test::MemoryNotifications notifications{ledger};
  AmazonSide amazon;
  TaskQueue queue;
  Shop shop;
  Checker checker;
  Outcome outcome;
  bool troubled = true;
  std::int64_t outage_until_ms = 0;

  // Whether this trouble strikes here and now; asked inside a fiber, at the same places in every run.
  bool strikes(const char* trouble, int per_thousand);
  // A place where the host of this fiber may crash: it does not return then.
  void may_crash(const char* place);
  void say(const std::string& line);
  bool tracing() const { return wanted.trace; }
  // After Amazon or the store changed: what follows from it, and the judge's look.
  void amazon_moved();
  void committed(const std::string& order_id);
  void take_tasks();                 // from the memory ledger into the queue

  amazonpay::flows::Ports& ports(int host);
  int some_host(Chance& chance);     // one that is up; -1: none is
  // A fiber on a host; a programmer error inside is a violation.
  void start(int host, const std::string& name, std::function<void()> body, std::function<void()> crashed = {});
  void deliver(const sandbox::ObjectChange& change);

 private:
  void open_shop();
  void count_reached();
  void restart(int host);
  void work(int host);
  void carry(int host, std::int64_t id, int attempt, const amazonpay::ports::Task& task, int event);
  void until(std::int64_t end_ms);
  void notify(int number, const amazonpay::Notification& notification, int tries);

  struct Host {
    std::unique_ptr<HostPorts> ports;
    bool up = true;
    int busy = 0;
    int crashes = 0;
  };
  std::vector<Host> hosts_;
  int notified_ = 0;
  std::int64_t last_act_ms_ = 0;
  std::int64_t bank_wakes_ms_ = 0;     // when the bank wakes next
};

}  // namespace simulation
