// read_envelope() of notification.hpp: from bytes to a checked envelope, without any certificate. The JSON is read by events and not into a tree, because a
// tree would keep the last of two members of one name and another reader the first: such a text is refused.
#include <boost/json/basic_parser_impl.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>

#include "amazon/notification.hpp"
#include "amazon/notification_address.hpp"
#include "amazon/wire.hpp"

namespace amazonpay::amazon {
namespace {

namespace json = boost::json;
using boost::system::error_code;

constexpr std::size_t deepest = 8;
constexpr std::int64_t minute_ms = 60'000, day_ms = 24 * 60 * minute_ms;
// Amazon repeats a message for hours, its predecessor did for 14 days; the time of the message stays the first one.
constexpr std::int64_t oldest_ms = 15 * day_ms, furthest_ahead_ms = 60 * minute_ms;

struct Member {
  std::string text;
  bool is_text = true;
  bool is_null = false;
};

// Collects the texts of the outermost object.
struct Collector {
  static constexpr std::size_t max_object_size = std::size_t(-1), max_array_size = std::size_t(-1), max_key_size = std::size_t(-1), max_string_size = std::size_t(-1);
  std::map<std::string, Member> members;
  bool twice = false, no_object = false;

  bool stop(error_code& error) { return error = json::error::syntax, false; }
  bool value(Member member, error_code& error) {
    if (depth_ == 0) return no_object = true, stop(error);
    if (depth_ == 1) members[name_] = std::move(member);
    return true;
  }
  bool other(error_code& error) { return value({{}, false, false}, error); }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code& error) {
    if (depth_ > 0 && !other(error)) return false;
    return ++depth_, true;
  }
  bool on_object_end(std::size_t, error_code&) { return --depth_, true; }
  bool on_array_begin(error_code& error) {
    if (!other(error)) return false;
    return ++depth_, true;
  }
  bool on_array_end(std::size_t, error_code&) { return --depth_, true; }
  bool on_key_part(json::string_view part, std::size_t, error_code&) { return part_.append(part.data(), part.size()), true; }
  bool on_key(json::string_view part, std::size_t, error_code& error) {
    part_.append(part.data(), part.size());
    std::string name = std::exchange(part_, {});
    if (depth_ != 1) return true;
    // Lambda's spellings are the same members.
    if (name == "SigningCertUrl") name = "SigningCertURL";
    if (name == "SubscribeUrl") name = "SubscribeURL";
    if (name == "UnsubscribeUrl") name = "UnsubscribeURL";
    if (members.count(name) != 0) return twice = true, stop(error);
    name_ = std::move(name);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, error_code&) { return part_.append(part.data(), part.size()), true; }
  bool on_string(json::string_view part, std::size_t, error_code& error) {
    part_.append(part.data(), part.size());
    return value({std::exchange(part_, {}), true, false}, error);
  }
  bool on_number_part(json::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, error_code& error) { return other(error); }
  bool on_uint64(std::uint64_t, json::string_view, error_code& error) { return other(error); }
  bool on_double(double, json::string_view, error_code& error) { return other(error); }
  bool on_bool(bool, error_code& error) { return other(error); }
  bool on_null(error_code& error) { return value({{}, false, true}, error); }
  bool on_comment_part(json::string_view, error_code&) { return true; }
  bool on_comment(json::string_view, error_code&) { return true; }

 private:
  std::size_t depth_ = 0;
  std::string name_, part_;
};

using Members = std::map<std::string, Member>;

Result<Members> members_of(std::string_view body) {
  json::parse_options options;
  options.max_depth = deepest;
  json::basic_parser<Collector> parser(options);
  error_code error;
  const auto read = parser.write_some(false, body.data(), body.size(), error);
  const auto& collector = parser.handler();
  if (collector.twice) return refusal(Refusal::duplicate_member);
  if (collector.no_object) return refusal(Refusal::not_json, "the text is no object");
  if (error == json::error::too_deep) return refusal(Refusal::too_deep);
  if (error) return refusal(Refusal::not_json, error.message());
  if (read != body.size()) return refusal(Refusal::not_json, "something stands behind the object");
  return std::move(parser.handler().members);
}

bool is_message_id(std::string_view text) {
  return !text.empty() && text.size() <= 100 && std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80 && (std::isalnum(c) || c == '-'); });
}

bool is_subscription_token(std::string_view text) {
  return !text.empty() && text.size() <= 1024 && std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c < 0x7F; });
}

// Strict base64 with its padding; empty if it is anything else.
std::string decoded_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0 || text.size() > 2048) return {};
  const std::size_t padding = text.back() != '=' ? 0 : text[text.size() - 2] != '=' ? 1 : 2;
  const auto digits = text.substr(0, text.size() - padding);
  const bool good = std::all_of(digits.begin(), digits.end(), [](unsigned char c) { return c < 0x80 && (std::isalnum(c) || c == '+' || c == '/'); });
  if (!good) return {};
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return {};
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

