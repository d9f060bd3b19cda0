#include "domain/settled.hpp"

#include <algorithm>
#include <ctime>

#include "domain/csv.hpp"

namespace amazonpay {
namespace {

constexpr const char* line_state_names[] = {"matched", "unmatched", "by_hand", "set_aside"};

Booking booking(const SettlementSum& sum, std::int64_t at_ms, const std::string& order, const std::string& reference, const char* account, Money debit) {
  const auto zero = zero_of(debit.currency());
  const bool is_debit = debit.positive();
  return {day_of(at_ms), sum.settlement_id, order, reference, account, is_debit ? debit : zero, is_debit ? zero : zero - debit};
}

}  // namespace

const char* name_of(LineState state) { return line_state_names[static_cast<int>(state)]; }

LineState line_state(const std::string& name) {
  for (std::size_t i = 0; i < std::size(line_state_names); ++i)
    if (name == line_state_names[i]) return static_cast<LineState>(i);
  return LineState::unmatched;
}

std::string settlement_key(Environment environment, const std::string& settlement_id, Currency currency) {
  return std::string(environment_name(environment)) + "/" + settlement_id + "/" + std::string(currency.code());
}

std::string line_key(const SettledLine& line) {
  return settlement_key(line) + "/" + line.line.transaction_id + "/" + line.line.type + "/" + std::to_string(line.line.occurrence);
}

SettlementSum empty_sum(const SettledLine& of, std::int64_t now_ms) {
  SettlementSum sum;
  sum.environment = of.environment, sum.settlement_id = of.line.settlement_id, sum.read_ms = now_ms;
  sum.collected = sum.refunded = sum.fees = sum.net = zero_of(of.line.amount.currency());
  return sum;
}

void add(SettlementSum& sum, const SettledLine& line) {
  ++sum.lines;
  if (line.state == LineState::unmatched) ++sum.unmatched;
  (line.line.amount.positive() ? sum.collected : sum.refunded) += line.line.amount;
  sum.fees += fee_of(line.line), sum.net += line.line.net;
  if (const auto at_ms = line.line.posted_ms; at_ms != 0) {
    sum.from_ms = sum.from_ms == 0 ? at_ms : std::min(sum.from_ms, at_ms);
    sum.to_ms = std::max(sum.to_ms, at_ms);
  }
}

void replace(SettlementSum& sum, const SettledLine& before, const SettledLine& after) {
  sum.unmatched += (after.state == LineState::unmatched ? 1 : 0) - (before.state == LineState::unmatched ? 1 : 0);
}

PayoutCheck check_payout(const SettlementSum& sum, const std::vector<Payout>& payouts) {
  PayoutCheck check;
  check.paid = check.difference = zero_of(sum.net.currency());
  for (const auto& payout : payouts) {
    if (payout.environment != sum.environment || payout.paid.settlement_id != sum.settlement_id || payout.paid.amount.currency() != sum.net.currency()) continue;
    check.paid += payout.paid.amount;
    check.state = PayoutState::agrees;
  }
  if (check.state == PayoutState::none) return check;
  check.difference = check.paid - sum.net;
  if (!check.difference.zero()) check.state = PayoutState::differs;
  return check;
}

std::vector<Booking> bookings_of(const SettlementSum& sum, const std::vector<SettledLine>& lines, const std::vector<Payout>& payouts) {
  std::vector<Booking> rows;
  const auto zero = zero_of(sum.net.currency());
  auto rest = zero;  // what the lines leave with Amazon until it pays out
  const auto post = [&](const SettledLine& line, const char* account, Money debit) {
    if (!debit.zero()) rows.push_back(booking(sum, line.line.posted_ms == 0 ? sum.read_ms : line.line.posted_ms, line.order_number, line.line.transaction_id, account, debit));
  };
  for (const auto& line : lines) {
    post(line, line.line.amount.positive() ? "sales" : "refunds", zero - line.line.amount);
    post(line, "fees", fee_of(line.line));
    rest += line.line.net;
  }
  for (const auto& payout : payouts) {
    if (payout.environment != sum.environment || payout.paid.settlement_id != sum.settlement_id || payout.paid.amount.currency() != sum.net.currency() || payout.paid.amount.zero()) continue;
    rows.push_back(booking(sum, payout.paid.at_ms, "", payout.paid.reference_id, "bank", payout.paid.amount));
    rest -= payout.paid.amount;
  }
  if (!rest.zero()) rows.push_back(booking(sum, sum.to_ms == 0 ? sum.read_ms : sum.to_ms, "", sum.settlement_id, "clearing", rest));
  return rows;
}

std::string booking_csv(const std::vector<Booking>& bookings) {
  std::string out = "date,settlement,order,reference,account,debit,credit,currency\n";
  for (const auto& b : bookings)
    out += b.day + "," + csv_cell(b.settlement_id) + "," + csv_cell(b.order_number) + "," + csv_cell(b.reference) + "," + b.account + "," + (b.debit.zero() ? "" : to_wire(b.debit)) + "," +
           (b.credit.zero() ? "" : to_wire(b.credit)) + "," + std::string((b.debit.zero() ? b.credit : b.debit).currency().code()) + "\n";
  return out;
}

std::string day_of(std::int64_t unix_ms) {
  const std::time_t seconds = unix_ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[16];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d", &parts)};
}

}  // namespace amazonpay
