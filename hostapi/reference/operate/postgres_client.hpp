/* Runs PostgreSQL's own client programs (pg_dump, pg_restore) against the shop's database. The address goes through the environment, so that no password stands in
 * the list of processes. Used by backup and restore. Blocks until the program ends. */
#pragma once
#include <string>
#include <vector>

#include "result.hpp"

namespace shopadmin {

/* UNAVAILABLE: not installed, or it failed; the message holds the last of what it said. */
Result<void> run_postgres_client(const std::string& database_url, const std::string& program, const std::vector<std::string>& arguments);
std::string postgres_database_name(const std::string& database_url);

}  // namespace shopadmin
