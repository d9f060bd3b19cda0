/* What every subcommand of `shopadmin` shares: the global options, opening the host, and how outcomes are told. Exit codes: 0 done, 1 refused or failed
 * (a sentence stands on standard error), 2 wrong usage. Results go to standard output, as JSON with --json. Main thread. */
#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "app.hpp"

namespace shopadmin::cli {

struct Command {
  AppOptions options;
  bool json_output = false;
  std::function<int()> run; /* of the chosen subcommand */
};

std::unique_ptr<App> open_app(Command& command); /* nullptr: the reason was told */
int fail(const Problem& problem);                /* tells it; answers 1 */
void print_json(const json::value& document);
Caller cli_caller();                             /* "cli" with the name of the system's user; may everything */
void plugin_option(CLI::App& app, Command& command);

void add_serve(CLI::App& root, Command& command);
void add_import(CLI::App& root, Command& command);
void add_user(CLI::App& root, Command& command);
void add_role(CLI::App& root, Command& command);
void add_plugin(CLI::App& root, Command& command);
void add_plugin_run(CLI::App& group, Command& command); /* shopadmin plugin run|commands */
void add_task(CLI::App& root, Command& command);
void add_audit(CLI::App& root, Command& command);
void add_settings(CLI::App& root, Command& command);
void add_order(CLI::App& root, Command& command);

}  // namespace shopadmin::cli
