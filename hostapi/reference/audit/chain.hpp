/* The chain of the audit trail. Each entry has a digest of all its columns as they stand in the database, and a chain: SHA-256 over the chain of the entry
 * before it and its own digest. So a changed entry is told from a missing one. A note (free text, which may name a buyer) is not in the entry: the entry
 * holds SHA-256 of a random salt and the note, both of which live in audit_notes and go with the order. Used by Audit, the check and the export. Plain values. */
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "store/database.hpp"

namespace shopadmin {

/* One entry, every column as the text the database gives. */
struct AuditRecord {
  std::string id, at_ms, who_id, who_name, event, order_id, order_number;
  std::optional<std::string> amount_minor;
  std::string currency, reason, details, note_sha256, digest, chain;
  std::optional<std::string> salt, note; /* nothing: there was none, or it was erased */
};

/* The columns of `SELECT … FROM audit a LEFT JOIN audit_notes n ON n.entry_id = a.id`, in the order record_from() reads. */
extern const char* const audit_record_query;
AuditRecord record_from(const Row& row);

std::string digest_of(const AuditRecord& record); /* over everything but digest, chain, salt and note */
std::string chain_of(const std::string& before, const std::string& digest);
std::string note_digest(const std::string& salt, const std::string& note);

/* From schema version 1, whose chain did not cover the id and held notes: moves the notes out and chains all anew, which it notes as audit.rechained. */
void rechain(Sql& sql, std::int64_t now_ms);

}  // namespace shopadmin
