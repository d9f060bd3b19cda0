#include "store/sqlite.hpp"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <memory>

#include "store/broken_check.hpp"

namespace shopadmin::sqlite {

using namespace sqlite_api;

namespace {
constexpr std::size_t kept_most = 96; /* some kilobytes each, for every connection */

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
}  // namespace

void Statements::raise() {
  auto* connection = connection_of(session_);
  const std::string what = sqlite3_errmsg(connection);
  const int code = sqlite3_extended_errcode(connection), kind = code & 0xff;
  throw DatabaseError(what, kind == SQLITE_BUSY || kind == SQLITE_LOCKED, code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY,
                      kind == SQLITE_CONSTRAINT ? broken_check(what) : ""); /* CHECK, or a trigger that says so */
}

void* Statements::prepared(const std::string& text) {
  if (const auto known = by_text_.find(text); known != by_text_.end()) {
    kept_.splice(kept_.begin(), kept_, known->second);
    return known->second->prepared;
  }
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(connection_of(session_), text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) raise();
  if (!statement) throw DatabaseError("the statement is empty", false, false);
  if (kept_.size() >= kept_most) {
    sqlite3_finalize(static_cast<sqlite3_stmt*>(kept_.back().prepared));
    by_text_.erase(kept_.back().text);
    kept_.pop_back();
  }
  kept_.push_front({text, statement});
  by_text_[text] = kept_.begin();
  return statement;
}

std::vector<Row> Statements::rows(const std::string& query, const std::vector<Bound>& values) {
  auto* statement = static_cast<sqlite3_stmt*>(prepared(query));
  const Resetting reset{statement};
  bind(statement, values);
  std::vector<Row> found;
  int outcome = sqlite3_step(statement);
  for (; outcome == SQLITE_ROW; outcome = sqlite3_step(statement)) found.push_back(row_of(statement));
  if (outcome != SQLITE_DONE) raise();
  return found;
}

std::int64_t Statements::change(const std::string& text, const std::vector<Bound>& values) {
  auto* statement = static_cast<sqlite3_stmt*>(prepared(text));
  const Resetting reset{statement};
  bind(statement, values);
  int outcome = sqlite3_step(statement);
  while (outcome == SQLITE_ROW) outcome = sqlite3_step(statement);
  if (outcome != SQLITE_DONE) raise();
  return sqlite3_changes(connection_of(session_));
}

void Statements::forget() {
  for (const auto& one : kept_) sqlite3_finalize(static_cast<sqlite3_stmt*>(one.prepared));
  kept_.clear(), by_text_.clear();
}

}  // namespace shopadmin::sqlite
