// Reads Amazon's objects of one order and merges them into the projection: on demand, by polling with back-off while something is not final, before an
// event decides about money. Finds what this shop did not start (drift), refunds that were declined, refunds that take too long.
#pragma once
#include "flows/flow.hpp"

namespace amazonpay::flows {

// Objects to read although this shop does not know them yet: Amazon has no list operation, so only notifications and reports tell of them. One that does
// not belong to the order, or that Amazon does not know, is left out.
struct Hints {
  std::vector<std::string> charge_ids;
  std::vector<std::string> refund_ids;
};

// unavailable: Amazon could not be reached or refused the keys; the failure is stored with its time, the projection stays as it was.
Result<> read_amazon(const Ports& ports, const ports::ShopOrder& order, const Hints& hints = {});
Result<> sync(const Ports& ports, const std::string& order_id, const Hints& hints = {});

// decide_and_commit for an order that the shop may have deleted: begins from the event's snapshot.
Result<> decide_and_commit_for(const Ports& ports, const ports::ShopOrder& order, const Decide& decide);

// When the next reading is due. While something is undecided: quickly at first, then slower. When everything is final: in the night, to find what others did
// at Amazon (drift), each night while the payment is young, then weekly, then monthly; 0 once Amazon's refund times are long over.
std::int64_t next_reading_ms(const Payment& payment, const std::vector<Intent>& intents, std::int64_t now_ms);

// Adds what a reading or an answer means for people: declined and overdue refunds, drift, reservations that grow old.
void add_findings(ports::Change& change, const std::vector<Intent>& intents, const RefundRules& rules, std::int64_t now_ms);

}  // namespace amazonpay::flows
