// Finding the order of a settlement line, and writing lines with their sums. Shared by the flows of settlements only.
#pragma once
#include "flows/flow.hpp"
#include "ports/settlements.hpp"

namespace amazonpay::flows {

struct LinePlace {
  std::string order_id;       // empty: none
  std::string order_number;
  Currency currency;          // the buyer's
  Text why;                   // no order: why
};
// Marks the charge as paid out at its order; the same line may come any number of times.
Result<LinePlace> place_line(const Ports& ports, const SettlementLine& line);
// Money at Amazon that no order of this shop carries becomes an orphan.
Result<> note_orphan(const Ports& ports, const SettlementLine& line);

// Adds lines to a change with their sums and days. A stored line changes only from unmatched to matched or decided: it never loses its order again.
class LineWriter {
 public:
  LineWriter(const Ports& ports, ports::Settlements& settlements) : ports_(ports), settlements_(settlements) {}
  Result<> write(const SettledLine& line);
  ports::SettlementChange take() { return std::move(change_); }

 private:
  Result<ports::StoredSum*> sum_of(const SettledLine& line);
  Result<ports::StoredDay*> day_of_line(const SettledLine& line);
  const Ports& ports_;
  ports::Settlements& settlements_;
  ports::SettlementChange change_;
};

}  // namespace amazonpay::flows
