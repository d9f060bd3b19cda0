#include "store/postgresql.hpp"

#include <libpq-fe.h>
#include <poll.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include <memory>

namespace shopadmin::postgresql {

/* Only sessions that open() opened come here; SOCI hides the type information, so it cannot be asked. */
PGconn* connection_of(soci::session& session) {
  auto* backend = static_cast<soci::postgresql_session_backend*>(session.get_backend());
  return backend ? backend->conn_ : nullptr;
}

namespace {
void prepare(soci::session& session) {
  PQsetNoticeProcessor(connection_of(session), [](void*, const char*) {}, nullptr); /* standard error is the log's: JSON lines only */
  session << "SET client_min_messages = error";
  session << "SET idle_in_transaction_session_timeout = '60s'";
}
}  // namespace

std::string with_defaults(const std::string& url) {
  auto complete = url;
  for (const char* parameter : {"application_name=shopadmin", "target_session_attrs=read-write", "connect_timeout=5", "keepalives_idle=10", "keepalives_interval=5", "keepalives_count=3", "tcp_user_timeout=15000"}) {
    const std::string name = std::string(parameter).substr(0, std::string(parameter).find('=') + 1);
    const auto query = url.find('?');
    if (query != std::string::npos && (url.find("?" + name, query) != std::string::npos || url.find("&" + name, query) != std::string::npos)) continue;
    complete += (complete.find('?') == std::string::npos ? "?" : "&") + std::string(parameter);
  }
  return complete;
}

void open(soci::session& session, const std::string& url) {
  session.open(soci::postgresql, with_defaults(url));
  prepare(session);
}

void reopen(soci::session& session) {
  session.reconnect();
  prepare(session);
}

bool usable(soci::session& session) {
  auto* connection = connection_of(session);
  if (!connection || PQstatus(connection) != CONNECTION_OK) return false;
  /* Nobody talks to an idle connection, except a server that says goodbye: what it says comes first, then the end. */
  pollfd waiting{PQsocket(connection), POLLIN, 0};
  for (int wait_ms = 0; ::poll(&waiting, 1, wait_ms) > 0; wait_ms = 5) {
    if (PQconsumeInput(connection) != 1 || PQisBusy(connection) || PQstatus(connection) != CONNECTION_OK) return false;
  }
  return PQtransactionStatus(connection) == PQTRANS_IDLE;
}

/* 08: connection; 57P01–57P05: the server ends it; 25006: the server takes no writes (any more); 25P03: idle for too long. */
bool ends_connection(const std::string& sqlstate) { return sqlstate.rfind("08", 0) == 0 || sqlstate.rfind("57P0", 0) == 0 || sqlstate == "25006" || sqlstate == "25P03"; }

CommitOutcome commit(soci::session& session) {
  auto* connection = connection_of(session);
  if (!connection) return {Committed::no, "there is no connection", ""};
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection, "COMMIT"), &PQclear);
  if (result && PQresultStatus(result.get()) == PGRES_COMMAND_OK) {
    if (std::string(PQcmdStatus(result.get())) == "COMMIT") return {Committed::yes, "", ""};
    return {Committed::no, "the transaction had failed before", ""};
  }
  const char* state = result ? PQresultErrorField(result.get(), PG_DIAG_SQLSTATE) : nullptr;
  CommitOutcome outcome{Committed::unknown, PQerrorMessage(connection), state ? state : ""};
  /* An answer of the server other than "I am going down" is a no: then it said so instead of committing. */
  if (!outcome.sqlstate.empty() && !ends_connection(outcome.sqlstate) && outcome.sqlstate != "40003" && PQstatus(connection) == CONNECTION_OK) outcome.committed = Committed::no;
  return outcome;
}

}  // namespace shopadmin::postgresql
