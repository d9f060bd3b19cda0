// Makes a failing run small enough to read: acts and faults are left out, first many at once, then one by one, as long as the same invariant still breaks.
#pragma once
#include "plan.hpp"

namespace simulation {

Run shortened(const Run& failing, const std::string& invariant);

}  // namespace simulation
