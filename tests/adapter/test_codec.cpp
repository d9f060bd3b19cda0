#include "host/codec.hpp"

#include <catch2/catch.hpp>

#include "flows/fakes.hpp"

using namespace amazonpay;
using namespace amazonpay::test;
namespace json = boost::json;

namespace {

const Currency jpy{"JPY"};

Charge charge() {
  Charge c;
  c.id = "S02-1-C1", c.permission_id = "S02-1", c.state = ChargeState::captured, c.raw_state = "Captured", c.reason_code = "R", c.reason_description = "why";
  c.amount = {5000, eur}, c.captured = {4000, eur}, c.refunded = {100, eur}, c.soft_descriptor = "AMZ*Shop", c.created_ms = 1, c.expires_ms = 2, c.updated_ms = 3;
  c.at_checkout = c.settled = c.collected_later = true, c.merchant_reference_id = "2026-1", c.request_id = "q";
  return c;
}

Payment payment() {
  Payment p;
  p.order_id = "o-1", p.order_number = "2026-1", p.shop_id = "main", p.currency = eur, p.environment = Environment::live, p.permission_id = "S02-1";
  p.captured_at_checkout = p.order_canceled = p.order_deleted = true, p.order_total = {4000, eur}, p.original_total = {5000, eur};
  p.session = CheckoutSession{"6f1c2a54-0d8e-4c5b-9f27-3b1a7c9d2e10", SessionState::canceled, "Canceled", "Expired", "S02-1", "S02-1-C1", "2026-1", 1, 2, "q"};
  ChargePermission m;
  m.id = "S02-1", m.state = PermissionState::chargeable, m.raw_state = "Chargeable", m.reason_code = "R", m.reason_description = "d", m.type = "OneTime";
  m.limit = Money{5000, eur}, m.balance = Money{1000, eur}, m.presentment_currency = jpy, m.created_ms = 4, m.expires_ms = 5, m.updated_ms = 6;
  m.environment = Environment::live, m.merchant_reference_id = "2026-1", m.request_id = "q";
  p.permission = m, p.charges = {charge()};
  Refund r;
  r.id = "S02-1-R1", r.charge_id = "S02-1-C1", r.amount = {100, eur}, r.state = RefundState::declined, r.raw_state = "Declined", r.reason_code = "ProcessingFailure";
  r.created_ms = 7, r.updated_ms = 8, r.intent_id = "i", r.request_id = "q";
  p.refunds = {r}, p.refunds_taken_over = {20, eur}, p.captures_taken_over = {30, eur}, p.sync = {9, 10, "unreachable", "text", 11}, p.created_ms = 12;
  p.disputes = {{"D1", p.charges.front().id, Money{700, eur}, Money{5, eur}, 11, 12, DisputeOutcome::lost}};
  return p;
}

Intent intent() {
  Intent i;
  i.id = "abc", i.order_id = "o-1", i.order_number = "2026-1", i.kind = IntentKind::create_charge, i.state = IntentState::uncertain, i.permission_id = "S02-1";
  i.charge_id = "S02-1-C1", i.amount = {1295, eur}, i.cause = "op", i.event = "line.cancel", i.soft_descriptor = "Shop", i.may_have_arrived = true;
  i.who = {"u", "小林 彩"}, i.reason = "goodwill", i.note = "n", i.lines = {{"1", 2}}, i.amazon_id = "R1", i.code = "c", i.message = "m", i.request_id = "q";
  i.delivery = {"DHL", "JD0140"};
  i.undecided = true, i.first_sent_ms = 3, i.send_after_ms = 4, i.expires_ms = 5, i.approved_by = {"u2", "Adam"};
  i.attempts = 3, i.created_ms = 1, i.updated_ms = 2;
  return i;
}

const Text a_text{"Refund of {amount} by {day}, {count} {who}", {{"amount", Money{1, eur}}, {"day", Day{5}}, {"count", std::int64_t{3}}, {"who", std::string("x")}}};

}  // namespace

