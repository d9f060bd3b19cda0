/* Collections: the batch. Everything a plugin changes goes through here, in one transaction. */
#include <map>
#include <set>

#include "orders/rows.hpp"
#include "store/collection_checks.hpp"
#include "store/collections.hpp"

namespace shopadmin {

namespace {
constexpr std::size_t batch_items_max = 5000, key_size_max = 512;


Problem conflict(const std::string& collection, const std::string& key, std::int64_t found) {
  return {Kind::conflict, "Something changed meanwhile: " + collection + " " + key + ".",
          json::serialize(json::object{{"conflict", {{"collection", collection}, {"key", key}, {"found", found}}}})};
}

/* A rule of the manifest that the database keeps: nothing of the batch stays. */
Problem broken(const std::string& collection, const std::string& check, const std::string& key) {
  return {Kind::refused, "The check \"" + check + "\" of the collection " + collection + " does not allow " + key + ".",
          json::serialize(json::object{{"check", {{"collection", collection}, {"id", check}, {"key", key}}}})};
}

struct Place { /* a value of a collection, checked against the manifest */
  const Collection* collection = nullptr;
  std::string table, key;
};

Result<Place> place_of(const Manifest& manifest, const json::value& item) {
  if (!item.is_object()) return invalid("An entry of the batch is not an object.");
  const auto& object = item.get_object();
  Place place;
  place.collection = manifest.collection(text_of(object, "collection"));
  place.key = text_of(object, "key");
  if (!place.collection) return invalid("The collection \"" + text_of(object, "collection") + "\" is not in the manifest.");
  if (place.key.empty() || place.key.size() > key_size_max) return invalid("A key of \"" + place.collection->id + "\" is empty or longer than 512 bytes.");
  place.table = collection_table(manifest.id, place.collection->id);
  return place;
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

Result<void> check_expectations(Sql& sql, const Manifest& manifest, const json::array& expected, Seen& seen) {
  for (const auto& item : expected) {
    if (!item.is_object()) return invalid("An expectation is not an object.");
    const auto& object = item.get_object();
    const auto wanted = whole_of(object, "version", -1);
    if (wanted < 0) return invalid("An expectation has no version.");
    if (const auto order_id = text_of(object, "order_id"); !order_id.empty()) {
      const auto row = sql.row("SELECT version FROM orders WHERE id = :1", {order_id});
      const auto found = row ? row->whole(0) : 0;
      if (found != wanted) return conflict("orders", order_id, found);
      continue;
    }
    auto place = place_of(manifest, item);
    if (!place) return place.problem();
    auto stored = read_stored(sql, *place);
    const auto found = stored ? stored->whole(0) : 0;
    if (found != wanted) return conflict(place->collection->id, place->key, found);
    seen[{place->table, place->key}] = std::move(stored);
  }
  return {};
}

Result<Bound> field_value(const StoredField& field, const json::object& fields) {
  const auto* value = fields.if_contains(field.name);
  if (!value || value->is_null()) return Bound{nullptr};
  if (field.integer && value->is_int64()) return Bound{value->get_int64()};
  if (field.integer && value->is_uint64()) return Bound{whole_of(fields, field.name)};
  if (!field.integer && value->is_string()) return Bound{std::string(value->get_string())};
  return invalid("The field \"" + field.name + "\" must be " + (field.integer ? "a whole number." : "a text."));
}

bool same(const boost::optional<std::string>& stored, const Bound& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return stored && *stored == *text;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return stored && *stored == std::to_string(*whole);
  return !stored;
}

struct Columns { /* of the fields, and what goes into them */
  std::vector<std::string> names;
  std::vector<Bound> values;
};

Result<Columns> columns_of(const Place& place, const json::object& fields) {
  for (const auto& [name, ignored] : fields)
    if (!place.collection->field(name)) return invalid("The field \"" + std::string(name) + "\" of \"" + place.collection->id + "\" is not in the manifest.");
  Columns columns;
  for (const auto& field : place.collection->fields) {
    auto bound = field_value(field, fields);
    if (!bound) return bound.problem();
    columns.names.push_back("f_" + field.name);
    columns.values.push_back(std::move(*bound));
  }
  return columns;
}

void insert(Sql& sql, const Place& place, const Columns& columns, std::string value) {
  std::string names = "key, version, value", places = ":k, 1, :v";
  std::vector<Bound> values{place.key, std::move(value)};
  for (std::size_t i = 0; i < columns.names.size(); ++i) {
    names += ", " + columns.names[i];
    places += ", :f" + std::to_string(i);
    values.push_back(columns.values[i]);
  }
  sql.change("INSERT INTO " + place.table + " (" + names + ") VALUES (" + places + ")", values);
}

/* Only fields that changed: each one named costs its index, also with the value it has. */
void update(Sql& sql, const Place& place, const Columns& columns, std::string value, const Row& stored) {
  std::string sets = "version = :n, value = :v";
  std::vector<Bound> values{stored.whole(0) + 1, std::move(value)};
  for (std::size_t i = 0; i < columns.names.size(); ++i) {
    if (same(stored.cells.at(i + 1), columns.values[i])) continue;
    sets += ", " + columns.names[i] + " = :f" + std::to_string(i);
    values.push_back(columns.values[i]);
  }
  values.emplace_back(place.key);
  sql.change("UPDATE " + place.table + " SET " + sets + " WHERE key = :k", values);
}

/* A collection without fields: nothing to compare. */
std::int64_t write_bare(Sql& sql, const Place& place, std::string value) {
  return sql.row("INSERT INTO " + place.table + " (key, version, value) VALUES (:k, 1, :v) ON CONFLICT (key) DO UPDATE SET version = " + place.table + ".version + 1, value = excluded.value RETURNING version",
                 {place.key, std::move(value)})->whole(0);
}

/* The version it has now. */
Result<std::int64_t> put(Sql& sql, const Place& place, const json::object& item, Seen& seen) {
  const auto* value = item.if_contains("value");
  if (!value) return invalid("A put into \"" + place.collection->id + "\" has no value.");
  const auto columns = columns_of(place, object_of(item, "fields"));
  if (!columns) return columns.problem();
  const bool once = place.collection->append_only;
  if (place.collection->fields.empty() && !once) return write_bare(sql, place, json::serialize(*value));
  const auto expected = seen.extract({place.table, place.key}); /* what a second put of the same key finds is another */
  const auto stored = expected ? expected.mapped() : read_stored(sql, place);
  if (stored && once) return conflict(place.collection->id, place.key, stored->whole(0));
  try {
    if (stored) update(sql, place, *columns, json::serialize(*value), *stored);
    else insert(sql, place, *columns, json::serialize(*value));
  } catch (const DatabaseError& error) {
    if (!error.check.empty()) return broken(place.collection->id, error.check, place.key);
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

Result<NewTask> task_of(const Manifest& manifest, const json::value& item) {
  if (!item.is_object()) return invalid("A task of the batch is not an object.");
  const auto& object = item.get_object();
  NewTask task{manifest.id, text_of(object, "name"), text_of(object, "key"), whole_of(object, "due_ms"), object_of(object, "payload"), text_of(object, "lane")};
  if (!manifest.task(task.name)) return invalid("The task \"" + task.name + "\" is not in the manifest.");
  if (!task.lane.empty()) task.lane = manifest.id + "/" + task.lane;
  return task;
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

Result<json::object> Collections::apply(Sql& sql, const Caller& caller, const Manifest& manifest, const json::object& batch) {
  Seen seen;
  if (auto good = check_expectations(sql, manifest, array_of(batch, "expect"), seen); !good) return good.problem();
  json::array versions;
  for (const auto& item : array_of(batch, "put")) {
    auto place = place_of(manifest, item);
    if (!place) return place.problem();
    auto version = put(sql, *place, item.get_object(), seen);
    if (!version) return version.problem();
    versions.push_back({{"collection", place->collection->id}, {"key", place->key}, {"version", *version}});
  }
  for (const auto& item : array_of(batch, "delete")) {
    auto place = place_of(manifest, item);
    if (!place) return place.problem();
    if (auto good = remove(sql, *place); !good) return good.problem();
  }
  for (const auto& item : array_of(batch, "orders")) {
    if (!item.is_object()) return invalid("An order of the batch is not an object.");
    if (auto good = write_label(sql, manifest, item.get_object(), clock_); !good) return good.problem();
  }
  for (const auto& item : array_of(batch, "tasks")) {
    auto task = task_of(manifest, item);
    if (!task) return task.problem();
    queue_.add(sql, *task);
  }
  for (const auto& item : array_of(batch, "audit")) {
    if (!item.is_object() || text_of(item.get_object(), "event").empty()) return invalid("An audit entry of the batch has no event.");
    audit_.write(sql, caller, audit_of(sql, item.get_object()));
  }
  return json::object{{"versions", std::move(versions)}};
}

Result<json::object> Collections::commit(const Caller& caller, const Manifest& manifest, const json::object& batch) {
  static const std::set<std::string> known = {"expect", "put", "delete", "orders", "tasks", "audit"};
  std::size_t items = 0;
  for (const auto& [name, list] : batch) {
    if (!known.count(std::string(name))) continue; /* unknown members are ignored */
    if (!list.is_array()) return invalid("\"" + std::string(name) + "\" of the batch is not a list.");
    items += list.get_array().size();
  }
  if (items > batch_items_max) return Problem{Kind::limit, "A batch may hold at most 5000 entries.", ""};
  auto answer = database_.write([&](Sql& sql) { return apply(sql, caller, manifest, batch); });
  if (answer && !array_of(batch, "tasks").empty()) queue_.wake();
  return answer;
}

}  // namespace shopadmin
