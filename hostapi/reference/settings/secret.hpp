/* Secrets in memory and at rest. SecretText cannot be printed and is wiped when it goes. SecretBox seals with AES-256-GCM under a key file that is made
 * with mode 0600 at the first start and never lies in the database; `context` (plugin id and name) is authenticated with it, so a sealed value
 * moved to another field does not open. Any thread. */
#pragma once
#include <array>
#include <filesystem>
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

class SecretBox {
 public:
  SecretBox() = default;
  SecretBox(const SecretBox&) = default;
  SecretBox& operator=(const SecretBox&) = default;
  ~SecretBox();
  static Result<SecretBox> open(const std::filesystem::path& key_file); /* made if missing; refused if others may read it */
  std::string seal(const SecretText& plain, const std::string& context) const; /* hex */
  Result<SecretText> unseal(const std::string& sealed, const std::string& context) const;

 private:
  std::array<unsigned char, 32> key_{};
};

}  // namespace shopadmin
