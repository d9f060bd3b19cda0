#include "signer.hpp"

#include <ctime>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace sandbox {
namespace {

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    if (!file || text.str().empty()) throw std::runtime_error("cannot read " + path.string() + "; remove it and start again to have it made anew");
    return text.str();
}

}  // namespace

std::string string_to_sign(const boost::json::object& envelope) {
    const auto* type = envelope.if_contains("Type");
    const bool notification = !type || (type->is_string() && type->as_string() == "Notification");
    const std::initializer_list<const char*> of_notification{"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"};
    const std::initializer_list<const char*> of_confirmation{"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"};
    std::string text;
    for (const auto* name : notification ? of_notification : of_confirmation) {
        const auto* value = envelope.if_contains(name);
        if (value && value->is_string()) text.append(name).append("\n").append(value->as_string()).append("\n");
    }
    return text;
}

std::string envelope_text(const boost::json::object& envelope) {
    std::string text = "{";
    for (const auto& member : envelope)
        text += std::string(text.size() > 1 ? "," : "") + "\n  " + boost::json::serialize(member.key()) + " : " + boost::json::serialize(member.value());
    return text + "\n}";
}

std::string sns_time(std::int64_t at_ms) {
    const std::time_t seconds = at_ms / 1000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32], all[48];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    std::snprintf(all, sizeof all, "%s.%03dZ", text, static_cast<int>(at_ms % 1000));
    return all;
}

Signer::Signer(const CertificateFiles& files) {
    const auto pem = read_file(files.signer_key);
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
    key_ = Key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    if (!key_) throw std::runtime_error(files.signer_key.string() + " is not a private key; remove it and start again to have it made anew");
    add("valid", files.signer);
    add("expired", files.signer_expired);
    add("self_signed", files.signer_self_signed);
}

void Signer::add(const std::string& kind, const std::filesystem::path& file) {
    const auto pem = read_file(file);
    const auto path = "/SimpleNotificationService-" + sha256_hex(pem).substr(0, 32) + ".pem";
    paths_[kind] = path;
    certificates_[path] = pem;
}

const std::string* Signer::certificate_at(const std::string& path) const {
    const auto found = certificates_.find(path);
    return found == certificates_.end() ? nullptr : &found->second;
}

std::string Signer::sign(std::string_view text, const std::string& version) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_PKEY_CTX* settings = nullptr;
    std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
    std::size_t size = signature.size();
    if (EVP_DigestSignInit(context.get(), &settings, version == "1" ? EVP_sha1() : EVP_sha256(), nullptr, key_.get()) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PADDING) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                       reinterpret_cast<const unsigned char*>(text.data()), text.size()) != 1)
        throw std::runtime_error("OpenSSL could not sign a notification");
    signature.resize(size);
    return base64_encode(signature);
}

}  // namespace sandbox
