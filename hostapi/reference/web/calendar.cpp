#include "calendar.hpp"

#include <unicode/dcfmtsym.h>
#include <unicode/dtfmtsym.h>
#include <unicode/dtptngen.h>
#include <unicode/locid.h>
#include <unicode/strenum.h>
#include <unicode/stringoptions.h>
#include <unicode/timezone.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace shopadmin::web {
namespace {

namespace chrono = std::chrono;

std::string utf8(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

std::unique_ptr<icu::TimeZone> make_zone(const std::string& name) {
  std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name)));
  if (!zone || (*zone == icu::TimeZone::getUnknown() && name != "Etc/Unknown")) return nullptr;
  return zone;
}

// English is written as in Britain: the day first.
icu::Locale locale_of(const std::string& language) { return icu::Locale(language == "en" ? "en_GB" : language.c_str()); }

std::optional<int> figures(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::string part(char letter, std::size_t length, const CivilTime& time, const std::vector<std::string>& months) {
  const auto padded = [&](int value) { return (length == 2 && value < 10 ? "0" : "") + std::to_string(value); };
  if (letter == 'y') return std::to_string(time.year);
  if (letter == 'd') return padded(time.day);
  if (length < 3) return padded(time.month);
  return months[static_cast<std::size_t>(time.month - 1)];
}

}  // namespace

struct TimeZones::Zone {
  std::unique_ptr<icu::TimeZone> icu_zone;

  std::int64_t offset_ms(std::int64_t ms, bool local) const {
    std::int32_t raw = 0, summer = 0;
    UErrorCode status = U_ZERO_ERROR;
    icu_zone->getOffset(static_cast<UDate>(ms), local, raw, summer, status);
    return U_SUCCESS(status) ? std::int64_t{raw} + summer : 0;
  }
};

TimeZones::TimeZones(const std::string& shop_zone) : shop_zone_(shop_zone) {
  if (shop_zone_.empty()) {
    const std::unique_ptr<icu::TimeZone> here(icu::TimeZone::detectHostTimeZone());
    icu::UnicodeString id;
    if (here) shop_zone_ = utf8(here->getID(id));
    if (!make_zone(shop_zone_)) shop_zone_ = "UTC";
  }
  auto zone = make_zone(shop_zone_);
  if (!zone) throw std::runtime_error("there is no time zone '" + shop_zone_ + "'; use for example --time-zone Europe/Berlin");
  zones_.emplace(shop_zone_, std::make_unique<Zone>(Zone{std::move(zone)}));
}

TimeZones::~TimeZones() = default;

std::vector<std::string> TimeZones::names() const {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::StringEnumeration> all(icu::TimeZone::createTimeZoneIDEnumeration(UCAL_ZONE_TYPE_CANONICAL_LOCATION, nullptr, nullptr, status));
  std::vector<std::string> names{"UTC"};
  if (U_FAILURE(status) || !all) return names;
  while (const auto* id = all->snext(status)) names.push_back(utf8(*id));
  std::sort(names.begin(), names.end());
  return names;
}

bool TimeZones::known(const std::string& name) const { return !name.empty() && name.size() <= 60 && make_zone(name) != nullptr; }

const TimeZones::Zone& TimeZones::zone(std::string_view name) const {
  const std::lock_guard hold(lock_);
  if (const auto found = zones_.find(name); found != zones_.end()) return *found->second;
  auto made = name.empty() || name.size() > 60 ? nullptr : make_zone(std::string(name));
  if (!made) return *zones_.find(shop_zone_)->second;
  return *zones_.emplace(std::string(name), std::make_unique<Zone>(Zone{std::move(made)})).first->second;
}

CivilTime TimeZones::civil(std::string_view name, std::int64_t unix_ms) const {
  const auto local = chrono::sys_time<chrono::milliseconds>(chrono::milliseconds(unix_ms + zone(name).offset_ms(unix_ms, false)));
  const auto day = chrono::floor<chrono::days>(local);
  const chrono::year_month_day date(day);
  const auto minutes = chrono::duration_cast<chrono::minutes>(local - day).count();
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())), static_cast<int>(static_cast<unsigned>(date.day())), static_cast<int>(minutes / 60), static_cast<int>(minutes % 60)};
}

