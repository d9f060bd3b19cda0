#pragma once
// Signs notifications as Amazon's notification service (SNS) does, with the test authority's certificates. Used by the sender and, for the
// certificates it serves, by the API port. Made once at the start; every member is any-thread. Throws std::runtime_error naming the file that
// cannot be read.
#include <map>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "certificate.hpp"
#include "crypto.hpp"

namespace sandbox {

// Section 8.3: each signed member as "name LF value LF" in the service's order. Members that are absent are left out.
std::string string_to_sign(const boost::json::object& envelope);

// The layout of the service: one member a line, `"Name" : "value"`.
std::string envelope_text(const boost::json::object& envelope);

// 2025-03-10T10:16:02.123Z
std::string sns_time(std::int64_t at_ms);

class Signer {
public:
    explicit Signer(const CertificateFiles& files);

    // base64 RSASSA-PKCS1-v1_5; version "1" is SHA-1, everything else SHA-256.
    std::string sign(std::string_view text, const std::string& version) const;

    // kind: valid, expired, self_signed. The path is /SimpleNotificationService-<32 hex>.pem, as long as the certificate is the same.
    const std::string& path_of(const std::string& kind) const { return paths_.at(kind); }
    const std::string* certificate_at(const std::string& path) const;  // PEM or nullptr

private:
    void add(const std::string& kind, const std::filesystem::path& file);

    Key key_;
    std::map<std::string, std::string> paths_, certificates_;
};

}  // namespace sandbox
