/* Secrets in memory and at rest. SecretText cannot be printed and is wiped when it goes. SecretBox seals with AES-256-GCM under a key file that is made
 * with mode 0600 at the first start and never lies in the database; `context` (plugin id and name) is authenticated with it, so a sealed value
 * moved to another field does not open. Any thread.
 * The key can be changed while processes run (settings/key_rotation.hpp): a box accepts the older keys as long as they are there. */
#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "result.hpp"

namespace shopadmin {

class SecretText {
 public:
  SecretText() = default;
  explicit SecretText(std::string text) : text_(std::move(text)) {}
  SecretText(const SecretText&) = default;
  SecretText(SecretText&& other) noexcept;
  SecretText& operator=(SecretText other) noexcept;
  ~SecretText();
  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

/* Where the key-encryption key comes from; the first that is there counts:
 *   environment         SHOPADMIN_SECRET_KEY (64 hex digits), SHOPADMIN_SECRET_KEY_OLD while it is being changed
 *   systemd credential  $CREDENTIALS_DIRECTORY/shopadmin.key (32 bytes or 64 hex digits), shopadmin.key.old
 *   file                DATA/secret.key, made at the first start; secret.key.next and secret.key.old while it is being changed */
enum class KeySource { environment, credential, file };
const char* key_source_name(KeySource source);

/* 32 random bytes, mode 0600, on the disk when it answers; one that is there already stays: a process that starts at the same time keeps the first one. */
Result<void> make_key_file(const std::filesystem::path& path);

class SecretBox {
 public:
  static Result<SecretBox> open(const std::filesystem::path& key_file); /* made if missing; refused if others may read it */
  static Result<SecretBox> find(const std::filesystem::path& key_file); /* never makes one: NOT_FOUND */
  std::string seal(const SecretText& plain, const std::string& context) const; /* hex; under the newest key, which is looked up anew */
  Result<SecretText> unseal(const std::string& sealed, const std::string& context) const; /* by any accepted key; looks for newer ones before it gives up */
  bool sealed_by_newest(const std::string& sealed, const std::string& context) const;
  std::string id() const;                  /* fingerprint of the newest key: tells keys apart, says nothing of them */
  KeySource source() const;
  std::size_t accepted_keys() const;       /* more than one while the key is being changed */
  const std::filesystem::path& key_file() const;

 private:
  struct Ring;
  std::shared_ptr<Ring> ring_;
};

}  // namespace shopadmin
