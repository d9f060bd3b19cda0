#include "control.hpp"
#include "query.hpp"
#include "views.hpp"

// Subscriptions, the outbox and hand-made notifications: /control/notifications. See README.md.
namespace sandbox {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

struct NamedAccount {
    std::string merchant_id, environment;
};

// Either a key id or a merchant id; the environment is that of the key, else the one given, else Sandbox.
NamedAccount find_account(Store& store, const std::string& public_key_id, const std::string& merchant_id, const std::string& environment) {
    if (!environment.empty() && environment != "Sandbox" && environment != "Live")
        throw ApiError(400, "InvalidParameterValue", "The value provided for [environment] is invalid; it is Sandbox or Live.");
    if (!public_key_id.empty()) {
        const auto key = store.find_key(public_key_id);
        if (!key) throw ApiError(404, "ResourceNotFound", "public_key_id is not registered; use /control/merchants or /control/keypair first.");
        return {key->merchant_id, !key->environment.empty() ? key->environment : environment.empty() ? "Sandbox" : environment};
    }
    if (merchant_id.empty()) throw ApiError(400, "MissingParameterValue", "Name the account with public_key_id or merchant_id.");
    if (!store.find_merchant(merchant_id)) throw ApiError(404, "ResourceNotFound", "merchant_id is not registered; use /control/merchants or /control/keypair first.");
    return {merchant_id, environment.empty() ? "Sandbox" : environment};
}

NamedAccount find_account(Store& store, const Body& body) {
    return find_account(store, body.text("public_key_id"), body.text("merchant_id"), body.text("environment"));
}

void check_url(const Body& body, const std::string& url, const std::string& environment) {
    const bool secure = url.starts_with("https://");
    const auto host = url.substr(std::min(url.size(), url.find("://") + 3));
    const bool near = host.starts_with("127.0.0.1") || host.starts_with("localhost");
    if ((!secure && !url.starts_with("http://")) || host.empty()) body.refuse("url");
    if (environment == "Live" && !secure && !near)
        throw ApiError(400, "InvalidParameterValue", "The url of the Live environment has to be https (plain http only for localhost).");
}

std::int64_t number_within(const Body& body, const char* name, std::int64_t otherwise, std::int64_t most) {
    const auto number = body.number(name, otherwise);
    if (number < 0 || number > most) body.refuse(name);
    return number;
}

object subscription_json(const Subscription& s) {
    return {{"merchant_id", s.merchant_id}, {"environment", s.environment}, {"url", s.url}, {"topic_arn", s.topic_arn},
            {"subscription_arn", s.subscription_arn}, {"signature_version", s.signature_version}, {"certificate", s.certificate},
            {"delay_ms", s.delay_ms}, {"timeout_ms", s.timeout_ms}, {"duplicates", s.duplicates}, {"reorder", s.reorder}, {"seed", s.seed},
            {"hold", s.hold != 0}, {"confirm", s.confirm != 0}, {"confirmed", !s.waits_for_confirmation()}, {"confirm_fetches", s.confirm_fetches}};
}

// The message's own state is that of the delivery which has most left to do.
object notification_json(const Notification& n, const std::vector<Delivery>& deliveries) {
    array each;
    std::string state = deliveries.empty() ? "unsubscribed" : "delivered";
    std::int64_t tries = 0, last_status = 0;
    for (const auto& d : deliveries) {
        each.push_back(object{{"state", d.state}, {"tries", d.tries}, {"last_status", d.last_status}, {"last_error", or_null(d.last_error)}});
        tries += d.tries;
        if (d.tries > 0) last_status = d.last_status;
        if (state == "delivered") state = d.state;
    }
    return {{"seq", n.seq}, {"message_id", n.message_id}, {"notification_id", or_null(n.notification_id)}, {"type", n.sns_type},
            {"merchant_id", n.merchant_id}, {"environment", n.environment}, {"object_type", or_null(n.object_type)},
            {"object_id", or_null(n.object_id)}, {"charge_permission_id", or_null(n.permission_id)},
            {"notification_type", or_null(n.notification_type)}, {"object_state", or_null(n.object_state)}, {"at", basic_time(n.at_ms)},
            {"message", n.message}, {"state", state}, {"tries", tries}, {"last_status", last_status}, {"deliveries", std::move(each)}};
}

}  // namespace

