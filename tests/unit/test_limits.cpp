#include <catch2/catch.hpp>

#include "payments.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {
Money refundable(Money captured) { return sums_of(payment_of(captured, {charge_of(captured, ChargeState::captured)}), {}, {}).refundable; }
}  // namespace

TEST_CASE("T7 the limit is the captured amount and at most 15 percent or the fixed sum above it", "[T7]") {
  CHECK(refundable(euro(10'00)) == euro(11'50));
  CHECK(refundable(euro(500'00)) == euro(575'00));
  CHECK(refundable(euro(1000'00)) == euro(1075'00));
  CHECK(refundable({100'000, Currency{"JPY"}}) == Money{108'400, Currency{"JPY"}});
  CHECK(refundable({10'000, Currency{"JPY"}}) == Money{11'500, Currency{"JPY"}});
  CHECK(refundable({500'00, Currency{"GBP"}}) == Money{575'00, Currency{"GBP"}});
  CHECK(refundable({500'00, Currency{"SEK"}}) == Money{500'00, Currency{"SEK"}});  // no published allowance: the captured amount itself
  CHECK(refundable(euro(9)) == euro(10));                                           // rounded down
  CHECK(refundable(euro(200'000'00)) == euro(150'000'00));                          // largest single refund
}

TEST_CASE("T7 the eleventh refund of a charge is refused before Amazon is asked", "[T7]") {
  auto p = payment_of(euro(100'00), {charge_of(euro(100'00), ChargeState::captured)});
  for (int i = 0; i < 10; ++i) p.refunds.push_back(refund_of(euro(1'00), i == 0 ? RefundState::declined : RefundState::refunded, "C1", "R" + std::to_string(i)));
  const auto refused = plan_refund(p, {}, euro(1'00), {});
  REQUIRE_FALSE(refused);
  CHECK(refused.failure().code == "TransactionCountExceeded");
  CHECK(plan_refund(p, {}, euro(1'00), {10, false}));  // declined ones may be set not to count
}

TEST_CASE("T7 earlier refunds, pending ones and intents reserve", "[T7]") {
  auto p = payment_of(euro(100'00), {charge_of(euro(100'00), ChargeState::captured)});
  p.refunds = {refund_of(euro(10'00), RefundState::refunded), refund_of(euro(20'00), RefundState::initiated, "C1", "R2")};
  p.charges[0].refunded = euro(30'00);
  const std::vector<Intent> intents = {intent_of(IntentKind::refund, IntentState::uncertain, euro(5'00))};
  const auto s = sums_of(p, intents, {});
  CHECK(s.settled == euro(10'00));
  CHECK(s.on_the_way == euro(25'00));
  CHECK(s.not_ours == euro(0));
  CHECK(s.held == euro(65'00));
  CHECK(s.refundable == euro(80'00));
}

TEST_CASE("A refund of ours whose answer got lost is not counted twice when Amazon's figure shows it") {
  auto p = payment_of(euro(100'00), {charge_of(euro(100'00), ChargeState::captured)});
  p.charges[0].refunded = euro(30'00);
  const auto s = sums_of(p, {intent_of(IntentKind::refund, IntentState::uncertain, euro(30'00))}, {});
  CHECK(s.on_the_way == euro(30'00));
  CHECK(s.not_ours == euro(0));
  CHECK(s.refundable == euro(85'00));
}

TEST_CASE("A refund that nobody here started counts as given back by others, whenever Amazon raises its figure") {
  auto p = payment_of(euro(100'00), {charge_of(euro(100'00), ChargeState::captured)});
  auto foreign = refund_of(euro(20'00), RefundState::initiated);
  foreign.intent_id.clear();
  p.refunds = {foreign};
  CHECK(sums_of(p, {}, {}).not_ours == euro(20'00));   // Amazon's figure is still zero
  CHECK(sums_of(p, {}, {}).refunds_used == 1);
  p.charges.front().refunded = euro(20'00);
  CHECK(sums_of(p, {}, {}).not_ours == euro(20'00));
  CHECK(sums_of(p, {}, {}).on_the_way == euro(0));
  // The answer of our own refund got lost, and Amazon's object was read before it came again.
  auto intent = intent_of(IntentKind::refund, IntentState::uncertain, euro(20'00));
  CHECK(sums_of(p, {intent}, {}).not_ours == euro(0));
  CHECK(sums_of(p, {intent}, {}).on_the_way == euro(20'00));
  CHECK(sums_of(p, {intent}, {}).held == euro(80'00));
}
