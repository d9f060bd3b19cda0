/* Acting in two steps: a plan says what would happen and waits a quarter of an hour; carrying it out answers 202 with an operation, whose state can be asked
 * for until it is final. The plugin gets the same command as the terminal, under an operation id that belongs to the sender's Idempotency-Key for ever. */
#include <algorithm>

#include "api/api.hpp"

namespace shopadmin::api {

namespace {
bool good_key(const std::string& key) {
  return key.size() >= 8 && key.size() <= 64 && std::all_of(key.begin(), key.end(), [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_' || c == '.' || c == ':'; });
}

json::object plan_document(const Plan& plan, const std::string& domain) {
  auto would = plan.answer;
  would.erase("agreed"), would.erase("confirm"), would.erase("exit_code");
  return {{"plan", plan.id}, {"plugin", domain}, {"command", plan.command}, {"created_ms", plan.created_ms}, {"expires_ms", plan.expires_ms}, {"would", std::move(would)}};
}

json::object operation_document(const Act& act, const json::object& answer) {
  json::object document{{"operation", act.operation_id}, {"plan", act.plan_id}, {"state", text_of(answer, "state", "not_known")}, {"final", flag_of(answer, "final")}, {"message", text_of(answer, "message")}};
  auto details = answer;
  for (const char* told : {"operation", "state", "final", "message", "exit_code", "follow", "text"}) details.erase(told);
  document["details"] = std::move(details);
  return document;
}

Response accepted(int status, const Act& act, const json::object& answer) {
  auto response = document_answer(status, operation_document(act, answer));
  if (status == 202) response.headers.emplace_back("Location", "/api/v1/operations/" + act.operation_id);
  return response;
}

/* The body as the texts the command takes; numbers and true are no texts, so that 12.95 is never a rounded figure. */
Result<json::object> arguments_of(const Request& request, const DeclaredCommand& command) {
  const auto body = parse_object(request.body.empty() ? "{}" : request.body, "the body");
  if (!body) return Problem{Kind::invalid, "The body is not a JSON object: " + body.message(), "not_json"};
  json::object arguments;
  for (const auto& [name, value] : *body) {
    const auto declared = std::any_of(command.arguments.begin(), command.arguments.end(), [&, name = std::string_view(name)](const auto& one) { return one.name == name; });
    if (!declared) return Problem{Kind::invalid, "The member " + std::string(name).substr(0, 60) + " is not known here.", "bad_input"};
    if (!value.is_string()) return Problem{Kind::invalid, "The member " + std::string(name) + " must be a text, also for sums: \"12.95\".", "bad_input"};
    if (!value.get_string().empty()) arguments[name] = value;
  }
  for (const auto& one : command.arguments)
    if (one.required && !arguments.contains(one.name)) return Problem{Kind::invalid, "The member " + one.name + " is missing: " + one.help + ".", "bad_input"};
  return arguments;
}
}  // namespace

Response Api::plan(const Question& question) {
  const auto command = command_of(question, "act");
  if (!command) return problem_answer(question.say, command.problem());
  if (question.request.content_type.rfind("application/json", 0) != 0) return problem_answer(415, "json_needed", "Send the body as application/json.");
  const auto arguments = arguments_of(question.request, **command);
  if (!arguments) return arguments.problem().details == "not_json" ? problem_answer(400, "not_json", arguments.message()) : problem_answer(question.say, arguments.problem());
  const Manifest* manifest = nullptr;
  for (const auto* one : app_.plugins.manifests())
    if (one->domain == question.parts[0] || one->id == question.parts[0]) manifest = one;
  auto dry = *arguments;
  dry["dry_run"] = "yes";
  auto answer = app_.plugins.run_command(question.caller, manifest->id, (*command)->name, dry);
  if (!answer) return problem_answer(question.say, answer.problem());
  Plan plan;
  plan.user_id = question.caller.id, plan.plugin_id = manifest->id, plan.command = (*command)->name, plan.arguments = *arguments, plan.answer = answer->get_object();
  for (const auto& [name, value] : object_of(plan.answer, "agreed")) plan.arguments[name] = value;
  const auto text = plan.answer["text"];
  plan.answer.erase("text"); /* it names the buyer, who may be erased before the plan is */
  plan = plans_.keep(std::move(plan));
  auto document = plan_document(plan, manifest->domain);
  document["would"].as_object()["text"] = text;
  auto response = document_answer(201, document);
  response.headers.emplace_back("Location", "/api/v1/plans/" + plan.id);
  return response;
}

Response Api::plan_again(const Question& question) {
  const auto plan = plans_.plan(question.parts[0], question.caller.id);
  if (!plan) return problem_answer(404, "not_found", "There is no such plan of yours (any more). Make a new one.");
  const auto* manifest = app_.plugins.manifest(plan->plugin_id);
  return document_answer(200, plan_document(*plan, manifest ? manifest->domain : plan->plugin_id));
}

Response Api::act(const Question& question) {
  const auto key = header_of(question.request, "idempotency-key");
  if (!good_key(key)) return bad_parameter("Idempotency-Key", "Send the header Idempotency-Key: 8 to 64 letters, digits, dashes, dots or colons. The same key is the same act, so a repeated request is safe.");
  auto before = plans_.act_of_key(question.caller.id, key);
  if (before && before->plan_id != question.parts[0]) return problem_answer(409, "idempotency_key_reused", "This Idempotency-Key was used for another plan. Take a new key for a new act.");
  if (before) return run_act(question, *before);
  const auto plan = plans_.plan(question.parts[0], question.caller.id);
  if (!plan) return problem_answer(404, "not_found", "There is no such plan of yours (any more). Make a new one.");
  if (app_.clock->now_ms() >= plan->expires_ms) return problem_answer(409, "plan_expired", "This plan is older than a quarter of an hour. Make a new one and look at it.");
  const auto* manifest = app_.plugins.manifest(plan->plugin_id);
  const auto* command = manifest ? manifest->command(plan->command) : nullptr;
  if (!command) return problem_answer(503, "unavailable", "The plugin of this plan is not loaded at the moment. Nothing was done.");
  if (!command->permission.empty() && !app_.accounts.may(question.caller.role, command->permission)) return problem_answer(403, "not_allowed", "The role of the token's user may not do this (any more).");
  const auto begun = plans_.begin(*plan, key);
  if (!begun) return problem_answer(question.say, begun.problem());
  return run_act(question, *begun);
}

/* Also for a repeated request: under the same operation id the plugin answers what became of the act. */
Response Api::run_act(const Question& question, const Act& begun) {
  auto arguments = begun.arguments;
  arguments["operation_id"] = begun.operation_id;
  const auto answer = app_.plugins.run_command(question.caller, begun.plugin_id, begun.command, arguments);
  if (!answer) {
    auto response = problem_answer(question.say, answer.problem());
    return response;
  }
  plans_.answered(begun, answer->get_object());
  return accepted(202, begun, answer->get_object());
}

Response Api::operation(const Question& question) {
  const auto act = plans_.act(question.parts[0], question.caller.id);
  if (!act) return problem_answer(404, "not_found", "There is no such operation of yours.");
  if (act->answer.empty()) return accepted(200, *act, {{"state", "not_known"}, {"final", false}, {"message", "No answer came yet. Repeat the request with the same Idempotency-Key; it acts once."}});
  const auto& follow = object_of(act->answer, "follow");
  if (follow.empty()) return accepted(200, *act, act->answer);
  const auto newest = app_.plugins.run_command(question.caller, act->plugin_id, text_of(follow, "command"), object_of(follow, "arguments"));
  if (!newest) return problem_answer(question.say, newest.problem());
  plans_.answered(*act, newest->get_object());
  return accepted(200, *act, newest->get_object());
}

}  // namespace shopadmin::api
