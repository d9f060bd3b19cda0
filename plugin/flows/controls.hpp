// Internal controls over what persons decide: a second person above the shop's thresholds (four eyes) and some seconds in which a refund can be taken back.
// Both act on the intents of a change before it is committed: they stay durable and reserve their amount, but nothing is sent.
#pragma once
#include "flows/flow.hpp"

namespace amazonpay::flows {

// Marks the new intents of this act; adds the task for the second person and the day's tallies. What the clockwork does by itself passes untouched.
Result<> add_controls(const Ports& ports, const ports::LoadedPayment& loaded, const Plan& plan, const Act& act, const ports::Policy& policy, std::int64_t now_ms,
                      ports::Change& change);

// The time for a yes is over: what still waits for one is withdrawn, and a task says so.
Result<> expire_approvals(const Ports& ports, int limit);

// For the page and the flows: intents of one cause that wait for a second person, or can still be taken back.
std::vector<Intent> awaiting_approval(const std::vector<Intent>& intents, const std::string& cause);
std::vector<Intent> still_to_take_back(const std::vector<Intent>& intents, const std::string& cause);

}  // namespace amazonpay::flows
