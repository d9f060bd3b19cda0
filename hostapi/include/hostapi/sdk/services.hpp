// Typed proxies for the host's services: one small class each, bound to the service table, the host's self and the current call.
// Used by plugins inside a call, through Session (session.hpp). They return Result and never throw on what the host answers; documents are
// boost::json::value. A failure's message is the host's text when it gave one. Thread rules: as tagged in hostapi.h; proxies live as long as the call.
#pragma once
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "status.hpp"
#include "text.hpp"

namespace hostapi::sdk {

namespace json = boost::json;

namespace detail {

inline Failure failure_of(hostapi_status status, std::string_view what, std::string text) {
  if (text.empty()) text = std::string("the host answered ") + status_name(status) + " to " + std::string(what);
  return Failure{to_kind(status), std::move(text)};
}

/// Calls with a sink and hands back what was written, or the failure.
template <class Ask>
Result<std::string> ask_text(std::string_view what, Ask&& ask) {
  StringSink sink;
  const hostapi_status status = ask(sink.raw());
  if (status == HOSTAPI_OK) return sink.take();
  return failure_of(status, what, sink.take());
}

inline Result<json::value> parse_answer(std::string_view what, std::string_view bytes, json::storage_ptr storage) {
  boost::system::error_code error;
  json::value document = json::parse(bytes, error, std::move(storage));
  if (error) return Failure{Kind::internal, "the host's answer to " + std::string(what) + " is not JSON: " + error.message()};
  return document;
}

template <class Ask>
Result<json::value> ask_json(std::string_view what, Ask&& ask, json::storage_ptr storage = {}) {
  auto answer = ask_text(what, std::forward<Ask>(ask));
  if (!answer) return answer.failure();
  return parse_answer(what, *answer, std::move(storage));
}

/// One piece of memory for an answer that is read and thrown away on this thread; it goes with the last part (or copy) of it.
inline json::storage_ptr one_piece() { return json::make_shared_resource<json::monotonic_resource>(); }

/// What every proxy is bound to.
template <class Table>
class Bound {
 public:
  Bound(const Table* table, void* self, const hostapi_call* call) : table_(table), self_(self), call_(call) {}

 protected:
  const Table* table_;
  void* self_;
  const hostapi_call* call_;
};

}  // namespace detail

class Core : detail::Bound<hostapi_core_v1> {
 public:
  using Bound::Bound;
  void log(int32_t level, const char* event_id, const json::object& fields = {}) const {
    const std::string bytes = json::serialize(fields);
    table_->log(self_, call_, level, event_id, text(bytes));
  }
  int64_t now_unix_ms() const { return table_->now_unix_ms(self_); }
  int64_t deadline_unix_ms() const { return table_->deadline_unix_ms(self_, call_); }
  Result<> random(std::span<uint8_t> bytes) const {
    const hostapi_status status = table_->random(self_, bytes.data(), bytes.size());
    if (status != HOSTAPI_OK) return detail::failure_of(status, "core.random", {});
    return success();
  }
  /// n random bytes as lower-case hex: ids.
  Result<std::string> random_hex(std::size_t size) const {
    std::string raw(size, '\0'), hex;
    if (auto filled = random({reinterpret_cast<uint8_t*>(raw.data()), raw.size()}); !filled) return filled.failure();
    for (const unsigned char byte : raw) hex += {"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
    return hex;
  }
  Result<json::value> describe() const {
    return detail::ask_json("core.describe", [&](const hostapi_sink* sink) { return table_->describe(self_, call_, sink); });
  }
};

class Identity : detail::Bound<hostapi_identity_v1> {
 public:
  using Bound::Bound;
  Result<json::value> who() const {
    return detail::ask_json("identity.who", [&](const hostapi_sink* sink) { return table_->who(self_, call_, sink); });
  }
  /// Success, or denied; any other status is a failure of its own kind and never a yes.
  Result<> may(const char* permission) const {
    const hostapi_status status = table_->may(self_, call_, permission);
    if (status == HOSTAPI_OK) return success();
    return detail::failure_of(status, std::string("identity.may ") + permission, {});
  }
};

class Orders : detail::Bound<hostapi_orders_v1> {
 public:
  using Bound::Bound;
  Result<json::value> get(std::string_view order_id) const {
    return detail::ask_json("orders.get", [&](const hostapi_sink* sink) { return table_->get(self_, call_, text(order_id), sink); });
  }
  Result<json::value> find(const json::value& query) const {
    const std::string bytes = json::serialize(query);
    return detail::ask_json("orders.find", [&](const hostapi_sink* sink) { return table_->find(self_, call_, text(bytes), sink); });
  }
};

/// Answers of Store and Settings, and copies of their parts, share memory: they stay on the thread that asked.
class Store : detail::Bound<hostapi_store_v1> {
 public:
  struct Versioned {
    json::value value;
    uint64_t version = 0;
  };
  using Bound::Bound;
  Result<Versioned> get(const char* collection, std::string_view key) const {
    uint64_t version = 0;
    auto value = detail::ask_json("store.get", [&](const hostapi_sink* sink) { return table_->get(self_, call_, collection, text(key), sink, &version); }, detail::one_piece());
    if (!value) return value.failure();
    return Versioned{std::move(*value), version};
  }
  Result<json::value> find(const json::value& query) const {
    const std::string bytes = json::serialize(query);
    return detail::ask_json("store.find", [&](const hostapi_sink* sink) { return table_->find(self_, call_, text(bytes), sink); }, detail::one_piece());
  }
  /// {"versions":[…]}, or {} if the batch says "versions":false; a conflict's failure names the collection, the key and the version found, a refusal the check of the manifest that was broken.
  Result<json::value> commit(const json::value& batch) const {
    const std::string bytes = json::serialize(batch);
    auto result = detail::ask_json("store.commit", [&](const hostapi_sink* sink) { return table_->commit(self_, call_, text(bytes), sink); });
    if (!result && result.kind() == Kind::conflict) return in_words(result.failure(), "conflict", "changed by somebody else meanwhile: ");
    if (!result && result.kind() == Kind::refused) return in_words(result.failure(), "check", "the store does not allow it, a check of the manifest: ");
    return result;
  }