std::optional<std::int64_t> TimeZones::day_start(std::string_view name, int year, int month, int day) const {
  const chrono::year_month_day date{chrono::year(year), chrono::month(static_cast<unsigned>(month)), chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || year < 1900) return std::nullopt;
  const std::int64_t local = chrono::duration_cast<chrono::milliseconds>(chrono::sys_days(date).time_since_epoch()).count();
  return local - zone(name).offset_ms(local, true);
}

std::optional<std::int64_t> TimeZones::day_start(std::string_view name, std::string_view typed, int days) const {
  if (typed.size() != 10 || typed[4] != '-' || typed[7] != '-') return std::nullopt;
  const auto year = figures(typed.substr(0, 4)), month = figures(typed.substr(5, 2)), day = figures(typed.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  if (days == 0) return day_start(name, *year, *month, *day);
  const chrono::year_month_day date{chrono::year(*year), chrono::month(static_cast<unsigned>(*month)), chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  const chrono::year_month_day later(chrono::sys_days(date) + chrono::days(days));
  return day_start(name, static_cast<int>(later.year()), static_cast<int>(static_cast<unsigned>(later.month())), static_cast<int>(static_cast<unsigned>(later.day())));
}

Writing writing_of(const std::string& language) {
  Writing writing{".", ",", std::vector<std::string>(12), "d MMM y", "d MMM y"};
  UErrorCode status = U_ZERO_ERROR;
  const icu::Locale american_english(language == "en" ? "en_US" : language.c_str());  // "Sep", not "Sept"
  const icu::DecimalFormatSymbols figures(american_english, status);
  if (U_SUCCESS(status)) {
    writing.decimal = utf8(figures.getConstSymbol(icu::DecimalFormatSymbols::kDecimalSeparatorSymbol));
    writing.group = utf8(figures.getConstSymbol(icu::DecimalFormatSymbols::kGroupingSeparatorSymbol));
  }
  status = U_ZERO_ERROR;
  const icu::DateFormatSymbols names(american_english, status);
  int count = 0;
  const auto* months = names.getMonths(count, icu::DateFormatSymbols::FORMAT, icu::DateFormatSymbols::ABBREVIATED);
  for (int i = 0; i < count && i < 12; ++i) writing.months[static_cast<std::size_t>(i)] = utf8(months[i]);
  status = U_ZERO_ERROR;
  const std::unique_ptr<icu::DateTimePatternGenerator> generator(icu::DateTimePatternGenerator::createInstance(locale_of(language), status));
  if (U_FAILURE(status) || !generator) return writing;
  for (const auto& [skeleton, pattern] : {std::pair{"yMMMd", &writing.full_date}, std::pair{"MMMd", &writing.short_date}}) {
    status = U_ZERO_ERROR;
    const auto found = utf8(generator->getBestPattern(icu::UnicodeString(skeleton), status));
    if (U_SUCCESS(status) && !found.empty()) *pattern = found;
  }
  return writing;
}

std::string written(const std::string& pattern, const CivilTime& time, const std::vector<std::string>& months) {
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    if (c == '\'') {
      quoted = !quoted, ++i;
    } else if (!quoted && (c == 'y' || c == 'M' || c == 'L' || c == 'd')) {
      std::size_t end = i;
      while (end < pattern.size() && pattern[end] == c) ++end;
      out += part(c == 'L' ? 'M' : c, end - i, time, months);
      i = end;
    } else {
      const bool keep = c == ' ' && (i + 1 == pattern.size() || pattern[i + 1] != 'y');
      out += keep ? std::string("\u00a0") : std::string(1, c);
      ++i;
    }
  }
  return out;
}

std::string own_name(const std::string& language) {
  const icu::Locale locale(language.c_str());
  icu::UnicodeString name;
  locale.getDisplayLanguage(locale, name);
  name.toTitle(nullptr, locale, U_TITLECASE_NO_LOWERCASE);
  return name.isEmpty() ? language : utf8(name);
}

}  // namespace shopadmin::web
