/* shopadmin <plugin domain> …: the commands of a plugin as words of shopadmin's own, made from its manifest: names, arguments, help and example stand there, so
 * --help and the man page never say anything else than what runs. "bulk-check" is written `bulk check`. How a command is carried out: plugin_follow.cpp. */
#include <algorithm>
#include <map>

#include "cli/plugin_follow.hpp"
#include "cli/plugin_run.hpp"
#include "log.hpp"
#include "resources.hpp"

namespace shopadmin::cli {

namespace {
struct Words {
  Command& command;
  Manifest manifest;
  Run given;
};

/* Where the plugin may be is told by options that stand anywhere on the line, so they are looked for before the line is understood. */
AppOptions places(const Command& command, int argc, char** argv) {
  Command told;
  told.options = command.options, told.plugin_paths = command.plugin_paths;
  CLI::App scan;
  scan.allow_extras();
  scan.set_help_flag();
  scan.add_option("--data", told.options.data);
  scan.add_option("--database", told.options.database);
  plugin_option(scan, told);
  try {
    scan.parse(argc, argv);
  } catch (const CLI::ParseError&) { /* said again, better, when the whole line is understood */
  }
  for (const auto& folder : plugin_folders(told.plugin_paths)) told.options.plugins.push_back(folder);
  return told.options;
}

/* The manifest is enough to parse and to help; the library is loaded only when something runs. */
Result<Manifest> manifest_of(const AppOptions& options, const std::string& word) {
  std::vector<std::filesystem::path> folders = options.plugins;
  if (std::filesystem::is_directory(options.data)) {
    log_at_least(Level::error);
    act_as_owner_of(options.data);
    auto app = App::open(options);
    if (!app) return app.problem();
    for (const auto& state : (*app)->plugins.states()) folders.push_back((*app)->installed.folder_to_load(state.id).value_or(state.directory));
    for (const auto& one : (*app)->installed.list())
      if (const auto folder = (*app)->installed.folder_to_load(one.id)) folders.push_back(*folder);
  }
  std::string known;
  for (const auto& folder : folders) {
    auto manifest = read_manifest(folder);
    if (manifest && (manifest->domain == word || manifest->id == word)) return manifest;
    if (manifest) known += (known.empty() ? "" : ", ") + manifest->domain;
  }
  return Problem{Kind::not_found, "\"" + word + "\" is neither a command of shopadmin nor a plugin that was loaded here" + (known.empty() ? "" : " (" + known + ")") + ". See: shopadmin --help, or name the plugin's folder behind it with --plugin.", ""};
}

/* "bulk" of bulk-check, if several commands begin so and none is called so. */
std::string family_of(const Manifest& manifest, const std::string& name) {
  const auto dash = name.find('-');
  if (dash == std::string::npos) return "";
  const auto family = name.substr(0, dash);
  if (manifest.command(family)) return "";
  std::size_t members = 0;
  for (const auto& command : manifest.commands) members += command.name.rfind(family + "-", 0) == 0;
  return members > 1 ? family : "";
}

std::string option_name(const CommandArgument& argument) {
  auto name = argument.name;
  for (auto& c : name) c = c == '_' ? '-' : c;
  return argument.positional ? name + ",--" + name : "--" + name;
}

void add_running(CLI::App& sub, const DeclaredCommand& declared, Run& given) {
  if (declared.kind == "act") {
    sub.add_flag("--dry-run", given.dry_run, "Show what would happen; nothing does");
    sub.add_flag("--yes", given.yes, "Do not ask to type the sum");
    sub.add_option("--operation-id", given.operation_id, "8 to 64 letters, digits, dashes, dots or colons: the same id is the same act, so a repeated call is safe");
  }
  sub.add_flag("--wait", given.wait, "Wait until the outcome is final");
  sub.add_option("--wait-at-most", given.wait_s, "Seconds to wait")->check(CLI::Range(1, 86400))->capture_default_str();
}

int carry_out(Words& words);

void add_command(CLI::App& parent, const std::string& name, const std::string& typed, const DeclaredCommand& declared, const std::shared_ptr<Words>& words) {
  auto* sub = parent.add_subcommand(name, declared.help);
  sub->fallthrough();
  auto values = std::make_shared<std::map<std::string, std::string>>();
  for (const auto& argument : declared.arguments) {
    auto* option = sub->add_option(option_name(argument), (*values)[argument.name], argument.help);
    if (argument.required) option->required();
    option->type_name("TEXT");
  }
  add_running(*sub, declared, words->given);
  const bool act = declared.kind == "act";
  sub->footer("Example:\n  shopadmin " + words->manifest.domain + " " + typed + (declared.example.empty() ? "" : " " + declared.example) + (act ? " --as jana --operation-id erp-2026-4711" : "") + "\n");
  sub->callback([words, values, &declared] {
    words->given.declared = &declared;
    for (const auto& [key, value] : *values)
      if (!value.empty()) words->given.values[key] = value;
    words->command.run = [words] { return carry_out(*words); };
  });
}

constexpr const char* exit_codes =
    "Exit codes:\n  0  done or accepted\n  1  done, but something needs a look; or failed inside\n  2  wrong usage\n  3  refused by a rule, a right or the payment service: no money moved\n  4  not found\n"
    "  5  changed meanwhile: look and decide again\n  6  waits for a second person\n  7  uncertain: may have happened, settled under the same key\n  8  unavailable: nothing happened, later is safe\n"
    "  9  still not final when the time to wait was over\n";

void add_commands(CLI::App& plugin, const std::shared_ptr<Words>& words) {
  const auto& manifest = words->manifest;
  std::map<std::string, CLI::App*> families;
  for (const auto& declared : manifest.commands) {
    const auto family = family_of(manifest, declared.name);
    if (family.empty()) {
      add_command(plugin, declared.name, declared.name, declared, words);
      continue;
    }
    const auto verb = declared.name.substr(family.size() + 1);
    auto& group = families[family];
    if (!group) {
      group = plugin.add_subcommand(family, "");
      group->require_subcommand(1)->fallthrough();
      group->footer("Example:\n  shopadmin " + manifest.domain + " " + family + " " + verb + (declared.example.empty() ? "" : " " + declared.example) + "\n");
    }
    add_command(*group, verb, family + " " + verb, declared, words);
    group->description(group->get_description() + (group->get_description().empty() ? "" : ", ") + verb);
  }
}

int carry_out(Words& words) {
  auto& given = words.given;
  for (auto& [name, text] : given.values) {
    auto value = argument_value(name, text);
    if (!value) return tell_failure(words.command, value.problem(), 2);
    given.arguments[name] = *value;
  }
  if (given.declared->kind == "act" && given.login.empty()) return tell_failure(words.command, {Kind::invalid, "Name who acts: --as LOGIN (or SHOPADMIN_USER). The person's rights and limits count.", ""}, 2);
  log_at_least(Level::error);
  auto app = open_app(words.command);
  if (!app) return exit_code_of(Kind::unavailable);
  const auto caller = caller_named(*app, given.login);
  if (!caller) return tell_failure(words.command, caller.problem());
  if (auto good = load_wanted(*app, words.manifest.id); !good) return tell_failure(words.command, good.problem());
  return run_followed(*app, words.command, *caller, words.manifest.id, given);
}
}  // namespace

Result<void> add_plugin_words(CLI::App& root, Command& command, const std::string& word, int argc, char** argv) {
  auto manifest = manifest_of(places(command, argc, argv), word);
  if (!manifest) return manifest.problem();
  auto words = std::make_shared<Words>(Words{command, std::move(*manifest), {}});
  auto* plugin = root.add_subcommand(word, "Commands of " + words->manifest.name);
  plugin->require_subcommand(1)->fallthrough();
  plugin_option(*plugin, command);
  plugin->add_option("--as", words->given.login, "Act as this user, with this user's role; without it, reading is done as the command line")->envname("SHOPADMIN_USER");
  plugin->footer(exit_codes);
  add_commands(*plugin, words);
  return {};
}

std::string first_word(int argc, char** argv) {
  const std::string with_value[] = {"--config", "--data", "--database", "--plugin", "--plugin-path", "--as"};
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.empty() || word[0] != '-') return word;
    if (std::find(std::begin(with_value), std::end(with_value), word) != std::end(with_value)) ++i;
  }
  return "";
}

}  // namespace shopadmin::cli
