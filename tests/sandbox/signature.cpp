#include "signature.hpp"

#include <algorithm>
#include <array>

#include "error.hpp"

namespace sandbox {
namespace {

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string collapse_blanks(std::string_view text) {
    std::string out;
    for (char c : trim(text)) {
        const bool blank = c == ' ' || c == '\t';
        if (blank && !out.empty() && out.back() == ' ') continue;
        out += blank ? ' ' : c;
    }
    return out;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

bool unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

void append_encoded(std::string& out, char c) {
    static constexpr char hex[] = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += hex[byte >> 4];
    out += hex[byte & 15];
}

std::string percent_encode(std::string_view text, bool keep_slash) {
    std::string out;
    for (char c : text) {
        if (unreserved(c) || (keep_slash && c == '/')) out += c;
        else append_encoded(out, c);
    }
    return out;
}

// Node and PHP sort, but do not encode as RFC 3986 asks: the pairs as received, only sorted.
std::string sorted_query(std::string_view query) {
    auto pairs = split(query, '&');
    std::sort(pairs.begin(), pairs.end());
    std::string out;
    for (auto pair : pairs) {
        if (!out.empty()) out += '&';
        out += pair;
    }
    return out;
}

std::string header_values(const HttpRequest& request, std::string_view name) {
    std::string joined;
    bool found = false;
    for (const auto& [header, value] : request.headers) {
        if (header != name) continue;
        if (found) joined += ',';
        joined += collapse_blanks(value);
        found = true;
    }
    if (!found) throw ApiError(400, "MissingHeader", "SignedHeaders names '" + std::string(name) + "', but the request has no such header.");
    return joined;
}

[[noreturn]] void bad_authorization(const std::string& message) { throw ApiError(403, "InvalidAuthentication", message); }

}  // namespace

std::string percent_decode(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '%' && at + 2 < text.size() && hex_value(text[at + 1]) >= 0 && hex_value(text[at + 2]) >= 0) {
            out += static_cast<char>(hex_value(text[at + 1]) * 16 + hex_value(text[at + 2]));
            at += 2;
        } else {
            out += text[at];
        }
    }
    return out;
}

std::string_view HttpRequest::query() const {
    const auto at = target.find('?');
    return at == std::string::npos ? std::string_view{} : std::string_view(target).substr(at + 1);
}

const std::string* HttpRequest::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (key == name) return &value;
    return nullptr;
}

Authorization parse_authorization(const HttpRequest& request) {
    const auto count = std::count_if(request.headers.begin(), request.headers.end(), [](const auto& h) { return h.first == "authorization"; });
    if (count != 1) bad_authorization(count == 0 ? "The authorization header is missing." : "There is more than one authorization header.");
    const auto text = trim(*request.header("authorization"));
    const auto blank = text.find_first_of(" \t");
    Authorization result;
    result.algorithm = std::string(text.substr(0, blank));
    if (result.algorithm == "AMZN-PAY-RSASSA-PSS") result.salt_bytes = 20;
    else if (result.algorithm == "AMZN-PAY-RSASSA-PSS-V2") result.salt_bytes = 32;
    else bad_authorization("The algorithm of the authorization header is unknown: use AMZN-PAY-RSASSA-PSS-V2 or AMZN-PAY-RSASSA-PSS.");
    if (blank == std::string_view::npos) bad_authorization("The authorization header ends after the algorithm.");

    for (auto part : split(text.substr(blank), ',')) {
        part = trim(part);
        const auto equals = part.find('=');
        if (equals == std::string_view::npos) bad_authorization("The authorization header holds a part without '='.");
        const auto name = trim(part.substr(0, equals));
        const auto value = trim(part.substr(equals + 1));
        if (name == "PublicKeyId" && result.public_key_id.empty()) result.public_key_id = std::string(value);
        else if (name == "Signature" && result.signature.empty()) result.signature = std::string(value);
        else if (name == "SignedHeaders" && result.signed_headers.empty())
            for (auto header : split(value, ';')) result.signed_headers.push_back(lower(trim(header)));
        else bad_authorization("The authorization header holds an unknown or repeated part '" + std::string(name) + "'.");
    }
    if (result.public_key_id.empty() || result.signed_headers.empty() || result.signature.empty())
        bad_authorization("The authorization header needs PublicKeyId, SignedHeaders and Signature.");
    std::sort(result.signed_headers.begin(), result.signed_headers.end());
    return result;
}

