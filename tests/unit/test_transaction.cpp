#include <catch2/catch.hpp>

#include "domain/transaction.hpp"
#include "payments.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

constexpr std::int64_t now_ms = 1'763'500'000'000;

Payment paid(ChargeState state, PermissionState permission = PermissionState::chargeable, const std::string& code = "") {
  auto p = payment_of(euro(80'00), {charge_of(euro(80'00), state)});
  p.charges[0].created_ms = now_ms - day_ms / 2;
  p.permission->state = permission, p.permission->reason_code = code, p.permission->limit = euro(80'00);
  p.permission->raw_state = permission == PermissionState::closed ? "Closed" : permission == PermissionState::non_chargeable ? "NonChargeable" : "Chargeable";
  return p;
}

Transaction of(const Payment& p, const std::vector<Intent>& intents = {}, std::int64_t open_tasks = 0) { return transaction_of(p, standing_of(p, intents, open_tasks), now_ms); }

void says(const Payment& p, TransactionWord word, const char* cause, const char* raw) {
  const auto t = of(p);
  INFO(t.cause.id << " / " << t.raw);
  CHECK(t.word == word);
  CHECK(t.cause.id == cause);
  CHECK(t.raw == raw);
}

bool hints(const Transaction& t, const char* sentence) {
  return std::any_of(t.hint.begin(), t.hint.end(), [&](const Text& one) { return one.id == sentence; });
}

}  // namespace

