#pragma once
// A thin RAII layer over the SQLite C API: one connection, prepared statements kept for reuse, transactions that roll back unless committed.
// Used by the store only. One thread at a time. Every SQLite error is a std::runtime_error with SQLite's own words.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include <sqlite3.h>

namespace sandbox {

// A borrowed prepared statement; resets itself when it goes out of scope.
class Statement {
public:
    explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement();

    Statement& bind(std::string_view text);
    Statement& bind(std::int64_t number);
    bool step();  // true while there is a row
    void run();   // a statement without rows
    std::string text(int column) const;
    std::int64_t number(int column) const;

private:
    sqlite3_stmt* handle_;
    int bound_ = 0;
};

class Database {
public:
    explicit Database(const std::string& path);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    void execute(const std::string& sql);
    Statement prepare(const char* sql);  // sql has to be a literal: it is the key of the statement cache
    std::int64_t last_rowid() const;

private:
    sqlite3* handle_ = nullptr;
    std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

class Transaction {
public:
    explicit Transaction(Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

private:
    Database& database_;
    bool open_ = true;
};

}  // namespace sandbox
