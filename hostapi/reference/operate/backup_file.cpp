#include "operate/backup_file.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <sstream>

#include "clock.hpp"
#include "hex.hpp"

namespace shopadmin {

namespace fs = std::filesystem;

namespace {
constexpr std::int64_t backup_manifest_bytes_max = 4 * 1024 * 1024;
constexpr std::size_t parts_max = 16;

Problem not_readable(const fs::path& path) { return {Kind::unavailable, path.string() + " cannot be read: " + std::strerror(errno) + ".", ""}; }
Problem damaged(const std::string& text) { return {Kind::invalid, text + " Nothing was restored. Take another backup.", ""}; }

bool plain_name(const std::string& name) {
  return !name.empty() && name.size() < 100 && name.front() != '.' && name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == std::string::npos;
}

struct FileDigest {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  FileDigest() { EVP_DigestInit_ex(context, EVP_sha256(), nullptr); }
  ~FileDigest() { EVP_MD_CTX_free(context); }
  FileDigest(const FileDigest&) = delete;
  std::string end() {
    std::array<unsigned char, 32> bytes{};
    EVP_DigestFinal_ex(context, bytes.data(), nullptr);
    return to_hex(bytes.data(), bytes.size());
  }
};
}  // namespace

const char* engine_name(Engine engine) { return engine == Engine::sqlite ? "sqlite" : "postgresql"; }

BackupFacts backup_facts(Sql& sql) {
  BackupFacts facts;
  const auto tables = sql.engine() == Engine::sqlite
                          ? sql.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
                          : sql.rows("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name <> 'restore_unfinished' ORDER BY table_name");
  for (const auto& table : tables) facts.rows[table.text(0)] = sql.row("SELECT count(*) FROM \"" + table.text(0) + "\"")->whole(0);
  facts.schema = static_cast<int>(sql.row("SELECT coalesce(max(version), 0) FROM schema_migrations")->whole(0));
  facts.audit_entries = facts.rows["audit"];
  if (const auto last = sql.row("SELECT chain FROM audit ORDER BY id DESC LIMIT 1")) facts.audit_head = last->text(0);
  for (const auto& row : sql.rows("SELECT id, version FROM plugins ORDER BY id")) facts.plugins.push_back(json::object{{"id", row.text(0)}, {"version", row.text(1)}});
  return facts;
}

json::object to_document(const BackupManifest& m) {
  json::object rows;
  for (const auto& [table, count] : m.facts.rows) rows[table] = count;
  json::array parts;
  for (const auto& part : m.parts) parts.push_back(json::object{{"name", part.name}, {"bytes", part.bytes}, {"sha256", part.sha256}});
  return {{"format", 1}, {"made_by", m.made_by}, {"at", iso_time(m.at_ms)}, {"at_ms", m.at_ms}, {"engine", m.engine}, {"schema", m.facts.schema}, {"plugins", m.facts.plugins}, {"rows", std::move(rows)},
          {"audit", {{"entries", m.facts.audit_entries}, {"head", m.facts.audit_head}}}, {"with_key", m.with_key}, {"key_id", m.key_id}, {"files", std::move(parts)}};
}

Result<BackupManifest> read_backup_manifest(const fs::path& folder) {
  const auto path = folder / backup_manifest_name;
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(path, error))) return Problem{Kind::not_found, folder.string() + " is no backup: it has no " + backup_manifest_name + ".", ""};
  if (fs::file_size(path, error) > static_cast<std::uintmax_t>(backup_manifest_bytes_max)) return damaged(path.string() + " is larger than 4 MB, so it is no manifest.");
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  const auto document = parse_object(bytes.str(), path.string());
  if (!document) return damaged(document.message());
  if (whole_of(*document, "format") != 1) return Problem{Kind::unsupported, path.string() + " has format " + std::to_string(whole_of(*document, "format")) + ", this shopadmin knows format 1. Use the shopadmin that made it (" + text_of(*document, "made_by") + ").", ""};
  BackupManifest m;
  m.made_by = text_of(*document, "made_by"), m.engine = text_of(*document, "engine"), m.key_id = text_of(*document, "key_id"), m.at_ms = whole_of(*document, "at_ms"), m.with_key = flag_of(*document, "with_key");
  m.facts.schema = static_cast<int>(whole_of(*document, "schema"));
  m.facts.plugins = array_of(*document, "plugins");
  for (const auto& [table, count] : object_of(*document, "rows")) m.facts.rows[std::string(table)] = count.is_int64() ? count.get_int64() : -1;
  m.facts.audit_entries = whole_of(object_of(*document, "audit"), "entries"), m.facts.audit_head = text_of(object_of(*document, "audit"), "head");
  for (const auto& item : array_of(*document, "files")) {
    if (!item.is_object()) return damaged(path.string() + " names a file that is no object.");
    BackupPart part{text_of(item.get_object(), "name"), text_of(item.get_object(), "sha256"), whole_of(item.get_object(), "bytes")};
    if (!plain_name(part.name) || m.parts.size() >= parts_max) return damaged(path.string() + " names a file that cannot be one of a backup: \"" + part.name + "\".");
    m.parts.push_back(std::move(part));
  }
  return m;
}

