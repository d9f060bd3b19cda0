/* shopadmin key check|rotate|drop-old: the key that seals the stored secrets. */
#include <iostream>

#include "cli/command.hpp"
#include "settings/key_rotation.hpp"

namespace shopadmin::cli {

namespace {
int tell(const Command& command, const KeyCheck& check) {
  if (command.json_output) return print_json(to_document(check)), check.closed.empty() ? 0 : 1;
  std::cout << "key " << check.id << " (" << key_source_name(check.source) << "); " << check.secrets << " stored secrets";
  if (check.older > 0) std::cout << ", " << check.older << " of them sealed by an older key that is still accepted: shopadmin key rotate";
  std::cout << "\n";
  if (check.accepted > 1) std::cout << check.accepted << " keys are accepted. When every process has been seen to work with the new one: shopadmin key drop-old\n";
  for (const auto& name : check.closed) std::cerr << "shopadmin: " << name << " opens with no key that is here. Enter it again, or bring back the key it was sealed with.\n";
  return check.closed.empty() ? 0 : 1;
}

int check(Command& command) {
  auto app = open_app(command);
  if (!app) return 1;
  const auto box = SecretBox::find(app->options.data / "secret.key");
  return box ? tell(command, check_key(app->database, *box)) : fail(box.problem());
}

int rotate(Command& command) {
  auto app = open_app(command);
  if (!app) return 1;
  const auto rotated = rotate_key(app->database, app->audit, cli_caller(), app->options.data / "secret.key");
  if (!rotated) return fail(rotated.problem());
  if (!command.json_output) std::cout << "Every secret is sealed by the new key. Back up the new key; older backups need the old one.\n";
  return tell(command, *rotated);
}

int drop_old(Command& command) {
  auto app = open_app(command);
  if (!app) return 1;
  const auto box = SecretBox::find(app->options.data / "secret.key");
  if (!box) return fail(box.problem());
  if (auto dropped = drop_old_key(app->database, *box); !dropped) return fail(dropped.problem());
  const auto left = SecretBox::find(app->options.data / "secret.key");
  return left ? tell(command, check_key(app->database, *left)) : fail(left.problem());
}

void add(CLI::App& group, Command& command, const char* name, const char* help, const char* example, int (*run)(Command&)) {
  auto* sub = group.add_subcommand(name, help);
  sub->footer(std::string("Example:\n  ") + example);
  sub->callback([&command, run] { command.run = [&command, run] { return run(command); }; });
}
}  // namespace

void add_key(CLI::App& root, Command& command) {
  auto* group = root.add_subcommand("key", "The key that seals the stored secrets");
  group->require_subcommand(1);
  group->footer("It comes from SHOPADMIN_SECRET_KEY (64 hex digits), else from the systemd credential shopadmin.key, else from secret.key in the data folder.");
  add(*group, command, "check", "Which key is used, and whether it opens every stored secret; exit code 1 if not", "shopadmin key check", check);
  add(*group, command, "rotate", "Make a new key and seal every secret by it; the shop may run", "shopadmin key rotate", rotate);
  add(*group, command, "drop-old", "Accept the old key no longer, after rotate", "shopadmin key drop-old", drop_old);
}

}  // namespace shopadmin::cli
