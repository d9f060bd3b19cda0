#pragma once
// Counts API requests by operation and status and keeps the last 50 without headers, bodies or signatures. In memory. Thread-safe.
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>

#include <boost/json.hpp>

namespace sandbox {

struct LoggedRequest {
    std::int64_t at_ms = 0;
    std::string operation, method, path;
    int status = 0;  // 0: the connection was closed without an answer
    std::string reason_code, request_id, idempotency_key, merchant_id, fault;
    bool replayed = false;  // answered from a stored idempotent answer
};

class RequestLog {
public:
    void add(LoggedRequest request);
    void clear();
    boost::json::object to_json() const;

private:
    mutable std::mutex mutex_;
    std::map<std::string, std::map<int, std::int64_t>> counts_;
    std::deque<LoggedRequest> last_;
    std::int64_t total_ = 0;
};

}  // namespace sandbox
