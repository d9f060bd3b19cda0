#include "cli/command.hpp"

#include <pwd.h>
#include <unistd.h>

#include <iostream>

namespace shopadmin::cli {

std::unique_ptr<App> open_app(Command& command) {
  auto app = App::open(command.options);
  if (!app) {
    fail(app.problem());
    return nullptr;
  }
  return std::move(*app);
}

int fail(const Problem& problem) {
  std::cerr << "shopadmin: " << problem.message << "\n";
  return 1;
}

void print_json(const json::value& document) { std::cout << json::serialize(document) << "\n"; }

Caller cli_caller() {
  const auto* user = ::getpwuid(::getuid());
  Caller caller;
  caller.id = "cli";
  caller.name = std::string("command line (") + (user ? user->pw_name : "unknown") + ")";
  return caller;
}

void plugin_option(CLI::App& app, Command& command) {
  app.add_option("--plugin", command.options.plugins, "Folder of a plugin (manifest.xml and library); may be given several times")->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

}  // namespace shopadmin::cli