Result<BackupPart> part_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return not_readable(path);
  FileDigest digest;
  BackupPart part;
  part.name = path.filename().string();
  std::vector<char> buffer(1 << 20);
  while (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || file.gcount() > 0) {
    EVP_DigestUpdate(digest.context, buffer.data(), static_cast<std::size_t>(file.gcount()));
    part.bytes += file.gcount();
  }
  part.sha256 = digest.end();
  return part;
}

Result<void> check_backup_parts(const fs::path& folder, const BackupManifest& manifest) {
  for (const auto& wanted : manifest.parts) {
    std::error_code error;
    if (!fs::is_regular_file(fs::symlink_status(folder / wanted.name, error))) return damaged("The backup lacks its file " + wanted.name + ".");
    const auto found = part_of(folder / wanted.name);
    if (!found) return found.problem();
    if (found->bytes != wanted.bytes || found->sha256 != wanted.sha256) return damaged("The file " + wanted.name + " of the backup is not the one that was written (SHA-256 differs).");
  }
  return {};
}

bool is_archive_name(const fs::path& path) {
  const auto name = path.filename().string();
  return name.ends_with(".tar") || name.ends_with(".tar.gz") || name.ends_with(".tgz");
}

Result<void> sync_file(const fs::path& file) {
  const int handle = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (handle < 0) return not_readable(file);
  const bool good = ::fsync(handle) == 0;
  ::close(handle);
  if (!good) return Problem{Kind::unavailable, file.string() + " did not get to the disk: " + std::strerror(errno) + ".", ""};
  return {};
}

Result<void> write_durably(const fs::path& file, const std::string& bytes) {
  const int handle = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (handle < 0) return Problem{Kind::unavailable, file.string() + " cannot be written: " + std::strerror(errno) + ".", ""};
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto written = ::write(handle, bytes.data() + done, bytes.size() - done);
    if (written <= 0) break;
    done += static_cast<std::size_t>(written);
  }
  const bool good = done == bytes.size() && ::fsync(handle) == 0;
  ::close(handle);
  if (!good) return Problem{Kind::unavailable, file.string() + " cannot be written whole: " + std::strerror(errno) + ". Check the space on the disk.", ""};
  return {};
}

/* ---- one file ------------------------------------------------------------- */

