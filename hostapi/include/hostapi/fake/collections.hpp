// The fake host's store: documents with versions and indexed fields, in memory, with the same commit rules a real host keeps.
// Used by fake::Host only. commit() is all or nothing: everything is checked first, then applied. Not thread-safe by itself: Host holds the lock.
#pragma once
#include <boost/json.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <hostapi/result.hpp>

namespace hostapi::fake {

namespace json = boost::json;

struct Document {
  json::value value;
  json::object fields;
  uint64_t version = 0;
};

struct StoredTask {
  std::string name, key;
  int64_t due_ms = 0;
  json::value payload;
  int attempt = 1;
};

/// Everything a commit may change; copied before a batch so that a refused one leaves no trace.
struct Data {
  std::map<std::string, std::map<std::string, Document>> collections;
  std::map<std::string, json::object> orders;          // order id -> order document
  std::map<std::string, json::object> order_payments;  // order id -> the last "payment" of a batch
  std::map<std::string, std::vector<std::string>> order_history;
  std::vector<StoredTask> tasks;
  std::vector<json::object> audit;
};

namespace detail {

inline std::string text_at(const json::object& object, const char* name) {
  const auto* member = object.if_contains(name);
  return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string();
}
inline int64_t number_at(const json::object& object, const char* name) {
  const auto* member = object.if_contains(name);
  if (member == nullptr) return 0;
  if (member->is_int64()) return member->get_int64();
  return member->is_uint64() ? static_cast<int64_t>(member->get_uint64()) : 0;
}
inline const json::array& list_at(const json::object& object, const char* name) {
  static const json::array none;
  const auto* member = object.if_contains(name);
  return member != nullptr && member->is_array() ? member->get_array() : none;
}

/// Order of index values: NULL first, then integers, then texts.
inline int rank(const json::value& value) { return value.is_null() ? 0 : (value.is_number() ? 1 : 2); }
inline int64_t integer(const json::value& value) { return value.is_int64() ? value.get_int64() : static_cast<int64_t>(value.is_uint64() ? value.get_uint64() : 0); }
inline int compare(const json::value& left, const json::value& right) {
  if (rank(left) != rank(right)) return rank(left) < rank(right) ? -1 : 1;
  if (left.is_number()) return integer(left) < integer(right) ? -1 : integer(left) > integer(right);
  if (left.is_string() && right.is_string()) return std::string_view(left.get_string()).compare(std::string_view(right.get_string()));
  return 0;
}

inline bool matches(const json::value& found, std::string_view op, const json::value& wanted) {
  if (wanted.is_null()) return found.is_null() == (op != "!=");
  if (found.is_null()) return false;  // as in SQL: NULL matches nothing
  if (op == "in") {
    return wanted.is_array() && std::any_of(wanted.get_array().begin(), wanted.get_array().end(), [&](const json::value& one) { return matches(found, "=", one); });
  }
  if (rank(found) != rank(wanted)) return op == "!=";
  const int order = compare(found, wanted);
  if (op == "=") return order == 0;
  if (op == "!=") return order != 0;
  if (op == "<") return order < 0;
  if (op == "<=") return order <= 0;
  if (op == ">") return order > 0;
  return op == ">=" && order >= 0;
}

inline json::value field_of(const Document& document, std::string_view name) {
  const auto* field = document.fields.if_contains(name);
  return field == nullptr ? json::value() : *field;
}

/// "key" is a field, too.
inline bool matches_all(const std::string& key, const Document& document, const json::array& where) {
  return std::all_of(where.begin(), where.end(), [&](const json::value& one) {
    const auto& condition = one.as_object();
    const auto field = text_at(condition, "field");
    return matches(field == "key" ? json::value(key) : field_of(document, field), text_at(condition, "op"), condition.at("value"));
  });
}

}  // namespace detail

/// A rule a real host's database keeps: <check id="pending" sum="a -b" min="0"/> of the manifest. Fields that are missing count 0.
struct Check {
  std::string id, sum;
  std::optional<int64_t> min, max, equals;

