/* shopadmin config check|show */
#include <iostream>

#include "cli/command.hpp"
#include "cli/configuration.hpp"

namespace shopadmin::cli {

namespace {
int check_configuration(Command& command, const std::string& named) {
  const std::filesystem::path file = named.empty() ? command.configuration->file() : std::filesystem::path(named);
  Command fresh; /* a file of any name is tried on a tree of its own */
  CLI::App root;
  command.add_all(root, fresh);
  Configuration tried(root);
  if (!file.empty()) tried.read_file(file);
  tried.read_environment();
  auto problems = tried.problems();
  for (const auto& rule : fresh.contradictions)
    if (const auto text = rule(); !text.empty()) problems.push_back(text);
  std::size_t set = 0;
  for (const auto& setting : tried.settings()) set += setting.source != "default";
  if (command.json_output) {
    print_json({{"good", problems.empty()}, {"file", file.string()}, {"settings", set}, {"problems", json::value_from(problems)}});
    return problems.empty() ? 0 : 1;
  }
  for (const auto& problem : problems) std::cerr << problem << "\n";
  if (!problems.empty()) return 1;
  const auto what = file.empty() ? std::string("No configuration file") : file.string();
  std::cout << what << ": good, " << set << (set == 1 ? " setting" : " settings") << " differ from the default or say it aloud\n";
  return 0;
}

int show_configuration(Command& command) {
  const auto& configuration = *command.configuration;
  json::array all;
  std::size_t width = 0;
  for (const auto& setting : configuration.settings()) width = std::max(width, setting.key.size() + shown_value(setting.key, setting.value).size() + 3);
  width = std::min<std::size_t>(width, 60);
  if (!command.json_output) std::cout << "# configuration file: " << (configuration.file().empty() ? "none" : configuration.file().string()) << "\n";
  for (const auto& setting : configuration.settings()) {
    const bool told = setting.option->count() > 0;
    const auto value = shown_value(setting.key, told ? CLI::detail::join(setting.option->results(), ",") : setting.value);
    const auto source = told ? std::string("command line") : setting.source;
    all.push_back({{"key", setting.key}, {"value", value}, {"source", source}, {"environment", setting.environment}});
    const auto line = setting.key + " = " + value;
    if (!command.json_output) std::cout << line << std::string(line.size() < width ? width - line.size() : 0, ' ') << "  # " << source << "\n";
  }
  if (command.json_output) print_json({{"file", configuration.file().string()}, {"settings", std::move(all)}});
  for (const auto& problem : configuration.problems()) std::cerr << problem << "\n";
  return configuration.problems().empty() ? 0 : 1;
}
}  // namespace

void add_config(CLI::App& root, Command& command) {
  auto* group = root.add_subcommand("config", "The settings of shopadmin itself: from file, environment and command line");
  group->require_subcommand(1);
  auto file = std::make_shared<std::string>();
  auto* check = group->add_subcommand("check", "Say all that is wrong with a configuration file, with its line numbers");
  check->add_option("file", *file, "The file; without it the one that counts now");
  check->footer("Example:\n  shopadmin config check /etc/shopadmin/shopadmin.conf");
  check->callback([&command, file] { command.despite_configuration = true, command.run = [&command, file] { return check_configuration(command, *file); }; });
  auto* show = group->add_subcommand("show", "Every setting, its value and where it came from; passwords are left out");
  show->footer("Example:\n  shopadmin config show");
  show->callback([&command] { command.despite_configuration = true, command.run = [&command] { return show_configuration(command); }; });
}

}  // namespace shopadmin::cli
