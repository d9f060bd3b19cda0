#include "faults.hpp"

namespace sandbox {

void Faults::add(Fault fault) {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(fault));
}

void Faults::clear() {
    std::lock_guard lock(mutex_);
    queue_.clear();
}

std::optional<Fault> Faults::take(const std::string& operation) {
    std::lock_guard lock(mutex_);
    for (auto at = queue_.begin(); at != queue_.end(); ++at) {
        if (at->operation != "*" && at->operation != operation) continue;
        if (at->skip > 0) {
            --at->skip;
            continue;
        }
        const Fault fault = *at;
        if (--at->count <= 0) queue_.erase(at);
        return fault;
    }
    return std::nullopt;
}

boost::json::array Faults::list() const {
    std::lock_guard lock(mutex_);
    boost::json::array out;
    for (const auto& fault : queue_)
        out.push_back(boost::json::object{{"operation", fault.operation}, {"kind", fault.kind}, {"status", fault.status}, {"reason", fault.reason},
                                          {"apply_effect", fault.apply_effect}, {"delay_ms", fault.delay_ms},
                                          {"simulation_code", fault.simulation_code}, {"skip", fault.skip}, {"count", fault.count}});
    return out;
}

}  // namespace sandbox
