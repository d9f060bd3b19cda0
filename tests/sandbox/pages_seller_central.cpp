#include "page_templates.hpp"
#include "pages.hpp"

// What a merchant sees and does in Seller Central: the list of transactions, one order, and the acts on it.
namespace sandbox {
namespace {

using boost::json::array;
using boost::json::object;

struct Word {
    const char* text;
    const char* role;  // the class that colours it
};

constexpr Word open_word{"Open", "is-wait"}, closed_word{"Closed", "is-good"}, canceled_word{"Canceled", "is-neutral"}, suspended_word{"Suspended", "is-stop"};

bool can_be_captured(const Charge& charge) {
    return charge.state == "Authorized" || charge.state == "AuthorizationInitiated" || charge.state == "CaptureInitiated";
}

// Canceled and Closed are one state of the API: canceled means that nothing was collected and nothing can be any more.
Word word_of(const Permission& permission, const std::vector<Charge>& charges) {
    if (permission.state == "Chargeable") return open_word;
    if (permission.state == "NonChargeable") return permission.reason_code == "ChargeInProgress" ? open_word : suspended_word;
    if (permission.reason_code == "AmazonCanceled") return canceled_word;
    bool collected = false;
    for (const auto& charge : charges) collected = collected || charge.captured_minor > 0 || can_be_captured(charge);
    return collected || permission.reason_code != "MerchantClosed" ? closed_word : canceled_word;
}

Word word_of(const Charge& charge) {
    return can_be_captured(charge) ? open_word : charge.state == "Captured" ? closed_word : canceled_word;
}

std::string text_at(const boost::json::value& parent, const char* name) {
    if (!parent.is_object()) return {};
    const auto* found = parent.as_object().if_contains(name);
    return found && found->is_string() ? std::string(found->as_string()) : std::string();
}

object row(const std::string& link, std::int64_t at_ms, const std::string& buyer, const std::string& total, const std::string& charged,
           const std::string& reference, const std::string& order_number, const Word& word, const std::string& note) {
    return {{"link", link}, {"date", readable_time(at_ms)}, {"buyer", buyer}, {"total", total}, {"charged", charged}, {"reference", reference},
            {"order_number", order_number}, {"word", word.text}, {"role", word.role}, {"note", note}};
}

void add_session(array& rows, const Session& session) {
    std::string total;
    if (const auto* details = session.request.is_object() ? session.request.as_object().if_contains("paymentDetails") : nullptr; details && details->is_object())
        if (const auto* amount = details->as_object().if_contains("chargeAmount"); amount && amount->is_object())
            total = text_at(*amount, "amount") + "\u00a0" + text_at(*amount, "currencyCode");
    const bool open = session.state == "Open";
    rows.push_back(row(open ? "/checkout/" + session.id : "", session.created_ms, text_at(session.buyer, "name"), total, "", session.id, "",
                       open ? open_word : canceled_word, open ? "the buyer has not finished" : "never finished (" + session.reason_code + ")"));
}

// One line for an order; recurring and saved-wallet permissions have one for each charge, under the charge's id.
void add_permission(array& rows, Store& store, const Permission& permission) {
    const auto link = "/seller-central/" + permission.id;
    const auto buyer = text_at(permission.buyer, "name");
    const auto charges = store.children<Charge>(permission.id);
    if (permission.type == "OneTime" || charges.empty()) {
        std::int64_t captured = 0;
        for (const auto& charge : charges) captured += charge.captured_minor;
        rows.push_back(row(link, permission.created_ms, buyer, readable_amount(permission.limit), readable_amount({captured, permission.limit.currency}),
                           permission.id, text_at(permission.merchant_metadata, "merchantReferenceId"), word_of(permission, charges), permission.reason_code));
        return;
    }
    for (auto at = charges.rbegin(); at != charges.rend(); ++at)
        rows.push_back(row(link, at->created_ms, buyer, readable_amount(at->amount), readable_amount({at->captured_minor, at->amount.currency}), at->id,
                           text_at(at->merchant_metadata, "merchantReferenceId"), word_of(*at), permission.type));
}

object charge_data(Bank& bank, const Charge& charge) {
    array refunds;
    for (const auto& refund : bank.store().children<Refund>(charge.id))
        refunds.push_back(object{{"id", refund.id}, {"amount", readable_amount(refund.amount)}, {"state", refund.state}, {"reason", refund.reason_code},
                                 {"role", refund.state == "Declined" ? "is-stop" : refund.state == "Refunded" ? "is-neutral" : "is-wait"},
                                 {"date", readable_time(refund.created_ms)}, {"by", refund.by}});
    const auto rest = charge.captured_minor - bank.refunded_minor(charge.id, true);
    const bool any = !refunds.empty();
    return {{"id", charge.id}, {"permission", charge.parent_id}, {"amount", readable_amount(charge.amount)}, {"captured", readable_amount({charge.captured_minor, charge.amount.currency})},
            {"state", charge.state}, {"reason", charge.reason_code}, {"date", readable_time(charge.created_ms)},
            {"role", charge.state == "Captured" ? "is-good" : charge.state == "Declined" ? "is-stop" : charge.state == "Canceled" ? "is-neutral" : "is-wait"},
            {"refunds", std::move(refunds)}, {"any_refund", any}, {"can_capture", charge.state == "Authorized"},
            {"capture_amount", amount_text(charge.amount)}, {"can_refund", charge.state == "Captured"},
            {"refund_amount", rest > 0 ? amount_text({rest, charge.amount.currency}) : std::string("0")}, {"currency", charge.amount.currency}};
}

std::string sentence_of(const std::string& done) {
    if (done == "capture") return "The payment was captured by hand, as in Seller Central. The shop is told by a notification.";
    if (done == "refund") return "The refund is on its way, made by hand as in Seller Central. The shop is told by a notification.";
    if (done == "cancel") return "The payment was canceled and the order is Closed. Nothing more can be collected.";
    if (done == "close") return "The order is Closed. Charges that were reserved before can still be captured.";
    if (done == "new") return "The order was made and paid by the test buyer.";
    return {};
}

}  // namespace

HttpAnswer Pages::orders(const Form& query) {
    constexpr std::int64_t page_size = 50;
    const auto merchant = field(query, "merchant"), environment = field(query, "environment"), search = field(query, "q");
    std::int64_t before = 0;
    try {
        if (!field(query, "before").empty()) before = std::stoll(field(query, "before"));
    } catch (const std::exception&) {
        throw ApiError(400, "InvalidParameterValue", "The page number in the address is not a number; go back to the list.");
    }
    array rows, merchants, environments;
    std::int64_t last = 0;
    std::size_t found = 0;
    {
        std::lock_guard lock(gateway_.mutex());
        auto& store = gateway_.store();
        const auto listed = store.newest_orders(merchant, environment, search, before, page_size);
        found = listed.size();
        for (const auto& item : listed) {
            last = item.seq;
            if (item.kind == Session::kind) add_session(rows, *store.find<Session>(item.id));
            else add_permission(rows, store, *store.find<Permission>(item.id));
        }
        for (const auto& m : store.merchants())
            merchants.push_back(object{{"id", m.merchant_id}, {"region", m.region}, {"selected", m.merchant_id == merchant}});
    }
    for (const auto* name : {"Sandbox", "Live"}) environments.push_back(object{{"name", name}, {"selected", environment == name}});
    const bool any = !rows.empty(), more = found == static_cast<std::size_t>(page_size);
    return page(templates::orders, "Transactions", {{"rows", std::move(rows)}, {"any", any}, {"merchants", std::move(merchants)},
                {"environments", std::move(environments)}, {"q", search}, {"merchant", merchant}, {"environment", environment}, {"more", more},
                {"before", last}, {"later_page", before != 0}});
}

HttpAnswer Pages::order(const std::string& permission_id, const std::string& said, const std::string& refusal) {
    object data;
    {
        std::lock_guard lock(gateway_.mutex());
        auto& bank = gateway_.bank();
        auto& store = gateway_.store();
        const auto found = store.find<Permission>(permission_id);
        if (!found) throw ApiError(404, "ResourceNotFound", "There is no order " + permission_id + "; look for it in the list of transactions.");
        const auto& permission = *found;
        const auto charges = store.children<Charge>(permission.id);
        const auto word = word_of(permission, charges);
        const auto status = bank.status_of(permission);
        array views, notifications;
        bool reserved = false;
        for (const auto& charge : charges) {
            views.push_back(charge_data(bank, charge));
            reserved = reserved || charge.state == "Authorized";
        }
        for (const auto& n : gateway_.notifications().list({"", "", permission.id, "", 50})) {
            const auto deliveries = gateway_.notifications().deliveries(n.message_id);
            notifications.push_back(object{{"date", readable_time(n.at_ms)}, {"object", n.object_type}, {"object_state", n.object_state}, {"id", n.object_id},
                                           {"type", n.notification_type}, {"state", deliveries.empty() ? "no address" : deliveries.back().state}});
        }
        const bool open = permission.state != "Closed";
        const auto balance = bank.balance_minor(permission);
        const bool told = !notifications.empty(), any_charge = !views.empty();
        data = {{"id", permission.id}, {"word", word.text}, {"role", word.role}, {"state", status.state}, {"reason", status.reason_code},
                {"description", status.reason_description}, {"buyer", text_at(permission.buyer, "name")}, {"email", text_at(permission.buyer, "email")},
                {"order_number", text_at(permission.merchant_metadata, "merchantReferenceId")}, {"merchant", permission.merchant_id},
                {"environment", permission.environment}, {"type", permission.type}, {"date", readable_time(permission.created_ms)},
                {"card", permission.payment_descriptor}, {"limit", readable_amount(permission.limit)},
                {"balance", readable_amount({balance, permission.limit.currency})}, {"currency", permission.limit.currency},
                {"address", text_at(permission.shipping_address, "addressLine1")}, {"city", text_at(permission.shipping_address, "city")},
                {"country", text_at(permission.shipping_address, "countryCode")}, {"charges", std::move(views)}, {"any_charge", any_charge},
                {"open", open}, {"can_charge", status.state == "Chargeable" && !reserved && balance > 0},
                {"charge_amount", balance > 0 ? amount_text({balance, permission.limit.currency}) : std::string()},
                {"notifications", std::move(notifications)}, {"told", told}, {"said", sentence_of(said)}, {"refusal", refusal}};
    }
    return page(templates::order, "Order " + permission_id, std::move(data), refusal.empty() ? 200 : 422);
}

HttpAnswer Pages::act(const std::string& permission_id, const std::string& act, const Form& form) {
    object body{{"act", act}, {"charge_permission_id", permission_id}};
    for (const auto* name : {"charge_id", "amount"})
        if (const auto given = field(form, name); !given.empty()) body[name] = given;
    if (const auto reason = field(form, "reason"); !reason.empty()) body["reason"] = reason;
    try {
        ask("/control/seller-central", body);
    } catch (const ApiError& error) {
        return order(permission_id, "", error.what());
    }
    return redirect("/seller-central/" + permission_id + "?done=" + act);
}

}  // namespace sandbox
