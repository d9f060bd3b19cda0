#include <catch2/catch.hpp>

#include "domain/figures.hpp"
#include "payments.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

SettledLine line(const char* transaction, std::int64_t amount, std::int64_t net, LineState state = LineState::matched) {
  SettledLine s;
  s.line.settlement_id = "77", s.line.transaction_id = transaction, s.line.type = amount > 0 ? "Capture" : "Refund";
  s.line.amount = euro(amount), s.line.net = euro(net), s.line.posted_ms = 1'741'601'700'000;
  s.state = state, s.order_number = state == LineState::matched ? "2026-1" : "";
  return s;
}

struct Sums {
  Money debit = euro(0), credit = euro(0);
};
Sums balance(const std::vector<Booking>& rows, const std::string& account = {}) {
  Sums sums;
  for (const auto& row : rows)
    if (account.empty() || account == row.account) sums.debit += row.debit, sums.credit += row.credit;
  return sums;
}

}  // namespace

TEST_CASE("A settlement's booking balances, paid out or not, and whatever sign Amazon gives its fees") {
  const std::vector<SettledLine> lines{line("C1", 100'00, 96'95), line("C2", 20'00, 20'10), line("R1", -30'00, -29'20), line("X", 5'00, 4'00, LineState::unmatched)};
  auto sum = empty_sum(lines[0], 1);
  for (const auto& one : lines) add(sum, one);
  CHECK(sum.net == euro(96'95 + 20'10 - 29'20 + 4'00));
  CHECK(sum.collected + sum.refunded - sum.fees == sum.net);
  CHECK(sum.unmatched == 1);
  Payout payout;
  payout.paid.settlement_id = "77", payout.paid.reference_id = "D1", payout.paid.amount = sum.net;
  for (const auto& payouts : {std::vector<Payout>{}, std::vector<Payout>{payout}}) {
    const auto rows = bookings_of(sum, lines, payouts);
    CHECK(balance(rows).debit == balance(rows).credit);
    CHECK(balance(rows, "sales").credit == euro(125'00));
    CHECK(balance(rows, "refunds").debit == euro(30'00));
    CHECK(balance(rows, payouts.empty() ? "clearing" : "bank").debit == sum.net);
  }
  payout.paid.amount -= euro(1'00);
  CHECK(check_payout(sum, {payout}).state == PayoutState::differs);
  const auto rows = bookings_of(sum, lines, {payout});
  CHECK(balance(rows).debit == balance(rows).credit);
  CHECK(balance(rows, "clearing").debit == euro(1'00));
}

TEST_CASE("A booking holds no formula for a spreadsheet") {
  auto bad = line("C1", 1'00, 90);
  bad.order_number = "=HYPERLINK(\"x\"),";
  auto sum = empty_sum(bad, 1);
  add(sum, bad);
  const auto csv = booking_csv(bookings_of(sum, {bad}, {}));
  CHECK(csv.find("\"'=HYPERLINK(\"\"x\"\"),\"") != std::string::npos);
  CHECK(csv.find("2025-03-10,77,") != std::string::npos);
}

TEST_CASE("Money counts when it crosses the border of the shop: collected, given back, and the way back again") {
  const auto flow = [](Account from, Account to) {
    Entry e;
    e.from = from, e.to = to, e.amount = euro(7'00);
    return flow_of(e);
  };
  CHECK(flow(Account::buyer, Account::captured).collected == euro(7'00));
  CHECK(flow(Account::authorized, Account::captured).collected == euro(7'00));
  CHECK_FALSE(flow(Account::buyer, Account::authorized).any());
  CHECK_FALSE(flow(Account::captured, Account::pending).any());
  CHECK_FALSE(flow(Account::authorized, Account::released).any());
  CHECK(flow(Account::pending, Account::settled).refunded == euro(7'00));
  CHECK(flow(Account::captured, Account::elsewhere).refunded == euro(7'00));
  CHECK(flow(Account::settled, Account::captured).refunded == euro(-7'00));
}

TEST_CASE("Days add up to months exactly") {
  std::vector<DaySum> days;
  for (const char* day : {"2025-02-28", "2025-03-01", "2025-03-31"}) {
    auto one = empty_day(Environment::live, eur, day);
    add(one, Flow{euro(10'01), euro(0)}, "");
    add(one, Flow{euro(0), euro(1'00)}, "goodwill");
    add(one, line("C", 10'01, 9'00));
    days.push_back(one);
  }
  const auto months = grouped(days, 7);
  REQUIRE(months.size() == 2);
  CHECK(months[1].day == "2025-03");
  CHECK(months[1].collected == euro(20'02));
  CHECK(months[1].captures == 2);
  CHECK(months[1].fees == euro(2'02));
  CHECK(months[1].reasons.at("goodwill") == euro(2'00));
  CHECK(days[0].key() == "live/EUR/2025-02-28");
}

TEST_CASE("Times of settlements are read in Amazon's forms") {
  CHECK(settlement_time_ms("20250310T101500Z") == 1'741'601'700'000);
  CHECK(settlement_time_ms("2025-03-10T10:15:00.726Z") == 1'741'601'700'000);
  CHECK(day_of(settlement_time_ms("2025-03-10")) == "2025-03-10");
  CHECK(settlement_time_ms("next week") == 0);
}
