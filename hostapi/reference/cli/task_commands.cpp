/* shopadmin task list|retry|run: the background jobs. */
#include <iostream>

#include "cli/command.hpp"

namespace shopadmin::cli {

namespace {
json::object task_document(const Task& task) {
  return {{"id", task.id}, {"plugin", task.plugin_id}, {"name", task.name}, {"key", task.key}, {"state", task.state}, {"attempts", task.attempts},
          {"due_ms", task.due_ms}, {"every_s", task.every_s}, {"last_error", task.last_error}, {"lease_owner", task.lease_owner}};
}

int list_tasks(Command& command, const TaskQuery& query) {
  auto app = open_app(command);
  if (!app) return 1;
  const auto counts = app->queue.counts();
  json::array tasks;
  for (const auto& task : app->queue.list(query)) {
    tasks.push_back(task_document(task));
    if (!command.json_output) std::cout << task.id << "\t" << task.name << "\t" << task.key << "\t" << task.state << "\tattempts " << task.attempts << "\tdue " << iso_time(task.due_ms) << "\t" << task.last_error << "\n";
  }
  if (command.json_output) {
    print_json({{"tasks", std::move(tasks)}, {"counts", {{"waiting", counts.waiting}, {"running", counts.running}, {"failing", counts.failing}, {"done", counts.done}}}});
  } else {
    std::cout << counts.waiting << " waiting, " << counts.running << " running, " << counts.failing << " failing, " << counts.done << " done\n";
  }
  return 0;
}

/* Works on this terminal until nothing is due. */
int run_tasks(Command& command) {
  auto app = open_app(command);
  if (!app) return 1;
  app->load_plugins();
  int worked = 0;
  while (app->workers.run_one()) ++worked;
  if (command.json_output) print_json({{"runs", worked}});
  else std::cout << worked << " runs, nothing is due now.\n";
  return 0;
}
}  // namespace

void add_task(CLI::App& root, Command& command) {
  auto* group = root.add_subcommand("task", "Background jobs");
  group->require_subcommand(1);
  auto query = std::make_shared<TaskQuery>();
  auto* list = group->add_subcommand("list", "What waits and runs");
  list->footer("Example:\n  shopadmin task list --failing");
  list->add_option("--name", query->name, "Only this task");
  list->add_option("--limit", query->limit, "At most so many")->capture_default_str();
  list->add_flag("--failing", query->failing_only, "Only those that failed several times");
  list->callback([&command, query] { command.run = [&command, query] { return list_tasks(command, *query); }; });
  auto id = std::make_shared<std::int64_t>(0);
  auto* retry = group->add_subcommand("retry", "Try a waiting task now");
  retry->footer("Example:\n  shopadmin task retry 118");
  retry->add_option("id", *id, "Number of the task")->required();
  retry->callback([&command, id] {
    command.run = [&command, id] {
      auto app = open_app(command);
      if (!app) return 1;
      const auto outcome = app->queue.retry_now(*id);
      return outcome ? 0 : fail(outcome.problem());
    };
  });
  auto* run = group->add_subcommand("run", "Run due tasks here until none is due");
  run->footer("Example:\n  shopadmin task run");
  plugin_option(*run, command);
  run->callback([&command] { command.run = [&command] { return run_tasks(command); }; });
}

}  // namespace shopadmin::cli
