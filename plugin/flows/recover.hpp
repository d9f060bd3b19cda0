// The safety net, run at start and every half minute: intents that wait longer than they should get their task again, readings that are due happen.
#pragma once
#include "flows/flow.hpp"

namespace amazonpay::flows {

Result<> recover(const Ports& ports);

}  // namespace amazonpay::flows
