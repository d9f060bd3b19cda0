#include "accounts/password.hpp"

#include <argon2.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <array>
#include <stdexcept>

#include "clock.hpp"

namespace shopadmin {

namespace {
constexpr std::uint32_t passes = 2, memory_kib = 19 * 1024, lanes = 1;
constexpr std::size_t salt_size = 16, hash_size = 32;
}  // namespace

std::string hash_password(const std::string& password) {
  std::array<unsigned char, salt_size> salt{};
  if (RAND_bytes(salt.data(), salt.size()) != 1) throw std::runtime_error("the system's random generator gave nothing");
  std::string encoded(argon2_encodedlen(passes, memory_kib, lanes, salt_size, hash_size, Argon2_id), '\0');
  const int outcome = argon2id_hash_encoded(passes, memory_kib, lanes, password.data(), password.size(), salt.data(), salt.size(), hash_size, encoded.data(), encoded.size());
  if (outcome != ARGON2_OK) throw std::runtime_error(std::string("argon2: ") + argon2_error_message(outcome));
  encoded.resize(encoded.find('\0'));
  return encoded;
}

bool password_matches(const std::string& hash, const std::string& password) {
  return argon2id_verify(hash.c_str(), password.data(), password.size()) == ARGON2_OK;
}

const std::string& hash_of_nobody() {
  static const std::string hash = hash_password(random_hex(32));
  return hash;
}

bool same_bytes(const std::string& a, const std::string& b) { return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0; }

}  // namespace shopadmin
