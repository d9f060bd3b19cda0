#include "request_log.hpp"

#include "timestamps.hpp"

namespace sandbox {

void RequestLog::add(LoggedRequest request) {
    std::lock_guard lock(mutex_);
    ++total_;
    ++counts_[request.operation][request.status];
    last_.push_back(std::move(request));
    if (last_.size() > 50) last_.pop_front();
}

void RequestLog::clear() {
    std::lock_guard lock(mutex_);
    total_ = 0;
    counts_.clear();
    last_.clear();
}

boost::json::object RequestLog::to_json() const {
    std::lock_guard lock(mutex_);
    boost::json::object counts;
    for (const auto& [operation, by_status] : counts_) {
        boost::json::object statuses;
        for (const auto& [status, count] : by_status) statuses.emplace(status == 0 ? "no_answer" : std::to_string(status), count);
        counts.emplace(operation, std::move(statuses));
    }
    boost::json::array last;
    for (const auto& r : last_)
        last.push_back(boost::json::object{{"at", basic_time(r.at_ms)}, {"operation", r.operation}, {"method", r.method}, {"path", r.path},
                                           {"status", r.status}, {"reason_code", r.reason_code}, {"request_id", r.request_id},
                                           {"idempotency_key", r.idempotency_key}, {"merchant_id", r.merchant_id}, {"fault", r.fault},
                                           {"replayed", r.replayed}});
    return {{"total", total_}, {"by_operation", std::move(counts)}, {"last", std::move(last)}};
}

}  // namespace sandbox
