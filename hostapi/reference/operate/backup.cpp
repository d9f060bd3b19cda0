#include "operate/backup.hpp"

#include <unistd.h>

#include <fstream>
#include <sstream>

#include "clock.hpp"
#include "operate/postgres_client.hpp"
#include "settings/secret.hpp"
#include "version.hpp"

namespace shopadmin {

namespace fs = std::filesystem;

namespace {
const char* const sqlite_part = "database.sqlite";
const char* const postgresql_part = "database.dump";

std::string quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

Result<BackupFacts> copy_sqlite(Database& database, const fs::path& copy) {
  database.read([&](Sql& sql) { return sql.run("VACUUM INTO " + quoted(copy.string())), 0; });
  auto opened = Database::open("sqlite://" + copy.string(), 1);
  if (!opened) return opened.problem();
  return (*opened)->read([](Sql& sql) { return backup_facts(sql); });
}

Result<BackupFacts> dump_postgresql(Database& database, const fs::path& dump) {
  return database.read([&](Sql& sql) -> Result<BackupFacts> {
    sql.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    Result<BackupFacts> outcome = Problem{};
    try {
      sql.run("SET LOCAL idle_in_transaction_session_timeout = 0"); /* the dump of a large shop takes longer than a page may */
      const auto snapshot = sql.row("SELECT pg_export_snapshot()")->text(0);
      const auto schema = sql.row("SELECT current_schema()::text")->text(0);
      auto dumped = run_postgres_client(database.url(), "pg_dump", {"--format=custom", "--no-owner", "--no-privileges", "--no-password", "--schema=" + schema, "--snapshot=" + snapshot, "--file=" + dump.string()});
      outcome = dumped ? Result<BackupFacts>(backup_facts(sql)) : Result<BackupFacts>(dumped.problem());
    } catch (...) {
      sql.run("ROLLBACK");
      throw;
    }
    sql.run("COMMIT");
    return outcome;
  });
}

Result<void> add_part(BackupManifest& manifest, const fs::path& file) {
  if (auto synced = sync_file(file); !synced) return synced;
  auto part = part_of(file);
  if (!part) return part.problem();
  manifest.parts.push_back(std::move(*part));
  return {};
}

Result<void> add_key(BackupManifest& manifest, const BackupWish& wish, const fs::path& folder) {
  const auto file = wish.data / "secret.key";
  std::ifstream in(file, std::ios::binary);
  std::stringstream bytes;
  if (in) bytes << in.rdbuf();
  if (!wish.with_key) return {};
  if (!in) return Problem{Kind::not_found, "--with-key: " + file.string() + " is not there. A key that comes from the environment or a systemd credential is backed up where it comes from.", ""};
  if (auto written = write_durably(folder / backup_key_name, bytes.str()); !written) return written;
  manifest.with_key = true;
  return add_part(manifest, folder / backup_key_name);
}

Result<BackupManifest> fill(const BackupWish& wish, const fs::path& folder) {
  auto database = Database::open(wish.database, 1);
  if (!database) return database.problem();
  BackupManifest manifest;
  manifest.made_by = std::string("shopadmin ") + program_version, manifest.engine = engine_name((*database)->engine()), manifest.at_ms = Clock().now_ms();
  if (!(*database)->read([](Sql& sql) { return sql.table_exists("schema_migrations"); })) return Problem{Kind::not_found, "The database holds no shop, so there is nothing to back up. Check --data and --database.", ""};
  const bool sqlite = (*database)->engine() == Engine::sqlite;
  const auto part = folder / (sqlite ? sqlite_part : postgresql_part);
  auto facts = sqlite ? copy_sqlite(**database, part) : dump_postgresql(**database, part);
  if (!facts) return facts.problem();
  manifest.facts = std::move(*facts);
  std::error_code error;
  fs::permissions(part, fs::perms::owner_read | fs::perms::owner_write, error);
  if (auto added = add_part(manifest, part); !added) return added.problem();
  if (auto box = SecretBox::find(wish.data / "secret.key")) manifest.key_id = box->id();
  if (auto added = add_key(manifest, wish, folder); !added) return added.problem();
  if (auto written = write_durably(folder / backup_manifest_name, json::serialize(to_document(manifest)) + "\n"); !written) return written.problem();
  return manifest;
}
}  // namespace

Result<BackupManifest> make_backup(const BackupWish& wish) {
  std::error_code error;
  const auto target = fs::absolute(wish.target).lexically_normal();
  if (fs::exists(fs::symlink_status(target, error))) return Problem{Kind::conflict, target.string() + " is there already, and a backup is never written over another. Give another name.", ""};
  if (wish.database.rfind("sqlite://", 0) == 0 && !fs::exists(wish.database.substr(9), error)) return Problem{Kind::not_found, "There is no database at " + wish.database.substr(9) + ". Check --data and --database.", ""};
  const fs::path beside = target.string() + "." + std::to_string(::getpid()) + ".part";
  if (!fs::create_directory(beside, error)) return Problem{Kind::unavailable, "The folder " + target.parent_path().string() + " cannot be written: " + error.message() + ".", ""};
  fs::permissions(beside, fs::perms::owner_all, error);
  auto outcome = [&]() -> Result<BackupManifest> {
    try {
      auto manifest = fill(wish, beside);
      if (!manifest) return manifest;
      if (!is_archive_name(target)) return fs::rename(beside, target), manifest;
      const fs::path packed = beside.string() + (target.extension() == ".tar" ? ".tar" : ".gz");
      auto done = pack(beside, packed);
      if (done) fs::rename(packed, target);
      else fs::remove(packed, error);
      return done ? manifest : Result<BackupManifest>(done.problem());
    } catch (const std::exception& failure) {
      return Problem{Kind::unavailable, std::string("The backup was not made: ") + failure.what() + ".", ""};
    }
  }();
  fs::remove_all(beside, error);
  if (outcome) (void)sync_file(target.parent_path()).ok();
  return outcome;
}

}  // namespace shopadmin
