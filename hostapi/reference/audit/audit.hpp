/* The audit trail: who did what to which order, with sum and reason. Written in the transaction of the act itself, so there is never an act without
 * its entry. Entries are chained by SHA-256 (chain.hpp), verify() finds and locates a changed or missing one. Details pass the log's redaction and must hold no
 * personal data; free text goes into `note`, which erase_notes() takes away when the order is deleted. Any thread. */
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "audit/verify.hpp"
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
  std::string note;               /* free text; erased with the order */
  std::string note_sha256, chain; /* as read */
};

struct AuditQuery {
  std::string order_id, event, who_id;
  std::optional<std::int64_t> from_ms, to_ms;
  std::string order_number;
  std::int64_t before_id = 0; /* paging: entries with a smaller id */
  std::int64_t after_id = 0;  /* paging back: the next ones with a larger id, newest first all the same */
  int limit = 100;
};

class Audit {
 public:
  Audit(Database& database, Clock& clock) : database_(database), clock_(clock) {}
  void write(Sql& sql, const Caller& caller, AuditEntry entry); /* inside the caller's transaction */
  void write(const Caller& caller, AuditEntry entry);           /* in one of its own */
  std::vector<AuditEntry> list(const AuditQuery& query);        /* newest first */
  std::vector<std::string> events();                                /* every event that stands in the trail */
  std::vector<std::pair<std::string, std::string>> people();        /* id and latest name of everybody who stands in it */
  void erase_notes(Sql& sql, const std::string& order_id);      /* the order is deleted: entries stay, what people wrote about it goes */
  AuditCheck verify(const AuditCheckOptions& options = {});
  /* Every entry that fits, oldest first, read in pages; stops when take answers false. query.limit and before_id do not count. */
  void each(const AuditQuery& query, const std::function<bool(const AuditRecord&)>& take);

 private:
  Database& database_;
  Clock& clock_;
};

json::object to_document(const AuditEntry& entry);

}  // namespace shopadmin
