#include "catalogue_texts.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/locale.hpp>
#include <algorithm>
#include <fstream>
#include <sstream>

namespace shopadmin::web {
namespace {

namespace bl = boost::locale;
constexpr std::string_view minus = "\u2212";
constexpr std::string_view no_break_space = "\u00a0";

std::vector<char> read_bytes(const std::string& path, const std::string&) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::locale messages_of(const std::string& language, const std::filesystem::path& dir, const std::vector<std::string>& domains, const std::vector<std::filesystem::path>& further_dirs) {
  bl::gnu_gettext::messages_info info;
  info.language = language;
  info.encoding = "UTF-8";
  for (const auto& further : further_dirs) info.paths.push_back(further.string());
  info.paths.push_back(dir.string());
  for (const auto& domain : domains) info.domains.emplace_back(domain);
  info.callback = read_bytes;
  return std::locale(std::locale::classic(), bl::gnu_gettext::create_messages_facet<char>(info));
}

std::string two(int value) { return (value < 10 ? "0" : "") + std::to_string(value); }

std::string grouped(std::uint64_t value, const std::string& separator) {
  const std::string digits = std::to_string(value);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) out += separator;
    out.push_back(digits[i]);
  }
  return out;
}

std::uint64_t magnitude(std::int64_t value) { return value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value); }

// Hebrew to the last of the Arabic blocks, their presentation forms, and every mark, embedding, override and isolate.
bool turns_direction(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto a = byte(i), b = byte(i + 1), c = byte(i + 2);
    if (a >= 0xD6 && a <= 0xDF) return true;
    if (a == 0xE0 && b >= 0xA0 && b <= 0xA3) return true;
    if (a == 0xE2 && b == 0x80 && (c == 0x8E || c == 0x8F || (c >= 0xAA && c <= 0xAE))) return true;
    if (a == 0xE2 && b == 0x81 && c >= 0xA6 && c <= 0xA9) return true;
    if (a == 0xEF && ((b == 0xAC && c >= 0x9D) || (b >= 0xAD && b <= 0xB7) || (b >= 0xB9 && b <= 0xBB))) return true;
    if (a == 0xF0 && (b == 0x90 || b == 0x9E) && c >= 0xA0) return true;
  }
  return false;
}

std::string isolated(std::string_view text) {
  if (!turns_direction(text)) return std::string(text);
  return "\u2068" + std::string(text) + "\u2069";
}

}  // namespace

int currency_decimals(std::string_view currency) {
  return currency == "JPY" || currency == "KRW" || currency == "CLP" || currency == "VND" ? 0 : 2;
}

std::string fill_places(std::string_view text, const boost::json::object& args) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto end = text[i] == '{' ? text.find('}', i) : std::string_view::npos;
    const auto* value = end == std::string_view::npos ? nullptr : args.if_contains(text.substr(i + 1, end - i - 1));
    if (!value) {
      out.push_back(text[i]);
      continue;
    }
    if (value->is_string()) {
      out += isolated(value->get_string());
    } else {
      out += boost::json::serialize(*value);
    }
    i = end;
    if (out.ends_with('.') && text.substr(i + 1).starts_with('.')) ++i;  // "am 22. Nov." ends its sentence by itself
  }
  return out;
}

CatalogueTexts::CatalogueTexts(const std::filesystem::path& locale_dir, const std::vector<std::string>& domains, const std::string& shop_zone,
                               const std::vector<std::filesystem::path>& further_dirs)
    : zones_(shop_zone) {
  std::vector<std::string> names{"en"};
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(locale_dir, ignored))
    if (entry.path().filename() != "en" && std::filesystem::exists(entry.path() / "LC_MESSAGES" / (domains.front() + ".mo"), ignored)) names.push_back(entry.path().filename().string());

  // The figures and month names come from ICU once; formatting itself is then a few string operations.
  for (const auto& name : names) {
    Language entry{messages_of(name, locale_dir, domains, further_dirs), writing_of(name), ", "};
    if (entry.writing.short_date.find("\u65e5") != std::string::npos) entry.before_time = " ";
    languages_.emplace(name, std::move(entry));
  }
}

std::vector<std::string> CatalogueTexts::languages() const {
  std::vector<std::string> names;
  for (const auto& item : languages_) names.push_back(item.first);
  return names;
}

