#pragma once
// Delivers the outbox: one thread that posts what is due to each account's address, signed like SNS, and notes the outcome. It also lets time
// pass in the bank, so that a refund settles and is told without anyone asking. Made by main once the server has bound its ports; the
// destructor stops the thread, within a moment even while a shop is not answering. An outcome is durable before the next delivery begins; a
// message whose outcome was lost with the process is sent again under the same MessageId.
#include <atomic>
#include <string>
#include <thread>

#include "gateway.hpp"
#include "signer.hpp"

namespace sandbox {

struct Post {
    std::string url, sns_type, message_id, topic_arn, subscription_arn, body;
    std::string ca_pem;
    std::int64_t timeout_ms = 15000;
};

// The message as it goes over the wire. address is host and port of the certificate and of SubscribeURL.
Post compose(const Notification& message, const Subscription& subscription, const Signer& signer, const std::string& address);

class NotificationSender {
public:
    NotificationSender(Gateway& gateway, const Signer& signer);
    ~NotificationSender();

private:
    void run();
    bool send_next();  // false: nothing is due
    void let_time_pass();

    Gateway& gateway_;
    const Signer& signer_;
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

// What SNS itself would answer on the API port: its certificates, ConfirmSubscription and Unsubscribe. Nullopt: not a request for it.
std::optional<HttpAnswer> answer_as_sns(const HttpRequest& request, Gateway& gateway, const Signer& signer);

}  // namespace sandbox
