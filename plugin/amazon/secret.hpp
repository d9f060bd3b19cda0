// A secret text (the merchant's private key) which cannot be printed by accident and is wiped when it dies.
// Used by the settings adapter to carry the key from the host's vault to signing.hpp. It has no stream operator, no conversion to text and no
// comparison with text: the only way in is reveal(), which is easy to find in a review. Copies are explicit. Thread rules: a plain value.
#pragma once
#include <openssl/crypto.h>

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace amazonpay::amazon {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text) : bytes_(text.begin(), text.end()) {}
  Secret(Secret&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe();
      bytes_ = std::exchange(other.bytes_, {});
    }
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(); }

  Secret copy() const { return Secret(reveal()); }
  bool empty() const { return bytes_.empty(); }
  std::size_t size() const { return bytes_.size(); }
  // Borrowed: valid as long as this Secret lives unchanged. Never log it, never store it.
  std::string_view reveal() const { return {bytes_.data(), bytes_.size()}; }

 private:
  void wipe() {
    if (!bytes_.empty()) OPENSSL_cleanse(bytes_.data(), bytes_.size());
    bytes_.clear();
  }
  // A vector, not a string: its buffer never lives inside the object, so a move leaves nothing behind.
  std::vector<char> bytes_;
};

}  // namespace amazonpay::amazon
