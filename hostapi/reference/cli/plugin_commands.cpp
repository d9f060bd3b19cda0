/* shopadmin plugin check|list|forget; run and commands are in plugin_run_command.cpp, packages in package_commands.cpp */
#include <iostream>

#include "cli/command.hpp"
#include "log.hpp"

namespace shopadmin::cli {

namespace {
int check_plugin(Command& command, const std::string& directory) {
  log_at_least(Level::error);
  auto app = open_app(command);
  if (!app) return 1;
  json::array steps;
  const auto outcome = app->plugins.load(directory, [&](const LoadStep& step) {
    steps.push_back({{"step", step.step}, {"good", step.good}, {"detail", step.detail}});
    if (!command.json_output) std::cout << (step.good ? "ok      " : "FAILED  ") << step.step << (step.detail.empty() ? "" : ": " + step.detail) << "\n";
  });
  if (command.json_output) print_json({{"good", outcome.ok()}, {"steps", std::move(steps)}, {"problem", outcome ? json::value(nullptr) : json::value(outcome.message())}});
  return outcome ? 0 : fail(outcome.problem());
}

int list_plugins(Command& command) {
  auto app = open_app(command);
  if (!app) return 1;
  json::array plugins;
  std::map<std::string, PluginState> states;
  for (const auto& state : app->plugins.states()) states[state.id] = state;
  std::map<std::string, InstalledPlugin> installed;
  for (const auto& plugin : app->installed.list()) installed[plugin.id] = plugin, states.try_emplace(plugin.id);
  for (const auto& [id, state] : states) {
    const auto& package = installed[id];
    const auto directory = package.active.empty() ? state.directory.string() : app->installed.folder(id, package.active).string();
    plugins.push_back({{"id", id}, {"payment_method", state.payment_method}, {"directory", directory}, {"version", package.active}, {"previous", package.previous}, {"publisher", package.publisher},
                       {"enabled", package.enabled}, {"proven", package.proven}, {"problem", package.problem}});
    if (command.json_output) continue;
    std::cout << id << "\t" << (package.active.empty() ? "from a folder" : package.active) << "\t" << (package.enabled ? "on" : "off") << "\t" << directory << "\n";
    if (!package.problem.empty()) std::cout << "  " << package.problem << "\n";
    if (!package.previous.empty()) std::cout << "  before: " << package.previous << " (shopadmin plugin rollback " << id << ")\n";
  }
  if (command.json_output) print_json(plugins);
  return 0;
}

int forget_plugin(Command& command, const std::string& id) {
  auto app = open_app(command);
  if (!app) return 1;
  if (auto gone = app->plugins.forget(id); !gone) return fail(gone.problem());
  AuditEntry entry;
  entry.event = "plugin.forget";
  entry.details = {{"plugin", id}};
  app->audit.write(cli_caller(), std::move(entry));
  std::cout << "Orders paid with " << id << " are no longer guarded. Its data stays.\n";
  return 0;
}
}  // namespace

void add_plugin(CLI::App& root, Command& command) {
  auto* group = root.add_subcommand("plugin", "Plugins");
  group->require_subcommand(1);
  auto text = std::make_shared<std::string>();
  auto* check = group->add_subcommand("check", "Load a plugin step by step and say how it went");
  check->footer("Example:\n  shopadmin plugin check /usr/lib/shopadmin/plugins/amazonpay");
  check->add_option("directory", *text, "Folder with manifest.xml and the library")->required();
  check->callback([&command, text] { command.run = [&command, text] { return check_plugin(command, *text); }; });
  auto* list = group->add_subcommand("list", "Plugins that are installed or were loaded here");
  list->footer("Example:\n  shopadmin plugin list");
  list->callback([&command] { command.run = [&command] { return list_plugins(command); }; });
  auto* forget = group->add_subcommand("forget", "Stop guarding the orders of a plugin that is gone for good");
  forget->footer("Example:\n  shopadmin plugin forget org.amazonpay.plugin");
  forget->add_option("id", *text, "Id of the plugin")->required();
  forget->callback([&command, text] { command.run = [&command, text] { return forget_plugin(command, *text); }; });
  add_plugin_packages(*group, command);
  add_plugin_trust(*group, command);
  add_plugin_run(*group, command);
}

}  // namespace shopadmin::cli
