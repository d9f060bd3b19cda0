#include "domain/money.hpp"

#include <limits>
#include <stdexcept>

#include "domain/text.hpp"

namespace amazonpay {

void ensure(bool condition, const char* why) {
  if (!condition) throw std::logic_error(why);
}

bool is_currency_code(std::string_view code) {
  if (code.size() != 3) return false;
  for (char c : code)
    if (c < 'A' || c > 'Z') return false;
  return true;
}

Currency::Currency(std::string_view code) {
  ensure(is_currency_code(code), "a currency code is three capital letters");
  code.copy(code_, 3);
}

int Currency::decimals() const {
  const auto c = code();
  return c == "JPY" || c == "KRW" || c == "CLP" || c == "ISK" || c == "VND" ? 0 : 2;
}

Money operator+(Money a, Money b) {
  ensure(a.currency_ == b.currency_, "sums of two currencies do not exist");
  std::int64_t sum = 0;
  ensure(!__builtin_add_overflow(a.minor_, b.minor_, &sum), "a sum of money is out of range");
  return {sum, a.currency_};
}

Money operator-(Money a, Money b) {
  ensure(a.currency_ == b.currency_, "differences of two currencies do not exist");
  std::int64_t difference = 0;
  ensure(!__builtin_sub_overflow(a.minor_, b.minor_, &difference), "a difference of money is out of range");
  return {difference, a.currency_};
}

bool operator<(Money a, Money b) {
  ensure(a.currency_ == b.currency_, "amounts of two currencies cannot be compared");
  return a.minor_ < b.minor_;
}

Money min(Money a, Money b) { return b < a ? b : a; }
Money max(Money a, Money b) { return a < b ? b : a; }
Money not_negative(Money a) { return a.minor() < 0 ? zero_of(a.currency()) : a; }

std::string to_wire(Money amount) {
  ensure(amount.minor() >= 0, "Amazon knows no negative amounts");
  if (amount.currency().decimals() == 0) return std::to_string(amount.minor());
  const auto cents = std::to_string(amount.minor() % 100);
  return std::to_string(amount.minor() / 100) + "." + (cents.size() == 1 ? "0" : "") + cents;
}

namespace {

bool all_digits(std::string_view text) {
  for (char c : text)
    if (c < '0' || c > '9') return false;
  return !text.empty();
}

// Whole units and decimals to minor units; false if out of range.
bool to_minor(std::string_view units, std::string_view decimals, Currency currency, std::int64_t& minor) {
  std::string digits(units);
  std::string fraction(decimals);
  while (static_cast<int>(fraction.size()) > currency.decimals()) {
    if (fraction.back() != '0') return false;
    fraction.pop_back();
  }
  fraction.resize(static_cast<std::size_t>(currency.decimals()), '0');
  digits += fraction;
  minor = 0;
  for (char c : digits)
    if (__builtin_mul_overflow(minor, std::int64_t{10}, &minor) || __builtin_add_overflow(minor, std::int64_t{c - '0'}, &minor)) return false;
  return true;
}

Failure bad_amount(const char* code) {
  for (const auto& refusal : amount_refusals())
    if (std::string_view(refusal.code) == code) return {Kind::refused, refusal.sentence, code};
  ensure(false, "an amount is refused with a code that has no sentence");
  return {};
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// "1,234,567" in groups of three after the first; gives the digits without the mark.
bool ungroup(std::string_view text, char mark, std::string& digits) {
  digits.clear();
  std::size_t group = 0;
  bool first = true;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] != mark) {
      if (text[i] < '0' || text[i] > '9') return false;
      digits += text[i], ++group;
      continue;
    }
    if (first ? (group < 1 || group > 3) : group != 3) return false;
    first = false, group = 0;
  }
  return true;
}

}  // namespace

