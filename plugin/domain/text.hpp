// Texts for people leave the domain as an English message id with named places; the host's catalogue translates them and puts the values in.
// tr() marks an id for the extraction of catalogues, nothing more.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <variant>

#include "domain/money.hpp"

namespace amazonpay {

constexpr const char* tr(const char* message_id) { return message_id; }

// A moment, formatted as a date for the reader.
struct Day {
  std::int64_t unix_ms = 0;
  bool operator==(const Day&) const = default;
};

// The same with its time of day.
struct Moment {
  std::int64_t unix_ms = 0;
  bool operator==(const Moment&) const = default;
};

using TextValue = std::variant<std::string, std::int64_t, Money, Day, Moment>;

struct Text {
  std::string id;                            // English, {name} marks a place; "one|many" with {count} is a plural
  std::map<std::string, TextValue> args = {};
  bool empty() const { return id.empty(); }
  bool operator==(const Text&) const = default;
};

}  // namespace amazonpay
