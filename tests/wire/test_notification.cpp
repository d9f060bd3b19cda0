// T12: forged and damaged notifications are refused, each with its word; good ones of both signature versions are taken.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <openssl/evp.h>

#include <catch2/catch.hpp>

#include <chrono>
#include <random>
#include <set>

#include "amazon/notification.hpp"
#include "amazon/notification_certificate.hpp"
#include "sns.hpp"
#include "tls_server.hpp"

using namespace amazonpay;
using namespace amazonpay::amazon;
using hostapi::Kind;
namespace json = boost::json;

namespace {

NotificationRules live() { return {sns::topic, {}, sns::authority_file()}; }

// One check with fresh certificates.
struct Checked {
  Result<Envelope> outcome;
  std::size_t downloads;
};
Checked check(const std::string& body, std::map<std::string, Result<std::string>> answers = {{sns::good_url, sns::signer().pem}}, const NotificationRules& rules = live(),
              std::int64_t now_ms = sns::now_ms) {
  sns::Web web;
  web.answers = std::move(answers);
  SigningCertificates certificates;
  auto outcome = verified(body, rules, certificates, web.fetch(), now_ms);
  return {std::move(outcome), web.asked.size()};
}

std::string hex_digest(const std::string& text, const EVP_MD* kind) {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), bytes, &size, kind, nullptr);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += {"0123456789abcdef"[bytes[i] >> 4], "0123456789abcdef"[bytes[i] & 15]};
  return hex;
}

Notification read(const std::string& message, const std::string& merchant = sns::merchant, bool confirmed = true) {
  Envelope envelope;
  envelope.message_id = "m-1", envelope.sent_ms = 1'800'000'000'123, envelope.message = message;
  return read_notification(envelope, merchant, confirmed);
}

}  // namespace

TEST_CASE("T12 every forged or damaged notification is refused with its word, and nothing is downloaded for what is wrong before", "[T12]") {
  const auto rows = sns::forged();
  CHECK(rows.size() >= 100);
  std::set<std::string> names;
  for (const auto& row : rows) {
    INFO(row.name);
    CHECK(names.insert(row.name).second);
    const auto checked = check(row.body, row.web);
    REQUIRE_FALSE(checked.outcome);
    CHECK(checked.outcome.failure().code == row.code);
    CHECK(checked.outcome.kind() == (row.again ? Kind::unavailable : row.code == "too_large" ? Kind::limit : Kind::refused));
    CHECK(checked.downloads == (row.downloads ? 1 : 0));
    CHECK(checked.outcome.message().size() < 400);
  }
}

TEST_CASE("T12 good notifications of both signature versions are taken, with and without subject, in both spellings", "[T12]") {
  for (const char* version : {"1", "2"}) {
    for (const bool subject : {false, true}) {
      auto envelope = sns::notification();
      envelope["SignatureVersion"] = version;
      if (subject) envelope["Subject"] = "Amazon Pay \xC3\xBC\nzwei Zeilen";
      const auto checked = check(sns::body(envelope));
      INFO((checked.outcome ? "" : checked.outcome.message()));
      REQUIRE(checked.outcome);
      CHECK(checked.outcome->message_id == "11111111-2222-3333-4444-555555555555");
      CHECK(checked.outcome->sent_ms == 1763499602123);
      CHECK(checked.outcome->subject.has_value() == subject);
      auto lambda = sns::with_signature(envelope);
      lambda["SigningCertUrl"] = lambda["SigningCertURL"], lambda["UnsubscribeUrl"] = lambda["UnsubscribeURL"];
      lambda.erase("SigningCertURL"), lambda.erase("UnsubscribeURL");
      lambda["MessageAttributes"] = json::object{{"a", json::object{{"Type", "String"}, {"Value", "x"}}}};
      lambda["unknown"] = json::array{1, 2.5, nullptr, true};
      CHECK(check(json::serialize(lambda)).outcome);
    }
  }
  auto null_subject = sns::with_signature(sns::notification());
  null_subject["Subject"] = nullptr;
  CHECK(check(json::serialize(null_subject)).outcome);
  for (const char* type : {"SubscriptionConfirmation", "UnsubscribeConfirmation"}) {
    auto confirmation = sns::confirmation(type);
    CHECK(check(sns::body(confirmation)).outcome);
    confirmation["SignatureVersion"] = "1";
    auto lambda = sns::with_signature(confirmation);
    lambda["SubscribeUrl"] = lambda["SubscribeURL"];
    lambda.erase("SubscribeURL");
    CHECK(check(json::serialize(lambda)).outcome);
  }
}