const std::vector<AmountRefusal>& amount_refusals() {
  static const std::vector<AmountRefusal> all = {
      {"empty", tr("Type an amount, for example 12.50.")},
      {"long", tr("This amount has too many digits. Type an amount, for example 12.50.")},
      {"sign", tr("Type the amount without a sign, for example 12.50.")},
      {"letters", tr("Only digits, a point and a comma can stand in an amount, for example 12.50.")},
      {"unclear", tr("This amount is not written clearly. Type it without separators, for example 1234.50.")},
      {"ends", tr("This amount ends in a separator. Type an amount, for example 12.50.")},
      {"no_decimals", tr("This currency has no decimals. Type a whole number.")},
      {"many_decimals", tr("This amount has too many decimals. Type at most two.")},
      {"zero", tr("The amount must be above zero.")},
      {"ambiguous", tr("This can mean two amounts. Type it without a thousands separator, for example 1234.00 or 1.23.")},
  };
  return all;
}

std::vector<Money> readings_of(std::string_view typed, Currency currency) {
  auto read = parse_amount(typed, currency);
  if (read) return {*read};
  if (read.failure().code != "ambiguous") return {};
  const auto text = trimmed(typed);
  const auto mark = text.find_first_of(".,");
  std::string whole;
  std::vector<Money> readings;
  std::int64_t minor = 0;
  if (ungroup(text, text[mark], whole) && to_minor(whole, {}, currency, minor)) readings.emplace_back(minor, currency);
  if (to_minor(text.substr(0, mark), text.substr(mark + 1, static_cast<std::size_t>(currency.decimals())), currency, minor) && minor > 0) readings.emplace_back(minor, currency);
  return readings;
}

Result<Money> from_wire(std::string_view amount, Currency currency) {
  const auto point = amount.find('.');
  const auto units = amount.substr(0, point);
  const auto decimals = point == std::string_view::npos ? std::string_view{} : amount.substr(point + 1);
  std::int64_t minor = 0;
  if (amount.size() > 20 || !all_digits(units) || (point != std::string_view::npos && !all_digits(decimals)) || !to_minor(units, decimals, currency, minor))
    return Failure{Kind::invalid, "Amazon sent an amount that is not one: \"" + std::string(amount.substr(0, 32)) + "\" " + std::string(currency.code())};
  return Money{minor, currency};
}

Result<Money> parse_amount(std::string_view typed, Currency currency) {
  const auto text = trimmed(typed);
  if (text.empty()) return currency.decimals() == 0 ? Failure{Kind::refused, tr("This currency has no decimals. Type a whole number."), "empty"} : bad_amount("empty");  // 12.50 is no example in yen
  if (text.size() > 24) return bad_amount("long");
  if (text.find_first_of("+-") != text.npos || text.find("−") != text.npos) return bad_amount("sign");
  if (text.find_first_not_of("0123456789.,") != text.npos) return bad_amount("letters");

  const auto last_mark = text.find_last_of(".,");
  std::string units;
  std::string_view decimals;
  if (last_mark == text.npos) {
    units = std::string(text);
  } else {
    const char mark = text[last_mark], other = mark == '.' ? ',' : '.';
    const bool several = text.find(mark) != last_mark;
    const bool mixed = text.find(other) != text.npos;
    const auto tail = text.substr(last_mark + 1);
    if (several && mixed) return bad_amount("unclear");
    if (several || (tail.size() == 3 && !mixed && currency.decimals() == 0)) {  // 1.234.567, or 1,234 yen
      if (!ungroup(text, mark, units)) return bad_amount("unclear");
    } else if (tail.size() == 3 && !mixed) {
      return bad_amount("ambiguous");
    } else {
      const auto head = text.substr(0, last_mark);
      if (mixed ? !ungroup(head, other, units) : !all_digits(head)) return bad_amount("unclear");
      if (!mixed) units = std::string(head);
      decimals = tail;
      if (decimals.empty()) return bad_amount("ends");
    }
  }
  if (!decimals.empty() && currency.decimals() == 0) return bad_amount("no_decimals");
  if (static_cast<int>(decimals.size()) > currency.decimals()) return bad_amount("many_decimals");
  std::int64_t minor = 0;
  if (!to_minor(units, decimals, currency, minor) || minor > 1'000'000'000'000'000) return bad_amount("long");
  if (minor == 0) return bad_amount("zero");
  return Money{minor, currency};
}

}  // namespace amazonpay
