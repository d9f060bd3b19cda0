// Reads Amazon's objects of one order and merges them into the projection: on demand, by polling with back-off while something is not final, before an
// event decides about money. Finds what this shop did not start (drift), refunds that were declined, refunds that take too long.
#pragma once
#include "flows/flow.hpp"

namespace amazonpay::flows {

// unavailable: Amazon could not be reached or refused the keys; the failure is stored with its time, the projection stays as it was.
Result<> read_amazon(const Ports& ports, const ports::ShopOrder& order);
Result<> sync(const Ports& ports, const std::string& order_id);

// decide_and_commit for an order that the shop may have deleted: begins from the event's snapshot.
Result<> decide_and_commit_for(const Ports& ports, const ports::ShopOrder& order, const Decide& decide);

// When the next reading is due: quickly at first, then slower; 0 when everything is final.
std::int64_t next_reading_ms(const Payment& payment, const std::vector<Intent>& intents, std::int64_t now_ms);

// Adds what a reading or an answer means for people: declined and overdue refunds, drift.
void add_findings(ports::Change& change, const std::vector<Intent>& intents, const RefundRules& rules, std::int64_t now_ms);

}  // namespace amazonpay::flows
