#include "amazon/notification_certificate.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <ctime>

#include "amazon/notification_address.hpp"
#include "amazon/openssl_handles.hpp"

namespace amazonpay::amazon {
namespace {

constexpr int smallest_certificate_bits = 2048;
constexpr std::size_t largest_pem = 64 * 1024, most_certificates = 8, most_entries = 64;
constexpr std::int64_t failure_kept_ms = 60'000, certificate_kept_ms = 24 * 3600 * 1000;
constexpr auto longest_wait = std::chrono::seconds(3);

struct FreeStore {
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
};
struct FreeStoreContext {
  void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
};
struct FreeStack {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};
struct FreeNames {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};
using Stack = std::unique_ptr<STACK_OF(X509), FreeStack>;

Failure refused(Refusal why, const char* detail) {
  ERR_clear_error();
  return refusal(why, detail);
}

struct Chain {
  std::shared_ptr<X509> leaf;
  Stack others{sk_X509_new_null()};
};

Result<Chain> read_pem(const std::string& pem) {
  if (pem.size() > largest_pem) return refused(Refusal::certificate_unreadable, "it is larger than 64 KB");
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Chain chain;
  for (std::size_t i = 0;; ++i) {
    X509* one = bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr;
    if (!one) break;
    if (i >= most_certificates) {
      X509_free(one);
      return refused(Refusal::certificate_unreadable, "it holds more than 8 certificates");
    }
    if (i == 0) {
      chain.leaf.reset(one, X509_free);
    } else {
      sk_X509_push(chain.others.get(), one);
    }
  }
  // The reading ends well only where no further block begins.
  const bool at_the_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!chain.leaf || !at_the_end) return refused(Refusal::certificate_unreadable, "it is not a PEM certificate");
  return chain;
}

std::int64_t ms_of(const ASN1_TIME* time) {
  std::tm parts{};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? static_cast<std::int64_t>(timegm(&parts)) * 1000 : -1;
}

// Making it ready takes as long as half a verification, so it is done once and copied.
DigestContext ready_to_verify(const EVP_MD* digest, X509* certificate) {
  DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* padding = nullptr;  // owned by the digest context
  const bool good = context && EVP_DigestVerifyInit(context.get(), &padding, digest, nullptr, X509_get0_pubkey(certificate)) == 1 && EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PADDING) == 1;
  ERR_clear_error();
  return good ? std::move(context) : nullptr;
}

bool is_signer_name(std::string_view name) { return name == "sns.amazonaws.com" || is_certificate_host(name, ""); }

std::string_view text_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)), static_cast<std::size_t>(ASN1_STRING_length(text))};
}

bool names_signer(X509* certificate) {
  const auto* subject = X509_get_subject_name(certificate);
  for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;)
    if (is_signer_name(text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at))))) return true;
  const std::unique_ptr<GENERAL_NAMES, FreeNames> names(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS && is_signer_name(text_of(name->d.dNSName))) return true;
  }
  return false;
}

bool strong_key(X509* certificate) {
  const auto* key = X509_get0_pubkey(certificate);
  return key && EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) >= smallest_certificate_bits;
}

// OpenSSL's word for what is wrong with the chain; X509_V_OK if it leads to an authority.
int chain_error(const Chain& chain, const NotificationRules& rules, std::int64_t now_ms, int& depth) {
  const std::unique_ptr<X509_STORE, FreeStore> store(X509_STORE_new());
  const std::unique_ptr<X509_STORE_CTX, FreeStoreContext> context(X509_STORE_CTX_new());
  const bool loaded = store && context &&
                      (rules.ca_file.empty() ? X509_STORE_set_default_paths(store.get()) : X509_STORE_load_file(store.get(), rules.ca_file.c_str())) == 1 &&
                      X509_STORE_CTX_init(context.get(), store.get(), chain.leaf.get(), chain.others.get()) == 1;
  if (!loaded) return X509_V_ERR_UNSPECIFIED;
  X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(context.get()), static_cast<time_t>(now_ms / 1000));
  const bool good = X509_verify_cert(context.get()) == 1;
  depth = X509_STORE_CTX_get_error_depth(context.get());
  const int error = X509_STORE_CTX_get_error(context.get());
  ERR_clear_error();
  return good ? X509_V_OK : error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error;
}

