#pragma once
// Request signing as Amazon Pay checks it: the canonical request, the authorization header and the verification against a public key.
// Used by the gateway for every API request and by the tests for the published vectors. No state, any thread.
// Refusals are thrown as ApiError: 403 InvalidAuthentication for a header that cannot be read, 400 MissingHeader for headers that had to
// be signed, 403 InvalidRequestSignature (with the string that was computed) when the signature does not verify.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto.hpp"

namespace sandbox {

// One HTTP request as the server received it. Header names are lower case; a repeated header stands there repeatedly.
struct HttpRequest {
    std::string method;
    std::string target;  // path and query, as on the request line
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
    std::string_view query() const;
    const std::string* header(std::string_view name) const;  // the first one, or nullptr
};

struct Authorization {
    std::string algorithm;
    int salt_bytes = 0;
    std::string public_key_id;
    std::vector<std::string> signed_headers;  // lower case, byte order
    std::string signature;                    // base64 as received
};

Authorization parse_authorization(const HttpRequest& request);

// RFC 3986 with runs of '/' collapsed; the input may hold any bytes and existing %XX stay as they are.
std::string canonical_path(std::string_view path);
// Decodes and re-encodes each pair, then sorts by name and value.
std::string canonical_query(std::string_view query);

std::string percent_decode(std::string_view text);

// The six parts for the given form of path and query.
std::string canonical_request(const HttpRequest& request, std::string_view path, std::string_view query,
                              const std::vector<std::string>& signed_headers);

// Returns when the signature verifies for the path and query as received or in normalised form; throws otherwise.
void verify_signature(const HttpRequest& request, const Authorization& authorization, const Key& key);

}  // namespace sandbox
