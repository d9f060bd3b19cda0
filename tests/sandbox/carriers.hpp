#pragma once
// The carrier codes that Delivery Tracker takes: the well-known ones out of Amazon's list of about 470. Any thread.
#include <string_view>

namespace sandbox {

bool is_carrier(std::string_view code);

}  // namespace sandbox
