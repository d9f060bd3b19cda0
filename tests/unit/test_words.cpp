#include <catch2/catch.hpp>

#include "payments.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {
Word word(const Payment& p, const std::vector<Intent>& intents = {}) { return verdict_of(p, intents, {}).word; }
}  // namespace

TEST_CASE("The word follows the order of the product's decisions") {
  auto captured = payment_of(euro(80'00), {charge_of(euro(80'00), ChargeState::captured)});
  CHECK(word(captured) == Word::captured);
  CHECK(verdict_of(captured, {}, {}).ship == Ship::yes);
  auto at_checkout = captured;
  at_checkout.captured_at_checkout = true;
  CHECK(word(at_checkout) == Word::completed_and_captured);
  auto partly = captured;
  partly.refunds = {refund_of(euro(10'00), RefundState::refunded)};
  CHECK(word(partly) == Word::partly_refunded);
  auto way = partly;
  way.refunds.push_back(refund_of(euro(5'00), RefundState::initiated, "C1", "R2"));
  CHECK(word(way) == Word::refund_on_its_way);
  auto all = captured;
  all.refunds = {refund_of(euro(80'00), RefundState::refunded)};
  CHECK(word(all) == Word::refunded);
  CHECK(verdict_of(all, {}, {}).ship == Ship::no);
  CHECK(word(payment_of(euro(80'00), {charge_of(euro(80'00), ChargeState::authorized)})) == Word::reserved);
  CHECK(word(payment_of(euro(80'00), {charge_of(euro(80'00), ChargeState::authorization_initiated)})) == Word::pending);
  CHECK(word(payment_of(euro(80'00), {charge_of(euro(80'00), ChargeState::declined)})) == Word::declined);
  CHECK(word(payment_of(euro(80'00), {charge_of(euro(80'00), ChargeState::canceled)})) == Word::canceled);
  auto expired = payment_of(euro(80'00), {charge_of(euro(80'00), ChargeState::canceled)});
  expired.charges[0].reason_code = "ExpiredUnused";
  CHECK(word(expired) == Word::expired);
  CHECK(word(payment_of(euro(80'00), {})) == Word::pending);
  auto odd = payment_of(euro(80'00), {charge_of(euro(80'00), ChargeState::unknown)});
  odd.charges[0].raw_state = "OnHold";
  CHECK(word(odd) == Word::unknown);
  CHECK(verdict_of(odd, {}, {}).raw == "OnHold");
}

TEST_CASE("A refund in flight shows before Amazon answered, a refused one does not") {
  const auto p = payment_of(euro(80'00), {charge_of(euro(80'00), ChargeState::captured)});
  CHECK(word(p, {intent_of(IntentKind::refund, IntentState::planned, euro(5'00))}) == Word::refund_on_its_way);
  CHECK(word(p, {intent_of(IntentKind::refund, IntentState::refused, euro(5'00))}) == Word::captured);
}

TEST_CASE("Goodwill does not make an order unpaid, an undone cancellation does") {
  auto p = payment_of(euro(80'00), {charge_of(euro(80'00), ChargeState::captured)});
  p.refunds = {refund_of(euro(10'00), RefundState::refunded)};
  auto by_hand = intent_of(IntentKind::refund, IntentState::done, euro(10'00));
  by_hand.amazon_id = "R1";
  CHECK(verdict_of(p, {by_hand}, {}).ship == Ship::yes);
  auto by_event = by_hand;
  by_event.event = "line.cancel";
  const auto v = verdict_of(p, {by_event}, {});
  CHECK(v.ship == Ship::no);
  CHECK(v.not_covered == euro(10'00));
}

TEST_CASE("A refund that waits for a second person is not said to be at Amazon") {
  auto intent = intent_of(IntentKind::refund, IntentState::awaiting_approval, euro(30'00));
  const auto payment = payment_of(euro(80'00), {charge_of(euro(80'00), ChargeState::captured)});
  auto v = verdict_of(payment, {intent}, {});
  CHECK(v.word == Word::refund_on_its_way);
  CHECK(v.note.id == "waits for a second person");
  intent.state = IntentState::planned, intent.send_after_ms = 5;
  CHECK(verdict_of(payment, {intent}, {}).note.id == "not sent yet");
  intent.attempts = 1;
  CHECK(verdict_of(payment, {intent}, {}).note.id == "by {day}");
  intent.state = IntentState::planned, intent.attempts = 0, intent.send_after_ms = 0;
  CHECK(verdict_of(payment, {intent}, {}).note.id == "by {day}");
}
