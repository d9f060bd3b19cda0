#include "settings/secret.hpp"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <stdexcept>
#include <vector>

#include "hex.hpp"

namespace shopadmin {

namespace {
constexpr int nonce_size = 12, tag_size = 16;
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Cipher new_cipher() {
  Cipher cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  if (!cipher) throw std::runtime_error("OpenSSL gave no cipher");
  return cipher;
}

void must(int outcome) {
  if (outcome != 1) throw std::runtime_error("AES-256-GCM failed");
}

struct File {
  int descriptor;
  explicit File(int d) : descriptor(d) {}
  ~File() { if (descriptor >= 0) ::close(descriptor); }
  File(const File&) = delete;
};

const unsigned char* raw(const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); }
}  // namespace

SecretText::SecretText(SecretText&& other) noexcept : text_(other.text_) { /* a copy and a wipe: a moved std::string may leave its bytes behind */
  OPENSSL_cleanse(other.text_.data(), other.text_.size());
  other.text_.clear();
}

SecretText& SecretText::operator=(SecretText other) noexcept {
  text_.swap(other.text_);
  return *this;
}

SecretText::~SecretText() { OPENSSL_cleanse(text_.data(), text_.size()); }

Result<SecretBox> SecretBox::open(const std::filesystem::path& key_file) {
  SecretBox box;
  const auto temporary = key_file.string() + "." + std::to_string(::getpid());
  if (!std::filesystem::exists(key_file)) { /* written aside and linked: a process that starts at the same time keeps the first one */
    File fresh(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    must(RAND_bytes(box.key_.data(), static_cast<int>(box.key_.size())));
    const bool written = fresh.descriptor >= 0 && ::write(fresh.descriptor, box.key_.data(), box.key_.size()) == static_cast<ssize_t>(box.key_.size()) && ::fsync(fresh.descriptor) == 0;
    if (written) (void)!::link(temporary.c_str(), key_file.c_str());
    ::unlink(temporary.c_str());
  }
  File file(::open(key_file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat info{};
  if (file.descriptor < 0 || ::fstat(file.descriptor, &info) != 0) {
    return Problem{Kind::unavailable, "The key file " + key_file.string() + " cannot be read: " + std::strerror(errno) + ". Check the data folder.", ""};
  }
  if (info.st_mode & 077) return Problem{Kind::refused, "The key file " + key_file.string() + " may be read by others. Run: chmod 600 " + key_file.string(), ""};
  if (::read(file.descriptor, box.key_.data(), box.key_.size()) != static_cast<ssize_t>(box.key_.size())) {
    return Problem{Kind::invalid, "The key file " + key_file.string() + " is damaged. Restore it from the backup; stored secrets cannot be read without it.", ""};
  }
  return box;
}

SecretBox::~SecretBox() { OPENSSL_cleanse(key_.data(), key_.size()); }

std::string SecretBox::seal(const SecretText& plain, const std::string& context) const {
  const auto& text = plain.reveal();
  std::vector<unsigned char> sealed(nonce_size + text.size() + tag_size);
  must(RAND_bytes(sealed.data(), nonce_size));
  auto cipher = new_cipher();
  int size = 0;
  must(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key_.data(), sealed.data()));
  must(EVP_EncryptUpdate(cipher.get(), nullptr, &size, raw(context), static_cast<int>(context.size())));
  must(EVP_EncryptUpdate(cipher.get(), sealed.data() + nonce_size, &size, raw(text), static_cast<int>(text.size())));
  must(EVP_EncryptFinal_ex(cipher.get(), sealed.data() + nonce_size + size, &size));
  must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_size, sealed.data() + nonce_size + text.size()));
  return to_hex(sealed.data(), sealed.size());
}

Result<SecretText> SecretBox::unseal(const std::string& sealed_hex, const std::string& context) const {
  const Problem damaged{Kind::invalid, "A stored secret (" + context + ") cannot be opened: it was changed, or secret.key is another one. Enter it again.", ""};
  const auto sealed = from_hex(sealed_hex);
  if (!sealed || sealed->size() < nonce_size + tag_size) return damaged;
  const auto length = static_cast<int>(sealed->size()) - nonce_size - tag_size;
  std::string text(static_cast<std::size_t>(length), '\0');
  std::string tag = sealed->substr(sealed->size() - tag_size);
  auto cipher = new_cipher();
  int size = 0;
  must(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key_.data(), raw(*sealed)));
  must(EVP_DecryptUpdate(cipher.get(), nullptr, &size, raw(context), static_cast<int>(context.size())));
  must(EVP_DecryptUpdate(cipher.get(), reinterpret_cast<unsigned char*>(text.data()), &size, raw(*sealed) + nonce_size, length));
  must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()));
  unsigned char rest[16];
  const bool genuine = EVP_DecryptFinal_ex(cipher.get(), rest, &size) == 1;
  SecretText plain(text);
  OPENSSL_cleanse(text.data(), text.size());
  if (!genuine) return damaged;
  return plain;
}

}  // namespace shopadmin