// Takes the members one after the other and remembers the first that is wrong.
class Taker {
 public:
  explicit Taker(Members members) : members_(std::move(members)) {}
  std::string text(const char* name, std::size_t most_bytes) {
    const auto found = members_.find(name);
    if (found == members_.end() || found->second.is_null) return complain(Refusal::missing_member, name), std::string();
    if (!found->second.is_text) return complain(Refusal::bad_member, name), std::string();
    if (found->second.text.empty() || found->second.text.size() > most_bytes || found->second.text.find('\0') != std::string::npos) complain(Refusal::bad_member, name);
    return std::move(found->second.text);
  }
  std::optional<std::string> optional_text(const char* name, std::size_t most_bytes) {
    const auto found = members_.find(name);
    if (found == members_.end() || found->second.is_null) return std::nullopt;
    if (found->second.is_text && found->second.text.empty()) return std::string();
    return text(name, most_bytes);
  }
  void check(bool good, Refusal otherwise, const char* name) {
    if (!good) complain(otherwise, name);
  }
  const std::optional<Failure>& problem() const { return problem_; }

 private:
  void complain(Refusal why, const char* name) {
    if (!problem_) problem_ = refusal(why, std::string("member ") + name);
  }
  Members members_;
  std::optional<Failure> problem_;
};

std::optional<EnvelopeType> type_of(const std::string& name) {
  if (name == "Notification") return EnvelopeType::notification;
  if (name == "SubscriptionConfirmation") return EnvelopeType::subscription_confirmation;
  if (name == "UnsubscribeConfirmation") return EnvelopeType::unsubscribe_confirmation;
  return std::nullopt;
}

const char* type_name(EnvelopeType type) {
  static constexpr std::array names = {"Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"};
  return names[static_cast<std::size_t>(type)];
}

void take_members(Taker& taker, Envelope& envelope) {
  const auto type = type_of(taker.text("Type", 64));
  taker.check(type.has_value(), Refusal::unknown_type, "Type");
  envelope.type = type.value_or(EnvelopeType::notification);
  envelope.topic = taker.text("TopicArn", 400);
  taker.check(is_topic(envelope.topic), Refusal::bad_member, "TopicArn");
  envelope.signature_version = taker.text("SignatureVersion", 16);
  taker.check(envelope.signature_version == "1" || envelope.signature_version == "2", Refusal::bad_signature_version, "SignatureVersion");
  envelope.timestamp = taker.text("Timestamp", 40);
  envelope.sent_ms = unix_ms(envelope.timestamp);
  taker.check(envelope.sent_ms > 0, Refusal::bad_member, "Timestamp");
  envelope.message = taker.text("Message", largest_notification);
  envelope.signature = decoded_base64(taker.text("Signature", 2048));
  taker.check(!envelope.signature.empty(), Refusal::bad_signature, "Signature");
  envelope.certificate_url = taker.text("SigningCertURL", 512);
  if (envelope.type == EnvelopeType::notification) {
    envelope.subject = taker.optional_text("Subject", 1024);
  } else {
    envelope.token = taker.text("Token", 1024);
    taker.check(is_subscription_token(envelope.token), Refusal::bad_member, "Token");
    envelope.subscribe_url = taker.text("SubscribeURL", 2048);
  }
}

}  // namespace

Result<Envelope> read_envelope(std::string_view body, const NotificationRules& rules, std::int64_t now_ms) {
  if (body.size() > largest_notification) return refusal(Refusal::too_large, {}, Kind::limit);
  auto members = members_of(body);
  if (!members) return members.failure();
  Taker taker(std::move(*members));
  Envelope envelope;
  envelope.message_id = taker.text("MessageId", 100);
  taker.check(is_message_id(envelope.message_id), Refusal::bad_member, "MessageId");
  const auto named = [&](Failure failure) {
    if (is_message_id(envelope.message_id)) failure.trace = envelope.message_id;
    return failure;
  };
  take_members(taker, envelope);
  if (taker.problem()) return named(*taker.problem());
  if (!rules.topic.empty() && envelope.topic != rules.topic) return named(refusal(Refusal::other_topic));
  // A test service may have its clock set to any day.
  const bool fresh = rules.test() || (envelope.sent_ms > now_ms - oldest_ms && envelope.sent_ms < now_ms + furthest_ahead_ms);
  if (!fresh) return named(refusal(Refusal::stale));
  if (!is_certificate_url(envelope.certificate_url, rules.test_host)) return named(refusal(Refusal::certificate_url));
  if (envelope.type == EnvelopeType::subscription_confirmation && !is_subscribe_url(envelope, rules.test_host)) return named(refusal(Refusal::subscribe_url));
  return envelope;
}

std::string text_to_sign(const Envelope& envelope) {
  std::string text;
  const auto add = [&](const char* name, const std::string& value) { text.append(name).append("\n").append(value).append("\n"); };
  const bool notification = envelope.type == EnvelopeType::notification;
  add("Message", envelope.message);
  add("MessageId", envelope.message_id);
  if (notification && envelope.subject) add("Subject", *envelope.subject);
  if (!notification) add("SubscribeURL", envelope.subscribe_url);
  add("Timestamp", envelope.timestamp);
  if (!notification) add("Token", envelope.token);
  add("TopicArn", envelope.topic);
  add("Type", type_name(envelope.type));
  return text;
}

}  // namespace amazonpay::amazon
