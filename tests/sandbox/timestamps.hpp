#pragma once
// Time as whole milliseconds since 1970 (UTC) and the two ISO forms of the API. Any thread.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sandbox {

constexpr std::int64_t second_ms = 1000;
constexpr std::int64_t hour_ms = 3600 * second_ms;
constexpr std::int64_t day_ms = 24 * hour_ms;

std::int64_t wall_clock_ms();

// 20250310T101500Z
std::string basic_time(std::int64_t at_ms);

// 2025-03-10T10:15:00Z and 2025-03-10T10:15:00.123Z
std::string extended_time(std::int64_t at_ms);
std::string extended_time_with_ms(std::int64_t at_ms);

// The same day and time that many calendar months later (or the month's last day).
std::int64_t months_later(std::int64_t at_ms, int months);
std::int64_t month_start(std::int64_t at_ms);

// Takes 20250310T101500Z and 2025-03-10T10:15:00Z (with or without a fraction of a second).
std::optional<std::int64_t> parse_time(std::string_view text);

}  // namespace sandbox
