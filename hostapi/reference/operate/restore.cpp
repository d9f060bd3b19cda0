#include "operate/restore.hpp"

#include <unistd.h>

#include "app.hpp"
#include "operate/after_restore.hpp"
#include "operate/postgres_client.hpp"
#include "store/migrations.hpp"

namespace shopadmin {

namespace fs = std::filesystem;

namespace {
Problem not_restored(const std::string& text) { return {Kind::refused, text, ""}; }

/* The folder the parts lie in: the backup itself, or where it was unpacked; that one goes away again. */
struct Opened {
  fs::path folder;
  bool temporary = false;
  ~Opened() {
    std::error_code ignored;
    if (temporary) fs::remove_all(folder, ignored);
  }
};

Result<void> open_backup(const RestoreWish& wish, Opened& opened) {
  std::error_code error;
  opened.folder = wish.source;
  if (fs::is_directory(wish.source, error)) return {};
  if (!fs::is_regular_file(wish.source, error)) return Problem{Kind::not_found, "There is no backup at " + wish.source.string() + ".", ""};
  opened.folder = wish.data / (".restore." + std::to_string(::getpid()));
  opened.temporary = true;
  if (!fs::create_directory(opened.folder, error)) return Problem{Kind::unavailable, opened.folder.string() + " cannot be made: " + error.message() + ".", ""};
  fs::permissions(opened.folder, fs::perms::owner_all, error);
  return unpack(wish.source, opened.folder);
}

Result<void> check_data_folder(const fs::path& data) {
  std::error_code error;
  fs::create_directories(data, error);
  if (!fs::is_directory(data, error)) return Problem{Kind::unavailable, "The data folder " + data.string() + " cannot be made. Check --data.", ""};
  fs::permissions(data, fs::perms::owner_all, error);
  for (const auto& one : fs::directory_iterator(data)) {
    const auto name = one.path().filename().string();
    if (name.rfind("secret.key", 0) != 0) return not_restored("The data folder " + data.string() + " is not empty (" + name + "), and a restore never writes over a shop. Give an empty folder with --data.");
  }
  return {};
}

Result<void> check_manifest(const BackupManifest& manifest, bool sqlite) {
  const std::string here = sqlite ? "sqlite" : "postgresql";
  if (manifest.engine != here) return not_restored("This is a backup of a " + manifest.engine + " database, --database names a " + here + " one. Restore it to the same engine.");
  if (manifest.facts.schema > newest_schema()) return Problem{Kind::unsupported, "The backup has schema " + std::to_string(manifest.facts.schema) + ", this shopadmin knows up to " + std::to_string(newest_schema()) + ". Use " + manifest.made_by + " or newer.", ""};
  return {};
}

std::string difference(const BackupFacts& wanted, const BackupFacts& found) {
  if (wanted.schema != found.schema) return "its schema is " + std::to_string(found.schema) + " instead of " + std::to_string(wanted.schema);
  for (const auto& [table, count] : wanted.rows) {
    const auto here = found.rows.find(table);
    if (here == found.rows.end()) return "the table " + table + " is missing";
    if (here->second != count) return "the table " + table + " has " + std::to_string(here->second) + " rows instead of " + std::to_string(count);
  }
  if (wanted.audit_head != found.audit_head) return "the audit trail ends elsewhere";
  return "";
}

/* Compares, checks the audit's chain, brings the tables up to date, and leaves what the first start has to do. */
Result<void> finish(const std::string& url, const BackupManifest& manifest) {
  auto opened = Database::open(url, 1);
  if (!opened) return opened.problem();
  auto& database = **opened;
  const bool sqlite = database.engine() == Engine::sqlite;
  if (sqlite) {
    const auto sound = database.read([](Sql& sql) { return sql.row("SELECT integrity_check FROM pragma_integrity_check LIMIT 1")->text(0); });
    if (sound != "ok") return Problem{Kind::invalid, "The database of the backup is damaged: " + sound + ".", ""};
  }
  const auto other = difference(manifest.facts, database.read([](Sql& sql) { return backup_facts(sql); }));
  if (!other.empty()) return Problem{Kind::invalid, "The restored database is not the one that was backed up: " + other + ".", ""};
  Clock clock;
  Audit audit(database, clock);
  AuditCheckOptions head;
  head.head = manifest.facts.audit_head;
  if (const auto check = audit.verify(head); !check.good()) return Problem{Kind::invalid, "The audit trail of the backup does not verify: " + check.findings.front().message, ""};
  return database.write_plain([&](Sql& sql) -> Result<void> {
    if (!sqlite) sql.run(std::string("DROP TABLE ") + restore_unfinished_table);
    if (auto good = migrate_schema(sql); !good) return good;
    return note_restore(sql, audit, clock, manifest);
  });
}

Result<void> restore_sqlite(const fs::path& folder, const BackupManifest& manifest, const fs::path& target) {
  std::error_code error;
  if (fs::exists(target, error)) return not_restored("There is a database at " + target.string() + " already, and a restore never writes over a shop.");
  const fs::path beside = target.string() + ".restoring";
  fs::copy_file(folder / "database.sqlite", beside, error);
  if (error) return Problem{Kind::unavailable, beside.string() + " cannot be written: " + error.message() + ".", ""};
  fs::permissions(beside, fs::perms::owner_read | fs::perms::owner_write, error);
  auto done = [&]() -> Result<void> {
    try {
      return finish("sqlite://" + beside.string(), manifest);
    } catch (const std::exception& failure) {
      return Problem{Kind::unavailable, std::string("The database of the backup cannot be used: ") + failure.what() + ".", ""};
    }
  }();
  if (done) done = sync_file(beside);
  if (done) fs::rename(beside, target, error);
  if (done && error) done = Problem{Kind::unavailable, target.string() + " cannot be written: " + error.message() + ".", ""};
  if (done) return sync_file(target.parent_path());
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(beside.string() + suffix, error);
  return done;
}

/* Answers the schema that the tables go into: the one they came from has the same name, "public" where nobody chose another. */
Result<std::string> claim_postgresql(const std::string& url) {
  auto database = Database::open(url, 1);
  if (!database) return database.problem();
  return (*database)->write_plain([&](Sql& sql) -> Result<std::string> {
    const auto table = sql.row("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_name <> :1 LIMIT 1", {std::string(restore_unfinished_table)});
    if (table) return not_restored("The database is not empty (table " + table->text(0) + "), and a restore never writes over a shop. Make an empty one (createdb) and name it with --database.");
    sql.run(std::string("CREATE TABLE IF NOT EXISTS ") + restore_unfinished_table + " (at_ms bigint)");
    return sql.row("SELECT current_schema()::text")->text(0);
  });
}

Result<void> restore_postgresql(const fs::path& folder, const BackupManifest& manifest, const std::string& url) {
  const auto schema = claim_postgresql(url);
  if (!schema) return schema.problem();
  auto done = run_postgres_client(url, "pg_restore", {"--no-owner", "--no-privileges", "--no-password", "--single-transaction", "--exit-on-error", "--schema=" + *schema, "--dbname=" + postgres_database_name(url), (folder / "database.dump").string()});
  if (!done) return Problem{done.kind(), done.problem().message + " Nothing was restored.", ""};
  if (auto good = finish(url, manifest); !good) return Problem{good.kind(), good.problem().message + " The database is marked as unfinished, so that nothing uses it: drop it and create an empty one.", ""};
  return {};
}

void add_key_notes(const RestoreWish& wish, const BackupManifest& manifest, std::vector<std::string>& notes) {
  const auto box = SecretBox::find(wish.data / "secret.key");
  if (manifest.key_id.empty()) return;
  if (!box) notes.push_back("The backup holds no key. Put the secret.key of the old shop (" + manifest.key_id + ") into " + wish.data.string() + " before the first start, or enter the secrets again.");
  else if (box->id() != manifest.key_id) notes.push_back("The key here (" + box->id() + ") is not the one that sealed the secrets (" + manifest.key_id + "): enter the secrets again, or put the old secret.key here.");
}
}  // namespace

Result<Restored> restore_backup(const RestoreWish& wish) {
  const bool sqlite = wish.database.empty() || wish.database.rfind("sqlite://", 0) == 0;
  if (auto good = check_data_folder(wish.data); !good) return good.problem();
  Opened opened;
  if (auto good = open_backup(wish, opened); !good) return good.problem();
  auto manifest = read_backup_manifest(opened.folder);
  if (!manifest) return manifest.problem();
  if (auto good = check_manifest(*manifest, sqlite); !good) return good.problem();
  if (auto good = check_backup_parts(opened.folder, *manifest); !good) return good.problem();
  const fs::path target = wish.database.empty() ? wish.data / "shopadmin.sqlite" : fs::path(sqlite ? wish.database.substr(9) : "");
  auto done = sqlite ? restore_sqlite(opened.folder, *manifest, target) : restore_postgresql(opened.folder, *manifest, wish.database);
  if (!done) return done.problem();
  Restored restored{std::move(*manifest), {}};
  std::error_code error;
  const auto key = wish.data / "secret.key";
  if (restored.manifest.with_key && !fs::exists(key, error)) {
    fs::copy_file(opened.folder / backup_key_name, key, error);
    if (!error) fs::permissions(key, fs::perms::owner_read | fs::perms::owner_write, error);
    if (error) restored.notes.push_back("The key could not be put into place: " + error.message() + ". Copy it from the backup to " + key.string() + ".");
  }
  add_key_notes(wish, restored.manifest, restored.notes);
  return restored;
}

}  // namespace shopadmin
