#include "notification_sender.hpp"

#include <chrono>
#include <cstdio>

#include <curl/curl.h>

#include "query.hpp"

namespace sandbox {
namespace {

using boost::json::object;
using boost::json::value;

std::string escape(const std::string& text) {
    static constexpr char hex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~') out += c;
        else out += '%', out += hex[byte >> 4], out += hex[byte & 15];
    }
    return out;
}

const value* order(const value& orders, const char* name) {
    if (!orders.is_object()) return nullptr;
    const auto* found = orders.as_object().if_contains(name);
    return found && !found->is_null() ? found : nullptr;
}

std::string order_text(const value& orders, const char* name, const std::string& otherwise) {
    const auto* found = order(orders, name);
    return found ? std::string(found->as_string()) : otherwise;
}

// null takes a member away.
void apply(object& envelope, const value* changes) {
    if (!changes) return;
    for (const auto& change : changes->as_object()) {
        if (change.value().is_null()) envelope.erase(change.key());
        else envelope[change.key()] = change.value();
    }
}

std::string text_of(const object& envelope, const char* name) {
    const auto* found = envelope.if_contains(name);
    return found && found->is_string() ? std::string(found->as_string()) : std::string();
}

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) { return size * count; }

int stop_when_asked(void* asked, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const std::atomic<bool>*>(asked)->load() ? 1 : 0;
}

struct Outcome {
    int status = 0;
    std::string error;
};

class Connection {  // kept over several posts, so that a thousand notifications do not need a thousand handshakes
public:
    Connection() : curl_(curl_easy_init()) {}
    ~Connection() { curl_easy_cleanup(curl_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Outcome post(const Post& post, const std::atomic<bool>& stop) {
        curl_easy_reset(curl_);
        curl_slist* headers = nullptr;
        for (const auto& header : {std::string("content-type: text/plain; charset=UTF-8"), "x-amz-sns-message-type: " + post.sns_type,
                                   "x-amz-sns-message-id: " + post.message_id, "x-amz-sns-topic-arn: " + post.topic_arn,
                                   "x-amz-sns-subscription-arn: " + post.subscription_arn, std::string("Expect:")})
            headers = curl_slist_append(headers, header.c_str());
        curl_easy_setopt(curl_, CURLOPT_URL, post.url.c_str());
        curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl_, CURLOPT_USERAGENT, "Amazon Simple Notification Service Agent");
        curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(post.body.size()));
        curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, post.body.data());
        curl_easy_setopt(curl_, CURLOPT_TIMEOUT_MS, static_cast<long>(post.timeout_ms));
        curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl_, CURLOPT_FOLLOWLOCATION, 0L);
        curl_easy_setopt(curl_, CURLOPT_PROXY, "");
        curl_easy_setopt(curl_, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, ignore);
        curl_easy_setopt(curl_, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(curl_, CURLOPT_XFERINFOFUNCTION, stop_when_asked);
        curl_easy_setopt(curl_, CURLOPT_XFERINFODATA, &stop);
        curl_blob authorities{const_cast<char*>(post.ca_pem.data()), post.ca_pem.size(), CURL_BLOB_COPY};
        if (!post.ca_pem.empty()) curl_easy_setopt(curl_, CURLOPT_CAINFO_BLOB, &authorities);
        const auto code = curl_easy_perform(curl_);
        curl_slist_free_all(headers);
        if (code != CURLE_OK) return {0, curl_easy_strerror(code)};
        long status = 0;
        curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
        return {static_cast<int>(status), ""};
    }

private:
    CURL* curl_;
};

HttpAnswer xml(int status, const std::string& inner) {
    HttpAnswer answer;
    answer.status = status;
    answer.content_type = "text/xml";
    answer.body = inner;
    return answer;
}

}  // namespace

