#include <catch2/catch.hpp>

#include <map>
#include <mutex>
#include <set>

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509_vfy.h>

#include "notification_sender.hpp"
#include "server.hpp"
#include "test_process.hpp"
#include "test_shop.hpp"

using namespace sandbox_test;

namespace {

using boost::json::value;

template <class Condition>
bool wait_for(Condition condition, int seconds = 10) {
    for (int tries = 0; tries < seconds * 100; ++tries) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return condition();
}

// The shop's notification address: answers what it is told to and keeps what it got.
class Mailbox {
public:
    Mailbox()
        : server_(sandbox::ensure_certificates(folder_.path()), 0, 0, [this](const auto& r) { return take(r); }, [this](const auto& r) { return take(r); }),
          thread_([this] { server_.run(1); }) {}
    ~Mailbox() {
        server_.stop();
        thread_.join();
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.control_port()) + "/notify"; }
    std::string tls_url() const { return "https://localhost:" + std::to_string(server_.port()) + "/notify"; }
    std::string authority() const {
        std::ifstream file(folder_.path() / "ca.pem");
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void answer(int status) { status_ = status; }
    std::vector<sandbox::HttpRequest> got() const {
        std::lock_guard lock(mutex_);
        return got_;
    }
    std::size_t count() const { return got().size(); }
    std::vector<std::string> message_ids() const {
        std::vector<std::string> ids;
        for (const auto& request : got()) ids.push_back(text(boost::json::parse(request.body), "MessageId"));
        return ids;
    }

private:
    sandbox::HttpAnswer take(const sandbox::HttpRequest& request) {
        std::lock_guard lock(mutex_);
        got_.push_back(request);
        sandbox::HttpAnswer answer;
        answer.status = status_;
        return answer;
    }
    TempFolder folder_;
    mutable std::mutex mutex_;
    std::vector<sandbox::HttpRequest> got_;
    std::atomic<int> status_{200};
    sandbox::Server server_;
    std::thread thread_;
};

struct ShopWithSender {
    Shop shop;
    sandbox::CertificateFiles files = sandbox::ensure_certificates(shop.folder());
    sandbox::Signer signer{files};
    std::unique_ptr<sandbox::NotificationSender> sender;

    ShopWithSender() { start(); }
    void start() {
        shop.gateway().notifications().set_address("localhost:8443", signer);
        sender = std::make_unique<sandbox::NotificationSender>(shop.gateway(), signer);
    }
    value subscribe(const std::string& url, const std::string& extra = {}) {
        return shop.control("POST", "/control/notifications",
                            R"({"public_key_id":")" + shop.key_id + R"(","delay_ms":0,"url":")" + url + "\"" + extra + "}").body;
    }
    value outbox(const std::string& query = {}) { return shop.control("GET", "/control/notifications" + query).body; }
    bool all_are(const std::string& state) {
        const auto all = outbox();
        for (const auto& n : all.at("notifications").as_array())
            if (text(n, "state") != state) return false;
        return true;
    }
};

bool verifies(const value& envelope, const std::string& certificate_pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())), BIO_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free);
    const auto signed_text = sandbox::string_to_sign(envelope.as_object());
    const auto signature = sandbox::base64_decode(text(envelope, "Signature")).value();
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    const auto* digest = text(envelope, "SignatureVersion") == "1" ? EVP_sha1() : EVP_sha256();
    EVP_PKEY_CTX* settings = nullptr;
    return EVP_DigestVerifyInit(context.get(), &settings, digest, nullptr, X509_get0_pubkey(certificate.get())) == 1 &&
           EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PADDING) == 1 &&
           EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                            reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size()) == 1;
}

// 0 when the certificate is trusted through the authority, else OpenSSL's reason.
int chain_error(const std::string& certificate_file, const std::string& authority_file) {
    const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), X509_STORE_free);
    X509_STORE_load_file(store.get(), authority_file.c_str());
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_file(certificate_file.c_str(), "r"), BIO_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free);
    const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(X509_STORE_CTX_new(), X509_STORE_CTX_free);
    X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr);
    return X509_verify_cert(context.get()) == 1 ? 0 : X509_STORE_CTX_get_error(context.get());
}

}  // namespace

