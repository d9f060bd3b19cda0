/* Accounts: users, roles, permissions, sessions and the brake on guessing passwords. The web calls it for the login and on each request; the CLI
 * manages users. Passwords are argon2id; a session token is 256 random bits and stored only as a hash. Any thread; all state is in the database,
 * so several processes share it. */
#pragma once
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "caller.hpp"
#include "clock.hpp"
#include "document.hpp"
#include "result.hpp"
#include "store/database.hpp"

namespace shopadmin {

struct User {
  std::string id, login, name, role, locale; /* role: owner, administrator, staff; locale "" = from the browser */
  std::string zone, theme;                   /* zone "": the shop's; theme: light, dark or "" as the system */
  bool disabled = false;
  std::int64_t created_ms = 0, last_login_ms = 0;
};

struct Session {
  std::string token; /* only in the answer of login(); never stored, never shown */
  std::string csrf;  /* constant for the session; compare with csrf_matches */
  User user;
  std::int64_t created_ms = 0, last_seen_ms = 0;
  Caller caller(const std::string& trace_id = "") const;
};

struct Permission {
  std::string id, label;       /* label: a message id of `domain` */
  std::set<std::string> roles; /* who has it by default; in permissions(): who has it now */
  std::string domain = "shopadmin";
  std::set<std::string> defaults = {};
};

class Accounts {
 public:
  static constexpr std::int64_t idle_ms = 30 * 60 * 1000, absolute_ms = 12 * 60 * 60 * 1000;

  Accounts(Database& database, Clock& clock);

  Result<User> add(const std::string& login, const std::string& name, const std::string& role, const std::string& password);
  std::vector<User> list();
  Result<User> find(const std::string& login);
  Result<void> set_password(const std::string& login, const std::string& password); /* ends the user's sessions */
  Result<void> set_role(const std::string& login, const std::string& role);
  Result<void> set_disabled(const std::string& login, bool disabled);               /* ends the user's sessions */
  Result<void> set_look(const std::string& user_id, const std::string& locale, const std::string& zone, const std::string& theme);

  /* address: of the browser. LIMIT: too many attempts (message says when to try again); DENIED: wrong name or password (never which).
   * A new token is made at each login; old_token (of the browser's earlier session) ends. */
  Result<Session> login(const std::string& login, const std::string& password, const std::string& address, const std::string& old_token = "");
  Result<Session> session(const std::string& token, bool counts = true); /* DENIED: none, idle too long or too old. `counts` as activity, or only looks. */
  void logout(const std::string& token);
  static bool csrf_matches(const Session& session, const std::string& given); /* constant time */

  void declare(const Permission& permission); /* a plugin's, when it is loaded */
  /* Roles "system" and "owner" may everything there is; unknown permission: nobody. What set_permission changed counts here at once, in other processes with
   * the next request after a second. */
  bool may(const std::string& role, const std::string& permission) const;
  void keep_rules_fresh(); /* of each request: takes over what another process changed, once a second */
  std::vector<Permission> permissions() const;
  Result<void> set_permission(const std::string& role, const std::string& permission, bool allowed); /* of administrator or staff; REFUSED: nothing to change there */

 private:
  Result<void> throttled(Sql& sql, const std::string& key, int allowed);
  void read_rules();
  bool allowed(const std::string& role, const Permission& permission) const; /* under lock_ */

  Database& database_;
  Clock& clock_;
  mutable std::mutex lock_;
  std::map<std::string, Permission> permissions_;
  std::map<std::pair<std::string, std::string>, bool> rules_; /* role and permission */
  std::chrono::steady_clock::time_point rules_read_{};
};

}  // namespace shopadmin
