// Chargebacks: a buyer asked the bank or Amazon for the money. Amazon's notification is all the API tells of one: it opens the dispute on the order; staff
// answer in Seller Central and say here how it ended. Nothing in this file moves money; what a lost dispute took is reserved as gone (domain/limits).
#pragma once
#include "domain/notification.hpp"
#include "flows/flow.hpp"

namespace amazonpay::flows {

// The order was read just before. The same dispute again, in any order and number: a line in the timeline at most.
Result<> open_dispute(const Ports& ports, const std::string& order_id, const Notification& notification);

// How it ended. lost needs what it took: above zero, at most what the charge yielded. refused with a sentence for what does not fit.
Result<Operation> close_dispute(const Ports& ports, const Act& act, const std::string& dispute_id, DisputeOutcome outcome, const std::optional<Money>& amount);

// What a dispute takes if it is lost, as far as this shop can know: what its charge still holds.
Money proposal_of(const Dispute& dispute, const Payment& payment, const std::vector<Intent>& intents);

}  // namespace amazonpay::flows