TEST_CASE("the string to sign is that of the reference's example, byte for byte") {
    const auto envelope = boost::json::parse(R"({"Type":"Notification","MessageId":"11111111-2222-3333-4444-555555555555",
        "TopicArn":"arn:aws:sns:eu-west-1:000000000000:demo-topic",
        "Message":"{\"MerchantID\":\"A1EXAMPLESELL0\",\"ObjectType\":\"REFUND\",\"ObjectId\":\"S02-1234567-7654321-R054321\",\"ChargePermissionId\":\"S02-1234567-7654321\",\"NotificationType\":\"STATE_CHANGE\",\"NotificationId\":\"0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0\",\"NotificationVersion\":\"V2\"}",
        "Timestamp":"2025-03-10T10:16:02.123Z","SignatureVersion":"1","Signature":"BASE64","SigningCertURL":"https://x","UnsubscribeURL":"https://y"})");
    const auto signed_text = sandbox::string_to_sign(envelope.as_object());
    CHECK(signed_text.size() == 418);
    CHECK(sandbox::sha256_hex(signed_text) == "e3a479bfa1414a44773016e6d22d7d9a6f0ce8025c2438787a140b58c4483714");
    unsigned char digest[20];
    EVP_Digest(signed_text.data(), signed_text.size(), digest, nullptr, EVP_sha1(), nullptr);
    char hex[41];
    for (int i = 0; i < 20; ++i) std::snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    CHECK(std::string(hex) == "309d0fd2112d919170cb3d11fc41c05393f3ce7f");
}

TEST_CASE("both signature versions verify against the certificate, which the test authority vouches for") {
    ShopWithSender s;
    Mailbox mailbox;
    for (const std::string version : {"1", "2"}) {
        const auto answer = s.subscribe(mailbox.url(), R"(,"signature_version":")" + version + "\"");
        CHECK(text(answer, "certificate_host") == "localhost:8443");
        const auto before = mailbox.count();
        s.shop.order("80.00", R"(,"intent":"Confirm")");
        REQUIRE(wait_for([&] { return mailbox.count() == before + 1; }));
        const auto request = mailbox.got().back();
        const auto envelope = boost::json::parse(request.body);
        CHECK(text(envelope, "SignatureVersion") == version);
        CHECK(text(envelope, "SigningCertURL") == text(answer, "signing_cert_url"));
        const auto* pem = s.signer.certificate_at(text(envelope, "SigningCertURL").substr(22));
        REQUIRE(pem);
        CHECK(verifies(envelope, *pem));
        auto altered = envelope;
        altered.as_object()["Message"] = text(envelope, "Message") + " ";
        CHECK_FALSE(verifies(altered, *pem));

        CHECK(*request.header("content-type") == "text/plain; charset=UTF-8");
        CHECK(*request.header("x-amz-sns-message-type") == "Notification");
        CHECK(*request.header("x-amz-sns-message-id") == text(envelope, "MessageId"));
        CHECK(*request.header("x-amz-sns-topic-arn") == text(answer, "topic_arn"));
        CHECK(*request.header("x-amz-sns-subscription-arn") == text(answer, "subscription_arn"));
        const auto inner = boost::json::parse(text(envelope, "Message"));
        CHECK(text(inner, "MerchantID") == s.shop.merchant_id);
        CHECK(text(inner, "ObjectType") == "CHARGE_PERMISSION");
        CHECK(text(inner, "ObjectId") == s.shop.permission_id);
        CHECK(text(inner, "NotificationType") == "STATE_CHANGE");
    }
    const auto ca = s.files.ca.string();
    CHECK(chain_error(s.files.signer.string(), ca) == 0);
    CHECK(chain_error(s.files.signer_expired.string(), ca) == X509_V_ERR_CERT_HAS_EXPIRED);
    CHECK(chain_error(s.files.signer_self_signed.string(), ca) == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
}

TEST_CASE("every change of a charge permission, charge and refund leaves exactly one notification") {
    Shop shop;
    shop.order("80.00");
    shop.capture("80.00", "once");
    shop.capture("80.00", "once");  // replayed: changes nothing, tells nothing
    shop.refund("5.00");
    shop.refund("6.00", "", "AmazonRejected");
    CHECK(shop.refund("900.00").status == 400);
    shop.advance(31);
    std::vector<std::string> seen;
    std::set<std::string> ids;
    const auto outbox = shop.control("GET", "/control/notifications");
    for (const auto& n : outbox.body.at("notifications").as_array()) {
        seen.push_back(text(n, "object_type") + " " + (text(n, "notification_type") == "STATE_CHANGE" ? text(n, "object_state") : "attribute"));
        ids.insert(text(n, "notification_id"));
        CHECK(text(n, "state") == "unsubscribed");
    }
    CHECK(seen == std::vector<std::string>{"CHARGE_PERMISSION Chargeable", "CHARGE Authorized", "CHARGE Captured", "CHARGE_PERMISSION Closed",
                                           "REFUND RefundInitiated", "CHARGE attribute", "REFUND RefundInitiated", "CHARGE attribute",
                                           "REFUND Refunded", "REFUND Declined", "CHARGE attribute"});
    CHECK(ids.size() == seen.size());
}

