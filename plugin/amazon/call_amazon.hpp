// What the clients of plugin/amazon share: checks of arguments before anything is sent, and one question to Amazon with its answer read.
// Internal to plugin/amazon. Any thread. ids and keys go into paths and headers, so only what Amazon's are made of passes.
#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "amazon/connection.hpp"
#include "amazon/errors.hpp"
#include "domain/text.hpp"

namespace amazonpay::amazon {

bool is_id(std::string_view id);
bool is_key(std::string_view key);
inline Failure invalid(const char* sentence) { return {Kind::invalid, sentence, {}, {}}; }
Failure bad_id();
Failure bad_key();

inline bool succeeded(const HttpOutcome& outcome) { return outcome.delivery == Delivery::answered && outcome.status >= 200 && outcome.status <= 299; }

// Sends, and reads the answer with read(text, environment). Everything but a readable 2xx is a Failure.
template <class Read>
auto ask(const Connection& connection, const Terms& terms, const Operation& operation, Read read) -> decltype(read("", Environment::sandbox)) {
  const auto outcome = connection.send(operation, terms);
  if (!succeeded(outcome)) return failure_of(outcome, operation.mutating());
  auto answer = read(outcome.body, connection.environment());
  if (!answer) return unreadable_answer(outcome, operation.mutating(), answer.message());
  if constexpr (requires { answer->request_id; }) answer->request_id = outcome.request_id;
  return answer;
}

// The answer must be about what was asked; otherwise nothing is known about it.
template <class T>
Result<T> expect(Result<T> answer, bool fits, bool mutating) {
  if (!answer || fits) return answer;
  std::string trace;
  if constexpr (requires { answer->request_id; }) trace = answer->request_id;
  return Failure{mutating ? Kind::uncertain : Kind::unavailable, tr("Amazon Pay answered about something else than was asked. This is checked again."),
                 "unreadable_answer", std::move(trace)};
}

}  // namespace amazonpay::amazon