 private:
  static Failure in_words(Failure failure, const char* member, const char* words) {
    boost::system::error_code error;
    const json::value document = json::parse(failure.message, error);
    if (error || !document.is_object()) return failure;
    const auto* found = document.get_object().if_contains(member);
    if (found == nullptr || !found->is_object()) return failure;
    failure.message = words + json::serialize(*found);
    return failure;
  }
};

class Settings : detail::Bound<hostapi_settings_v1> {
 public:
  using Bound::Bound;
  /// {"values":{…},"secrets_set":[…]}
  Result<json::value> get() const {
    return detail::ask_json("settings.get", [&](const hostapi_sink* sink) { return table_->get(self_, call_, sink); }, detail::one_piece());
  }
  /// The plain text of a stored secret. The caller wipes it when done.
  Result<std::string> secret(const char* name) const {
    return detail::ask_text("settings.secret", [&](const hostapi_sink* sink) { return table_->secret(self_, call_, name, sink); });
  }
  Result<> set(const json::value& changes) const {
    const std::string bytes = json::serialize(changes);
    auto answer = detail::ask_text("settings.set", [&](const hostapi_sink* sink) { return table_->set(self_, call_, text(bytes), sink); });
    if (!answer) return answer.failure();
    return success();
  }
};

class Texts : detail::Bound<hostapi_texts_v1> {
 public:
  using Bound::Bound;
  Result<std::string> translate(const char* message_id, const json::object& arguments = {}) const {
    const std::string bytes = json::serialize(arguments);
    return detail::ask_text("texts.translate", [&](const hostapi_sink* sink) { return table_->translate(self_, call_, message_id, text(bytes), sink); });
  }
  Result<std::string> format(const char* kind, const json::object& value) const {
    const std::string bytes = json::serialize(value);
    return detail::ask_text("texts.format", [&](const hostapi_sink* sink) { return table_->format(self_, call_, kind, text(bytes), sink); });
  }
  Result<std::string> money(int64_t minor, std::string_view currency) const { return format("money", {{"minor", minor}, {"currency", currency}}); }
  Result<std::string> time(int64_t unix_ms) const { return format("time", {{"unix_ms", unix_ms}}); }
  Result<std::string> date(int64_t unix_ms) const { return format("date", {{"unix_ms", unix_ms}}); }
  Result<std::string> number(int64_t value) const { return format("number", {{"value", value}}); }
};

}  // namespace hostapi::sdk
