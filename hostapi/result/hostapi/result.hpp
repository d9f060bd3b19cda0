// Result<T>: a value, or why there is none. Used on both sides of the border and inside the plugin; depends on nothing.
// The kinds equal the status names of hostapi.h and say what the caller does next. Thread rules: a plain value.
#pragma once
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace hostapi {

enum class Kind {
  invalid,      // caller bug or bad input; the message says what and where
  not_found,
  conflict,     // a precondition failed: re-read and decide again
  denied,
  refused,      // a business rule says no; the message is for the user
  unsupported,
  unavailable,  // nothing happened; later is safe
  uncertain,    // may have happened: reconcile, never retry blindly
  limit,        // size, depth, count or deadline
  internal,
};

struct Failure {
  Kind kind = Kind::internal;
  std::string message;     // a sentence: what was wrong, where, what to do
  std::string code = {};   // the other party's own code, for example Amazon's reasonCode
  std::string trace = {};  // the other party's request id
};

struct Nothing {};

template <class T = Nothing>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  Result(T value) : state_(std::move(value)) {}
  Result(Failure failure) : state_(std::move(failure)) {}

  explicit operator bool() const { return state_.index() == 0; }
  bool ok() const { return state_.index() == 0; }

  T& value() & { return check(), std::get<0>(state_); }
  const T& value() const& { return check(), std::get<0>(state_); }
  T&& value() && { return check(), std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Failure& failure() const { return std::get<1>(state_); }
  Kind kind() const { return failure().kind; }
  const std::string& message() const { return failure().message; }

 private:
  void check() const {
    if (!ok()) throw std::logic_error("value() of a failed Result: " + failure().message);
  }
  std::variant<T, Failure> state_;
};

inline Result<> success() { return Nothing{}; }

}  // namespace hostapi
