#include "timestamps.hpp"

#include <chrono>
#include <cstdio>
#include <ctime>

namespace sandbox {

std::int64_t wall_clock_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string basic_time(std::int64_t at_ms) {
    const std::time_t seconds = at_ms / second_ms;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts);
    return text;
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
