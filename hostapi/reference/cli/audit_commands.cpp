/* shopadmin audit list|verify|export */
#include <fcntl.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <iostream>

#include "audit/export.hpp"
#include "cli/command.hpp"

namespace shopadmin::cli {

namespace {
int list_audit(Command& command, const AuditQuery& query) {
  auto app = open_app(command);
  if (!app) return 1;
  json::array entries;
  for (const auto& entry : app->audit.list(query)) {
    entries.push_back(to_document(entry));
    if (command.json_output) continue;
    std::cout << entry.id << "\t" << iso_time(entry.at_ms) << "\t" << entry.who_name << "\t" << entry.event << "\t" << entry.order_number;
    if (entry.amount_minor) std::cout << "\t" << app->texts.format("en", "money", {{"minor", *entry.amount_minor}, {"currency", entry.currency}});
    std::cout << "\t" << entry.reason << "\n";
  }
  if (command.json_output) print_json(entries);
  return 0;
}

struct VerifyOptions {
  AuditCheckOptions check;
  std::string file;
};

int tell(const Command& command, const AuditCheck& check, const VerifyOptions& options) {
  if (command.json_output) {
    print_json(to_document(check));
    return check.good() ? 0 : 1;
  }
  if (!check.good()) {
    for (const auto& finding : check.findings) std::cerr << "shopadmin: " << finding.message << "\n";
    std::cerr << "shopadmin: the audit trail is not as it was written (" << check.entries << " entries looked at). Compare with a backup or an export.\n";
    return 1;
  }
  std::cout << check.entries << " entries, all good.\n";
  if (check.erased_notes > 0) std::cout << check.erased_notes << " notes were erased with their orders.\n";
  if (!options.check.head.empty() && check.after_head > 0) std::cout << check.after_head << " entries came after the head you gave.\n";
  if (!check.head.empty()) std::cout << "head " << check.head << "\n";
  return 0;
}

int verify_audit(Command& command, const VerifyOptions& options) {
  if (!options.file.empty()) {
    const auto check = check_audit_file(options.file, options.check);
    return check ? tell(command, *check, options) : fail(check.problem());
  }
  if (options.check.selection) return fail({Kind::invalid, "--selection is for files that hold only some entries; give --file.", ""});
  auto app = open_app(command);
  return app ? tell(command, app->audit.verify(options.check), options) : 1;
}

struct ExportOptions {
  AuditQuery query;
  std::string format = "jsonl", from, to, output;
};

/* 2026-11-21 (UTC; its first millisecond) or 2026-11-21T13:00:00Z */
Result<std::int64_t> moment(const std::string& text, const char* option) {
  std::tm parts{};
  const char* end = ::strptime(text.c_str(), text.size() > 10 ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%d", &parts);
  const auto day = parts.tm_mday;
  const auto seconds = end && *end == '\0' ? ::timegm(&parts) : -1;
  if (seconds < 0 || parts.tm_mday != day) return Problem{Kind::invalid, std::string(option) + " must be a day such as 2026-11-21 or a time such as 2026-11-21T13:00:00Z (UTC), not \"" + text + "\".", ""};
  return static_cast<std::int64_t>(seconds) * 1000;
}

Result<void> read_times(ExportOptions& options) {
  constexpr std::int64_t day_ms = 24LL * 3600 * 1000;
  if (!options.from.empty()) {
    const auto from = moment(options.from, "--from");
    if (!from) return from.problem();
    options.query.from_ms = *from;
  }
  if (options.to.empty()) return {};
  const auto to = moment(options.to, "--to");
  if (!to) return to.problem();
  options.query.to_ms = *to + (options.to.size() > 10 ? 0 : day_ms); /* a day is meant to its end */
  return {};
}

/* Into a file beside it first: nobody finds half an export under the name. Only its owner may read it, it names people. */
Result<std::int64_t> export_to_file(Audit& audit, const ExportOptions& options) {
  const std::string part = options.output + ".part";
  const int file = ::open(part.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) return Problem{Kind::unavailable, "The file " + part + " cannot be written. Check --output.", ""};
  ::close(file);
  std::ofstream out(part, std::ios::binary);
  auto entries = export_audit(audit, options.query, options.format == "csv", out);
  out.close();
  if (entries && (!out || std::rename(part.c_str(), options.output.c_str()) != 0)) entries = Problem{Kind::unavailable, "The file " + options.output + " cannot be written. Check --output and the space on the disk.", ""};
  if (!entries) std::remove(part.c_str());
  return entries;
}

int export_trail(Command& command, ExportOptions options) {
  if (auto good = read_times(options); !good) return fail(good.problem());
  auto app = open_app(command);
  if (!app) return 1;
  const auto entries = options.output.empty() ? export_audit(app->audit, options.query, options.format == "csv", std::cout) : export_to_file(app->audit, options);
  if (!entries) return fail(entries.problem());
  if (command.json_output && !options.output.empty()) print_json(json::object{{"entries", *entries}, {"file", options.output}});
  else if (!options.output.empty()) std::cout << *entries << " entries in " << options.output << ".\n";
  return 0;
}

void add_filters(CLI::App& app, AuditQuery& query) {
  app.add_option("--event", query.event, "Only this event");
  app.add_option("--order", query.order_number, "Only this order number");
}
}  // namespace

void add_audit(CLI::App& root, Command& command) {
  auto* group = root.add_subcommand("audit", "Who did what");
  group->require_subcommand(1);
  auto query = std::make_shared<AuditQuery>();
  auto* list = group->add_subcommand("list", "Entries, newest first");
  list->footer("Example:\n  shopadmin audit list --order 10042 --limit 20");
  add_filters(*list, *query);
  list->add_option("--limit", query->limit, "At most so many")->capture_default_str();
  list->callback([&command, query] { command.run = [&command, query] { return list_audit(command, *query); }; });

  auto checked = std::make_shared<VerifyOptions>();
  auto* verify = group->add_subcommand("verify", "Check the chain of entries; prints the digest of the last one (head)");
  verify->footer("Example:\n  shopadmin audit verify");
  verify->add_option("--head", checked->check.head, "A head printed earlier: finds that entries after it were cut off");
  verify->add_option("--file", checked->file, "Check an export (JSON lines) instead of the database");
  verify->add_flag("--selection", checked->check.selection, "The file was exported with a filter: look at each entry by itself");
  verify->callback([&command, checked] { command.run = [&command, checked] { return verify_audit(command, *checked); }; });

  auto exported = std::make_shared<ExportOptions>();
  auto* out = group->add_subcommand("export", "Write entries, oldest first, as JSON lines or CSV");
  out->footer("Example:\n  shopadmin audit export --format csv --from 2026-11-01 --to 2026-11-30 --output november.csv");
  out->add_option("--format", exported->format, "jsonl or csv")->capture_default_str()->check(CLI::IsMember({"jsonl", "csv"}));
  out->add_option("--from", exported->from, "From this day or time on (UTC)");
  out->add_option("--to", exported->to, "Up to the end of this day, or before this time (UTC)");
  add_filters(*out, exported->query);
  out->add_option("--output", exported->output, "Into this file instead of standard output");
  out->callback([&command, exported] { command.run = [&command, exported] { return export_trail(command, *exported); }; });
}

}  // namespace shopadmin::cli
