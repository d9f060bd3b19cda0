/* Accounts: what each role may. The defaults are the host's and those of the plugins' manifests; what an owner changed is read from the database. */
#include "accounts/accounts.hpp"
#include "texts.hpp"

namespace shopadmin {

namespace {
constexpr auto rules_fresh = std::chrono::seconds(1);
constexpr const char* owner_only = "roles.edit"; /* whoever changes rights could give himself all */
}  // namespace

void Accounts::declare(const Permission& permission) {
  const std::lock_guard hold(lock_);
  permissions_.emplace(permission.id, permission); /* the host's own and earlier ones stay */
}

void Accounts::read_rules() {
  std::map<std::pair<std::string, std::string>, bool> rules;
  database_.read([&](Sql& sql) {
    for (const auto& row : sql.rows("SELECT role, permission, allowed FROM role_permissions")) rules[{row.text(0), row.text(1)}] = row.flag(2);
    return true;
  });
  const std::lock_guard hold(lock_);
  rules_ = std::move(rules);
  rules_read_ = std::chrono::steady_clock::now();
}

/* Another process may have changed them. */
void Accounts::keep_rules_fresh() {
  {
    const std::lock_guard hold(lock_);
    const auto now = std::chrono::steady_clock::now();
    if (now - rules_read_ < rules_fresh) return;
    rules_read_ = now; /* one reader is enough */
  }
  read_rules();
}

bool Accounts::allowed(const std::string& role, const Permission& permission) const {
  if (role == "owner") return true;
  if (permission.id == owner_only) return false;
  const auto rule = rules_.find({role, permission.id});
  return rule == rules_.end() ? permission.roles.count(role) > 0 : rule->second;
}

bool Accounts::may(const std::string& role, const std::string& permission) const {
  if (role == "system") return true;
  const std::lock_guard hold(lock_);
  const auto found = permissions_.find(permission);
  return found != permissions_.end() && allowed(role, found->second);
}

std::vector<Permission> Accounts::permissions() const {
  const std::lock_guard hold(lock_);
  std::vector<Permission> all;
  for (const auto& [id, permission] : permissions_) {
    all.push_back(permission);
    all.back().defaults = permission.roles;
    all.back().defaults.insert("owner");
    all.back().roles.clear();
    for (const auto* role : {"owner", "administrator", "staff"})
      if (allowed(role, permission)) all.back().roles.insert(role);
  }
  return all;
}

Result<void> Accounts::set_permission(const std::string& role, const std::string& permission, bool allow) {
  if (role == "owner") return sentence(Kind::refused, "An owner may everything; nothing can be taken away. Change the role of the user instead.", {});
  if (role != "administrator" && role != "staff") return sentence(Kind::invalid, "Unknown role “{role}”. Use administrator or staff.", {{"role", role}});
  bool by_default = false;
  {
    const std::lock_guard hold(lock_);
    const auto found = permissions_.find(permission);
    if (found == permissions_.end()) return sentence(Kind::not_found, "There is no permission “{permission}”. See: shopadmin role list.", {{"permission", permission}});
    by_default = found->second.roles.count(role) > 0;
  }
  if (permission == owner_only) return sentence(Kind::refused, "Only owners change what roles may do; this cannot be given away.", {});
  const auto done = database_.write([&](Sql& sql) -> Result<void> {
    if (allow == by_default) sql.change("DELETE FROM role_permissions WHERE role = :1 AND permission = :2", {role, permission});
    else
      sql.change("INSERT INTO role_permissions (role, permission, allowed) VALUES (:1, :2, :3) ON CONFLICT (role, permission) DO UPDATE SET allowed = excluded.allowed",
                 {role, permission, std::int64_t{allow}});
    return {};
  });
  if (done) read_rules();
  return done;
}

}  // namespace shopadmin
