#pragma once
// Token buckets per account, environment and operation with Amazon's newer published figures (burst, restore per second). Real time, in
// memory. Used by the gateway when the switch is on. One thread at a time.
#include <cstdint>
#include <map>
#include <string>

namespace sandbox {

// Reports and disbursements have no published figures: what the settings say counts for each of them; 0 = not throttled.
struct ReportQuota {
    std::int64_t burst = 0, rate = 1;
};

class Throttle {
public:
    bool allow(const std::string& merchant_id, const std::string& environment, const std::string& operation, const ReportQuota& reports,
               std::int64_t real_now_ms);

private:
    struct Bucket {
        double tokens;
        std::int64_t at_ms;
    };
    std::map<std::string, Bucket> buckets_;
};

}  // namespace sandbox
