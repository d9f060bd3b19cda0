/* Accounts: users and permissions. Sessions and the login are in sessions.cpp. */
#include "accounts/accounts.hpp"

#include <algorithm>

#include "accounts/password.hpp"
#include "accounts/rows.hpp"
#include "texts.hpp"

namespace shopadmin {

namespace {
const std::set<std::string> roles = {"owner", "administrator", "staff"};

const std::vector<Permission>& own_permissions() {
  static const std::vector<Permission> permissions = {
      {"orders.view", "See orders", {"owner", "administrator", "staff"}},
      {"orders.cancel", "Cancel orders and lines", {"owner", "administrator", "staff"}},
      {"orders.delete", "Delete orders and lines", {"owner", "administrator", "staff"}},
      {"orders.edit", "Ship orders, change state and notes", {"owner", "administrator", "staff"}},
      {"settings.edit", "Change settings", {"owner", "administrator"}},
      {"users.edit", "Manage users", {"owner", "administrator"}},
      {"roles.edit", "Change what roles may do", {"owner"}},
      {"tokens.edit", "Make API tokens for other systems", {"owner"}},
      {"plugins.edit", "Manage plugins and background jobs", {"owner", "administrator"}},
      {"audit.view", "Read the audit trail", {"owner", "administrator"}}};
  return permissions;
}

Result<void> check_role(const std::string& role) {
  if (roles.count(role)) return {};
  return Problem{Kind::invalid, "Unknown role \"" + role + "\". Use owner, administrator or staff.", ""};
}

Result<void> check_password(const std::string& password) {
  if (password.size() < 10) return Problem{Kind::invalid, "The password must have at least 10 characters.", ""};
  if (password.size() > 1000) return Problem{Kind::invalid, "The password must have at most 1000 bytes.", ""};
  return {};
}

Result<void> check_login(const std::string& login) {
  const bool good = !login.empty() && login.size() <= 100 && std::none_of(login.begin(), login.end(), [](unsigned char c) { return c <= ' ' || c == 127; });
  if (good) return {};
  return Problem{Kind::invalid, "The login name must have 1 to 100 characters without spaces.", ""};
}

Problem no_such_user(const std::string& login) { return {Kind::not_found, "There is no user \"" + login + "\". See: shopadmin user list.", ""}; }

void end_sessions(Sql& sql, const std::string& login) { sql.change("DELETE FROM sessions WHERE user_id = (SELECT id FROM users WHERE login = :1)", {login}); }
}  // namespace

User user_from(const Row& row) {
  User user;
  user.id = row.text(0), user.login = row.text(1), user.name = row.text(2), user.role = row.text(3), user.locale = row.text(4);
  user.disabled = row.flag(5), user.created_ms = row.whole(6), user.last_login_ms = row.whole(7);
  user.zone = row.text(8), user.theme = row.text(9);
  return user;
}

Accounts::Accounts(Database& database, Clock& clock) : database_(database), clock_(clock) {
  for (const auto& permission : own_permissions()) permissions_[permission.id] = permission;
  read_rules();
}

Result<User> Accounts::add(const std::string& login, const std::string& name, const std::string& role, const std::string& password) {
  for (const auto& check : {check_login(login), check_role(role), check_password(password)})
    if (!check) return check.problem();
  User user;
  user.id = "u-" + random_hex(8), user.login = login, user.name = name.empty() ? login : name, user.role = role, user.created_ms = clock_.now_ms();
  const auto hash = hash_password(password);
  try {
    return database_.write([&](Sql& sql) {
      sql.change("INSERT INTO users (id, login, name, role, locale, password, disabled, created_ms, last_login_ms) VALUES (:1, :2, :3, :4, '', :5, 0, :6, 0)",
                 {user.id, user.login, user.name, user.role, hash, user.created_ms});
      return Result<User>(user);
    });
  } catch (const DatabaseError& error) {
    if (!error.duplicate) throw;
    return sentence(Kind::conflict, "There is a user “{login}” already.", {{"login", login}});
  }
}

std::vector<User> Accounts::list() {
  return database_.read([&](Sql& sql) {
    std::vector<User> users;
    for (const auto& row : sql.rows(std::string("SELECT ") + user_columns + " FROM users u ORDER BY u.login")) users.push_back(user_from(row));
    return users;
  });
}

Result<User> Accounts::find(const std::string& login) {
  const auto row = database_.read([&](Sql& sql) { return sql.row(std::string("SELECT ") + user_columns + " FROM users u WHERE u.login = :1", {login}); });
  if (!row) return no_such_user(login);
  return user_from(*row);
}

Result<void> Accounts::set_password(const std::string& login, const std::string& password) {
  if (auto good = check_password(password); !good) return good;
  const auto hash = hash_password(password);
  return database_.write([&](Sql& sql) -> Result<void> {
    if (sql.change("UPDATE users SET password = :1 WHERE login = :2", {hash, login}) == 0) return no_such_user(login);
    end_sessions(sql, login);
    sql.change("DELETE FROM login_failures WHERE key = :1", {"login/" + login});
    return {};
  });
}

namespace {
/* The shop must not lock itself out. */
Result<void> another_owner(Sql& sql, const std::string& login) {
  const auto row = sql.row("SELECT count(*) FROM users WHERE role = 'owner' AND disabled = 0 AND login <> :1", {login});
  const auto self = sql.row("SELECT role FROM users WHERE login = :1", {login});
  if (!self || self->text(0) != "owner" || row->whole(0) > 0) return {};
  return sentence(Kind::refused, "“{login}” is the only owner. Make another user owner first.", {{"login", login}});
}
}  // namespace

Result<void> Accounts::set_role(const std::string& login, const std::string& role) {
  if (auto good = check_role(role); !good) return good;
  return database_.write([&](Sql& sql) -> Result<void> {
    if (role != "owner")
      if (auto good = another_owner(sql, login); !good) return good;
    if (sql.change("UPDATE users SET role = :1 WHERE login = :2", {role, login}) == 0) return no_such_user(login);
    return {};
  });
}

Result<void> Accounts::set_disabled(const std::string& login, bool disabled) {
  return database_.write([&](Sql& sql) -> Result<void> {
    if (disabled)
      if (auto good = another_owner(sql, login); !good) return good;
    if (sql.change("UPDATE users SET disabled = :1 WHERE login = :2", {std::int64_t{disabled}, login}) == 0) return no_such_user(login);
    end_sessions(sql, login);
    return {};
  });
}

Result<void> Accounts::set_look(const std::string& user_id, const std::string& locale, const std::string& zone, const std::string& theme) {
  if (locale.size() > 20) return Problem{Kind::invalid, "Unknown language.", ""};
  if (zone.size() > 60) return Problem{Kind::invalid, "Unknown time zone.", ""};
  if (!theme.empty() && theme != "light" && theme != "dark") return Problem{Kind::invalid, "Unknown colours. Choose light, dark or as the system.", ""};
  return database_.write([&](Sql& sql) {
    sql.change("UPDATE users SET locale = :1, zone = :2, theme = :3 WHERE id = :4", {locale, zone, theme, user_id});
    return Result<void>{};
  });
}

}  // namespace shopadmin
