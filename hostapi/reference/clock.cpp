#include "clock.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <chrono>
#include <ctime>
#include <stdexcept>

#include "hex.hpp"

namespace shopadmin {

std::int64_t Clock::now_ms() const {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

/* From a supply of each thread, for OpenSSL takes as long for a few bytes as for all of it. What was given out is wiped. */
std::string random_hex(int bytes) {
  static thread_local std::array<unsigned char, 512> supply;
  static thread_local std::size_t left = 0;
  const auto wanted = static_cast<std::size_t>(bytes);
  if (wanted > supply.size()) throw std::invalid_argument("random_hex gives at most 512 bytes");
  if (wanted > left) {
    if (RAND_bytes(supply.data(), static_cast<int>(supply.size())) != 1) throw std::runtime_error("the system's random generator gave nothing");
    left = supply.size();
  }
  left -= wanted;
  auto hex = to_hex(supply.data() + left, wanted);
  OPENSSL_cleanse(supply.data() + left, wanted);
  return hex;
}

std::string sha256_hex(const std::string& bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr) != 1) throw std::runtime_error("SHA-256 is not available");
  return to_hex(digest, size);
}

std::string iso_time(std::int64_t unix_ms) {
  const std::time_t seconds = static_cast<std::time_t>(unix_ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace shopadmin
