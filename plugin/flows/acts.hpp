// What staff do with the money of one order. Each commits its intents and answers at once; carry_out() talks to Amazon afterwards.
// refused: the limit or state says no (text for the user) · conflict: the payment changed since the form was rendered.
#pragma once
#include "flows/flow.hpp"

namespace amazonpay::flows {

Result<Operation> refund(const Ports& ports, const Act& act, Money amount, const std::vector<LinePieces>& lines);
Result<Operation> capture(const Ports& ports, const Act& act, Money amount);
// Capture mode "at checkout": what the first reading of a fresh order finds reserved is captured, once for ever. Part of that reading's commit.
void add_checkout_capture(ports::Change& change, const std::vector<Intent>& intents, const ports::Policy& policy, std::int64_t now_ms);
Result<Operation> cancel_charge(const Ports& ports, const Act& act);
Result<Operation> close_permission(const Ports& ports, const Act& act);
// Accepts refunds made elsewhere as facts; never moves money.
Result<Operation> take_over(const Ports& ports, const Act& act);
// Closes a task of the inbox with a note.
Result<Operation> close_todo(const Ports& ports, const Act& act);

}  // namespace amazonpay::flows
