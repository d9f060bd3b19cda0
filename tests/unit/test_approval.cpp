#include "domain/approval.hpp"

#include <catch2/catch.hpp>

#include "payments.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {
Plan giving(Money amount) {
  Plan plan;
  plan.gives_back = amount, plan.collects = plan.releases = zero_of(amount.currency());
  return plan;
}
std::string why(const Plan& plan, const ApprovalRules& rules, Money held = euro(1000'00), Money day = euro(0), Money user_day = euro(0)) {
  const auto text = needs_approval(plan, held, day, user_day, rules);
  return text ? text->id.substr(0, 16) : "";
}
}  // namespace

TEST_CASE("Without thresholds nobody has to approve anything") { CHECK(why(giving(euro(1'000'000'00)), {}, euro(0), euro(9'999'999'00), euro(9'999'999'00)).empty()); }

TEST_CASE("A threshold lets its own sum through and stops one cent more") {
  ApprovalRules rules;
  rules.refund = Threshold{250'00};
  CHECK(why(giving(euro(250'00)), rules).empty());
  CHECK(why(giving(euro(250'01)), rules) == "Refunds above {l");
  CHECK(why(giving(Money{250, Currency("JPY")}), rules, {0, Currency("JPY")}, {0, Currency("JPY")}, {0, Currency("JPY")}).empty());
  CHECK_FALSE(why(giving(Money{251, Currency("JPY")}), rules, {0, Currency("JPY")}, {0, Currency("JPY")}, {0, Currency("JPY")}).empty());
}

TEST_CASE("Captures, days, persons and compensation have thresholds of their own") {
  ApprovalRules rules;
  rules.capture = Threshold{100'00};
  auto capture = giving(euro(0));
  capture.collects = euro(100'01);
  CHECK(why(capture, rules) == "Captures above {");
  CHECK(why(giving(euro(500'00)), rules).empty());

  rules = {};
  rules.refunds_per_day = Threshold{1000'00}, rules.refunds_per_user_day = Threshold{300'00};
  CHECK(why(giving(euro(10'00)), rules, euro(1000'00), euro(900'00), euro(300'00)).empty());
  CHECK(why(giving(euro(10'00)), rules, euro(1000'00), euro(900'00), euro(300'01)) == "One person may g");
  CHECK(why(giving(euro(10'00)), rules, euro(1000'00), euro(1000'01), euro(10'00)) == "Refunds of {limi");

  rules = {};
  rules.compensation = true;
  CHECK(why(giving(euro(80'00)), rules, euro(80'00)).empty());
  CHECK(why(giving(euro(80'01)), rules, euro(80'00)) == "A refund above w");
  CHECK(why(giving(euro(0)), rules, euro(0)).empty());
}

TEST_CASE("A tally belongs to a day in UTC, a currency and perhaps a person") {
  CHECK(tally_id(1'800'000'000'000, eur, "") == "refunds/2027-01-15/EUR");
  CHECK(tally_id(1'800'000'000'000, eur, "u1") == "refunds/2027-01-15/EUR/u1");
  CHECK(tally_id(0, Currency("JPY"), "") == "refunds/1970-01-01/JPY");
}
