// Amazon's settlement reports, read each night: a capture that was paid out becomes "completed", and money whose permission no order carries becomes an
// orphan. Reads only; nothing here moves money. In a task.
#pragma once
#include "flows/flow.hpp"
#include "ports/reports.hpp"
#include "ports/settlements.hpp"

namespace amazonpay::flows {

// Looks for new settlement reports and makes a task for each. There is one kind in the sandbox and another in live.
Result<> find_settlements(const Ports& ports, ports::Reports& reports, ports::Settlements& settlements);

// Reads one report; answers how long to wait before going on with it (large ones are read in parts), 0: done. Repeats are harmless.
Result<std::int64_t> read_settlement_report(const Ports& ports, ports::Reports& reports, ports::Settlements& settlements, const std::string& report_id);

}  // namespace amazonpay::flows
