// Words and figures in the reader's language: gettext catalogues (compiled .mo files, read once) and money, numbers, dates and times as that
// language writes them. Used by the pages, the renderer and, through hostapi.texts, by plugins. English is the language of the message ids.
// Promises: any thread; an unknown language falls back to English; amounts never pass through floating point; the process's locale is not touched.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <filesystem>
#include <locale>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "calendar.hpp"

namespace shopadmin::web {

struct MoneyText {
  std::string amount;    // "1,284.00", "−20.00"
  std::string currency;  // "GBP"
};

int currency_decimals(std::string_view currency);

class CatalogueTexts {
 public:
  // Languages are the folders of locale_dir that hold <language>/LC_MESSAGES/*.mo of the first domain, and English. shop_zone: see TimeZones.
  // further_dirs are looked into first: the catalogues that plugins brought along.
  CatalogueTexts(const std::filesystem::path& locale_dir, const std::vector<std::string>& domains, const std::string& shop_zone = "",
                 const std::vector<std::filesystem::path>& further_dirs = {});

  std::vector<std::string> languages() const;
  std::string supported(std::string_view locale) const;            // "de_AT" → "de", unknown → "en"
  std::string negotiate(std::string_view accept_language) const;   // the Accept-Language header

  std::string translate(std::string_view locale, std::string_view domain, std::string_view message, const boost::json::object& args = {}) const;
  std::string translate_plural(std::string_view locale, std::string_view domain, std::string_view one, std::string_view many, std::int64_t count,
                               const boost::json::object& args = {}) const;

  MoneyText money_parts(std::string_view locale, std::int64_t minor, std::string_view currency) const;
  std::string money(std::string_view locale, std::int64_t minor, std::string_view currency) const;  // with a no-break space
  std::string number(std::string_view locale, std::int64_t value) const;
  // In the time zone of that name; empty: the shop's.
  std::string date(std::string_view locale, std::int64_t unix_ms, std::string_view zone = {}) const;        // 21 Nov 2026
  std::string short_date(std::string_view locale, std::int64_t unix_ms, std::string_view zone = {}) const;  // 21 Nov
  std::string time(std::string_view locale, std::int64_t unix_ms, std::string_view zone = {}) const;        // 21 Nov 2026, 20:36
  std::string short_time(std::string_view locale, std::int64_t unix_ms, std::string_view zone = {}) const;  // 21 Nov, 20:36
  const TimeZones& zones() const { return zones_; }

 private:
  struct Language {
    std::locale messages;
    Writing writing;
    std::string before_time;  // ", " or " "
  };
  const Language& language(std::string_view locale) const;

  TimeZones zones_;
  std::map<std::string, Language, std::less<>> languages_;
};

// Fills {name} places; numbers as plain figures. A place without a value stays visible. A text that could turn the direction of its neighbours (letters
// written from the right, marks and overrides) is closed in by Unicode's isolates.
std::string fill_places(std::string_view text, const boost::json::object& args);

}  // namespace shopadmin::web
