#include "store/collection_checks.hpp"

#include <map>

#include "clock.hpp"

namespace shopadmin {

const char* const append_only_check = "append-only";

namespace {
using SqlTexts = std::vector<std::string>;
struct Rule { /* one thing the database keeps; its name holds a digest of what it says, so that a changed rule is another one */
  std::string name, broken; /* broken: finds rows that break it; empty: no row can */
  SqlTexts make;
};

std::string name_of(const std::string& id, const std::string& table, const std::string& says) { return "hostcheck_" + id + "_" + sha256_hex(table + "\n" + id + "\n" + says).substr(0, 8); }

/* On PostgreSQL in numeric, where no sum overflows. SQLite columns take any type, so the type is part of the rule there. */
std::string condition(const StoreCheck& check, Engine engine, const std::string& row) {
  const bool sqlite = engine == Engine::sqlite;
  std::string sum = "0", types;
  for (const auto& [field, minus] : check.sum) {
    const auto column = row + "f_" + field;
    sum += std::string(minus ? " - " : " + ") + "coalesce(" + column + ", 0)" + (sqlite ? "" : "::numeric");
    if (sqlite) types += " AND typeof(" + column + ") IN ('integer', 'null')";
  }
  return "(" + sum + " " + check.relation + " " + std::to_string(check.bound) + types + ")";
}

Rule sqlite_rule(const std::string& table, const StoreCheck& check) {
  Rule rule;
  rule.name = name_of(check.id, table, condition(check, Engine::sqlite, ""));
  rule.broken = " WHERE NOT " + condition(check, Engine::sqlite, "");
  for (const char* event : {"INSERT", "UPDATE"}) {
    rule.make.push_back("CREATE TRIGGER \"" + rule.name + (*event == 'I' ? "_i" : "_u") + "\" BEFORE " + event + " ON " + table + " WHEN NOT " + condition(check, Engine::sqlite, "NEW.") +
                        " BEGIN SELECT RAISE(ABORT, '" + rule.name + "'); END");
  }
  return rule;
}

Rule postgresql_rule(const std::string& table, const StoreCheck& check) {
  const auto says = condition(check, Engine::postgresql, "");
  const auto name = name_of(check.id, table, says);
  return {name, " WHERE NOT " + says, {"ALTER TABLE " + table + " ADD CONSTRAINT " + name + " CHECK " + says}};
}

/* INSERT OR REPLACE deletes without asking the trigger of DELETE, so SQLite refuses the insert of a key that is there, too. */
Rule sqlite_append_only(const std::string& table) {
  Rule rule;
  rule.name = name_of("append-only", table, "");
  const std::string refuse = " BEGIN SELECT RAISE(ABORT, '" + rule.name + "'); END";
  rule.make = {"CREATE TRIGGER \"" + rule.name + "_i\" BEFORE INSERT ON " + table + " WHEN EXISTS (SELECT 1 FROM " + table + " WHERE key = NEW.key)" + refuse,
               "CREATE TRIGGER \"" + rule.name + "_u\" BEFORE UPDATE ON " + table + refuse, "CREATE TRIGGER \"" + rule.name + "_d\" BEFORE DELETE ON " + table + refuse};
  return rule;
}

Rule postgresql_append_only(const std::string& table) {
  Rule rule;
  rule.name = name_of("append-only", table, "");
  const std::string quoted = "\"" + rule.name + "\"";
  rule.make = {"CREATE OR REPLACE FUNCTION " + quoted + "() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN RAISE EXCEPTION '" + rule.name + "' USING ERRCODE = '23514'; END $body$",
               "CREATE TRIGGER " + quoted + " BEFORE UPDATE OR DELETE OR TRUNCATE ON " + table + " FOR EACH STATEMENT EXECUTE FUNCTION " + quoted + "()"};
  return rule;
}

std::vector<Rule> rules_of(const std::string& table, const Collection& collection, Engine engine) {
  const bool sqlite = engine == Engine::sqlite;
  std::vector<Rule> rules;
  for (const auto& check : collection.checks) rules.push_back(sqlite ? sqlite_rule(table, check) : postgresql_rule(table, check));
  if (collection.append_only) rules.push_back(sqlite ? sqlite_append_only(table) : postgresql_append_only(table));
  return rules;
}

/* What the database keeps already: name of the rule -> the statements that remove it */
std::map<std::string, SqlTexts> present(Sql& sql, const std::string& table) {
  std::map<std::string, SqlTexts> found;
  if (sql.engine() == Engine::sqlite) {
    for (const auto& row : sql.rows("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :1 AND name LIKE 'hostcheck~_%' ESCAPE '~'", {table})) {
      const auto trigger = row.text(0);
      found[trigger.substr(0, trigger.size() - 2)].push_back("DROP TRIGGER \"" + trigger + "\"");
    }
    return found;
  }
  for (const auto& row : sql.rows("SELECT conname::text FROM pg_constraint WHERE conrelid = CAST(:1 AS regclass) AND conname LIKE 'hostcheck~_%' ESCAPE '~'", {table}))
    found[row.text(0)].push_back("ALTER TABLE " + table + " DROP CONSTRAINT \"" + row.text(0) + "\"");
  for (const auto& row : sql.rows("SELECT tgname::text FROM pg_trigger WHERE tgrelid = CAST(:1 AS regclass) AND NOT tgisinternal AND tgname LIKE 'hostcheck~_%' ESCAPE '~'", {table}))
    found[row.text(0)] = {"DROP TRIGGER \"" + row.text(0) + "\" ON " + table, "DROP FUNCTION \"" + row.text(0) + "\"()"};
  return found;
}

std::string id_of(const std::string& rule) { return rule.substr(10, rule.size() - 10 - 9); }
}  // namespace

Result<void> declare_checks(Sql& sql, const std::string& table, const Collection& collection) {
  auto there = present(sql, table);
  const auto rules = rules_of(table, collection, sql.engine());
  for (const auto& rule : rules) {
    const auto found = there.find(rule.name);
    const bool whole = found != there.end() && (sql.engine() == Engine::postgresql || found->second.size() == rule.make.size());
    if (whole) {
      there.erase(found);
      continue;
    }
    if (found != there.end()) { /* half of it: somebody removed a trigger */
      for (const auto& statement : found->second) sql.run(statement);
      there.erase(found);
    }
    if (!rule.broken.empty()) {
      if (const auto bad = sql.row("SELECT key FROM " + table + rule.broken + " ORDER BY key LIMIT 1")) {
        return Problem{Kind::refused, "The collection \"" + collection.id + "\" holds an entry that breaks the check \"" + id_of(rule.name) + "\" of the manifest: \"" + bad->text(0) +
                                          "\". Nothing was changed. Correct it with the version of the plugin that wrote it, or ask the maker of the plugin.", ""};
      }
    }
    for (const auto& statement : rule.make) sql.run(statement);
  }
  for (const auto& [name, remove] : there)
    for (const auto& statement : remove) sql.run(statement);
  return {};
}

}  // namespace shopadmin
