// Request signing of Amazon Pay: canonical request, string to sign, RSASSA-PSS, authorization header.
// Used by client.cpp for every call and by the tests with the published vectors. The canonical functions are pure; PrivateKey is immutable after
// parse() and may be shared by any number of threads (the parsed key is kept, and so are the contexts OpenSSL signs with: reading the PEM again costs three
// times a signature, preparing a context a twentieth).
// Errors: parse() answers Kind::refused with a sentence for the person who pasted the key; nothing here throws for input.
#pragma once
#include <hostapi/result.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "amazon/secret.hpp"

namespace amazonpay::amazon {

struct NamedValue {
  std::string name;
  std::string value;
};
using NamedValues = std::vector<NamedValue>;

enum class Algorithm {
  rsassa_pss,     // AMZN-PAY-RSASSA-PSS, salt of 20 bytes
  rsassa_pss_v2,  // AMZN-PAY-RSASSA-PSS-V2, salt of 32 bytes, the one Amazon recommends
};
std::string_view algorithm_name(Algorithm algorithm);
int salt_length(Algorithm algorithm);
// Takes the two names above; an empty name is V2, anything else is Kind::refused.
hostapi::Result<Algorithm> parse_algorithm(std::string_view name);

// What is signed. Only the headers listed here are signed; the body is the exact bytes sent.
struct SignedRequest {
  std::string method;
  std::string path;
  NamedValues query;
  NamedValues headers;
  std::string body;
};

std::string percent_encoded(std::string_view text);  // RFC 3986: only A-Z a-z 0-9 - _ . ~ stay
std::string canonical_path(std::string_view path);   // runs of '/' collapse, segments are encoded, an empty path is "/"
std::string canonical_query(const NamedValues& query);
std::string canonical_headers(const NamedValues& headers);  // "name:value\n" each, lower case, sorted
std::string signed_header_names(const NamedValues& headers);
std::string canonical_request(const SignedRequest& request);
inline constexpr std::size_t sha256_size = 32;
std::array<unsigned char, sha256_size> sha256(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);
std::string string_to_sign(Algorithm algorithm, std::string_view canonical_request_text);

// A merchant's RSA private key, parsed and checked. Copies share the key.
class PrivateKey {
 public:
  // Takes PEM in PKCS#1 or PKCS#8. Line breaks lost in a form field are put back. Says what is wrong and what to do.
  static hostapi::Result<PrivateKey> parse(const Secret& pem);

  // A new key of 2048 bits as PKCS#8 PEM; it takes a fraction of a second. Kind::internal if OpenSSL fails.
  static hostapi::Result<Secret> make_pem();

  // Base64 of the signature over the text. Kind::internal if OpenSSL fails.
  hostapi::Result<std::string> sign(Algorithm algorithm, std::string_view text) const;
  // The public half as PEM, to compare with what was handed to Amazon.
  std::string public_pem() const;

 private:
  struct Prepared;
  explicit PrivateKey(std::shared_ptr<Prepared> prepared) : prepared_(std::move(prepared)) {}
  std::shared_ptr<Prepared> prepared_;  // the key and what OpenSSL needs to sign with it
};

// The value of the authorization header.
hostapi::Result<std::string> authorization(const PrivateKey& key, Algorithm algorithm, std::string_view public_key_id,
                                           const SignedRequest& request);

}  // namespace amazonpay::amazon
