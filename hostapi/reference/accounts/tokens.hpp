/* API tokens: how other systems (an ERP, a warehouse) act for a named user over the JSON interface. A token is 256 random bits, shown once and stored as SHA-256;
 * its beginning stays visible so that people can tell tokens apart. It can do what its scopes allow and never more than its user's role; it ends with its
 * expiry, with revoking, and while its user is locked. Owners make them (page API tokens, `shopadmin token`). Any thread; all state is in the database. */
#pragma once
#include <set>
#include <string>
#include <vector>

#include "accounts/accounts.hpp"

namespace shopadmin {

struct ApiToken {
  std::string id, name, prefix; /* prefix: how the token begins, for people */
  User user;                    /* on whose behalf */
  std::set<std::string> scopes;
  std::string made_by;
  std::int64_t created_ms = 0, expires_ms = 0, last_used_ms = 0, revoked_ms = 0; /* 0: never */
  bool active(std::int64_t now_ms) const { return revoked_ms == 0 && (expires_ms == 0 || now_ms < expires_ms) && !user.disabled; }
};

struct MadeToken {
  ApiToken token;
  std::string secret; /* only here; never stored, never shown again */
};

class ApiTokens {
 public:
  ApiTokens(Database& database, Clock& clock) : database_(database), clock_(clock) {}

  /* What a token may be given: orders:read, plans:write, acts:write, and <plugin domain>:read for what plugins show. */
  static bool known_scope(const std::string& scope);

  /* days 0: without an end. INVALID: a name or scope that cannot be; NOT_FOUND: no such user. */
  Result<MadeToken> make(const std::string& login, const std::string& name, const std::set<std::string>& scopes, std::int64_t days, const std::string& made_by);
  std::vector<ApiToken> list(); /* newest first, also ended ones */
  Result<ApiToken> revoke(const std::string& id_or_prefix);
  /* Of a request. DENIED: not known, ended, revoked, or its user is locked; never which. */
  Result<ApiToken> check(const std::string& secret);

 private:
  Database& database_;
  Clock& clock_;
};

}  // namespace shopadmin
