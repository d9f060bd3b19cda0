// Verdicts of rows, typed totals, what follows from a row's intents.
#include <catch2/catch.hpp>

#include "domain/bulk_verdict.hpp"
#include "payments.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

AskedRow ask(const std::string& amount = "", const std::string& currency = "") {
  AskedRow a;
  a.row = 7, a.line = 8, a.order = "o1", a.amount = amount, a.currency = currency;
  return a;
}

BulkRow verdict(BulkKind kind, const AskedRow& asked, const Payment& payment, const std::vector<Intent>& intents = {}) { return verdict_of_row({kind, {}, Environment::sandbox, 1}, asked, payment, intents); }

Payment captured(std::int64_t cents) { return payment_of(euro(cents), {charge_of(euro(cents), ChargeState::captured)}); }

}  // namespace

TEST_CASE("a refund row: the rest, an amount, less than asked, or left out with the reason") {
  auto payment = captured(10'000);
  CHECK(verdict(BulkKind::refund, ask(), payment).planned == euro(10'000));
  CHECK(verdict(BulkKind::refund, ask("12,50"), payment).planned == euro(1250));
  const auto above = verdict(BulkKind::refund, ask("115.00"), payment);
  CHECK(above.verdict == BulkVerdict::will);
  CHECK(above.above_held == euro(1500));
  payment.refunds.push_back(refund_of(euro(4000), RefundState::refunded));
  const auto less = verdict(BulkKind::refund, ask("100"), payment);
  CHECK(less.verdict == BulkVerdict::less);
  CHECK(less.planned == euro(6000));
  CHECK(less.asked == euro(10'000));
  payment.refunds.push_back(refund_of(euro(6000), RefundState::initiated, "C1", "R2"));
  for (const char* amount : {"", "100"}) {
    const auto out = verdict(BulkKind::refund, ask(amount), payment);
    CHECK(out.verdict == BulkVerdict::left_out);
    CHECK(out.stage == BulkStage::left);
    CHECK(out.planned.zero());
    CHECK_FALSE(out.why.empty());
  }
}

TEST_CASE("rows that cannot be judged are left out: currency, amount, environment, never read, nothing collected, ten refunds used") {
  auto payment = captured(10'000);
  const auto why = [&](const AskedRow& asked) {
    const auto row = verdict(BulkKind::refund, asked, payment);
    CHECK(row.verdict == BulkVerdict::left_out);
    return row.why;
  };
  CHECK(why(ask("1", "GBP")).args.at("other") == TextValue{std::string("GBP")});
  CHECK(why(ask("1.234")).args.at("line") == TextValue{std::int64_t{8}});
  CHECK_FALSE(why(ask("-1")).empty());
  auto broken = ask();
  broken.problem = {"Line 8: broken"};
  CHECK(why(broken).id == "Line 8: broken");
  payment.environment = Environment::live;
  CHECK_FALSE(why(ask()).empty());
  payment.environment = Environment::sandbox, payment.sync.synced_ms = 0;
  CHECK_FALSE(why(ask()).empty());
  payment = payment_of(euro(100), {charge_of(euro(100), ChargeState::authorized)});
  CHECK(why(ask()).id.find("Nothing was collected") == 0);
  payment = captured(10'000);
  for (int i = 0; i < 10; ++i) payment.refunds.push_back(refund_of(euro(1), RefundState::refunded, "C1", "R" + std::to_string(i)));
  CHECK(why(ask()).id.find("ten refunds") != std::string::npos);
}

TEST_CASE("a capture row proposes what is due and never exceeds what is reserved; a cancel row releases all of it") {
  const auto payment = payment_of(euro(8000), {charge_of(euro(9000), ChargeState::authorized)});
  CHECK(verdict(BulkKind::capture, ask(), payment).planned == euro(8000));
  CHECK(verdict(BulkKind::capture, ask("90"), payment).planned == euro(9000));
  const auto less = verdict(BulkKind::capture, ask("90.01"), payment);
  CHECK(less.verdict == BulkVerdict::less);
  CHECK(less.planned == euro(8000));
  CHECK(verdict(BulkKind::capture, ask(), captured(8000)).verdict == BulkVerdict::left_out);
  CHECK(verdict(BulkKind::cancel, ask(), payment).planned == euro(9000));
  CHECK(verdict(BulkKind::cancel, ask("90"), payment).verdict == BulkVerdict::will);
  CHECK(verdict(BulkKind::cancel, ask("10"), payment).verdict == BulkVerdict::left_out);
  const auto closes = verdict(BulkKind::cancel, ask(), payment_of(euro(100), {}));
  CHECK(closes.verdict == BulkVerdict::will);
  CHECK(closes.planned.zero());
}

TEST_CASE("when a row acts it does what was confirmed or nothing") {
  auto payment = captured(10'000);
  payment.refunds.push_back(refund_of(euro(9000), RefundState::refunded));
  auto row = verdict(BulkKind::refund, ask(), payment);
  CHECK(row.planned == euro(1000));
  CHECK(plan_row({BulkKind::refund, {}, Environment::sandbox, 1}, row, "", payment, {}));
  payment.refunds.push_back(refund_of(euro(1000), RefundState::refunded, "C1", "R2"));
  CHECK(sums_of(payment, {}, {}).refundable >= euro(1000));
  CHECK(plan_row({BulkKind::refund, {}, Environment::sandbox, 1}, row, "", payment, {}).failure().code == "changed");
  const auto reserved = payment_of(euro(100), {charge_of(euro(100), ChargeState::authorized)});
  auto capture = verdict(BulkKind::capture, ask(), reserved);
  capture.stand = "before";
  CHECK(plan_row({BulkKind::capture, {}, Environment::sandbox, 1}, capture, "before", reserved, {}));
  CHECK(plan_row({BulkKind::capture, {}, Environment::sandbox, 1}, capture, "now", reserved, {}).failure().code == "changed");
}

TEST_CASE("typed totals are one per currency, as people type amounts, and must be exactly the planned ones") {
  const std::vector<BulkSum> planned{{euro(431'865), 2}, {{91'240, Currency("GBP")}, 1}, {{0, Currency("USD")}, 1}};
  const auto agree = [&](const std::string& typed) {
    const auto read = read_totals(typed);
    return read && totals_agree(planned, *read);
  };
  for (const char* typed : {"EUR:4318.65,GBP:912.40", "GBP:912,40,EUR:4,318.65", "EUR:4.318,65,GBP:912.40"}) {
    INFO(typed);
    CHECK(agree(typed));
  }
  for (const char* typed : {"", "EUR:4318.65", "EUR:4318.65,GBP:912.41", "EUR:4318.65,GBP:912.40,USD:1", "4318.65", "EUR:4318.65,EUR:4318.65,GBP:912.40", "eur:1", "EUR:", "EUR:1:2"}) {
    INFO(typed);
    CHECK_FALSE(agree(typed));
  }
}

TEST_CASE("a row follows the intents of its own operation only") {
  BulkRow row;
  row.row = 1, row.planned = euro(3000), row.stage = BulkStage::waiting;
  auto first = intent_of(IntentKind::refund, IntentState::accepted, euro(2000), "C1", "i1"), second = intent_of(IntentKind::refund, IntentState::uncertain, euro(1000), "C2", "i2");
  first.cause = second.cause = "mine", first.amazon_id = "R1";
  auto other = intent_of(IntentKind::refund, IntentState::refused, euro(500), "C1", "i3");
  follow_row(row, "nobody's", {first, second, other});
  CHECK(row.stage == BulkStage::waiting);
  follow_row(row, "mine", {first, second, other});
  CHECK(row.stage == BulkStage::waiting);
  second.state = IntentState::refused, second.code = "TransactionCountExceeded";
  follow_row(row, "mine", {first, second, other});
  CHECK(row.stage == BulkStage::error);
  CHECK(row.amount == euro(2000));
  CHECK(row.code == "TransactionCountExceeded");
  second.state = IntentState::done, first.state = IntentState::done;
  follow_row(row, "mine", {first, second, other});
  CHECK(row.stage == BulkStage::done);
  CHECK(row.settled);
  CHECK(row.amount == euro(3000));
  CHECK(bulk_operation_id("a", 1) != bulk_operation_id("a", 2));
  CHECK(bulk_operation_id("a", 1) != bulk_operation_id("b", 1));
}

TEST_CASE("errors and rows in flight together never exceed the errors a job may make") {
  BulkJob job;
  job.stop_after = 3;
  CHECK(job.room() == 3);
  job.waiting = 1, job.errors = 2;
  CHECK(job.room() == 0);
  job.waiting = 0, job.errors_before = 2;
  CHECK(job.room() == 3);
  job.stop_after = 0;
  CHECK(job.room() == bulk_in_flight_first);
}

TEST_CASE("rows in flight grow while the workers would run dry and shrink while nearly all of them wait") {
  BulkJob job;
  job.stop_after = 0, job.will = 10'000;
  CHECK(job.rows_per_turn() == 2);
  for (int i = 0; i < 10; ++i) job.pace(job.in_flight_most, 0, 1);
  CHECK(job.in_flight_most == bulk_in_flight_max);
  CHECK(job.rows_per_turn() == 32);
  CHECK(job.look_again_ms() == 256);
  job.waiting = 320, job.done = 9'680;
  CHECK(job.rows_per_turn() == 5);  // the last rows are spread
  job.waiting = 16, job.done = 9'984;
  CHECK(job.rows_per_turn() == 1);
  job.pace(bulk_in_flight_max / 8, 0, 0);  // the last rows: no reason to grow or shrink
  job.pace(800, 40, 600);
  job.pace(800, 400, 760);
  CHECK(job.in_flight_most == bulk_in_flight_max);
  job.pace(800, 40, 720);
  CHECK(job.in_flight_most == bulk_in_flight_max / 2);
  for (int i = 0; i < 10; ++i) job.pace(100, 0, 100);
  CHECK(job.in_flight_most == bulk_in_flight_least);
  job.pace(16, 8, 8);  // half of them decided since the last look
  CHECK(job.in_flight_most == 2 * bulk_in_flight_least);
}

TEST_CASE("a number mistyped by one or two signs leads to the order that is meant") {
  CHECK(nearest_number("2026-10449", {"2026-104490", "2026-999999"}) == "2026-104490");
  CHECK(nearest_number("2026-104941", {"2026-104491", "2026-200000"}) == "2026-104491");
  CHECK(nearest_number("X", {"2026-104491"}).empty());
}
