/* The host's own tables, version by version. Called by Database::migrate inside one transaction; processes that start together wait for each other.
 * A database newer than this program is refused. */
#pragma once
#include "store/database.hpp"

namespace shopadmin {

Result<void> migrate_schema(Sql& sql);
int current_schema(Sql& sql);
int newest_schema(); /* that this program knows */

}  // namespace shopadmin
