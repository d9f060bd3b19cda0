// What a typed refund amount comes to: how it is read, whether it is possible, and what follows. The same answer while staff type (assets/amount.js gets
// the sums and sentences from the form), in the form after a refusal, and before the sheet. Pure; the limit itself is plan_refund()'s.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "domain/approval.hpp"

namespace amazonpay {

// What one choice of charge leaves to give back.
struct RefundRoom {
  Money held, refundable;
  std::optional<Money> approval;    // a single refund above needs a second person
  bool compensation_approved = false;  // so does every refund above what is held
};
RefundRoom room_of(const ChargeSums& sums, const ApprovalRules& rules);

struct TypedAmount {
  const char* role = "good";        // good, wait (possible, with a consequence; or asked back), stop
  Text say;
  std::vector<Money> readings;      // two: which of them?
};
TypedAmount judge_refund(const std::string& typed, const RefundRoom& room);

// The sentences of judge_refund() for a possible amount and one that is too large; a script fills the places.
namespace sentence {
constexpr const char* within = tr("Read as {amount}. Afterwards {rest} can still be refunded.");
constexpr const char* compensation = tr("Read as {amount}. {more} of it is compensation, paid from your account.");
constexpr const char* approval = tr("Possible, but above {limit} a second person approves.");
constexpr const char* compensation_approval = tr("Possible, but {more} of it is compensation: a second person approves.");
constexpr const char* too_much = tr("Too much by {more}. At most {most} can be refunded.");
constexpr const char* which = tr("Do you mean {first} or {second}? Write the cents to be clear.");
}  // namespace sentence

}  // namespace amazonpay
