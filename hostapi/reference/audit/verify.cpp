#include "audit/verify.hpp"

#include "clock.hpp"

namespace shopadmin {

namespace {
constexpr std::size_t findings_max = 20;

bool is_natural(const std::string& text) { return !text.empty() && text.size() <= 18 && text.find_first_not_of("0123456789") == std::string::npos; }
std::int64_t number(const std::string& text) { return is_natural(text) ? std::stoll(text) : 0; }
std::string time_of(const AuditRecord& entry) { return is_natural(entry.at_ms) ? iso_time(std::stoll(entry.at_ms)) : entry.at_ms; }

class Check {
 public:
  Check(const AuditSource& source, const AuditCheckOptions& options) : source_(source), options_(options) {}

  AuditCheck run() {
    /* One entry behind, because what comes next tells whether only this one's chain was changed. */
    std::optional<AuditRecord> held;
    source_([&](const AuditRecord& entry) {
      if (held) look(*held, &entry);
      held = entry;
      return check_.findings.size() < findings_max;
    });
    if (held && check_.findings.size() < findings_max) look(*held, nullptr);
    if (!options_.head.empty() && !head_seen_ && check_.findings.size() < findings_max) {
      check_.findings.push_back({"head", "", "", "", {}, {}, "No entry has the digest " + options_.head + ": the newest entries were cut off, or the trail was written anew. Compare with a backup."});
    }
    return std::move(check_);
  }

 private:
  void look(const AuditRecord& entry, const AuditRecord* next) {
    ++check_.entries;
    if (head_seen_) ++check_.after_head;
    if (entry.chain == options_.head) head_seen_ = true;
    if (const auto what = changed_by_itself(entry); !what.empty()) tell_changed(entry, what);
    else if (!options_.selection && chain_of(before_, entry.digest) != entry.chain) tell_link(entry, next);
    if (!entry.note_sha256.empty() && !entry.note) ++check_.erased_notes;
    check_.head = entry.chain;
    before_ = chain_instead_.empty() ? entry.chain : chain_instead_;
    chain_instead_.clear();
    before_id_ = entry.id;
  }

  /* What of this entry was changed; empty: nothing. */
  std::string changed_by_itself(const AuditRecord& entry) {
    if (digest_of(entry) != entry.digest) {
      if (chain_of(before_, digest_of(entry)) == entry.chain) return "its digest was changed";
      if (const auto real = real_id(entry); real) return "it was written as entry " + std::to_string(real) + ": the order was changed";
      return "its content was changed";
    }
    if (entry.note && (entry.note_sha256.empty() || !entry.salt || note_digest(*entry.salt, *entry.note) != entry.note_sha256)) return entry.note_sha256.empty() ? "a note was added to it" : "its note was changed";
    return "";
  }

  /* The id with which the digest of this entry fits. */
  std::int64_t real_id(AuditRecord entry) {
    if (last_id_ == 0) source_([&](const AuditRecord& one) { return last_id_ = std::max(last_id_, number(one.id)), true; });
    const auto given = number(entry.id);
    for (std::int64_t id = 1; id <= last_id_ + 1000; ++id) {
      if (id == given) continue;
      entry.id = std::to_string(id);
      if (digest_of(entry) == entry.digest) return id;
    }
    return 0;
  }

  void tell_changed(const AuditRecord& entry, const std::string& what) {
    const bool moved = what.find("the order was changed") != std::string::npos;
    tell(moved ? "order" : "changed", entry, "Entry " + entry.id + " (" + time_of(entry) + ", " + entry.event + ") was changed: " + what + ".");
  }

  /* The entry is sound, but does not follow the one before it. */
  void tell_link(const AuditRecord& entry, const AuditRecord* next) {
    std::string real_before; /* the entry it did follow, when that stands elsewhere */
    source_([&](const AuditRecord& one) {
      if (one.id != entry.id && chain_of(one.chain, entry.digest) == entry.chain) real_before = one.id;
      return real_before.empty();
    });
    const std::string who = "entry " + entry.id + " (" + time_of(entry) + ", " + entry.event + ")";
    if (!real_before.empty()) {
      return tell("order", entry, "The order was changed: " + who + " was written right after entry " + real_before + ", now " + (before_id_.empty() ? "nothing" : "entry " + before_id_) + " stands before it.");
    }
    /* Ids have no gaps and cannot be changed unseen, so between neighbours nothing is missing. */
    const auto right = chain_of(before_, entry.digest);
    if (number(entry.id) == number(before_id_) + 1 || (next && chain_of(right, next->digest) == next->chain)) {
      chain_instead_ = right;
      return tell_changed(entry, "its chain was changed");
    }
    if (before_id_.empty()) tell("missing", entry, "Entries are missing before the first, " + who + ".");
    else tell("missing", entry, "Entries are missing between entry " + before_id_ + " and " + who + ".");
    if (!before_id_.empty()) check_.findings.back().missing_after = before_id_;
    check_.findings.back().missing_before = entry.id;
  }

  void tell(const std::string& kind, const AuditRecord& entry, const std::string& message) { check_.findings.push_back({kind, entry.id, time_of(entry), entry.event, {}, {}, message}); }

  const AuditSource& source_;
  const AuditCheckOptions& options_;
  AuditCheck check_;
  std::string before_, before_id_, chain_instead_; /* chain_instead_: what the chain of this entry must have been */
  std::int64_t last_id_ = 0;
  bool head_seen_ = false;
};
}  // namespace

AuditCheck check_audit(const AuditSource& source, const AuditCheckOptions& options) { return Check(source, options).run(); }

json::object to_document(const AuditCheck& check) {
  json::array findings;
  for (const auto& one : check.findings) {
    const auto maybe = [](const std::optional<std::string>& text) { return text ? json::value(number(*text)) : json::value(nullptr); };
    findings.push_back({{"kind", one.kind}, {"id", one.id.empty() ? json::value(nullptr) : json::value(number(one.id))}, {"at", one.at}, {"event", one.event},
                        {"missing_after", maybe(one.missing_after)}, {"missing_before", maybe(one.missing_before)}, {"message", one.message}});
  }
  return {{"good", check.good()}, {"entries", check.entries}, {"head", check.head}, {"erased_notes", check.erased_notes}, {"after_head", check.after_head}, {"findings", std::move(findings)}};
}

}  // namespace shopadmin