// A member added to the domain must be added to the codec too, or it is lost at the first commit. These sizes notice it.
static_assert(sizeof(Intent) == 736 && sizeof(Todo) == 576 && sizeof(Charge) == 376 && sizeof(Refund) == 264 && sizeof(Payment) == 1000 && sizeof(Notification) == 456 && sizeof(Orphan) == 528, "teach plugin/host/codec*.cpp the new member");

TEST_CASE("a payment comes back from its document with every member") {
  const auto document = host::encode(payment());
  const auto back = host::decode_payment(document);
  REQUIRE(back);
  CHECK(json::value(host::encode(*back)) == json::value(document));
  CHECK(back->charges.front().state == ChargeState::captured);
  CHECK(back->charges.front().settled);
  CHECK(back->refunds.front().state == RefundState::declined);
  CHECK(back->permission->balance == Money{1000, eur});
  CHECK(back->permission->presentment_currency == jpy);
  CHECK(back->sync.failure_code == "unreachable");
  CHECK(back->order_deleted);
  REQUIRE(back->disputes.size() == 1);
  CHECK((back->disputes.front().outcome == DisputeOutcome::lost && back->disputes.front().elsewhere_before == Money{5, eur}));
}

TEST_CASE("a charge that was never read keeps its state although Amazon's word is missing") {
  auto p = payment();
  p.charges.front().raw_state.clear();
  p.charges.front().state = ChargeState::authorization_initiated;
  CHECK(host::decode_payment(host::encode(p))->charges.front().state == ChargeState::authorization_initiated);
  CHECK(host::decode_payment(host::encode(p))->charges.front().raw_state.empty());
}

TEST_CASE("a word Amazon adds later is kept as it is") {
  auto p = payment();
  p.charges.front().raw_state = "OnHold", p.charges.front().state = ChargeState::unknown;
  const auto back = host::decode_payment(host::encode(p));
  CHECK(back->charges.front().raw_state == "OnHold");
  CHECK(back->charges.front().state == ChargeState::unknown);
}

TEST_CASE("intents, tasks, events and operations come back with every member") {
  const auto i = host::decode_intent(host::encode(intent()));
  REQUIRE(i);
  CHECK(json::value(host::encode(*i)) == json::value(host::encode(intent())));
  CHECK(i->may_have_arrived);
  CHECK(i->soft_descriptor == "Shop");
  CHECK(i->lines == intent().lines);
  CHECK((i->undecided && i->first_sent_ms == 3 && i->send_after_ms == 4 && i->expires_ms == 5 && i->approved_by.id == "u2"));

  Todo t{"id", "o-1", "2026-1", TodoKind::drift, "stop", a_text, a_text, "cause", Money{7, jpy}, {"u", "Jana"}, {"u2", "Adam"}, 9, false, "by", "note", 1, 2};
  const auto todo = host::decode_todo(host::encode(t));
  REQUIRE(todo);
  CHECK(json::value(host::encode(*todo)) == json::value(host::encode(t)));
  CHECK(todo->title == a_text);
  CHECK(todo->amount == Money{7, jpy});
  CHECK(todo->asked_by.name == "Jana");
  CHECK((todo->assigned.id == "u2" && todo->due_ms == 9));

  Event e{"id", "o-1", 5, "wait", "back", a_text, Money{-7, eur}, true, "Amazon"};
  const auto event = host::decode_event(host::encode(e));
  REQUIRE(event);
  CHECK(json::value(host::encode(*event)) == json::value(host::encode(e)));
  CHECK(event->text == a_text);

  const auto operation = host::decode_operation(host::encode(Operation{"id", "o-1", "good", a_text, 5}));
  REQUIRE(operation);
  CHECK(operation->answer == a_text);
  CHECK(operation->level == "good");
}

