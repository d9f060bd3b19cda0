#include "sns.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <boost/json/serialize.hpp>

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace sns {
namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;

Key new_key(KeyKind kind) {
  static const Key shared(EVP_RSA_gen(2048), EVP_PKEY_free);
  if (kind == KeyKind::rsa_2048) return shared;
  EVP_PKEY* key = kind == KeyKind::elliptic ? EVP_EC_gen("P-256") : EVP_RSA_gen(kind == KeyKind::rsa_1024 ? 1024 : 2048);
  if (!key) throw std::runtime_error("no key");
  return {key, EVP_PKEY_free};
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  if (!extension) throw std::runtime_error("no extension " + value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

std::string pem_of(X509* certificate) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return pem;
}

Identity make(const Wish& wish, const Identity* issuer, bool can_issue) {
  static long serial = 1000;
  const Key key = new_key(wish.key);
  const Certificate certificate(X509_new(), X509_free);
  X509* raw = certificate.get();
  X509_set_version(raw, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(raw), ++serial);
  ASN1_TIME_set(X509_getm_notBefore(raw), static_cast<time_t>(wish.from_ms / 1000));
  ASN1_TIME_set(X509_getm_notAfter(raw), static_cast<time_t>(wish.until_ms / 1000));
  X509_NAME_add_entry_by_txt(X509_get_subject_name(raw), "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(wish.name.data()), static_cast<int>(wish.name.size()), -1, 0);
  X509_set_pubkey(raw, key.get());
  X509* by = issuer ? static_cast<X509*>(issuer->certificate.get()) : raw;
  X509_set_issuer_name(raw, X509_get_subject_name(by));
  extend(raw, by, NID_basic_constraints, can_issue ? "critical,CA:TRUE" : "critical,CA:FALSE");
  extend(raw, by, NID_subject_key_identifier, "hash");
  if (issuer) extend(raw, by, NID_authority_key_identifier, "keyid:always");
  if (!wish.alternative.empty()) extend(raw, by, NID_subject_alt_name, "DNS:" + wish.alternative);
  auto* signing = issuer ? static_cast<EVP_PKEY*>(issuer->key.get()) : key.get();
  if (X509_sign(raw, signing, EVP_sha256()) == 0) throw std::runtime_error("no certificate");
  return {key, certificate, pem_of(raw)};
}

Wish long_lived(const std::string& name) { return {name, {}, now_ms - 86'400'000LL * 1000, now_ms + 86'400'000LL * 3000, KeyKind::elliptic}; }

std::string base64(const std::string& bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  out.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()))));
  return out;
}

}  // namespace

const Identity& authority() {
  static const Identity made = make(long_lived("Test authority"), nullptr, true);
  return made;
}
const Identity& other_authority() {
  static const Identity made = make(long_lived("Another authority"), nullptr, true);
  return made;
}
Identity intermediate() { return make(long_lived("Test intermediate"), &authority(), true); }
Identity issued(const Wish& wish, const Identity& issuer) { return make(wish, &issuer, false); }
Identity self_signed(const Wish& wish) { return make(wish, nullptr, false); }
const Identity& signer() {
  static const Identity made = issued({}, authority());
  return made;
}

std::string authority_file() {
  struct File {
    std::filesystem::path path = std::filesystem::temp_directory_path() / ("sns-authority-" + std::to_string(::getpid()) + ".pem");
    File() { std::ofstream(path) << authority().pem; }
    ~File() {
      std::error_code ignored;
      std::filesystem::remove(path, ignored);
    }
  };
  static const File file;
  return file.path.string();
}

std::string inner(const std::string& object_type, const std::string& object_id, const std::string& merchant_id) {
  return json::serialize(json::object{{"MerchantID", merchant_id}, {"ObjectType", object_type}, {"ObjectId", object_id}, {"ChargePermissionId", "S02-1234567-7654321"},
                                      {"NotificationType", "STATE_CHANGE"}, {"NotificationId", "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"}, {"NotificationVersion", "V2"}});
}

json::object notification() {
  return {{"Type", "Notification"}, {"MessageId", "11111111-2222-3333-4444-555555555555"}, {"TopicArn", topic}, {"Message", inner("REFUND", "S02-1234567-7654321-R054321")},
          {"Timestamp", "2025-11-18T21:00:02.123Z"}, {"SignatureVersion", "1"}, {"Signature", ""}, {"SigningCertURL", good_url},
          {"UnsubscribeURL", "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=demo"}};
}

json::object confirmation(const std::string& type) {
  return {{"Type", type}, {"MessageId", "99999999-2222-3333-4444-555555555555"}, {"Token", "2336412f37fb687f5d51e6e241d0"}, {"TopicArn", topic},
          {"Message", "You have chosen to subscribe to the topic."}, {"SubscribeURL", "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=" + topic + "&Token=2336412f37fb687f5d51e6e241d0"},
          {"Timestamp", "2025-11-18T21:00:02.123Z"}, {"SignatureVersion", "2"}, {"Signature", ""}, {"SigningCertURL", good_url}};
}

std::string text_to_sign(const json::object& envelope) {
  static const std::vector<const char*> of_notification = {"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"};
  static const std::vector<const char*> of_others = {"Message", "MessageId", "SubscribeURL", "SubscribeUrl", "Timestamp", "Token", "TopicArn", "Type"};
  const auto* type = envelope.if_contains("Type");
  const bool notification = type && *type == "Notification";
  std::string text;
  for (const char* name : notification ? of_notification : of_others) {
    const auto* value = envelope.if_contains(name);
    if (value && value->is_string()) text += std::string(name == std::string("SubscribeUrl") ? "SubscribeURL" : name) + "\n" + std::string(value->get_string()) + "\n";
  }
  return text;
}

json::object with_signature(json::object envelope, const Identity& by) {
  const auto text = text_to_sign(envelope);
  const auto* version = envelope.if_contains("SignatureVersion");
  auto* key = static_cast<EVP_PKEY*>(by.key.get());
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key)), '\0');
  std::size_t size = signature.size();
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const bool good = EVP_DigestSignInit(context, nullptr, version && *version == "1" ? EVP_sha1() : EVP_sha256(), nullptr, key) == 1 &&
                    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size, reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
  EVP_MD_CTX_free(context);
  if (!good) throw std::runtime_error("no signature");
  signature.resize(size);
  envelope["Signature"] = base64(signature);
  return envelope;
}

std::string body(json::object envelope, const Identity& by) { return json::serialize(with_signature(std::move(envelope), by)); }

hostapi::Result<std::string> Web::get(const std::string& url) {
  asked.push_back(url);
  const auto found = answers.find(url);
  if (found == answers.end()) return hostapi::Failure{hostapi::Kind::refused, "the server answered 404"};
  return found->second;
}

}  // namespace sns
