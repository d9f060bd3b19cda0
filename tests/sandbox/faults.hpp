#pragma once
// A queue of faults which matching API requests consume, one each, oldest first. Filled by the control interface, read by the gateway.
// Lives in memory only: a restart of the sandbox clears it. Thread-safe.
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include <boost/json.hpp>

namespace sandbox {

struct Fault {
    std::string operation;  // createRefund ... or *
    std::string kind;       // status, lose_answer, delay, drop_before, simulate
    int status = 503;
    std::string reason, message;
    bool apply_effect = false;  // status only: do the work, then answer with the error
    std::int64_t delay_ms = 0;  // the answer is held back this long, for every kind
    std::string simulation_code;
    std::int64_t skip = 0;      // matching requests to let pass first
    std::int64_t count = 1;     // how often it strikes
};

class Faults {
public:
    void add(Fault fault);
    void clear();
    std::optional<Fault> take(const std::string& operation);
    boost::json::array list() const;

private:
    mutable std::mutex mutex_;
    std::deque<Fault> queue_;
};

}  // namespace sandbox
