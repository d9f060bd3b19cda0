/* The audit trail: who did what to which order, with sum and reason. Written in the transaction of the act itself, so there is never an act without
 * its entry. Entries are chained by SHA-256, verify() finds a changed or missing one. Details pass the log's redaction. Any thread. */
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "caller.hpp"
#include "clock.hpp"
#include "document.hpp"
#include "store/database.hpp"

namespace shopadmin {

struct AuditEntry {
  std::int64_t id = 0, at_ms = 0;
  std::string who_id, who_name, event, order_id, order_number;
  std::optional<std::int64_t> amount_minor;
  std::string currency, reason;
  json::object details;
};

struct AuditQuery {
  std::string order_id, event, who_id;
  std::optional<std::int64_t> from_ms, to_ms;
  std::int64_t before_id = 0; /* paging: entries with a smaller id */
  int limit = 100;
};

class Audit {
 public:
  Audit(Database& database, Clock& clock) : database_(database), clock_(clock) {}
  void write(Sql& sql, const Caller& caller, AuditEntry entry); /* inside the caller's transaction */
  void write(const Caller& caller, AuditEntry entry);           /* in one of its own */
  std::vector<AuditEntry> list(const AuditQuery& query);        /* newest first */
  Result<std::int64_t> verify();                                /* entries checked, or REFUSED naming the first bad one */

 private:
  Database& database_;
  Clock& clock_;
};

json::object to_document(const AuditEntry& entry);

}  // namespace shopadmin
