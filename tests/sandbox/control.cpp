#include "control.hpp"

#include <cstdio>

#include "crypto.hpp"
#include "query.hpp"
#include "views.hpp"

namespace sandbox {
namespace {

std::string environment_of_key(const std::string& public_key_id) {
    std::string prefix;
    for (char c : public_key_id.substr(0, 7)) prefix += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    if (prefix.starts_with("SANDBOX")) return "Sandbox";
    return prefix.starts_with("LIVE") ? "Live" : "";
}

const char* currency_of(const std::string& region) { return region == "na" ? "USD" : region == "jp" ? "JPY" : "EUR"; }

template <class T>
T find_or_404(Store& store, const std::string& id) {
    auto found = store.find<T>(id);
    if (!found) throw ApiError(404, "ResourceNotFound", std::string("There is no ") + T::kind + " '" + id + "'.");
    return std::move(*found);
}

}  // namespace

HttpAnswer Control::handle(const HttpRequest& request) {
    HttpAnswer result;
    try {
        result.body = boost::json::serialize(answer(request));
    } catch (const ApiError& error) {
        result.status = error.status;
        result.body = error_body(error);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "amazonpay-sandbox: control request failed: %s\n", error.what());
        result.status = 500;
        result.body = error_body(ApiError(500, "InternalServerError", error.what()));
    }
    return result;
}

boost::json::value Control::answer(const HttpRequest& request) {
    const auto path = std::string(request.path());
    const auto& method = request.method;
    const auto is = [&](const char* wanted_method, const char* wanted_path) { return method == wanted_method && path == wanted_path; };
    if (is("GET", "/control/requests")) return gateway_.log().to_json();
    if (is("DELETE", "/control/requests")) return gateway_.log().clear(), boost::json::object{};
    if (is("GET", "/control/faults")) return boost::json::object{{"faults", gateway_.faults().list()}};
    if (is("DELETE", "/control/faults")) return gateway_.faults().clear(), boost::json::object{};
    if (is("POST", "/control/faults")) return add_fault(Body::parse(request.body));

    std::lock_guard lock(gateway_.mutex());
    Transaction transaction(gateway_.store().database());
    gateway_.bank().settle_due();
    boost::json::value result;
    if (is("GET", "/control/clock")) result = clock();
    else if (is("GET", "/control/settings")) result = settings();
    else if (is("GET", "/control/movements")) result = movements(request);
    else if (method == "GET" && path.starts_with("/control/objects/")) result = object(path.substr(17));
    else if (path.starts_with("/control/notifications")) result = notifications(request);
    else if (method == "POST") result = change(path, Body::parse(request.body));
    else throw ApiError(404, "ResourceNotFound", "The control interface has no " + method + " " + path + "; see README.md.");
    transaction.commit();
    return result;
}

boost::json::value Control::change(const std::string& path, const Body& body) {
    if (path == "/control/merchants") return register_merchant(body, {});
    if (path == "/control/keypair") return make_key_pair(body);
    if (path == "/control/orders") return make_order(body);
    if (path == "/control/orders/batch") return make_orders(body);
    if (path == "/control/settings") return change_settings(body);
    if (path == "/control/fees") return change_fees(body);
    if (path == "/control/settlements") return make_settlement(body);
    if (path == "/control/buyers") return make_buyer_token(body);
    if (path == "/control/delegations") return make_delegation(body);
    if (path == "/control/seller-central") return seller_central(body);
    if (path.starts_with("/control/checkout-sessions/") && path.ends_with("/buyer")) return sign_in_buyer(path.substr(27, path.size() - 33), body);
    if (path.starts_with("/control/checkout-sessions/") && path.ends_with("/complete")) return complete_checkout(path.substr(27, path.size() - 36), body);
    if (path == "/control/clock") {
        body.allow({"advance_s"});
        body.require({"advance_s"});
        gateway_.bank().advance_clock(body.number("advance_s", 0) * second_ms);
        gateway_.bank().settle_due();
        return clock();
    }
    throw ApiError(404, "ResourceNotFound", "The control interface has no POST " + path + "; see README.md.");
}

