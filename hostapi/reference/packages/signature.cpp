#include "packages/signature.hpp"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "clock.hpp"
#include "hex.hpp"

namespace shopadmin {

namespace {
struct Freed {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed>;
using Digest = std::unique_ptr<EVP_MD_CTX, Freed>;
using Memory = std::unique_ptr<BIO, Freed>;

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

Memory memory_of(const std::string& text) { return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

std::string text_in(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<std::size_t>(size));
}

/* Empty: not an Ed25519 key. */
std::string public_bytes(EVP_PKEY* key) {
  std::string bytes(public_key_bytes, '\0');
  std::size_t size = bytes.size();
  if (!key || EVP_PKEY_get_id(key) != EVP_PKEY_ED25519 || EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(bytes.data()), &size) != 1 || size != bytes.size()) return {};
  return bytes;
}

int no_password(char*, int, int, void*) { return -1; } /* else OpenSSL asks on the terminal */

Result<void> write_new(const std::filesystem::path& path, const std::string& text, unsigned mode) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0) return refused(path.string() + (errno == EEXIST ? " is there already. A key is never overwritten; choose another name." : " cannot be written. Check the folder and its rights."));
  const bool good = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  ::close(file);
  return good ? Result<void>{} : refused(path.string() + " cannot be written: the disk may be full.");
}
}  // namespace

std::string fingerprint_of(const std::string& public_key) {
  const auto digits = sha256_hex(public_key);
  std::string text;
  for (std::size_t at = 0; at < digits.size(); at += 4) text += (at ? " " : "") + digits.substr(at, 4);
  return text;
}

std::string public_key_pem(const std::string& public_key) {
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(public_key), public_key.size()));
  const Memory out(BIO_new(BIO_s_mem()));
  if (!key || PEM_write_bio_PUBKEY(out.get(), key.get()) != 1) return {};
  return text_in(out.get());
}

Result<std::string> public_key_from_pem(const std::string& pem, const std::string& where) {
  if (pem.find("PRIVATE KEY") != std::string::npos) return refused(where + " holds a private key. Give the public key of the publisher, the file that ends in .pub.pem; a private key belongs to its publisher alone.");
  const Key key(PEM_read_bio_PUBKEY(memory_of(pem).get(), nullptr, no_password, nullptr));
  auto bytes = public_bytes(key.get());
  if (bytes.empty()) return refused(where + " is not an Ed25519 public key in PEM form (-----BEGIN PUBLIC KEY-----). Ask the publisher for that file.");
  return bytes;
}

bool signature_fits(const std::string& public_key, std::string_view message, const std::string& signature) {
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(public_key), public_key.size()));
  const Digest context(EVP_MD_CTX_new());
  if (!key || !context || EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1) return false;
  return EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(message), message.size()) == 1;
}

Result<SigningKey> read_signing_key(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return refused("The signing key " + path.string() + " cannot be read. Make one with: shopadmin plugin key " + path.string());
  SigningKey signing{text.str(), ""};
  const Key key(PEM_read_bio_PrivateKey(memory_of(signing.pem).get(), nullptr, no_password, nullptr));
  signing.public_key = public_bytes(key.get());
  if (signing.public_key.empty()) return refused(path.string() + " is not an Ed25519 private key without a password, in PEM form. Make one with: shopadmin plugin key FILE");
  return signing;
}

Result<std::string> make_key_pair(const std::filesystem::path& private_path, const std::filesystem::path& public_path) {
  const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  const Memory out(BIO_new(BIO_s_mem()));
  const auto public_key = public_bytes(key.get());
  if (public_key.empty() || PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) return Problem{Kind::internal, "OpenSSL made no key.", ""};
  std::error_code ignored;
  if (std::filesystem::exists(public_path, ignored)) return refused(public_path.string() + " is there already. A key is never overwritten; choose another name.");
  if (auto good = write_new(private_path, text_in(out.get()), 0600); !good) return good.problem();
  if (auto good = write_new(public_path, public_key_pem(public_key), 0644); !good) return good.problem();
  return public_key;
}

Result<std::string> sign(const SigningKey& signing, std::string_view message) {
  const Key key(PEM_read_bio_PrivateKey(memory_of(signing.pem).get(), nullptr, no_password, nullptr));
  const Digest context(EVP_MD_CTX_new());
  std::string signature(signature_bytes, '\0');
  std::size_t size = signature.size();
  if (!key || !context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, raw(message), message.size()) != 1 || size != signature_bytes) {
    return Problem{Kind::internal, "OpenSSL did not sign.", ""};
  }
  return signature;
}

}  // namespace shopadmin
