#include "settings/secret.hpp"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <vector>

#include "clock.hpp"
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

/* ---- keys ----------------------------------------------------------------- */

namespace secret_keys {
using SecretKey = std::array<unsigned char, 32>;

struct Keys { /* the newest first */
  std::vector<SecretKey> keys;
  KeySource source = KeySource::file;
  Keys() = default;
  Keys(const Keys&) = default;
  Keys& operator=(const Keys&) = default;
  ~Keys() {
    for (auto& key : keys) OPENSSL_cleanse(key.data(), key.size());
  }
};

/* 32 bytes as they are, or 64 hex digits with or without a line end. */
std::optional<SecretKey> key_from(std::string text) {
  while (text.size() > 32 && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  auto bytes = text.size() == 64 ? from_hex(text) : std::optional(text);
  OPENSSL_cleanse(text.data(), text.size());
  if (!bytes || bytes->size() != 32) return std::nullopt;
  SecretKey key;
  std::copy(bytes->begin(), bytes->end(), reinterpret_cast<char*>(key.data()));
  OPENSSL_cleanse(bytes->data(), bytes->size());
  return key;
}

/* NOT_FOUND when it is not there. */
Result<SecretKey> read_key_file(const std::filesystem::path& path, bool ours) {
  File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat info{};
  if (file.descriptor < 0 && errno == ENOENT) return Problem{Kind::not_found, "The key file " + path.string() + " is not there.", ""};
  if (file.descriptor < 0 || ::fstat(file.descriptor, &info) != 0) return Problem{Kind::unavailable, "The key file " + path.string() + " cannot be read: " + std::strerror(errno) + ". Check the data folder.", ""};
  if (ours && info.st_mode & 077) return Problem{Kind::refused, "The key file " + path.string() + " may be read by others. Run: chmod 600 " + path.string(), ""};
  std::string text(256, '\0');
  const auto size = ::read(file.descriptor, text.data(), text.size());
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  if (const auto key = key_from(std::move(text))) return *key;
  return Problem{Kind::invalid, "The key file " + path.string() + " is damaged. Restore it from the backup; stored secrets cannot be read without it.", ""};
}

Result<void> add_key_file(Keys& keys, const std::filesystem::path& path, bool ours, bool needed) {
  auto key = read_key_file(path, ours);
  if (key) keys.keys.push_back(*key);
  else if (needed || key.kind() != Kind::not_found) return key.problem();
  return {};
}

Result<void> add_key_text(Keys& keys, const char* name) {
  const char* text = std::getenv(name);
  if (!text || !*text) return {};
  const auto key = key_from(text);
  if (!key) return Problem{Kind::invalid, std::string("The environment's ") + name + " is no key: it must be 64 hex digits. Make one with: openssl rand -hex 32", ""};
  keys.keys.push_back(*key);
  return {};
}

Result<Keys> read_keys(const std::filesystem::path& key_file) {
  Keys keys;
  Result<void> good;
  const char* text = std::getenv("SHOPADMIN_SECRET_KEY");
  const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
  const auto credential = std::filesystem::path(credentials ? credentials : "") / "shopadmin.key";
  std::error_code error;
  if (text && *text) {
    keys.source = KeySource::environment;
    good = add_key_text(keys, "SHOPADMIN_SECRET_KEY");
    if (good) good = add_key_text(keys, "SHOPADMIN_SECRET_KEY_OLD");
  } else if (credentials && *credentials && std::filesystem::exists(credential, error)) {
    keys.source = KeySource::credential;
    good = add_key_file(keys, credential, false, true);
    if (good) good = add_key_file(keys, credential.string() + ".old", false, false);
  } else {
    good = add_key_file(keys, key_file.string() + ".next", true, false);
    if (good) good = add_key_file(keys, key_file, true, true);
    if (good) good = add_key_file(keys, key_file.string() + ".old", true, false);
  }
  if (!good) return good.problem();
  return keys;
}

std::string fingerprint(const SecretKey& key) { return sha256_hex("shopadmin key " + std::string(key.begin(), key.end())).substr(0, 16); }

std::string seal_under(const SecretKey& key, const std::string& text, const std::string& context) {
  std::vector<unsigned char> sealed(nonce_size + text.size() + tag_size);
  must(RAND_bytes(sealed.data(), nonce_size));
  auto cipher = new_cipher();
  int size = 0;
  must(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), sealed.data()));
  must(EVP_EncryptUpdate(cipher.get(), nullptr, &size, raw(context), static_cast<int>(context.size())));
  must(EVP_EncryptUpdate(cipher.get(), sealed.data() + nonce_size, &size, raw(text), static_cast<int>(text.size())));
  must(EVP_EncryptFinal_ex(cipher.get(), sealed.data() + nonce_size + size, &size));
  must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_size, sealed.data() + nonce_size + text.size()));
  return to_hex(sealed.data(), sealed.size());
}

