/* A backup into an empty place. Everything is checked before anything is written (digests, schema), and compared afterwards (rows of each table, the chain of the
 * audit and its head); the database gets its name last, so there is a whole shop or none. The restored shop knows that its record may lag behind the payment
 * service: until each plugin has dealt with that (after_restore.hpp) no worker starts. Used by `shopadmin restore`. */
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "operate/backup_file.hpp"
#include "result.hpp"

namespace shopadmin {

struct RestoreWish {
  std::filesystem::path source;      /* a backup's folder or file */
  std::filesystem::path data;        /* must be empty; a secret.key may lie there */
  std::string database;              /* empty: SQLite in the data folder; otherwise must hold no tables */
};

struct Restored {
  BackupManifest manifest;
  std::vector<std::string> notes;    /* what the operator should know */
};

Result<Restored> restore_backup(const RestoreWish& wish);

/* PostgreSQL: made before the first row and gone with the last step; a database that has it is half a shop, which nothing opens. */
inline constexpr const char* restore_unfinished_table = "restore_unfinished";

}  // namespace shopadmin
