#include <catch2/catch.hpp>

#include "flows/figures.hpp"
#include "memory_settlements.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

const std::string columns = "TransactionPostedDate\tSettlementId\tAmazonTransactionId\tTransactionType\tAmazonOrderReferenceId\tCurrencyCode\tTransactionAmount\tTotalTransactionFee\tNetTransactionAmount\n";
std::string row(const std::string& transaction, const char* type, const std::string& permission, const std::string& amount) {
  return "20250310T101500Z\t77\t" + transaction + "\t" + type + "\t" + permission + "\tEUR\t" + amount + "\t-1.00\t" + amount + "\n";
}

}  // namespace

TEST_CASE("A settled capture reads completed and captured, once, however often the report is read") {
  World w;
  FakeReports reports;
  MemorySettlements settlements(w.ledger);
  MemoryShelf shelf(settlements);
  auto& order = w.order("o1", euro(80'00), ChargeState::captured);
  reports.publish("1", columns + row(order.charge_id, "Capture", order.permission_id, "80.00"));
  reports.publish("2", columns);
  reports.publish("3", "no settlement at all");
  REQUIRE(flows::find_settlements(w.ports, reports, settlements));
  REQUIRE(flows::find_settlements(w.ports, reports, settlements));
  REQUIRE(settlements.tasks.size() == 3);
  for (int again = 0; again < 2; ++again)
    for (const auto& task : settlements.tasks) CHECK(*flows::read_settlement_report(w.ports, &reports, settlements, shelf, task.report_id) == 0);
  CHECK(reports.downloads == 3);
  CHECK(w.verdict("o1").word == Word::completed_and_captured);
  CHECK(w.ledger.events.count("o1:" + order.charge_id + ":settled") == 1);
  CHECK(settlements.kept.at("1").settled == 1);
  CHECK(settlements.kept.at("2").done);
  CHECK_FALSE(settlements.kept.at("3").problem.empty());
  REQUIRE(flows::sync(w.ports, "o1"));
  CHECK(w.verdict("o1").word == Word::completed_and_captured);
}

TEST_CASE("A settlement's text is kept although its entry on the shelf is written while it is read") {
  World w;
  FakeReports reports;
  MemorySettlements settlements(w.ledger);
  MemoryShelf shelf(settlements);
  reports.publish("1", columns);
  REQUIRE(flows::find_settlements(w.ports, reports, settlements));
  shelf.before_commit = [&] {
    KeptReport listed;
    listed.id = listed.report_id = "1", listed.state = KeptState::ready;
    shelf.reports["1"] = {listed, 1};
  };
  REQUIRE(flows::read_settlement_report(w.ports, &reports, settlements, shelf, "1"));
  CHECK(shelf.reports.at("1").value.kept());
  CHECK(shelf.texts.at("1") == columns);
}

TEST_CASE("A settlement finds money without an order, and a refund of an order that nobody told us of") {
  World w;
  FakeReports reports;
  MemorySettlements settlements(w.ledger);
  MemoryShelf shelf(settlements);
  auto& order = w.order("o1", euro(80'00), ChargeState::captured);
  auto refund = w.amazon.create_refund(order.charge_id, euro(5'00), "", "by hand");
  REQUIRE(refund);
  const auto lost = w.amazon.checkout(euro(30'00), ChargeState::captured);
  reports.publish("1", columns + row(lost + "-C1", "Capture", lost, "30.00") + row(refund->id, "Refund", order.permission_id, "-5.00") + row("S02-8-C1", "Capture", "S02-8", "1.00"));
  REQUIRE(flows::find_settlements(w.ports, reports, settlements));
  REQUIRE(flows::read_settlement_report(w.ports, &reports, settlements, shelf, "1"));
  REQUIRE(w.notifications.orphans.count(lost) == 1);
  CHECK(w.notifications.orphans.at(lost).source == "settlement");
  CHECK(w.notifications.orphans.size() == 1);
  CHECK(settlements.kept.at("1").unknown == 2);
  CHECK(w.verdict("o1").drift == euro(5'00));
}

TEST_CASE("Capture at checkout captures what the first reading finds reserved, once, and leaves old reservations alone") {
  World w;
  w.settings.current.capture_mode = ports::CaptureMode::at_checkout;
  w.order("o1", euro(80'00), ChargeState::authorized);
  w.work();
  REQUIRE(flows::sync(w.ports, "o1"));
  w.work();
  CHECK(w.amazon.captures_made == 1);
  CHECK(w.verdict("o1").word == Word::captured);
  CHECK(w.verdict("o1").drift_collected == euro(0));

  const auto old = w.amazon.checkout(euro(20'00), ChargeState::authorized);
  w.clock.now += 3 * day_ms;
  ports::ShopOrder order = w.orders.orders.at("o1");
  order.id = order.number = "o2", order.permission_id = old, order.charge_id = old + "-C1", order.total = order.original_total = euro(20'00);
  w.orders.orders["o2"] = order;
  REQUIRE(flows::sync(w.ports, "o2"));
  w.work();
  CHECK(w.amazon.captures_made == 1);
}

namespace {

std::string line_of(const std::string& settlement, const std::string& transaction, const char* type, const std::string& permission, const char* amount, const char* fee, const char* net) {
  return "20250310T101500Z\t" + settlement + "\t" + transaction + "\t" + type + "\t" + permission + "\tEUR\t" + amount + "\t" + fee + "\t" + net + "\n";
}

// Three orders' captures and a refund, and one line of another shop.
struct Settled {
  World w;
  FakeReports reports;
  MemorySettlements settlements{w.ledger};
  MemoryShelf shelf{settlements};
  std::string text = columns;
  std::string permission;

  Settled() {
    for (int i = 1; i <= 3; ++i) {
      auto& order = w.order("o" + std::to_string(i), euro(80'00), ChargeState::captured);
      permission = order.permission_id;
      text += line_of("77", order.charge_id, "Capture", order.permission_id, "80.00", "2.51", "77.49");
    }
    auto refund = w.amazon.create_refund(w.orders.orders.at("o1").charge_id, euro(5'00), "", "by hand");
    text += line_of("77", refund->id, "Refund", w.orders.orders.at("o1").permission_id, "-5.00", "-0.14", "-4.86");
    text += line_of("77", "S09-1-C1", "Capture", "S09-1", "10.00", "0.62", "9.38");
    reports.publish("1", text);
    Disbursement paid;
    paid.settlement_id = "77", paid.reference_id = "DISB1", paid.amount = euro(3 * 77'49 - 4'86 + 9'38), paid.at_ms = w.clock.now - 1000;
    reports.disbursements.push_back(paid);
  }
  Result<> find() { return flows::find_settlements(w.ports, reports, settlements); }
  Result<std::int64_t> read(const std::string& id = "1") { return flows::read_settlement_report(w.ports, &reports, settlements, shelf, id); }
  const SettlementSum& sum() { return settlements.sums.at("sandbox/77/EUR").value; }
  DaySum& day() { return settlements.days.at("sandbox/EUR/2025-03-10").value; }
};

void check_sums(Settled& s) {
  REQUIRE(s.settlements.lines.size() == 5);
  CHECK(s.sum().lines == 5);
  CHECK(s.sum().unmatched == 1);
  CHECK(s.sum().collected == euro(250'00));
  CHECK(s.sum().refunded == euro(-5'00));
  CHECK(s.sum().fees == euro(3 * 2'51 - 14 + 62));
  CHECK(s.sum().net == euro(3 * 77'49 - 4'86 + 9'38));
  // the other shop's line is not this shop's money
  CHECK(s.day().fees == euro(3 * 2'51 - 14));
  CHECK(s.day().paid_out == euro(3 * 77'49 - 4'86));
}

}  // namespace

TEST_CASE("Lines of a settlement add up to its payout, each matched or listed with the reason [T18]", "[T18]") {
  Settled s;
  REQUIRE(s.find());
  REQUIRE(*s.read() == 0);
  REQUIRE(flows::read_payouts(s.w.ports, s.reports, s.settlements));
  check_sums(s);
  std::vector<Payout> payouts;
  for (const auto& [name, payout] : s.settlements.payouts) payouts.push_back(payout);
  CHECK(check_payout(s.sum(), payouts).state == PayoutState::agrees);
  payouts[0].paid.amount += euro(1'00);
  CHECK(check_payout(s.sum(), payouts).difference == euro(1'00));
  const auto foreign = *s.settlements.unmatched(Environment::sandbox, 10);
  REQUIRE(foreign.size() == 1);
  CHECK(foreign[0].why.id == "No order of this shop carries this payment");
}

TEST_CASE("Sums are exact wherever the reading of a settlement breaks off, and however often it is read") {
  for (const bool lose : {false, true})
    for (int at = 1; at <= 3; ++at) {
      Settled s;
      REQUIRE(s.find());
      s.settlements.fail_commit_in = at, s.settlements.lose_commit_answer = lose;
      for (int again = 0; again < 4; ++again) (void)s.read();
      check_sums(s);
      s.settlements.fail_commit_in = 0;
      s.reports.publish("2", s.text);  // another report lists the same lines
      REQUIRE(s.find());
      REQUIRE(s.read("2"));
      check_sums(s);
    }
}

TEST_CASE("A reading that stops behind any line goes on there and counts each line once") {
  for (int stop = 0; stop <= 5; ++stop) {
    Settled s;
    REQUIRE(s.find());
    // A first reading that had come so far: the same lines, a shorter file.
    std::string first = columns;
    std::size_t at = columns.size();
    for (int line = 0; line < stop; ++line) {
      const auto end = s.text.find('\n', at) + 1;
      first += s.text.substr(at, end - at), at = end;
    }
    s.reports.publish("0", first);
    REQUIRE(s.find());
    REQUIRE(s.read("0"));
    REQUIRE(s.read());
    check_sums(s);
  }
}

TEST_CASE("An unmatched line is matched by hand or set aside once; neither moves money nor is it undone by another reading") {
  Settled s;
  REQUIRE(s.find());
  REQUIRE(s.read());
  const Actor jana{"u1", "Jana"};
  const auto key = line_key(s.settlements.unmatched(Environment::sandbox, 10)->front());
  CHECK(flows::set_line_aside(s.w.ports, s.settlements, key, "", jana).kind() == Kind::refused);
  REQUIRE(flows::match_line(s.w.ports, s.settlements, key, s.w.orders.orders.at("o2"), jana));
  CHECK(flows::set_line_aside(s.w.ports, s.settlements, key, "other shop", jana).kind() == Kind::conflict);
  CHECK(s.sum().unmatched == 0);
  CHECK(s.sum().lines == 5);
  CHECK(s.day().fees == euro(3 * 2'51 - 14 + 62));
  CHECK(s.settlements.audit.back().event == "settlement.line_matched");
  s.reports.publish("2", s.text);
  REQUIRE(s.find());
  REQUIRE(s.read("2"));
  CHECK(s.settlements.lines.at(key).value.state == LineState::by_hand);
  CHECK(s.w.amazon.refunds_made() == 1);
}

TEST_CASE("A line that came before its order finds it later") {
  Settled s;
  s.reports.made.clear();
  const auto permission = s.w.amazon.checkout(euro(30'00), ChargeState::captured);
  s.reports.publish("1", columns + line_of("78", permission + "-C1", "Capture", permission, "30.00", "1.00", "29.00"));
  REQUIRE(s.find());
  REQUIRE(s.read());
  CHECK(s.settlements.unmatched(Environment::sandbox, 10)->size() == 1);
  ports::ShopOrder order = s.w.orders.orders.at("o1");
  order.id = order.number = "late", order.permission_id = permission, order.charge_id = permission + "-C1", order.total = order.original_total = euro(30'00);
  s.w.orders.orders["late"] = order;
  REQUIRE(flows::sync(s.w.ports, "late"));
  REQUIRE(flows::match_again(s.w.ports, s.settlements));
  CHECK(s.settlements.unmatched(Environment::sandbox, 10)->empty());
  CHECK(s.settlements.sums.at("sandbox/78/EUR").value.unmatched == 0);
}

TEST_CASE("A brought file is read like Amazon's; another merchant's and live money in the sandbox are refused") {
  Settled s;
  s.w.settings.current.merchant_id = "A1EXAMPLESELL0";
  const Actor jana{"u1", "Jana"};
  CHECK(flows::bring_settlement(s.w.ports, s.shelf, {"f1", "hello", "x.txt", jana}).kind() == Kind::refused);
  CHECK(flows::bring_settlement(s.w.ports, s.shelf, {"f1", "SellerId\tA9OTHER\n" + s.text, "x.txt", jana}).kind() == Kind::refused);
  CHECK(flows::bring_settlement(s.w.ports, s.shelf, {"f1", columns + line_of("9", "P02-1-C1", "Capture", "P02-1", "1.00", "0.10", "0.90"), "x.txt", jana}).kind() == Kind::refused);
  CHECK(s.shelf.reports.empty());
  for (int twice = 0; twice < 2; ++twice) CHECK(*flows::bring_settlement(s.w.ports, s.shelf, {"f1", "SellerId\tA1EXAMPLESELL0\n" + s.text, "x.txt", jana}) == 5);
  REQUIRE(s.shelf.tasks.size() == 1);
  REQUIRE(*flows::read_settlement_report(s.w.ports, nullptr, s.settlements, s.shelf, "f1") == 0);
  check_sums(s);
  CHECK(s.reports.downloads == 0);
}

TEST_CASE("The days hold what the ledger moved, each entry once, with refunds by reason") {
  World w;
  MemorySettlements settlements(w.ledger);
  w.order("o1", euro(80'00), ChargeState::captured);
  w.order("o2", euro(50'00), ChargeState::authorized);
  auto act = w.act("o1", "op1");
  act.reason = "goodwill";
  REQUIRE(flows::refund(w.ports, act, euro(5'00), {}));
  w.work();
  w.settle();
  const auto total = [&](bool waiting) {
    std::vector<DaySum> all;
    for (const auto& [key, stored] : settlements.days) all.push_back(stored.value);
    const auto since = flows::uncounted(w.ports, settlements, settlements.counted.value, 500);
    if (waiting) all.insert(all.end(), since->days.begin(), since->days.end());
    return grouped(all, 0);
  };
  const auto check = [&](const std::vector<DaySum>& sums) {
    REQUIRE(sums.size() == 1);
    CHECK(sums[0].collected == euro(80'00));
    CHECK(sums[0].captures == 1);
    CHECK(sums[0].refunded == euro(5'00));
    REQUIRE(sums[0].reasons.size() == 1);
    CHECK(sums[0].reasons.begin()->first == "goodwill");
    CHECK(sums[0].reasons.begin()->second == euro(5'00));
  };
  check(total(true));
  w.clock.now += 3'600'000;
  settlements.fail_commit_in = 1, settlements.lose_commit_answer = true;
  for (int again = 0; again < 3; ++again) (void)flows::count_entries(w.ports, settlements);
  check(total(false));
  check(total(true));
}
