#include "host/commands.hpp"

#include <iterator>

#include "host/contributions.hpp"

namespace amazonpay::host {
namespace {

struct Family {
  std::string_view name;   // of one command; ends with a dash: of all that begin so
  CommandRun run;
};

constexpr Family families[] = {
    {"status", run_order_command}, {"operation", run_order_command}, {"sync", run_order_command}, {"reconcile", run_order_command},
    {"key-", run_key_command}, {"doctor", run_doctor},
    {"bulk-", run_bulk_command},
    {"tasks", run_task_command}, {"task-close", run_task_command}, {"health", run_task_command},
    {"transactions", run_transaction_command}, {"orphans", run_transaction_command},
    {"connection-test", run_connection_test}, {"after-restore", run_after_restore}, {"metrics", run_metrics},
    {"settlements", run_report_command}, {"settlement", run_report_command}, {"settlement-import", run_report_command}, {"booking", run_report_command}, {"report-", run_report_command},
};

}  // namespace

Result<json::value> Commands::run(const Session& session, std::string_view command, const json::value& arguments) {
  if (auto allowed = authorise(session, "payment.view"); !allowed) return allowed.failure();
  auto who = actor_of(session);
  if (!who) return who.failure();
  if (is_act_command(command)) {
    auto answer = run_act_command(session, amazon_, command, arguments);
    return answer ? answer : in_words(session, answer.failure());
  }
  Call call(session, amazon_);
  for (const auto& family : families) {
    if (family.name.ends_with('-') ? !command.starts_with(family.name) : command != family.name) continue;
    auto answer = family.run(call, command, arguments, *who);
    return answer ? answer : in_words(session, answer.failure());
  }
  return Failure{Kind::not_found, "there is no command " + std::string(command)};
}

}  // namespace amazonpay::host
