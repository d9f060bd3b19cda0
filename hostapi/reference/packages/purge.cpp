#include "packages/purge.hpp"

#include "store/collections.hpp"

namespace shopadmin {

namespace {
std::vector<std::string> tables_of(Sql& sql, const std::string& plugin_id) {
  const auto prefix = collection_table(plugin_id, "");
  const auto size = std::to_string(prefix.size());
  std::vector<std::string> tables;
  const auto from = sql.engine() == Engine::sqlite ? "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, " + size + ") = :1 ORDER BY name"
                                                   : "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND substr(tablename, 1, " + size + ") = :1 ORDER BY tablename";
  for (const auto& row : sql.rows(from, {prefix})) tables.push_back(row.text(0));
  return tables;
}

StoredData count(Sql& sql, const std::string& plugin_id) {
  StoredData data;
  for (const auto& table : tables_of(sql, plugin_id)) ++data.collections, data.documents += sql.row("SELECT count(*) FROM " + table)->whole(0);
  data.known = data.collections > 0 || sql.row("SELECT 1 FROM plugins WHERE id = :1", {plugin_id}) || sql.row("SELECT 1 FROM plugin_settings WHERE plugin_id = :1", {plugin_id});
  return data;
}
}  // namespace

StoredData stored_data(Database& database, const std::string& plugin_id) {
  return database.read([&](Sql& sql) { return count(sql, plugin_id); });
}

Result<StoredData> purge_data(Database& database, Audit& audit, const Caller& caller, const std::string& plugin_id) {
  return database.write([&](Sql& sql) -> Result<StoredData> {
    const auto data = count(sql, plugin_id);
    for (const auto& table : tables_of(sql, plugin_id)) {
      sql.run("DROP TABLE " + table);
      sql.change("DELETE FROM collection_fields WHERE table_name = :1", {table});
    }
    for (const std::string table : {"plugin_settings", "plugin_secrets", "tasks", "task_counters", "plugin_data"}) sql.change("DELETE FROM " + table + " WHERE plugin_id = :1", {plugin_id});
    sql.change("DELETE FROM plugins WHERE id = :1", {plugin_id});
    AuditEntry entry;
    entry.event = "plugin.purge";
    entry.details = {{"plugin", plugin_id}, {"collections", static_cast<std::int64_t>(data.collections)}, {"documents", data.documents}};
    audit.write(sql, caller, std::move(entry));
    return data;
  });
}

}  // namespace shopadmin
