#include "timestamps.hpp"

#include <chrono>
#include <cstdio>
#include <ctime>

namespace sandbox {

std::int64_t wall_clock_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

namespace {

std::string formatted(std::int64_t at_ms, const char* format) {
    const std::time_t seconds = at_ms / second_ms;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    return std::string(text, std::strftime(text, sizeof text, format, &parts));
}

}  // namespace

std::string basic_time(std::int64_t at_ms) { return formatted(at_ms, "%Y%m%dT%H%M%SZ"); }

std::string extended_time(std::int64_t at_ms) { return formatted(at_ms, "%Y-%m-%dT%H:%M:%SZ"); }

std::string extended_time_with_ms(std::int64_t at_ms) {
    char fraction[8];
    std::snprintf(fraction, sizeof fraction, ".%03dZ", static_cast<int>(at_ms % second_ms));
    return formatted(at_ms, "%Y-%m-%dT%H:%M:%S") + fraction;
}

std::int64_t months_later(std::int64_t at_ms, int months) {
    using namespace std::chrono;
    const sys_time<milliseconds> at{milliseconds(at_ms)};
    const auto day = floor<days>(at);
    auto date = year_month_day(day) + std::chrono::months(months);
    if (!date.ok()) date = date.year() / date.month() / last;
    return (sys_days(date).time_since_epoch() + (at - day)) / milliseconds(1);
}

std::int64_t month_start(std::int64_t at_ms) {
    using namespace std::chrono;
    const auto date = year_month_day(floor<days>(sys_time<milliseconds>{milliseconds(at_ms)}));
    return sys_days(date.year() / date.month() / 1).time_since_epoch() / milliseconds(1);
}

std::optional<std::int64_t> parse_time(std::string_view text) {
    std::string digits;
    std::size_t at = 0;
    for (; at < text.size() && text[at] != 'Z' && text[at] != '.'; ++at) {
        const char c = text[at];
        if (c >= '0' && c <= '9') digits += c;
        else if (c != '-' && c != ':' && c != 'T') return std::nullopt;
    }
    if (text.empty() || text.back() != 'Z' || digits.size() != 14) return std::nullopt;
    std::tm parts{};
    parts.tm_year = std::stoi(digits.substr(0, 4)) - 1900;
    parts.tm_mon = std::stoi(digits.substr(4, 2)) - 1;
    parts.tm_mday = std::stoi(digits.substr(6, 2));
    parts.tm_hour = std::stoi(digits.substr(8, 2));
    parts.tm_min = std::stoi(digits.substr(10, 2));
    parts.tm_sec = std::stoi(digits.substr(12, 2));
    if (parts.tm_mon > 11 || parts.tm_mday < 1 || parts.tm_mday > 31 || parts.tm_hour > 23 || parts.tm_min > 59 || parts.tm_sec > 60)
        return std::nullopt;
    return static_cast<std::int64_t>(timegm(&parts)) * second_ms;
}

}  // namespace sandbox
