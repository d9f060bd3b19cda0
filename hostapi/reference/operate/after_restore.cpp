#include "operate/after_restore.hpp"

#include "clock.hpp"
#include "loader/plugins.hpp"
#include "log.hpp"

namespace shopadmin {

namespace {
const char* const restored_fact = "restored";

std::string fact(Database& database, const std::string& name) {
  return database.read([&](Sql& sql) {
    const auto row = sql.row("SELECT value FROM host_facts WHERE name = :1", {name});
    return row ? row->text(0) : std::string();
  });
}

void set_fact(Sql& sql, const std::string& name, const std::string& value) {
  sql.change("INSERT INTO host_facts (name, value) VALUES (:1, :2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", {name, value});
}

Result<void> tell(Plugins& plugins, const Manifest& manifest, std::int64_t backup_ms) {
  json::object arguments{{"backup_ms", std::to_string(backup_ms)}};
  std::int64_t marked = 0;
  for (std::string after;;) {
    if (!after.empty()) arguments["after"] = after;
    const auto answer = plugins.run_command(system_caller(), manifest.id, after_restore_command, arguments);
    if (!answer) return answer.problem();
    marked += whole_of(answer->get_object(), "marked");
    after = text_of(answer->get_object(), "next");
    if (after.empty()) break;
  }
  log_event(Level::info, "RESTORE_TOLD", {{"plugin", manifest.id}, {"marked", marked}, {"backup_at", iso_time(backup_ms)}});
  return {};
}
}  // namespace

Result<void> note_restore(Sql& sql, Audit& audit, Clock& clock, const BackupManifest& manifest) {
  sql.run("DELETE FROM sessions");
  sql.run("UPDATE tasks SET leased_until_ms = 0 WHERE state = 'running'");
  sql.run("DELETE FROM host_facts WHERE name LIKE 'restored%'");
  set_fact(sql, restored_fact, json::serialize(json::object{{"id", random_hex(8)}, {"at_ms", clock.now_ms()}, {"backup_ms", manifest.at_ms}}));
  AuditEntry entry;
  entry.event = "backup.restored";
  entry.details = {{"backup_at", iso_time(manifest.at_ms)}, {"made_by", manifest.made_by}, {"audit_entries", manifest.facts.audit_entries}, {"audit_head", manifest.facts.audit_head}};
  audit.write(sql, system_caller(), std::move(entry));
  return {};
}

Result<void> tell_of_restore(Database& database, Plugins& plugins) {
  const auto text = fact(database, restored_fact);
  if (text.empty()) return {};
  const auto restored = parse_object(text, "the fact of the restore");
  if (!restored) return restored.problem();
  const auto id = text_of(*restored, "id");
  for (const auto* manifest : plugins.manifests()) {
    const auto name = std::string(restored_fact) + "/" + manifest->id;
    if (fact(database, name) == id) continue;
    if (!manifest->command(after_restore_command)) {
      log_event(Level::warn, "RESTORE_PLUGIN_UNAWARE", {{"plugin", manifest->id}});
    } else if (auto told = tell(plugins, *manifest, whole_of(*restored, "backup_ms")); !told) {
      return Problem{Kind::refused, "This shop was restored from a backup, and " + manifest->name + " could not be told: " + told.problem().message + " Nothing was started; mend it and start again.", ""};
    }
    (void)database.write([&](Sql& sql) { return set_fact(sql, name, id), Result<void>{}; });
  }
  return {};
}

}  // namespace shopadmin
