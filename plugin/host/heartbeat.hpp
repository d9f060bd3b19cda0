// Signs of life of the background work, for the page Job health: when each kind of task last went well and what it said when it did not, and the same of Amazon.
// One document per kind in the collection heartbeats, written at most once a minute while nothing changes. Beats is shared by all calls of the plugin; a beat that
// cannot be stored is no trouble: the next one comes. Thread-safe.
#pragma once
#include <hostapi/sdk.hpp>

#include <functional>
#include <map>
#include <mutex>
#include <optional>

#include "host/member.hpp"

namespace amazonpay::host {

struct Heartbeat {
  std::string name;              // a task's, or "amazon"
  std::int64_t good_ms = 0;      // last time it went well; 0: never
  std::int64_t failed_ms = 0;    // last failure; 0: never
  std::string code, text;        // of that failure, message id
  std::int64_t paced_ms = 0;     // of amazon: last time our own turn did not come
  bool failing() const { return failed_ms > good_ms; }
};

// What one call learned about Amazon: that it answered, or how it did not.
struct Pulse {
  bool answered = false, paced = false;
  std::optional<Failure> failure;
};

class Beats {
 public:
  void task(const hostapi::sdk::Session& session, const std::string& name, const std::optional<Failure>& failure);
  void amazon(const hostapi::sdk::Session& session, const Pulse& pulse);

 private:
  void write(const hostapi::sdk::Session& session, const std::string& name, const std::function<void(Heartbeat&)>& edit);
  std::mutex mutex_;
  struct Written {
    Heartbeat beat;
    std::int64_t at_ms = 0;
  };
  std::map<std::string, Written> last_;
};

Result<std::map<std::string, Heartbeat>> heartbeats(const hostapi::sdk::Session& session);

}  // namespace amazonpay::host
