// PrivateKey of signing.hpp: reading the PEM a person pasted, and signing with OpenSSL.
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <mutex>
#include <vector>

#include "amazon/openssl_handles.hpp"
#include "amazon/signing.hpp"
#include "domain/text.hpp"

namespace amazonpay::amazon {
namespace {

using hostapi::Failure;
using hostapi::Kind;
using hostapi::Result;

constexpr int smallest_key_bits = 2048;
constexpr std::size_t longest_pem = 16 * 1024;

Failure refused(std::string message) { return {Kind::refused, std::move(message)}; }

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
}

// Form fields and .env files turn line breaks into spaces or into the two characters \n, which OpenSSL refuses: put them back.
Secret with_line_breaks(std::string_view pem) {
  const auto begin = pem.find("-----BEGIN ");
  const auto begin_end = begin == std::string_view::npos ? begin : pem.find("-----", begin + 11);
  const auto end = begin_end == std::string_view::npos ? begin_end : pem.find("-----END ", begin_end);
  const auto end_end = end == std::string_view::npos ? end : pem.find("-----", end + 9);
  if (end_end == std::string_view::npos) return Secret(pem);
  std::vector<char> out(pem.begin() + begin, pem.begin() + begin_end + 5);
  out.reserve(2 * pem.size() + 8);  // no reallocation from here on: nothing of the key is left behind unwiped
  out.push_back('\n');
  int column = 0;
  for (std::size_t i = begin_end + 5; i < end; ++i) {
    if (pem[i] == '\\' && i + 1 < end && (pem[i + 1] == 'n' || pem[i + 1] == 'r')) {
      ++i;
      continue;
    }
    if (!is_base64(pem[i])) continue;
    out.push_back(pem[i]);
    if (++column % 64 == 0) out.push_back('\n');
  }
  if (column % 64 != 0) out.push_back('\n');
  out.insert(out.end(), pem.begin() + end, pem.begin() + end_end + 5);
  out.push_back('\n');
  Secret fixed({out.data(), out.size()});
  OPENSSL_cleanse(out.data(), out.size());
  return fixed;
}

// Each context has a key of its own: threads that share one wait for each other while OpenSSL renews what blinds it. It is wiped with the context.
KeyContext prepared_context(EVP_PKEY* shared, Algorithm algorithm) {
  const Key key(EVP_PKEY_dup(shared));
  KeyContext context(key ? EVP_PKEY_CTX_new(key.get(), nullptr) : nullptr);
  const bool ready = context && EVP_PKEY_sign_init(context.get()) == 1 && EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PSS_PADDING) == 1 &&
                     EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) == 1 && EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), EVP_sha256()) == 1 &&
                     EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), salt_length(algorithm)) == 1;
  return ready ? std::move(context) : nullptr;
}

int no_passphrase(char*, int, int, void*) { return -1; }

// Empty if the text may be a private key; else the sentence that says what was pasted instead.
std::string wrong_kind_of_text(std::string_view text) {
  if (text.empty()) return tr("No private key is stored. Paste the private key (.pem) that belongs to the public key id.");
  if (text.size() > longest_pem) return tr("The private key is too long to be a PEM file. Paste only the private key (.pem).");
  if (contains(text, "BEGIN PUBLIC KEY") || contains(text, "BEGIN RSA PUBLIC KEY")) {
    return tr("This is the public key. Paste the private key, the file that begins with -----BEGIN PRIVATE KEY-----.");
  }
  if (contains(text, "BEGIN CERTIFICATE")) {
    return tr("This is a certificate. Paste the private key, the file that begins with -----BEGIN PRIVATE KEY-----.");
  }
  if (contains(text, "BEGIN OPENSSH PRIVATE KEY")) {
    return tr("This is an OpenSSH key. Amazon Pay needs a PEM RSA key; download or create the key in Seller Central.");
  }
  if (contains(text, "ENCRYPTED")) {
    return tr("The private key is protected by a passphrase. Remove the passphrase (openssl pkey -in key.pem -out plain.pem) and paste the result.");
  }
  return {};
}

}  // namespace

// The parsed key, and contexts that are ready to sign with it: one per thread that signs at the same moment, used again by whoever comes next.
struct PrivateKey::Prepared {
  explicit Prepared(Key parsed) : key(std::move(parsed)) {}

  KeyContext take(Algorithm algorithm) {
    {
      const std::lock_guard lock(mutex);
      auto& ready = idle[algorithm == Algorithm::rsassa_pss ? 0 : 1];
      if (!ready.empty()) {
        auto context = std::move(ready.back());
        ready.pop_back();
        return context;
      }
    }
    return prepared_context(key.get(), algorithm);
  }

  void give_back(Algorithm algorithm, KeyContext context) {
    constexpr std::size_t most_idle = 64;
    const std::lock_guard lock(mutex);
    auto& ready = idle[algorithm == Algorithm::rsassa_pss ? 0 : 1];
    if (ready.size() < most_idle) ready.push_back(std::move(context));
  }

  const Key key;
  std::mutex mutex;
  std::vector<KeyContext> idle[2];  // by algorithm
};

Result<PrivateKey> PrivateKey::parse(const Secret& pem) {
  const auto text = pem.reveal();
  if (auto wrong = wrong_kind_of_text(text); !wrong.empty()) return refused(std::move(wrong));
  const Secret fixed = with_line_breaks(text);
  Bio bio(BIO_new_mem_buf(fixed.reveal().data(), static_cast<int>(fixed.size())));
  Key key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
  ERR_clear_error();
  if (!key) {
    return refused(tr("The private key is not a PEM RSA key, or a part of it is missing. Paste the whole file, from -----BEGIN to the last -----."));
  }
  if (!EVP_PKEY_is_a(key.get(), "RSA")) {
    return refused(tr("The private key is not an RSA key. Amazon Pay signs with RSA keys of 2048 bits; use the key made in Seller Central."));
  }
  if (EVP_PKEY_get_bits(key.get()) < smallest_key_bits) {
    return refused(tr("The private key is too short. Amazon Pay needs an RSA key of 2048 bits; create a new one in Seller Central."));
  }
  return PrivateKey(std::make_shared<Prepared>(std::move(key)));
}

Result<Secret> PrivateKey::make_pem() {
  const Failure failed{Kind::internal, tr("The key pair could not be made. Try again.")};
  Key key(EVP_RSA_gen(smallest_key_bits));
  Bio bio(BIO_new(BIO_s_secmem()));
  const bool written = key && bio && PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1;
  ERR_clear_error();
  if (!written) return failed;
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return Secret({data, static_cast<std::size_t>(size)});
}

Result<std::string> PrivateKey::sign(Algorithm algorithm, std::string_view text) const {
  const auto digest = sha256(text);
  std::vector<unsigned char> signature(static_cast<std::size_t>(EVP_PKEY_get_size(prepared_->key.get())));
  std::size_t size = signature.size();
  auto context = prepared_->take(algorithm);
  const bool done = context && EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()) == 1;
  if (!done) {  // the context is thrown away with it
    ERR_clear_error();
    return Failure{Kind::internal, tr("The request could not be signed. Check that the private key file is complete.")};
  }
  prepared_->give_back(algorithm, std::move(context));
  std::string base64(4 * ((size + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), signature.data(), static_cast<int>(size));
  base64.resize(static_cast<std::size_t>(length));
  return base64;
}

std::string PrivateKey::public_pem() const {
  Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_PUBKEY(bio.get(), prepared_->key.get()) != 1) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

}  // namespace amazonpay::amazon
