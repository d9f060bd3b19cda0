/* Collections: the batch. Everything a plugin changes goes through here, in one transaction. */
#include <map>

#include "orders/rows.hpp"
#include "store/batch.hpp"
#include "store/collection_checks.hpp"
#include "store/collections.hpp"

namespace shopadmin {

namespace {
Problem conflict(const std::string& collection, const std::string& key, std::int64_t found) {
  return {Kind::conflict, "Something changed meanwhile: " + collection + " " + key + ".",
          json::serialize(json::object{{"conflict", {{"collection", collection}, {"key", key}, {"found", found}}}})};
}

/* A rule of the manifest that the database keeps: nothing of the batch stays. */
Problem broken(const std::string& collection, const std::string& check, const std::string& key) {
  return {Kind::refused, "The check \"" + check + "\" of the collection " + collection + " does not allow " + key + ".",
          json::serialize(json::object{{"check", {{"collection", collection}, {"id", check}, {"key", key}}}})};
}

/* Version and fields of a document as it is stored, or nothing. All writers of collections stand in one line, so what an expectation read still holds when the
 * same batch writes it. */
using Stored = boost::optional<Row>;
using Seen = std::map<std::pair<std::string, std::string>, Stored>; /* table and key */

Stored read_stored(Sql& sql, const Place& place) {
  std::string columns = "version";
  for (const auto& field : place.collection->fields) columns += ", f_" + field.name;
  return sql.row("SELECT " + columns + " FROM " + place.table + " WHERE key = :k", {place.key});
}

/* An INSERT finds out by itself whether the key is there already, and on SQLite an error of a statement undoes nothing else, so that it can be looked at then. A
 * collection without fields is written whatever is there. */
bool inserts_tell(Sql& sql, const Place& place) { return sql.engine() == Engine::sqlite && (!place.collection->fields.empty() || place.collection->append_only); }

Result<void> check(Sql& sql, const Expectation& expected, Seen& seen) {
  if (!expected.order_id.empty()) {
    const auto row = sql.row("SELECT version FROM orders WHERE id = :1", {expected.order_id});
    const auto found = row ? row->whole(0) : 0;
    return found == expected.version ? Result<void>{} : conflict("orders", expected.order_id, found);
  }
  const auto& place = expected.place;
  if (expected.inserted && inserts_tell(sql, place)) return seen[{place.table, place.key}] = Stored{}, Result<void>{};
  auto stored = read_stored(sql, place);
  const auto found = stored ? stored->whole(0) : 0;
  if (found != expected.version) return conflict(place.collection->id, place.key, found);
  seen[{place.table, place.key}] = std::move(stored);
  return {};
}

bool same(const boost::optional<std::string>& stored, const Bound& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return stored && *stored == *text;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return stored && *stored == std::to_string(*whole);
  return !stored;
}

void insert(Sql& sql, const Put& put) {
  std::string names = "key, version, value", places = ":k, 1, :v";
  std::vector<Bound> values{put.place.key, put.value};
  for (std::size_t i = 0; i < put.fields.size(); ++i) {
    names += ", f_" + put.place.collection->fields[i].name;
    places += ", :f" + std::to_string(i);
    values.push_back(put.fields[i]);
  }
  sql.change("INSERT INTO " + put.place.table + " (" + names + ") VALUES (" + places + ")", values);
}

/* Only fields that changed: each one named costs its index, also with the value it has. */
void update(Sql& sql, const Put& put, const Row& stored) {
  std::string sets = "version = :n, value = :v";
  std::vector<Bound> values{stored.whole(0) + 1, put.value};
  for (std::size_t i = 0; i < put.fields.size(); ++i) {
    if (same(stored.cells.at(i + 1), put.fields[i])) continue;
    sets += ", f_" + put.place.collection->fields[i].name + " = :f" + std::to_string(i);
    values.push_back(put.fields[i]);
  }
  values.emplace_back(put.place.key);
  sql.change("UPDATE " + put.place.table + " SET " + sets + " WHERE key = :k", values);
}

/* A collection without fields: nothing to compare. What is returned costs SQLite a table of its own, so only if somebody reads it; 0 otherwise. */
std::int64_t write_bare(Sql& sql, const Put& put, bool versions) {
  const std::string statement = "INSERT INTO " + put.place.table + " (key, version, value) VALUES (:k, 1, :v) ON CONFLICT (key) DO UPDATE SET version = " + put.place.table + ".version + 1, value = excluded.value";
  if (versions) return sql.row(statement + " RETURNING version", {put.place.key, put.value})->whole(0);
  sql.change(statement, {put.place.key, put.value});
  return 0;
}

/* The version it has now, if versions are wanted. */
Result<std::int64_t> write(Sql& sql, const Put& put, Seen& seen, bool versions) {
  const auto& place = put.place;
  const bool once = place.collection->append_only;
  if (place.collection->fields.empty() && !once) return write_bare(sql, put, versions);
  const auto expected = seen.extract({place.table, place.key}); /* what a second put of the same key finds is another */
  const auto stored = expected ? expected.mapped() : read_stored(sql, place);
  if (stored && once) return conflict(place.collection->id, place.key, stored->whole(0));
  try {
    if (stored) update(sql, put, *stored);
    else insert(sql, put);
  } catch (const DatabaseError& error) {
    if (!error.check.empty()) return broken(place.collection->id, error.check, place.key);
    if (error.duplicate && expected && sql.engine() == Engine::sqlite) {
      const auto found = read_stored(sql, place);
      return conflict(place.collection->id, place.key, found ? found->whole(0) : 0);
    }
    if (once && error.duplicate) return conflict(place.collection->id, place.key, 1);
    throw;
  }
  return stored ? stored->whole(0) + 1 : 1;
}

Result<void> remove(Sql& sql, const Place& place) {
  if (place.collection->append_only) return broken(place.collection->id, append_only_check, place.key);
  sql.change("DELETE FROM " + place.table + " WHERE key = :1", {place.key});
  return {};
}

/* The order learns its payment: only while it carries what the plugin read there, so that two links never overwrite each other. */
Result<void> write_link(Sql& sql, const std::string& order_id, const json::object& link) {
  const auto reference = text_of(link, "reference"), charge_id = text_of(link, "charge_id"), replaces = text_of(link, "replaces");
  if (reference.empty()) return invalid("A link of the batch has no reference.");
  const auto order = sql.row("SELECT payment_reference, version FROM orders WHERE id = :1", {order_id});
  if (!order) return conflict("orders", order_id, 0);
  if (order->text(0) == reference) return {};
  if (order->text(0) != replaces) return conflict("orders", order_id, order->whole(1));
  save_reference(sql, order_id, reference, charge_id);
  return {};
}

Result<void> write_label(Sql& sql, const Manifest& manifest, const json::object& item, const Clock& clock) {
  const auto order_id = text_of(item, "order_id");
  const auto order = load_label(sql, order_id);
  if (!order && item.if_contains("link")) return conflict("orders", order_id, 0);
  if (!order) return {}; /* deleted meanwhile */
  if (!manifest.payment_method.empty() && order->payment_method != manifest.payment_method) return invalid("Order " + order_id + " is not paid with " + manifest.payment_method + ".");
  if (item.if_contains("payment")) {
    const auto& payment = object_of(item, "payment");
    PaymentLabel label;
    label.word = text_of(payment, "word"), label.reference = text_of(payment, "reference"), label.note = text_of(payment, "note");
    label.note_args = object_of(payment, "note_args"), label.open_tasks = whole_of(payment, "open_tasks");
    label.drift = flag_of(payment, "drift"), label.test = flag_of(payment, "test");
    save_label(sql, order_id, order->label, label);
  }
  if (item.if_contains("link"))
    if (auto linked = write_link(sql, order_id, object_of(item, "link")); !linked) return linked;
  if (const auto history = text_of(item, "history"); !history.empty()) {
    add_history(sql, order_id, {clock.now_ms(), manifest.name, "payment", history, object_of(item, "history_args")});
  }
  return {};
}

AuditEntry audit_of(Sql& sql, const json::object& item) {
  AuditEntry entry;
  entry.event = text_of(item, "event"), entry.order_id = text_of(item, "order_id"), entry.order_number = text_of(item, "order_number");
  const auto order = entry.order_id.empty() ? boost::none : sql.row("SELECT number FROM orders WHERE id = :1", {entry.order_id});
  if (entry.order_number.empty() && !entry.order_id.empty()) {
    auto row = order;
    if (!row) row = sql.row("SELECT order_number FROM audit WHERE order_id = :1 AND order_number <> '' ORDER BY id DESC LIMIT 1", {entry.order_id});  // deleted: its entries know it
    if (row) entry.order_number = row->text(0);
  }
  if (item.if_contains("amount_minor") && item.at("amount_minor").is_number()) entry.amount_minor = whole_of(item, "amount_minor");
  entry.currency = text_of(item, "currency"), entry.reason = text_of(item, "reason"), entry.details = object_of(item, "details");
  if (entry.order_id.empty() || order) entry.note = text_of(item, "note"); /* a deleted order keeps no notes */
  return entry;
}
}  // namespace

/* The versions of what was put. */
Result<std::vector<std::int64_t>> Collections::apply(Sql& sql, const Caller& caller, const Manifest& manifest, const Batch& batch) {
  Seen seen;
  for (const auto& expected : batch.expect)
    if (auto good = check(sql, expected, seen); !good) return good.problem();
  std::vector<std::int64_t> versions;
  for (const auto& put : batch.put) {
    auto version = write(sql, put, seen, batch.versions);
    if (!version) return version.problem();
    versions.push_back(*version);
  }
  for (const auto& place : batch.gone)
    if (auto good = remove(sql, place); !good) return good.problem();
  for (const auto& order : batch.orders)
    if (auto good = write_label(sql, manifest, order.get_object(), clock_); !good) return good.problem();
  for (const auto& task : batch.tasks) queue_.add(sql, task);
  for (const auto& entry : batch.audit) audit_.write(sql, caller, audit_of(sql, entry.get_object()));
  return versions;
}

Result<json::object> Collections::commit(const Caller& caller, const Manifest& manifest, const json::object& document) {
  const auto batch = read_batch(manifest, document);
  if (!batch) return batch.problem();
  const auto versions = database_.write([&](Sql& sql) { return apply(sql, caller, manifest, *batch); });
  if (!versions) return versions.problem();
  if (!batch->tasks.empty()) queue_.wake();
  if (!batch->versions) return json::object{};
  json::array list;
  for (std::size_t i = 0; i < batch->put.size(); ++i) {
    const auto& place = batch->put[i].place;
    list.push_back({{"collection", place.collection->id}, {"key", place.key}, {"version", (*versions)[i]}});
  }
  return json::object{{"versions", std::move(list)}};
}

}  // namespace shopadmin
