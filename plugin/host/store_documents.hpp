// The parts of queries and batches that both stores (store_ledger, store_notifications) speak: conditions, reading all pages, one put, a task, an audit entry.
// Documents: hostapi/README.md, find and batch. In-call.
#pragma once
#include <hostapi/sdk.hpp>

#include <algorithm>

#include "host/codec_values.hpp"
#include "ports/settlements.hpp"

namespace amazonpay::host {

// In the memory of its value.
inline json::object put_document(const char* collection, const std::string& key, json::object value, MemberList fields) {
  const auto memory = value.storage();
  json::object put({{"collection", collection}, {"key", key}, {"value", std::move(value)}}, memory);
  if (fields.size() > 0) put.emplace("fields", json::object(fields, memory));
  return put;
}

inline json::value text_or_null(const std::string& text) { return text.empty() ? json::value() : json::value(text); }

template <class Value>
json::object condition(const char* field, const char* op, const Value& value) {
  return {{"field", field}, {"op", op}, {"value", value}};
}

inline const json::value& value_in(const json::value& item) {
  static const json::value nothing;
  const auto* value = Members(item).find("value");
  return value == nullptr ? nothing : *value;
}

// Hands over the items of a find, whole pages, as long as `take` answers that it wants more. It may throw BadDocument.
template <class Take>
Result<> each_item(const hostapi::sdk::Store& store, json::object query, Take take) {
  for (;;) {
    auto page = store.find(query);
    if (!page) return page.failure();
    auto next = reading("store.find's answer", [&] {
      const Members members(*page);
      bool more = true;
      for (const auto& item : members.list("items")) more = take(item);
      return more ? members.text("next") : std::string();
    });
    if (!next) return next.failure();
    if (next->empty()) return hostapi::success();
    query["after"] = *next;
  }
}

// Every value of a find, over all its pages, up to `most`.
template <class Decode>
auto all_of(const hostapi::sdk::Store& store, json::object query, int most, Decode decode) -> Result<std::vector<std::decay_t<decltype(*decode(json::value()))>>> {
  std::vector<std::decay_t<decltype(*decode(json::value()))>> found;
  query["limit"] = std::min(most, 200);
  auto done = each_item(store, std::move(query), [&](const json::value& item) {
    auto decoded = decode(value_in(item));
    if (!decoded) throw BadDocument(decoded.message());
    found.push_back(std::move(*decoded));
    return static_cast<int>(found.size()) < most;
  });
  if (!done) return done.failure();
  return found;
}

// The keys of what one find answers, at most its limit.
inline Result<std::vector<std::string>> keys_of(const hostapi::sdk::Store& store, json::object query) {
  query["values"] = false;
  auto found = store.find(query);
  if (!found) return found.failure();
  return reading("store.find's answer", [&] {
    std::vector<std::string> keys;
    const Members answer(*found);
    for (const auto& item : answer.list("items")) keys.push_back(Members(item).needed_text("key"));
    return keys;
  });
}

template <class T>
Result<T> value_of(const Result<hostapi::sdk::Store::Versioned>& got, Result<T> (*decode)(const json::value&)) {
  if (!got) return got.failure();
  return decode(got->value);
}

// The same with its version; what is not there is an empty value at version 0.
template <class T, class Decode>
Result<ports::Stored<T>> stored_of(const Result<hostapi::sdk::Store::Versioned>& got, Decode decode) {
  if (!got) return got.kind() == Kind::not_found ? Result<ports::Stored<T>>(ports::Stored<T>{}) : got.failure();
  Result<T> value = decode(got->value);
  if (!value) return value.failure();
  return ports::Stored<T>{std::move(*value), got->version};
}
template <class T>
Result<ports::Stored<T>> stored_of(const Result<hostapi::sdk::Store::Versioned>& got, Result<T> (*decode)(const json::value&)) {
  return stored_of<T, Result<T> (*)(const json::value&)>(got, decode);
}

// A task as a batch carries it; tasks.run gets its payload back.
inline json::object task_document(const ports::Task& task, json::storage_ptr memory = {}) {
  auto payload = without_empty({{"order_id", task.order_id}, {"intent_ids", json::array(task.intent_ids.begin(), task.intent_ids.end(), memory)}, {"notification", task.notification}, {"slot", task.slot}, {"report_id", task.report_id},
                                {"job_id", task.job_id}, {"rows", json::array(task.rows.begin(), task.rows.end(), memory)}, {"permission_id", task.permission_id}}, memory);
  return json::object({{"name", task.name}, {"key", task.key}, {"due_ms", task.due_ms}, {"payload", std::move(payload)}}, memory);
}

inline json::object audit_of(const ports::AuditEntry& entry, json::storage_ptr memory = {}) {
  json::object o({{"event", entry.event}, {"order_id", entry.order_id}, {"reason", entry.reason}, {"details", json::object({{"detail", entry.detail}}, memory)}}, memory);
  if (entry.amount) o["amount_minor"] = entry.amount->minor(), o["currency"] = entry.amount->currency().code();
  return o;
}

}  // namespace amazonpay::host