std::optional<SecretText> unseal_under(const SecretKey& key, const std::string& sealed, const std::string& context) {
  const auto length = static_cast<int>(sealed.size()) - nonce_size - tag_size;
  std::string text(static_cast<std::size_t>(length), '\0');
  std::string tag = sealed.substr(sealed.size() - tag_size);
  auto cipher = new_cipher();
  int size = 0;
  must(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), raw(sealed)));
  must(EVP_DecryptUpdate(cipher.get(), nullptr, &size, raw(context), static_cast<int>(context.size())));
  must(EVP_DecryptUpdate(cipher.get(), reinterpret_cast<unsigned char*>(text.data()), &size, raw(sealed) + nonce_size, length));
  must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()));
  unsigned char rest[16];
  const bool genuine = EVP_DecryptFinal_ex(cipher.get(), rest, &size) == 1;
  SecretText plain(text);
  OPENSSL_cleanse(text.data(), text.size());
  if (!genuine) return std::nullopt;
  return plain;
}
}  // namespace secret_keys
using namespace secret_keys;

const char* key_source_name(KeySource source) {
  return source == KeySource::environment ? "environment" : source == KeySource::credential ? "credential" : "file";
}

struct SecretBox::Ring {
  std::filesystem::path key_file;
  std::mutex lock;
  Keys keys;

  Keys now() {
    const std::lock_guard hold(lock);
    return keys;
  }
  Keys anew() { /* what cannot be read now stays as it was */
    auto fresh = read_keys(key_file);
    const std::lock_guard hold(lock);
    if (fresh) keys = *fresh;
    return keys;
  }
};

Result<SecretBox> SecretBox::find(const std::filesystem::path& key_file) {
  auto keys = read_keys(key_file);
  if (!keys) return keys.problem();
  SecretBox box;
  box.ring_ = std::make_shared<Ring>();
  box.ring_->key_file = key_file, box.ring_->keys = *keys;
  return box;
}

Result<SecretBox> SecretBox::open(const std::filesystem::path& key_file) {
  auto box = find(key_file);
  if (box || box.kind() != Kind::not_found || std::filesystem::exists(key_file)) return box;
  auto made = make_key_file(key_file);
  return made ? find(key_file) : Result<SecretBox>(made.problem());
}

Result<void> make_key_file(const std::filesystem::path& path) {
  const auto temporary = path.string() + "." + std::to_string(::getpid());
  SecretKey key;
  must(RAND_bytes(key.data(), static_cast<int>(key.size())));
  bool written = false;
  {
    File fresh(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    written = fresh.descriptor >= 0 && ::write(fresh.descriptor, key.data(), key.size()) == static_cast<ssize_t>(key.size()) && ::fsync(fresh.descriptor) == 0;
  }
  OPENSSL_cleanse(key.data(), key.size());
  const int why = errno;
  if (written) (void)!::link(temporary.c_str(), path.c_str());
  ::unlink(temporary.c_str());
  if (!written) return Problem{Kind::unavailable, "The key file " + path.string() + " cannot be written: " + std::strerror(why) + ". Check the data folder.", ""};
  File folder(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.descriptor >= 0) (void)!::fsync(folder.descriptor);
  return {};
}

std::string SecretBox::id() const { return fingerprint(ring_->now().keys.front()); }
KeySource SecretBox::source() const { return ring_->now().source; }
std::size_t SecretBox::accepted_keys() const { return ring_->now().keys.size(); }
const std::filesystem::path& SecretBox::key_file() const { return ring_->key_file; }

std::string SecretBox::seal(const SecretText& plain, const std::string& context) const { return seal_under(ring_->anew().keys.front(), plain.reveal(), context); }

Result<SecretText> SecretBox::unseal(const std::string& sealed_hex, const std::string& context) const {
  const Problem damaged{Kind::invalid, "A stored secret (" + context + ") cannot be opened: it was changed, or secret.key is another one. Enter it again.", ""};
  const auto sealed = from_hex(sealed_hex);
  if (!sealed || sealed->size() < nonce_size + tag_size) return damaged;
  for (const bool known : {true, false})
    for (const auto& key : (known ? ring_->now() : ring_->anew()).keys)
      if (auto plain = unseal_under(key, *sealed, context)) return std::move(*plain);
  return damaged;
}

bool SecretBox::sealed_by_newest(const std::string& sealed_hex, const std::string& context) const {
  const auto sealed = from_hex(sealed_hex);
  return sealed && sealed->size() >= nonce_size + tag_size && unseal_under(ring_->now().keys.front(), *sealed, context);
}

}  // namespace shopadmin
