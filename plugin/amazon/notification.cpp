#include "amazon/notification.hpp"

#include <algorithm>
#include <cctype>

#include "amazon/http_client.hpp"
#include "amazon/json.hpp"
#include "amazon/notification_certificate.hpp"

namespace amazonpay::amazon {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_kept_text = 16 * 1024, largest_certificate = 64 * 1024;
constexpr std::int64_t fetch_timeout_ms = 3'000;

struct Reason {
  const char* name;
  const char* sentence;
};

Reason reason_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::too_large: return {"too_large", "The message is larger than 256 KB; Amazon sends no such."};
    case Refusal::not_json: return {"not_json", "The message is not a JSON object, so it is not from Amazon."};
    case Refusal::too_deep: return {"too_deep", "The message is nested deeper than Amazon's ever are."};
    case Refusal::duplicate_member: return {"duplicate_member", "The message has a member twice, so two readers could understand two things."};
    case Refusal::missing_member: return {"missing_member", "The message lacks a member that every message of Amazon has."};
    case Refusal::bad_member: return {"bad_member", "A member of the message does not have its form."};
    case Refusal::unknown_type: return {"unknown_type", "The message is of a type that Amazon's notifications do not have."};
    case Refusal::bad_signature_version: return {"bad_signature_version", "The signature version is neither 1 nor 2."};
    case Refusal::other_topic: return {"other_topic", "The message is of another topic than the one in the settings. If the topic was changed in Seller Central, correct it in the settings."};
    case Refusal::stale: return {"stale", "The time of the message is more than 15 days ago or lies ahead. Check the clock of this server."};
    case Refusal::certificate_url: return {"certificate_url", "The address of the signing certificate is not one of Amazon's. The message is forged."};
    case Refusal::certificate_unreachable: return {"certificate_unreachable", "The signing certificate could not be downloaded. Check that this server may reach sns.*.amazonaws.com; Amazon sends the message again."};
    case Refusal::certificate_unreadable: return {"certificate_unreadable", "What lies at the address of the signing certificate is none."};
    case Refusal::certificate_untrusted: return {"certificate_untrusted", "The signing certificate is not one to trust."};
    case Refusal::certificate_expired: return {"certificate_expired", "The signing certificate is not valid today. Check the clock of this server."};
    case Refusal::bad_signature: return {"bad_signature", "The signature does not belong to the message: it is forged or was changed on its way."};
    case Refusal::subscribe_url: return {"subscribe_url", "The address that confirms the subscription is not one of Amazon's for this topic."};
  }
  return {"internal", "Unknown reason."};
}

// V2 writes ObjectType, v1 objectType.
std::string member(const json::object& object, std::string name) {
  auto value = text_member(object, name);
  if (!value.empty()) return value;
  name[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(name[0])));
  return text_member(object, name);
}

bool is_object_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80 && (std::isalnum(c) || c == '-'); });
}

// S02-1234567-7654321-C012345 → S02-1234567-7654321
std::string permission_of(const std::string& object_id) {
  const auto dash = object_id.rfind('-');
  return dash == std::string::npos || std::count(object_id.begin(), object_id.end(), '-') != 3 ? std::string() : object_id.substr(0, dash);
}

void read_inner(const json::object& object, Notification& n) {
  n.notification_id = clipped(member(object, "NotificationId"), 100);
  n.merchant_id = member(object, "MerchantID");
  if (n.merchant_id.empty()) n.merchant_id = text_member(object, "merchantId");
  n.merchant_id = clipped(n.merchant_id, 64);
  n.object_type = clipped(member(object, "ObjectType"), 64);
  n.object_id = clipped(member(object, "ObjectId"), 65);
  n.permission_id = clipped(member(object, "ChargePermissionId"), 65);
  n.notification_type = clipped(member(object, "NotificationType"), 64);
  n.version = clipped(member(object, "NotificationVersion"), 16);
  if (n.permission_id.empty()) n.permission_id = n.object_type == "CHARGE_PERMISSION" ? n.object_id : permission_of(n.object_id);
}

