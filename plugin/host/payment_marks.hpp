// Marks: how a payment is found. For every combination of word, currency and flag a reader can filter by, the store holds one small document whose key is
// that combination, then the moment, then the order; so each filtered list is a walk along keys, whatever the size of the shop. References (order number,
// Amazon's ids) are marks, too, so that a search begins where its text begins. Written by StoreLedger with the payment, in the same commit; a payment knows
// its marks, so a change takes away exactly those that do not hold any more. Pure, but for label_old_payments.
//   live/open/EUR/-/01763500000000/o-7     ref/live/s01-1234567-7654321/o-7
#pragma once
#include <hostapi/sdk.hpp>

#include <optional>
#include <string>
#include <vector>

#include "domain/transaction.hpp"

namespace amazonpay::host {

namespace json = boost::json;

constexpr std::int64_t marks_version = 1;  // raise it when marks change: payments are labelled anew by recovery


// The part of a key before the moment; "-" stands for any.
struct MarkFilter {
  Environment environment = Environment::sandbox;
  std::optional<TransactionWord> word;
  std::string currency;                    // empty: any
  std::optional<TransactionFlag> flag;
};
std::string mark_prefix(const MarkFilter& filter);
// "01763500000000": sorts as the number does.
std::string mark_moment(std::int64_t ms);
// The moment and the order of a key that a walk gave.
struct MarkPlace {
  std::string place;      // "01763500000000/o-7": where a page goes on
  std::string order_id;
};
std::optional<MarkPlace> place_in(const std::string& key, const std::string& prefix);

std::string reference_prefix(Environment environment, const std::string& typed);  // empty: nothing to search by

std::vector<std::string> marks_of(const Payment& payment, const Standing& standing, std::int64_t now_ms);

// What stands in the stored document beside the payment: the standing and the marks written for it.
void add_marks(json::object& value, const Payment& payment, const Standing& standing, const std::vector<std::string>& marks);
Result<Standing> standing_in(const json::value& value, Currency currency);  // not_found: the payment is not labelled yet
std::vector<std::string> marks_in(const json::value& value);
json::object mark_value(const Payment& payment);  // what a mark holds: the total, for filters by amount
json::value marked_total_in(const json::value& value);

// Payments stored before there were marks (or with older ones) get them, some hundred per call. Answers how many it labelled.
Result<int> label_old_payments(const hostapi::sdk::Session& session);

}  // namespace amazonpay::host
