/* shopadmin token create|list|revoke: tokens for the JSON interface. The token is printed once, alone on standard output, so that a script can keep it. */
#include <boost/algorithm/string/join.hpp>
#include <iostream>

#include "cli/command.hpp"

namespace shopadmin::cli {

namespace {
struct TokenOptions {
  std::string login, name, id;
  std::vector<std::string> scopes;
  std::int64_t days = 365;
};

json::object document_of(const ApiToken& token, std::int64_t now_ms) {
  json::array scopes;
  for (const auto& scope : token.scopes) scopes.emplace_back(scope);
  return {{"id", token.id}, {"name", token.name}, {"prefix", token.prefix}, {"user", token.user.login}, {"role", token.user.role}, {"scopes", std::move(scopes)}, {"made_by", token.made_by},
          {"created_ms", token.created_ms}, {"expires_ms", token.expires_ms}, {"last_used_ms", token.last_used_ms}, {"revoked_ms", token.revoked_ms}, {"active", token.active(now_ms)}};
}

void note(App& app, const char* event, const ApiToken& token) {
  AuditEntry entry;
  entry.event = event;
  entry.details = {{"name", token.name}, {"prefix", token.prefix}, {"login", token.user.login}, {"scopes", boost::algorithm::join(token.scopes, " ")}};
  app.audit.write(cli_caller(), std::move(entry));
}

int create(Command& command, const TokenOptions& given) {
  auto app = open_app(command);
  if (!app) return 1;
  const auto made = app->tokens.make(given.login, given.name, {given.scopes.begin(), given.scopes.end()}, given.days, cli_caller().name);
  if (!made) return fail(made.problem());
  note(*app, "token.create", made->token);
  if (command.json_output) {
    auto document = document_of(made->token, app->clock->now_ms());
    document["token"] = made->secret;
    return print_json(document), 0;
  }
  std::cerr << "This is the only time the token is shown. It acts as " << made->token.user.login << " (" << made->token.user.role << "): " << boost::algorithm::join(made->token.scopes, " ") << "\n";
  std::cout << made->secret << "\n";
  return 0;
}

int list_tokens(Command& command) {
  auto app = open_app(command);
  if (!app) return 1;
  const auto now_ms = app->clock->now_ms();
  json::array tokens;
  for (const auto& token : app->tokens.list()) {
    tokens.push_back(document_of(token, now_ms));
    if (!command.json_output)
      std::cout << token.id << "\t" << token.prefix << "…\t" << token.name << "\t" << token.user.login << "\t" << boost::algorithm::join(token.scopes, " ") << "\t"
                << (token.revoked_ms != 0 ? "revoked" : token.active(now_ms) ? "active" : "ended") << (token.last_used_ms == 0 ? "\tnever used" : "") << "\n";
  }
  if (command.json_output) print_json(tokens);
  return 0;
}

int revoke(Command& command, const TokenOptions& given) {
  auto app = open_app(command);
  if (!app) return 1;
  const auto token = app->tokens.revoke(given.id);
  if (!token) return fail(token.problem());
  note(*app, "token.revoke", *token);
  std::cout << "Revoked: " << token->name << " (" << token->prefix << "…). It is refused from now on.\n";
  return 0;
}
}  // namespace

void add_token(CLI::App& root, Command& command) {
  auto* group = root.add_subcommand("token", "Tokens with which other systems use the JSON interface");
  group->require_subcommand(1);
  group->footer("Example:\n  shopadmin token create --user erp --name \"ERP\" --scope orders:read --scope PLUGIN:read\n");
  auto given = std::make_shared<TokenOptions>();
  auto* make = group->add_subcommand("create", "Make a token; it is shown once");
  make->add_option("--user", given->login, "The user it acts as; it can never do more than this user's role")->required();
  make->add_option("--name", given->name, "Which system uses it")->required();
  make->add_option("--scope", given->scopes, "What it may do: orders:read, <plugin>:read, plans:write, acts:write; may be given several times")->required()->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  make->add_option("--days", given->days, "Days until it ends; 0: never")->check(CLI::Range(0, 3650))->capture_default_str();
  make->footer("Example:\n  shopadmin token create --user erp --name \"ERP\" --scope orders:read --scope PLUGIN:read --scope plans:write --scope acts:write --days 90\n");
  make->callback([&command, given] { command.run = [&command, given] { return create(command, *given); }; });
  auto* all = group->add_subcommand("list", "Every token with its scopes, its end and its last use");
  all->footer("Example:\n  shopadmin token list --json\n");
  all->callback([&command] { command.run = [&command] { return list_tokens(command); }; });
  auto* end = group->add_subcommand("revoke", "End a token at once");
  end->add_option("token", given->id, "Its id or how it begins, as token list shows it")->required();
  end->footer("Example:\n  shopadmin token revoke shp_1f0c9a2b\n");
  end->callback([&command, given] { command.run = [&command, given] { return revoke(command, *given); }; });
}

}  // namespace shopadmin::cli
