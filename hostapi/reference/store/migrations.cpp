#include "store/migrations.hpp"

#include <array>
#include <chrono>

#include "audit/chain.hpp"

namespace shopadmin {

namespace {

/* One statement an entry. {id}: a growing whole number as key. {c}: bytewise comparison, so that ranges and cursors agree on both engines. */
const std::vector<const char*> version_1 = {
    "CREATE TABLE orders (id text {c} PRIMARY KEY, shop_id text {c} NOT NULL, number text {c} NOT NULL, version bigint NOT NULL, state text {c} NOT NULL,"
    " state_before text NOT NULL, created_ms bigint NOT NULL, currency text NOT NULL, locale text NOT NULL, buyer_name text NOT NULL, buyer_email text NOT NULL,"
    " buyer_phone text NOT NULL, billing text NOT NULL, shipping text NOT NULL, payment_method text {c} NOT NULL, payment_reference text {c} NOT NULL,"
    " charge_id text {c} NOT NULL, at_checkout text NOT NULL, discount_minor bigint NOT NULL, shipping_minor bigint NOT NULL, shipping_tax_rate_bp bigint NOT NULL,"
    " shipping_gone bigint NOT NULL, notes text NOT NULL, carrier text NOT NULL, tracking_number text NOT NULL, shipped_ms bigint, total_minor bigint NOT NULL,"
    " original_total_minor bigint NOT NULL, payment_word text {c}, payment_label_reference text, payment_note text, payment_args text,"
    " payment_tasks bigint NOT NULL, payment_drift bigint NOT NULL, payment_test bigint NOT NULL, finished bigint NOT NULL, problem bigint NOT NULL)",
    "CREATE UNIQUE INDEX orders_number ON orders (shop_id, number)",
    "CREATE INDEX orders_created ON orders (shop_id, created_ms, id)",
    "CREATE INDEX orders_finished ON orders (shop_id, finished, created_ms, id)",
    "CREATE INDEX orders_problem ON orders (shop_id, problem, created_ms, id)",
    "CREATE INDEX orders_word ON orders (shop_id, payment_word, created_ms, id)",
    "CREATE INDEX orders_method ON orders (payment_method, id)",
    "CREATE TABLE order_lines (order_id text {c} NOT NULL REFERENCES orders (id) ON DELETE CASCADE, line_id text {c} NOT NULL, position bigint NOT NULL,"
    " sku text NOT NULL, title text NOT NULL, ordered bigint NOT NULL CHECK (ordered > 0), deleted bigint NOT NULL CHECK (deleted >= 0),"
    " canceled bigint NOT NULL CHECK (canceled >= 0), unit_price_minor bigint NOT NULL, tax_rate_bp bigint NOT NULL, cancel_generation bigint NOT NULL,"
    " canceled_who text, canceled_at_ms bigint, canceled_reason text, canceled_note text, PRIMARY KEY (order_id, line_id), CHECK (deleted + canceled <= ordered))",
    "CREATE TABLE order_history (id {id}, order_id text {c} NOT NULL REFERENCES orders (id) ON DELETE CASCADE, at_ms bigint NOT NULL, who text NOT NULL,"
    " event text NOT NULL, text text NOT NULL, args text NOT NULL)",
    "CREATE INDEX order_history_order ON order_history (order_id, id)",
    "CREATE TABLE order_terms (term text {c} NOT NULL, order_id text {c} NOT NULL REFERENCES orders (id) ON DELETE CASCADE, PRIMARY KEY (term, order_id))",
    "CREATE INDEX order_terms_order ON order_terms (order_id)",
    "CREATE TABLE operations (operation_id text {c} PRIMARY KEY, act text NOT NULL, order_id text {c} NOT NULL, request text NOT NULL, at_ms bigint NOT NULL, result text NOT NULL)",
    "CREATE TABLE tasks (id {id}, plugin_id text {c} NOT NULL, name text {c} NOT NULL, key text {c} NOT NULL, lane text {c} NOT NULL, state text {c} NOT NULL,"
    " attempts bigint NOT NULL, due_ms bigint NOT NULL, created_ms bigint NOT NULL, leased_until_ms bigint NOT NULL, lease_owner text NOT NULL,"
    " every_s bigint NOT NULL, last_error text NOT NULL, payload text NOT NULL)",
    "CREATE INDEX tasks_due ON tasks (plugin_id, name, state, due_ms)",
    "CREATE INDEX tasks_key ON tasks (plugin_id, name, key)",
    "CREATE INDEX tasks_lane ON tasks (lane, id)",
    "CREATE UNIQUE INDEX tasks_one_waiting ON tasks (plugin_id, name, key) WHERE state = 'waiting' AND key <> ''",
    "CREATE TABLE task_counters (plugin_id text {c} NOT NULL, name text {c} NOT NULL, done bigint NOT NULL, PRIMARY KEY (plugin_id, name))",
    "CREATE TABLE audit (id {id}, at_ms bigint NOT NULL, who_id text {c} NOT NULL, who_name text NOT NULL, event text {c} NOT NULL, order_id text {c} NOT NULL,"
    " order_number text {c} NOT NULL, amount_minor bigint, currency text NOT NULL, reason text NOT NULL, details text NOT NULL, chain text NOT NULL)",
    "CREATE INDEX audit_order ON audit (order_id, id)",
    "CREATE INDEX audit_event ON audit (event, id)",
    "CREATE TABLE users (id text {c} PRIMARY KEY, login text {c} NOT NULL UNIQUE, name text NOT NULL, role text NOT NULL, locale text NOT NULL, password text NOT NULL,"
    " disabled bigint NOT NULL, created_ms bigint NOT NULL, last_login_ms bigint NOT NULL)",
    "CREATE TABLE sessions (token_hash text {c} PRIMARY KEY, user_id text {c} NOT NULL REFERENCES users (id) ON DELETE CASCADE, csrf text NOT NULL,"
    " created_ms bigint NOT NULL, last_seen_ms bigint NOT NULL)",
    "CREATE INDEX sessions_user ON sessions (user_id)",
    "CREATE TABLE login_failures (key text {c} PRIMARY KEY, failures bigint NOT NULL, last_ms bigint NOT NULL, blocked_until_ms bigint NOT NULL)",
    "CREATE TABLE plugin_settings (plugin_id text {c} NOT NULL, name text {c} NOT NULL, value text NOT NULL, PRIMARY KEY (plugin_id, name))",
    "CREATE TABLE plugin_secrets (plugin_id text {c} NOT NULL, name text {c} NOT NULL, sealed text NOT NULL, PRIMARY KEY (plugin_id, name))",
    "CREATE TABLE plugins (id text {c} PRIMARY KEY, version text NOT NULL, payment_method text {c} NOT NULL, directory text NOT NULL, seen_ms bigint NOT NULL)",
    "CREATE TABLE collection_fields (table_name text {c} NOT NULL, field text {c} NOT NULL, type text NOT NULL, PRIMARY KEY (table_name, field))",
};

/* The audit trail gets a digest for each entry beside the chain, and a table of its own for what people wrote. */
const std::vector<const char*> version_2 = {
    "ALTER TABLE audit ADD COLUMN note_sha256 text NOT NULL DEFAULT ''",
    "ALTER TABLE audit ADD COLUMN digest text NOT NULL DEFAULT ''",
    "CREATE TABLE audit_notes (entry_id bigint PRIMARY KEY, salt text NOT NULL, note text NOT NULL)",
    "CREATE INDEX audit_number ON audit (order_number, id)",
};

/* Look and clock belong to the user; what an owner changed of the roles' rights stands beside the defaults of host and plugins. */
const std::vector<const char*> version_3 = {
    "ALTER TABLE users ADD COLUMN zone text NOT NULL DEFAULT ''",
    "ALTER TABLE users ADD COLUMN theme text NOT NULL DEFAULT ''",
    "CREATE TABLE role_permissions (role text {c} NOT NULL, permission text {c} NOT NULL, allowed bigint NOT NULL, PRIMARY KEY (role, permission))",
    "CREATE INDEX audit_who ON audit (who_id, id)",
};

/* Of which form the documents of a plugin are; stays when the plugin goes and they stay. */
const std::vector<const char*> version_4 = {
    "CREATE TABLE plugin_data (plugin_id text {c} PRIMARY KEY, data_version bigint NOT NULL)",
};

/* Facts about this shop as a whole: that it was restored from a backup, and who knows of it. */
const std::vector<const char*> version_5 = {
    "CREATE TABLE host_facts (name text {c} PRIMARY KEY, value text NOT NULL)",
};

/* Other systems act for a user: their tokens, the plans they started, and the acts by their own key (api/plans.hpp). */
const std::vector<const char*> version_6 = {
    "CREATE TABLE api_tokens (id text {c} PRIMARY KEY, user_id text {c} NOT NULL REFERENCES users (id) ON DELETE CASCADE, name text NOT NULL, prefix text {c} NOT NULL,"
    " token_hash text {c} NOT NULL UNIQUE, scopes text NOT NULL, made_by text NOT NULL, created_ms bigint NOT NULL, expires_ms bigint NOT NULL, last_used_ms bigint NOT NULL, revoked_ms bigint NOT NULL)",
    "CREATE TABLE api_plans (id text {c} PRIMARY KEY, user_id text {c} NOT NULL, plugin_id text {c} NOT NULL, command text {c} NOT NULL, arguments text NOT NULL, answer text NOT NULL, created_ms bigint NOT NULL, expires_ms bigint NOT NULL)",
    "CREATE TABLE api_acts (user_id text {c} NOT NULL, act_key text {c} NOT NULL, plan_id text {c} NOT NULL UNIQUE, plugin_id text {c} NOT NULL, command text {c} NOT NULL, arguments text NOT NULL,"
    " operation_id text {c} NOT NULL UNIQUE, answer text NOT NULL, created_ms bigint NOT NULL, PRIMARY KEY (user_id, act_key))",
};

/* The line in which writers stand (database.cpp); it never holds anything. */
const std::vector<const char*> version_7 = {
    "CREATE TABLE write_turn (turn bigint)",
};

/* By its key a task is looked for while it waits (tasks_one_waiting has it) or runs, and few run: a key costs one index instead of two. */
const std::vector<const char*> version_8 = {
    "DROP INDEX tasks_key",
    "CREATE INDEX tasks_running ON tasks (plugin_id, name, key) WHERE state = 'running'",
};

/* Few tasks stand in a lane, and fewer fail, which every page of an administrator tells. Other systems ask all the time for the orders of a state, mostly in vain. */
const std::vector<const char*> version_9 = {
    "DROP INDEX tasks_lane",
    "CREATE INDEX tasks_lane ON tasks (lane, id) WHERE lane <> ''",
    "CREATE INDEX tasks_failing ON tasks (id) WHERE attempts >= 5 AND last_error <> ''",
    "CREATE INDEX orders_state ON orders (shop_id, state, created_ms, id)",
};

const std::array versions = {&version_1, &version_2, &version_3, &version_4, &version_5, &version_6, &version_7, &version_8, &version_9};

std::string for_engine(std::string statement, Engine engine) {
  const bool sqlite = engine == Engine::sqlite;
  const auto replace = [&](const std::string& place, const std::string& with) {
    for (auto at = statement.find(place); at != std::string::npos; at = statement.find(place)) statement.replace(at, place.size(), with);
  };
  replace("{id}", sqlite ? "integer PRIMARY KEY AUTOINCREMENT" : "bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY");
  replace("{c}", sqlite ? "" : "COLLATE \"C\"");
  return statement;
}

std::int64_t system_now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

int newest_schema() { return static_cast<int>(versions.size()); }

int current_schema(Sql& sql) {
  const auto row = sql.row("SELECT coalesce(max(version), 0) FROM schema_migrations");
  return row ? static_cast<int>(row->whole(0)) : 0;
}

Result<void> migrate_schema(Sql& sql) {
  /* Only one process migrates at a time; SQLite's BEGIN IMMEDIATE is that lock already. */
  if (sql.engine() == Engine::postgresql) sql.rows("SELECT pg_advisory_xact_lock(7241951)::text");
  if (sql.table_exists("restore_unfinished")) {
    return Problem{Kind::refused, "A restore into this database did not come to its end. Drop the database, create an empty one and run shopadmin restore again.", ""};
  }
  sql.run("CREATE TABLE IF NOT EXISTS schema_migrations (version bigint PRIMARY KEY, at_ms bigint NOT NULL)");
  const auto have = current_schema(sql);
  const auto newest = newest_schema();
  if (have > newest) {
    return Problem{Kind::unsupported, "The database is at version " + std::to_string(have) + ", this shopadmin knows up to " + std::to_string(newest) + ". Use the newer shopadmin.", ""};
  }
  for (int version = have; version < newest; ++version) {
    for (const char* written : *versions[static_cast<std::size_t>(version)]) {
      const auto statement = for_engine(written, sql.engine());
      if (have > 0 && statement.starts_with("CREATE INDEX ")) sql.create_index(statement); /* a new database has nothing to count */
      else sql.run(statement);
    }
    if (version + 1 == 2) rechain(sql, system_now_ms());
    sql.change("INSERT INTO schema_migrations (version, at_ms) VALUES (:1, :2)", {static_cast<std::int64_t>(version + 1), system_now_ms()});
  }
  return {};
}

}  // namespace shopadmin