TEST_CASE("time alone settles a refund and tells the shop, without any request") {
    ShopWithSender s;
    Mailbox mailbox;
    s.shop.control("POST", "/control/settings", R"({"refund_delay_ms":50})");
    s.shop.order("80.00", R"(,"state":"Captured")");
    s.subscribe(mailbox.url());
    s.shop.refund("5.00");
    CHECK(wait_for([&] { return mailbox.count() == 3; }));
    CHECK(mailbox.got().back().body.find("REFUND") != std::string::npos);
}

TEST_CASE("duplicates carry the same MessageId and a shuffled order comes whole, the same for the same seed") {
    const auto run = [](const std::string& extra) {
        ShopWithSender s;
        Mailbox mailbox;
        s.subscribe(mailbox.url(), R"(,"hold":true)" + extra);
        for (int i = 0; i < 10; ++i) s.shop.order("80.00", R"(,"intent":"Confirm")");
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        CHECK(mailbox.count() == 0);
        CHECK(s.all_are("held"));
        const auto released = s.shop.control("POST", "/control/notifications/release").body.at("released").as_int64();
        CHECK(wait_for([&] { return mailbox.count() == static_cast<std::size_t>(released); }));
        CHECK(wait_for([&] { return s.all_are("delivered"); }));
        std::map<std::string, int> number;  // in the order of events
        const auto all = s.outbox();
        for (const auto& n : all.at("notifications").as_array()) number.emplace(text(n, "message_id"), static_cast<int>(number.size()));
        std::vector<int> order;
        for (const auto& id : mailbox.message_ids()) order.push_back(number.at(id));
        return order;
    };
    const std::vector<int> plain{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    CHECK(run("") == plain);
    const auto doubled = run(R"(,"duplicates":2)");
    CHECK(doubled.size() == 30);
    for (int i = 0; i < 10; ++i) CHECK(std::count(doubled.begin(), doubled.end(), i) == 3);
    auto shuffled = run(R"(,"reorder":5,"seed":7)");
    CHECK(shuffled != plain);
    CHECK(shuffled == run(R"(,"reorder":5,"seed":7)"));
    CHECK(shuffled != run(R"(,"reorder":5,"seed":8)"));
    std::sort(shuffled.begin(), shuffled.end());
    CHECK(shuffled == plain);
}

TEST_CASE("a delay holds a notification back that long") {
    ShopWithSender s;
    Mailbox mailbox;
    s.shop.control("POST", "/control/notifications",
                   R"({"public_key_id":")" + s.shop.key_id + R"(","delay_ms":400,"url":")" + mailbox.url() + "\"}");
    const auto begin = std::chrono::steady_clock::now();
    s.shop.order("80.00", R"(,"intent":"Confirm")");
    REQUIRE(wait_for([&] { return mailbox.count() == 1; }));
    CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(400));
}

