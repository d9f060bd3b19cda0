#include "accounts/tokens.hpp"

#include <boost/algorithm/string/join.hpp>
#include <regex>
#include <sstream>

#include "accounts/password.hpp"
#include "accounts/rows.hpp"
#include "texts.hpp"

namespace shopadmin {

namespace {
constexpr const char* beginning = "shp_"; /* so that leaked ones are found by searching */
constexpr std::size_t shown_characters = 12;
constexpr std::int64_t day_ms = 24LL * 3600 * 1000, token_touch_ms = 60 * 1000;
const std::string token_columns = std::string(user_columns) + ", t.id, t.name, t.prefix, t.scopes, t.made_by, t.created_ms, t.expires_ms, t.last_used_ms, t.revoked_ms";

ApiToken token_from(const Row& row) {
  ApiToken token;
  token.user = user_from(row);
  token.id = row.text(10), token.name = row.text(11), token.prefix = row.text(12);
  std::istringstream scopes(row.text(13));
  for (std::string scope; scopes >> scope;) token.scopes.insert(scope);
  token.made_by = row.text(14), token.created_ms = row.whole(15), token.expires_ms = row.whole(16), token.last_used_ms = row.whole(17), token.revoked_ms = row.whole(18);
  return token;
}

Result<void> check_wish(const std::string& name, const std::set<std::string>& scopes, std::int64_t days) {
  if (name.empty() || name.size() > 80) return Problem{Kind::invalid, "Name the token after the system that uses it, in 1 to 80 characters.", ""};
  if (scopes.empty()) return Problem{Kind::invalid, "Choose at least one thing the token may do.", ""};
  for (const auto& scope : scopes)
    if (!ApiTokens::known_scope(scope)) return sentence(Kind::invalid, "The scope “{scope}” is not known.", {{"scope", scope.substr(0, 60)}});
  if (days < 0 || days > 3650) return Problem{Kind::invalid, "A token is valid for 1 to 3650 days, or without an end.", ""};
  return {};
}
}  // namespace

bool ApiTokens::known_scope(const std::string& scope) {
  static const std::regex form("orders:read|plans:write|acts:write|[a-z][a-z0-9_-]{0,40}:read");
  return std::regex_match(scope, form);
}

Result<MadeToken> ApiTokens::make(const std::string& login, const std::string& name, const std::set<std::string>& scopes, std::int64_t days, const std::string& made_by) {
  if (auto good = check_wish(name, scopes, days); !good) return good.problem();
  MadeToken made;
  made.secret = beginning + random_hex(32);
  auto& token = made.token;
  token.id = "t-" + random_hex(8), token.name = name, token.prefix = made.secret.substr(0, shown_characters), token.scopes = scopes, token.made_by = made_by;
  token.created_ms = clock_.now_ms(), token.expires_ms = days == 0 ? 0 : token.created_ms + days * day_ms;
  const auto joined = boost::algorithm::join(scopes, " ");
  return database_.write([&](Sql& sql) -> Result<MadeToken> {
    const auto user = sql.row(std::string("SELECT ") + user_columns + " FROM users u WHERE u.login = :1", {login});
    if (!user) return Problem{Kind::not_found, "There is no user \"" + login + "\". See: shopadmin user list.", ""};
    token.user = user_from(*user);
    sql.change("INSERT INTO api_tokens (id, user_id, name, prefix, token_hash, scopes, made_by, created_ms, expires_ms, last_used_ms, revoked_ms) VALUES (:1, :2, :3, :4, :5, :6, :7, :8, :9, 0, 0)",
               {token.id, token.user.id, token.name, token.prefix, sha256_hex(made.secret), joined, made_by, token.created_ms, token.expires_ms});
    return made;
  });
}

std::vector<ApiToken> ApiTokens::list() {
  const auto rows = database_.read([&](Sql& sql) { return sql.rows("SELECT " + token_columns + " FROM api_tokens t JOIN users u ON u.id = t.user_id ORDER BY t.created_ms DESC, t.id"); });
  std::vector<ApiToken> tokens;
  for (const auto& row : rows) tokens.push_back(token_from(row));
  return tokens;
}

Result<ApiToken> ApiTokens::revoke(const std::string& id_or_prefix) {
  const auto now_ms = clock_.now_ms();
  return database_.write([&](Sql& sql) -> Result<ApiToken> {
    const auto rows = sql.rows("SELECT " + token_columns + " FROM api_tokens t JOIN users u ON u.id = t.user_id WHERE t.id = :1 OR t.prefix = :2", {id_or_prefix, id_or_prefix});
    if (rows.size() != 1) return Problem{Kind::not_found, "There is no such token. See: shopadmin token list.", ""};
    auto token = token_from(rows.front());
    if (token.revoked_ms != 0) return token;
    sql.change("UPDATE api_tokens SET revoked_ms = :1 WHERE id = :2", {now_ms, token.id});
    token.revoked_ms = now_ms;
    return token;
  });
}

Result<ApiToken> ApiTokens::check(const std::string& secret) {
  const Problem unknown{Kind::denied, "The token is not valid (any more). Ask the shop's owner for a new one.", ""};
  if (secret.size() != std::string_view(beginning).size() + 64) return unknown;
  const auto hash = sha256_hex(secret);
  const auto row = database_.read([&](Sql& sql) { return sql.row("SELECT " + token_columns + " FROM api_tokens t JOIN users u ON u.id = t.user_id WHERE t.token_hash = :1", {hash}); });
  if (!row) return unknown;
  auto token = token_from(*row);
  const auto now_ms = clock_.now_ms();
  if (!token.active(now_ms)) return unknown;
  if (now_ms - token.last_used_ms >= token_touch_ms) { /* not a write per request */
    (void)database_.write_plain([&](Sql& sql) {
      sql.change("UPDATE api_tokens SET last_used_ms = :1 WHERE id = :2", {now_ms, token.id});
      return Result<void>{};
    });
    token.last_used_ms = now_ms;
  }
  return token;
}

}  // namespace shopadmin
