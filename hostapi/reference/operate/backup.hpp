/* A backup while the shop runs. SQLite: VACUUM INTO, one read snapshot that writers never disturb (the online backup API would begin anew with each commit of
 * another connection). PostgreSQL: pg_dump, in the same exported snapshot in which the manifest's figures are counted. The database is not migrated first, so a
 * backup before an upgrade is one of the old schema. Secrets stay sealed; the key that opens them is left out unless asked for. Used by `shopadmin backup`. */
#pragma once
#include <filesystem>
#include <string>

#include "operate/backup_file.hpp"
#include "result.hpp"

namespace shopadmin {

struct BackupWish {
  std::string database;          /* address; as AppOptions::database, not empty */
  std::filesystem::path data;    /* where secret.key is */
  std::filesystem::path target;  /* .tar, .tar.gz, .tgz: one file; else a folder. Must not be there */
  bool with_key = false;
};

/* All or nothing: under its name the target is whole and on the disk. */
Result<BackupManifest> make_backup(const BackupWish& wish);

}  // namespace shopadmin
