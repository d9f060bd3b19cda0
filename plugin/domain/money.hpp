// Money is an integer count of minor units in one currency. No floating point, every sum checked.
// Used everywhere in the plugin. Mixing currencies or overflowing is a programmer error and ends in ensure(); input of people and of the wire
// comes in through parse_amount() and from_wire(), which answer a Result.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <hostapi/result.hpp>

namespace amazonpay {

template <class T = hostapi::Nothing>
using Result = hostapi::Result<T>;
using hostapi::Failure;
using hostapi::Kind;

// Programmer errors: always on. Throws std::logic_error, which the border turns into INTERNAL.
void ensure(bool condition, const char* why);

class Currency {
 public:
  Currency() = default;
  // Three capital letters, ISO 4217. Anything else: ensure() fails; use is_currency_code first for foreign input.
  explicit Currency(std::string_view code);
  std::string_view code() const { return {code_, 3}; }
  int decimals() const;             // digits after the point: 0 for JPY and the like, else 2
  std::int64_t minor_per_unit() const { return decimals() == 0 ? 1 : 100; }
  bool operator==(const Currency&) const = default;

 private:
  char code_[3] = {'X', 'X', 'X'};
};

bool is_currency_code(std::string_view code);

class Money {
 public:
  Money() = default;
  Money(std::int64_t minor, Currency currency) : minor_(minor), currency_(currency) {}
  std::int64_t minor() const { return minor_; }
  Currency currency() const { return currency_; }
  bool zero() const { return minor_ == 0; }
  bool positive() const { return minor_ > 0; }

  friend Money operator+(Money a, Money b);  // same currency, checked
  friend Money operator-(Money a, Money b);
  Money& operator+=(Money b) { return *this = *this + b; }
  Money& operator-=(Money b) { return *this = *this - b; }
  friend bool operator==(const Money&, const Money&) = default;
  friend bool operator<(Money a, Money b);
  friend bool operator>(Money a, Money b) { return b < a; }
  friend bool operator<=(Money a, Money b) { return !(b < a); }
  friend bool operator>=(Money a, Money b) { return !(a < b); }

 private:
  std::int64_t minor_ = 0;
  Currency currency_;
};

inline Money zero_of(Currency currency) { return {0, currency}; }
Money min(Money a, Money b);
Money max(Money a, Money b);
Money not_negative(Money a);  // a, or zero if it is below

// "14.00", "500" for JPY: the form of the wire.
std::string to_wire(Money amount);
// Strict reading of the wire's form: digits, optional point and decimals that the currency has ("500.00" is tolerated for JPY).
Result<Money> from_wire(std::string_view amount, Currency currency);

// What a person typed: 12.50 12,50 1,234.50 1.234,50 1234 are understood; "1.234" is ambiguous and asked back; signs, zero, exponents and words are
// refused with a sentence. The result is above zero. (Acceptance case T16.)
Result<Money> parse_amount(std::string_view typed, Currency currency);

// Why parse_amount() refuses: the failure's code and its sentence. The script that answers while staff type (assets/amount.js) gives the same codes.
struct AmountRefusal {
  const char* code;
  const char* sentence;
};
const std::vector<AmountRefusal>& amount_refusals();

// What can be meant: one amount, for "1.234" both (1,234.00 and 1.23), for nonsense none.
std::vector<Money> readings_of(std::string_view typed, Currency currency);

}  // namespace amazonpay
