#include "host/webhook.hpp"

#include <algorithm>

#include "flows/notification.hpp"
#include "host/call.hpp"
#include "host/member.hpp"

namespace amazonpay::host {
namespace {

using hostapi::sdk::Session;

// Without a confirmed topic anyone with an account at Amazon's SNS can send us messages with a good signature: no more than these are kept.
constexpr std::int64_t most_unconfirmed = 100;
constexpr std::size_t most_confirmations = 64;
// A burst of messages asks for the settings once in this time. Each of them could as well have come so much earlier; where the topic is not confirmed yet, where
// a message may have to wait for a person, every one asks.
constexpr auto rules_kept = std::chrono::milliseconds(20);

// A failure of ours, whatever its kind: the message may be good, so it must come again.
Failure again(const Failure& failure) { return {Kind::unavailable, failure.message, failure.code, failure.trace}; }

}  // namespace

amazon::NotificationRules notification_rules(const json::value& values) {
  const Members m(values);
  const bool sandbox = amazon::environment_of(m.text("public_key_id"), m.text("environment")) == Environment::sandbox;
  const auto service = m.text("service_url");
  amazon::NotificationRules rules;
  rules.topic = m.text("notification_topic");
  rules.ca_file = m.text("ca_file");
  if (sandbox && service.rfind("https://", 0) == 0) {
    rules.test_host = m.text("notification_cert_host");
    if (rules.test_host.empty()) rules.test_host = service.substr(8);
  }
  return rules;
}

Result<json::value> Webhook::receive(const Session& session, const json::value& request, std::string_view body) {
  const auto taken = take(session, body);
  if (taken) return json::value(json::object{});
  const auto* remote = request.is_object() ? request.get_object().if_contains("remote") : nullptr;
  const auto& failure = taken.failure();
  session.core().log(HOSTAPI_LOG_WARN, "AMAZONPAY_NOTIFICATION_REFUSED",
                     {{"code", failure.code.empty() ? "not_stored" : failure.code}, {"message_id", failure.trace}, {"remote", remote != nullptr && remote->is_string() ? *remote : json::value("")},
                      {"message", failure.message}, {"again", failure.kind != Kind::refused && failure.kind != Kind::limit}});
  return failure;
}

Result<std::shared_ptr<const Webhook::Rules>> Webhook::rules(const Session& session) {
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(rules_mutex_);
    if (rules_ && now - rules_->read_at < rules_kept && !rules_->notification.topic.empty()) return rules_;
  }
  auto settings = session.settings().get();
  if (!settings) return again(settings.failure());
  auto read = reading("the settings", [&] {
    const Members m(*settings);
    const auto* values = m.find("values");
    if (values == nullptr) throw BadDocument("there are no values");
    return std::make_shared<const Rules>(Rules{notification_rules(*values), Members(*values).text("merchant_id"), now});
  });
  if (!read) return again(read.failure());
  const std::lock_guard lock(rules_mutex_);
  return rules_ = *read;
}

Result<> Webhook::take(const Session& session, std::string_view body) {
  const auto settings = this->rules(session);
  if (!settings) return settings.failure();
  const auto& rules = (*settings)->notification;
  const auto fetch = web_(rules);
  auto envelope = amazon::verified(body, rules, certificates_, fetch, session.core().now_unix_ms());
  if (!envelope) return envelope.failure();
  const bool topic_confirmed = !rules.topic.empty();
  if (envelope->type == amazon::EnvelopeType::unsubscribe_confirmation) {
    session.core().log(HOSTAPI_LOG_WARN, "AMAZONPAY_NOTIFICATION_UNSUBSCRIBED", {{"message_id", envelope->message_id}, {"topic", envelope->topic}});
    return hostapi::success();
  }
  if (envelope->type == amazon::EnvelopeType::subscription_confirmation && topic_confirmed) return confirm(session, *envelope, fetch);
  auto stored = take_notification(session, *envelope, (*settings)->merchant_id, topic_confirmed);
  if (!stored) return Failure{Kind::unavailable, stored.message(), stored.failure().code, envelope->message_id};
  // A subscription to a topic that nobody has confirmed yet: kept for the person who will, and wanted again then.
  if (envelope->type == amazon::EnvelopeType::subscription_confirmation)
    return Failure{Kind::unavailable, "The topic of the subscription is not confirmed in the settings yet.", "topic_not_confirmed", envelope->message_id};
  return hostapi::success();
}

Result<> Webhook::take_notification(const Session& session, const amazon::Envelope& envelope, const std::string& merchant_id, bool topic_confirmed) {
  if (!topic_confirmed) {
    auto waiting = StoreNotifications(session).count(name_of(NotificationState::quarantined));
    if (!waiting) return waiting.failure();
    if (*waiting >= most_unconfirmed)
      return Failure{Kind::unavailable, "No topic is confirmed in the settings and 100 notifications wait for that. Confirm the topic of Amazon Pay.", "quarantine_full"};
  }
  auto notification = amazon::read_notification(envelope, merchant_id, topic_confirmed);
  if (envelope.type == amazon::EnvelopeType::subscription_confirmation) notification.object_type = "SUBSCRIPTION";
  Call call(session, amazon_);
  if (auto stored = flows::receive(call.ports(), notification); !stored) return stored;
  session.core().log(HOSTAPI_LOG_INFO, "AMAZONPAY_NOTIFICATION_RECEIVED",
                     {{"message_id", notification.message_id}, {"object_type", notification.object_type}, {"object_id", notification.object_id}, {"state", name_of(notification.state)},
                      {"problem", notification.problem}});
  return hostapi::success();
}

Result<> Webhook::confirm(const Session& session, const amazon::Envelope& envelope, const amazon::Fetch& fetch) {
  const std::lock_guard lock(mutex_);
  if (confirmed_.count(envelope.message_id) != 0) return hostapi::success();
  if (auto followed = fetch(envelope.subscribe_url); !followed)
    return Failure{Kind::unavailable, "The subscription could not be confirmed: " + followed.message(), "subscribe_url", envelope.message_id};
  if (confirmed_.size() >= most_confirmations) confirmed_.clear();
  confirmed_.insert(envelope.message_id);
  session.core().log(HOSTAPI_LOG_INFO, "AMAZONPAY_NOTIFICATION_CONFIRMED", {{"message_id", envelope.message_id}, {"topic", envelope.topic}});
  return hostapi::success();
}

}  // namespace amazonpay::host
