#pragma once
// The few cryptographic acts of the sandbox on top of OpenSSL: hashes, base64, random ids, RSA keys, RSASSA-PSS verification.
// Used by the signature check, the id makers and the control interface. Keys are parsed once and shared; every function is any-thread.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <openssl/evp.h>

namespace sandbox {

using Key = std::shared_ptr<EVP_PKEY>;

std::string sha256_hex(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);
std::string base64_encode(std::string_view bytes);

std::string random_digits(int count);
std::string random_hex(int count);
std::string random_capitals(int count);  // capitals and digits
std::string random_uuid();

// Throws std::runtime_error with a sentence when the PEM does not hold an RSA public key of at least 2048 bits.
Key read_public_key(const std::string& pem);

struct KeyPairPem {
    std::string private_key;  // PKCS#8
    std::string public_key;
};
KeyPairPem make_rsa_key_pair();

// RSASSA-PSS, SHA-256, MGF1 with SHA-256 and exactly this salt length.
bool verify_pss(const Key& key, int salt_bytes, std::string_view text, std::string_view signature);

}  // namespace sandbox
