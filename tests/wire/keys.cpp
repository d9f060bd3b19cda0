#include "keys.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <vector>

namespace wire_tests {
namespace {

using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;

Key own(EVP_PKEY* key) {
  if (!key) throw std::runtime_error("no key");
  return {key, EVP_PKEY_free};
}

std::string written(const std::function<int(BIO*)>& write) {
  BIO* bio = BIO_new(BIO_s_mem());
  const int done = write(bio);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  if (done != 1) throw std::runtime_error("key cannot be written");
  return text;
}

std::string private_pem(EVP_PKEY* key) {
  return written([&](BIO* bio) { return PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr); });
}

KeyPair made() {
  const Key key = own(EVP_RSA_gen(2048));
  return {private_pem(key.get()), written([&](BIO* bio) { return PEM_write_bio_PUBKEY(bio, key.get()); })};
}

Key first_rsa() {
  const auto& pem = first_key().private_pem;
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  Key key = own(PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr));
  BIO_free(bio);
  return key;
}

}  // namespace

const KeyPair& first_key() {
  static const KeyPair pair = made();
  return pair;
}

const KeyPair& second_key() {
  static const KeyPair pair = made();
  return pair;
}

std::string first_key_pkcs1() {
  const Key key = first_rsa();
  return written([&](BIO* bio) { return PEM_write_bio_PrivateKey_traditional(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

std::string first_key_encrypted() {
  const Key key = first_rsa();
  return written([&](BIO* bio) { return PEM_write_bio_PKCS8PrivateKey(bio, key.get(), EVP_aes_256_cbc(), "secret", 6, nullptr, nullptr); });
}

std::string small_key() { return private_pem(own(EVP_RSA_gen(1024)).get()); }
std::string elliptic_key() { return private_pem(own(EVP_EC_gen("P-256")).get()); }

bool verifies(std::string_view public_pem, int salt_length, std::string_view text, std::string_view signature_base64) {
  BIO* bio = BIO_new_mem_buf(public_pem.data(), static_cast<int>(public_pem.size()));
  const Key key = own(PEM_read_bio_PUBKEY(bio, nullptr, nullptr, nullptr));
  BIO_free(bio);
  std::vector<unsigned char> signature(signature_base64.size());
  const int size = EVP_DecodeBlock(signature.data(), reinterpret_cast<const unsigned char*>(signature_base64.data()), static_cast<int>(signature_base64.size()));
  if (size < 256) return false;
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_PKEY_CTX* padding = nullptr;
  const bool good = EVP_DigestVerifyInit(context, &padding, EVP_sha256(), nullptr, key.get()) == 1 &&
                    EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 && EVP_PKEY_CTX_set_rsa_mgf1_md(padding, EVP_sha256()) == 1 &&
                    EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, salt_length) == 1 &&
                    EVP_DigestVerify(context, signature.data(), 256, reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
  EVP_MD_CTX_free(context);
  return good;
}

}  // namespace wire_tests
