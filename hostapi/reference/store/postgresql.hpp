/* What the database needs to know of a PostgreSQL connection beyond SOCI: whether it is still good, and what became of a COMMIT. Used by database.cpp only,
 * with the connection's owner's thread. A server may die, restart or become a standby at any moment, and another may take its place. */
#pragma once
#include <memory>
#include <string>

#include "store/statements.hpp"

struct pg_conn;

namespace shopadmin::postgresql {

pg_conn* connection_of(soci::session& session); /* nullptr: none was opened */
std::unique_ptr<Statements> statements(soci::session& session);

/* The address with what a failover needs, where it says nothing else: a server that takes writes, an end to waiting for one that is gone. */
std::string with_defaults(const std::string& url);

void open(soci::session& session, const std::string& url);
void reopen(soci::session& session); /* throws soci_error when no server takes the connection */

bool usable(soci::session& session); /* nobody ended it meanwhile; asks no server */

/* What an error with this SQLSTATE says about the connection: it must not be used again. */
bool ends_connection(const std::string& sqlstate);

enum class Committed { yes, no, unknown };
struct CommitOutcome {
  Committed committed = Committed::unknown;
  std::string error, sqlstate;
};
CommitOutcome commit(soci::session& session);

}  // namespace shopadmin::postgresql
