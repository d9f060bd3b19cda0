#include "store/database.hpp"

#include <soci/soci.h>

#include <chrono>
#include <random>
#include <thread>
#include <utility>

#include "store/broken_check.hpp"
#include "store/migrations.hpp"
#include "store/postgresql.hpp"
#include "store/sqlite.hpp"

namespace shopadmin {

namespace {
constexpr int attempts_max = 24;
constexpr std::chrono::seconds patience{30}; /* over all attempts: a page must not wait for ever */
const std::string does_not_answer = "The database does not answer: ";

void pause_before(int attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const int most_ms = std::min(200, 2 << std::min(attempt, 7));
  std::this_thread::sleep_for(std::chrono::milliseconds(1 + static_cast<int>(random() % static_cast<unsigned>(most_ms))));
}
}  // namespace

std::int64_t Row::whole(std::size_t i) const {
  const auto& cell = cells.at(i);
  return cell && !cell->empty() ? std::stoll(*cell) : 0;
}

std::vector<Row> Sql::rows(const std::string& query, const std::vector<Bound>& values) { return statements_.rows(query, values); }

boost::optional<Row> Sql::row(const std::string& query, const std::vector<Bound>& values) {
  auto found = rows(query, values);
  if (found.empty()) return boost::none;
  return std::move(found.front());
}

std::int64_t Sql::count(std::int64_t most, const std::string& from, const std::vector<Bound>& values) {
  return row("SELECT count(*) FROM (SELECT 1 FROM " + from + " LIMIT " + std::to_string(most) + ") AS counted", values)->whole(0);
}

std::int64_t Sql::change(const std::string& text, const std::vector<Bound>& values) { return statements_.change(text, values); }

void Sql::run(const std::string& statement) { statements_.run(statement); }

void Sql::create_index(const std::string& statement) {
  run(statement);
  const auto name = statement.find("INDEX ") + 6;
  if (engine_ == Engine::sqlite) run("ANALYZE " + statement.substr(name, statement.find(' ', name) - name));
}

void Sql::commit() {
  if (engine_ == Engine::sqlite) {
    try {
      return (void)change("COMMIT");
    } catch (DatabaseError& error) {
      error.uncertain = std::string(error.what()).find("disk I/O error") != std::string::npos;
      throw;
    }
  }
  const auto outcome = postgresql::commit(session_);
  if (outcome.committed == postgresql::Committed::yes) return;
  DatabaseError error(outcome.error, outcome.sqlstate == "40001" || outcome.sqlstate == "40P01", outcome.sqlstate == "23505", outcome.sqlstate == "23514" ? broken_check(outcome.error) : "");
  error.uncertain = error.broken = outcome.committed == postgresql::Committed::unknown;
  throw error;
}

bool Sql::table_exists(const std::string& table) {
  if (engine_ == Engine::sqlite) return row("SELECT name FROM sqlite_master WHERE type = 'table' AND name = :1", {table}).has_value();
  return row("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = :1", {table}).has_value();
}

/* ---- connections ---------------------------------------------------------- */

Result<std::unique_ptr<Database>> Database::open(const std::string& url, int connections) {
  std::unique_ptr<Database> database(new Database);
  const bool is_sqlite = url.rfind("sqlite://", 0) == 0;
  if (!is_sqlite && url.rfind("postgresql://", 0) != 0 && url.rfind("postgres://", 0) != 0) {
    return Problem{Kind::invalid, "The database address must start with sqlite:///path or postgresql://; check --database.", ""};
  }
  database->engine_ = is_sqlite ? Engine::sqlite : Engine::postgresql;
  database->url_ = url;
  database->connections_ = static_cast<std::size_t>(connections);
  database->pool_ = std::make_unique<soci::connection_pool>(static_cast<std::size_t>(connections));
  try {
    database->statements_.resize(database->connections_ + (is_sqlite ? 1 : 0));
    if (is_sqlite) database->writer_ = std::make_unique<soci::connection_pool>(1);
    if (is_sqlite) (void)Lease(*database, true); /* whether it can be opened at all */
    for (std::size_t i = 0; !is_sqlite && i < database->connections_; ++i) {
      auto& session = database->pool_->at(i);
      postgresql::open(session, url);
      database->statements_[i] = postgresql::statements(session);
    }
  } catch (const std::exception& error) {
    return Problem{Kind::unavailable, std::string("The database cannot be opened: ") + error.what() + ". Check --database, that the server runs and that the folder may be written.", ""};
  }
  return database;
}

void Database::refresh_statistics() {
  if (engine_ != Engine::sqlite) return;
  try {
    if (!sqlite::counted_anew(writer_->at(0))) return;
  } catch (const soci::soci_error&) {
    return; /* busy: the old figures do */
  }
  for (std::size_t i = 0; i <= connections_; ++i) {
    if (!statements_[i]) continue;
    statements_[i]->forget();
    auto& session = i == connections_ ? writer_->at(0) : pool_->at(i);
    session.close();
    sqlite::open(session, url_.substr(9), i == connections_);
  }
}

Database::~Database() {
  stop_committing();
  statements_.clear(); /* before the connections */
}

Database::Lease::Lease(Database& database, bool to_write)
    : database_(database), pool_(to_write && database.writer_ ? *database.writer_ : *database.pool_), place_(pool_.lease()), number_(&pool_ == database.writer_.get() ? database.connections_ : place_) {
  try {
    open();
  } catch (const std::exception& error) {
    pool_.give_back(place_);
    throw DatabaseError(error.what(), false, false);
  }
  if (!usable()) reconnect();
}

void Database::Lease::open() {
  if (database_.statements_[number_]) return;
  sqlite::open(session(), database_.url_.substr(9), number_ == database_.connections_);
  database_.statements_[number_] = sqlite::statements(session());
}

soci::session& Database::Lease::session() { return pool_.at(place_); }
bool Database::Lease::usable() { return database_.engine_ == Engine::sqlite || postgresql::usable(session()); }
Database::Lease::~Lease() { pool_.give_back(place_); }
Sql Database::Lease::sql() { return Sql(session(), database_.engine_, *database_.statements_[number_]); }

void Database::Lease::wait_until_usable(std::chrono::milliseconds patience_left) {
  const auto until = std::chrono::steady_clock::now() + patience_left;
  for (int i = 1; !usable(); ++i) {
    const auto why = reconnect();
    if (usable()) return;
    if (std::chrono::steady_clock::now() >= until) throw DatabaseError(does_not_answer + why, false, false);
    pause_before(i);
  }
}

void Database::ping() {
  Lease lease(*this, false);
  lease.wait_until_usable(std::chrono::milliseconds(0));
  lease.sql().row("SELECT 1");
}

std::string Database::Lease::reconnect() {
  if (database_.engine_ == Engine::sqlite) return "";
  try {
    database_.statements_[number_]->forget();
    postgresql::reopen(session());
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

void Database::Lease::undo(bool usable) {
  if (!usable) return (void)reconnect();
  try { sql().run("ROLLBACK"); } catch (const std::exception&) { /* the engine has rolled back already, or the connection is lost */ }
}

/* Before BEGIN nothing has happened, so a server that is away is waited for a little, too. */
void Database::transact(const Work& work, bool serializable) {
  const auto until = std::chrono::steady_clock::now() + patience;
  bool absent = false;
  Again why;
  for (int i = 0; i < attempts_max && std::chrono::steady_clock::now() < until; ++i) {
    if (i > 0) pause_before(i);
    why = attempt(work, serializable);
    if (!why) return;
    absent = !why->conflict;
    if (absent && std::chrono::steady_clock::now() > until - patience + patience_for_absent) break;
  }
  throw DatabaseError((absent ? does_not_answer : "The database stayed busy: ") + std::string(why ? why->what() : ""), !absent, false);
}

Result<void> Database::migrate() {
  try {
    return write_plain([](Sql& sql) { return migrate_schema(sql); });
  } catch (const DatabaseError& error) {
    return Problem{Kind::internal, std::string("The tables cannot be brought up to date: ") + error.what(), ""};
  }
}

int Database::schema_version() {
  return read([](Sql& sql) { return current_schema(sql); });
}

}  // namespace shopadmin