namespace {
struct Writing {
  archive* handle = archive_write_new();
  ~Writing() { archive_write_free(handle); }
};
struct Reading {
  archive* handle = archive_read_new();
  ~Reading() { archive_read_free(handle); }
};
struct Entry {
  archive_entry* handle = archive_entry_new();
  ~Entry() { archive_entry_free(handle); }
};

Problem not_packed(const fs::path& path, archive* handle) {
  const char* why = archive_error_string(handle);
  return {Kind::unavailable, path.string() + " cannot be written: " + (why ? why : "unknown reason") + ". Check the folder and the space on the disk.", ""};
}

Result<void> pack_one(archive* out, const fs::path& file, const fs::path& target) {
  Entry entry;
  std::error_code error;
  archive_entry_set_pathname(entry.handle, file.filename().c_str());
  archive_entry_set_size(entry.handle, static_cast<la_int64_t>(fs::file_size(file, error)));
  archive_entry_set_filetype(entry.handle, AE_IFREG);
  archive_entry_set_perm(entry.handle, 0600);
  if (archive_write_header(out, entry.handle) != ARCHIVE_OK) return not_packed(target, out);
  std::ifstream in(file, std::ios::binary);
  std::vector<char> buffer(1 << 20);
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0)
    if (archive_write_data(out, buffer.data(), static_cast<std::size_t>(in.gcount())) < 0) return not_packed(target, out);
  return {};
}

Result<void> unpack_one(archive* in, archive_entry* entry, const fs::path& folder) {
  const std::string name = archive_entry_pathname(entry) ? archive_entry_pathname(entry) : "";
  if (!plain_name(name) || archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry)) return damaged("The archive holds \"" + name + "\", which is no file of a backup.");
  const int handle = ::open((folder / name).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (handle < 0) return Problem{Kind::unavailable, (folder / name).string() + " cannot be written: " + std::strerror(errno) + ".", ""};
  const int outcome = archive_read_data_into_fd(in, handle);
  ::close(handle);
  if (outcome != ARCHIVE_OK) return damaged("The archive breaks off in its file " + name + ", or the disk is full.");
  return {};
}
}  // namespace

/* The manifest comes first, so that it can be looked at without reading the rest. */
Result<void> pack(const fs::path& folder, const fs::path& target) {
  Writing out;
  archive_write_set_format_pax_restricted(out.handle);
  if (!target.filename().string().ends_with(".tar")) archive_write_add_filter_gzip(out.handle);
  const int file = ::open(target.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return Problem{Kind::unavailable, target.string() + " cannot be written: " + std::strerror(errno) + ". Check the folder.", ""};
  Result<void> outcome;
  if (archive_write_open_fd(out.handle, file) != ARCHIVE_OK) outcome = not_packed(target, out.handle);
  std::vector<fs::path> files;
  for (const auto& one : fs::directory_iterator(folder)) files.push_back(one.path());
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
    const bool first = a.filename() == backup_manifest_name, second = b.filename() == backup_manifest_name;
    return first != second ? first : a < b;
  });
  for (const auto& one : files)
    if (outcome) outcome = pack_one(out.handle, one, target);
  if (outcome && archive_write_close(out.handle) != ARCHIVE_OK) outcome = not_packed(target, out.handle);
  if (outcome && ::fsync(file) != 0) outcome = Problem{Kind::unavailable, target.string() + " did not get to the disk: " + std::strerror(errno) + ".", ""};
  ::close(file);
  return outcome;
}

Result<void> unpack(const fs::path& source, const fs::path& folder) {
  Reading in;
  archive_read_support_format_tar(in.handle);
  archive_read_support_filter_gzip(in.handle);
  if (archive_read_open_filename(in.handle, source.c_str(), 1 << 16) != ARCHIVE_OK)
    return Problem{Kind::invalid, source.string() + " is no backup that can be read: " + (archive_error_string(in.handle) ? archive_error_string(in.handle) : "unknown reason") + ".", ""};
  archive_entry* entry = nullptr;
  std::size_t count = 0;
  int outcome = ARCHIVE_OK;
  while ((outcome = archive_read_next_header(in.handle, &entry)) == ARCHIVE_OK) {
    if (++count > parts_max + 1) return damaged("The archive holds more files than a backup has.");
    if (auto good = unpack_one(in.handle, entry, folder); !good) return good;
  }
  if (outcome != ARCHIVE_EOF) return damaged("The archive " + source.string() + " is damaged.");
  return {};
}

}  // namespace shopadmin
