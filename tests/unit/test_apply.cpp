#include <catch2/catch.hpp>
#include <algorithm>

#include "domain/apply.hpp"
#include "payments.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

TEST_CASE("Older news and news that would leave a terminal state change nothing") {
  auto p = payment_of(euro(80'00), {charge_of(euro(80'00), ChargeState::captured)});
  p.charges[0].updated_ms = 100;
  auto news = charge_of(euro(80'00), ChargeState::authorized);
  news.updated_ms = 50;
  CHECK_FALSE(apply_charge(p, news, 1).changed);
  news.updated_ms = 200;
  CHECK_FALSE(apply_charge(p, news, 1).changed);
  CHECK(p.charges[0].state == ChargeState::captured);
}

TEST_CASE("The same news twice writes one line of the timeline") {
  auto p = payment_of(euro(80'00), {});
  auto news = charge_of(euro(80'00), ChargeState::captured);
  news.updated_ms = 5;
  CHECK(apply_charge(p, news, 1).events.size() == 1);
  CHECK(apply_charge(p, news, 1).events.empty());
}

TEST_CASE("News in any order end in the same projection") {
  std::vector<Charge> news;
  for (auto [state, at] : {std::pair{ChargeState::authorization_initiated, 1}, {ChargeState::authorized, 2}, {ChargeState::captured, 3}}) {
    auto c = charge_of(euro(80'00), state);
    c.updated_ms = at;
    news.push_back(c);
  }
  std::vector<int> order = {0, 1, 2};
  do {
    auto p = payment_of(euro(80'00), {});
    for (int i : order) apply_charge(p, news[static_cast<std::size_t>(i)], 1), apply_charge(p, news[static_cast<std::size_t>(i)], 1);
    CHECK(p.charges.size() == 1);
    CHECK(p.charges[0].state == ChargeState::captured);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("A refund's fate moves its intent: settled is done, declined is declined") {
  auto intent = intent_of(IntentKind::refund, IntentState::accepted, euro(5'00));
  auto refund = refund_of(euro(5'00), RefundState::refunded);
  refund.intent_id = intent.id;
  CHECK(follow_refund(intent, refund, 9));
  CHECK(intent.state == IntentState::done);
  auto other = intent_of(IntentKind::refund, IntentState::accepted, euro(5'00), "C1", "i2");
  CHECK_FALSE(follow_refund(other, refund, 9));
}
