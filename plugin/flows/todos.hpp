// Closing tasks inside the change of an order: the one place where a task stops being open. Used by every flow that settles one, and by readings, where
// Amazon's answer settles them (sync.hpp). In-call.
#pragma once
#include <functional>

#include "flows/flow.hpp"

namespace amazonpay::flows {

// Closes the open tasks of the change's order that `meant` names; answers how many there were. One that this change closes already stays as it is.
Result<int> close_todos(const Ports& ports, ports::Change& change, const std::string& by, const std::string& note, const std::function<bool(const Todo&)>& meant);

// Whether what the order shows now answers a task, so that nobody works on what has settled. Reservations, refunds and captures by their state at Amazon; what
// only a person can say (a dispute, a check, an undecided answer) never.
bool is_settled(const Todo& todo, const Payment& payment, const std::vector<Intent>& intents, const RefundRules& rules);

// Those that a reading closes by itself: is_settled(), said by Amazon.
Result<> close_settled_todos(const Ports& ports, ports::Change& change, const std::vector<Intent>& intents, const RefundRules& rules);

}  // namespace amazonpay::flows
