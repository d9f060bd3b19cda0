// The commands for scripts, one function per family (commands_<family>.cpp); which ones there are stands in the manifest. Commands::run looks them up in its
// table, with payment.view granted. Each answers a document whose member "text" is for people; failures hold message ids. Sentences
// that pages say, too, are translated; what only a terminal says is English. In-call.
#pragma once
#include "host/call.hpp"
#include "host/contributions.hpp"

namespace amazonpay::host {

using CommandRun = Result<json::value> (*)(Call& call, std::string_view command, const json::value& arguments, const Actor& who);

// The acts of an order (refund, capture …): through Actions, so they ask the same permissions, limits and approvals as the buttons.
bool is_act_command(std::string_view command);
Result<json::value> run_act_command(const Session& session, PaymentsSource& amazon, std::string_view command, const json::value& arguments);

Result<json::value> run_order_command(Call& call, std::string_view command, const json::value& arguments, const Actor& who);
Result<json::value> run_key_command(Call& call, std::string_view command, const json::value& arguments, const Actor& who);
Result<json::value> run_doctor(Call& call, std::string_view command, const json::value& arguments, const Actor& who);
Result<json::value> run_bulk_command(Call& call, std::string_view command, const json::value& arguments, const Actor& who);
Result<json::value> run_task_command(Call& call, std::string_view command, const json::value& arguments, const Actor& who);
Result<json::value> run_transaction_command(Call& call, std::string_view command, const json::value& arguments, const Actor& who);
Result<json::value> run_connection_test(Call& call, std::string_view command, const json::value& arguments, const Actor& who);
Result<json::value> run_report_command(Call& call, std::string_view command, const json::value& arguments, const Actor& who);
Result<json::value> run_metrics(Call& call, std::string_view command, const json::value& arguments, const Actor& who);
Result<json::value> run_after_restore(Call& call, std::string_view command, const json::value& arguments, const Actor& who);

}  // namespace amazonpay::host
