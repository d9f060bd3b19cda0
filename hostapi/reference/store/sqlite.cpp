#include "store/sqlite.hpp"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <bit>

#include "store/broken_check.hpp"

namespace shopadmin::sqlite {

using namespace sqlite_api;

namespace {
sqlite3* connection_of(soci::session& session) { return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_; }

void bind(sqlite3_stmt* statement, const std::vector<Bound>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int place = static_cast<int>(i) + 1;
    if (const auto* whole = std::get_if<std::int64_t>(&values[i])) sqlite3_bind_int64(statement, place, *whole);
    else if (const auto* text = std::get_if<std::string>(&values[i])) sqlite3_bind_text(statement, place, text->data(), static_cast<int>(text->size()), nullptr);
    else sqlite3_bind_null(statement, place);
  }
}

Row row_of(sqlite3_stmt* statement) {
  Row row;
  const int columns = sqlite3_column_count(statement);
  row.cells.reserve(static_cast<std::size_t>(columns));
  for (int i = 0; i < columns; ++i) {
    if (sqlite3_column_type(statement, i) == SQLITE_INTEGER) { /* SQLite would print it into memory of its own first */
      row.cells.emplace_back(std::to_string(sqlite3_column_int64(statement, i)));
      continue;
    }
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
    if (text) row.cells.emplace_back(std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, i))));
    else row.cells.emplace_back();
  }
  return row;
}

/* A statement that is not reset keeps its snapshot of the database. */
struct Resetting {
  sqlite3_stmt* statement;
  ~Resetting() { sqlite3_reset(statement), sqlite3_clear_bindings(statement); }
};

class Prepared : public Statements {
 public:
  explicit Prepared(soci::session& session) : session_(session) {}
  ~Prepared() override { forget(); }
  Prepared(const Prepared&) = delete;

  std::vector<Row> rows(const std::string& query, const std::vector<Bound>& values) override {
    auto* statement = prepared(query);
    const Resetting reset{statement};
    bind(statement, values);
    std::vector<Row> found;
    int outcome = sqlite3_step(statement);
    for (; outcome == SQLITE_ROW; outcome = sqlite3_step(statement)) found.push_back(row_of(statement));
    if (outcome != SQLITE_DONE) raise();
    return found;
  }

  std::int64_t change(const std::string& text, const std::vector<Bound>& values) override {
    auto* statement = prepared(text);
    const Resetting reset{statement};
    bind(statement, values);
    int outcome = sqlite3_step(statement);
    while (outcome == SQLITE_ROW) outcome = sqlite3_step(statement);
    if (outcome != SQLITE_DONE) raise();
    return sqlite3_changes(connection_of(session_));
  }

  void run(const std::string& statements) override {
    if (sqlite3_exec(connection_of(session_), statements.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) raise();
  }

  void forget() override { kept_.clear(&sqlite3_finalize); }

 private:
  [[noreturn]] void raise() {
    auto* connection = connection_of(session_);
    const std::string what = sqlite3_errmsg(connection);
    const int code = sqlite3_extended_errcode(connection), kind = code & 0xff;
    throw DatabaseError(what, kind == SQLITE_BUSY || kind == SQLITE_LOCKED, code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY,
                        kind == SQLITE_CONSTRAINT ? broken_check(what) : ""); /* CHECK, or a trigger that says so */
  }

  sqlite3_stmt* prepared(const std::string& text) {
    if (auto* known = kept_.find(text)) return *known;
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(connection_of(session_), text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) raise();
    if (!statement) throw DatabaseError("the statement is empty", false, false);
    return kept_.keep(text, statement, &sqlite3_finalize);
  }

  soci::session& session_;
  KeptByText<sqlite3_stmt*> kept_;
};

/* How large the shop is, as a power of two: the highest row numbers of all tables together. */
int magnitude(soci::session& session) {
  std::vector<std::string> tables(1000);
  session << "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", soci::into(tables);
  unsigned long long rows = 0;
  for (const auto& table : tables) {
    long long highest = 0;
    session << "SELECT coalesce(max(rowid), 0) FROM \"" + table + "\"", soci::into(highest);
    rows += static_cast<unsigned long long>(highest);
  }
  return static_cast<int>(std::bit_width(rows));
}
}  // namespace

void open(soci::session& session, const std::string& path, bool to_write) {
  if (path.find('"') != std::string::npos) throw soci::soci_error("the path of the database must not hold a quotation mark");
  session.open(soci::sqlite3, "db=\"" + path + "\" timeout=15");
  session << "PRAGMA journal_mode = WAL";
  session << "PRAGMA synchronous = FULL";
  session << "PRAGMA foreign_keys = ON";
  session << "PRAGMA busy_timeout = 15000";
  session << "PRAGMA wal_autocheckpoint = 2500"; /* pages (10 MB): those that change all the time are copied less often than by default; much more, and commits are slow for long, until the file has that size */
  if (to_write) session << "PRAGMA cache_size = -16384"; /* KiB */
  if (to_write) session << "PRAGMA analysis_limit = 1000"; /* rows of an index that ANALYZE looks at */
}

std::unique_ptr<Statements> statements(soci::session& session) { return std::make_unique<Prepared>(session); }

/* The magnitude at which samples were counted last stands in user_version. */
bool counted_anew(soci::session& session) {
  int counted = 0;
  session << "PRAGMA user_version", soci::into(counted);
  const int now = magnitude(session);
  if (now < counted + 2) return false;
  session << "ANALYZE";
  session << "PRAGMA user_version = " + std::to_string(now);
  return true;
}

}  // namespace shopadmin::sqlite
