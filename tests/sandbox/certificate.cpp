#include "certificate.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace sandbox {
namespace {

struct FreeOfCertificate {
    void operator()(BIO* p) const { BIO_free(p); }
    void operator()(X509* p) const { X509_free(p); }
    void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
    void operator()(X509_EXTENSION* p) const { X509_EXTENSION_free(p); }
};
using Certificate = std::unique_ptr<X509, FreeOfCertificate>;
using PrivateKey = std::unique_ptr<EVP_PKEY, FreeOfCertificate>;

void write_file(const std::filesystem::path& path, BIO* bio, mode_t mode) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    const bool written = file >= 0 && ::fchmod(file, mode) == 0 && ::write(file, data, static_cast<std::size_t>(size)) == size;
    if (file >= 0) ::close(file);
    if (!written) throw std::runtime_error("cannot write " + path.string() + "; check that the folder is writable");
}

void write_certificate(const std::filesystem::path& path, X509* certificate) {
    std::unique_ptr<BIO, FreeOfCertificate> bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate);
    write_file(path, bio.get(), 0644);
}

void add_extension(X509* certificate, X509* issuer, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    std::unique_ptr<X509_EXTENSION, FreeOfCertificate> extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
    if (!extension) throw std::runtime_error("OpenSSL refused a certificate extension");
    X509_add_ext(certificate, extension.get(), -1);
}

Certificate new_certificate(const char* common_name, EVP_PKEY* key) {
    Certificate certificate(X509_new());
    X509_set_version(certificate.get(), X509_VERSION_3);
    std::uint64_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -86400L);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 10L * 365 * 86400);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0);
    return certificate;
}

void sign(X509* certificate, X509* issuer, EVP_PKEY* key) {
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
    if (X509_sign(certificate, key, EVP_sha256()) == 0) throw std::runtime_error("OpenSSL could not sign the test certificate");
}

void write_key(const std::filesystem::path& path, EVP_PKEY* key) {
    std::unique_ptr<BIO, FreeOfCertificate> secret(BIO_new(BIO_s_mem()));
    PEM_write_bio_PKCS8PrivateKey(secret.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    write_file(path, secret.get(), 0600);
}

void issue_server(const CertificateFiles& files, X509* ca, EVP_PKEY* ca_key) {
    const PrivateKey key(EVP_EC_gen("P-256"));
    const auto server = new_certificate("localhost", key.get());
    add_extension(server.get(), ca, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(server.get(), ca, NID_key_usage, "critical,digitalSignature");
    add_extension(server.get(), ca, NID_ext_key_usage, "serverAuth");
    add_extension(server.get(), ca, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    add_extension(server.get(), ca, NID_subject_key_identifier, "hash");
    add_extension(server.get(), ca, NID_authority_key_identifier, "keyid:always");
    sign(server.get(), ca, ca_key);
    write_key(files.key, key.get());
    write_certificate(files.server, server.get());
}

// The real ones are TLS server certificates of the name sns.amazonaws.com, too.
void issue_signer(const CertificateFiles& files, X509* ca, EVP_PKEY* ca_key) {
    const PrivateKey key(EVP_RSA_gen(2048));
    const auto issue = [&](const std::filesystem::path& path, bool expired, bool by_itself) {
        const auto signer = new_certificate("sns.amazonaws.com", key.get());
        auto* issuer = by_itself ? signer.get() : ca;
        if (expired) {
            X509_gmtime_adj(X509_getm_notBefore(signer.get()), -400L * 86400);
            X509_gmtime_adj(X509_getm_notAfter(signer.get()), -30L * 86400);
        }
        add_extension(signer.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
        add_extension(signer.get(), issuer, NID_key_usage, "critical,digitalSignature,keyEncipherment");
        add_extension(signer.get(), issuer, NID_ext_key_usage, "serverAuth,clientAuth");
        add_extension(signer.get(), issuer, NID_subject_alt_name, "DNS:sns.amazonaws.com");
        add_extension(signer.get(), issuer, NID_subject_key_identifier, "hash");
        if (!by_itself) add_extension(signer.get(), issuer, NID_authority_key_identifier, "keyid:always");
        sign(signer.get(), issuer, by_itself ? key.get() : ca_key);
        write_certificate(path, signer.get());
    };
    write_key(files.signer_key, key.get());
    issue(files.signer, false, false);
    issue(files.signer_expired, true, false);
    issue(files.signer_self_signed, false, true);
}

}  // namespace

CertificateFiles ensure_certificates(const std::filesystem::path& data_dir) {
    const CertificateFiles files{data_dir / "ca.pem", data_dir / "server.pem", data_dir / "server.key", data_dir / "signer.key",
                                 data_dir / "signer.pem", data_dir / "signer-expired.pem", data_dir / "signer-self-signed.pem"};
    const auto all = {files.ca, files.server, files.key, files.signer_key, files.signer, files.signer_expired, files.signer_self_signed};
    if (std::all_of(all.begin(), all.end(), [](const auto& path) { return std::filesystem::exists(path); })) return files;

    const PrivateKey ca_key(EVP_EC_gen("P-256"));
    if (!ca_key) throw std::runtime_error("OpenSSL could not make the keys of the test certificate");
    const auto ca = new_certificate("amazonpay-sandbox test authority", ca_key.get());
    add_extension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
    sign(ca.get(), ca.get(), ca_key.get());
    issue_server(files, ca.get(), ca_key.get());
    issue_signer(files, ca.get(), ca_key.get());
    write_certificate(files.ca, ca.get());  // last: while it is missing, all are made again
    return files;
}

}  // namespace sandbox
