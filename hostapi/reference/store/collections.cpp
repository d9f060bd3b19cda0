/* Collections: tables and single values. Searching is in collection_find.cpp, the batch in collection_commit.cpp. */
#include "store/collections.hpp"

#include <map>
#include <set>

#include "clock.hpp"
#include "store/collection_checks.hpp"

namespace shopadmin {

namespace {
std::string prefix_of(const std::string& plugin_id) {
  std::string name;
  for (const char c : plugin_id.substr(0, 24)) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return "p_" + name + "_" + sha256_hex(plugin_id).substr(0, 6) + "_";
}
}  // namespace

/* org.amazonpay.plugin + payments -> p_org_amazonpay_plugin_1a2b3c_payments: readable, and different ids never share a table */
std::string collection_table(const std::string& plugin_id, const std::string& collection_id) {
  thread_local std::string known_id, known_prefix; /* a digest costs as much as a question to the table */
  if (known_id != plugin_id) known_prefix = prefix_of(plugin_id), known_id = plugin_id;
  return known_prefix + collection_id.substr(0, 24);
}

namespace {
const char* bytewise(Engine engine) { return engine == Engine::sqlite ? "" : " COLLATE \"C\""; }
const char* nulls_first(Engine engine) { return engine == Engine::sqlite ? "" : " NULLS FIRST"; }

void make_table(Sql& sql, const std::string& table) {
  sql.run("CREATE TABLE " + table + " (key text" + bytewise(sql.engine()) + " PRIMARY KEY, version bigint NOT NULL, value text NOT NULL)");
}

/* For text fields the first whole-number field follows, so that "all of one word, newest first" is one walk of the index. */
std::string index_columns(Sql& sql, const Collection& collection, const StoredField& field) {
  const std::string nulls = nulls_first(sql.engine());
  std::string columns = "f_" + field.name + nulls;
  if (!field.integer) {
    for (const auto& other : collection.fields) {
      if (!other.indexed || !other.integer) continue;
      columns += ", f_" + other.name + nulls;
      break;
    }
  }
  return columns;
}

/* Each one costs every put, so those the manifest declares no more are dropped. */
void declare_indexes(Sql& sql, const std::string& table, const Collection& collection) {
  const bool sqlite = sql.engine() == Engine::sqlite;
  std::set<std::string> have;
  for (const auto& row : sql.rows(sqlite ? "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = :1" : "SELECT indexname::text FROM pg_indexes WHERE tablename = :1 AND schemaname = current_schema()", {table}))
    if (const auto name = row.text(0); name.front() == 'x') have.insert(name); /* the others are the table's own */
  for (const auto& field : collection.fields) {
    if (!field.indexed) continue;
    const auto columns = index_columns(sql, collection, field);
    const std::string which = field.sparse ? " WHERE f_" + field.name + " IS NOT NULL" : "";
    const auto name = "x" + sha256_hex(table + "/" + columns + which).substr(0, 20);
    if (have.erase(name) == 0) sql.create_index("CREATE INDEX " + name + " ON " + table + " (" + columns + ", key)" + which);
  }
  for (const auto& name : have) sql.run("DROP INDEX " + name);
}

Result<void> declare_one(Sql& sql, const std::string& plugin_id, const Collection& collection) {
  const auto table = collection_table(plugin_id, collection.id);
  if (!sql.table_exists(table)) make_table(sql, table);
  std::map<std::string, std::string> have;
  for (const auto& row : sql.rows("SELECT field, type FROM collection_fields WHERE table_name = :1", {table})) have[row.text(0)] = row.text(1);
  for (const auto& field : collection.fields) {
    const std::string type = field.integer ? "integer" : "text";
    const auto found = have.find(field.name);
    if (found != have.end() && found->second != type) {
      return Problem{Kind::unsupported, "The collection \"" + collection.id + "\" has the field \"" + field.name + "\" as " + found->second + "; the manifest now says " + type + ". A new field name is needed.", ""};
    }
    if (found != have.end()) continue;
    sql.run("ALTER TABLE " + table + " ADD COLUMN f_" + field.name + (field.integer ? " bigint" : std::string(" text") + bytewise(sql.engine())));
    sql.change("INSERT INTO collection_fields (table_name, field, type) VALUES (:1, :2, :3)", {table, field.name, type});
  }
  declare_indexes(sql, table, collection);
  return declare_checks(sql, table, collection);
}
}  // namespace

Result<void> Collections::declare(const Manifest& manifest) {
  try {
    return database_.write_plain([&](Sql& sql) -> Result<void> {
      if (sql.engine() == Engine::postgresql) sql.rows("SELECT pg_advisory_xact_lock(7241951)::text");
      for (const auto& collection : manifest.collections)
        if (auto good = declare_one(sql, manifest.id, collection); !good) return good;
      return {};
    });
  } catch (const DatabaseError& error) {
    return Problem{Kind::internal, std::string("The tables of the plugin cannot be made: ") + error.what(), ""};
  }
}

Result<StoredValue> Collections::get(const Manifest& manifest, const std::string& collection, const std::string& key) {
  if (!manifest.collection(collection)) return Problem{Kind::invalid, "The collection \"" + collection + "\" is not in the manifest.", ""};
  const auto row = database_.read([&](Sql& sql) { return sql.row("SELECT value, version FROM " + collection_table(manifest.id, collection) + " WHERE key = :1", {key}); });
  if (!row) return Problem{Kind::not_found, "Nothing is stored under this key.", ""};
  return StoredValue{row->text(0), row->whole(1)};
}

std::int64_t Collections::count(const Manifest& manifest, const std::string& collection, const std::string& field, const std::string& value,
                                const std::string& reader_field, const std::string& reader_id) {
  const auto* declared = manifest.collection(collection);
  const auto* index = declared ? declared->index(field) : nullptr;
  if (!index) return 0;
  const Bound bound = index->integer ? Bound{static_cast<std::int64_t>(std::atoll(value.c_str()))} : Bound{value};
  const auto from = collection_table(manifest.id, collection) + " WHERE f_" + field + " = :1";
  const auto* reader = reader_field.empty() ? nullptr : declared->index(reader_field);
  return database_.read([&](Sql& sql) {
    if (!reader || reader->integer) return sql.count(counted_most + 1, from, {bound});
    return sql.count(counted_most + 1, from + " AND (f_" + reader_field + " IS NULL OR f_" + reader_field + " = :2)", {bound, reader_id});
  });
}

}  // namespace shopadmin
