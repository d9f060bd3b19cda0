#include "texts.hpp"

#include <set>

#include "clock.hpp"

namespace shopadmin {

namespace {
std::string place_text(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  return json::serialize(value);
}

std::string grouped(std::string digits) {
  for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3) digits.insert(static_cast<std::size_t>(i), ",");
  return digits;
}

std::string money_text(std::int64_t minor, const std::string& currency) {
  const bool negative = minor < 0;
  std::string digits = std::to_string(negative ? 0 - static_cast<std::uint64_t>(minor) : static_cast<std::uint64_t>(minor));
  const auto decimals = static_cast<std::size_t>(minor_digits(currency));
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  std::string text = grouped(digits.substr(0, digits.size() - decimals));
  if (decimals > 0) text += "." + digits.substr(digits.size() - decimals);
  return (negative ? "-" : "") + text + " " + currency;
}
}  // namespace

int minor_digits(const std::string& currency) {
  static const std::set<std::string> none = {"JPY", "KRW", "VND", "CLP", "ISK", "XAF", "XOF", "PYG", "UGX", "RWF"};
  return none.count(currency) ? 0 : 2;
}

std::string fill_places(const std::string& text, const json::object& args) {
  std::string filled;
  for (std::size_t at = 0; at < text.size();) {
    const auto open = text.find('{', at);
    const auto close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) return filled + text.substr(at);
    filled += text.substr(at, open - at);
    const auto* value = args.if_contains(text.substr(open + 1, close - open - 1));
    filled += value ? place_text(*value) : text.substr(open, close - open + 1);
    at = close + 1;
  }
  return filled;
}

/* "one|many" with a count. */
static std::string english_form(const std::string& message, const json::object& args) {
  const auto bar = message.find('|');
  if (bar == std::string::npos || !args.contains("count")) return message;
  return whole_of(args, "count") == 1 ? message.substr(0, bar) : message.substr(bar + 1);
}

std::string PlainTexts::translate(const std::string&, const std::string&, const std::string& message_id, const json::object& args) const {
  return fill_places(english_form(message_id, args), args);
}

std::string PlainTexts::format(const std::string&, const std::string& kind, const json::object& value) const {
  if (kind == "money") return money_text(whole_of(value, "minor"), text_of(value, "currency"));
  if (kind == "time") return iso_time(whole_of(value, "unix_ms")).replace(10, 1, " ").substr(0, 16);
  if (kind == "date") return iso_time(whole_of(value, "unix_ms")).substr(0, 10);
  if (kind == "number") {
    const auto number = whole_of(value, "value");
    return number < 0 ? "-" + grouped(std::to_string(-number)) : grouped(std::to_string(number));
  }
  return "";
}

void TextsInUse::use(std::shared_ptr<const Texts> texts) {
  const std::lock_guard hold(lock_);
  texts_ = std::move(texts);
}

std::shared_ptr<const Texts> TextsInUse::get() const {
  const std::lock_guard hold(lock_);
  return texts_;
}

std::string TextsInUse::translate(const std::string& locale, const std::string& domain, const std::string& message_id, const json::object& args) const {
  return get()->translate(locale, domain, message_id, args);
}

std::string TextsInUse::format(const std::string& locale, const std::string& kind, const json::object& value) const {
  return get()->format(locale, kind, value);
}

Problem sentence(Kind kind, const std::string& message_id, json::object args) {
  auto english = fill_places(message_id, args);
  return {kind, std::move(english), json::serialize(json::object{{"message", message_id}, {"args", std::move(args)}})};
}

}  // namespace shopadmin