TEST_CASE("a shop in trouble is asked again after 1, 2 and 3 hours of the virtual clock, one that refuses never") {
    ShopWithSender s;
    Mailbox mailbox;
    s.subscribe(mailbox.url());
    mailbox.answer(503);
    s.shop.order("80.00", R"(,"intent":"Confirm")");
    REQUIRE(wait_for([&] { return s.all_are("retrying"); }));
    for (std::size_t tries = 2; tries <= 4; ++tries) {
        s.shop.advance(3500);
        std::this_thread::sleep_for(std::chrono::milliseconds(120));
        CHECK(mailbox.count() == tries - 1);
        s.shop.advance(110);
        REQUIRE(wait_for([&] { return mailbox.count() == tries; }));
    }
    REQUIRE(wait_for([&] { return s.all_are("failed"); }));
    const auto bodies = mailbox.got();
    for (const auto& request : bodies) CHECK(request.body == bodies[0].body);  // stable to the byte
    const value message = s.outbox().at("notifications").at(0);
    CHECK(message.at("tries") == 4);
    CHECK(message.at("last_status") == 503);

    mailbox.answer(200);
    s.shop.control("POST", "/control/notifications/" + text(message, "message_id") + "/resend");
    REQUIRE(wait_for([&] { return mailbox.count() == 5; }));
    CHECK(mailbox.message_ids().back() == mailbox.message_ids().front());

    mailbox.answer(400);
    s.shop.order("80.00", R"(,"intent":"Confirm")");
    REQUIRE(wait_for([&] { return text(s.outbox().at("notifications").at(1), "state") == "refused"; }));
    s.shop.advance(4 * 3600);
    std::this_thread::sleep_for(std::chrono::milliseconds(120));
    CHECK(mailbox.count() == 6);

    mailbox.answer(500);
    s.shop.order("80.00", R"(,"intent":"Confirm")");
    REQUIRE(wait_for([&] { return mailbox.count() == 7; }));
    mailbox.answer(200);
    REQUIRE(wait_for([&] { return text(s.outbox().at("notifications").at(2), "state") == "retrying"; }));
    s.shop.control("POST", "/control/notifications/release");
    CHECK(wait_for([&] { return text(s.outbox().at("notifications").at(2), "state") == "delivered"; }));
}

TEST_CASE("an unconfirmed subscription sends its confirmation and keeps the rest until SubscribeURL is fetched") {
    ShopWithSender s;
    Mailbox mailbox;
    s.subscribe(mailbox.url(), R"(,"confirm":true)");
    s.shop.order("80.00", R"(,"intent":"Confirm")");
    REQUIRE(wait_for([&] { return mailbox.count() == 1; }));
    const auto request = mailbox.got()[0];
    CHECK(*request.header("x-amz-sns-message-type") == "SubscriptionConfirmation");
    const auto envelope = boost::json::parse(request.body);
    CHECK(verifies(envelope, *s.signer.certificate_at(s.signer.path_of("valid"))));
    const auto fetch_url = [&](const std::string& target) { return sandbox::answer_as_sns({"GET", target, {}, ""}, s.shop.gateway(), s.signer)->status; };
    const auto target = text(envelope, "SubscribeURL").substr(std::string("https://localhost:8443").size());
    CHECK(fetch_url(target + "0") == 400);
    CHECK(mailbox.count() == 1);
    CHECK(fetch_url(target) == 200);
    REQUIRE(wait_for([&] { return mailbox.count() == 2; }));
    CHECK(mailbox.got()[1].body.find(s.shop.permission_id) != std::string::npos);
    CHECK(s.outbox().at("subscriptions").at(0).at("confirm_fetches") == 1);
}

