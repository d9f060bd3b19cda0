// What staff do with the money of one order. Each commits its intents and answers at once; carry_out() talks to Amazon afterwards.
// refused: the limit or state says no (text for the user) · conflict: the payment changed since the form was rendered.
#pragma once
#include "flows/flow.hpp"

namespace amazonpay::flows {

// charge_id: from this charge alone; empty: over all, the newest first.
Result<Operation> refund(const Ports& ports, const Act& act, Money amount, const std::vector<LinePieces>& lines, const std::string& charge_id = {});
Result<Operation> capture(const Ports& ports, const Act& act, Money amount);
// Capture mode "at checkout": what the first reading of a fresh order finds reserved is captured, once for ever. Part of that reading's commit.
void add_checkout_capture(ports::Change& change, const std::vector<Intent>& intents, const ports::Policy& policy, std::int64_t now_ms);
Result<Operation> cancel_charge(const Ports& ports, const Act& act);
Result<Operation> close_permission(const Ports& ports, const Act& act);
// Accepts refunds made elsewhere as facts; never moves money.
Result<Operation> take_over(const Ports& ports, const Act& act);
// The second person's yes or no to what one act asked for (cause: its operation or event id). denied: the same person asked for it.
Result<Operation> approve(const Ports& ports, const Act& act, const std::string& cause);
Result<Operation> reject(const Ports& ports, const Act& act, const std::string& cause);
// Withdraws what was not sent yet. refused: too late.
Result<Operation> take_back(const Ports& ports, const Act& act, const std::string& cause);
// The clockwork's: nobody approved it in time.
Result<> withdraw_expired(const Ports& ports, const Intent& expired);
// A person looked into Seller Central for an undecided intent: found under this id (checked at Amazon), or not there (empty id): sent again, same key.
Result<Operation> settle_uncertain(const Ports& ports, const Act& act, const std::string& intent_id, const std::string& amazon_id);
// Closes a task of the inbox with a note.
Result<Operation> close_todo(const Ports& ports, const Act& act);

}  // namespace amazonpay::flows
