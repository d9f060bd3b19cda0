#include "throttle.hpp"

#include <algorithm>
#include <unordered_map>

namespace sandbox {
namespace {

struct Quota {
    double live_burst, live_rate, sandbox_burst, sandbox_rate;
};

const std::unordered_map<std::string, Quota> quotas{
    {"createCheckoutSession", {40, 16, 5, 1}}, {"getCheckoutSession", {40, 8, 10, 1}},   {"updateCheckoutSession", {20, 8, 5, 1}},
    {"completeCheckoutSession", {20, 4, 2, 1}}, {"getChargePermission", {20, 4, 10, 1}}, {"updateChargePermission", {10, 2, 5, 1}},
    {"closeChargePermission", {10, 2, 2, 1}},   {"createCharge", {10, 4, 2, 1}},         {"getCharge", {20, 4, 5, 1}},
    {"captureCharge", {20, 4, 2, 1}},           {"cancelCharge", {10, 2, 2, 1}},         {"createRefund", {10, 4, 2, 1}},
    {"getRefund", {20, 4, 5, 1}},
};

}  // namespace

bool Throttle::allow(const std::string& merchant_id, const std::string& environment, const std::string& operation, std::int64_t real_now_ms) {
    const auto quota = quotas.find(operation);
    if (quota == quotas.end()) return true;
    const bool live = environment == "Live";
    const double burst = live ? quota->second.live_burst : quota->second.sandbox_burst;
    const double rate = live ? quota->second.live_rate : quota->second.sandbox_rate;
    auto& bucket = buckets_.try_emplace(merchant_id + "|" + environment + "|" + operation, Bucket{burst, real_now_ms}).first->second;
    const double elapsed_s = static_cast<double>(std::max<std::int64_t>(0, real_now_ms - bucket.at_ms)) / 1000;
    bucket.tokens = std::min(burst, bucket.tokens + elapsed_s * rate);
    bucket.at_ms = real_now_ms;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
}

}  // namespace sandbox