TEST_CASE("hand-made notifications: unknown types, other merchants, altered after signing, raw bytes, other certificates") {
    ShopWithSender s;
    Mailbox mailbox;
    const auto send = [&](const std::string& fields) {
        const auto before = mailbox.count();
        CHECK(s.shop.control("POST", "/control/notifications/send", R"({"merchant_id":")" + s.shop.merchant_id + "\"" + fields + "}").status ==
              (before == 0 && fields.empty() ? 404 : 200));
        if (fields.empty()) return std::string();
        REQUIRE(wait_for([&] { return mailbox.count() == before + 1; }));
        return mailbox.got().back().body;
    };
    send("");  // without a subscription there is no address
    s.subscribe(mailbox.url());
    const auto& good = *s.signer.certificate_at(s.signer.path_of("valid"));
    auto envelope = boost::json::parse(send(R"(,"message":{"MerchantID":"AOTHER","ObjectType":"CHARGEBACK","ObjectId":"x","NotificationId":"n"})"));
    CHECK(verifies(envelope, good));
    CHECK(text(boost::json::parse(text(envelope, "Message")), "ObjectType") == "CHARGEBACK");
    envelope = boost::json::parse(send(R"(,"message":"no json","envelope":{"Subject":"S","SigningCertURL":"https://sns.evil.example/x.pem","UnsubscribeURL":null})"));
    CHECK(verifies(envelope, good));
    CHECK(text(envelope, "SigningCertURL") == "https://sns.evil.example/x.pem");
    CHECK_FALSE(envelope.as_object().contains("UnsubscribeURL"));
    envelope = boost::json::parse(send(R"(,"message":"a","after_signing":{"Message":"b"})"));
    CHECK_FALSE(verifies(envelope, good));
    CHECK(send(R"(,"raw_body":"[[[")") == "[[[");
    envelope = boost::json::parse(send(R"(,"message":"a","certificate":"expired")"));
    CHECK(text(envelope, "SigningCertURL") == "https://localhost:8443" + s.signer.path_of("expired"));
}

TEST_CASE("notifications go over https to a shop whose authority is known") {
    ShopWithSender s;
    Mailbox mailbox;
    s.subscribe(mailbox.tls_url());
    s.shop.order("80.00", R"(,"intent":"Confirm")");
    REQUIRE(wait_for([&] { return s.all_are("retrying"); }));  // nobody vouches for the certificate
    CHECK(mailbox.count() == 0);
    s.subscribe(mailbox.tls_url(), R"(,"ca_pem":)" + boost::json::serialize(value(mailbox.authority())));
    s.shop.control("POST", "/control/notifications/release");
    CHECK(wait_for([&] { return s.all_are("delivered"); }));
    CHECK(mailbox.count() == 1);
}

TEST_CASE("subscriptions are refused with a reason, replaced and ended") {
    ShopWithSender s;
    const auto post = [&](const std::string& fields) {
        return s.shop.control("POST", "/control/notifications", R"({"public_key_id":")" + s.shop.key_id + "\"" + fields + "}").status;
    };
    CHECK(post("") == 400);
    CHECK(post(R"(,"url":"ftp://x")") == 400);
    CHECK(post(R"(,"url":"http://127.0.0.1:1/","signature_version":"3")") == 400);
    CHECK(post(R"(,"url":"http://127.0.0.1:1/","duplicates":-1)") == 400);
    CHECK(s.shop.control("POST", "/control/notifications", R"({"url":"http://127.0.0.1:1/"})").status == 400);
    CHECK(s.shop.control("POST", "/control/notifications", R"({"merchant_id":"none","url":"http://127.0.0.1:1/"})").status == 404);
    const auto first = s.subscribe("http://127.0.0.1:1/");
    const auto second = s.subscribe("http://127.0.0.1:2/");
    CHECK(text(first, "topic_arn") == text(second, "topic_arn"));
    CHECK(s.outbox().at("subscriptions").as_array().size() == 1);
    CHECK(s.shop.control("DELETE", "/control/notifications?public_key_id=" + s.shop.key_id).status == 200);
    CHECK(s.outbox().at("subscriptions").as_array().empty());
    CHECK(s.shop.control("DELETE", "/control/notifications?public_key_id=" + s.shop.key_id).status == 404);
}

TEST_CASE("kill -9 loses no notification and the served certificate stays the same") {
    TempFolder folder;
    Process process(folder.path());
    Mailbox mailbox;
    const auto control = [&](const char* method, const std::string& path, const std::string& body = {}) {
        const auto reply = fetch(process.control(), {method, path, {}, body}, {});
        REQUIRE(reply.status == 200);
        return boost::json::parse(reply.body);
    };
    const auto key_id = text(control("POST", "/control/keypair", "{}"), "public_key_id");
    const auto subscribed = control("POST", "/control/notifications", R"({"public_key_id":")" + key_id + R"(","delay_ms":0,"url":")" + mailbox.url() + "\"}");
    for (int round = 0; round < 5; ++round) {
        std::string orders;
        for (int i = 0; i < 20; ++i) orders += std::string(i ? "," : "") + R"({"public_key_id":")" + key_id + R"(","amount":"10.00"})";
        control("POST", "/control/orders/batch", R"({"orders":[)" + orders + "]}");
        process.end(SIGKILL);
        process.start();
    }
    std::set<std::string> expected;
    const auto all = control("GET", "/control/notifications");
    for (const auto& n : all.at("notifications").as_array()) expected.insert(text(n, "message_id"));
    CHECK(expected.size() == 200);
    CHECK(wait_for([&] {
        const auto ids = mailbox.message_ids();
        return std::set<std::string>(ids.begin(), ids.end()) == expected;
    }, 30));
    const auto envelope = boost::json::parse(mailbox.got().back().body);
    const auto path = text(subscribed, "signing_cert_url").substr(text(subscribed, "signing_cert_url").rfind('/'));
    CHECK(text(envelope, "SigningCertURL") == process.api() + path);  // the port may have changed, the certificate has not
    const auto served = fetch(process.api(), {"GET", path, {}, ""}, process.ca());
    CHECK(served.status == 200);
    CHECK(verifies(envelope, served.body));
}
