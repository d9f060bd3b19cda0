/* The check of an audit trail: of the database or of an exported file. Tells what is wrong and where: an entry that was changed, entries that are missing,
 * an order that was changed. It cannot see that the newest entries were cut off or that somebody with the database wrote the whole rest anew: for that
 * keep the digest of the last entry ("head") elsewhere and give it again. Pure over its source. */
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "audit/chain.hpp"
#include "document.hpp"

namespace shopadmin {

struct AuditFinding {
  std::string kind;                                 /* changed, missing, order, head */
  std::string id, at, event;                        /* of the entry; of head: empty */
  std::optional<std::string> missing_after, missing_before; /* ids around a gap; no missing_after: before the first entry */
  std::string message;
};

struct AuditCheck {
  std::int64_t entries = 0, erased_notes = 0, after_head = 0; /* after_head: entries that came after the given head */
  std::string head;                                 /* chain of the last entry; empty: no entry */
  std::vector<AuditFinding> findings;               /* in the order of the trail, at most 20 */
  bool good() const { return findings.empty(); }
};

/* Runs over all entries in their order, as often as it is asked; stops when `take` answers false. */
using AuditSource = std::function<void(const std::function<bool(const AuditRecord&)>& take)>;

struct AuditCheckOptions {
  std::string head;       /* must be the chain of an entry; empty: not asked */
  bool selection = false; /* entries are missing on purpose: look at each by itself */
};

AuditCheck check_audit(const AuditSource& source, const AuditCheckOptions& options = {});
json::object to_document(const AuditCheck& check);

}  // namespace shopadmin