Post compose(const Notification& message, const Subscription& subscription, const Signer& signer, const std::string& address) {
    const auto& orders = message.orders;
    const auto version = order_text(orders, "signature_version", subscription.signature_version);
    const auto base = "https://" + address;
    object envelope{{"Type", message.sns_type}, {"MessageId", message.message_id}};
    if (message.sns_type != "Notification") envelope["Token"] = subscription.token;
    envelope["TopicArn"] = subscription.topic_arn;
    envelope["Message"] = message.message;
    if (message.sns_type != "Notification")
        envelope["SubscribeURL"] = base + "/?Action=ConfirmSubscription&TopicArn=" + escape(subscription.topic_arn) + "&Token=" + subscription.token;
    envelope["Timestamp"] = sns_time(message.published_ms);
    envelope["SignatureVersion"] = version;
    envelope["Signature"] = nullptr;
    envelope["SigningCertURL"] = base + signer.path_of(order_text(orders, "certificate", subscription.certificate));
    if (message.sns_type == "Notification")
        envelope["UnsubscribeURL"] = base + "/?Action=Unsubscribe&SubscriptionArn=" + escape(subscription.subscription_arn);
    apply(envelope, order(orders, "envelope"));
    auto* signature = envelope.if_contains("Signature");
    if (signature && signature->is_null()) *signature = signer.sign(string_to_sign(envelope), text_of(envelope, "SignatureVersion"));
    apply(envelope, order(orders, "after_signing"));

    Post post{subscription.url, text_of(envelope, "Type"), text_of(envelope, "MessageId"), text_of(envelope, "TopicArn"),
              subscription.subscription_arn, "", subscription.ca_pem, subscription.timeout_ms};
    post.body = order_text(orders, "raw_body", "");
    if (post.body.empty()) post.body = envelope_text(envelope);
    return post;
}

NotificationSender::NotificationSender(Gateway& gateway, const Signer& signer) : gateway_(gateway), signer_(signer), thread_([this] { run(); }) {}

NotificationSender::~NotificationSender() {
    stop_ = true;
    thread_.join();
}

void NotificationSender::run() {
    while (!stop_) {
        try {
            let_time_pass();
            while (!stop_ && send_next()) {}
        } catch (const std::exception& error) {
            std::fprintf(stderr, "amazonpay-sandbox: a notification could not be sent: %s\n", error.what());
            std::this_thread::sleep_for(std::chrono::seconds(1));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

void NotificationSender::let_time_pass() {
    std::lock_guard lock(gateway_.mutex());
    if (!gateway_.store().next_due(gateway_.bank().now_ms())) return;
    Transaction transaction(gateway_.store().database());
    gateway_.bank().settle_due();
    transaction.commit();
}

bool NotificationSender::send_next() {
    thread_local Connection connection;
    Delivery delivery;
    Post post;
    {
        std::lock_guard lock(gateway_.mutex());
        auto& notifications = gateway_.notifications();
        const auto due = notifications.next_delivery(wall_clock_ms());
        if (!due) return false;
        delivery = *due;
        const auto message = *notifications.find(delivery.message_id);
        const auto subscription = notifications.find_subscription(message.merchant_id, message.environment);
        if (!subscription) return false;  // not reached: an unsubscribed account keeps nothing due
        post = compose(message, *subscription, signer_, notifications.address());
    }
    const auto outcome = connection.post(post, stop_);
    if (stop_ && outcome.status == 0) return false;  // as if killed: sent again after the next start
    std::lock_guard lock(gateway_.mutex());
    Transaction transaction(gateway_.store().database());
    gateway_.notifications().finish(delivery, outcome.status, outcome.error);
    transaction.commit();
    return true;
}

std::optional<HttpAnswer> answer_as_sns(const HttpRequest& request, Gateway& gateway, const Signer& signer) {
    const auto path = std::string(request.path());
    if (path.starts_with("/SimpleNotificationService-")) {
        const auto* pem = signer.certificate_at(path);
        HttpAnswer answer;
        answer.content_type = pem ? "application/x-pem-file" : "text/plain";
        answer.status = pem ? 200 : 404;
        answer.body = pem ? *pem : "There is no signing certificate of this name.\n";
        return answer;
    }
    if (path != "/" || request.method != "GET") return std::nullopt;
    const Query query(request.query());
    if (query.text("Action") == "Unsubscribe") return xml(403, "<ErrorResponse><Error><Code>AuthorizationError</Code></Error></ErrorResponse>");
    if (query.text("Action") != "ConfirmSubscription") return std::nullopt;
    std::lock_guard lock(gateway.mutex());
    Transaction transaction(gateway.store().database());
    const bool known = gateway.notifications().confirm(query.text("TopicArn"), query.text("Token"));
    transaction.commit();
    if (!known) return xml(400, "<ErrorResponse><Error><Code>InvalidParameter</Code><Message>Invalid token</Message></Error></ErrorResponse>");
    return xml(200, "<ConfirmSubscriptionResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><ConfirmSubscriptionResult/>"
                    "</ConfirmSubscriptionResponse>");
}

}  // namespace sandbox
