// The invariants of any order, whatever merchant, buyer, Amazon and time do to it: a seeded random walk through the API, Seller Central and the
// clock, with all promises checked after every step.
#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <set>

#include "money.hpp"
#include "test_shop.hpp"

using namespace sandbox_test;
using boost::json::value;

namespace {

std::string text_or_none(const value& parent, const char* name) { return parent.at(name).is_string() ? std::string(parent.at(name).as_string()) : std::string(); }
std::string state_of(const value& object) { return text_or_none(object.at("statusDetails"), "state"); }
std::int64_t minor(const value& price) {
    if (price.is_null()) return 0;
    const auto amount = text_or_none(price, "amount");
    return amount.find_first_not_of("0.") == std::string::npos ? 0 : *sandbox::parse_amount(amount, text_or_none(price, "currencyCode"));
}

bool is_final(const std::string& state) {
    static const std::set<std::string> final_states{"Closed", "Captured", "Canceled", "Declined", "Refunded"};
    return final_states.contains(state);
}

class Walk {
public:
    Walk(Shop& shop, unsigned seed) : shop_(shop), random_(seed) {
        static const char* kinds[] = {"", R"(,"intent":"Confirm")", R"(,"allow_overcharge":true)", R"(,"charge_permission_type":"Recurring")",
                                      R"(,"order_total":"120.00")", R"(,"intent":"AuthorizeWithCapture")"};
        shop_.order("80.00", kinds[below(6)]);
        permission_ = shop_.permission_id;
        look();
    }

    void step() {
        const auto before = tree_;
        const auto answer = act();
        look();
        // A refusal changes nothing, except that a decline may suspend or close the permission.
        if (answer.status == 400 || answer.status == 404) CHECK(tree_ == before);
        check_money();
        check_history();
        check_notifications();
    }

private:
    struct Sent {
        std::string path, body, key, code;
        Answer answer;
    };

    unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
    std::string amount(std::int64_t most_minor) {
        const auto minor_units = 1 + static_cast<std::int64_t>(random_() % static_cast<unsigned long>(most_minor));
        return sandbox::amount_text({minor_units, "EUR"});
    }
    std::string price(std::int64_t most_minor) { return R"({"amount":")" + amount(most_minor) + R"(","currencyCode":"EUR"})"; }
    std::string some_code(std::initializer_list<const char*> codes) { return below(4) ? "" : *(codes.begin() + below(static_cast<unsigned>(codes.size()))); }
    std::string some_charge() {
        const auto& charges = tree_.at("charges").as_array();
        return charges.empty() ? "S02-0000000-0000000-C000000" : text_or_none(charges[below(static_cast<unsigned>(charges.size()))], "chargeId");
    }

    Answer post(const std::string& path, const std::string& body, const std::string& code) {
        Sent sent{path, body, shop_.fresh_key(), code, {}};
        sent.answer = shop_.call("POST", path, body, sent.key, code);
        if (sent.answer.status < 300) sent_.push_back(sent);
        return sent.answer;
    }