TEST_CASE("the text to sign is that of the specification, byte for byte") {
  Envelope envelope;
  envelope.message_id = "11111111-2222-3333-4444-555555555555";
  envelope.topic = "arn:aws:sns:eu-west-1:000000000000:demo-topic";
  envelope.message = R"({"MerchantID":"A1EXAMPLESELL0","ObjectType":"REFUND","ObjectId":"S02-1234567-7654321-R054321","ChargePermissionId":"S02-1234567-7654321",)"
                     R"("NotificationType":"STATE_CHANGE","NotificationId":"0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0","NotificationVersion":"V2"})";
  envelope.timestamp = "2025-03-10T10:16:02.123Z";
  const auto text = text_to_sign(envelope);
  CHECK(text.size() == 418);
  CHECK(hex_digest(text, EVP_sha256()) == "e3a479bfa1414a44773016e6d22d7d9a6f0ce8025c2438787a140b58c4483714");
  CHECK(hex_digest(text, EVP_sha1()) == "309d0fd2112d919170cb3d11fc41c05393f3ce7f");
  envelope.subject = "S", envelope.message = "M";
  CHECK(text_to_sign(envelope) == "Message\nM\nMessageId\n11111111-2222-3333-4444-555555555555\nSubject\nS\nTimestamp\n2025-03-10T10:16:02.123Z\nTopicArn\n" + sns::topic + "\nType\nNotification\n");
  envelope.type = EnvelopeType::unsubscribe_confirmation, envelope.token = "T", envelope.subscribe_url = "U";
  CHECK(text_to_sign(envelope) == "Message\nM\nMessageId\n11111111-2222-3333-4444-555555555555\nSubscribeURL\nU\nTimestamp\n2025-03-10T10:16:02.123Z\nToken\nT\nTopicArn\n" + sns::topic +
                                      "\nType\nUnsubscribeConfirmation\n");
}

TEST_CASE("with Amazon's own hosts the download stands for an issuer that nobody has; with a test service and for an issuer at hand the chain must hold") {
  const auto alone = sns::issued({}, sns::other_authority());
  const auto body = sns::body(sns::notification(), alone);
  CHECK(check(body, {{sns::good_url, alone.pem}}).outcome);
  CHECK(check(body, {{sns::good_url, alone.pem + sns::other_authority().pem}}).outcome.failure().code == "certificate_untrusted");

  const NotificationRules test{sns::topic, "localhost:20443", sns::authority_file()};
  const auto test_url = "https://localhost:20443/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem";
  auto envelope = sns::notification();
  envelope["SigningCertURL"] = test_url;
  CHECK(check(sns::body(envelope), {{test_url, sns::signer().pem}}, test).outcome);
  CHECK(check(sns::body(envelope, alone), {{test_url, alone.pem}}, test).outcome.failure().code == "certificate_untrusted");
  CHECK(check(sns::body(sns::notification()), {{sns::good_url, sns::signer().pem}}, test).outcome.failure().code == "certificate_url");
  for (const char* url : {"https://localhost:20444/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem", "https://localhost/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem",
                          "https://localhost:20443.evil.example/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"}) {
    envelope["SigningCertURL"] = url;
    CHECK(check(sns::body(envelope), {{url, sns::signer().pem}}, test).outcome.failure().code == "certificate_url");
  }
  envelope["SigningCertURL"] = test_url, envelope["Timestamp"] = "2031-03-10T10:16:02.123Z";  // the test service's clock was set
  CHECK(check(sns::body(envelope), {{test_url, sns::signer().pem}}, test).outcome);

  const auto between = sns::intermediate();
  const auto leaf = sns::issued({}, between);
  const auto chained = sns::body(sns::notification(), leaf);
  CHECK(check(chained, {{sns::good_url, leaf.pem + between.pem}}).outcome);
  sns::Wish by_region;
  by_region.name = "Amazon", by_region.alternative = "sns.eu-west-1.amazonaws.com";
  const auto regional = sns::issued(by_region, sns::authority());
  CHECK(check(sns::body(sns::notification(), regional), {{sns::good_url, regional.pem}}).outcome);
}

