#include "amazon/signing.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <stdexcept>

#include "domain/text.hpp"

namespace amazonpay::amazon {
namespace {

constexpr char upper_hex[] = "0123456789ABCDEF";
constexpr char lower_hex[] = "0123456789abcdef";

bool is_unreserved(unsigned char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v'; }

void append_encoded(std::string& out, unsigned char c) {
  if (is_unreserved(c)) {
    out += static_cast<char>(c);
    return;
  }
  out += '%';
  out += upper_hex[c >> 4];
  out += upper_hex[c & 15];
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// Trimmed, and every inner run of white space is one space: it also keeps a line break out of the header block.
std::string collapsed(std::string_view value) {
  std::string out;
  for (char c : value) {
    if (!is_space(c)) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

// Several values of one header become one line, joined with a comma in the order given.
std::map<std::string, std::string> sorted_headers(const NamedValues& headers) {
  std::map<std::string, std::string> sorted;
  for (const auto& header : headers) {
    auto [place, fresh] = sorted.try_emplace(lower_case(header.name), collapsed(header.value));
    if (!fresh) place->second += "," + collapsed(header.value);
  }
  return sorted;
}

}  // namespace

std::string_view algorithm_name(Algorithm algorithm) {
  return algorithm == Algorithm::rsassa_pss ? "AMZN-PAY-RSASSA-PSS" : "AMZN-PAY-RSASSA-PSS-V2";
}

int salt_length(Algorithm algorithm) { return algorithm == Algorithm::rsassa_pss ? 20 : 32; }

hostapi::Result<Algorithm> parse_algorithm(std::string_view name) {
  if (name.empty() || name == algorithm_name(Algorithm::rsassa_pss_v2)) return Algorithm::rsassa_pss_v2;
  if (name == algorithm_name(Algorithm::rsassa_pss)) return Algorithm::rsassa_pss;
  return hostapi::Failure{hostapi::Kind::refused, tr("The signature algorithm is not known. Choose AMZN-PAY-RSASSA-PSS-V2 or AMZN-PAY-RSASSA-PSS.")};
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (char c : text) append_encoded(out, static_cast<unsigned char>(c));
  return out;
}

std::string canonical_path(std::string_view path) {
  std::string out = "/";
  for (char c : path) {
    if (c != '/') {
      append_encoded(out, static_cast<unsigned char>(c));
    } else if (out.back() != '/') {
      out += '/';
    }
  }
  return out;
}

std::string canonical_query(const NamedValues& query) {
  NamedValues encoded;
  for (const auto& parameter : query) encoded.push_back({percent_encoded(parameter.name), percent_encoded(parameter.value)});
  // By the raw value within one name: encoding keeps the order of names apart ("A.1" before "A.10") and never changes the bytes that are equal.
  std::sort(encoded.begin(), encoded.end(), [](const NamedValue& a, const NamedValue& b) {
    return a.name != b.name ? a.name < b.name : a.value < b.value;
  });
  std::string out;
  for (const auto& parameter : encoded) {
    if (!out.empty()) out += '&';
    out += parameter.name + "=" + parameter.value;
  }
  return out;
}

std::string canonical_headers(const NamedValues& headers) {
  std::string out;
  for (const auto& [name, value] : sorted_headers(headers)) out += name + ":" + value + "\n";
  return out;
}

std::string signed_header_names(const NamedValues& headers) {
  std::string out;
  for (const auto& [name, value] : sorted_headers(headers)) {
    if (!out.empty()) out += ';';
    out += name;
  }
  return out;
}

std::string sha256_hex(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL cannot compute SHA-256");
  }
  std::string out;
  for (unsigned int i = 0; i < size; ++i) {
    out += lower_hex[digest[i] >> 4];
    out += lower_hex[digest[i] & 15];
  }
  return out;
}

std::string canonical_request(const SignedRequest& request) {
  return request.method + "\n" + canonical_path(request.path) + "\n" + canonical_query(request.query) + "\n" +
         canonical_headers(request.headers) + "\n" + signed_header_names(request.headers) + "\n" + sha256_hex(request.body);
}

std::string string_to_sign(Algorithm algorithm, std::string_view canonical_request_text) {
  return std::string(algorithm_name(algorithm)) + "\n" + sha256_hex(canonical_request_text);
}

hostapi::Result<std::string> authorization(const PrivateKey& key, Algorithm algorithm, std::string_view public_key_id,
                                           const SignedRequest& request) {
  auto signature = key.sign(algorithm, string_to_sign(algorithm, canonical_request(request)));
  if (!signature) return signature;
  return std::string(algorithm_name(algorithm)) + " PublicKeyId=" + std::string(public_key_id) +
         ", SignedHeaders=" + signed_header_names(request.headers) + ", Signature=" + *signature;
}

}  // namespace amazonpay::amazon
