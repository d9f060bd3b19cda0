/* The commands of a program as a JSON document, printed by the hidden option --describe: man pages and completions are made from it (package/describe),
 * so that they say what --help says. Both shopadmin and amazonpay-sandbox use it. Main thread, no errors. */
#pragma once
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <functional>
#include <iostream>
#include <string>

namespace describe {

inline boost::json::object option_document(const CLI::Option& option) {
  boost::json::array names;
  for (const auto& name : option.get_snames()) names.emplace_back("-" + name);
  for (const auto& name : option.get_lnames()) names.emplace_back("--" + name);
  const bool several = option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll || option.get_expected_max() > 1;
  return {{"names", std::move(names)}, {"positional", option.get_positional() ? option.get_name(true) : std::string()}, {"flag", option.get_expected_max() == 0}, {"several", several},
          {"type", option.get_type_name()}, {"default", option.get_default_str()}, {"environment", option.get_envname()}, {"required", option.get_required()},
          {"description", option.get_description()}};
}

inline boost::json::object command_tree(CLI::App& app) {
  boost::json::array options, commands;
  for (const auto* option : app.get_options())
    if (!option->get_group().empty()) options.emplace_back(option_document(*option));
  for (auto* command : app.get_subcommands([](CLI::App*) { return true; }))
    if (!command->get_group().empty()) commands.emplace_back(command_tree(*command));
  return {{"name", app.get_name()}, {"description", app.get_description()}, {"footer", app.get_footer()}, {"options", std::move(options)}, {"commands", std::move(commands)}};
}

inline void add_describe_option(CLI::App& root, const std::function<void()>& before = {}) {
  root.add_flag_callback("--describe", [&root, before] {
    if (before) before();
    std::cout << boost::json::serialize(command_tree(root)) << "\n";
    throw CLI::Success();
  })->group("");
}

}  // namespace describe
