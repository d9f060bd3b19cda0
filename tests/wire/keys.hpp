// Throw-away keys and signature checks for the tests. Keys are made once per process. Not for any other use.
#pragma once
#include <string>
#include <string_view>

namespace wire_tests {

struct KeyPair {
  std::string private_pem;
  std::string public_pem;
};

// Two different RSA keys of 2048 bits, in PKCS#8.
const KeyPair& first_key();
const KeyPair& second_key();
// The first key in PKCS#1 ("BEGIN RSA PRIVATE KEY"), and under a passphrase.
std::string first_key_pkcs1();
std::string first_key_encrypted();
std::string small_key();     // RSA, 1024 bits
std::string elliptic_key();  // P-256

// RSASSA-PSS with SHA-256 and exactly this salt length.
bool verifies(std::string_view public_pem, int salt_length, std::string_view text, std::string_view signature_base64);

}  // namespace wire_tests
