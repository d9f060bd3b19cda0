#include "audit/audit.hpp"

#include <algorithm>

#include "log.hpp"

namespace shopadmin {

namespace {
const char* const audit_columns = "SELECT id, at_ms, who_id, who_name, event, order_id, order_number, amount_minor, currency, reason, details, chain FROM audit";

AuditEntry entry_from(const Row& row) {
  AuditEntry entry;
  entry.id = row.whole(0), entry.at_ms = row.whole(1), entry.who_id = row.text(2), entry.who_name = row.text(3), entry.event = row.text(4);
  entry.order_id = row.text(5), entry.order_number = row.text(6);
  if (!row.null(7)) entry.amount_minor = row.whole(7);
  entry.currency = row.text(8), entry.reason = row.text(9);
  auto details = parse_object(row.text(10), "audit details");
  if (details) entry.details = std::move(*details);
  return entry;
}

/* Each entry's digest covers the one before it. */
std::string link(const std::string& before, const AuditEntry& entry, const std::string& details) {
  const json::array covered{before, entry.at_ms, entry.who_id, entry.who_name, entry.event, entry.order_id, entry.order_number,
                            entry.amount_minor ? json::value(*entry.amount_minor) : json::value(nullptr), entry.currency, entry.reason, details};
  return sha256_hex(json::serialize(covered));
}
}  // namespace

void Audit::write(Sql& sql, const Caller& caller, AuditEntry entry) {
  /* One writer at a time, or two entries would follow the same one. SQLite's write transaction is that lock already. */
  if (sql.engine() == Engine::postgresql) sql.rows("SELECT pg_advisory_xact_lock(7241952)::text");
  if (entry.who_id.empty()) entry.who_id = caller.id, entry.who_name = caller.name;
  if (entry.at_ms == 0) entry.at_ms = clock_.now_ms();
  const auto details = json::serialize(redacted(entry.details));
  const auto last = sql.row("SELECT chain FROM audit ORDER BY id DESC LIMIT 1");
  sql.change(
      "INSERT INTO audit (at_ms, who_id, who_name, event, order_id, order_number, amount_minor, currency, reason, details, chain)"
      " VALUES (:1, :2, :3, :4, :5, :6, :7, :8, :9, :10, :11)",
      {entry.at_ms, entry.who_id, entry.who_name, entry.event, entry.order_id, entry.order_number, entry.amount_minor ? Bound{*entry.amount_minor} : Bound{nullptr},
       entry.currency, entry.reason, details, link(last ? last->text(0) : "", entry, details)});
}

void Audit::write(const Caller& caller, AuditEntry entry) {
  (void)database_.write([&](Sql& sql) {
    write(sql, caller, entry);
    return Result<void>{};
  });
}

std::vector<AuditEntry> Audit::list(const AuditQuery& query) {
  std::string where;
  std::vector<Bound> values;
  const auto add = [&](const std::string& condition, Bound value) {
    values.push_back(std::move(value));
    where += (where.empty() ? " WHERE " : " AND ") + condition + " :v" + std::to_string(values.size());
  };
  if (!query.order_id.empty()) add("order_id =", query.order_id);
  if (!query.event.empty()) add("event =", query.event);
  if (!query.who_id.empty()) add("who_id =", query.who_id);
  if (query.from_ms) add("at_ms >=", *query.from_ms);
  if (query.to_ms) add("at_ms <", *query.to_ms);
  if (query.before_id > 0) add("id <", query.before_id);
  return database_.read([&](Sql& sql) {
    std::vector<AuditEntry> entries;
    for (const auto& row : sql.rows(audit_columns + where + " ORDER BY id DESC LIMIT " + std::to_string(std::clamp(query.limit, 1, 100000)), values)) {
      entries.push_back(entry_from(row));
    }
    return entries;
  });
}

Result<std::int64_t> Audit::verify() {
  std::string before;
  std::int64_t checked = 0, last_id = 0;
  for (;;) {
    const auto rows = database_.read([&](Sql& sql) { return sql.rows(std::string(audit_columns) + " WHERE id > :1 ORDER BY id LIMIT 1000", {last_id}); });
    if (rows.empty()) return checked;
    for (const auto& row : rows) {
      const auto entry = entry_from(row);
      if (link(before, entry, row.text(10)) != row.text(11)) {
        return Problem{Kind::refused, "Audit entry " + std::to_string(entry.id) + " was changed, or one before it is missing. Compare with a backup.", ""};
      }
      before = row.text(11);
      last_id = entry.id;
      ++checked;
    }
  }
}

json::object to_document(const AuditEntry& entry) {
  return {{"id", entry.id}, {"at_ms", entry.at_ms}, {"at", iso_time(entry.at_ms)}, {"who", {{"id", entry.who_id}, {"name", entry.who_name}}},
          {"event", entry.event}, {"order_id", entry.order_id}, {"order_number", entry.order_number},
          {"amount_minor", entry.amount_minor ? json::value(*entry.amount_minor) : json::value(nullptr)}, {"currency", entry.currency},
          {"reason", entry.reason}, {"details", entry.details}};
}

}  // namespace shopadmin
