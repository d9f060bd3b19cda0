// Amazon's settlement reports, read each night: a capture that was paid out becomes "completed", money whose permission no order carries becomes an orphan,
// and every line is kept with its fee, its order or why it has none. The line, the sums of its settlement and the day it counts on are written in the commit
// that moves the reading on, so that a restart anywhere leaves exact sums. Reads and records only; nothing here moves money.
#pragma once
#include "flows/flow.hpp"
#include "ports/report_shelf.hpp"
#include "ports/reports.hpp"
#include "ports/settlements.hpp"

namespace amazonpay::flows {

// Looks for new settlement reports and makes a task for each. There is one kind in the sandbox and another in live.
Result<> find_settlements(const Ports& ports, ports::Reports& reports, ports::Settlements& settlements);

// Reads one report; answers how long to wait before going on with it (large ones are read in parts), 0: done. Repeats are harmless.
// reports may be empty for a file that a person brought: its text is on the shelf.
Result<std::int64_t> read_settlement_report(const Ports& ports, ports::Reports* reports, ports::Settlements& settlements, ports::ReportShelf& shelf, const std::string& report_id);

// What Amazon has paid out since the last look; compared with the lines wherever a settlement is shown.
Result<> read_payouts(const Ports& ports, ports::Reports& reports, ports::Settlements& settlements);

// A person brings a settlement file: checked here (refused with a sentence), read by a task. Answers how many lines it has.
struct BroughtFile {
  std::string id;          // made when the form was rendered; the same id is taken once
  std::string text;
  std::string file_name;
  Actor who;
};
Result<int> bring_settlement(const Ports& ports, ports::ReportShelf& shelf, const BroughtFile& file);

// Unmatched lines: a record only. conflict: somebody decided it meanwhile.
Result<> set_line_aside(const Ports& ports, ports::Settlements& settlements, const std::string& line_key, const std::string& note, const Actor& who);
Result<> match_line(const Ports& ports, ports::Settlements& settlements, const std::string& line_key, const ports::ShopOrder& order, const Actor& who);
// Lines that came before their order: looked for again.
Result<> match_again(const Ports& ports, ports::Settlements& settlements);

ports::Task settlement_task(const std::string& report_id, std::int64_t due_ms);

}  // namespace amazonpay::flows
