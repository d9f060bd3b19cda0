// Steps four and five of every act: call Amazon with the stored key, commit the outcome. Always in a task, at least once; a repeat sends the same bytes under
// the same key, so Amazon acts once. What happened decides what follows (architecture, money and outcomes):
//   not sent → planned again, later · no usable answer → uncertain, same key again · refused → re-read first, the goal may be reached already ·
//   accepted → polled until final · final → booked.
#pragma once
#include "flows/flow.hpp"

namespace amazonpay::flows {

// Sends what is still to be sent of these intents, one after the other; their marks "sending" are one commit and their outcomes another. Once Amazon cannot be
// reached the rest is not sent. unavailable, uncertain, conflict: the host runs the task again with back-off. Success: nothing is left to send.
Result<> carry_out(const Ports& ports, const std::vector<std::string>& intent_ids);

}  // namespace amazonpay::flows
