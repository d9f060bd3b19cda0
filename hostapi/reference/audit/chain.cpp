#include "audit/chain.hpp"

#include "clock.hpp"
#include "document.hpp"

namespace shopadmin {

const char* const audit_record_query =
    "SELECT a.id, a.at_ms, a.who_id, a.who_name, a.event, a.order_id, a.order_number, a.amount_minor, a.currency, a.reason, a.details, a.note_sha256, a.digest, a.chain, n.salt, n.note"
    " FROM audit a LEFT JOIN audit_notes n ON n.entry_id = a.id";

AuditRecord record_from(const Row& row) {
  AuditRecord record{row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6), {}, row.text(8), row.text(9), row.text(10), row.text(11), row.text(12), row.text(13), {}, {}};
  if (!row.null(7)) record.amount_minor = row.text(7);
  if (!row.null(14)) record.salt = row.text(14);
  if (!row.null(15)) record.note = row.text(15);
  return record;
}

std::string digest_of(const AuditRecord& record) {
  const json::array covered{"audit/2", record.id, record.at_ms, record.who_id, record.who_name, record.event, record.order_id, record.order_number,
                            record.amount_minor ? json::value(*record.amount_minor) : json::value(nullptr), record.currency, record.reason, record.details, record.note_sha256};
  return sha256_hex(json::serialize(covered));
}

std::string chain_of(const std::string& before, const std::string& digest) { return sha256_hex(before + "\n" + digest); }
std::string note_digest(const std::string& salt, const std::string& note) { return sha256_hex(salt + "\n" + note); }

namespace {
constexpr int rows_at_once = 1000;

std::string chain_1(const std::string& before, const AuditRecord& entry) {
  const auto number = [](const std::string& text) { return json::value(static_cast<std::int64_t>(std::atoll(text.c_str()))); };
  return sha256_hex(json::serialize(json::array{before, number(entry.at_ms), entry.who_id, entry.who_name, entry.event, entry.order_id, entry.order_number,
                                                entry.amount_minor ? number(*entry.amount_minor) : json::value(nullptr), entry.currency, entry.reason, entry.details}));
}

void move_note(Sql& sql, AuditRecord& entry) {
  auto details = parse_object(entry.details, "audit details");
  if (!details || !details->contains("note")) return;
  const auto salt = random_hex(16), note = text_of(*details, "note");
  details->erase("note");
  entry.details = json::serialize(*details);
  entry.note_sha256 = note_digest(salt, note);
  if (sql.row("SELECT id FROM orders WHERE id = :1", {entry.order_id})) sql.change("INSERT INTO audit_notes (entry_id, salt, note) VALUES (:1, :2, :3)", {std::stoll(entry.id), salt, note});
}
}  // namespace

void rechain(Sql& sql, std::int64_t now_ms) {
  std::string before, before_1;
  std::int64_t last_id = 0, entries = 0, first_broken = 0;
  for (;;) {
    const auto rows = sql.rows(std::string(audit_record_query) + " WHERE a.id > :1 ORDER BY a.id LIMIT " + std::to_string(rows_at_once), {last_id});
    if (rows.empty()) break;
    for (const auto& row : rows) {
      auto entry = record_from(row);
      last_id = row.whole(0);
      if (!first_broken && chain_1(before_1, entry) != entry.chain) first_broken = last_id;
      before_1 = entry.chain;
      move_note(sql, entry);
      entry.digest = digest_of(entry);
      entry.chain = before = chain_of(before, entry.digest);
      sql.change("UPDATE audit SET details = :1, note_sha256 = :2, digest = :3, chain = :4 WHERE id = :5", {entry.details, entry.note_sha256, entry.digest, entry.chain, last_id});
      ++entries;
    }
  }
  if (entries == 0) return;
  AuditRecord entry{std::to_string(last_id + 1), std::to_string(now_ms), "system", "system", "audit.rechained", "", "", {}, "", "", "", "", "", "", {}, {}};
  entry.details = json::serialize(json::object{{"entries", entries}, {"head_before", before_1}, {"first_broken", first_broken ? json::value(first_broken) : json::value(nullptr)}});
  entry.digest = digest_of(entry);
  sql.change(
      "INSERT INTO audit (id, at_ms, who_id, who_name, event, order_id, order_number, currency, reason, details, note_sha256, digest, chain)"
      " VALUES (:1, :2, 'system', 'system', 'audit.rechained', '', '', '', '', :3, '', :4, :5)",
      {last_id + 1, now_ms, entry.details, entry.digest, chain_of(before, entry.digest)});
}

}  // namespace shopadmin