boost::json::object Control::register_merchant(const Body& body, const std::string& made_public_key) {
    body.allow({"merchant_id", "store_id", "region", "ledger_currency", "environment", "public_key_id", "public_key_pem", "psp"});
    if (made_public_key.empty()) body.require({"public_key_pem"});
    ApiKey key;
    key.pem = made_public_key.empty() ? body.text("public_key_pem", 10000) : made_public_key;
    try {
        read_public_key(key.pem);
    } catch (const std::exception& error) {
        throw ApiError(400, "InvalidParameterValue", error.what());
    }
    const auto prefix = body.one_of("environment", {"Sandbox", "Live"}, "Sandbox") == "Live" ? "LIVE-A" : "SANDBOX-A";
    key.public_key_id = body.has("public_key_id") ? body.text("public_key_id", 100) : prefix + random_capitals(23);
    key.environment = environment_of_key(key.public_key_id);

    auto& store = gateway_.store();
    auto merchant_id = body.text("merchant_id", 50);
    if (merchant_id.empty())
        if (const auto known = store.find_key(key.public_key_id)) merchant_id = known->merchant_id;
    auto merchant = store.find_merchant(merchant_id).value_or(Merchant{});
    merchant.merchant_id = merchant_id.empty() ? "A" + random_capitals(13) : merchant_id;
    if (body.has("region") || merchant.region.empty()) merchant.region = body.one_of("region", {"na", "eu", "jp"}, "eu");
    if (body.has("ledger_currency") || merchant.ledger_currency.empty())
        merchant.ledger_currency = body.one_of("ledger_currency", {"USD", "EUR", "GBP", "JPY"}, currency_of(merchant.region));
    if (body.has("store_id") || merchant.store_id.empty())
        merchant.store_id = body.text("store_id", 100, "amzn1.application-oa2-client." + random_hex(32));
    key.merchant_id = merchant.merchant_id;
    store.put_merchant(merchant);
    if (body.has("psp")) store.set_setting("psp|" + merchant.merchant_id, body.flag("psp"));
    store.put_key(key);
    gateway_.forget_keys();
    return {{"merchant_id", merchant.merchant_id}, {"store_id", merchant.store_id}, {"region", merchant.region},
            {"ledger_currency", merchant.ledger_currency}, {"public_key_id", key.public_key_id},
            {"environment", key.environment.empty() ? boost::json::value(nullptr) : boost::json::value(key.environment)}};
}

boost::json::object Control::make_key_pair(const Body& body) {
    const auto pair = make_rsa_key_pair();
    auto out = register_merchant(body, pair.public_key);
    out.emplace("private_key_pem", pair.private_key);
    out.emplace("public_key_pem", pair.public_key);
    return out;
}

boost::json::object Control::clock() const {
    const auto& bank = gateway_.bank();
    return {{"now", basic_time(bank.now_ms())}, {"now_ms", bank.now_ms()}, {"offset_s", bank.clock_offset_ms() / second_ms}};
}

boost::json::object Control::add_fault(const Body& body) {
    body.allow({"operation", "kind", "status", "reason", "message", "apply_effect", "delay_ms", "simulation_code", "skip", "count"});
    body.require({"kind"});
    Fault fault;
    fault.operation = body.text("operation", 50, "*");
    if (fault.operation != "*" && !is_operation(fault.operation)) body.refuse("operation");
    fault.kind = body.one_of("kind", {"status", "lose_answer", "delay", "drop_before", "simulate"});
    fault.status = static_cast<int>(body.number("status", 503));
    if (fault.status < 200 || fault.status > 599) body.refuse("status");
    fault.reason = body.text("reason", 100, fault.status == 429 ? "TooManyRequests" : fault.status == 503 ? "ServiceUnavailable" : "InternalServerError");
    fault.message = body.text("message", 1000, "A fault made by the control interface.");
    fault.apply_effect = body.flag("apply_effect");
    fault.delay_ms = body.number("delay_ms", 0);
    fault.simulation_code = body.text("simulation_code", 100);
    fault.skip = body.number("skip", 0);
    fault.count = body.number("count", 1);
    if (fault.kind == "simulate") body.require({"simulation_code"});
    gateway_.faults().add(std::move(fault));
    return {{"faults", gateway_.faults().list()}};
}

// A buyer asks the bank for the money. Amazon's API tells of it by a notification alone, so that is all there is of it here; no money moves.
boost::json::object Control::dispute(const Body& body) {
    auto& store = gateway_.store();
    const auto charge = body.has("charge_id") ? std::optional(find_or_404<Charge>(store, body.text("charge_id"))) : std::nullopt;
    const auto permission = find_or_404<Permission>(store, charge ? charge->parent_id : body.text("charge_permission_id"));
    Notification n;
    n.message_id = random_uuid(), n.notification_id = random_uuid();
    n.merchant_id = permission.merchant_id, n.environment = permission.environment;
    n.object_type = "CHARGEBACK", n.object_id = permission.id + "-D" + random_digits(6), n.permission_id = permission.id, n.notification_type = "STATE_CHANGE";
    n.at_ms = gateway_.bank().now_ms();
    n.message = boost::json::serialize(boost::json::object{{"MerchantID", n.merchant_id}, {"ObjectType", n.object_type}, {"ObjectId", n.object_id}, {"ChargePermissionId", n.permission_id},
                                                           {"NotificationType", n.notification_type}, {"NotificationId", n.notification_id}, {"NotificationVersion", "V2"}});
    gateway_.notifications().publish(n);
    return {{"dispute_id", n.object_id}, {"charge_permission_id", permission.id}, {"message_id", n.message_id}};
}

