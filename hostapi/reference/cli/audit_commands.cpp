/* shopadmin audit list|verify */
#include <iostream>

#include "cli/command.hpp"

namespace shopadmin::cli {

namespace {
int list_audit(Command& command, AuditQuery query, const std::string& number) {
  auto app = open_app(command);
  if (!app) return 1;
  json::array entries;
  for (const auto& entry : app->audit.list(query)) {
    if (!number.empty() && entry.order_number != number) continue;
    entries.push_back(to_document(entry));
    if (command.json_output) continue;
    std::cout << entry.id << "\t" << iso_time(entry.at_ms) << "\t" << entry.who_name << "\t" << entry.event << "\t" << entry.order_number;
    if (entry.amount_minor) std::cout << "\t" << app->texts.format("en", "money", {{"minor", *entry.amount_minor}, {"currency", entry.currency}});
    std::cout << "\t" << entry.reason << "\n";
  }
  if (command.json_output) print_json(entries);
  return 0;
}
}  // namespace

void add_audit(CLI::App& root, Command& command) {
  auto* group = root.add_subcommand("audit", "Who did what");
  group->require_subcommand(1);
  auto query = std::make_shared<AuditQuery>();
  auto number = std::make_shared<std::string>();
  auto* list = group->add_subcommand("list", "Entries, newest first");
  list->add_option("--event", query->event, "Only this event");
  list->add_option("--order", *number, "Only this order number");
  list->add_option("--limit", query->limit, "At most so many")->capture_default_str();
  list->callback([&command, query, number] { command.run = [&command, query, number] { return list_audit(command, *query, *number); }; });
  group->add_subcommand("verify", "Check the chain of entries")->callback([&command] {
    command.run = [&command] {
      auto app = open_app(command);
      if (!app) return 1;
      const auto checked = app->audit.verify();
      if (!checked) return fail(checked.problem());
      std::cout << *checked << " entries, all good.\n";
      return 0;
    };
  });
}

}  // namespace shopadmin::cli
