/* The audit trail as a file: JSON lines (for programs; can be checked again without the database) or CSV after RFC 4180 (for spreadsheets; no cell is
 * taken for a formula). Read in pages, so that the size of the trail does not matter. Used by the command line and the page. Any thread. */
#pragma once
#include <filesystem>
#include <iosfwd>
#include <string>

#include "audit/audit.hpp"

namespace shopadmin {

std::string to_json_line(const AuditRecord& record);
std::string to_csv_line(const AuditRecord& record);
extern const char* const audit_csv_head;

/* Answers how many entries; UNAVAILABLE when the stream takes no more. most: 0 is all; LIMIT when there are more. */
Result<std::int64_t> export_audit(Audit& audit, const AuditQuery& query, bool csv, std::ostream& out, std::int64_t most = 0);

/* An exported file of JSON lines. A line that is no entry is a finding; NOT_FOUND when the file cannot be read. */
Result<AuditCheck> check_audit_file(const std::filesystem::path& file, const AuditCheckOptions& options = {});

}  // namespace shopadmin
