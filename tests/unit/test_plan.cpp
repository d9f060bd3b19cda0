#include <catch2/catch.hpp>

#include "payments.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

TEST_CASE("The plan of a whole order follows what Amazon holds") {
  SECTION("authorised only: cancel, no refund") {
    const auto plan = plan_whole_order(payment_of(euro(80'00), {charge_of(euro(80'00), ChargeState::authorized)}), {}, {});
    CHECK(plan.steps.size() == 2);
    CHECK(plan.steps[0].kind == IntentKind::cancel_charge);
    CHECK(plan.steps[1].kind == IntentKind::close_permission);
    CHECK(plan.releases == euro(80'00));
  }
  SECTION("captured: the rest goes back") {
    auto p = payment_of(euro(80'00), {charge_of(euro(80'00), ChargeState::captured)});
    p.permission->state = PermissionState::closed;
    p.refunds = {refund_of(euro(10'00), RefundState::refunded)};
    const auto plan = plan_whole_order(p, {}, {});
    REQUIRE(plan.steps.size() == 1);
    CHECK(plan.gives_back == euro(70'00));
  }
  SECTION("mixed: both") {
    const auto plan = plan_whole_order(payment_of(euro(80'00), {charge_of(euro(30'00), ChargeState::captured), charge_of(euro(50'00), ChargeState::authorized, "C2")}), {}, {});
    CHECK(plan.gives_back == euro(30'00));
    CHECK(plan.releases == euro(50'00));
  }
  SECTION("nothing: the permission is closed") {
    const auto plan = plan_whole_order(payment_of(euro(80'00), {}), {}, {});
    REQUIRE(plan.steps.size() == 1);
    CHECK(plan.steps[0].kind == IntentKind::close_permission);
  }
  SECTION("a capture under way: a person decides") {
    const auto plan = plan_whole_order(payment_of(euro(80'00), {charge_of(euro(80'00), ChargeState::capture_initiated)}), {}, {});
    CHECK(plan.steps.empty());
    CHECK(plan.ask);
  }
}

TEST_CASE("A refund is split over charges, newest first, one refund per charge") {
  auto p = payment_of(euro(80'00), {charge_of(euro(30'00), ChargeState::captured), charge_of(euro(50'00), ChargeState::captured, "C2")});
  const auto plan = plan_refund(p, {}, euro(85'00), {});
  REQUIRE(plan);
  REQUIRE(plan->steps.size() == 2);
  CHECK(plan->steps[0].charge_id == "C2");
  CHECK(plan->steps[0].amount == euro(55'00));
  CHECK(plan->steps[1].amount == euro(30'00));
  CHECK_FALSE(plan_refund(p, {}, euro(92'01), {}));
  CHECK(plan_refund(p, {}, euro(92'00), {}));
}

TEST_CASE("A capture takes the newest reservation, or makes a new charge if none is active") {
  auto reserved = payment_of(euro(80'00), {charge_of(euro(80'00), ChargeState::authorized)});
  CHECK(plan_capture(reserved, {}, euro(50'00), 1)->steps[0].kind == IntentKind::capture);
  CHECK_FALSE(plan_capture(reserved, {}, euro(80'01), 1));
  CHECK_FALSE(plan_capture(reserved, {intent_of(IntentKind::capture, IntentState::sending, euro(80'00))}, euro(80'00), 1));
  auto open = payment_of(euro(80'00), {});
  open.permission->balance = euro(80'00);
  CHECK(plan_capture(open, {}, euro(80'00), 1)->steps[0].kind == IntentKind::create_charge);
  CHECK_FALSE(plan_capture(open, {}, euro(80'01), 1));
}

TEST_CASE("Canceled pieces whose money went back before ask a person") {
  const auto p = payment_of(euro(80'00), {charge_of(euro(80'00), ChargeState::captured)});
  auto before = intent_of(IntentKind::refund, IntentState::done, euro(20'00));
  before.lines = {{"a", 1}};
  const auto again = plan_lines(p, {before}, {{"a", 1, 1, euro(20'00)}}, euro(0), euro(60'00), {});
  CHECK(again.steps.empty());
  CHECK(again.ask);
  const auto more = plan_lines(p, {before}, {{"a", 2, 1, euro(20'00)}}, euro(0), euro(40'00), {});
  CHECK(more.gives_back == euro(20'00));
  CHECK_FALSE(more.ask);
}

TEST_CASE("A line never gives back more than is held") {
  auto p = payment_of(euro(80'00), {charge_of(euro(80'00), ChargeState::captured)});
  p.refunds = {refund_of(euro(70'00), RefundState::refunded)};
  CHECK(plan_lines(p, {}, {{"a", 1, 1, euro(20'00)}}, euro(0), euro(60'00), {}).gives_back == euro(10'00));
}
