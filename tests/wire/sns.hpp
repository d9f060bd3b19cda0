// SNS for tests: authorities and signing certificates made by OpenSSL on the fly, messages signed with them, a web of addresses without sockets, and the
// table of forged and damaged messages. The text to sign is composed here a second time, from the specification. Used by wire_tests (the check alone) and
// adapter_tests (the same rows through the plugin's border). Keys are made once per process.
#pragma once
#include <boost/json/object.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "amazon/notification.hpp"

namespace sns {

namespace json = boost::json;

inline constexpr std::int64_t now_ms = 1763500000000;  // 2025-11-18
inline const std::string topic = "arn:aws:sns:eu-west-1:000000000000:demo-topic";
inline const std::string good_url = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem";
inline const std::string merchant = "A1EXAMPLESELL0";

struct Identity {
  std::shared_ptr<void> key;          // EVP_PKEY
  std::shared_ptr<void> certificate;  // X509
  std::string pem;                    // the certificate
};

enum class KeyKind { rsa_2048, own_rsa_2048, rsa_1024, elliptic };  // rsa_2048: one key for all who ask for it, because making one takes long
struct Wish {
  std::string name = "sns.amazonaws.com";
  std::string alternative;  // a DNS name in subjectAltName; empty: no such extension
  std::int64_t from_ms = now_ms - 86'400'000LL, until_ms = now_ms + 86'400'000LL * 300;
  KeyKind key = KeyKind::rsa_2048;
};

const Identity& authority();           // the one that is trusted: authority_file()
const Identity& other_authority();
Identity intermediate();               // issued by authority()
std::string authority_file();          // PEM file, removed at the end of the process
Identity issued(const Wish& wish, const Identity& issuer);
Identity self_signed(const Wish& wish);
const Identity& signer();              // a good one, issued by authority()

// A good notification of a refund, not signed yet; and a subscription confirmation.
json::object notification();
json::object confirmation(const std::string& type = "SubscriptionConfirmation");
std::string inner(const std::string& object_type, const std::string& object_id, const std::string& merchant_id = merchant);
std::string text_to_sign(const json::object& envelope);
json::object with_signature(json::object envelope, const Identity& by = signer());
std::string body(json::object envelope, const Identity& by = signer());  // signed and serialised

// The addresses that answer; everything else is not there. Counts what was asked.
struct Web {
  std::map<std::string, hostapi::Result<std::string>> answers = {{good_url, signer().pem}};
  std::vector<std::string> asked;
  hostapi::Result<std::string> get(const std::string& url);
  amazonpay::amazon::Fetch fetch() {
    return [this](const std::string& url) { return get(url); };
  }
};

struct Forged {
  std::string name, code, body;
  std::map<std::string, hostapi::Result<std::string>> web = {{good_url, signer().pem}};
  bool downloads = false;  // gets as far as asking for the certificate
  bool again = false;      // the sender shall come again: 503
};
std::vector<Forged> forged();

}  // namespace sns
