// Reading members of JSON documents that came over the border or out of our own collections.
// Used by codec, host_orders, host_settings and the contributions. A missing or null member is the empty value (documents grow by optional members);
// a member of the wrong type throws BadDocument naming it, which reading() turns into a Failure. Pure, any thread.
#pragma once
#include <boost/json.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "domain/money.hpp"

namespace amazonpay::host {

namespace json = boost::json;

struct BadDocument : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Members {
 public:
  explicit Members(const json::value& value) : object_(value.is_object() ? value.get_object() : throw BadDocument("it is not an object")) {}
  explicit Members(const json::object& object) : object_(object) {}

  const json::value* find(std::string_view name) const {
    const auto* member = object_.if_contains(name);
    return member == nullptr || member->is_null() ? nullptr : member;
  }
  std::string text(std::string_view name) const {
    const auto* member = find(name);
    if (member == nullptr) return {};
    return std::string(member->is_string() ? std::string_view(member->get_string()) : bad(name, "a text"));
  }
  std::string needed_text(std::string_view name) const {
    auto value = text(name);
    if (value.empty()) throw BadDocument("member " + std::string(name) + " is missing");
    return value;
  }
  std::int64_t number(std::string_view name) const {
    const auto* member = find(name);
    if (member == nullptr) return 0;
    if (member->is_int64()) return member->get_int64();
    if (member->is_uint64() && member->get_uint64() <= static_cast<std::uint64_t>(INT64_MAX)) return static_cast<std::int64_t>(member->get_uint64());
    return bad(name, "an integer"), 0;
  }
  bool flag(std::string_view name) const {
    const auto* member = find(name);
    if (member == nullptr) return false;
    return member->is_bool() ? member->get_bool() : (bad(name, "true or false"), false);
  }
  std::optional<Members> object(std::string_view name) const {
    const auto* member = find(name);
    if (member == nullptr) return std::nullopt;
    if (!member->is_object()) bad(name, "an object");
    return Members(member->get_object());
  }
  const json::array& list(std::string_view name) const {
    static const json::array none;
    const auto* member = find(name);
    if (member == nullptr) return none;
    if (!member->is_array()) bad(name, "a list");
    return member->get_array();
  }
  Currency currency(std::string_view name) const {
    const auto code = text(name);
    if (!is_currency_code(code)) bad(name, "a currency code");
    return Currency(code);
  }
  const json::object& raw() const { return object_; }

 private:
  [[noreturn]] static std::string_view bad(std::string_view name, const char* wanted) {
    throw BadDocument("member " + std::string(name) + " is not " + wanted);
  }
  const json::object& object_;
};

/// Runs a reading; a BadDocument becomes internal with the document's name in front.
template <class Read>
auto reading(const std::string& what, Read&& read) -> Result<decltype(read())> {
  try {
    return read();
  } catch (const std::exception& broken) {
    return Failure{Kind::internal, what + " cannot be read: " + broken.what()};
  }
}

}  // namespace amazonpay::host
