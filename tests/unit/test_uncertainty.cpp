#include "domain/uncertainty.hpp"

#include <catch2/catch.hpp>

#include "payments.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

TEST_CASE("A refund did not arrive if Amazon's figure holds nothing but what we know") {
  auto payment = payment_of(euro(80'00), {charge_of(euro(80'00), ChargeState::captured)});
  const auto lost = intent_of(IntentKind::refund, IntentState::uncertain, euro(30'00));
  auto now = payment.charges[0];
  CHECK(compare_refund(lost, now, payment).decided());
  payment.refunds = {refund_of(euro(10'00), RefundState::refunded), refund_of(euro(5'00), RefundState::initiated, "C1", "R2"), refund_of(euro(7'00), RefundState::declined, "C1", "R3")};
  now.refunded = euro(15'00);
  CHECK(compare_refund(lost, now, payment).decided());
  now.refunded = euro(10'00);  // Amazon may raise its figure only once a refund is completed
  CHECK(compare_refund(lost, now, payment).decided());
  now.refunded = euro(15'01);
  const auto open = compare_refund(lost, now, payment);
  CHECK_FALSE(open.decided());
  CHECK(open.shown == euro(15'01));
  CHECK(open.explained == euro(15'00));
}

TEST_CASE("A new charge is compared with what was charged on the permission") {
  auto payment = payment_of(euro(80'00), {charge_of(euro(50'00), ChargeState::captured), charge_of(euro(30'00), ChargeState::canceled, "C2")});
  const auto lost = intent_of(IntentKind::create_charge, IntentState::uncertain, euro(30'00), "");
  auto now = *payment.permission;
  now.limit = euro(100'00), now.balance = euro(50'00);
  CHECK(compare_new_charge(lost, now, payment)->decided());
  now.balance = euro(20'00);
  CHECK_FALSE(compare_new_charge(lost, now, payment)->decided());
  now.balance.reset();
  CHECK_FALSE(compare_new_charge(lost, now, payment));
}
