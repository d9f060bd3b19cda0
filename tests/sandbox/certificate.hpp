#pragma once
// Makes the sandbox's own test authority, a server certificate for localhost and 127.0.0.1 and the certificates that sign notifications, once
// per data folder. Used by main before the server binds. The authority's private key is thrown away after signing, so nothing else can be
// signed by it. The signer's three certificates share one RSA key: a good one, an expired one and one that signed itself (for refusals).
#include <filesystem>

namespace sandbox {

struct CertificateFiles {
    std::filesystem::path ca;      // ca.pem: give this to clients
    std::filesystem::path server;  // server.pem
    std::filesystem::path key;     // server.key, mode 0600
    std::filesystem::path signer_key;  // signer.key, mode 0600
    std::filesystem::path signer, signer_expired, signer_self_signed;
};

// Keeps existing files; when one is missing (a folder of an older version) all are made anew, ca.pem too. Throws std::runtime_error naming the file that could not be written.
CertificateFiles ensure_certificates(const std::filesystem::path& data_dir);

}  // namespace sandbox