std::string CatalogueTexts::supported(std::string_view locale) const {
  const auto name = locale.substr(0, locale.find_first_of("_-."));
  const auto found = languages_.find(name);
  return found == languages_.end() ? "en" : found->first;
}

std::string CatalogueTexts::negotiate(std::string_view accept_language) const {
  std::string best = "en";
  int best_quality = -1;
  std::istringstream parts{std::string(accept_language.substr(0, 500))};
  for (std::string part; std::getline(parts, part, ',');) {
    const auto start = part.find_first_not_of(' ');
    if (start == std::string::npos) continue;
    const auto name = part.substr(start, part.find_first_of("-;_ ", start) - start);
    int quality = 1000;
    if (const auto q = part.find("q="); q != std::string::npos) {
      quality = 0;
      int weight = 1000;
      for (std::size_t i = q + 2; i < part.size() && weight > 0; ++i)
        if (part[i] >= '0' && part[i] <= '9') quality += (part[i] - '0') * weight, weight /= 10;
    }
    if (quality > best_quality && quality > 0 && languages_.count(name)) best = name, best_quality = quality;
  }
  return best;
}

const CatalogueTexts::Language& CatalogueTexts::language(std::string_view locale) const {
  auto found = languages_.find(locale);
  if (found == languages_.end()) found = languages_.find(supported(locale));
  return found->second;
}

std::string CatalogueTexts::translate(std::string_view locale, std::string_view domain, std::string_view message, const boost::json::object& args) const {
  if (message.empty()) return {};  // gettext would answer the catalogue's header
  const auto text = bl::dgettext(std::string(domain).c_str(), std::string(message).c_str(), language(locale).messages);
  return args.empty() ? text : fill_places(text, args);
}

std::string CatalogueTexts::translate_plural(std::string_view locale, std::string_view domain, std::string_view one, std::string_view many,
                                             std::int64_t count, const boost::json::object& args) const {
  if (one.empty()) return {};
  const auto bounded = static_cast<int>(std::min<std::uint64_t>(magnitude(count), 1000000000));
  const auto text = bl::dngettext(std::string(domain).c_str(), std::string(one).c_str(), std::string(many).c_str(), bounded, language(locale).messages);
  boost::json::object all = args;
  if (!all.contains("count")) all["count"] = number(locale, count);
  return fill_places(text, all);
}

MoneyText CatalogueTexts::money_parts(std::string_view locale, std::int64_t minor, std::string_view currency) const {
  const auto& in = language(locale);
  const int decimals = currency_decimals(currency);
  const std::uint64_t size = magnitude(minor), unit = decimals == 2 ? 100 : 1;
  std::string text = minor < 0 ? std::string(minus) : std::string();
  text += grouped(size / unit, in.writing.group);
  if (decimals == 2) text += in.writing.decimal + two(static_cast<int>(size % unit));
  return {text, std::string(currency)};
}

std::string CatalogueTexts::money(std::string_view locale, std::int64_t minor, std::string_view currency) const {
  const auto parts = money_parts(locale, minor, currency);
  return parts.amount + std::string(no_break_space) + parts.currency;
}

std::string CatalogueTexts::number(std::string_view locale, std::int64_t value) const {
  return (value < 0 ? std::string(minus) : std::string()) + grouped(magnitude(value), language(locale).writing.group);
}

std::string CatalogueTexts::date(std::string_view locale, std::int64_t unix_ms, std::string_view zone) const {
  const auto& in = language(locale);
  return written(in.writing.full_date, zones_.civil(zone, unix_ms), in.writing.months);
}

std::string CatalogueTexts::short_date(std::string_view locale, std::int64_t unix_ms, std::string_view zone) const {
  const auto& in = language(locale);
  return written(in.writing.short_date, zones_.civil(zone, unix_ms), in.writing.months);
}

std::string CatalogueTexts::time(std::string_view locale, std::int64_t unix_ms, std::string_view zone) const {
  const auto at = zones_.civil(zone, unix_ms);
  return date(locale, unix_ms, zone) + language(locale).before_time + two(at.hour) + ":" + two(at.minute);
}

std::string CatalogueTexts::short_time(std::string_view locale, std::int64_t unix_ms, std::string_view zone) const {
  const auto& in = language(locale);
  const auto at = zones_.civil(zone, unix_ms);
  return written(in.writing.short_date, at, in.writing.months) + in.before_time + two(at.hour) + ":" + two(at.minute);
}

}  // namespace shopadmin::web