std::string problem_of(const Notification& n, const std::string& merchant_id) {
  if (!merchant_id.empty() && n.merchant_id != merchant_id) return "other_merchant";
  if (n.object_type == "CHARGEBACK") return is_object_id(n.object_id) && is_object_id(n.permission_id) ? "" : "dispute";
  if (n.object_type != "CHARGE_PERMISSION" && n.object_type != "CHARGE" && n.object_type != "REFUND") return n.object_type.empty() ? "unreadable" : "unknown_type";
  return is_object_id(n.object_id) && is_object_id(n.permission_id) ? "" : "unreadable";
}

}  // namespace

const char* name_of(Refusal refusal) { return reason_of(refusal).name; }

Failure refusal(Refusal why, std::string detail, Kind kind) {
  const auto reason = reason_of(why);
  return {kind, reason.sentence + (detail.empty() ? std::string() : " (" + clipped(detail, 200) + ")"), reason.name, {}};
}

Fetch fetch_over_https(const NotificationRules& rules) {
  return [rules](const std::string& url) -> Result<std::string> {
    HttpOptions options;
    options.ca_file = rules.ca_file;
    options.user_agent = "amazonpay-plugin/" AMAZONPAY_VERSION;
    options.direct = rules.test();
    FetchLimits limits;
    limits.most_bytes = largest_certificate;
    limits.timeout_ms = fetch_timeout_ms;
    auto outcome = HttpClient(options).fetch(url, limits);
    if (outcome.delivery != Delivery::answered) return Failure{Kind::unavailable, outcome.detail.empty() ? outcome.problem : outcome.detail};
    if (outcome.status == 200) return std::move(outcome.body);
    // What is not there today will not be there tomorrow: a forged address. Everything else may heal.
    const bool never = outcome.status / 100 == 3 || outcome.status == 403 || outcome.status == 404 || outcome.status == 410;
    return Failure{never ? Kind::refused : Kind::unavailable, "the server answered " + std::to_string(outcome.status)};
  };
}

Result<Envelope> verified(std::string_view body, const NotificationRules& rules, SigningCertificates& certificates, const Fetch& fetch, std::int64_t now_ms) {
  auto envelope = read_envelope(body, rules, now_ms);
  if (!envelope) return envelope.failure();
  const auto named = [&](Failure failure) {
    failure.trace = envelope->message_id;
    return failure;
  };
  auto certificate = certificates.at(envelope->certificate_url, rules, fetch, now_ms);
  if (!certificate) return named(certificate.failure());
  if (!(*certificate)->holds(envelope->signature_version, text_to_sign(*envelope), envelope->signature)) return named(refusal(Refusal::bad_signature));
  return envelope;
}

Notification read_notification(const Envelope& envelope, const std::string& merchant_id, bool topic_confirmed) {
  Notification n;
  n.message_id = envelope.message_id;
  n.topic = envelope.topic;
  n.sent_ms = envelope.sent_ms;
  n.key = key_of(n);
  n.text = clipped(envelope.message, longest_kept_text);
  const auto inner = parse_json(envelope.message);
  const auto* object = inner ? inner->if_object() : nullptr;
  if (object != nullptr) read_inner(*object, n);
  const bool old_format = envelope.message.front() == '<' || (object != nullptr && object->contains("NotificationData"));
  if (!topic_confirmed) {
    n.problem = "topic_not_confirmed";
  } else if (old_format) {
    n.problem = "old_format";
  } else {
    n.problem = object == nullptr ? "unreadable" : problem_of(n, merchant_id);
  }
  n.state = n.problem.empty() ? NotificationState::received : n.problem == "old_format" ? NotificationState::ignored : NotificationState::quarantined;
  return n;
}

}  // namespace amazonpay::amazon
