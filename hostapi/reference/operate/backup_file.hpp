/* A backup as it lies on the disk: a folder, or that folder as one tar file, with manifest.json and the files it names. Used by backup.cpp and restore.cpp. Reading
 * trusts nothing: only plain files that the manifest names are unpacked, none larger than it says, and every digest is checked before anything else happens. */
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "document.hpp"
#include "result.hpp"
#include "store/database.hpp"

namespace shopadmin {

struct BackupPart {
  std::string name, sha256;
  std::int64_t bytes = 0;
};

struct BackupFacts { /* what must be the same in the database that is backed up and in the one it is restored to */
  int schema = 0;
  std::map<std::string, std::int64_t> rows; /* by table */
  std::int64_t audit_entries = 0;
  std::string audit_head;
  json::array plugins; /* [{"id","version"}] */
};

struct BackupManifest {
  std::string made_by, engine, key_id; /* key_id: fingerprint of the key that sealed the secrets; empty: there was none */
  std::int64_t at_ms = 0;
  bool with_key = false;
  BackupFacts facts;
  std::vector<BackupPart> parts;
};

inline constexpr const char* backup_manifest_name = "manifest.json";
inline constexpr const char* backup_key_name = "secret.key";
const char* engine_name(Engine engine);

BackupFacts backup_facts(Sql& sql);
json::object to_document(const BackupManifest& manifest);
Result<BackupManifest> read_backup_manifest(const std::filesystem::path& folder);

Result<BackupPart> part_of(const std::filesystem::path& file); /* reads it whole for its digest */
Result<void> check_backup_parts(const std::filesystem::path& folder, const BackupManifest& manifest);

bool is_archive_name(const std::filesystem::path& path); /* .tar, .tar.gz, .tgz */
Result<void> pack(const std::filesystem::path& folder, const std::filesystem::path& archive);
Result<void> unpack(const std::filesystem::path& archive, const std::filesystem::path& folder); /* into an empty folder */
Result<void> write_durably(const std::filesystem::path& file, const std::string& bytes); /* mode 0600, on the disk when it answers */
Result<void> sync_file(const std::filesystem::path& file);

}  // namespace shopadmin
