#include "cli/command.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <iostream>

#include "resources.hpp"

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

void act_as_owner_of(const std::filesystem::path& data) {
  struct stat info{};
  if (::geteuid() != 0 || ::stat(data.c_str(), &info) != 0 || info.st_uid == 0) return;
  const auto* user = ::getpwuid(info.st_uid);
  const bool grouped = user ? ::initgroups(user->pw_name, user->pw_gid) == 0 : ::setgroups(0, nullptr) == 0;
  if (grouped && ::setgid(user ? user->pw_gid : info.st_gid) == 0 && ::setuid(info.st_uid) == 0) return;
  throw std::runtime_error("cannot work as the owner of " + data.string() + " (" + std::strerror(errno) + "). Run it as that user: runuser -u " + (user ? user->pw_name : std::to_string(info.st_uid)) + " -- shopadmin …");
}

Caller cli_caller() {
  const auto* user = ::getpwuid(::getuid());
  Caller caller;
  caller.id = "cli";
  caller.name = std::string("command line (") + (user ? user->pw_name : "unknown") + ")";
  return caller;
}

void plugin_option(CLI::App& app, Command& command) {
  app.add_option("--plugin", command.options.plugins, "Folder of a plugin (manifest.xml and library); may be given several times")->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  auto* path = app.add_option("--plugin-path", command.plugin_paths, "Folder whose folders are plugins, loaded too unless --plugin named them; may be given several times; default: lib/shopadmin/plugins beside the program's folder")->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  if (const auto installed = beside_program("lib/shopadmin/plugins"); !installed.empty()) path->default_val(installed.string());
}

}  // namespace shopadmin::cli
