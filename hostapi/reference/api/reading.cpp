/* Reading: who the token is, orders with their words, timelines, what plugins are there and what they show. */
#include "api/api.hpp"
#include "web/order_words.hpp"

namespace shopadmin::api {

namespace {
constexpr int orders_most = 200, orders_usual = 50;

std::optional<std::int64_t> whole(const std::string& text) {
  if (text.empty() || text.size() > 15 || text.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  return std::stoll(text);
}

Response unknown_parameter(const web::Form& query, const std::set<std::string>& known) {
  for (const auto& [name, value] : query.items())
    if (!known.count(name)) return bad_parameter(name.substr(0, 60), "The parameter " + name.substr(0, 60) + " is not known here.");
  Response fine;
  fine.status = 0;
  return fine;
}

std::optional<Folder> folder_of(const std::string& name) {
  static const std::map<std::string, Folder> folders = {{"", Folder::all}, {"all", Folder::all}, {"new", Folder::new_orders}, {"finished", Folder::finished}, {"problems", Folder::problems}};
  const auto found = folders.find(name);
  return found == folders.end() ? std::nullopt : std::optional(found->second);
}

json::object command_document(const DeclaredCommand& command) {
  json::array arguments;
  for (const auto& argument : command.arguments) arguments.push_back(json::object{{"name", argument.name}, {"help", argument.help}, {"required", argument.required}});
  return {{"name", command.name}, {"kind", command.kind}, {"help", command.help}, {"permission", command.permission}, {"arguments", std::move(arguments)}};
}
}  // namespace

Response Api::me(const Question& question) {
  json::array scopes;
  for (const auto& scope : question.token.scopes) scopes.emplace_back(scope);
  const auto& token = question.token;
  return document_answer(200, json::object{{"user", json::object{{"id", token.user.id}, {"login", token.user.login}, {"name", token.user.name}, {"role", token.user.role}}},
                                           {"token", json::object{{"id", token.id}, {"name", token.name}, {"prefix", token.prefix}, {"expires_ms", token.expires_ms == 0 ? json::value() : json::value(token.expires_ms)}}},
                                           {"scopes", std::move(scopes)}});
}

json::object Api::order_document(const Question& question, const Order& order, bool whole_order) {
  auto document = to_document(order, true);
  if (!whole_order) document.erase("lines");
  json::value payment;
  if (!order.payment.word.empty()) {
    const auto shown = web::payment_word(site_, question.say, order).as_object();
    payment = json::object{{"word", order.payment.word}, {"label", shown.at("label")}, {"role", shown.at("role")}, {"note", web::payment_note(site_, question.say, order)},
                           {"open_tasks", order.payment.open_tasks}, {"drift", order.payment.drift}, {"test", order.payment.test}};
  }
  document["payment_word"] = std::move(payment);
  return document;
}

Response Api::orders(const Question& question) {
  const auto& query = question.query;
  if (auto unknown = unknown_parameter(query, {"q", "state", "word", "folder", "method", "from_ms", "to_ms", "cursor", "limit"}); unknown.status != 0) return unknown;
  if (!app_.accounts.may(question.caller.role, "orders.view")) return problem_answer(403, "not_allowed", "The token's user may not see orders.");
  OrderQuery wanted;
  const auto folder = folder_of(query.get("folder"));
  if (!folder) return bad_parameter("folder", "folder is all, new, finished or problems.");
  wanted.folder = *folder, wanted.state = query.get("state"), wanted.word = query.get("word"), wanted.search = query.get("q"), wanted.payment_method = query.get("method"), wanted.cursor = query.get("cursor");
  for (const auto& [name, into] : {std::pair{"from_ms", &wanted.from_ms}, std::pair{"to_ms", &wanted.to_ms}}) {
    if (query.get(name).empty()) continue;
    if (*into = whole(query.get(name)); !*into) return bad_parameter(name, std::string(name) + " is a time in Unix milliseconds.");
  }
  const auto limit = query.get("limit").empty() ? std::optional<std::int64_t>(orders_usual) : whole(query.get("limit"));
  if (!limit || *limit < 1 || *limit > orders_most) return bad_parameter("limit", "limit is a whole number from 1 to 200.");
  wanted.limit = static_cast<int>(*limit);
  const auto page = app_.orders.list(wanted);
  if (!page) return page.kind() == Kind::invalid ? bad_parameter("cursor", "This cursor is damaged. Start without one.") : problem_answer(question.say, page.problem());
  json::array list;
  for (const auto& order : page->orders) list.push_back(order_document(question, order, false));
  return document_answer(200, json::object{{"orders", std::move(list)}, {"next", page->older.empty() ? json::value() : json::value(page->older)}});
}

Response Api::order(const Question& question) {
  if (!app_.accounts.may(question.caller.role, "orders.view")) return problem_answer(403, "not_allowed", "The token's user may not see orders.");
  auto order = app_.orders.get(question.parts[0]);
  if (!order) order = app_.orders.by_number(question.parts[0]);
  if (!order) return problem_answer(404, "not_found", "There is no order with this id or number.");
  return document_answer(200, order_document(question, *order, true));
}

Response Api::timeline(const Question& question) {
  if (!app_.accounts.may(question.caller.role, "orders.view")) return problem_answer(403, "not_allowed", "The token's user may not see orders.");
  auto order = app_.orders.get(question.parts[0]);
  if (!order) order = app_.orders.by_number(question.parts[0]);
  if (!order) return problem_answer(404, "not_found", "There is no order with this id or number.");
  json::array entries;
  for (const auto& entry : app_.orders.history(order->id))
    entries.push_back(json::object{{"at_ms", entry.at_ms}, {"event", entry.event}, {"who", entry.who}, {"text", question.say.known(entry.text, entry.args)}});
  return document_answer(200, json::object{{"order_id", order->id}, {"entries", std::move(entries)}});
}

Response Api::plugins(const Question&) {
  json::array list;
  for (const auto* manifest : app_.plugins.manifests()) {
    json::array commands, words;
    for (const auto& command : manifest->commands)
      if (command.kind != "run") commands.push_back(command_document(command));
    for (const auto& word : manifest->words) words.push_back(json::object{{"id", word.id}, {"label", word.label}, {"role", word.role}});
    list.push_back(json::object{{"id", manifest->id}, {"domain", manifest->domain}, {"name", manifest->name}, {"version", manifest->version}, {"payment_method", manifest->payment_method},
                                {"words", std::move(words)}, {"commands", std::move(commands)}});
  }
  return document_answer(200, json::object{{"plugins", std::move(list)}});
}

/* The command of the path, if the plugin has it, it is of this kind, and the token's user may. */
Result<const DeclaredCommand*> Api::command_of(const Question& question, const std::string& kind) {
  for (const auto* manifest : app_.plugins.manifests()) {
    if (manifest->domain != question.parts[0] && manifest->id != question.parts[0]) continue;
    const auto* command = manifest->command(question.parts[1]);
    if (!command || command->kind == "run") break;
    if (command->kind != kind) return Problem{Kind::not_found, kind == "read" ? "This acts: POST a plan of it." : "This only reads: GET it.", "wrong_kind"};
    if (!command->permission.empty() && !app_.accounts.may(question.caller.role, command->permission))
      return Problem{Kind::denied, "The role of the token's user (" + question.caller.role + ") may not do this.", "not_allowed"};
    return command;
  }
  return Problem{Kind::not_found, "There is no such plugin or command. GET /api/v1/plugins lists them.", "not_found"};
}

Response Api::plugin_read(const Question& question) {
  const auto command = command_of(question, "read");
  if (!command) return problem_answer(question.say, command.problem());
  std::set<std::string> known;
  for (const auto& argument : (*command)->arguments) known.insert(argument.name);
  if (auto unknown = unknown_parameter(question.query, known); unknown.status != 0) return unknown;
  json::object arguments;
  for (const auto& argument : (*command)->arguments) {
    const auto value = question.query.get(argument.name);
    if (value.empty() && argument.required) return bad_parameter(argument.name, "The parameter " + argument.name + " is missing: " + argument.help + ".");
    if (!value.empty()) arguments[argument.name] = value;
  }
  const auto* manifest = [&] {
    for (const auto* one : app_.plugins.manifests())
      if (one->domain == question.parts[0] || one->id == question.parts[0]) return one;
    return static_cast<const Manifest*>(nullptr);
  }();
  auto answer = app_.plugins.run_command(question.caller, manifest->id, (*command)->name, arguments);
  if (!answer) return problem_answer(question.say, answer.problem());
  auto& document = answer->get_object();
  document.erase("exit_code"), document.erase("follow");
  return document_answer(200, document);
}

}  // namespace shopadmin::api
