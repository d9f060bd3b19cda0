// What was collected, given back and paid in fees on one day, per environment and currency: the sums behind the charts. Kept as small documents, so that a
// page over a year reads a few hundred of them however large the shop is. Fed by the double-entry ledger (each entry once, flows/figures) and by settlement
// lines (each once, flows/settlements). Days are of UTC. Pure.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "domain/ledger.hpp"
#include "domain/settled.hpp"

namespace amazonpay {

struct DaySum {
  Environment environment = Environment::sandbox;
  std::string day;                       // 2026-11-22
  Money collected;                       // captured at Amazon
  Money refunded;                        // really given back, also by others; above zero
  Money fees;                            // of this shop's settlement lines posted that day
  Money paid_out;                        // their net
  int captures = 0, refunds = 0;
  int converted = 0;                     // lines whose buyer paid in another currency; not among fees and paid_out
  std::map<std::string, Money> reasons;  // of refunds this shop made: id of the reason (may be empty) → sum
  std::string key() const;               // live/EUR/2026-11-22
};
std::string day_key(Environment environment, Currency currency, const std::string& day);
DaySum empty_day(Environment environment, Currency currency, const std::string& day);

// What an entry means for the figures; zero for movements inside (reserved, pending).
struct Flow {
  Money collected, refunded;
  bool any() const { return !collected.zero() || !refunded.zero(); }
};
Flow flow_of(const Entry& entry);
// Sandbox ids begin with S, live ones with P (API reference 10.2).
Environment environment_of_id(const std::string& amazon_id);

void add(DaySum& day, const Flow& flow, const std::string& reason);
void add(DaySum& day, const SettledLine& line);                  // of a line with an order

// Days of one currency added to what begins with the same letters: 7 for months ("2026-11"), 10 for days. In order.
std::vector<DaySum> grouped(const std::vector<DaySum>& days, std::size_t letters);

}  // namespace amazonpay
