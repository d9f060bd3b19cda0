// The frame of every act of a person: the same operation gets its first answer again, also when the commit's own answer got lost or a twin of the click was faster.
#pragma once
#include "flows/flow.hpp"

namespace amazonpay::flows {

// `decide` puts `operation` into the change; it may still fill in the answer.
Result<Operation> finish_act(const Ports& ports, const Act& act, const Operation& operation, const Decide& decide);

}  // namespace amazonpay::flows
