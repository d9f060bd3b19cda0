// The fake host's texts: English with {name} places filled, and English formats of money, time, date and number in UTC.
// Used by fake::Host; pure functions.
#pragma once
#include <boost/json.hpp>

#include <array>
#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

#include <hostapi/result.hpp>

namespace hostapi::fake {

/// "one|many" with a count is a plural: one for 1, many for anything else.
inline std::string_view plural_form(std::string_view message, const boost::json::object& arguments) {
  const auto bar = message.find('|');
  const auto* count = arguments.if_contains("count");
  if (bar == std::string_view::npos || count == nullptr || !count->is_int64()) return message;
  return count->get_int64() == 1 ? message.substr(0, bar) : message.substr(bar + 1);
}

inline std::string fill_places(std::string_view message, const boost::json::object& arguments) {
  std::string filled;
  for (std::size_t at = 0; at < message.size();) {
    const std::size_t open = message.find('{', at), close = open == std::string_view::npos ? open : message.find('}', open);
    if (close == std::string_view::npos) return filled += message.substr(at);
    filled += message.substr(at, open - at);
    const auto* value = arguments.if_contains(message.substr(open + 1, close - open - 1));
    if (value == nullptr) {
      filled += message.substr(open, close - open + 1);
    } else {
      filled += value->is_string() ? std::string(value->get_string()) : boost::json::serialize(*value);
    }
    at = close + 1;
  }
  return filled;
}

inline std::string with_thousands(std::string digits) {
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

inline std::string english_money(int64_t minor, std::string_view currency) {
  const bool whole = currency == "JPY";
  const uint64_t size = minor < 0 ? 0 - static_cast<uint64_t>(minor) : static_cast<uint64_t>(minor);
  std::string text = minor < 0 ? "−" : "";
  text += with_thousands(std::to_string(whole ? size : size / 100));
  if (!whole) {
    const auto cents = static_cast<char>(size % 100);
    text += {'.', static_cast<char>('0' + cents / 10), static_cast<char>('0' + cents % 10)};
  }
  return text + " " + std::string(currency);
}

inline std::string english_time(int64_t unix_ms, bool with_clock) {
  const std::time_t seconds = unix_ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), with_clock ? "%e %b %Y, %H:%M" : "%e %b %Y", &parts);
  std::string result(text.data(), size);
  return result.front() == ' ' ? result.substr(1) : result;
}

inline Result<std::string> english_format(std::string_view kind, const boost::json::object& value) {
  const auto number = [&](const char* name) { return value.at(name).to_number<int64_t>(); };
  if (kind == "money") return english_money(number("minor"), value.at("currency").as_string());
  if (kind == "time") return english_time(number("unix_ms"), true);
  if (kind == "date") return english_time(number("unix_ms"), false);
  if (kind == "number") return (number("value") < 0 ? "−" : "") + with_thousands(std::to_string(std::abs(number("value"))));
  return Failure{Kind::invalid, "texts.format knows money, time, date and number, not " + std::string(kind)};
}

}  // namespace hostapi::fake
