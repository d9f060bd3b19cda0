/* Ed25519 keys of publishers of plugins, through OpenSSL. A public key is 32 bytes, shown as its fingerprint (SHA-256 of them, in groups of four hex digits)
 * and kept as PEM. Used by the reader of packages, by the maker and by the list of trusted publishers. Pure but for the two that read and write key files. */
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "result.hpp"

namespace shopadmin {

constexpr std::size_t public_key_bytes = 32, signature_bytes = 64;

std::string fingerprint_of(const std::string& public_key); /* "3f9a 01c2 …", 16 groups */
std::string public_key_pem(const std::string& public_key);
Result<std::string> public_key_from_pem(const std::string& pem, const std::string& where); /* the 32 bytes */
bool signature_fits(const std::string& public_key, std::string_view message, const std::string& signature);

struct SigningKey {
  std::string pem;        /* the private key; never shown */
  std::string public_key; /* 32 bytes */
};
Result<SigningKey> read_signing_key(const std::filesystem::path& path);
Result<std::string> make_key_pair(const std::filesystem::path& private_path, const std::filesystem::path& public_path); /* the public key; neither file may be there */
Result<std::string> sign(const SigningKey& key, std::string_view message); /* 64 bytes */

}  // namespace shopadmin