Result<> check_chain(const Chain& chain, const NotificationRules& rules, std::int64_t now_ms) {
  int depth = 0;
  const int error = chain_error(chain, rules, now_ms, depth);
  if (error == X509_V_OK) return hostapi::success();
  if (error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID) return refused(Refusal::certificate_expired, "an authority of its chain");
  const bool issuer_away = depth == 0 && (error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY || error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE);
  const bool issued_by_itself = X509_check_issued(chain.leaf.get(), chain.leaf.get()) == X509_V_OK;
  if (issuer_away && !issued_by_itself && !rules.test()) return hostapi::success();
  return refused(Refusal::certificate_untrusted, X509_verify_cert_error_string(error));
}

}  // namespace

Result<GoodCertificate> checked_certificate(const std::string& pem, const NotificationRules& rules, std::int64_t now_ms) {
  auto chain = read_pem(pem);
  if (!chain) return chain.failure();
  if (!strong_key(chain->leaf.get())) return refused(Refusal::certificate_untrusted, "its key is not RSA of at least 2048 bits");
  auto leaf = std::make_shared<const SigningCertificate>(chain->leaf.get());
  if (!leaf->valid_at(now_ms)) return refused(Refusal::certificate_expired, "");
  if (!names_signer(chain->leaf.get())) return refused(Refusal::certificate_untrusted, "it is not issued to sns.amazonaws.com");
  if (auto good = check_chain(*chain, rules, now_ms); !good) return good.failure();
  return leaf;
}

SigningCertificate::SigningCertificate(X509* certificate)
    : from_ms_(ms_of(X509_get0_notBefore(certificate))), until_ms_(ms_of(X509_get0_notAfter(certificate))), sha1_(ready_to_verify(EVP_sha1(), certificate)),
      sha256_(ready_to_verify(EVP_sha256(), certificate)) {
  if (from_ms_ < 0) until_ms_ = -1;  // a date nobody can read is never
}

bool SigningCertificate::holds(const std::string& version, std::string_view text, std::string_view signature) const {
  const auto* ready = (version == "1" ? sha1_ : sha256_).get();
  const DigestContext context(EVP_MD_CTX_new());
  const bool good = ready && context && EVP_MD_CTX_copy_ex(context.get(), ready) == 1 &&
                    EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
  ERR_clear_error();
  return good;
}

struct SigningCertificates::Entry {
  GoodCertificate certificate;  // or the failure
  Failure failure;
  std::int64_t made_ms = 0;
};

SigningCertificates::SigningCertificates() = default;
SigningCertificates::~SigningCertificates() = default;

std::optional<Result<GoodCertificate>> SigningCertificates::known(const std::string& key, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  const auto& entry = found->second;
  const auto age_ms = now_ms - entry.made_ms;
  const auto kept_ms = entry.certificate ? certificate_kept_ms : failure_kept_ms;
  if (age_ms < 0 || age_ms >= kept_ms || (entry.certificate && !entry.certificate->valid_at(now_ms))) {
    entries_.erase(found);
    return std::nullopt;
  }
  if (!entry.certificate) return Result<GoodCertificate>(entry.failure);
  return Result<GoodCertificate>(entry.certificate);
}

// Strangers name addresses, so the memory of failures must not push out a certificate: the oldest failure goes first.
void SigningCertificates::remember(const std::string& key, Entry entry) {
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= most_entries) {
    auto oldest = entries_.begin();
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
      const bool failure = !it->second.certificate, oldest_failure = !oldest->second.certificate;
      if (failure != oldest_failure ? failure : it->second.made_ms < oldest->second.made_ms) oldest = it;
    }
    entries_.erase(oldest);
  }
  entries_[key] = std::move(entry);
}

Result<GoodCertificate> SigningCertificates::at(const std::string& url, const NotificationRules& rules, const Fetch& fetch, std::int64_t now_ms) {
  const auto key = url + '\n' + rules.test_host + '\n' + rules.ca_file;
  if (auto already = known(key, now_ms)) return std::move(*already);
  const std::unique_lock turn(download_, longest_wait);
  if (!turn) return refusal(Refusal::certificate_unreachable, "another download takes too long", Kind::unavailable);
  if (auto meanwhile = known(key, now_ms)) return std::move(*meanwhile);
  auto pem = fetch(url);
  auto checked = pem ? checked_certificate(*pem, rules, now_ms)
                     : Result<GoodCertificate>(refusal(Refusal::certificate_unreachable, pem.message(), pem.kind() == Kind::refused ? Kind::refused : Kind::unavailable));
  Entry entry;
  entry.made_ms = now_ms;
  if (checked) {
    entry.certificate = *checked;
  } else {
    entry.failure = checked.failure();
  }
  remember(key, std::move(entry));
  return checked;
}

}  // namespace amazonpay::amazon
