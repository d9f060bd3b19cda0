/* What every subcommand of `shopadmin` shares: the global options, opening the host, and how outcomes are told. Exit codes: 0 done, 1 refused or failed
 * (a sentence stands on standard error), 2 wrong usage. Results go to standard output, as JSON with --json. Main thread. */
#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app.hpp"

namespace shopadmin::cli {

class Configuration;

struct Command {
  AppOptions options;
  std::vector<std::filesystem::path> plugin_paths; /* folders that hold folders of plugins */
  bool json_output = false;
  std::string configuration_file;                              /* read before the arguments are parsed; here for --help */
  Configuration* configuration = nullptr;
  bool despite_configuration = false;                          /* of the chosen subcommand: runs although the configuration is wrong */
  std::vector<std::function<std::string()>> contradictions;    /* each answers what is wrong between several settings, or nothing */
  void (*add_all)(CLI::App& root, Command& command) = nullptr; /* makes another tree of the same commands */
  std::function<int()> run; /* of the chosen subcommand */
};

std::unique_ptr<App> open_app(Command& command); /* nullptr: the reason was told */
int fail(const Problem& problem);                /* tells it; answers 1 */
void print_json(const json::value& document);
void act_as_owner_of(const std::filesystem::path& data); /* root becomes the user whom the data belongs to, so that the service can write what was made */
Caller cli_caller();                             /* "cli" with the name of the system's user; may everything */
void plugin_option(CLI::App& app, Command& command);

void add_serve(CLI::App& root, Command& command);
void add_import(CLI::App& root, Command& command);
void add_user(CLI::App& root, Command& command);
void add_role(CLI::App& root, Command& command);
void add_plugin(CLI::App& root, Command& command);
void add_plugin_run(CLI::App& group, Command& command); /* shopadmin plugin run|commands */
void add_plugin_packages(CLI::App& group, Command& command); /* shopadmin plugin install|verify|… */
void add_plugin_trust(CLI::App& group, Command& command);
void add_task(CLI::App& root, Command& command);
void add_audit(CLI::App& root, Command& command);
void add_settings(CLI::App& root, Command& command);
void add_config(CLI::App& root, Command& command);
void add_token(CLI::App& root, Command& command);
void add_order(CLI::App& root, Command& command);
void add_backup(CLI::App& root, Command& command); /* backup, restore, migrate */
void add_key(CLI::App& root, Command& command);
void add_doctor(CLI::App& root, Command& command); /* doctor, support-bundle */

}  // namespace shopadmin::cli
