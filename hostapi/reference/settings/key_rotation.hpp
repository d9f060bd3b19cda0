/* Changing the key that seals the stored secrets, while shops run. Of a key file: a new one is made beside it, all secrets are sealed anew in one transaction, then the
 * files change places; the old key stays accepted until it is dropped. At every moment each secret opens with a key that is there, so a crash in the middle loses
 * nothing and running it again goes on. A key from the environment or a systemd credential is changed where it comes from, with the old one beside it; then this
 * seals the secrets anew. Used by `shopadmin key` and the doctor. */
#pragma once
#include <string>
#include <vector>

#include "audit/audit.hpp"
#include "settings/secret.hpp"

namespace shopadmin {

struct KeyCheck {
  std::string id;                       /* fingerprint of the newest key */
  KeySource source = KeySource::file;
  std::size_t accepted = 1;             /* keys that open secrets now */
  std::int64_t secrets = 0, older = 0;  /* older: sealed by a key that is not the newest */
  std::vector<std::string> closed;      /* plugin/name of those no key here opens */
};

KeyCheck check_key(Database& database, const SecretBox& box);
json::object to_document(const KeyCheck& check);

enum class RotationStep { key_made, sealed, exchanged, done };

/* REFUSED: a secret cannot be opened, or an older change is not finished elsewhere; nothing was lost. Stops after `until`, for tests of what a crash leaves. */
Result<KeyCheck> rotate_key(Database& database, Audit& audit, const Caller& caller, const std::filesystem::path& key_file, RotationStep until = RotationStep::done);

/* Forgets the old key; REFUSED while a secret needs it. */
Result<void> drop_old_key(Database& database, const SecretBox& box);

}  // namespace shopadmin
