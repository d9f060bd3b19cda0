// Days and hours of a place, and the order in which a language writes them. Time zones with their summer time and the patterns of dates come from ICU.
// Used by catalogue_texts.hpp and by the pages with dates in their filters. Any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace shopadmin::web {

struct CivilTime {
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0;
};

class TimeZones {
 public:
  // shop_zone: an id like Europe/Berlin; empty: the machine's. Throws std::runtime_error when there is no such zone.
  explicit TimeZones(const std::string& shop_zone = "");
  ~TimeZones();

  const std::string& shop_zone() const { return shop_zone_; }
  std::vector<std::string> names() const;  // sorted
  bool known(const std::string& name) const;

  // An empty or unknown zone is the shop's.
  CivilTime civil(std::string_view zone, std::int64_t unix_ms) const;
  // The first millisecond of a day there; nothing when the month has no such day.
  std::optional<std::int64_t> day_start(std::string_view zone, int year, int month, int day) const;
  // "2026-11-21" as somebody typed it; days: so many later, for the end of a span.
  std::optional<std::int64_t> day_start(std::string_view zone, std::string_view typed, int days = 0) const;

 private:
  struct Zone;
  const Zone& zone(std::string_view name) const;

  std::string shop_zone_;
  mutable std::mutex lock_;
  mutable std::map<std::string, std::unique_ptr<Zone>, std::less<>> zones_;
};

// How a language writes figures, and the parts of a date: "d MMM y", "y年M月d日".
struct Writing {
  std::string decimal, group;
  std::vector<std::string> months;       // short, as inside a date
  std::string full_date, short_date;     // patterns
};
Writing writing_of(const std::string& language);
// The pattern filled in; months are the language's short names. Spaces inside do not break, but for the one before the year.
std::string written(const std::string& pattern, const CivilTime& time, const std::vector<std::string>& months);
// "Deutsch", "日本語": a language in its own words.
std::string own_name(const std::string& language);

}  // namespace shopadmin::web
