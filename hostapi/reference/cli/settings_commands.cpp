/* shopadmin settings show|set PLUGIN. PLUGIN is a plugin's folder or the id of one that was loaded here. Secrets come from files only. */
#include <openssl/crypto.h>

#include <iostream>

#include "cli/command.hpp"
#include "orders/import.hpp"

namespace shopadmin::cli {

namespace {
struct SettingOptions {
  std::string plugin;
  std::vector<std::string> values, secret_files;
};

Result<Manifest> manifest_of(App& app, const std::string& plugin) {
  for (const auto& state : app.plugins.states())
    if (state.id == plugin) return read_manifest(state.directory);
  for (const auto& directory : app.options.plugins) {
    auto manifest = read_manifest(directory);
    if (manifest && manifest->id == plugin) return manifest;
  }
  if (std::filesystem::is_directory(plugin)) return read_manifest(plugin);
  return Problem{Kind::not_found, "No plugin " + plugin + " is known here. Give its folder, or its id after it was loaded once (shopadmin plugin check DIR).", ""};
}

Result<std::pair<std::string, std::string>> split(const std::string& text) {
  const auto at = text.find('=');
  if (at == std::string::npos || at == 0) return Problem{Kind::invalid, "\"" + text + "\" has not the form name=value.", ""};
  return std::make_pair(text.substr(0, at), text.substr(at + 1));
}

Result<SettingChanges> read_changes(const SettingOptions& given) {
  SettingChanges changes;
  for (const auto& text : given.values) {
    auto pair = split(text);
    if (!pair) return pair.problem();
    changes.values[pair->first] = pair->second;
  }
  for (const auto& text : given.secret_files) {
    auto pair = split(text);
    if (!pair) return pair.problem();
    auto bytes = read_bytes(pair->second);
    if (!bytes) return bytes.problem();
    changes.secrets.emplace(pair->first, SecretText(*bytes));
    OPENSSL_cleanse(bytes->data(), bytes->size());
  }
  return changes;
}

int show(Command& command, const SettingOptions& given) {
  auto app = open_app(command);
  if (!app) return 1;
  const auto manifest = manifest_of(*app, given.plugin);
  if (!manifest) return fail(manifest.problem());
  print_json(app->settings.document(*manifest));
  return 0;
}

int set(Command& command, const SettingOptions& given) {
  auto app = open_app(command);
  if (!app) return 1;
  const auto manifest = manifest_of(*app, given.plugin);
  if (!manifest) return fail(manifest.problem());
  const auto changes = read_changes(given);
  if (!changes) return fail(changes.problem());
  if (auto saved = app->settings.save(cli_caller(), *manifest, *changes); !saved) return fail(saved.problem());
  std::cout << "Saved " << changes->values.size() << " settings and " << changes->secrets.size() << " secrets.\n";
  return 0;
}
}  // namespace

void add_settings(CLI::App& root, Command& command) {
  auto* group = root.add_subcommand("settings", "Settings of a plugin");
  group->require_subcommand(1);
  auto given = std::make_shared<SettingOptions>();
  auto* show_it = group->add_subcommand("show", "Settings without secrets, as JSON");
  show_it->footer("Example:\n  shopadmin settings show org.amazonpay.plugin");
  auto* set_it = group->add_subcommand("set", "Change settings: field=value …");
  set_it->footer("Example:\n  shopadmin settings set org.amazonpay.plugin region=eu --secret-file private_key=key.pem");
  for (auto* sub : {show_it, set_it}) {
    sub->add_option("plugin-id", given->plugin, "Folder or id of the plugin")->required();
    plugin_option(*sub, command);
  }
  set_it->add_option("values", given->values, "field=value; an empty value sets the default again");
  set_it->add_option("--secret-file", given->secret_files, "field=PATH: a secret, read from a file")->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  show_it->callback([&command, given] { command.run = [&command, given] { return show(command, *given); }; });
  set_it->callback([&command, given] { command.run = [&command, given] { return set(command, *given); }; });
}

}  // namespace shopadmin::cli