    Answer act() {
        switch (below(12)) {
        case 0: case 1: case 2: {
            const bool pend = below(2), now = below(2);
            const auto code = pend ? some_code({"AuthorizationInitiated", "PendingSoftDeclined", "PendingHardDeclined"})
                                   : some_code({"SoftDeclined", "TransactionTimedOut", "HardDeclined"});
            return post("/v2/charges", R"({"chargePermissionId":")" + permission_ + R"(","chargeAmount":)" + price(4000) + R"(,"captureNow":)" +
                                           (now ? "true" : "false") + R"(,"canHandlePendingAuthorization":)" + (pend ? "true" : "false") + "}", code);
        }
        case 3: case 4:
            return post("/v2/charges/" + some_charge() + "/capture", R"({"captureAmount":)" + price(9000) + "}", some_code({"CaptureInitiated", "AmazonRejected"}));
        case 5: case 6: case 7:
            return post("/v2/refunds", R"({"chargeId":")" + some_charge() + R"(","refundAmount":)" + price(3000) + "}",
                        some_code({"AmazonRejected", "ProcessingFailure"}));
        case 8: return shop_.call("DELETE", "/v2/charges/" + some_charge() + "/cancel", R"({"cancellationReason":"walk"})");
        case 9: return replay();
        case 10: return shop_.control("POST", "/control/seller-central", R"({"act":")" + std::string(below(2) ? "refund" : "capture") +
                                      R"(","charge_id":")" + some_charge() + R"("})");
        default:
            if (below(8) == 0)
                return shop_.call("DELETE", "/v2/chargePermissions/" + permission_ + "/close",
                                  R"({"closureReason":"walk","cancelPendingCharges":)" + std::string(below(2) ? "true}" : "false}"));
            shop_.advance(below(6) ? below(40) : below(9) * 86400);
            return {200, nullptr};
        }
    }

    Answer replay() {
        if (sent_.empty()) return {200, nullptr};
        const auto& sent = sent_[below(static_cast<unsigned>(sent_.size()))];
        look();  // what time alone has done meanwhile
        const auto before = tree_;
        const auto again = shop_.call("POST", sent.path, sent.body, sent.key, sent.code);
        look();
        CHECK(again.status == sent.answer.status);
        CHECK(again.body == sent.answer.body);
        CHECK(tree_ == before);
        return again;
    }

    void look() { tree_ = shop_.control("GET", "/control/objects/" + permission_).body; }

    void check_money() {
        std::int64_t bound = 0;
        const auto& charges = tree_.at("charges").as_array();
        CHECK(charges.size() <= 25 + (text_or_none(tree_, "chargePermissionType") == "OneTime" ? 0u : 1000u));
        for (const auto& charge : charges) {
            const auto charged = minor(charge.at("chargeAmount")), captured = minor(charge.at("captureAmount"));
            const auto state = state_of(charge);
            CHECK(captured <= charged);
            CHECK((captured > 0) == (state == "Captured"));
            if (state == "Captured") bound += captured;
            else if (state == "Authorized" || state == "AuthorizationInitiated") bound += charged;
            std::int64_t refunded = 0;
            const auto& refunds = charge.at("refunds").as_array();
            CHECK(refunds.size() <= 10);
            for (const auto& refund : refunds)
                if (state_of(refund) != "Declined") refunded += minor(refund.at("refundAmount"));
            CHECK(refunded <= captured + std::min<std::int64_t>(7500, captured * 15 / 100));
            CHECK(refunded == minor(charge.at("refundedAmount")));
        }
        const auto& limits = tree_.at("limits");
        if (limits.at("amountLimit").is_null()) return;
        CHECK(bound <= minor(limits.at("amountLimit")));
        CHECK(minor(limits.at("amountBalance")) <= minor(limits.at("amountLimit")) - bound);
    }

    void check_history() {
        visit(text_or_none(tree_, "chargePermissionId"), tree_);
        for (const auto& charge : tree_.at("charges").as_array()) {
            visit(text_or_none(charge, "chargeId"), charge);
            for (const auto& refund : charge.at("refunds").as_array()) visit(text_or_none(refund, "refundId"), refund);
        }
    }

    void visit(const std::string& id, const value& object) {
        auto& known = known_[id];
        const auto state = state_of(object), updated = text_or_none(object.at("statusDetails"), "lastUpdatedTimestamp");
        INFO(id << " was " << known.state << ", is " << state);
        if (is_final(known.state)) CHECK(state == known.state);
        CHECK(updated >= known.updated);
        known = {state, updated};
    }

    // Each change of a state has exactly one message: their states never repeat, and the last one is the state the object has.
    void check_notifications() {
        const auto all = shop_.control("GET", "/control/notifications?charge_permission_id=" + permission_).body;
        std::map<std::string, std::pair<std::int64_t, std::string>> last;
        std::set<std::string> ids;
        std::map<std::int64_t, const value*> in_order;
        for (const auto& message : all.at("notifications").as_array()) in_order[message.at("seq").as_int64()] = &message;
        for (const auto& [seq, message] : in_order) {
            CHECK(ids.insert(text_or_none(*message, "notification_id")).second);
            if (text_or_none(*message, "notification_type") != "STATE_CHANGE") continue;
            auto& [count, state] = last[text_or_none(*message, "object_id")];
            CHECK(state != text_or_none(*message, "object_state"));
            state = text_or_none(*message, "object_state");
            ++count;
        }
        for (const auto& [id, known] : known_) CHECK(last[id].second == known.state);
    }

    struct Known {
        std::string state, updated;
    };
    Shop& shop_;
    std::mt19937 random_;
    std::string permission_;
    value tree_;
    std::vector<Sent> sent_;
    std::map<std::string, Known> known_;
};

}  // namespace

TEST_CASE("whatever happens to an order, no step breaks a promise about money, states or messages") {
    Shop shop;
    for (unsigned seed = 1; seed <= 40; ++seed) {
        INFO("seed " << seed);
        Walk walk(shop, seed);
        for (int i = 0; i < 40; ++i) {
            INFO("step " << i);
            walk.step();
        }
    }
}
