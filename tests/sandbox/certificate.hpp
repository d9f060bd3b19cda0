#pragma once
// Makes the sandbox's own test authority and a server certificate for localhost and 127.0.0.1, once per data folder.
// Used by main before the server binds. The authority's private key is thrown away after signing, so nothing else can be signed by it.
#include <filesystem>

namespace sandbox {

struct CertificateFiles {
    std::filesystem::path ca;      // ca.pem: give this to clients
    std::filesystem::path server;  // server.pem
    std::filesystem::path key;     // server.key, mode 0600
};

// Keeps existing files. Throws std::runtime_error naming the file that could not be written.
CertificateFiles ensure_certificates(const std::filesystem::path& data_dir);

}  // namespace sandbox
