/* shopadmin: the reference host. Parses the command line and hands over to the subcommand. */
#include <sys/stat.h>

#include <iostream>

#include "cli/command.hpp"

int main(int argc, char** argv) {
  ::umask(0077); /* database, key and logs hold what others must not read */
  using namespace shopadmin::cli;
  CLI::App root{"Order administration for a shop, with plugins for payments."};
  Command command;
  root.set_version_flag("--version", std::string("shopadmin 0.1.0"));
  root.require_subcommand(1);
  root.fallthrough();
  root.add_option("--data", command.options.data, "Data folder: database, secret.key")->envname("SHOPADMIN_DATA")->capture_default_str();
  root.add_option("--database", command.options.database, "sqlite:///path or postgresql://user@host:port/name, with a standby postgresql://user@host1:port,host2:port/name; default: SQLite in the data folder")->envname("SHOPADMIN_DATABASE");
  root.add_flag("--json", command.json_output, "Answer as JSON");
  add_serve(root, command);
  add_import(root, command);
  add_user(root, command);
  add_role(root, command);
  add_plugin(root, command);
  add_order(root, command);
  add_task(root, command);
  add_audit(root, command);
  add_settings(root, command);
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return root.exit(error) == 0 ? 0 : 2;
  }
  try {
    return command.run ? command.run() : 2;
  } catch (const std::exception& error) {
    std::cerr << "shopadmin: " << error.what() << "\n";
    return 1;
  }
}
