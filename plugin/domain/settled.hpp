// What a settlement left behind in this shop: each line with the order it belongs to or why it belongs to none, the sums per settlement, Amazon's payout
// beside them, and the booking of it all. Pure values and sums; written by flows/settlements in the commit that moves the reading on, so that a line counts
// once however often its report is read. Nothing here moves money.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "domain/intent.hpp"
#include "domain/report.hpp"
#include "domain/settlement.hpp"
#include "domain/text.hpp"

namespace amazonpay {

enum class LineState { matched, unmatched, by_hand, set_aside };  // by_hand: a person said which order; set_aside: a person said that none is to be found
const char* name_of(LineState state);
LineState line_state(const std::string& name);
constexpr bool has_order(LineState state) { return state == LineState::matched || state == LineState::by_hand; }

struct SettledLine {
  Environment environment = Environment::sandbox;
  SettlementLine line;
  std::string report_id;       // where it was read first
  LineState state = LineState::unmatched;
  Text why;                    // of an unmatched line
  std::string order_id;
  std::string order_number;
  bool converted = false;      // paid out in another currency than the buyer paid in
  Actor decided_by;            // of by_hand and set_aside
  std::string note;
  std::int64_t decided_ms = 0;
};

// One settlement has one currency; a file with several is as many settlements. "live/18840213771/EUR"
std::string settlement_key(Environment environment, const std::string& settlement_id, Currency currency);
inline std::string settlement_key(const SettledLine& line) { return settlement_key(line.environment, line.line.settlement_id, line.line.amount.currency()); }
// The same line of the same settlement has the same key in every report that lists it.
std::string line_key(const SettledLine& line);

struct SettlementSum {
  Environment environment = Environment::sandbox;
  std::string settlement_id;
  int lines = 0;
  int unmatched = 0;
  Money collected;             // amounts above zero
  Money refunded;              // amounts below zero, as a negative
  Money fees;
  Money net;                   // collected + refunded - fees
  std::int64_t from_ms = 0;    // first and last posted line; 0: the lines do not tell
  std::int64_t to_ms = 0;
  std::int64_t read_ms = 0;    // first line read
  std::string key() const { return settlement_key(environment, settlement_id, net.currency()); }
};
SettlementSum empty_sum(const SettledLine& of, std::int64_t now_ms);
void add(SettlementSum& sum, const SettledLine& line);
void replace(SettlementSum& sum, const SettledLine& before, const SettledLine& after);  // the same line, decided anew

struct Payout {
  Environment environment = Environment::sandbox;
  Disbursement paid;
};

enum class PayoutState { none, agrees, differs };  // none: Amazon has listed no payout for it yet
struct PayoutCheck {
  PayoutState state = PayoutState::none;
  Money paid;
  Money difference;            // paid less what the lines say
};
PayoutCheck check_payout(const SettlementSum& sum, const std::vector<Payout>& payouts);

// Double-entry booking: debits and credits of one settlement add up to the same.
struct Booking {
  std::string day;             // 2026-11-20
  std::string settlement_id;
  std::string order_number;
  std::string reference;       // charge, refund or payout
  const char* account = "";    // sales, refunds, fees, bank, clearing
  Money debit, credit;         // one of them is zero
};
std::vector<Booking> bookings_of(const SettlementSum& sum, const std::vector<SettledLine>& lines, const std::vector<Payout>& payouts);
std::string booking_csv(const std::vector<Booking>& bookings);

// "2026-11-20", of UTC.
std::string day_of(std::int64_t unix_ms);

}  // namespace amazonpay