std::string canonical_path(std::string_view path) {
    std::string collapsed = "/";
    for (char c : path)
        if (c != '/' || collapsed.back() != '/') collapsed += c;
    std::string out;
    for (std::size_t at = 0; at < collapsed.size(); ++at) {
        const char c = collapsed[at];
        const bool encoded = c == '%' && at + 2 < collapsed.size() && hex_value(collapsed[at + 1]) >= 0 && hex_value(collapsed[at + 2]) >= 0;
        if (encoded || unreserved(c) || c == '/') out += c;
        else append_encoded(out, c);
    }
    return out;
}

std::string canonical_query(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (auto part : split(query, '&')) {
        if (part.empty()) continue;
        const auto equals = part.find('=');
        const auto value = equals == std::string_view::npos ? std::string_view{} : part.substr(equals + 1);
        pairs.emplace_back(percent_encode(percent_decode(part.substr(0, equals)), false), percent_encode(percent_decode(value), false));
    }
    std::sort(pairs.begin(), pairs.end());
    std::string out;
    for (const auto& [name, value] : pairs) {
        if (!out.empty()) out += '&';
        out += name + "=" + value;
    }
    return out;
}

std::string canonical_request(const HttpRequest& request, std::string_view path, std::string_view query,
                              const std::vector<std::string>& signed_headers) {
    std::string text = request.method + "\n" + std::string(path) + "\n" + std::string(query) + "\n";
    std::string names;
    for (const auto& name : signed_headers) {
        text += name + ":" + header_values(request, name) + "\n";
        if (!names.empty()) names += ';';
        names += name;
    }
    return text + "\n" + names + "\n" + sha256_hex(request.body);
}

void verify_signature(const HttpRequest& request, const Authorization& authorization, const Key& key) {
    const auto is_signed = [&](std::string_view name) {
        return std::binary_search(authorization.signed_headers.begin(), authorization.signed_headers.end(), name, std::less<>{});
    };
    for (std::string_view name : {"accept", "content-type", "x-amz-pay-date", "x-amz-pay-host", "x-amz-pay-region"})
        if (!is_signed(name)) throw ApiError(400, "MissingHeader", "The header '" + std::string(name) + "' has to be sent and signed.");
    if (request.header("x-amz-pay-idempotency-key") && !is_signed("x-amz-pay-idempotency-key"))
        throw ApiError(400, "MissingHeader", "The header 'x-amz-pay-idempotency-key' was sent, but is not among the signed headers.");

    const auto signature = base64_decode(authorization.signature);
    const std::array<std::pair<std::string, std::string>, 4> forms{{
        {std::string(request.path()), std::string(request.query())},
        {std::string(request.path()), canonical_query(request.query())},
        {canonical_path(request.path()), canonical_query(request.query())},
        {std::string(request.path()), sorted_query(request.query())},
    }};
    std::string first_text;
    for (std::size_t i = 0; i < forms.size(); ++i) {
        if (std::find(forms.begin(), forms.begin() + static_cast<long>(i), forms[i]) != forms.begin() + static_cast<long>(i)) continue;
        const auto text = authorization.algorithm + "\n" +
                          sha256_hex(canonical_request(request, forms[i].first, forms[i].second, authorization.signed_headers));
        if (first_text.empty()) first_text = text;
        if (signature && verify_pss(key, authorization.salt_bytes, text, *signature)) return;
    }
    throw ApiError(403, "InvalidRequestSignature",
                   "Unable to verify signature, signing String [" + first_text + "] , signature [" + authorization.signature + "]");
}

}  // namespace sandbox