TEST_CASE("The transaction's word is Seller Central's, and the cause says why") {
  using W = TransactionWord;
  says(paid(ChargeState::authorized), W::open, "Reserved, not captured", "Chargeable");
  says(paid(ChargeState::authorized, PermissionState::non_chargeable, "ChargeInProgress"), W::open, "Reserved, not captured", "NonChargeable, ChargeInProgress");
  says(paid(ChargeState::authorized, PermissionState::non_chargeable, "TransactionAmountExceeded"), W::open, "Reserved, not captured", "NonChargeable, TransactionAmountExceeded");
  says(paid(ChargeState::authorization_initiated), W::open, "Amazon is still checking", "Chargeable");
  says(paid(ChargeState::capture_initiated), W::open, "Capture is under way", "Chargeable");
  says(paid(ChargeState::captured), W::open, "Captured in part", "Chargeable");
  says(paid(ChargeState::declined), W::open, "Declined, a new charge is possible", "Chargeable");
  says(payment_of(euro(1), {}), W::open, "Agreed, nothing charged yet", "Chargeable");
  says(paid(ChargeState::captured, PermissionState::closed, "AmazonClosed"), W::closed, "Fully captured", "Closed, AmazonClosed");
  says(paid(ChargeState::authorized, PermissionState::closed, "MerchantClosed"), W::closed, "Closed, reservation still open", "Closed, MerchantClosed");
  says(paid(ChargeState::declined, PermissionState::closed, "MerchantClosed"), W::closed, "Declined, nothing collected", "Closed, MerchantClosed");
  says(paid(ChargeState::canceled, PermissionState::closed, "Expired"), W::closed, "Expired, nothing collected", "Closed, Expired");
  says(paid(ChargeState::canceled, PermissionState::closed, "AmazonCanceled"), W::canceled, "Canceled by Amazon", "Closed, AmazonCanceled");
  says(paid(ChargeState::authorized, PermissionState::non_chargeable, "PaymentMethodExpired"), W::suspended, "Payment method expired", "NonChargeable, PaymentMethodExpired");
  says(paid(ChargeState::authorized, PermissionState::non_chargeable, "SomethingNew"), W::suspended, "Payment method broken", "NonChargeable, SomethingNew");
  auto canceled = paid(ChargeState::canceled, PermissionState::closed, "MerchantClosed");
  canceled.charges[0].reason_code = "ChargePermissionCanceled";
  says(canceled, W::canceled, "Canceled by the shop", "Closed, MerchantClosed");
  auto partly = paid(ChargeState::captured, PermissionState::closed, "MerchantClosed");
  partly.charges[0].captured = euro(30'00);
  says(partly, W::closed, "Captured in part, then ended", "Closed, MerchantClosed");
  auto odd = paid(ChargeState::authorized, PermissionState::unknown);
  odd.permission->raw_state = "Frozen";
  says(odd, W::unknown, "Amazon’s word is not known", "Frozen");
}

TEST_CASE("A buyer at the checkout is open, one who never finished is canceled") {
  auto p = payment_of(euro(80'00), {});
  p.permission.reset(), p.permission_id.clear();
  p.session = CheckoutSession{};
  p.session->id = "s", p.session->created_ms = now_ms;
  p.sync.synced_ms = 0;
  says(p, TransactionWord::open, "Not read from Amazon yet", "");
  p.sync.synced_ms = now_ms, p.session->state = SessionState::open, p.session->raw_state = "Open";
  says(p, TransactionWord::open, "Buyer has not finished", "Open");
  CHECK(of(p).reference == "s");
  p.session->state = SessionState::canceled, p.session->raw_state = "Canceled", p.session->reason_code = "Expired";
  says(p, TransactionWord::canceled, "Not finished in 24 hours", "Canceled, Expired");
  p.session->reason_code = "BuyerCanceled";
  says(p, TransactionWord::canceled, "Checkout ended without a payment", "Canceled, BuyerCanceled");
}

TEST_CASE("Closed with nothing collected is neutral, and each word has its own role") {
  CHECK(of(paid(ChargeState::captured, PermissionState::closed, "AmazonClosed")).role == std::string("good"));
  CHECK(of(paid(ChargeState::declined, PermissionState::closed, "MerchantClosed")).role == std::string("neutral"));
  CHECK(of(paid(ChargeState::authorized)).role == std::string("wait"));
  CHECK(of(paid(ChargeState::authorized, PermissionState::non_chargeable, "PaymentMethodDeleted")).role == std::string("stop"));
  for (const auto word : {TransactionWord::open, TransactionWord::closed, TransactionWord::canceled, TransactionWord::suspended, TransactionWord::unknown})
    CHECK(transaction_word(id_of(word)) == word);
  for (const auto flag : all_flags) CHECK(transaction_flag(id_of(flag)) == flag);
  CHECK_FALSE(transaction_word("shut"));
}

TEST_CASE("The hint names amounts and days, and a reservation ages day by day") {
  auto p = paid(ChargeState::authorized);
  CHECK(hints(of(p), "A reservation of {amount} is open until {until}; capture is immediate until {quick}."));
  CHECK(of(p).hint[0].args.at("quick") == TextValue(Day{p.charges[0].created_ms + 7 * day_ms}));
  CHECK(of(p).flags.empty());
  p.charges[0].created_ms = now_ms - 5 * day_ms - day_ms / 2;
  CHECK(of(p).cause.id == "Reserved, day {day} of 7");
  CHECK(of(p).cause.args.at("day") == TextValue(std::int64_t{6}));
  REQUIRE(of(p).flags.size() == 1);
  CHECK(of(p).flags[0].text.id == "Capture by {day}");
  p.charges[0].created_ms = now_ms - 10 * day_ms;
  CHECK(of(p).cause.id == "Reserved, day {day} of 30");
  CHECK(of(p).flags[0].text.id == "Late capture");
  CHECK(hints(of(p), "A reservation of {amount} is open until {until}. A capture now takes hours and may fail."));
  p.charges[0].created_ms = now_ms - 27 * day_ms;
  CHECK(of(p).flags[0].text.id == "Ends on {day}");
  p.order_canceled = true;
  CHECK(of(p).flags.empty());
}

TEST_CASE("Refunded counts what is settled; what is on its way, drift, tasks and what is not covered are flags") {
  auto p = paid(ChargeState::captured, PermissionState::closed, "AmazonClosed");
  p.refunds = {refund_of(euro(10'00), RefundState::refunded), refund_of(euro(5'00), RefundState::initiated, "C1", "R2")};
  p.refunds[1].created_ms = now_ms;
  const auto t = of(p, {}, 2);
  CHECK(t.total == euro(80'00));
  CHECK(t.charged == euro(80'00));
  CHECK(t.refunded == euro(10'00));
  REQUIRE(t.flags.size() == 3);
  CHECK(t.flags[0].flag == TransactionFlag::on_the_way);
  CHECK(t.flags[0].text.args.at("amount") == TextValue(euro(5'00)));
  CHECK(t.flags[1].flag == TransactionFlag::not_covered);
  CHECK(t.flags[2].text.args.at("count") == TextValue(std::int64_t{2}));
  CHECK(hints(t, "A refund of {amount} is on its way, by {day} at the latest."));
  p.refunds.clear();
  p.charges[0].refunded = euro(20'00);
  CHECK(of(p).flags[0].flag == TransactionFlag::drift);
  p.refunds_taken_over = euro(20'00);
  CHECK(of(p).refunded == euro(20'00));
}

TEST_CASE("A recurring payment goes by its charge, one line for each order of the agreement") {
  auto p = paid(ChargeState::captured);
  p.permission->type = "Recurring", p.permission->limit = euro(500'00);
  says(p, TransactionWord::open, "Recurring, captured", "Chargeable");
  CHECK(of(p).reference == "C1");
  CHECK(of(p).reference_is_charge);
  CHECK(of(p).total == euro(80'00));
  CHECK(of(p).flags[0].text.id == "Recurring");
  p.charges[0].state = ChargeState::canceled;
  says(p, TransactionWord::canceled, "Recurring, canceled", "Chargeable");
  p.permission->type = "PaymentMethodOnFile", p.charges[0].state = ChargeState::authorized;
  says(p, TransactionWord::open, "Recurring, reserved", "Chargeable");
  CHECK(of(p).flags[0].text.id == "Saved wallet");
  p.permission->state = PermissionState::closed, p.permission->reason_code = "BuyerClosed", p.charges[0].state = ChargeState::canceled;
  CHECK(of(p).word == TransactionWord::canceled);
}

TEST_CASE("A payment is found by everything Amazon or the shop calls it") {
  auto p = paid(ChargeState::captured);
  p.permission->merchant_reference_id = "SHOP-7";
  p.refunds = {refund_of(euro(1), RefundState::refunded)};
  CHECK(references_of(p) == std::vector<std::string>{"o1", "P1", "SHOP-7", "C1", "R1"});
}
