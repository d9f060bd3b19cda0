#include "amazon/signing.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cstddef>
#include <stdexcept>

#include "amazon/ascii.hpp"
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
  for (char& c : out) c = lower(c);
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
NamedValues sorted_headers(const NamedValues& headers) {
  NamedValues sorted;
  sorted.reserve(headers.size());
  for (const auto& header : headers) sorted.push_back({lower_case(header.name), collapsed(header.value)});
  std::stable_sort(sorted.begin(), sorted.end(), [](const NamedValue& a, const NamedValue& b) { return a.name < b.name; });
  NamedValues joined;
  joined.reserve(sorted.size());
  for (auto& header : sorted) {
    if (!joined.empty() && joined.back().name == header.name) joined.back().value += "," + header.value;
    else joined.push_back(std::move(header));
  }
  return joined;
}

std::string lines_of(const NamedValues& sorted) {
  std::string out;
  for (const auto& [name, value] : sorted) out.append(name).append(1, ':').append(value).append(1, '\n');
  return out;
}

std::string names_of(const NamedValues& sorted) {
  std::string out;
  for (const auto& header : sorted) {
    if (!out.empty()) out += ';';
    out += header.name;
  }
  return out;
}

std::string canonical_text(const SignedRequest& request, const NamedValues& sorted, const std::string& names) {
  return request.method + "\n" + canonical_path(request.path) + "\n" + canonical_query(request.query) + "\n" + lines_of(sorted) + "\n" + names + "\n" + sha256_hex(request.body);
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

std::string canonical_headers(const NamedValues& headers) { return lines_of(sorted_headers(headers)); }

std::string signed_header_names(const NamedValues& headers) { return names_of(sorted_headers(headers)); }

std::array<unsigned char, sha256_size> sha256(std::string_view bytes) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);  // kept for ever: EVP_sha256() is looked up again for every digest
  std::array<unsigned char, sha256_size> digest{};
  if (!algorithm || EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, algorithm, nullptr) != 1) throw std::runtime_error("OpenSSL cannot compute SHA-256");
  return digest;
}

std::string sha256_hex(std::string_view bytes) {
  std::string out;
  out.reserve(2 * sha256_size);
  for (const unsigned char byte : sha256(bytes)) {
    out += lower_hex[byte >> 4];
    out += lower_hex[byte & 15];
  }
  return out;
}

std::string canonical_request(const SignedRequest& request) {
  const auto sorted = sorted_headers(request.headers);
  return canonical_text(request, sorted, names_of(sorted));
}

std::string string_to_sign(Algorithm algorithm, std::string_view canonical_request_text) {
  return std::string(algorithm_name(algorithm)) + "\n" + sha256_hex(canonical_request_text);
}

hostapi::Result<std::string> authorization(const PrivateKey& key, Algorithm algorithm, std::string_view public_key_id,
                                           const SignedRequest& request) {
  const auto sorted = sorted_headers(request.headers);
  const auto names = names_of(sorted);
  auto signature = key.sign(algorithm, string_to_sign(algorithm, canonical_text(request, sorted, names)));
  if (!signature) return signature;
  return std::string(algorithm_name(algorithm)) + " PublicKeyId=" + std::string(public_key_id) + ", SignedHeaders=" + names + ", Signature=" + *signature;
}

}  // namespace amazonpay::amazon
