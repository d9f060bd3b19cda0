// What Amazon (and everybody else on the internet) posts to the shop: checked, stored, answered; nothing else. The object is read again in a task.
// The host answers the sender by the kind of the outcome: done 200, refused 400 and limit 413 (never again), everything else 503 (Amazon sends it again).
// Each message is one event: AMAZONPAY_NOTIFICATION_RECEIVED, …_REFUSED with its code, …_CONFIRMED or …_UNSUBSCRIBED; the log gets the message id and
// never the body. One object per plugin, shared by concurrent calls: it remembers certificates and confirmed subscriptions.
#pragma once
#include <hostapi/sdk.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "amazon/notification.hpp"
#include "amazon/notification_certificate.hpp"
#include "host/connection.hpp"

namespace amazonpay::host {

// Which topic, which certificates: from the settings document's values. With a test service and sandbox keys, and only then, the certificates of that
// service (or of notification_cert_host) count, and Amazon's do not.
amazon::NotificationRules notification_rules(const json::value& values);

class Webhook : public hostapi::sdk::Webhook {
 public:
  using Web = std::function<amazon::Fetch(const amazon::NotificationRules&)>;  // how to download, under these rules; a fake in tests
  explicit Webhook(PaymentsSource& amazon, Web web = amazon::fetch_over_https) : amazon_(amazon), web_(std::move(web)) {}
  Result<json::value> receive(const hostapi::sdk::Session& session, const json::value& request, std::string_view body) override;

 private:
  struct Rules {  // of the settings, as a moment ago
    amazon::NotificationRules notification;
    std::string merchant_id;
    std::chrono::steady_clock::time_point read_at;
  };
  Result<std::shared_ptr<const Rules>> rules(const hostapi::sdk::Session& session);
  Result<> take(const hostapi::sdk::Session& session, std::string_view body);
  Result<> take_notification(const hostapi::sdk::Session& session, const amazon::Envelope& envelope, const std::string& merchant_id, bool topic_confirmed);
  Result<> confirm(const hostapi::sdk::Session& session, const amazon::Envelope& envelope, const amazon::Fetch& fetch);

  PaymentsSource& amazon_;
  Web web_;
  amazon::SigningCertificates certificates_;
  std::mutex rules_mutex_;  // of its own: a confirmation holds the other one while it waits for the network
  std::shared_ptr<const Rules> rules_;
  std::mutex mutex_;
  std::set<std::string> confirmed_;  // message ids of confirmations that were followed
};

}  // namespace amazonpay::host