value Control::notifications(const HttpRequest& request) {
    const auto path = std::string(request.path());
    const std::string root = "/control/notifications";
    const auto rest = path.substr(std::min(path.size(), root.size()));
    if (request.method == "GET" && rest.empty()) return list_notifications(request);
    if (request.method == "DELETE" && rest.empty()) return unsubscribe(request);
    if (request.method == "POST") {
        const auto body = Body::parse(request.body);
        if (rest.empty()) return subscribe(body);
        if (rest == "/send") return send_notification(body);
        if (rest == "/release") {
            body.allow({"public_key_id", "merchant_id", "environment"});
            const bool all = !body.has("public_key_id") && !body.has("merchant_id");
            const auto account = all ? NamedAccount{} : find_account(gateway_.store(), body);
            return boost::json::object{{"released", gateway_.notifications().release(account.merchant_id, account.environment)}};
        }
        if (rest.starts_with("/") && rest.ends_with("/resend")) {
            const auto id = rest.substr(1, rest.size() - 8);
            const auto message = gateway_.notifications().find(id);
            if (!message) throw ApiError(404, "ResourceNotFound", "There is no notification with the message id '" + id + "'.");
            gateway_.notifications().resend(*message);
            return notification_json(*message, gateway_.notifications().deliveries(id));
        }
    }
    throw ApiError(404, "ResourceNotFound", "The control interface has no " + request.method + " " + path + "; see README.md.");
}

object Control::subscribe(const Body& body) {
    body.allow({"public_key_id", "merchant_id", "environment", "url", "topic_arn", "signature_version", "certificate", "ca_pem", "delay_ms",
                "timeout_ms", "duplicates", "reorder", "seed", "hold", "confirm"});
    body.require({"url"});
    auto& notifications = gateway_.notifications();
    const auto account = find_account(gateway_.store(), body);
    const auto old = notifications.find_subscription(account.merchant_id, account.environment);
    Subscription s;
    s.merchant_id = account.merchant_id;
    s.environment = account.environment;
    s.url = body.text("url", 2000);
    check_url(body, s.url, s.environment);
    s.topic_arn = body.text("topic_arn", 256);
    if (s.topic_arn.empty() && old) s.topic_arn = old->topic_arn;
    if (s.topic_arn.empty()) s.topic_arn = "arn:aws:sns:eu-west-1:" + random_digits(12) + ":amazonpay-" + s.merchant_id + "-" + s.environment;
    s.subscription_arn = old && old->topic_arn == s.topic_arn ? old->subscription_arn : s.topic_arn + ":" + random_uuid();
    s.signature_version = body.one_of("signature_version", {"1", "2"}, "1");
    s.certificate = body.one_of("certificate", {"valid", "expired", "self_signed"}, "valid");
    s.ca_pem = body.text("ca_pem", 100000);
    s.delay_ms = number_within(body, "delay_ms", gateway_.store().setting("notification_delay_ms", 1000), 3600 * second_ms);
    s.timeout_ms = number_within(body, "timeout_ms", 15000, 600 * second_ms);
    s.duplicates = number_within(body, "duplicates", 0, 100);
    s.reorder = number_within(body, "reorder", 0, 100000);
    s.seed = body.number("seed", 0);
    s.hold = body.flag("hold");
    s.confirm = body.flag("confirm");
    notifications.subscribe(s);
    auto out = subscription_json(s);
    out.emplace("certificate_host", notifications.address());
    out.emplace("signing_cert_url", "https://" + notifications.address() + notifications.certificate_path(s.certificate));
    return out;
}

