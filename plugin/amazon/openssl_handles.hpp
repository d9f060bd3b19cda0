// What of OpenSSL ends with its scope, for the files of this folder that read keys and certificates. Used by private_key.cpp and notification_certificate.cpp.
#pragma once
#include <openssl/bio.h>
#include <openssl/evp.h>

#include <memory>

namespace amazonpay::amazon {

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeKeyContext {
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};
struct FreeDigestContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeDigestContext>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeKeyContext>;

}  // namespace amazonpay::amazon
