/* Accounts: login, its brake, and sessions. */
#include <algorithm>

#include "accounts/accounts.hpp"
#include "accounts/password.hpp"
#include "accounts/rows.hpp"
#include "operate/metrics.hpp"
#include "texts.hpp"

namespace shopadmin {

namespace {
constexpr int free_tries_account = 5, free_tries_address = 20;
constexpr std::int64_t forget_ms = 15 * 60 * 1000, first_pause_ms = 30 * 1000, longest_pause_ms = 15 * 60 * 1000, session_touch_ms = 30 * 1000;

Problem not_signed_in() { return {Kind::denied, "You are not signed in (any more). Sign in again.", ""}; }
}  // namespace

Caller Session::caller(const std::string& trace_id) const {
  Caller caller;
  caller.id = user.id, caller.name = user.name, caller.role = user.role, caller.trace_id = trace_id;
  if (!user.locale.empty()) caller.locale = user.locale;
  caller.zone = user.zone;
  return caller;
}

/* Counts an attempt before it is checked, so that many at once cannot slip through together; a good login takes it back. */
Result<void> Accounts::throttled(Sql& sql, const std::string& key, int allowed) {
  const auto now = clock_.now_ms();
  const auto row = sql.row("SELECT failures, last_ms, blocked_until_ms FROM login_failures WHERE key = :1", {key});
  if (row && row->whole(2) > now) {
    const auto seconds = (row->whole(2) - now + 999) / 1000;
    return sentence(Kind::limit, "Too many attempts. Try again in {seconds} seconds.", {{"seconds", seconds}});
  }
  const auto failures = (row && now - row->whole(1) < forget_ms ? row->whole(0) : 0) + 1;
  std::int64_t until = 0;
  if (failures >= allowed) until = now + std::min(longest_pause_ms, first_pause_ms << std::min<std::int64_t>(failures - allowed, 10));
  sql.change(
      "INSERT INTO login_failures (key, failures, last_ms, blocked_until_ms) VALUES (:1, :2, :3, :4)"
      " ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, last_ms = excluded.last_ms, blocked_until_ms = excluded.blocked_until_ms",
      {key, failures, now, until});
  return {};
}

Result<Session> Accounts::login(const std::string& login, const std::string& password, const std::string& address, const std::string& old_token) {
  const auto account_key = "login/" + login.substr(0, 200), address_key = "address/" + address;
  auto free = database_.write([&](Sql& sql) -> Result<void> {
    if (auto good = throttled(sql, address_key, free_tries_address); !good) return good;
    return throttled(sql, account_key, free_tries_account);
  });
  if (!free) return metrics::count_login("throttled"), free.problem();
  const auto row = database_.read([&](Sql& sql) {
    return sql.row(std::string("SELECT ") + user_columns + ", u.password FROM users u WHERE u.login = :1", {login});
  });
  const bool matches = password_matches(row ? row->text(10) : hash_of_nobody(), password);
  if (!row || !matches || row->flag(5)) return metrics::count_login("refused"), Problem{Kind::denied, "The name or the password is wrong. Check both and try again.", ""};

  metrics::count_login("good");
  Session session;
  session.token = random_hex(32), session.csrf = random_hex(32), session.user = user_from(*row);
  session.created_ms = session.last_seen_ms = clock_.now_ms();
  return database_.write([&](Sql& sql) {
    sql.change("DELETE FROM login_failures WHERE key = :1", {account_key});
    sql.change("UPDATE login_failures SET failures = CASE WHEN failures > 0 THEN failures - 1 ELSE 0 END, blocked_until_ms = 0 WHERE key = :1", {address_key});
    if (!old_token.empty()) sql.change("DELETE FROM sessions WHERE token_hash = :1", {sha256_hex(old_token)});
    sql.change("DELETE FROM sessions WHERE created_ms < :1 OR last_seen_ms < :2", {session.created_ms - absolute_ms, session.created_ms - idle_ms});
    sql.change("INSERT INTO sessions (token_hash, user_id, csrf, created_ms, last_seen_ms) VALUES (:1, :2, :3, :4, :5)",
               {sha256_hex(session.token), session.user.id, session.csrf, session.created_ms, session.last_seen_ms});
    sql.change("UPDATE users SET last_login_ms = :1 WHERE id = :2", {session.created_ms, session.user.id});
    return Result<Session>(session);
  });
}

Result<Session> Accounts::session(const std::string& token, bool counts) {
  if (token.size() != 64) return not_signed_in();
  keep_rules_fresh();
  const auto hash = sha256_hex(token);
  const auto row = database_.read([&](Sql& sql) {
    return sql.row(std::string("SELECT ") + user_columns + ", s.csrf, s.created_ms, s.last_seen_ms FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_hash = :1", {hash});
  });
  if (!row || row->flag(5)) return not_signed_in();
  Session session;
  session.user = user_from(*row);
  session.csrf = row->text(10), session.created_ms = row->whole(11), session.last_seen_ms = row->whole(12);
  const auto now = clock_.now_ms();
  if (now - session.created_ms >= absolute_ms || now - session.last_seen_ms >= idle_ms) {
    logout(token);
    return not_signed_in();
  }
  if (counts && now - session.last_seen_ms >= session_touch_ms) { /* not a write per request */
    (void)database_.write_plain([&](Sql& sql) {
      sql.change("UPDATE sessions SET last_seen_ms = :1 WHERE token_hash = :2", {now, hash});
      return Result<void>{};
    });
    session.last_seen_ms = now;
  }
  return session;
}

void Accounts::logout(const std::string& token) {
  (void)database_.write([&](Sql& sql) {
    sql.change("DELETE FROM sessions WHERE token_hash = :1", {sha256_hex(token)});
    return Result<void>{};
  });
}

bool Accounts::csrf_matches(const Session& session, const std::string& given) { return !session.csrf.empty() && same_bytes(session.csrf, given); }

}  // namespace shopadmin
