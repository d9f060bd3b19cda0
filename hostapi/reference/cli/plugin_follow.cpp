#include "cli/plugin_follow.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>

#include "cli/plugin_run.hpp"
#include "clock.hpp"

namespace shopadmin::cli {

namespace {
constexpr int bar_width = 32, not_final_code = 9;
constexpr auto first_pause = std::chrono::milliseconds(250), longest_pause = std::chrono::milliseconds(2000);

const json::object* object_in(const json::object& document, const char* name) {
  const auto* member = document.if_contains(name);
  return member && member->is_object() ? &member->get_object() : nullptr;
}

std::int64_t whole_in(const json::object& document, const char* name) {
  const auto* member = document.if_contains(name);
  return member && member->is_int64() ? member->get_int64() : 0;
}

/* On a terminal one line that grows; elsewhere a line whenever the figure changed. */
class Progress {
 public:
  void show(const json::object& document) {
    const auto* progress = object_in(document, "progress");
    if (!progress) return;
    const auto done = whole_in(*progress, "done"), of = std::max<std::int64_t>(whole_in(*progress, "of"), 1);
    if (done == shown_) return;
    shown_ = done;
    if (!terminal_) {
      std::cerr << done << " of " << of << "\n";
      return;
    }
    const auto filled = static_cast<std::size_t>(std::min(done, of) * bar_width / of);
    std::cerr << "\r[" << std::string(filled, '#') << std::string(bar_width - filled, '.') << "] " << done << " of " << of << std::flush;
    open_ = true;
  }
  void end() {
    if (open_) std::cerr << "\n";
    open_ = false;
  }

 private:
  const bool terminal_ = ::isatty(STDERR_FILENO) == 1;
  bool open_ = false;
  std::int64_t shown_ = -1;
};

/* The steps of one long command read as one answer: lists are joined, everything else is that of the last step. */
void join(json::object& all, json::object&& step) {
  for (auto& [name, value] : step) {
    auto* before = all.if_contains(name);
    if (before && before->is_array() && value.is_array()) {
      for (auto& one : value.get_array()) before->get_array().push_back(std::move(one));
    } else if (before && name == "text" && before->is_string() && value.is_string()) {
      before->get_string().append(value.get_string());
    } else {
      all[name] = std::move(value);
    }
  }
}

class Following {
 public:
  Following(App& app, const Command& command, const Caller& caller, const std::string& plugin_id, const Run& run) : app_(app), command_(command), caller_(caller), plugin_id_(plugin_id), run_(run) {}

  int all() {
    json::object arguments = run_.arguments;
    if (run_.declared->kind == "act") {
      if (run_.dry_run) return plan_only(arguments);
      arguments["operation_id"] = operation_id_ = run_.operation_id.empty() ? random_hex(16) : run_.operation_id;
      if (!run_.yes)
        if (const auto code = ask(arguments); code != 0) return code;
    }
    auto answer = app_.plugins.run_command(caller_, plugin_id_, run_.declared->name, arguments);
    if (!answer) return failed(answer.problem());
    return follow(std::move(answer->get_object()));
  }

 private:
  int plan_only(json::object arguments) {
    arguments["dry_run"] = "yes";
    auto plan = app_.plugins.run_command(caller_, plugin_id_, run_.declared->name, arguments);
    return plan ? print_answer(command_, plan->get_object()) : tell_failure(command_, plan.problem());
  }

  /* 0: the person typed it; what was agreed on is in the arguments. */
  int ask(json::object& arguments) {
    if (::isatty(STDIN_FILENO) != 1)
      return tell_failure(command_, {Kind::invalid, "Nothing was done: there is no terminal to type the sum on. Look at the plan with --dry-run, then add --yes.", ""}, 2);
    auto dry = arguments;
    dry["dry_run"] = "yes";
    auto plan = app_.plugins.run_command(caller_, plugin_id_, run_.declared->name, dry);
    if (!plan) return tell_failure(command_, plan.problem());
    const auto& document = plan->get_object();
    const auto* confirm = object_in(document, "confirm");
    const auto wanted = confirm ? text_of(*confirm, "type") : std::string("yes");
    std::cerr << text_of(document, "text") << "Type " << wanted << (confirm ? " (" + text_of(*confirm, "what") + ")" : "") << " to do it: " << std::flush;
    std::string typed;
    std::getline(std::cin, typed);
    while (!typed.empty() && (typed.back() == ' ' || typed.back() == '\r')) typed.pop_back();
    if (typed != wanted) return tell_failure(command_, {Kind::refused, "Nothing was done: \"" + typed.substr(0, 40) + "\" is not " + wanted + ".", ""});
    if (const auto* agreed = object_in(document, "agreed"))
      for (const auto& [name, value] : *agreed) arguments[name] = value;
    return 0;
  }

  int failed(const Problem& problem) {
    const auto code = tell_failure(command_, problem);
    const bool again = problem.kind == Kind::uncertain || problem.kind == Kind::unavailable || problem.kind == Kind::internal || problem.kind == Kind::no_answer;
    if (again && !operation_id_.empty()) std::cerr << "shopadmin: to ask again safely, repeat it with --operation-id " << operation_id_ << "\n";
    return code;
  }

  int follow(json::object document) {
    Progress progress;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(run_.wait_s);
    std::chrono::milliseconds pause = first_pause;
    json::object all;
    for (;;) {
      progress.show(document);
      const auto* next = object_in(document, "follow");
      const bool at_once = next && next->contains("at_once");
      if (!next || (!at_once && !run_.wait)) break;
      if (std::chrono::steady_clock::now() >= until && !at_once) {
        progress.end();
        std::cerr << "shopadmin: not final after " << run_.wait_s << " seconds; the background work of shopadmin serve goes on with it.\n";
        (void)print_answer(command_, document);
        return not_final_code;
      }
      const auto name = text_of(*next, "command");
      const auto* asked = object_in(*next, "arguments");
      const json::object arguments = asked ? *asked : json::object{};
      if (at_once) {
        document.erase("follow");
        join(all, std::move(document));
      } else {
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, std::chrono::milliseconds(longest_pause));
      }
      auto answer = app_.plugins.run_command(caller_, plugin_id_, name, arguments);
      if (!answer) return progress.end(), failed(answer.problem());
      document = std::move(answer->get_object());
    }
    progress.end();
    join(all, std::move(document));
    if (const auto* outcome = all.if_contains("outcome_code"); outcome && run_.wait) all["exit_code"] = *outcome;
    return print_answer(command_, all);
  }

  App& app_;
  const Command& command_;
  const Caller& caller_;
  const std::string& plugin_id_;
  const Run& run_;
  std::string operation_id_;
};
}  // namespace

int run_followed(App& app, const Command& command, const Caller& caller, const std::string& plugin_id, const Run& run) { return Following(app, command, caller, plugin_id, run).all(); }

int exit_code_of(Kind kind) {
  switch (kind) {
    case Kind::invalid: return 2;
    case Kind::refused:
    case Kind::denied: return 3;
    case Kind::not_found: return 4;
    case Kind::conflict: return 5;
    case Kind::uncertain: return 7;
    case Kind::unavailable:
    case Kind::no_answer: return 8;
    default: return 1;
  }
}

int tell_failure(const Command& command, const Problem& problem, int code) {
  const auto exit_code = code != 0 ? code : exit_code_of(problem.kind);
  if (command.json_output) print_json({{"failed", kind_name(problem.kind)}, {"message", problem.message}, {"exit_code", exit_code}});
  (void)fail(problem);
  return exit_code;
}

}  // namespace shopadmin::cli
