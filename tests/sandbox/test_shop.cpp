#include "test_shop.hpp"

#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>

namespace sandbox_test {
namespace {

std::string base64(const std::string& bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::string price(const std::string& amount, const std::string& currency) {
    return R"({"amount":")" + amount + R"(","currencyCode":")" + currency + R"("})";
}

}  // namespace

TempFolder::TempFolder() {
    auto name = (std::filesystem::temp_directory_path() / "amazonpay-sandbox-test-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("cannot make a temporary folder");
    path_ = name;
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string sign_text(const std::string& private_key_pem, int salt_bytes, const std::string& text) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(private_key_pem.data(), static_cast<int>(private_key_pem.size())), BIO_free);
    const sandbox::Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_PKEY_CTX* settings = nullptr;
    EVP_DigestSignInit(context.get(), &settings, EVP_sha256(), nullptr, key.get());
    EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, salt_bytes);
    std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key.get())), '\0');
    std::size_t size = signature.size();
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                       reinterpret_cast<const unsigned char*>(text.data()), text.size()) != 1)
        throw std::runtime_error("cannot sign");
    return base64(signature);
}

sandbox::HttpRequest signed_request(const std::string& method, const std::string& target, const std::string& body, const std::string& key_id,
                                    const std::string& private_key_pem, const std::string& idempotency_key, const std::string& region,
                                    const std::string& host, const std::string& algorithm) {
    sandbox::HttpRequest request{method, target, {}, body};
    request.headers = {{"accept", "application/json"}, {"content-type", "application/json"},
                       {"x-amz-pay-date", sandbox::basic_time(sandbox::wall_clock_ms())}, {"x-amz-pay-host", host}};
    if (!idempotency_key.empty()) request.headers.emplace_back("x-amz-pay-idempotency-key", idempotency_key);
    request.headers.emplace_back("x-amz-pay-region", region);
    std::vector<std::string> names;
    std::string joined;
    for (const auto& [name, value] : request.headers) {
        names.push_back(name);
        joined += (joined.empty() ? "" : ";") + name;
    }
    const auto text = algorithm + "\n" + sandbox::sha256_hex(sandbox::canonical_request(request, request.path(), request.query(), names));
    const int salt_bytes = algorithm == "AMZN-PAY-RSASSA-PSS" ? 20 : 32;
    request.headers.emplace_back("authorization", algorithm + " PublicKeyId=" + key_id + ", SignedHeaders=" + joined +
                                                      ", Signature=" + sign_text(private_key_pem, salt_bytes, text));
    return request;
}

Shop::Shop(const char* shop_region) : region(shop_region) {
    restart();
    const auto made = control("POST", "/control/keypair", R"({"region":")" + region + R"("})");
    key_id = made.text("public_key_id");
    private_key = made.text("private_key_pem");
    merchant_id = made.text("merchant_id");
    store_id = made.text("store_id");
    currency = made.text("ledger_currency");
}

void Shop::restart() {
    control_.reset();
    gateway_.reset();
    store_.reset();
    store_ = std::make_unique<sandbox::Store>((folder_.path() / "sandbox.sqlite").string());
    gateway_ = std::make_unique<sandbox::Gateway>(*store_);
    control_ = std::make_unique<sandbox::Control>(*gateway_);
}

Answer Shop::send(const sandbox::HttpRequest& request) {
    const auto answer = gateway_->handle(request);
    Answer result{answer.status, nullptr, answer.drop, answer.delay_ms};
    if (!answer.body.empty()) result.body = boost::json::parse(answer.body);
    return result;
}

Answer Shop::call(const std::string& method, const std::string& path, const std::string& body, const std::string& idempotency_key,
                  const std::string& simulation_code) {
    auto request = signed_request(method, path, body, key_id, private_key, idempotency_key, region);
    if (!simulation_code.empty()) request.headers.emplace_back("x-amz-pay-simulation-code", simulation_code);
    return send(request);
}

Answer Shop::control(const std::string& method, const std::string& path, const std::string& body) {
    const auto answer = control_->handle({method, path, {}, body});
    return {answer.status, boost::json::parse(answer.body), false, 0};
}

void Shop::order(const std::string& amount, const std::string& extra) {
    const auto made = control("POST", "/control/orders",
                              R"({"public_key_id":")" + key_id + R"(","amount":")" + amount + R"(","merchant_reference_id":"10042")" + extra + "}");
    if (made.status != 200) throw std::runtime_error("the order was refused: " + boost::json::serialize(made.body));
    const auto id = [&](const char* name) { return made.body.at(name).is_string() ? made.text(name) : std::string(); };
    permission_id = id("charge_permission_id");
    charge_id = id("charge_id");
    session_id = id("checkout_session_id");
}

Answer Shop::capture(const std::string& amount, const std::string& idempotency_key, const std::string& simulation_code) {
    return call("POST", "/v2/charges/" + charge_id + "/capture", R"({"captureAmount":)" + price(amount, currency) + "}",
                idempotency_key.empty() ? fresh_key() : idempotency_key, simulation_code);
}

Answer Shop::refund(const std::string& amount, const std::string& idempotency_key, const std::string& simulation_code) {
    return call("POST", "/v2/refunds", R"({"chargeId":")" + charge_id + R"(","refundAmount":)" + price(amount, currency) + "}",
                idempotency_key.empty() ? fresh_key() : idempotency_key, simulation_code);
}

Answer Shop::create_charge(const std::string& amount, const std::string& extra, const std::string& simulation_code) {
    const auto made = call("POST", "/v2/charges",
                           R"({"chargePermissionId":")" + permission_id + R"(","chargeAmount":)" + price(amount, currency) + extra + "}",
                           fresh_key(), simulation_code);
    if (made.status == 201) charge_id = made.text("chargeId");
    return made;
}

void Shop::advance(std::int64_t seconds) { control("POST", "/control/clock", R"({"advance_s":)" + std::to_string(seconds) + "}"); }

}  // namespace sandbox_test
