/* shopadmin plugin run|commands: what plugins offer to scripts (hostapi.command/1). The plugin is taken from --plugin or, without it, from where it was
 * loaded last. Standard error carries one sentence when something fails, so that a script can show it. */
#include <fstream>
#include <iostream>
#include <sstream>

#include "cli/command.hpp"
#include "cli/plugin_run.hpp"
#include "log.hpp"

namespace shopadmin::cli {

namespace {
struct RunOptions {
  std::string plugin, name, login;
  std::vector<std::string> arguments; /* name=value, name=@file */
};


/* Boost.JSON refuses text that is not UTF-8 when it reads, not when it writes. */
bool is_utf8(const std::string& text) {
  json::error_code error;
  (void)json::parse(json::serialize(json::string(text)), error);
  return !error;
}

Result<std::string> file_text(const std::string& argument, const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return refused(argument + ": the file " + path.string() + " cannot be read (" + error.message() + "). Check the path after the @.");
  if (size > Plugins::command_bytes_max) {
    return refused(argument + ": the file " + path.string() + " is larger than 64 MB. Split it and run the command once for each part.");
  }
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  if (!file || bytes.str().size() != size) {
    if (size > 0 || !file.is_open()) return refused(argument + ": the file " + path.string() + " cannot be read. Check who may read it.");
  }
  return bytes.str();
}

}  // namespace

Result<std::string> argument_value(const std::string& name, std::string value) {
  if (value.rfind("@@", 0) == 0) return value.substr(1);
  if (value.rfind('@', 0) == 0) {
    auto text = file_text(name, value.substr(1));
    if (!text) return text.problem();
    if (!is_utf8(*text)) return refused(name + ": the file " + value.substr(1) + " is not UTF-8 text. Save it as UTF-8 and try again.");
    return text;
  }
  if (!is_utf8(value)) return refused("The value of " + name + " is not UTF-8 text.");
  return value;
}

namespace {
/* "name=value", "name=@file" (the file's text), "name=@@value" (a value that begins with @) */
Result<json::object> arguments_of(const std::vector<std::string>& given) {
  json::object arguments;
  for (const auto& item : given) {
    const auto equals = item.find('=');
    const auto name = item.substr(0, equals);
    const bool named = !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
    if (equals == std::string::npos || !named) return refused("\"" + item.substr(0, 80) + "\" is no argument. Write name=value, or name=@file for the text of a file.");
    if (arguments.contains(name)) return refused("The argument " + name + " is given twice.");
    auto value = argument_value(name, item.substr(equals + 1));
    if (!value) return value.problem();
    arguments[name] = *value;
  }
  return arguments;
}

}  // namespace

Result<Caller> caller_named(App& app, const std::string& login) {
  if (login.empty()) return cli_caller();
  const auto user = app.accounts.find(login);
  if (!user) return refused("There is no user \"" + login + "\". See: shopadmin user list.");
  if (user->disabled) return refused("The user \"" + login + "\" is disabled, so nothing may be done in that name.");
  Caller caller;
  caller.id = user->id, caller.name = user->name, caller.role = user->role;
  if (!user->locale.empty()) caller.locale = user->locale;
  caller.zone = user->zone;
  return caller;
}

/* Loads what --plugin names, or what was loaded here before; of the latter only `wanted`, if one is. */
Result<void> load_wanted(App& app, const std::string& wanted) {
  if (!app.options.plugins.empty()) {
    app.load_plugins();
  } else {
    for (const auto& state : app.plugins.states())
      if ((wanted.empty() || state.id == wanted || state.domain == wanted) && !app.installed.switched_off(state.id)) (void)app.plugins.load(app.installed.folder_to_load(state.id).value_or(state.directory)).ok();
    app.installed.load_all(app.plugins, false); /* what no serve has started yet */
    app.know_of_restore();
  }
  for (const auto& state : app.plugins.states()) {
    const bool meant = wanted.empty() ? !app.options.plugins.empty() : state.id == wanted || state.domain == wanted;
    if (meant && app.installed.switched_off(state.id)) return Problem{Kind::unavailable, "The plugin " + state.id + " is switched off. Switch it on: shopadmin plugin enable " + state.id, ""};
    if (meant && !state.loaded) return Problem{Kind::unavailable, "The plugin " + (state.id.empty() ? state.directory.string() : state.id) + " cannot be loaded: " + state.problem, ""};
  }
  return {};
}

namespace {
Result<const Manifest*> chosen(App& app, const std::string& wanted) {
  std::string known;
  for (const auto* manifest : app.plugins.manifests()) {
    if (manifest->id == wanted || manifest->domain == wanted) return manifest;
    known += (known.empty() ? "" : ", ") + manifest->domain + " (" + manifest->id + ")";
  }
  for (const auto& state : app.plugins.states())
    if (!state.loaded) known += (known.empty() ? "" : ", ") + (state.domain.empty() ? state.id : state.domain + " (" + state.id + ")");
  return Problem{Kind::not_found, "There is no plugin \"" + wanted + "\". Here " + (known.empty() ? "no plugin was ever loaded; name its folder with --plugin." : "is: " + known + "."), ""};
}

Problem no_command(const Manifest& manifest, const std::string& name) {
  std::string text = manifest.name + (manifest.commands.empty() ? " has no commands." : " has no command \"" + name + "\". It has:");
  for (const auto& known : manifest.commands) text += "\n  " + known.name + "  " + known.help;
  return {Kind::not_found, text, ""};
}

}  // namespace

int print_answer(const Command& command, const json::object& answer) {
  const auto* said = answer.if_contains("exit_code");
  const int code = said && said->is_int64() && said->get_int64() >= 0 && said->get_int64() <= 100 ? static_cast<int>(said->get_int64()) : 0;
  if (command.json_output) return print_json(answer), code;
  const auto text = text_of(answer, "text");
  std::cout << text << (text.empty() || text.back() == '\n' ? "" : "\n");
  return code;
}

namespace {
int run_command(Command& command, const RunOptions& given) {
  log_at_least(Level::error);
  const auto arguments = arguments_of(given.arguments);
  if (!arguments) return fail(arguments.problem());
  auto app = open_app(command);
  if (!app) return 1;
  const auto caller = caller_named(*app, given.login);
  if (!caller) return fail(caller.problem());
  if (auto good = load_wanted(*app, given.plugin); !good) return fail(good.problem());
  const auto manifest = chosen(*app, given.plugin);
  if (!manifest) return fail(manifest.problem());
  if (!(*manifest)->command(given.name)) return fail(no_command(**manifest, given.name));
  if ((*manifest)->command(given.name)->kind == "act" && given.login.empty()) return fail({Kind::invalid, "Name who acts: --as LOGIN. The person's rights and limits count.", ""}), 2;
  const auto answer = app->plugins.run_command(*caller, (*manifest)->id, given.name, *arguments);
  if (!answer) return fail(answer.problem()), exit_code_of(answer.kind());
  return print_answer(command, answer->get_object());
}

int list_commands(Command& command) {
  log_at_least(Level::error);
  auto app = open_app(command);
  if (!app) return 1;
  if (auto good = load_wanted(*app, ""); !good) return fail(good.problem());
  json::array commands;
  std::size_t width = 0;
  for (const auto* manifest : app->plugins.manifests())
    for (const auto& known : manifest->commands) width = std::max(width, manifest->domain.size() + known.name.size() + 3);
  for (const auto* manifest : app->plugins.manifests()) {
    for (const auto& known : manifest->commands) {
      commands.push_back({{"plugin", manifest->domain}, {"plugin_id", manifest->id}, {"name", known.name}, {"help", known.help}});
      const auto head = manifest->domain + " " + known.name;
      if (!command.json_output) std::cout << head << std::string(width - head.size(), ' ') << known.help << "\n";
    }
  }
  if (command.json_output) return print_json(commands), 0;
  if (commands.empty()) std::cout << "No plugin here has commands. Name a plugin's folder with --plugin.\n";
  return 0;
}
}  // namespace

void add_plugin_run(CLI::App& group, Command& command) {
  auto given = std::make_shared<RunOptions>();
  auto* run = group.add_subcommand("run", "Run a command of a plugin: shopadmin plugin run amazonpay NAME name=value name=@file");
  run->footer("Example:\n  shopadmin plugin run amazonpay transactions word=open --json");
  run->add_option("plugin", given->plugin, "Domain or id of the plugin")->required();
  run->add_option("command", given->name, "Name of the command; shopadmin plugin commands lists them")->required();
  run->add_option("arguments", given->arguments, "name=value, or name=@file for the text of a file (at most 64 MB, UTF-8); @@ is a plain @");
  run->add_option("--as", given->login, "Act as this user, with this user's role; without it as the command line, which may everything");
  plugin_option(*run, command);
  run->callback([&command, given] { command.run = [&command, given] { return run_command(command, *given); }; });
  auto* list = group.add_subcommand("commands", "What commands the plugins have");
  list->footer("Example:\n  shopadmin plugin commands");
  plugin_option(*list, command);
  list->callback([&command] { command.run = [&command] { return list_commands(command); }; });
}

}  // namespace shopadmin::cli
