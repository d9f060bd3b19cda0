/* shopadmin role list|grant|revoke. What a role may: the host's permissions and those of every plugin that was loaded here or is named with --plugin. */
#include <iostream>

#include "cli/command.hpp"

namespace shopadmin::cli {

namespace {
struct RoleOptions {
  std::string role, permission;
};

void declare_of(App& app, const std::filesystem::path& directory) {
  const auto manifest = read_manifest(directory);
  if (!manifest) return; /* a plugin that is gone has no say */
  for (const auto& permission : manifest->permissions) app.accounts.declare({permission.id, permission.label, permission.roles, manifest->domain});
}

std::unique_ptr<App> open_with_permissions(Command& command) {
  auto app = open_app(command);
  if (!app) return app;
  for (const auto& state : app->plugins.states()) declare_of(*app, state.directory);
  for (const auto& directory : command.options.plugins) declare_of(*app, directory);
  return app;
}

int list_permissions(Command& command, const RoleOptions& given) {
  auto app = open_with_permissions(command);
  if (!app) return 1;
  json::array rows;
  for (const auto& permission : app->accounts.permissions()) {
    if (!given.role.empty() && !permission.roles.count(given.role)) continue;
    std::string roles;
    json::array names;
    for (const auto& role : permission.roles) roles += (roles.empty() ? "" : ", ") + role, names.emplace_back(role);
    rows.push_back(json::object{{"permission", permission.id}, {"label", permission.label}, {"roles", std::move(names)}, {"changed", permission.roles != permission.defaults}});
    if (!command.json_output) std::cout << permission.id << "\t" << roles << "\t" << permission.label << (permission.roles != permission.defaults ? "\t(changed)" : "") << "\n";
  }
  if (command.json_output) print_json(rows);
  return 0;
}

int change(Command& command, const RoleOptions& given, bool allow) {
  auto app = open_with_permissions(command);
  if (!app) return 1;
  if (auto done = app->accounts.set_permission(given.role, given.permission, allow); !done) return fail(done.problem());
  AuditEntry entry;
  entry.event = allow ? "role.grant" : "role.revoke";
  entry.details = {{"role", given.role}, {"permission", given.permission}};
  app->audit.write(cli_caller(), std::move(entry));
  std::cout << "Done: " << given.role << (allow ? " may " : " may no longer ") << given.permission << "\n";
  return 0;
}
}  // namespace

void add_role(CLI::App& root, Command& command) {
  auto* group = root.add_subcommand("role", "What roles may do");
  group->require_subcommand(1);
  auto given = std::make_shared<RoleOptions>();
  auto* list = group->add_subcommand("list", "Every permission with the roles that have it");
  list->footer("Example:\n  shopadmin role list staff");
  list->add_option("role", given->role, "Only what this role may")->check(CLI::IsMember({"owner", "administrator", "staff"}));
  list->callback([&command, given] { command.run = [&command, given] { return list_permissions(command, *given); }; });
  auto* grant = group->add_subcommand("grant", "Give a permission to a role");
  grant->footer("Example:\n  shopadmin role grant staff payment.refund");
  auto* revoke = group->add_subcommand("revoke", "Take a permission from a role");
  revoke->footer("Example:\n  shopadmin role revoke staff payment.refund");
  for (auto* sub : {grant, revoke}) {
    const bool allow = sub == grant;
    sub->add_option("role", given->role, "administrator or staff")->required();
    sub->add_option("permission", given->permission, "For example payment.refund")->required();
    sub->callback([&command, given, allow] { command.run = [&command, given, allow] { return change(command, *given, allow); }; });
  }
  for (auto* sub : {list, grant, revoke}) plugin_option(*sub, command);
}

}  // namespace shopadmin::cli
