// The table of sns.hpp: what a forger or a broken line may send, and the word it must be refused with. Every row is signed with a good key where the signature
// is not the point, so that only the damage named can be the reason.
#include <boost/json/serialize.hpp>

#include "sns.hpp"

namespace sns {
namespace {

using Edit = std::function<void(json::object&)>;
constexpr std::int64_t day_ms = 86'400'000;
const std::string file = "/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem";
const std::string host = "https://sns.eu-west-1.amazonaws.com";

json::object edited(const Edit& edit, json::object envelope = notification()) {
  edit(envelope);
  return envelope;
}

// Signed as it stands after the edit: the forger has a key of his own.
Forged own(const std::string& name, const std::string& code, const Edit& edit) { return {name, code, body(edited(edit))}; }

// Changed after a good signature.
Forged altered(const std::string& name, const Edit& edit, json::object envelope = notification()) {
  Forged row{name, "bad_signature", json::serialize(edited(edit, with_signature(std::move(envelope))))};
  row.downloads = true;
  return row;
}

Forged raw(const std::string& name, const std::string& code, const std::string& bytes) { return {name, code, bytes}; }

// The address is the forger's, and answers with a certificate that is good.
Forged url(const std::string& name, const std::string& address) {
  auto row = own("certificate address: " + name, "certificate_url", [&](json::object& e) { e["SigningCertURL"] = address; });
  row.web = {{good_url, signer().pem}, {address, signer().pem}};
  return row;
}

Forged certificate(const std::string& name, const std::string& code, const Identity& by, const std::string& more = "") {
  Forged row{"certificate " + name, code, body(notification(), by)};
  row.web = {{good_url, by.pem + more}};
  row.downloads = true;
  return row;
}

Forged download(const std::string& name, const std::string& code, hostapi::Result<std::string> answer, bool again = false) {
  Forged row{name, code, body(notification())};
  row.web = {{good_url, std::move(answer)}};
  row.downloads = true, row.again = again;
  return row;
}

void add_addresses(std::vector<Forged>& rows) {
  const std::pair<const char*, std::string> addresses[] = {
      {"another host", "https://evil.example" + file},
      {"Amazon's name in front", host + ".evil.example" + file},
      {"China's ending for Ireland", "https://sns.eu-west-1.amazonaws.com.cn" + file},
      {"a region that is none", "https://sns.evil.amazonaws.com" + file},
      {"a look-alike of another ending", "https://sns.evil.amazonaws.com.example" + file},
      {"a letter before the host", "https://xsns.eu-west-1.amazonaws.com" + file},
      {"one more label", "https://sns.eu-west-1.evil.amazonaws.com" + file},
      {"a bucket", "https://sns.s3.eu-west-1.amazonaws.com" + file},
      {"user information", "https://sns.eu-west-1.amazonaws.com@evil.example" + file},
      {"user and password", "https://a:b@sns.eu-west-1.amazonaws.com" + file},
      {"a backslash", "https://sns.eu-west-1.amazonaws.com\\@evil.example" + file},
      {"letters that look like it", "https://sns.eu-west-1.am\xD0\xB0zonaws.com" + file},
      {"a full width dot", "https://sns.eu-west-1.amazonaws\xEF\xBC\x8E" "com" + file},
      {"a percent sign in the host", "https://sns.eu-west-1.amazonaws.com%2eevil.example" + file},
      {"an escaped letter in the host", "https://sn%73.eu-west-1.amazonaws.com" + file},
      {"capital letters", "https://SNS.eu-west-1.amazonaws.com" + file},
      {"a dot at the end of the host", "https://sns.eu-west-1.amazonaws.com." + file},
      {"an address of four numbers", "https://127.0.0.1" + file},
      {"an address of six colons", "https://[::1]" + file},
      {"the address of cloud metadata", "https://169.254.169.254" + file},
      {"http", "http://sns.eu-west-1.amazonaws.com" + file},
      {"ftp", "ftp://sns.eu-west-1.amazonaws.com" + file},
      {"a file", "file:///etc/ssl/certs/ca.pem"},
      {"no scheme", "//sns.eu-west-1.amazonaws.com" + file},
      {"scheme in capitals", "HTTPS://sns.eu-west-1.amazonaws.com" + file},
      {"an odd port", "https://sns.eu-west-1.amazonaws.com:8443" + file},
      {"the usual port", "https://sns.eu-west-1.amazonaws.com:443" + file},
      {"another path", host + "/certificate.pem"},
      {"no path", host},
      {"a folder before the file", host + "/evil" + file},
      {"dots in the path", host + "/../SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"},
      {"too few digits", host + "/SimpleNotificationService-0123456789abcdef.pem"},
      {"a letter that is no digit", host + "/SimpleNotificationService-0123456789abcdef0123456789abcdeg.pem"},
      {"a query", host + file + "?x=1"},
      {"a fragment", host + file + "#x"},
      {"a query that ends well", host + "/?x=" + file},
      {"a space in front", " " + good_url},
      {"a line break at the end", good_url + "\n"},
      {"another address behind", good_url + " https://evil.example/"},
  };
  for (const auto& [name, address] : addresses) rows.push_back(url(name, address));
}

void add_members(std::vector<Forged>& rows) {
  for (const char* name : {"Type", "MessageId", "TopicArn", "Message", "Timestamp", "SignatureVersion", "Signature", "SigningCertURL"}) {
    rows.push_back(raw(std::string("no ") + name, "missing_member", json::serialize(edited([&](json::object& e) { e.erase(name); }, with_signature(notification())))));
    rows.push_back(raw(std::string("a number as ") + name, "bad_member", json::serialize(edited([&](json::object& e) { e[name] = 7; }, with_signature(notification())))));
  }
  rows.push_back(own("an object as Message", "bad_member", [](json::object& e) { e["Message"] = json::object{{"ObjectType", "REFUND"}}; }));
  rows.push_back(own("another type", "unknown_type", [](json::object& e) { e["Type"] = "Refund"; }));
  rows.push_back(own("signature version 3", "bad_signature_version", [](json::object& e) { e["SignatureVersion"] = "3"; }));
  rows.push_back(own("another topic", "other_topic", [](json::object& e) { e["TopicArn"] = "arn:aws:sns:eu-west-1:000000000000:other-topic"; }));
  rows.push_back(own("another account in the topic", "other_topic", [](json::object& e) { e["TopicArn"] = "arn:aws:sns:eu-west-1:000000000001:demo-topic"; }));
  rows.push_back(own("another region in the topic", "other_topic", [](json::object& e) { e["TopicArn"] = "arn:aws:sns:eu-west-2:000000000000:demo-topic"; }));
  rows.push_back(own("a topic that only begins like ours", "other_topic", [](json::object& e) { e["TopicArn"] = topic + "-2"; }));
  rows.push_back(own("a topic that is none", "bad_member", [](json::object& e) { e["TopicArn"] = "arn:aws:sqs:eu-west-1:000000000000:demo-topic"; }));
  rows.push_back(own("a time of last month", "stale", [](json::object& e) { e["Timestamp"] = "2025-10-18T21:00:02.123Z"; }));
  rows.push_back(own("a time of tomorrow", "stale", [](json::object& e) { e["Timestamp"] = "2025-11-19T23:00:02.123Z"; }));
  rows.push_back(own("a time that is none", "bad_member", [](json::object& e) { e["Timestamp"] = "2025-02-30T25:00:02.123Z"; }));
  rows.push_back(own("a message id with a path in it", "bad_member", [](json::object& e) { e["MessageId"] = "../../etc/passwd"; }));
  rows.push_back(own("a very long message id", "bad_member", [](json::object& e) { e["MessageId"] = std::string(5000, 'a'); }));
  rows.push_back(own("a NUL in the message", "bad_member", [](json::object& e) { e["Message"] = std::string("{\"a\":\"\0\"}", 9); }));
}

void add_signatures(std::vector<Forged>& rows) {
  rows.push_back(altered("altered Message", [](json::object& e) { e["Message"] = inner("REFUND", "S02-1234567-7654321-R099999"); }));
  rows.push_back(altered("altered MessageId", [](json::object& e) { e["MessageId"] = "11111111-2222-3333-4444-555555555556"; }));
  rows.push_back(altered("altered Timestamp", [](json::object& e) { e["Timestamp"] = "2025-11-18T21:00:02.124Z"; }));
  rows.push_back(altered("added Subject", [](json::object& e) { e["Subject"] = "Amazon Pay"; }));
  rows.push_back(altered("altered Subject", [](json::object& e) { e["Subject"] = "Amazon Bay"; }, edited([](json::object& e) { e["Subject"] = "Amazon Pay"; })));
  rows.push_back(altered("removed Subject", [](json::object& e) { e.erase("Subject"); }, edited([](json::object& e) { e["Subject"] = "Amazon Pay"; })));
  rows.push_back(altered("signed with SHA-1, said to be SHA-256", [](json::object& e) { e["SignatureVersion"] = "2"; }));
  rows.push_back(altered("signed with SHA-256, said to be SHA-1", [](json::object& e) { e["SignatureVersion"] = "1"; }, edited([](json::object& e) { e["SignatureVersion"] = "2"; })));
  rows.push_back(altered("a notification turned into a confirmation", [](json::object& e) {
    e["Type"] = "UnsubscribeConfirmation", e["Token"] = "t", e["SubscribeURL"] = host + "/?Action=ConfirmSubscription&TopicArn=" + topic + "&Token=t";
  }));
  rows.push_back(altered("altered Token", [](json::object& e) { e["Token"] = "other"; }, confirmation("UnsubscribeConfirmation")));
  rows.push_back(altered("a signature of zeros", [](json::object& e) { e["Signature"] = std::string(342, 'A') + "=="; }));
  rows.push_back(altered("a truncated signature", [](json::object& e) { e["Signature"] = std::string(e["Signature"].as_string()).substr(0, 200); }));
  Wish another;
  another.key = KeyKind::own_rsa_2048;
  Forged stranger{"signed with another key", "bad_signature", body(notification(), issued(another, authority()))};
  stranger.downloads = true;
  rows.push_back(stranger);
  const auto no_base64 = [](const std::string& name, const std::string& signature) {
    return raw(name, "bad_signature", json::serialize(edited([&](json::object& e) { e["Signature"] = signature; }, with_signature(notification()))));
  };
  const auto good = std::string(with_signature(notification()).at("Signature").as_string());
  rows.push_back(no_base64("base64 that lacks its end", good.substr(0, good.size() - 1)));
  rows.push_back(no_base64("base64 with a space in it", good.substr(0, 100) + " " + good.substr(101)));
  rows.push_back(no_base64("base64 with padding in the middle", good.substr(0, 100) + "==" + good.substr(102)));
  rows.push_back(no_base64("a signature that is no base64", "not base64 at all!!!"));
}

void add_certificates(std::vector<Forged>& rows) {
  Wish old, early, small, elliptic, other_name, wild, like;
  old.from_ms = now_ms - 400 * day_ms, old.until_ms = now_ms - 1000;
  early.from_ms = now_ms + 1000;
  small.key = KeyKind::rsa_1024, elliptic.key = KeyKind::elliptic;
  other_name.name = "evil.example", wild.name = "*.amazonaws.com", like.name = "sns.amazonaws.com.evil.example";
  rows.push_back(certificate("that has expired", "certificate_expired", issued(old, authority())));
  rows.push_back(certificate("that is not valid yet", "certificate_expired", issued(early, authority())));
  rows.push_back(certificate("signed by itself", "certificate_untrusted", self_signed({})));
  rows.push_back(certificate("of another authority, which it brings along", "certificate_untrusted", issued({}, other_authority()), other_authority().pem));
  rows.push_back(certificate("of a short key", "certificate_untrusted", issued(small, authority())));
  rows.push_back(certificate("of an elliptic key", "certificate_untrusted", issued(elliptic, authority())));
  rows.push_back(certificate("of another name", "certificate_untrusted", issued(other_name, authority())));
  rows.push_back(certificate("of a name with a star", "certificate_untrusted", issued(wild, authority())));
  rows.push_back(certificate("of a name that only begins so", "certificate_untrusted", issued(like, authority())));
  Wish claims;
  claims.name = "No authority";
  const auto no_authority = issued(claims, authority());
  rows.push_back(certificate("whose issuer is no authority", "certificate_untrusted", issued({}, no_authority), no_authority.pem));
  rows.push_back(download("what lies there is no PEM", "certificate_unreadable", std::string("<html>hello</html>")));
  rows.push_back(download("the PEM is cut", "certificate_unreadable", signer().pem.substr(0, signer().pem.size() / 2)));
  rows.push_back(download("the PEM is damaged", "certificate_unreadable", std::string("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")));
  rows.push_back(download("the PEM is a public key", "certificate_unreadable", std::string("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")));
  rows.push_back(download("a good PEM with a damaged one behind", "certificate_unreadable", signer().pem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
  rows.push_back(download("nine certificates", "certificate_unreadable", signer().pem + signer().pem + signer().pem + signer().pem + signer().pem + signer().pem + signer().pem + signer().pem + signer().pem));
  rows.push_back(download("the certificate is empty", "certificate_unreadable", std::string()));
  rows.push_back(download("the certificate has 10 MB", "certificate_unreadable", signer().pem + std::string(10'000'000, '\n')));
  rows.push_back(download("the certificate is redirected", "certificate_unreachable", hostapi::Failure{hostapi::Kind::refused, "the server answered 302"}));
  rows.push_back(download("the certificate is not there", "certificate_unreachable", hostapi::Failure{hostapi::Kind::refused, "the server answered 404"}));
  rows.push_back(download("the certificate's server is away", "certificate_unreachable", hostapi::Failure{hostapi::Kind::unavailable, "no connection"}, true));
}

void add_bytes(std::vector<Forged>& rows) {
  const auto good = body(notification());
  const auto member = [](const std::string& more) { return "{" + more + "," + body(notification()).substr(1); };
  rows.push_back(raw("an empty body", "not_json", ""));
  rows.push_back(raw("a body of spaces", "not_json", "   \n"));
  rows.push_back(raw("a form", "not_json", "Type=Notification&MessageId=1"));
  rows.push_back(raw("XML", "not_json", "<?xml version=\"1.0\"?><Notification/>"));
  rows.push_back(raw("an array", "not_json", "[" + good + "]"));
  rows.push_back(raw("a text", "not_json", json::serialize(json::string(good))));
  rows.push_back(raw("a body that is cut", "not_json", good.substr(0, good.size() / 2)));
  rows.push_back(raw("something behind the object", "not_json", good + "{}"));
  rows.push_back(raw("a mark of byte order in front", "not_json", "\xEF\xBB\xBF" + good));
  rows.push_back(raw("a NUL behind the object", "not_json", good + std::string(1, '\0')));
  rows.push_back(raw("a NUL in a name", "not_json", member(std::string("\"a\0b\":1", 7))));
  rows.push_back(raw("bytes that are no UTF-8", "not_json", member("\"a\":\"\xC3\x28\"")));
  rows.push_back(raw("half a surrogate", "not_json", member("\"a\":\"\\ud800\"")));
  rows.push_back(raw("a comment", "not_json", member("/* */\"a\":1")));
  rows.push_back(raw("100,000 levels of arrays", "too_deep", member("\"a\":" + std::string(100'000, '[') + std::string(100'000, ']'))));
  rows.push_back(raw("100,000 levels of objects", "too_deep", [&] {
    std::string deep;
    for (int i = 0; i < 40'000; ++i) deep += "{\"a\":";
    return member("\"a\":" + deep + "1" + std::string(40'000, '}'));
  }()));
  rows.push_back(raw("the Message twice", "duplicate_member", member("\"Message\":\"{}\"")));
  rows.push_back(raw("the Message twice, once escaped", "duplicate_member", member("\"\\u004dessage\":\"{}\"")));
  rows.push_back(raw("the certificate's address in both spellings", "duplicate_member", member("\"SigningCertUrl\":\"https://evil.example/\"")));
  rows.push_back(raw("a foreign member twice", "duplicate_member", member("\"x\":1,\"x\":2")));
  rows.push_back(raw("5 MB", "too_large", member("\"x\":\"" + std::string(5'000'000, 'x') + "\"")));
  rows.push_back(raw("one byte more than 256 KB", "too_large", good + std::string(256 * 1024 + 1 - good.size(), ' ')));
}

void add_confirmations(std::vector<Forged>& rows) {
  const auto confirm = [](const std::string& name, const std::string& code, const Edit& edit) { return Forged{"confirmation: " + name, code, body(edited(edit, confirmation()))}; };
  const auto query = "/?Action=ConfirmSubscription&TopicArn=" + topic + "&Token=2336412f37fb687f5d51e6e241d0";
  const std::pair<const char*, std::string> addresses[] = {
      {"another host", "https://evil.example" + query},
      {"a look-alike", host + ".evil.example" + query},
      {"a port", host + ":8443" + query},
      {"a user", "https://sns.eu-west-1.amazonaws.com@evil.example" + query},
      {"http", "http://sns.eu-west-1.amazonaws.com" + query},
      {"a path", host + "/latest/meta-data" + query},
      {"another action", host + "/?Action=DeleteTopic&TopicArn=" + topic + "&Token=2336412f37fb687f5d51e6e241d0"},
      {"another topic", host + "/?Action=ConfirmSubscription&TopicArn=" + topic + "2&Token=2336412f37fb687f5d51e6e241d0"},
      {"another token", host + "/?Action=ConfirmSubscription&TopicArn=" + topic + "&Token=x"},
      {"a member more", host + query + "&AuthenticateOnUnsubscribe=true"},
      {"a member twice", host + query + "&Action=ConfirmSubscription"},
      {"a fragment", host + query + "#x"},
  };
  for (const auto& [name, address] : addresses) rows.push_back(confirm(name, "subscribe_url", [&](json::object& e) { e["SubscribeURL"] = address; }));
  rows.push_back(confirm("no token", "missing_member", [](json::object& e) { e.erase("Token"); }));
  rows.push_back(confirm("another topic altogether", "other_topic", [](json::object& e) { e["TopicArn"] = "arn:aws:sns:eu-west-1:111111111111:evil"; }));
}

}  // namespace

std::vector<Forged> forged() {
  std::vector<Forged> rows;
  add_addresses(rows), add_members(rows), add_signatures(rows), add_certificates(rows), add_bytes(rows), add_confirmations(rows);
  return rows;
}

}  // namespace sns
