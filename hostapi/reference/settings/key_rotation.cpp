#include "settings/key_rotation.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>

namespace shopadmin {

namespace fs = std::filesystem;

namespace {
fs::path with(const fs::path& key_file, const char* suffix) { return key_file.string() + suffix; }

void sync_folder_of(const fs::path& file) {
  const int folder = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  (void)!::fsync(folder);
  ::close(folder);
}

/* All of them in one transaction: either every secret is under the newest key or none was touched. */
Result<std::int64_t> seal_all(Database& database, Audit& audit, const Caller& caller, const SecretBox& box, const std::string& from) {
  return database.write([&](Sql& sql) -> Result<std::int64_t> {
    std::int64_t sealed = 0;
    for (const auto& row : sql.rows("SELECT plugin_id, name, sealed FROM plugin_secrets ORDER BY plugin_id, name")) {
      const auto context = row.text(0) + "/" + row.text(1);
      if (box.sealed_by_newest(row.text(2), context)) continue;
      auto plain = box.unseal(row.text(2), context);
      if (!plain) return Problem{Kind::refused, "The secret " + context + " opens with no key that is here, so no secret was sealed anew. Enter it again on the page of the plugin's settings, or bring back the key it was sealed with.", ""};
      sql.change("UPDATE plugin_secrets SET sealed = :1 WHERE plugin_id = :2 AND name = :3", {box.seal(*plain, context), row.text(0), row.text(1)});
      ++sealed;
    }
    if (sealed == 0) return sealed;
    AuditEntry entry;
    entry.event = "key.rotated";
    entry.details = {{"from", from}, {"to", box.id()}, {"sealed", sealed}};
    audit.write(sql, caller, std::move(entry));
    return sealed;
  });
}

Result<void> exchange_files(const fs::path& key_file) {
  const auto next = with(key_file, ".next"), old = with(key_file, ".old");
  std::error_code error;
  fs::remove(old, error);
  if (::link(key_file.c_str(), old.c_str()) != 0) return Problem{Kind::unavailable, "The old key cannot be kept as " + old.string() + ": " + std::strerror(errno) + ". Both keys stay accepted; run key rotate again.", ""};
  sync_folder_of(key_file);
  if (::rename(next.c_str(), key_file.c_str()) != 0) return Problem{Kind::unavailable, key_file.string() + " cannot be replaced: " + std::strerror(errno) + ". Both keys stay accepted; run key rotate again.", ""};
  sync_folder_of(key_file);
  return {};
}

Result<void> begin_file_rotation(Database& database, Audit& audit, const Caller& caller, const SecretBox& box) {
  const auto next = with(box.key_file(), ".next");
  std::error_code error;
  if (fs::exists(next, error)) return {}; /* an earlier try goes on */
  /* what a running process sealed under the key before this one, after that change had ended */
  if (auto sealed = seal_all(database, audit, caller, box, "an older key"); !sealed) return sealed.problem();
  if (auto dropped = drop_old_key(database, box); !dropped) return dropped;
  return make_key_file(next);
}
}  // namespace

KeyCheck check_key(Database& database, const SecretBox& box) {
  KeyCheck check;
  check.id = box.id(), check.source = box.source(), check.accepted = box.accepted_keys();
  for (const auto& row : database.read([](Sql& sql) { return sql.rows("SELECT plugin_id, name, sealed FROM plugin_secrets ORDER BY plugin_id, name"); })) {
    const auto context = row.text(0) + "/" + row.text(1);
    ++check.secrets;
    if (box.sealed_by_newest(row.text(2), context)) continue;
    if (box.unseal(row.text(2), context)) ++check.older;
    else check.closed.push_back(context);
  }
  return check;
}

json::object to_document(const KeyCheck& check) {
  json::array closed;
  for (const auto& name : check.closed) closed.emplace_back(name);
  return {{"key", check.id}, {"source", key_source_name(check.source)}, {"accepted_keys", check.accepted}, {"secrets", check.secrets}, {"under_older_key", check.older}, {"closed", std::move(closed)}};
}

Result<KeyCheck> rotate_key(Database& database, Audit& audit, const Caller& caller, const fs::path& key_file, RotationStep until) {
  auto box = SecretBox::find(key_file);
  if (!box) return box.problem();
  const bool of_file = box->source() == KeySource::file;
  const auto from = box->id();
  if (of_file) {
    if (auto begun = begin_file_rotation(database, audit, caller, *box); !begun) return begun.problem();
  } else if (box->accepted_keys() < 2 && check_key(database, *box).closed.empty() && check_key(database, *box).older == 0) {
    return Problem{Kind::refused, std::string("The key comes from the ") + key_source_name(box->source()) + " and every secret is sealed by it. To change it, put the new key there and the present one beside it (" +
                                      (box->source() == KeySource::environment ? "SHOPADMIN_SECRET_KEY_OLD" : "shopadmin.key.old") + "), then run this again.", ""};
  }
  if (until == RotationStep::key_made) return check_key(database, *box);
  box = SecretBox::find(key_file);
  if (!box) return box.problem();
  if (auto sealed = seal_all(database, audit, caller, *box, from); !sealed) return sealed.problem();
  if (until == RotationStep::sealed || !of_file) return check_key(database, *box);
  if (auto exchanged = exchange_files(key_file); !exchanged) return exchanged.problem();
  if (until == RotationStep::exchanged) return check_key(database, *box);
  box = SecretBox::find(key_file);
  if (!box) return box.problem();
  /* what a running process sealed under the old key meanwhile */
  if (auto sealed = seal_all(database, audit, caller, *box, from); !sealed) return sealed.problem();
  return check_key(database, *box);
}

Result<void> drop_old_key(Database& database, const SecretBox& box) {
  const auto old = with(box.key_file(), ".old");
  std::error_code error;
  if (box.source() != KeySource::file || !fs::exists(old, error)) return {};
  const auto check = check_key(database, box);
  if (check.older > 0) return Problem{Kind::refused, std::to_string(check.older) + " secrets are still sealed by the old key. Run: shopadmin key rotate", ""};
  fs::remove(old, error);
  if (error) return Problem{Kind::unavailable, old.string() + " cannot be removed: " + error.message() + ".", ""};
  sync_folder_of(old);
  return {};
}

}  // namespace shopadmin
