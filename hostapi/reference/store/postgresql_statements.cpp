/* Statements of a PostgreSQL connection, prepared by the server once and kept. Values go as text and get the types the server sees in the statement. */
#include <libpq-fe.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include <cctype>
#include <memory>

#include "store/broken_check.hpp"
#include "store/postgresql.hpp"

namespace shopadmin::postgresql {

namespace {
using Answer = std::unique_ptr<PGresult, decltype(&PQclear)>;

bool good(const PGresult* answer) {
  const auto status = PQresultStatus(answer);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

bool part_of_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/* :name → $1, $2 … in order; not in quoted texts and names, not in ::type. */
std::string numbered(const std::string& text) {
  std::string out;
  char quote = '\0';
  int place = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i], next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (quote != '\0' || c == '\'' || c == '"') {
      if (quote == '\0') quote = c;
      else if (c == quote) quote = '\0';
      out += c;
    } else if (c == ':' && next == ':') {
      out += "::", ++i;
    } else if (c == ':' && part_of_name(next)) {
      while (i + 1 < text.size() && part_of_name(text[i + 1])) ++i;
      out += "$" + std::to_string(++place);
    } else {
      out += c;
    }
  }
  return out;
}

/* Values as the protocol wants them; texts of numbers live here while the statement runs. */
struct Places {
  explicit Places(const std::vector<Bound>& values) : texts(values.size()), pointers(values.size(), nullptr) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (const auto* whole = std::get_if<std::int64_t>(&values[i])) texts[i] = std::to_string(*whole), pointers[i] = texts[i].c_str();
      else if (const auto* text = std::get_if<std::string>(&values[i])) pointers[i] = text->c_str();
    }
  }
  std::vector<std::string> texts;
  std::vector<const char*> pointers; /* nullptr: NULL */
};

DatabaseError error_of(const std::string& what, const std::string& sqlstate) {
  /* two that queue the same task or write the next audit entry at the same moment: the second attempt sees the first one's row */
  const bool twin_task = what.find("tasks_one_waiting") != std::string::npos || what.find("audit_pkey") != std::string::npos;
  DatabaseError error(what, sqlstate == "40001" || sqlstate == "40P01" || sqlstate == "55P03" || twin_task, sqlstate == "23505", sqlstate == "23514" ? broken_check(what) : "");
  error.broken = sqlstate.find_first_not_of(" ") == std::string::npos || ends_connection(sqlstate);
  return error;
}

class Prepared : public Statements {
 public:
  explicit Prepared(soci::session& session) : session_(session) {}

  std::vector<Row> rows(const std::string& query, const std::vector<Bound>& values) override {
    const auto answer = execute(query, values);
    std::vector<Row> found(static_cast<std::size_t>(PQntuples(answer.get())));
    const int columns = PQnfields(answer.get());
    for (std::size_t at = 0; at < found.size(); ++at) {
      const int number = static_cast<int>(at);
      found[at].cells.reserve(static_cast<std::size_t>(columns));
      for (int i = 0; i < columns; ++i) {
        if (PQgetisnull(answer.get(), number, i)) found[at].cells.emplace_back();
        else found[at].cells.emplace_back(std::string(PQgetvalue(answer.get(), number, i), static_cast<std::size_t>(PQgetlength(answer.get(), number, i))));
      }
    }
    return found;
  }

  std::int64_t change(const std::string& text, const std::vector<Bound>& values) override {
    const std::string changed = PQcmdTuples(execute(text, values).get());
    return changed.empty() ? 0 : std::stoll(changed);
  }

  void run(const std::string& statements) override {
    const Answer answer(PQexec(connection_of(session_), statements.c_str()), &PQclear);
    if (!good(answer.get())) raise(answer.get());
  }

  void forget() override { kept_.clear([](const std::string&) {}); } /* the server forgets them with the connection */

 private:
  [[noreturn]] void raise(const PGresult* answer) {
    const char* state = answer ? PQresultErrorField(answer, PG_DIAG_SQLSTATE) : nullptr;
    throw error_of(answer ? PQresultErrorMessage(answer) : PQerrorMessage(connection_of(session_)), state ? state : "");
  }

  Answer execute(const std::string& text, const std::vector<Bound>& values) {
    const auto& name = prepared(text);
    const Places places(values);
    Answer answer(PQexecPrepared(connection_of(session_), name.c_str(), static_cast<int>(values.size()), places.pointers.data(), nullptr, nullptr, 0), &PQclear);
    if (!good(answer.get())) raise(answer.get());
    return answer;
  }

  const std::string& prepared(const std::string& text) {
    if (const auto* known = kept_.find(text)) return *known;
    const auto name = "s" + std::to_string(++count_);
    const Answer answer(PQprepare(connection_of(session_), name.c_str(), numbered(text).c_str(), 0, nullptr), &PQclear);
    if (!good(answer.get())) raise(answer.get());
    return kept_.keep(text, name, [this](const std::string& old) { const Answer gone(PQexec(connection_of(session_), ("DEALLOCATE " + old).c_str()), &PQclear); });
  }

  soci::session& session_;
  KeptByText<std::string> kept_; /* names */
  std::int64_t count_ = 0;
};
}  // namespace

std::unique_ptr<Statements> statements(soci::session& session) { return std::make_unique<Prepared>(session); }

}  // namespace shopadmin::postgresql