  bool holds(const json::object& fields) const {
    __int128 total = 0;
    std::istringstream terms(sum);
    for (std::string term; terms >> term;) {
      const bool minus = term.front() == '-';
      const auto value = static_cast<__int128>(detail::number_at(fields, term.c_str() + (minus ? 1 : 0)));
      total += minus ? -value : value;
    }
    return (!min || total >= *min) && (!max || total <= *max) && (!equals || total == *equals);
  }
};

/// What the manifest says about collections. No fields declared at all: every collection and field is allowed.
struct Declared {
  std::map<std::string, std::set<std::string>> fields;   // collection -> its indexed fields
  std::map<std::string, std::set<std::string>> columns;  // collection -> fields that are only kept, for checks
  std::map<std::string, std::vector<Check>> checks;
  std::set<std::string> append_only;
};

/// `to_put`: a field that is not indexed may be written, but neither searched nor sorted by.
inline Result<> check_fields(const Declared& declared, const std::string& collection, const std::vector<std::string>& names, bool to_put = false) {
  if (declared.fields.empty()) return success();
  const auto found = declared.fields.find(collection);
  if (found == declared.fields.end()) return Failure{Kind::invalid, "collection " + collection + " is not declared in the manifest"};
  const auto columns = declared.columns.find(collection);
  const auto only_kept = [&](const std::string& name) { return to_put && columns != declared.columns.end() && columns->second.count(name) != 0; };
  for (const auto& name : names)
    if (name != "key" && found->second.count(name) == 0 && !only_kept(name)) return Failure{Kind::invalid, "field " + name + " of collection " + collection + " is not declared in the manifest"};
  return success();
}

/// store.find with where, order, limit, after, count_by and count_up_to.
inline Result<json::value> find(const Data& data, const Declared& declared, const json::object& query) {
  const std::string collection = detail::text_at(query, "collection"), count_by = detail::text_at(query, "count_by");
  std::string order = detail::text_at(query, "order");
  const bool descending = !order.empty() && order.front() == '-';
  if (descending) order.erase(0, 1);
  if (order == "key") order.clear();
  std::vector<std::string> names;
  for (const auto& one : detail::list_at(query, "where")) names.push_back(detail::text_at(one.as_object(), "field"));
  if (!order.empty()) names.push_back(order);
  if (!count_by.empty()) names.push_back(count_by);
  if (auto known = check_fields(declared, collection, names); !known) return known.failure();

  using Hit = std::pair<std::string, const Document*>;
  std::vector<Hit> hits;
  json::object counts;
  if (const auto documents = data.collections.find(collection); documents != data.collections.end()) {
    for (const auto& [key, document] : documents->second) {
      if (!detail::matches_all(key, document, detail::list_at(query, "where"))) continue;
      hits.emplace_back(key, &document);
      if (count_by.empty()) continue;
      const json::value word = detail::field_of(document, count_by);
      auto& count = counts[word.is_string() ? std::string_view(word.get_string()) : std::string_view("")];
      count = (count.is_int64() ? count.get_int64() : 0) + 1;
    }
  }
  const auto matching = static_cast<int64_t>(hits.size());
  const auto before = [&](const json::value& left_field, const std::string& left_key, const json::value& right_field, const std::string& right_key) {
    const int by_field = order.empty() ? 0 : detail::compare(left_field, right_field);
    const int both = by_field != 0 ? by_field : left_key.compare(right_key);
    return descending ? both > 0 : both < 0;
  };
  std::sort(hits.begin(), hits.end(), [&](const Hit& left, const Hit& right) {
    return before(detail::field_of(*left.second, order), left.first, detail::field_of(*right.second, order), right.first);
  });
  if (const std::string cursor = detail::text_at(query, "after"); !cursor.empty()) {
    const json::value position = json::parse(cursor);
    std::erase_if(hits, [&](const Hit& hit) {
      return !before(position.at(0), std::string(position.at(1).as_string()), detail::field_of(*hit.second, order), hit.first);
    });
  }
  const int64_t asked = detail::number_at(query, "limit"), counted_to = detail::number_at(query, "count_up_to");
  const std::size_t limit = asked == 0 && query.contains("limit") ? 0 : asked > 0 ? static_cast<std::size_t>(std::min<int64_t>(asked, 1000)) : 100;
  json::array items;
  for (std::size_t i = 0; i < std::min(limit, hits.size()); ++i)
    items.push_back(json::object{{"key", hits[i].first}, {"version", hits[i].second->version}, {"value", hits[i].second->value}});
  json::value next;
  if (limit > 0 && hits.size() > limit) next = json::serialize(json::array{detail::field_of(*hits[limit - 1].second, order), hits[limit - 1].first});
  json::object answer{{"items", std::move(items)}, {"next", std::move(next)}, {"counts", std::move(counts)}};
  if (counted_to > 0) answer["count"] = std::min(matching, counted_to);
  return json::value(std::move(answer));
}

namespace detail {

inline std::optional<json::object> broken_expectation(const Data& data, const json::object& expected) {
  const auto wanted = static_cast<uint64_t>(number_at(expected, "version"));
  if (const std::string order_id = text_at(expected, "order_id"); !order_id.empty()) {
    const auto order = data.orders.find(order_id);
    const auto found = order == data.orders.end() ? 0 : static_cast<uint64_t>(number_at(order->second, "version"));
    if (found == wanted) return std::nullopt;
    return json::object{{"order_id", order_id}, {"found", found}};
  }
  const std::string collection = text_at(expected, "collection"), key = text_at(expected, "key");
  uint64_t found = 0;
  if (const auto documents = data.collections.find(collection); documents != data.collections.end())
    if (const auto document = documents->second.find(key); document != documents->second.end()) found = document->second.version;
  if (found == wanted) return std::nullopt;
  return json::object{{"collection", collection}, {"key", key}, {"found", found}};
}

inline void put_task(Data& data, const json::object& wanted) {
  StoredTask task{text_at(wanted, "name"), text_at(wanted, "key"), number_at(wanted, "due_ms"), wanted.contains("payload") ? wanted.at("payload") : json::object(), 1};
  for (auto& waiting : data.tasks) {
    if (task.key.empty() || waiting.name != task.name || waiting.key != task.key) continue;
    task.due_ms = std::min(task.due_ms, waiting.due_ms);
    waiting = std::move(task);
    return;
  }
  data.tasks.push_back(std::move(task));
}

/// What stands in the way of a link: the order is gone or carries another reference than `replaces`.
inline std::optional<json::object> broken_link(const Data& data, const json::object& change) {
  const auto* link = change.if_contains("link");
  if (link == nullptr || !link->is_object()) return std::nullopt;
  const std::string id = text_at(change, "order_id");
  const auto order = data.orders.find(id);
  if (order == data.orders.end()) return json::object{{"collection", "orders"}, {"key", id}, {"found", 0}};
  const auto carried = text_at(order->second.at("payment").as_object(), "reference");
  if (carried == text_at(link->get_object(), "replaces") || carried == text_at(link->get_object(), "reference")) return std::nullopt;
  return json::object{{"collection", "orders"}, {"key", id}, {"found", number_at(order->second, "version")}};
}

inline void apply_link(json::object& order, const json::object& link) {
  auto& payment = order.at("payment").as_object();
  if (text_at(payment, "reference") == text_at(link, "reference")) return;
  payment["reference"] = text_at(link, "reference"), payment["charge_id"] = text_at(link, "charge_id");
  order["version"] = number_at(order, "version") + 1;
}

inline void apply_order(Data& data, const json::object& change) {
  const std::string id = text_at(change, "order_id");
  if (data.orders.count(id) == 0) return;  // orders that no longer exist are skipped
  if (const auto* payment = change.if_contains("payment"); payment != nullptr && payment->is_object()) data.order_payments[id] = payment->get_object();
  if (const auto* link = change.if_contains("link"); link != nullptr && link->is_object()) apply_link(data.orders.at(id), link->get_object());
  if (const std::string history = text_at(change, "history"); !history.empty()) data.order_history[id].push_back(history);
}

}  // namespace detail

namespace detail {

inline Failure refused_by(const std::string& id, const std::string& collection, const std::string& key) {
  return Failure{Kind::refused, json::serialize(json::object{{"check", {{"collection", collection}, {"id", id}, {"key", key}}}})};
}

/// The rules the database of a real host keeps itself.
inline Result<> keep_checks(const Declared& declared, const std::string& collection, const std::string& key, const json::object& fields) {
  const auto checks = declared.checks.find(collection);
  if (checks == declared.checks.end()) return success();
  for (const auto& check : checks->second)
    if (!check.holds(fields)) return refused_by(check.id, collection, key);
  return success();
}

}  // namespace detail

struct CommitAnswer {
  json::value document;
  bool conflict = false;
};

/// store.commit: expectations first, then everything, or nothing.
inline Result<CommitAnswer> commit(Data& data, const Declared& declared, const json::object& batch) {
  for (const auto& one : detail::list_at(batch, "expect"))
    if (auto broken = detail::broken_expectation(data, one.as_object())) return CommitAnswer{json::object{{"conflict", std::move(*broken)}}, true};
  std::set<std::pair<std::string, std::string>> touched;
  for (const char* part : {"put", "delete"}) {
    for (const auto& one : detail::list_at(batch, part)) {
      const auto& change = one.as_object();
      const std::string collection = detail::text_at(change, "collection"), key = detail::text_at(change, "key");
      std::vector<std::string> names;
      if (const auto* fields = change.if_contains("fields"))
        for (const auto& field : fields->as_object()) names.emplace_back(field.key());
      if (auto known = check_fields(declared, collection, names, true); !known) return known.failure();
      if (key.empty() || !touched.emplace(collection, key).second) return Failure{Kind::invalid, "batch: key \"" + key + "\" of " + collection + " is empty or named twice"};
    }
  }
  json::array versions;
  for (const auto& one : detail::list_at(batch, "put")) {
    const auto& change = one.as_object();
    const std::string collection = detail::text_at(change, "collection"), key = detail::text_at(change, "key");
    Document& document = data.collections[collection][key];
    if (document.version != 0 && declared.append_only.count(collection) != 0)
      return CommitAnswer{json::object{{"conflict", json::object{{"collection", collection}, {"key", key}, {"found", document.version}}}}, true};
    document.value = change.at("value");
    document.fields = change.contains("fields") ? change.at("fields").as_object() : json::object();
    if (auto kept = detail::keep_checks(declared, collection, key, document.fields); !kept) return kept.failure();
    ++document.version;
    versions.push_back(json::object{{"collection", collection}, {"key", key}, {"version", document.version}});
  }
  for (const auto& one : detail::list_at(batch, "delete")) {
    const std::string collection = detail::text_at(one.as_object(), "collection"), key = detail::text_at(one.as_object(), "key");
    if (declared.append_only.count(collection) != 0) return detail::refused_by("append-only", collection, key);
    data.collections[collection].erase(key);
  }
  for (const auto& one : detail::list_at(batch, "orders")) {
    if (auto broken = detail::broken_link(data, one.as_object())) return CommitAnswer{json::object{{"conflict", std::move(*broken)}}, true};
    detail::apply_order(data, one.as_object());
  }
  for (const auto& one : detail::list_at(batch, "tasks")) detail::put_task(data, one.as_object());
  for (const auto& one : detail::list_at(batch, "audit")) data.audit.push_back(one.as_object());
  const auto* wanted = batch.if_contains("versions");
  if (wanted != nullptr && *wanted == false) return CommitAnswer{json::object{}, false};
  return CommitAnswer{json::object{{"versions", std::move(versions)}}, false};
}

}  // namespace hostapi::fake
