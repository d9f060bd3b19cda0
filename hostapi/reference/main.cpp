/* shopadmin: the reference host. Parses the command line and hands over to the subcommand. */
#include <sys/stat.h>

#include <iostream>

#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/plugin_run.hpp"
#include "command_tree.hpp"
#include "resources.hpp"
#include "version.hpp"

namespace {

using namespace shopadmin::cli;

static_assert(std::string_view(shopadmin::program_version) == SHOPADMIN_VERSION, "version.hpp says another version than CMakeLists.txt");

void add_commands(CLI::App& root, Command& command) {
  root.description("Order administration for a shop, with plugins for payments.");
  root.set_version_flag("--version", std::string("shopadmin " SHOPADMIN_VERSION));
  root.require_subcommand(1);
  root.footer("A plugin that was loaded here adds commands under its own name; shopadmin plugin commands lists them.");
  root.fallthrough();
  root.add_option("--data", command.options.data, "Data folder: database, secret.key")->envname("SHOPADMIN_DATA")->capture_default_str();
  root.add_option("--database", command.options.database, "sqlite:///path or postgresql://user@host:port/name, with a standby postgresql://user@host1:port,host2:port/name; default: SQLite in the data folder")->envname("SHOPADMIN_DATABASE");
  root.add_flag("--json", command.json_output, "Answer as JSON");
  root.add_option("--config", command.configuration_file, std::string("File with settings, one key = value on a line; default: ") + default_configuration_file + " if it is there")->envname("SHOPADMIN_CONFIG");
  add_serve(root, command);
  add_import(root, command);
  add_user(root, command);
  add_role(root, command);
  add_token(root, command);
  add_plugin(root, command);
  add_order(root, command);
  add_task(root, command);
  add_audit(root, command);
  add_settings(root, command);
  add_config(root, command);
  add_backup(root, command);
  add_key(root, command);
  add_doctor(root, command);
}

/* Commands that need the settings do not start with wrong ones. */
bool settings_are_good(const Command& command) {
  if (command.despite_configuration) return true;
  const auto& problems = command.configuration->problems();
  for (const auto& problem : problems) std::cerr << "shopadmin: " << problem << "\n";
  if (!problems.empty()) std::cerr << "Nothing was started. After the correction: shopadmin config check\n";
  return problems.empty();
}

}  // namespace

int main(int argc, char** argv) {
  ::umask(0077); /* database, key and logs hold what others must not read */
  CLI::App root;
  Command command;
  command.add_all = add_commands;
  add_commands(root, command);
  Configuration configuration(root);
  command.configuration = &configuration;
  if (const auto file = Configuration::file_of(argc, argv); !file.empty()) configuration.read_file(file);
  configuration.read_environment();
  configuration.show_environment(false);
  describe::add_describe_option(root, [&configuration] { configuration.show_environment(true); });
  try {
    const auto word = first_word(argc, argv);
    const bool own = word.empty() || !root.get_subcommands([&](CLI::App* sub) { return sub->get_name() == word; }).empty();
    if (auto added = own ? shopadmin::Result<void>{} : add_plugin_words(root, command, word, argc, argv); !added) return fail(added.problem()), 2;
    root.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    configuration.show_environment(true);
    return root.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::cerr << "shopadmin: " << error.what() << "\n";
    return 1;
  }
  if (!settings_are_good(command)) return 2;
  try {
    if (!command.despite_configuration) act_as_owner_of(command.options.data);
    for (const auto& folder : shopadmin::plugin_folders(command.plugin_paths)) command.options.plugins.push_back(folder), command.options.plugins_found.insert(folder);
    return command.run ? command.run() : 2;
  } catch (const std::exception& error) {
    std::cerr << "shopadmin: " << error.what() << "\n";
    return 1;
  }
}
