// The check of Amazon's notifications (through SNS): raw bytes in, a verified envelope or the reason of refusal out; then the inner message as a domain value.
// Used by the webhook of plugin/host, and by the tests. Everything here is for bytes of strangers: pure but for the one download of a certificate, any
// thread, no exception for input, no input costs more than reading 256 KB, and nothing of the body gets into a failure but a message id of good form.
//
// Order of the checks: size, JSON (flat, no member twice), form of each member, topic, age, address of the certificate, certificate, signature. So nothing
// is downloaded for a message that is broken, old or of another topic.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "domain/money.hpp"
#include "domain/notification.hpp"

namespace amazonpay::amazon {

// Why a message is refused; the closed list. name_of() is Failure.code, the sentence Failure.message, the message id (if readable) Failure.trace.
// Kind: limit for too_large, unavailable where the sender shall come again, refused for everything that never becomes good.
enum class Refusal {
  too_large,
  not_json,
  too_deep,
  duplicate_member,
  missing_member,
  bad_member,
  unknown_type,
  bad_signature_version,
  other_topic,
  stale,
  certificate_url,
  certificate_unreachable,
  certificate_unreadable,
  certificate_untrusted,
  certificate_expired,
  bad_signature,
  subscribe_url,
};
const char* name_of(Refusal refusal);
Failure refusal(Refusal why, std::string detail = {}, Kind kind = Kind::refused);

struct NotificationRules {
  std::string topic;      // the pinned TopicArn; empty: none is confirmed yet, so the topic of a good message is left to a person
  std::string test_host;  // host:port of a test service whose certificates count instead of Amazon's; only ever set in test mode
  std::string ca_file;    // the authorities of the certificate; empty: the system's
  bool test() const { return !test_host.empty(); }
};

enum class EnvelopeType { notification, subscription_confirmation, unsubscribe_confirmation };

struct Envelope {
  EnvelopeType type = EnvelopeType::notification;
  std::string message_id;
  std::string topic;
  std::optional<std::string> subject;
  std::string message;
  std::string timestamp;
  std::int64_t sent_ms = 0;
  std::string signature_version;
  std::string signature;  // decoded
  std::string certificate_url;
  std::string subscribe_url;  // of the two confirmations, with token
  std::string token;
};

inline constexpr std::size_t largest_notification = 256 * 1024;

// All checks that need no certificate.
Result<Envelope> read_envelope(std::string_view body, const NotificationRules& rules, std::int64_t now_ms);

// What the signature stands for: section 8.3, for each type.
std::string text_to_sign(const Envelope& envelope);

class SigningCertificates;
// Downloads a small public document over https, without redirects. unavailable: try again later.
using Fetch = std::function<Result<std::string>(const std::string& url)>;
Fetch fetch_over_https(const NotificationRules& rules);

// All checks. The certificates remember what was downloaded.
Result<Envelope> verified(std::string_view body, const NotificationRules& rules, SigningCertificates& certificates, const Fetch& fetch, std::int64_t now_ms);

// The message inside a verified notification. What nobody can work off yet has its state and problem set: topic_not_confirmed, other_merchant, unknown_type,
// unreadable, dispute are quarantined, the XML of old integrations (old_format) is ignored.
Notification read_notification(const Envelope& envelope, const std::string& merchant_id, bool topic_confirmed);

}  // namespace amazonpay::amazon
