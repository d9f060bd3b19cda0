#include "notifications.hpp"

#include <random>

#include "crypto.hpp"

namespace sandbox {
namespace {

// A shuffle needs company: messages of one moment wait this long for each other.
constexpr std::int64_t gather_ms = 200;

constexpr const char* columns = "seq, message_id, notification_id, merchant_id, environment, sns_type, object_type, object_id, permission_id, "
                                "notification_type, object_state, at_ms, published_ms, message, orders ";

Notification read_notification(const Statement& row) {
    Notification n{row.number(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6), row.text(7), row.text(8),
                   row.text(9), row.text(10), row.number(11), row.number(12), row.text(13), nullptr};
    if (const auto orders = row.text(14); !orders.empty()) n.orders = boost::json::parse(orders);
    return n;
}

}  // namespace

Notifications::Notifications(Store& store, Bank& bank) : store_(store), bank_(bank) {
    store_.database().execute(R"sql(
        CREATE TABLE IF NOT EXISTS subscription (merchant_id TEXT NOT NULL, environment TEXT NOT NULL, document TEXT NOT NULL,
            PRIMARY KEY (merchant_id, environment)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS notification (seq INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL UNIQUE,
            notification_id TEXT NOT NULL, merchant_id TEXT NOT NULL, environment TEXT NOT NULL, sns_type TEXT NOT NULL,
            object_type TEXT NOT NULL, object_id TEXT NOT NULL, permission_id TEXT NOT NULL, notification_type TEXT NOT NULL,
            object_state TEXT NOT NULL, at_ms INTEGER NOT NULL, published_ms INTEGER NOT NULL, message TEXT NOT NULL, orders TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS delivery (seq INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL, merchant_id TEXT NOT NULL,
            environment TEXT NOT NULL, state TEXT NOT NULL, place INTEGER NOT NULL, not_before_ms INTEGER NOT NULL,
            retry_at_ms INTEGER NOT NULL DEFAULT 0, first_try_ms INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0,
            last_status INTEGER NOT NULL DEFAULT 0, last_error TEXT NOT NULL DEFAULT '');
        CREATE INDEX IF NOT EXISTS delivery_message ON delivery (message_id);
        CREATE INDEX IF NOT EXISTS delivery_waiting ON delivery (place, seq) WHERE state IN ('pending', 'retrying');
    )sql");
    store_.watch([this](const ObjectChange& change) { note(change); });
}

void Notifications::set_address(std::string address, const Signer& signer) {
    address_ = std::move(address);
    for (const auto* kind : {"valid", "expired", "self_signed"}) paths_[kind] = signer.path_of(kind);
}

void Notifications::put_subscription(const Subscription& s) {
    store_.database().prepare("INSERT OR REPLACE INTO subscription VALUES (?, ?, ?)")
        .bind(s.merchant_id).bind(s.environment).bind(boost::json::serialize(to_document(s))).run();
}

void Notifications::subscribe(const Subscription& given) {
    auto subscription = given;
    if (subscription.confirm) subscription.token = random_hex(96);
    put_subscription(subscription);
    if (!subscription.confirm) return;
    Notification message;
    message.merchant_id = subscription.merchant_id;
    message.environment = subscription.environment;
    message.sns_type = "SubscriptionConfirmation";
    message.message = "You have chosen to subscribe to the topic " + subscription.topic_arn +
                      ".\nTo confirm the subscription, visit the SubscribeURL included in this message.";
    publish(std::move(message));
}

bool Notifications::unsubscribe(const std::string& merchant_id, const std::string& environment) {
    if (!find_subscription(merchant_id, environment)) return false;
    auto& database = store_.database();
    database.prepare("DELETE FROM subscription WHERE merchant_id = ? AND environment = ?").bind(merchant_id).bind(environment).run();
    database.prepare("DELETE FROM delivery WHERE merchant_id = ? AND environment = ? AND state NOT IN ('delivered', 'refused', 'failed')")
        .bind(merchant_id).bind(environment).run();
    return true;
}

std::optional<Subscription> Notifications::find_subscription(const std::string& merchant_id, const std::string& environment) {
    auto row = store_.database().prepare("SELECT document FROM subscription WHERE merchant_id = ? AND environment = ?");
    if (!row.bind(merchant_id).bind(environment).step()) return std::nullopt;
    return from_document<Subscription>(row.text(0));
}

std::vector<Subscription> Notifications::subscriptions() {
    auto row = store_.database().prepare("SELECT document FROM subscription ORDER BY merchant_id, environment");
    std::vector<Subscription> found;
    while (row.step()) found.push_back(from_document<Subscription>(row.text(0)));
    return found;
}

bool Notifications::confirm(const std::string& topic_arn, const std::string& token) {
    for (auto& subscription : subscriptions()) {
        if (subscription.topic_arn != topic_arn || subscription.token.empty() || subscription.token != token) continue;
        ++subscription.confirm_fetches;
        put_subscription(subscription);
        store_.database().prepare("UPDATE delivery SET state = 'pending' WHERE merchant_id = ? AND environment = ? AND state = 'unconfirmed'")
            .bind(subscription.merchant_id).bind(subscription.environment).run();
        return true;
    }
    return false;
}

void Notifications::note(const ObjectChange& change) {
    Notification message;
    message.notification_id = random_uuid();
    message.merchant_id = change.merchant_id;
    message.environment = change.environment;
    message.object_type = change.object_type;
    message.object_id = change.object_id;
    message.permission_id = change.permission_id;
    message.notification_type = change.notification_type;
    message.object_state = change.state;
    message.message = boost::json::serialize(boost::json::object{
        {"MerchantID", change.merchant_id}, {"ObjectType", change.object_type}, {"ObjectId", change.object_id},
        {"ChargePermissionId", change.permission_id}, {"NotificationType", change.notification_type},
        {"NotificationId", message.notification_id}, {"NotificationVersion", "V2"}});
    publish(std::move(message));
}

void Notifications::publish(Notification n) {
    if (n.message_id.empty()) n.message_id = random_uuid();
    n.at_ms = bank_.now_ms();
    n.published_ms = wall_clock_ms();
    store_.database().prepare("INSERT INTO notification (message_id, notification_id, merchant_id, environment, sns_type, object_type, object_id, "
                              "permission_id, notification_type, object_state, at_ms, published_ms, message, orders) "
                              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(n.message_id).bind(n.notification_id).bind(n.merchant_id).bind(n.environment).bind(n.sns_type).bind(n.object_type)
        .bind(n.object_id).bind(n.permission_id).bind(n.notification_type).bind(n.object_state).bind(n.at_ms).bind(n.published_ms)
        .bind(n.message).bind(n.orders.is_null() ? std::string() : boost::json::serialize(n.orders)).run();
    auto subscription = find_subscription(n.merchant_id, n.environment);
    if (!subscription) return;  // as in Seller Central without an address: nothing is sent, not later either
    const bool confirmation = n.sns_type == "SubscriptionConfirmation";
    const char* state = confirmation ? "pending" : subscription->hold ? "held" : subscription->waits_for_confirmation() ? "unconfirmed" : "pending";
    const auto copies = confirmation ? 0 : subscription->duplicates;
    for (std::int64_t copy = 0; copy <= copies; ++copy) place(*subscription, n.message_id, confirmation, state);
}

void Notifications::place(Subscription& subscription, const std::string& message_id, bool at_once, const char* state) {
    auto& database = store_.database();
    const auto wait_ms = at_once ? 0 : subscription.reorder > 1 ? std::max(subscription.delay_ms, gather_ms) : subscription.delay_ms;
    database.prepare("INSERT INTO delivery (message_id, merchant_id, environment, state, place, not_before_ms) VALUES (?, ?, ?, ?, 0, ?)")
        .bind(message_id).bind(subscription.merchant_id).bind(subscription.environment).bind(state).bind(wall_clock_ms() + wait_ms).run();
    const auto seq = database.last_rowid();
    std::int64_t shift = 0;
    if (subscription.reorder > 1 && !at_once) {
        std::seed_seq mix{subscription.seed, subscription.placed};
        std::mt19937_64 random(mix);
        shift = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(subscription.reorder));
    }
    database.prepare("UPDATE delivery SET place = ? WHERE seq = ?").bind(seq + shift).bind(seq).run();
    ++subscription.placed;
    if (subscription.reorder > 1) put_subscription(subscription);
}

std::optional<Notification> Notifications::find(const std::string& message_id) {
    static const auto sql = std::string("SELECT ") + columns + "FROM notification WHERE message_id = ?";
    auto row = store_.database().prepare(sql.c_str());
    if (!row.bind(message_id).step()) return std::nullopt;
    return read_notification(row);
}

std::vector<Notification> Notifications::list(const NotificationFilter& filter) {
    static const auto sql = std::string("SELECT * FROM (SELECT ") + columns +
                            "FROM notification WHERE (?1 = '' OR merchant_id = ?1) AND (?2 = '' OR environment = ?2) AND "
                            "(?3 = '' OR permission_id = ?3) AND (?4 = '' OR object_id = ?4) ORDER BY seq DESC LIMIT ?5) ORDER BY seq";
    auto row = store_.database().prepare(sql.c_str());
    row.bind(filter.merchant_id).bind(filter.environment).bind(filter.permission_id).bind(filter.object_id).bind(filter.limit);
    std::vector<Notification> found;
    while (row.step()) found.push_back(read_notification(row));
    return found;
}

std::vector<Delivery> Notifications::deliveries(const std::string& message_id) {
    auto row = store_.database().prepare("SELECT seq, message_id, state, tries, last_status, last_error FROM delivery WHERE message_id = ? ORDER BY seq");
    row.bind(message_id);
    std::vector<Delivery> found;
    while (row.step()) found.push_back({row.number(0), row.text(1), row.text(2), row.number(3), row.number(4), row.text(5)});
    return found;
}

std::int64_t Notifications::release(const std::string& merchant_id, const std::string& environment) {
    auto& database = store_.database();
    database.prepare("UPDATE delivery SET state = CASE state WHEN 'held' THEN 'pending' ELSE state END, retry_at_ms = 0, not_before_ms = 0 "
                     "WHERE state IN ('held', 'retrying', 'pending') AND (?1 = '' OR merchant_id = ?1) AND (?2 = '' OR environment = ?2)")
        .bind(merchant_id).bind(environment).run();
    auto changed = database.prepare("SELECT changes()");
    return changed.step() ? changed.number(0) : 0;
}

void Notifications::resend(const Notification& message) {
    auto subscription = find_subscription(message.merchant_id, message.environment);
    if (!subscription)
        throw ApiError(404, "ResourceNotFound", "The account of this notification has no subscription; make one with POST /control/notifications.");
    place(*subscription, message.message_id, true, "pending");
}

std::optional<Delivery> Notifications::next_delivery(std::int64_t real_now_ms) {
    auto row = store_.database().prepare("SELECT seq, message_id, state, tries, last_status, last_error FROM delivery WHERE state IN ('pending', 'retrying') "
                                         "AND not_before_ms <= ? AND retry_at_ms <= ? ORDER BY place, seq LIMIT 1");
    if (!row.bind(real_now_ms).bind(bank_.now_ms()).step()) return std::nullopt;
    return Delivery{row.number(0), row.text(1), row.text(2), row.number(3), row.number(4), row.text(5)};
}

void Notifications::finish(const Delivery& delivery, int status, const std::string& error) {
    // Repeats at 1, 2 and 3 hours after the first try; a refusal of the shop (3xx, 4xx) is final.
    constexpr std::int64_t repeats = 3;
    const auto tries = delivery.tries + 1;
    const bool again = (status == 0 || status >= 500) && tries <= repeats;
    const char* state = status >= 200 && status < 300 ? "delivered" : again ? "retrying" : status == 0 || status >= 500 ? "failed" : "refused";
    store_.database().prepare("UPDATE delivery SET state = ?1, tries = ?2, last_status = ?3, last_error = ?4, "
                              "first_try_ms = CASE tries WHEN 0 THEN ?5 ELSE first_try_ms END, "
                              "retry_at_ms = (CASE tries WHEN 0 THEN ?5 ELSE first_try_ms END) + ?2 * ?6 WHERE seq = ?7")
        .bind(state).bind(tries).bind(std::int64_t{status}).bind(error).bind(bank_.now_ms()).bind(hour_ms).bind(delivery.seq).run();
}

}  // namespace sandbox
