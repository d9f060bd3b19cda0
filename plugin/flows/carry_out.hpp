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

// For an act that is sent in the same turn that decides it: marks as sending those new intents of the change that may go now, and drops their tasks. What is
// marked so and committed goes to send(), in a task that stays in the queue until then.
std::vector<Intent> mark_sending(ports::Change& change, const ports::Policy& policy, std::int64_t now_ms);
// The second half of carry_out: the marks are durable.
Result<> send(const Ports& ports, const std::vector<Intent>& marked, const ports::Policy& policy);

// What the host should know of several failures: "only our own turn did not come" says least.
void keep_failure(std::optional<Failure>& kept, const Failure& failure);

}  // namespace amazonpay::flows
