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
    {"getRefund", {20, 4, 5, 1}},                {"createDeliveryTracker", {10, 1, 1, 1}},    {"getAuthorizationToken", {5, 1, 5, 1}},
    // Not in the table; these take the figures of the operation they are most like.
    {"finalizeCheckoutSession", {20, 4, 2, 1}}, {"getBuyer", {40, 8, 10, 1}},            {"updateCharge", {10, 2, 5, 1}},
};

}  // namespace

bool Throttle::allow(const std::string& merchant_id, const std::string& environment, const std::string& operation, const ReportQuota& reports,
                     std::int64_t real_now_ms) {
    const auto published = quotas.find(operation);
    if (published == quotas.end() && reports.burst == 0) return true;
    const auto own = static_cast<double>(reports.burst), own_rate = static_cast<double>(reports.rate);
    const Quota quota = published != quotas.end() ? published->second : Quota{own, own_rate, own, own_rate};
    const bool live = environment == "Live";
    const double burst = live ? quota.live_burst : quota.sandbox_burst;
    const double rate = live ? quota.live_rate : quota.sandbox_rate;
    auto& bucket = buckets_.try_emplace(merchant_id + "|" + environment + "|" + operation, Bucket{burst, real_now_ms}).first->second;
    const double elapsed_s = static_cast<double>(std::max<std::int64_t>(0, real_now_ms - bucket.at_ms)) / 1000;
    bucket.tokens = std::min(burst, bucket.tokens + elapsed_s * rate);
    bucket.at_ms = real_now_ms;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
}

}  // namespace sandbox
