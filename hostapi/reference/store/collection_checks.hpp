/* The rules of a collection that the database itself keeps, against every SQL that reaches it: sums of whole-number fields, and append-only. CHECK
 * constraints and triggers on PostgreSQL, triggers on SQLite. Used by Collections::declare, in its transaction. A statement that breaks a rule leaves as
 * DatabaseError with `check` set to the id of the rule ("append-only" for that one). */
#pragma once
#include <string>

#include "loader/manifest.hpp"
#include "result.hpp"
#include "store/database.hpp"

namespace shopadmin {

extern const char* const append_only_check;

/* Makes what is missing, removes what the manifest no longer asks for. REFUSED when a row that is there already breaks a rule: names it. */
Result<void> declare_checks(Sql& sql, const std::string& table, const Collection& collection);

}  // namespace shopadmin
