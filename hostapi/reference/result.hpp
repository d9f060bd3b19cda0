/* Result<T>: a value, or a Problem with a kind and a sentence for a person. Used by the whole reference host for outcomes that are expected
 * (not found, refused, conflict). The kinds are hostapi's statuses, so that a plugin's answer and the host's own read the same.
 * `value()` on a problem is a programming error and throws std::logic_error. Plain values; no locks. */
#pragma once
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace shopadmin {

enum class Kind : int {
  no_answer = 0, invalid = -1, not_found = -2, conflict = -3, denied = -4, refused = -5,
  unsupported = -6, unavailable = -7, uncertain = -8, limit = -9, internal = -10
};

const char* kind_name(Kind kind);

struct Problem {
  Kind kind = Kind::internal;
  std::string message; /* for a person: what was wrong, where, what to do */
  std::string details; /* JSON for a program, or empty */
};
inline Problem refused(std::string message) { return {Kind::refused, std::move(message), ""}; }
inline Problem invalid(std::string message) { return {Kind::invalid, std::move(message), ""}; }

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Problem problem) : problem_(std::move(problem)) {}
  explicit operator bool() const { return value_.has_value(); }
  bool ok() const { return value_.has_value(); }
  T& value() & { return check(), *value_; }
  const T& value() const& { return check(), *value_; }
  T&& value() && { return check(), std::move(*value_); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Problem& problem() const { return problem_; }
  Kind kind() const { return problem_.kind; }
  const std::string& message() const { return problem_.message; }

 private:
  void check() const {
    if (!value_) throw std::logic_error("value() of a failed Result: " + problem_.message);
  }
  std::optional<T> value_;
  Problem problem_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Problem problem) : problem_(std::move(problem)), failed_(true) {}
  explicit operator bool() const { return !failed_; }
  bool ok() const { return !failed_; }
  const Problem& problem() const { return problem_; }
  Kind kind() const { return problem_.kind; }
  const std::string& message() const { return problem_.message; }

 private:
  Problem problem_;
  bool failed_ = false;
};

}  // namespace shopadmin
