#include "domain/ledger.hpp"

#include <catch2/catch.hpp>

#include "payments.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {
Money sum_of(const Balances& b) { return b.buyer + b.authorized + b.captured + b.pending + b.settled + b.released + b.elsewhere; }
}  // namespace

TEST_CASE("The balances of a charge add up to zero in every state") {
  for (const auto state : {ChargeState::authorization_initiated, ChargeState::authorized, ChargeState::capture_initiated, ChargeState::captured, ChargeState::canceled,
                           ChargeState::declined, ChargeState::unknown}) {
    const auto all = balances_of(payment_of(euro(80'00), {charge_of(euro(80'00), state)}), {});
    REQUIRE(all.size() == 1);
    CHECK(sum_of(all[0]).zero());
  }
}

TEST_CASE("What was not captured of a charge is released") {
  auto charge = charge_of(euro(80'00), ChargeState::captured);
  charge.captured = euro(60'00);
  const auto b = balances_of(payment_of(euro(80'00), {charge}), {}).at(0);
  CHECK(b.captured == euro(60'00));
  CHECK(b.released == euro(20'00));
  CHECK(b.buyer == euro(-80'00));
  CHECK(b.allowance == euro(9'00));
}

TEST_CASE("A refund stands in pending from the intent on, then in settled; one by others stands elsewhere") {
  auto payment = payment_of(euro(80'00), {charge_of(euro(80'00), ChargeState::captured)});
  auto intent = intent_of(IntentKind::refund, IntentState::planned, euro(30'00));
  CHECK(balances_of(payment, {intent}).at(0).pending == euro(30'00));
  intent.state = IntentState::awaiting_approval;
  CHECK(balances_of(payment, {intent}).at(0).pending == euro(30'00));
  intent.state = IntentState::withdrawn;
  CHECK(balances_of(payment, {intent}).at(0).pending == euro(0));

  intent.state = IntentState::done, intent.amazon_id = "R1";
  payment.refunds = {refund_of(euro(30'00), RefundState::refunded)};
  payment.refunds[0].intent_id = intent.id;
  payment.charges[0].refunded = euro(40'00);  // 10.00 of it were given back in Seller Central
  const auto b = balances_of(payment, {intent}).at(0);
  CHECK(b.settled == euro(30'00));
  CHECK(b.elsewhere == euro(10'00));
  CHECK(b.captured == euro(40'00));
  CHECK(sum_of(b).zero());
}

TEST_CASE("Money collected under a word of Amazon's that we do not know stays in the ledger") {
  auto charge = charge_of(euro(80'00), ChargeState::unknown);
  charge.captured = euro(80'00);
  CHECK(balances_of(payment_of(euro(80'00), {charge}), {}).at(0).captured == euro(80'00));
}

TEST_CASE("Entries lead from one state to the next, one per cause, and never from nothing") {
  const auto reserved = payment_of(euro(80'00), {charge_of(euro(80'00), ChargeState::authorized)});
  auto captured = reserved;
  captured.charges[0].state = ChargeState::captured, captured.charges[0].captured = euro(70'00);
  const auto first = entries_between({}, {}, reserved, {}, 1, 5);
  REQUIRE(first.size() == 1);
  CHECK((first[0].from == Account::buyer && first[0].to == Account::authorized && first[0].amount == euro(80'00)));

  const auto refund = intent_of(IntentKind::refund, IntentState::planned, euro(30'00));
  const auto second = entries_between(reserved, {}, captured, {refund}, 2, 6);
  REQUIRE(second.size() == 3);
  CHECK((second[0].from == Account::authorized && second[0].to == Account::captured && second[0].amount == euro(70'00)));
  CHECK((second[1].from == Account::authorized && second[1].to == Account::released && second[1].amount == euro(10'00)));
  CHECK((second[2].from == Account::captured && second[2].to == Account::pending && second[2].amount == euro(30'00) && second[2].cause == refund.id));
  CHECK(second[0].id == "C1/00000002/0");
  CHECK(second[2].id == "C1/00000002/2");

  auto refused = refund;
  refused.state = IntentState::refused;
  const auto third = entries_between(captured, {refund}, captured, {refused}, 3, 7);
  REQUIRE(third.size() == 1);
  CHECK((third[0].from == Account::pending && third[0].to == Account::captured));
  CHECK(entries_between(captured, {refused}, captured, {refused}, 4, 8).empty());
}
