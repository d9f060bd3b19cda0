// What a bulk job would do with one row: the act, less than asked for, or nothing, and why. Reuses the plans of single acts (domain/plan.hpp), so that a row
// never does what a click could not. Pure; the dry run stores the answer, and the row acts later only as far as it still holds.
#pragma once
#include "domain/bulk.hpp"
#include "domain/plan.hpp"

namespace amazonpay {

struct BulkCheck {
  BulkKind kind = BulkKind::refund;
  RefundRules rules;
  Environment environment = Environment::sandbox;
  std::int64_t now_ms = 0;
};

BulkRow verdict_of_row(const BulkCheck& check, const AskedRow& asked, const Payment& payment, const std::vector<Intent>& intents);
BulkRow left_out_row(const AskedRow& asked, Text why);

// The plan of a row when it acts. refused: the payment changed since the dry run, so that the row would do something else or more than was confirmed.
Result<Plan> plan_row(const BulkCheck& check, const BulkRow& row, const std::string& stand_now, const Payment& payment, const std::vector<Intent>& intents);

// Among these numbers the one that is probably meant; empty: none is near enough.
std::string nearest_number(const std::string& asked, const std::vector<std::string>& numbers);

}  // namespace amazonpay
