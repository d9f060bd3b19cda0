/* What a SQLite connection does beside SOCI: statements that are prepared once and kept, for pages and tasks ask the same few dozen questions over and over.
 * Used by database.cpp only. One object belongs to one connection and is used by whoever borrowed that; errors leave as DatabaseError. It must be gone (or
 * forget()) before its connection is closed. */
#pragma once
#include <list>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/database.hpp"

namespace shopadmin::sqlite {

class Statements {
 public:
  explicit Statements(soci::session& session) : session_(session) {}
  ~Statements() { forget(); }
  Statements(const Statements&) = delete;
  std::vector<Row> rows(const std::string& query, const std::vector<Bound>& values);
  std::int64_t change(const std::string& statement, const std::vector<Bound>& values); /* rows changed */
  void forget();

 private:
  struct Kept {
    std::string text;
    void* prepared;
  };
  void* prepared(const std::string& text); /* the one used longest ago goes when there are too many */
  [[noreturn]] void raise();

  soci::session& session_;
  std::list<Kept> kept_; /* used last is first */
  std::unordered_map<std::string, std::list<Kept>::iterator> by_text_;
};

}  // namespace shopadmin::sqlite
