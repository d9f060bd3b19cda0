/* What `shopadmin plugin run` and the words of a plugin (`shopadmin <plugin domain> …`, plugin_words.cpp) share: who acts, which plugin is loaded, values from
 * files, and how answers and failures become exit codes. Main thread. */
#pragma once
#include "cli/command.hpp"

namespace shopadmin::cli {

/* Exit codes of plugins' commands: 0 done or accepted, 1 done but something needs a look (or failed inside), 2 wrong usage, 3 refused: nothing happened,
 * 4 not found, 5 changed meanwhile, 6 waits for a second person, 7 uncertain, 8 unavailable: nothing happened, 9 still not final when the time was over. */
int exit_code_of(Kind kind);

Result<std::string> argument_value(const std::string& name, std::string value); /* "@file": the file's text, "@@x": "@x" */
Result<Caller> caller_named(App& app, const std::string& login);                /* empty: the command line itself */
/* Loads what --plugin names, or what was loaded here before; of the latter only `wanted` (id or domain), if one is. */
Result<void> load_wanted(App& app, const std::string& wanted);
int print_answer(const Command& command, const json::object& answer);           /* answers its exit code */

/* Adds shopadmin <plugin domain> … to the tree of commands, when the first word is no command of shopadmin's own; NOT_FOUND: no plugin has this name. */
std::string first_word(int argc, char** argv); /* that is no option and no option's value */
Result<void> add_plugin_words(CLI::App& root, Command& command, const std::string& word, int argc, char** argv);

}  // namespace shopadmin::cli
