// The certificates that sign notifications: downloaded once, checked once, kept by address. Used by verified() of notification.hpp; the plugin has one
// SigningCertificates for all its calls. Any thread; one download at a time, the others wait for it a moment.
//
// What makes a certificate good: readable PEM, an RSA key of at least 2048 bits, valid now by the host's clock, issued to sns.amazonaws.com or to that of a
// region, and not by itself. Its chain must lead to an authority (the system's, or ca_file) as soon as its issuer is at hand, in the PEM or among the
// authorities. Amazon serves the certificate alone and its issuer is an intermediate that no system knows; then, and only with Amazon's own hosts, the
// download stands for the chain: it came over TLS, authenticated, from exactly that host. In test mode the chain must always hold.
#pragma once
#include <openssl/x509.h>

#include <map>
#include <memory>
#include <mutex>

#include "amazon/notification.hpp"
#include "amazon/openssl_handles.hpp"

namespace amazonpay::amazon {

// One that was found good. Any thread: what it was made ready with is only copied.
class SigningCertificate {
 public:
  explicit SigningCertificate(X509* certificate);
  bool valid_at(std::int64_t now_ms) const { return from_ms_ <= now_ms && now_ms <= until_ms_; }
  // RSASSA-PKCS1-v1_5 with SHA-1 (version 1) or SHA-256 (version 2).
  bool holds(const std::string& version, std::string_view text, std::string_view signature) const;

 private:
  std::int64_t from_ms_ = 0, until_ms_ = -1;
  DigestContext sha1_, sha256_;  // ready to verify, with its key; none if OpenSSL refuses
};
using GoodCertificate = std::shared_ptr<const SigningCertificate>;

class SigningCertificates {
 public:
  SigningCertificates();
  ~SigningCertificates();
  SigningCertificates(const SigningCertificates&) = delete;
  SigningCertificates& operator=(const SigningCertificates&) = delete;

  // The certificate at an address that was found good. A failure is remembered for a minute, a certificate for a day and never beyond its end.
  Result<GoodCertificate> at(const std::string& url, const NotificationRules& rules, const Fetch& fetch, std::int64_t now_ms);

 private:
  struct Entry;
  std::optional<Result<GoodCertificate>> known(const std::string& key, std::int64_t now_ms);
  void remember(const std::string& key, Entry entry);

  std::mutex mutex_;
  std::timed_mutex download_;
  std::map<std::string, Entry> entries_;
};

// The checks of a downloaded PEM, for the class above and for tests.
Result<GoodCertificate> checked_certificate(const std::string& pem, const NotificationRules& rules, std::int64_t now_ms);

}  // namespace amazonpay::amazon