TEST_CASE("notifications and orphans come back with every member") {
  Notification n{"1-m", "m", "arn", "n", "A1", "REFUND", "R1", "S02-1", "STATE_CHANGE", "V2", "{}", 1, 2, 3, NotificationState::quarantined, "unknown_object", "o-1", 4};
  const auto back = host::decode_notification(host::encode(n));
  REQUIRE(back);
  CHECK(json::value(host::encode(*back)) == json::value(host::encode(n)));
  CHECK(back->state == NotificationState::quarantined);
  CHECK(back->deliveries == 4);

  Orphan o{"S02-1", "C1", "settlement", Environment::live, "Chargeable", "2026-1", Money{5, eur}, Money{4, eur}, 1, 2, "Expired", 4, 5, "op", "Jana", "why", 6, "no", false, "o-1", "by", "note", 3};
  const auto orphan = host::decode_orphan(host::encode(o));
  REQUIRE(orphan);
  CHECK(json::value(host::encode(*orphan)) == json::value(host::encode(o)));
  CHECK(orphan->environment == Environment::live);
  CHECK_FALSE(orphan->open);
}

TEST_CASE("a damaged document is an internal failure that names the member, unknown members are ignored") {
  auto document = host::encode(payment());
  document["of_a_later_version"] = 1;
  CHECK(host::decode_payment(document));
  document["charges"] = "no list";
  const auto broken = host::decode_payment(document);
  REQUIRE_FALSE(broken);
  CHECK(broken.kind() == Kind::internal);
  CHECK(broken.message().find("charges") != std::string::npos);
  CHECK_FALSE(host::decode_intent(json::value(5)));
  auto money = host::encode(intent());
  for (const json::value& wrong : {json::value("12.95 EUR"), json::value("12"), json::value("12 "), json::value(" EUR"), json::value("12 Eur"), json::value("12 EUR "), json::value("99999999999999999999 EUR"),
                                  json::value(json::object{{"minor", 12.95}, {"currency", "EUR"}}), json::value(12)}) {
    money["amount"] = wrong;
    const auto read = host::decode_intent(money);
    REQUIRE_FALSE(read);
    CHECK(read.message().find("amount") != std::string::npos);
  }
}

TEST_CASE("what is empty is not stored") {
  auto bare = intent();
  bare.reason.clear(), bare.lines.clear(), bare.undecided = false, bare.approved_by = {}, bare.expires_ms = 0;
  const auto less = host::encode(bare);
  for (const char* name : {"reason", "lines", "undecided", "approved_by", "expires_ms"}) CHECK_FALSE(less.contains(name));
  const auto back = host::decode_intent(less);
  REQUIRE(back);
  CHECK((back->reason.empty() && back->lines.empty() && !back->undecided && back->approved_by.id.empty() && back->expires_ms == 0));
  CHECK(json::value(host::encode(*back)) == json::value(less));

  CHECK(host::decode_payment(host::encode([] { Payment p = payment(); p.order_total = {0, jpy}; return p; }()))->order_total == Money{0, jpy});  // nothing, but in a currency
  Todo t;
  t.id = "id", t.kind = TodoKind::drift, t.amount = Money{};
  CHECK(host::decode_todo(host::encode(t))->amount == Money{});
}

TEST_CASE("documents of versions that stored every member and amounts as objects are read the same") {
  const json::value older = json::parse(R"({"session":null,"order_id":"o-1","order_number":"2026-1","currency":"EUR","environment":"live","order_total":{"minor":4000,"currency":"EUR"},
      "order_canceled":false,"permission":{"id":"S02-1","state":"Closed","raw_state":"Closed","reason_code":"","limit":{"minor":4000,"currency":"EUR"},"balance":null},
      "charges":[{"id":"C1","state":"AuthorizationInitiated","raw_state":"","amount":{"minor":4000,"currency":"EUR"}},{"id":"C2","state":"Captured","raw_state":"Captured"}],"refunds":[]})");
  const auto read = host::decode_payment(older);
  REQUIRE(read);
  CHECK((read->order_total == Money{4000, eur} && read->permission->limit == Money{4000, eur} && !read->permission->balance));
  CHECK(read->permission->state == PermissionState::closed);
  REQUIRE(read->charges.size() == 2);
  CHECK((read->charges[0].state == ChargeState::authorization_initiated && read->charges[0].raw_state.empty() && read->charges[0].amount == Money{4000, eur}));
  CHECK(read->charges[1].state == ChargeState::captured);
  const auto again = host::decode_payment(host::encode(*read));
  REQUIRE(again);
  CHECK(json::value(host::encode(*again)) == json::value(host::encode(*read)));
}