boost::json::object Control::seller_central(const Body& body) {
    body.allow({"act", "charge_id", "charge_permission_id", "amount", "reason", "simulation_code", "word"});
    body.require({"act"});
    const auto act = body.one_of("act", {"refund", "capture", "cancel", "close", "dispute", "word"});
    auto& bank = gateway_.bank();
    auto& store = gateway_.store();
    const Actor actor{"seller_central", "", body.text("simulation_code", 50), bank.now_ms()};
    const auto reason = body.text("reason", 255, "by hand in Seller Central");

    if (act == "dispute") return dispute(body);
    if (act == "close" || (act == "cancel" && !body.has("charge_id"))) {
        auto permission = find_or_404<Permission>(store, body.text("charge_permission_id"));
        bank.close(permission, "MerchantClosed", reason, act == "cancel", actor);
        return permission_json(bank, permission);
    }
    if (act == "word") {  // Amazon adds a state one day: what do clients make of it?
        body.require({"charge_id", "word"});
        auto charge = find_or_404<Charge>(store, body.text("charge_id"));
        charge.state = body.text("word", 50);
        charge.updated_ms = bank.now_ms();
        store.put(charge);
        return charge_json(bank, charge);
    }
    // Without a charge id Seller Central takes the newest charge in the state the act needs.
    std::optional<Charge> charge;
    if (body.has("charge_id")) charge = find_or_404<Charge>(store, body.text("charge_id"));
    else
        for (auto& candidate : store.children<Charge>(body.text("charge_permission_id")))
            if (candidate.state == (act == "refund" ? "Captured" : "Authorized")) charge = std::move(candidate);
    const auto amount_of = [&](const std::string& currency, std::int64_t otherwise) {
        if (!body.has("amount")) return Money{otherwise, currency};
        const auto minor = parse_amount(number_text(body.fields().at("amount")), currency);
        if (!minor) body.refuse("amount");
        return Money{*minor, currency};
    };
    if (act == "capture" && !charge) {
        auto permission = find_or_404<Permission>(store, body.text("charge_permission_id"));
        ChargeOrder order;
        order.amount = amount_of(permission.limit.currency, bank.balance_minor(permission));
        order.capture_now = true;
        return charge_json(bank, bank.authorize(permission, order, actor));
    }
    if (!charge) throw ApiError(404, "ResourceNotFound", "There is no charge to " + act + "; give charge_id or charge_permission_id.");
    if (act == "refund") {
        const auto rest = charge->captured_minor - bank.refunded_minor(charge->id, true);
        return refund_json(bank.refund(*charge, amount_of(charge->amount.currency, rest), "", actor));
    }
    if (act == "capture") bank.capture(*charge, amount_of(charge->amount.currency, charge->amount.minor), "", actor);
    else bank.cancel(*charge, "MerchantCanceled", reason, actor);
    return charge_json(bank, *charge);
}

boost::json::object Control::movements(const HttpRequest& request) {
    const Query given(request.query());
    const MovementFilter filter{given.text("charge_permission_id"), given.text("merchant_reference_id"), given.text("merchant_id"),
                                given.text("environment"), 0};
    boost::json::array list;
    for (const auto& movement : gateway_.store().movements(filter)) list.push_back(movement_json(movement));
    boost::json::object totals;
    for (const auto& [currency, t] : gateway_.store().totals(filter))
        totals.emplace(currency, boost::json::object{{"captured_minor", t.captured_minor}, {"refunded_minor", t.refunded_minor},
                                                     {"refunds", t.refunds}, {"orders_refunded", t.orders_refunded}});
    return {{"movements", std::move(list)}, {"totals", std::move(totals)}};
}

boost::json::value Control::object(const std::string& id) {
    auto& store = gateway_.store();
    auto& bank = gateway_.bank();
    const auto kind = store.kind_of(id);
    if (kind == Session::kind) return session_json(*store.find<Session>(id));
    if (kind == Permission::kind) {
        // The API has no list of a permission's charges; for a test it is handy to see the tree.
        auto out = permission_json(bank, *store.find<Permission>(id));
        boost::json::array charges;
        for (const auto& charge : store.children<Charge>(id)) {
            boost::json::array refunds;
            for (const auto& refund : store.children<Refund>(charge.id)) refunds.push_back(refund_json(refund));
            auto view = charge_json(bank, charge);
            view.emplace("refunds", std::move(refunds));
            charges.push_back(std::move(view));
        }
        out.emplace("charges", std::move(charges));
        return out;
    }
    if (kind == Charge::kind) return charge_json(bank, *store.find<Charge>(id));
    return refund_json(find_or_404<Refund>(store, id));
}

}  // namespace sandbox
