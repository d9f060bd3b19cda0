#pragma once
// The text of a report. Used by reports.cpp when a report is due. nullopt: there is no data in its time, so the report is CANCELLED.
#include <optional>
#include <string>

#include "reports.hpp"

namespace sandbox {

std::optional<std::string> report_file(Bank& bank, const Report& report);

}  // namespace sandbox