TEST_CASE("a certificate is downloaded once, a failure is remembered for a minute, and an end of validity is never overslept") {
  sns::Web web;
  SigningCertificates certificates;
  const auto body = sns::body(sns::notification());
  for (int i = 0; i < 5; ++i) REQUIRE(verified(body, live(), certificates, web.fetch(), sns::now_ms + i));
  CHECK(web.asked.size() == 1);

  web.answers = {{sns::good_url, Failure{Kind::unavailable, "no connection"}}};
  SigningCertificates others;
  for (int i = 0; i < 5; ++i) CHECK(verified(body, live(), others, web.fetch(), sns::now_ms + i * 10'000).kind() == Kind::unavailable);
  CHECK(web.asked.size() == 2);
  web.answers = {{sns::good_url, sns::signer().pem}};
  CHECK(verified(body, live(), others, web.fetch(), sns::now_ms + 60'000));

  sns::Wish wish;
  wish.until_ms = sns::now_ms + 5'000;
  const auto ending = sns::issued(wish, sns::authority());
  web.answers = {{sns::good_url, ending.pem}};
  SigningCertificates shortly;
  const auto last = sns::body(sns::notification(), ending);
  CHECK(verified(last, live(), shortly, web.fetch(), sns::now_ms));
  CHECK(verified(last, live(), shortly, web.fetch(), sns::now_ms + 6'000).failure().code == "certificate_expired");
}

TEST_CASE("failures of a thousand invented addresses do not push a good certificate out") {
  sns::Web web;
  SigningCertificates certificates;
  const auto body = sns::body(sns::notification());
  REQUIRE(verified(body, live(), certificates, web.fetch(), sns::now_ms));
  auto invented = sns::with_signature(sns::notification());
  for (int i = 0; i < 1000; ++i) {
    const auto number = std::to_string(10'000'000 + i);
    invented["SigningCertURL"] = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef01234567" + number + ".pem";
    CHECK(verified(json::serialize(invented), live(), certificates, web.fetch(), sns::now_ms + i).failure().code == "certificate_unreachable");
  }
  const auto asked = web.asked.size();
  CHECK(verified(body, live(), certificates, web.fetch(), sns::now_ms + 1000));
  CHECK(web.asked.size() == asked);
}

TEST_CASE("downloads follow no redirect, stop at 64 KB and tell what heals from what does not") {
  using wire_tests::http_answer;
  struct Row {
    const char* name;
    std::string answer;
    bool good;
    Kind kind;
  };
  const Row rows[] = {{"good", http_answer(200, "pem"), true, Kind::internal},
                      {"redirect", http_answer(302, "", "Location: https://127.0.0.1/\r\n"), false, Kind::refused},
                      {"not there", http_answer(404, ""), false, Kind::refused},
                      {"broken", http_answer(500, ""), false, Kind::unavailable},
                      {"throttled", http_answer(429, ""), false, Kind::unavailable},
                      {"10 MB", http_answer(200, std::string(10'000'000, 'x')), false, Kind::unavailable}};
  for (const auto& row : rows) {
    INFO(row.name);
    wire_tests::TlsServer server({{wire_tests::Act::answer_and_close, row.answer}});
    const NotificationRules rules{sns::topic, server.url().substr(8), server.ca_file()};
    const auto got = fetch_over_https(rules)(server.url() + "/x.pem");
    REQUIRE(got.ok() == row.good);
    if (!row.good) CHECK(got.kind() == row.kind);
    CHECK(server.requests().size() == 1);
  }
}

TEST_CASE("10,000 seeded mutations of a good notification: none is taken unless every signed member is as it was, and none crashes", "[T12]") {
  const auto good = sns::body(sns::notification());
  const auto signed_text = sns::text_to_sign(sns::notification());
  sns::Web web;
  SigningCertificates certificates;
  const unsigned seed = 20251118;
  std::mt19937 random(seed);
  const auto below = [&](std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most - 1)(random); };
  int taken = 0;
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 10'000; ++i) {
    auto body = good;
    for (auto edits = 1 + below(3); edits > 0 && !body.empty(); --edits) {
      const auto at = below(body.size());
      switch (below(5)) {
        case 0: body[at] = static_cast<char>(below(256)); break;
        case 1: body.erase(at, 1 + below(8)); break;
        case 2: body.insert(at, 1, static_cast<char>(below(256))); break;
        case 3: body.insert(at, body.substr(below(body.size()), below(40))); break;
        default: body[at] = static_cast<char>(body[at] ^ (1 << below(8)));
      }
    }
    const auto outcome = verified(body, live(), certificates, web.fetch(), sns::now_ms);
    if (!outcome) continue;
    ++taken;
    INFO("seed " << seed << ", mutation " << i << ": " << body);
    CHECK(sns::text_to_sign(json::parse(body).as_object()) == signed_text);
  }
  CHECK(taken < 2000);
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(3));
}

TEST_CASE("the message inside becomes a notification, in both spellings, or says why a person must look") {
  const auto good = read(sns::inner("REFUND", "S02-1234567-7654321-R054321"));
  CHECK(good.state == NotificationState::received);
  CHECK(good.problem.empty());
  CHECK(good.object_id == "S02-1234567-7654321-R054321");
  CHECK(good.permission_id == "S02-1234567-7654321");
  CHECK(good.notification_id == "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0");
  CHECK(good.merchant_id == sns::merchant);
  CHECK(good.version == "V2");
  CHECK(good.key == "1800000000123-m-1");
  const auto v1 = read(R"({"merchantId":"A1EXAMPLESELL0","objectType":"CHARGE","objectId":"S02-1234567-7654321-C012345","notificationType":"STATE_CHANGE","notificationId":"n"})");
  CHECK(v1.state == NotificationState::received);
  CHECK(v1.permission_id == "S02-1234567-7654321");
  CHECK(read(R"({"MerchantID":"A1EXAMPLESELL0","ObjectType":"CHARGE_PERMISSION","ObjectId":"S02-1234567-7654321"})").permission_id == "S02-1234567-7654321");

  struct Row {
    std::string message;
    const char* problem;
    NotificationState state;
  };
  const auto quarantined = NotificationState::quarantined, ignored = NotificationState::ignored;
  const Row rows[] = {{sns::inner("REFUND", "S02-1234567-7654321-R054321", "A9OTHER"), "other_merchant", quarantined},
                      {sns::inner("CHARGEBACK", "S02-1234567-7654321-D054321"), "", NotificationState::received},
                      {sns::inner("GIFT_CARD", "S02-1234567-7654321-G054321"), "unknown_type", quarantined},
                      {sns::inner("REFUND", "../../x"), "unreadable", quarantined},
                      {sns::inner("REFUND", std::string(500, '1')), "unreadable", quarantined},
                      {R"({"MerchantID":"A1EXAMPLESELL0"})", "unreadable", quarantined},
                      {"no json", "unreadable", quarantined},
                      {"[1]", "unreadable", quarantined},
                      {R"({"NotificationReferenceId":"1","SellerId":"A1EXAMPLESELL0","NotificationData":"<?xml version=\"1.0\"?><CaptureNotification/>"})", "old_format", ignored},
                      {"<?xml version=\"1.0\"?><a/>", "old_format", ignored}};
  for (const auto& row : rows) {
    INFO(row.message);
    const auto n = read(row.message);
    CHECK(n.problem == row.problem);
    CHECK((n.state == row.state));
    CHECK(n.text == row.message);
  }
  CHECK(read(sns::inner("REFUND", "S02-1234567-7654321-R054321"), sns::merchant, false).problem == "topic_not_confirmed");
  CHECK(read("x" + std::string(40'000, 'y')).text.size() == 16 * 1024);
}
