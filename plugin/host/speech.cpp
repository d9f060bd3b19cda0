#include "host/speech.hpp"

#include <ctime>

namespace amazonpay::host {
namespace {

// What a host without an answer would have said; "one|many" with a count is a plural.
std::string english(std::string message, const json::object& args) {
  if (const auto bar = message.find('|'); bar != std::string::npos) {
    const auto* count = args.if_contains("count");
    const bool one = count != nullptr && count->is_int64() && count->get_int64() == 1;
    message = one ? message.substr(0, bar) : message.substr(bar + 1);
  }
  std::string filled;
  for (std::size_t at = 0; at < message.size();) {
    const auto open = message.find('{', at), close = open == std::string::npos ? open : message.find('}', open);
    if (close == std::string::npos) return filled + message.substr(at);
    filled += message.substr(at, open - at);
    const auto* value = args.if_contains(message.substr(open + 1, close - open - 1));
    if (value != nullptr) filled += value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
    at = close + 1;
  }
  return filled;
}

void trim_spaces(std::string& text) {
  static constexpr std::string_view spaces[] = {" ", "\xC2\xA0", "\xE2\x80\xAF"};
  for (bool again = true; again;) {
    again = false;
    for (const auto space : spaces) {
      if (text.starts_with(space)) text.erase(0, space.size()), again = true;
      if (text.ends_with(space)) text.erase(text.size() - space.size()), again = true;
    }
  }
}

}  // namespace

Speech::Speech(const hostapi::sdk::Session& session) : texts_(session.texts()), this_year_(iso_time(session.core().now_unix_ms()).substr(0, 4)) {}

std::string Speech::say(const Text& text) const {
  if (text.empty()) return {};
  json::object args;
  for (const auto& [name, value] : text.args) {
    // A place called message holds a sentence of our own catalogue inside another one.
    if (const auto* words = std::get_if<std::string>(&value)) args[name] = name == "message" ? say(Text{*words}) : *words;
    else if (const auto* number = std::get_if<std::int64_t>(&value)) args[name] = *number;
    else if (const auto* amount = std::get_if<Money>(&value)) args[name] = money(*amount);
    else if (const auto* moment = std::get_if<Moment>(&value)) args[name] = time(moment->unix_ms);
    else args[name] = day(std::get<Day>(value).unix_ms);
  }
  auto translated = texts_.translate(text.id.c_str(), args);
  return translated ? std::move(*translated) : english(text.id, args);
}

std::string Speech::bare(Money amount) const {
  auto text = texts_.money(amount.minor(), amount.currency().code());
  std::string bare = text ? std::move(*text) : to_wire(amount);
  if (const auto at = bare.find(amount.currency().code()); at != std::string::npos) bare.erase(at, 3);
  trim_spaces(bare);
  if (bare.starts_with('-')) bare.replace(0, 1, "−");
  return bare;
}

std::string Speech::money(Money amount) const { return bare(amount) + "\xC2\xA0" + std::string(amount.currency().code()); }

json::object Speech::m(Money amount) const { return {{"amount", bare(amount)}, {"cur", amount.currency().code()}}; }

// Only where taking the year out leaves a date a person would write: "20 Nov 2026, 17:31", "20.11.2026, 17:31" and "2026年11月20日 17:31". Other forms stay whole.
std::string Speech::without_this_year(std::string text, std::int64_t unix_ms) const {
  if (iso_time(unix_ms).substr(0, 4) != this_year_) return text;
  if (const auto at = text.find(" " + this_year_); at != std::string::npos) return text.erase(at, 5);
  if (text.starts_with(this_year_ + "年")) return text.erase(0, this_year_.size() + std::string_view("年").size());
  if (const auto at = text.find("." + this_year_); at != std::string::npos) return text.erase(at + 1, 4);
  return text;
}

std::string Speech::day(std::int64_t unix_ms) const {
  auto text = texts_.date(unix_ms);
  return text ? without_this_year(std::move(*text), unix_ms) : iso_time(unix_ms).substr(0, 10);
}

std::string Speech::time(std::int64_t unix_ms) const { return without_this_year(full_time(unix_ms), unix_ms); }

std::string Speech::full_time(std::int64_t unix_ms) const {
  auto text = texts_.time(unix_ms);
  return text ? std::move(*text) : iso_time(unix_ms);
}

std::string iso_time(std::int64_t unix_ms) {
  const std::time_t seconds = unix_ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::string short_id(const std::string& amazon_id) {
  const auto dash = amazon_id.rfind('-');
  return dash == std::string::npos ? amazon_id : "…" + amazon_id.substr(dash);
}

}  // namespace amazonpay::host
