#include "audit/audit.hpp"

#include <algorithm>
#include <limits>

#include "log.hpp"

namespace shopadmin {

namespace {
constexpr int page_rows = 500;

AuditEntry entry_from(const Row& row) {
  AuditEntry entry;
  entry.id = row.whole(0), entry.at_ms = row.whole(1), entry.who_id = row.text(2), entry.who_name = row.text(3), entry.event = row.text(4);
  entry.order_id = row.text(5), entry.order_number = row.text(6);
  if (!row.null(7)) entry.amount_minor = row.whole(7);
  entry.currency = row.text(8), entry.reason = row.text(9), entry.note_sha256 = row.text(11), entry.chain = row.text(13), entry.note = row.text(15);
  auto details = parse_object(row.text(10), "audit details");
  if (details) entry.details = std::move(*details);
  return entry;
}

struct AuditWhere {
  std::string text;
  std::vector<Bound> values;
  void add(const std::string& condition, Bound value) {
    values.push_back(std::move(value));
    text += (text.empty() ? " WHERE " : " AND ") + condition + " :v" + std::to_string(values.size());
  }
};

AuditWhere where_of(const AuditQuery& query) {
  AuditWhere where;
  if (!query.order_id.empty()) where.add("a.order_id =", query.order_id);
  if (!query.order_number.empty()) where.add("a.order_number =", query.order_number);
  if (!query.event.empty()) where.add("a.event =", query.event);
  if (!query.who_id.empty()) where.add("a.who_id =", query.who_id);
  if (query.from_ms) where.add("a.at_ms >=", *query.from_ms);
  if (query.to_ms) where.add("a.at_ms <", *query.to_ms);
  return where;
}
}  // namespace

void Audit::write(Sql& sql, const Caller& caller, AuditEntry entry) {
  /* One writer at a time, or two entries would follow the same one. SQLite's write transaction is that lock already. */
  if (sql.engine() == Engine::postgresql) sql.rows("SELECT pg_advisory_xact_lock(7241952)::text");
  if (entry.who_id.empty()) entry.who_id = caller.id, entry.who_name = caller.name;
  if (entry.at_ms == 0) entry.at_ms = clock_.now_ms();
  const auto last = sql.row("SELECT id, chain FROM audit ORDER BY id DESC LIMIT 1");
  const std::int64_t id = last ? last->whole(0) + 1 : 1; /* no gaps: that tells a missing entry from a changed one */
  const auto salt = entry.note.empty() ? "" : random_hex(16);
  AuditRecord record{std::to_string(id), std::to_string(entry.at_ms), entry.who_id, entry.who_name, entry.event, entry.order_id, entry.order_number, {}, entry.currency, entry.reason,
                     json::serialize(redacted(entry.details)), entry.note.empty() ? "" : note_digest(salt, entry.note), "", "", {}, {}};
  if (entry.amount_minor) record.amount_minor = std::to_string(*entry.amount_minor);
  record.digest = digest_of(record);
  sql.change(
      "INSERT INTO audit (id, at_ms, who_id, who_name, event, order_id, order_number, amount_minor, currency, reason, details, note_sha256, digest, chain)"
      " VALUES (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11, :12, :13, :14)",
      {id, entry.at_ms, entry.who_id, entry.who_name, entry.event, entry.order_id, entry.order_number, entry.amount_minor ? Bound{*entry.amount_minor} : Bound{nullptr},
       entry.currency, entry.reason, record.details, record.note_sha256, record.digest, chain_of(last ? last->text(1) : "", record.digest)});
  if (!entry.note.empty()) sql.change("INSERT INTO audit_notes (entry_id, salt, note) VALUES (:1, :2, :3)", {id, salt, entry.note});
}

void Audit::erase_notes(Sql& sql, const std::string& order_id) {
  sql.change("DELETE FROM audit_notes WHERE entry_id IN (SELECT id FROM audit WHERE order_id = :1)", {order_id});
}

void Audit::write(const Caller& caller, AuditEntry entry) {
  (void)database_.write([&](Sql& sql) {
    write(sql, caller, entry);
    return Result<void>{};
  });
}

std::vector<AuditEntry> Audit::list(const AuditQuery& query) {
  auto where = where_of(query);
  if (query.before_id > 0) where.add("a.id <", query.before_id);
  const bool back = query.after_id > 0;
  if (back) where.add("a.id >", query.after_id);
  return database_.read([&](Sql& sql) {
    std::vector<AuditEntry> entries;
    for (const auto& row : sql.rows(audit_record_query + where.text + (back ? " ORDER BY a.id LIMIT " : " ORDER BY a.id DESC LIMIT ") + std::to_string(std::clamp(query.limit, 1, 100000)), where.values)) {
      entries.push_back(entry_from(row));
    }
    if (back) std::reverse(entries.begin(), entries.end());
    return entries;
  });
}

namespace {
/* One look into the index for each value, however many entries there are. */
std::vector<std::string> distinct(Sql& sql, const std::string& column) {
  const auto rows = sql.rows("WITH RECURSIVE known(x) AS (SELECT min(" + column + ") FROM audit UNION ALL SELECT (SELECT min(" + column + ") FROM audit WHERE " + column +
                             " > x) FROM known WHERE x IS NOT NULL) SELECT x FROM known WHERE x IS NOT NULL");
  std::vector<std::string> values;
  for (const auto& row : rows) values.push_back(row.text(0));
  return values;
}
}  // namespace

std::vector<std::string> Audit::events() {
  return database_.read([](Sql& sql) { return distinct(sql, "event"); });
}

std::vector<std::pair<std::string, std::string>> Audit::people() {
  return database_.read([](Sql& sql) {
    std::vector<std::pair<std::string, std::string>> people;
    for (const auto& id : distinct(sql, "who_id")) {
      const auto row = sql.row("SELECT who_name FROM audit WHERE who_id = :1 ORDER BY id DESC LIMIT 1", {id});
      people.emplace_back(id, row ? row->text(0) : id);
    }
    return people;
  });
}

void Audit::each(const AuditQuery& query, const std::function<bool(const AuditRecord&)>& take) {
  for (std::int64_t last_id = std::numeric_limits<std::int64_t>::min();;) {
    auto where = where_of(query);
    where.add("a.id >", last_id);
    const auto rows = database_.read([&](Sql& sql) { return sql.rows(audit_record_query + where.text + " ORDER BY a.id LIMIT " + std::to_string(page_rows), where.values); });
    for (const auto& row : rows) {
      if (!take(record_from(row))) return;
      last_id = row.whole(0);
    }
    if (rows.size() < page_rows) return;
  }
}

AuditCheck Audit::verify(const AuditCheckOptions& options) {
  return check_audit([this](const auto& take) { each({}, take); }, options);
}

json::object to_document(const AuditEntry& entry) {
  return {{"id", entry.id}, {"at_ms", entry.at_ms}, {"at", iso_time(entry.at_ms)}, {"who", {{"id", entry.who_id}, {"name", entry.who_name}}},
          {"event", entry.event}, {"order_id", entry.order_id}, {"order_number", entry.order_number},
          {"amount_minor", entry.amount_minor ? json::value(*entry.amount_minor) : json::value(nullptr)}, {"currency", entry.currency},
          {"reason", entry.reason}, {"details", entry.details}, {"note", entry.note.empty() ? json::value(nullptr) : json::value(entry.note)}, {"chain", entry.chain}};
}

}  // namespace shopadmin
