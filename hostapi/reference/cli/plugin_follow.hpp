/* Carrying out one command of a plugin for a person or a script: the plan and the typed sum before an act, following an answer that goes on (its member
 * `follow`) with a progress bar on a terminal, and the failure as a sentence or a document. Used by plugin_words.cpp. Main thread. */
#pragma once
#include <map>

#include "cli/command.hpp"

namespace shopadmin::cli {

struct Run {
  const DeclaredCommand* declared = nullptr;
  std::map<std::string, std::string> values; /* as typed */
  json::object arguments;                    /* files read */
  std::string login, operation_id;
  bool dry_run = false, yes = false, wait = false;
  int wait_s = 600;
};

/* Answers the exit code. An act without --yes asks to type what the plan's `confirm` says. */
int run_followed(App& app, const Command& command, const Caller& caller, const std::string& plugin_id, const Run& run);

/* A sentence on standard error, with --json a document on standard output; answers `code`, or that of the problem's kind. */
int tell_failure(const Command& command, const Problem& problem, int code = 0);

}  // namespace shopadmin::cli