object Control::unsubscribe(const HttpRequest& request) {
    const Query query(request.query());
    query.allow({"public_key_id", "merchant_id", "environment"});
    const auto account = find_account(gateway_.store(), query.text("public_key_id"), query.text("merchant_id"), query.text("environment"));
    if (!gateway_.notifications().unsubscribe(account.merchant_id, account.environment))
        throw ApiError(404, "ResourceNotFound", "The account has no subscription in this environment.");
    return {};
}

object Control::list_notifications(const HttpRequest& request) {
    const Query query(request.query());
    query.allow({"public_key_id", "merchant_id", "environment", "charge_permission_id", "object_id", "state", "limit"});
    NotificationFilter filter{query.text("merchant_id"), query.text("environment"), query.text("charge_permission_id"), query.text("object_id"),
                              query.number("limit", 1000, 1, 1000000)};
    if (query.has("public_key_id")) {
        const auto account = find_account(gateway_.store(), query.text("public_key_id"), "", filter.environment);
        filter.merchant_id = account.merchant_id;
        filter.environment = account.environment;
    }
    array list, subscriptions;
    for (const auto& n : gateway_.notifications().list(filter)) {
        auto view = notification_json(n, gateway_.notifications().deliveries(n.message_id));
        if (!query.has("state") || view.at("state").as_string() == query.text("state")) list.push_back(std::move(view));
    }
    for (const auto& s : gateway_.notifications().subscriptions())
        if ((filter.merchant_id.empty() || filter.merchant_id == s.merchant_id) && (filter.environment.empty() || filter.environment == s.environment))
            subscriptions.push_back(subscription_json(s));
    return {{"notifications", std::move(list)}, {"subscriptions", std::move(subscriptions)}};
}

object Control::send_notification(const Body& body) {
    body.allow({"public_key_id", "merchant_id", "environment", "type", "message", "envelope", "after_signing", "raw_body", "signature_version", "certificate"});
    const auto account = find_account(gateway_.store(), body);
    auto& notifications = gateway_.notifications();
    if (!notifications.find_subscription(account.merchant_id, account.environment))
        throw ApiError(404, "ResourceNotFound", "The account has no subscription in this environment; make one with POST /control/notifications.");
    body.child("envelope");
    body.child("after_signing");
    body.text("raw_body", 16 * 1024 * 1024);
    body.text("signature_version", 20);
    body.one_of("certificate", {"valid", "expired", "self_signed"});
    Notification n;
    n.message_id = random_uuid();
    if (const auto id = body.child("envelope").text("MessageId", 200); !id.empty() && !notifications.find(id)) n.message_id = id;
    n.merchant_id = account.merchant_id;
    n.environment = account.environment;
    n.sns_type = body.one_of("type", {"Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"}, "Notification");
    if (const auto* message = body.fields().if_contains("message")) {
        n.message = message->is_string() ? std::string(message->as_string()) : boost::json::serialize(*message);
        if (message->is_object()) {
            const auto text = [&](const char* name) {
                const auto* found = message->as_object().if_contains(name);
                return found && found->is_string() ? std::string(found->as_string()) : std::string();
            };
            n.notification_id = text("NotificationId");
            n.object_type = text("ObjectType");
            n.object_id = text("ObjectId");
            n.permission_id = text("ChargePermissionId");
            n.notification_type = text("NotificationType");
        }
    }
    boost::json::object orders;
    for (const auto* name : {"envelope", "after_signing", "raw_body", "signature_version", "certificate"})
        if (body.has(name)) orders[name] = body.fields().at(name);
    n.orders = std::move(orders);
    notifications.publish(n);
    return notification_json(*notifications.find(n.message_id), notifications.deliveries(n.message_id));
}

}  // namespace sandbox
