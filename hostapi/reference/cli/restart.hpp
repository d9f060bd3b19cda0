/* How a running `serve` takes over what was installed, switched on or off: a library cannot be unloaded while threads may run in it, so the process is
 * followed by itself. A thread looks every second whether DATA/plugins is as it was when the plugins were loaded. If not: the workers take no new task and
 * end what they run (at most drain_s, then the tasks' leases bring the rest back), the web ends its requests and leaves its listening socket open, so
 * that nobody is turned away, and exec starts the program anew with the same words and the same process id. A stop that is asked for meanwhile wins.
 * Used by `serve` on the main thread. */
#pragma once
#include <atomic>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

#include "app.hpp"
#include "serve_options.hpp"

namespace shopadmin::cli {

class Restart {
 public:
  explicit Restart(App& app);
  ~Restart();
  static int inherited_listener(); /* what the process before left open; -1: nothing. Once, at the start */

  void watch();              /* from now on; the plugins are loaded */
  void hear_stops();         /* main thread, after the web ended: SIGTERM and SIGINT are only noted now */
  void rest();               /* the serving ended: the thread does too, and workers that were told to stop have stopped */
  bool wanted() const;       /* serving ended for this, and nobody asked for a stop */
  bool overdue() const { return overdue_; } /* tasks still run */
  void go();                 /* exec; comes back only when that failed, which is logged */

  const std::shared_ptr<HandOver> hand_over = std::make_shared<HandOver>();
  static constexpr int drain_s = 60;

 private:
  void look();
  void drain();

  App& app_;
  std::string standing_;
  std::thread thread_;
  std::shared_future<void> drained_;
  std::mutex lock_;
  std::condition_variable bell_;
  bool ends_ = false;
  std::atomic<bool> asked_{false}, overdue_{false};
};

}  // namespace shopadmin::cli
