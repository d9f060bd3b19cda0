/* shopadmin user add|list|passwd|disable|enable|role. Passwords come from a prompt without echo or from standard input, never from the arguments. */
#include <termios.h>
#include <unistd.h>

#include <iostream>

#include "cli/command.hpp"

namespace shopadmin::cli {

namespace {
struct UserOptions {
  std::string login, name, role = "staff";
  bool password_stdin = false, needs_password = false;
};

std::string read_hidden(const std::string& prompt) {
  termios before{};
  tcgetattr(STDIN_FILENO, &before);
  auto hidden = before;
  hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  std::cerr << prompt << std::flush;
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  std::string line;
  std::getline(std::cin, line);
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  std::cerr << "\n";
  return line;
}

Result<std::string> ask_password(bool from_stdin) {
  std::string password;
  if (from_stdin) {
    std::getline(std::cin, password);
    if (!password.empty() && password.back() == '\r') password.pop_back();
    return password;
  }
  if (!::isatty(STDIN_FILENO)) return Problem{Kind::invalid, "No terminal to ask for the password. Use --password-stdin.", ""};
  password = read_hidden("Password: ");
  if (password != read_hidden("Password again: ")) return Problem{Kind::invalid, "The two passwords differ. Nothing was changed.", ""};
  return password;
}

void note(App& app, const std::string& event, const std::string& login, const std::string& role = "") {
  AuditEntry entry;
  entry.event = event;
  entry.details = {{"login", login}};
  if (!role.empty()) entry.details["role"] = role;
  app.audit.write(cli_caller(), std::move(entry));
}

int tell(App& app, const Result<void>& outcome, const std::string& event, const UserOptions& user, const std::string& role = "") {
  if (!outcome) return fail(outcome.problem());
  note(app, event, user.login, role);
  std::cout << "Done: " << user.login << "\n";
  return 0;
}

int list_users(Command& command) {
  auto app = open_app(command);
  if (!app) return 1;
  json::array users;
  for (const auto& user : app->accounts.list()) {
    users.push_back({{"login", user.login}, {"name", user.name}, {"role", user.role}, {"disabled", user.disabled}, {"last_login_ms", user.last_login_ms}});
    if (!command.json_output) std::cout << user.login << "\t" << user.role << "\t" << user.name << (user.disabled ? "\tdisabled" : "") << "\n";
  }
  if (command.json_output) print_json(users);
  return 0;
}

int add_one(Command& command, const UserOptions& user) {
  auto password = ask_password(user.password_stdin);
  if (!password) return fail(password.problem());
  auto app = open_app(command);
  if (!app) return 1;
  const auto added = app->accounts.add(user.login, user.name, user.role, *password);
  return tell(*app, added ? Result<void>{} : Result<void>{added.problem()}, "user.add", user, user.role);
}

int change_password(Command& command, const UserOptions& user) {
  auto password = ask_password(user.password_stdin);
  if (!password) return fail(password.problem());
  auto app = open_app(command);
  return app ? tell(*app, app->accounts.set_password(user.login, *password), "user.passwd", user) : 1;
}

CLI::App* user_command(CLI::App& group, const char* name, const char* about, const std::shared_ptr<UserOptions>& user) {
  auto* sub = group.add_subcommand(name, about);
  sub->add_option("login", user->login, "Login name")->required();
  return sub;
}
}  // namespace

void add_user(CLI::App& root, Command& command) {
  auto* group = root.add_subcommand("user", "Users and roles");
  group->require_subcommand(1);
  auto user = std::make_shared<UserOptions>();
  const auto roles = CLI::IsMember({"owner", "administrator", "staff"});
  auto* add = user_command(*group, "add", "Add a user", user);
  add->footer("Example:\n  shopadmin user add jana --name \"Jana Brandt\" --role staff");
  add->add_option("--name", user->name, "Full name");
  add->add_option("--role", user->role, "owner, administrator or staff")->check(roles)->capture_default_str();
  add->add_flag("--password-stdin", user->password_stdin, "Read the password from standard input");
  add->callback([&command, user] { command.run = [&command, user] { return add_one(command, *user); }; });
  auto* list = group->add_subcommand("list", "List users");
  list->footer("Example:\n  shopadmin user list --json");
  list->callback([&command] { command.run = [&command] { return list_users(command); }; });
  auto* passwd = user_command(*group, "passwd", "Set a password; signs the user out everywhere", user);
  passwd->footer("Example:\n  shopadmin user passwd jana");
  passwd->add_flag("--password-stdin", user->password_stdin, "Read the password from standard input");
  passwd->callback([&command, user] { command.run = [&command, user] { return change_password(command, *user); }; });
  const auto able = [&](const char* name, const char* about, bool disabled) {
    auto* sub = user_command(*group, name, about, user);
    sub->footer(std::string("Example:\n  shopadmin user ") + name + " jana");
    sub->callback([&command, user, disabled] {
      command.run = [&command, user, disabled] {
        auto app = open_app(command);
        return app ? tell(*app, app->accounts.set_disabled(user->login, disabled), disabled ? "user.disable" : "user.enable", *user) : 1;
      };
    });
  };
  able("disable", "Lock a user out", true);
  able("enable", "Let a user in again", false);
  auto* role = user_command(*group, "role", "Change a user's role", user);
  role->footer("Example:\n  shopadmin user role jana administrator");
  role->add_option("role", user->role, "owner, administrator or staff")->required()->check(roles);
  role->callback([&command, user] {
    command.run = [&command, user] {
      auto app = open_app(command);
      return app ? tell(*app, app->accounts.set_role(user->login, user->role), "user.role", *user, user->role) : 1;
    };
  });
}

}  // namespace shopadmin::cli
