#include "store/database.hpp"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <bit>
#include <chrono>
#include <random>
#include <thread>
#include <utility>

#include "operate/metrics.hpp"
#include "store/broken_check.hpp"
#include "store/migrations.hpp"
#include "store/postgresql.hpp"
#include "store/sqlite.hpp"

namespace shopadmin {

namespace {
constexpr int attempts_max = 24;
constexpr std::chrono::seconds patience{30}; /* over all attempts: a page must not wait for ever */
const std::string does_not_answer = "The database does not answer: ";

[[noreturn]] void rethrow(const soci::soci_error& error) {
  const std::string what = error.get_error_message();
  if (const auto* pg = dynamic_cast<const soci::postgresql_soci_error*>(&error)) {
    const auto state = pg->sqlstate();
    /* two that queue the same task or write the next audit entry at the same moment: the second attempt sees the first one's row */
    const bool twin_task = what.find("tasks_one_waiting") != std::string::npos || what.find("audit_pkey") != std::string::npos;
    DatabaseError leaves(what, state == "40001" || state == "40P01" || state == "55P03" || twin_task, state == "23505", state == "23514" ? broken_check(what) : "");
    leaves.broken = state.find_first_not_of(" ") == std::string::npos || postgresql::ends_connection(state);
    throw leaves;
  }
  const bool busy = what.find("database is locked") != std::string::npos || what.find("database table is locked") != std::string::npos;
  const bool serialization = what.find("could not serialize") != std::string::npos || what.find("deadlock detected") != std::string::npos;
  const bool duplicate = what.find("UNIQUE constraint failed") != std::string::npos || what.find("duplicate key value") != std::string::npos;
  throw DatabaseError(what, busy || serialization, duplicate, broken_check(what));
}

/* The result columns are the top-level commas between SELECT (or RETURNING) and FROM. */
std::size_t count_columns(const std::string& query) {
  const auto returning = query.find(" RETURNING ");
  const auto start = returning == std::string::npos ? query.find("SELECT ") : returning;
  std::size_t columns = 1;
  int depth = 0;
  for (std::size_t i = start + 1; i < query.size(); ++i) {
    if (query[i] == '(') ++depth;
    if (query[i] == ')') --depth;
    if (depth == 0 && query[i] == ',') ++columns;
    if (depth == 0 && query.compare(i, 6, " FROM ") == 0) break;
  }
  return columns;
}

/* Keeps bound values alive while the statement runs. */
struct Binding {
  std::int64_t whole = 0;
  std::string text;
  soci::indicator state = soci::i_ok;
};

void bind(soci::statement& statement, std::vector<Binding>& kept, const std::vector<Bound>& values) {
  kept.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto& place = kept[i];
    if (const auto* whole = std::get_if<std::int64_t>(&values[i])) {
      place.whole = *whole;
      statement.exchange(soci::use(place.whole));
      continue;
    }
    if (const auto* text = std::get_if<std::string>(&values[i])) place.text = *text;
    else place.state = soci::i_null;
    statement.exchange(soci::use(place.text, place.state));
  }
}

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

std::vector<Row> Sql::rows(const std::string& query, const std::vector<Bound>& values) try {
  if (kept_) return kept_->rows(query, values);
  const auto columns = count_columns(query);
  std::vector<std::string> texts(columns);
  std::vector<soci::indicator> states(columns, soci::i_ok);
  std::vector<Binding> kept;
  soci::statement statement(session_);
  for (std::size_t i = 0; i < columns; ++i) statement.exchange(soci::into(texts[i], states[i]));
  bind(statement, kept, values);
  statement.alloc();
  statement.prepare(query, soci::details::st_one_time_query);
  statement.define_and_bind();
  std::vector<Row> found;
  for (bool more = statement.execute(true); more; more = statement.fetch()) {
    Row row;
    row.cells.reserve(columns);
    for (std::size_t i = 0; i < columns; ++i) {
      if (states[i] == soci::i_null) row.cells.emplace_back();
      else row.cells.emplace_back(texts[i]);
    }
    found.push_back(std::move(row));
  }
  return found;
} catch (const soci::soci_error& error) {
  rethrow(error);
}

boost::optional<Row> Sql::row(const std::string& query, const std::vector<Bound>& values) {
  auto found = rows(query, values);
  if (found.empty()) return boost::none;
  return std::move(found.front());
}

std::int64_t Sql::change(const std::string& text, const std::vector<Bound>& values) try {
  if (kept_) return kept_->change(text, values);
  std::vector<Binding> kept;
  soci::statement statement(session_);
  bind(statement, kept, values);
  statement.alloc();
  statement.prepare(text, soci::details::st_one_time_query);
  statement.define_and_bind();
  statement.execute(true);
  return statement.get_affected_rows();
} catch (const soci::soci_error& error) {
  rethrow(error);
}

void Sql::run(const std::string& statement) try {
  session_ << statement;
} catch (const soci::soci_error& error) {
  rethrow(error);
}

void Sql::step(const char* statement) {
  if (kept_) kept_->change(statement, {});
  else run(statement);
}

void Sql::commit() {
  if (engine_ == Engine::sqlite) {
    try {
      return step("COMMIT");
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

namespace {
void open_sqlite(soci::session& session, const std::string& path) {
  if (path.find('"') != std::string::npos) throw soci::soci_error("the path of the database must not hold a quotation mark");
  session.open(soci::sqlite3, "db=\"" + path + "\" timeout=15");
  session << "PRAGMA journal_mode = WAL";
  session << "PRAGMA synchronous = FULL";
  session << "PRAGMA foreign_keys = ON";
  session << "PRAGMA busy_timeout = 15000";
}

}  // namespace

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
    if (is_sqlite) {
      database->kept_.resize(database->connections_);
      const Lease first(*database); /* whether it can be opened at all */
    }
    for (int i = 0; !is_sqlite && i < connections; ++i) postgresql::open(database->pool_->at(static_cast<std::size_t>(i)), url);
  } catch (const std::exception& error) {
    return Problem{Kind::unavailable, std::string("The database cannot be opened: ") + error.what() + ". Check --database, that the server runs and that the folder may be written.", ""};
  }
  return database;
}

namespace {
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

/* The magnitude at which samples were counted last stands in user_version. */
bool counted_anew(soci::session& session) {
  int counted = 0;
  session << "PRAGMA user_version", soci::into(counted);
  const int now = magnitude(session);
  if (now < counted + 2) return false;
  session << "PRAGMA analysis_limit = 1000";
  session << "ANALYZE";
  session << "PRAGMA user_version = " + std::to_string(now);
  return true;
}
}  // namespace

void Database::refresh_statistics() {
  if (engine_ != Engine::sqlite) return;
  for (std::size_t i = 0; pool_ && i < connections_; ++i) {
    if (!kept_[i]) continue;
    auto& session = pool_->at(i);
    try {
      if (i == 0 && !counted_anew(session)) return;
      kept_[i]->forget();
      session.close();
    } catch (const soci::soci_error&) {
      return; /* busy: the old figures do */
    }
    open_sqlite(session, url_.substr(9));
  }
}

Database::~Database() { kept_.clear(); /* before the connections */ }

Database::Lease::Lease(Database& database) : database_(database), place_(database.pool_->lease()) {
  try {
    open();
  } catch (const soci::soci_error& error) {
    database_.pool_->give_back(place_);
    rethrow(error);
  }
  if (!usable()) reconnect();
}
void Database::Lease::open() {
  if (database_.engine_ != Engine::sqlite || database_.kept_[place_]) return;
  auto& session = database_.pool_->at(place_);
  open_sqlite(session, database_.url_.substr(9));
  database_.kept_[place_] = std::make_unique<sqlite::Statements>(session);
}
bool Database::Lease::usable() { return database_.engine_ == Engine::sqlite || postgresql::usable(database_.pool_->at(place_)); }
Database::Lease::~Lease() { database_.pool_->give_back(place_); }
Sql Database::Lease::sql() { return Sql(database_.pool_->at(place_), database_.engine_, database_.kept_.empty() ? nullptr : database_.kept_[place_].get()); }

static void timed_commit(Sql& sql) {
  const auto begin = std::chrono::steady_clock::now();
  const auto count = [&](const char* outcome) {
    metrics::count_commit(sql.engine() == Engine::sqlite ? "sqlite" : "postgresql", outcome, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  };
  try {
    sql.commit();
  } catch (const DatabaseError& error) {
    count(error.uncertain ? "uncertain" : error.conflict ? "conflict" : "failed");
    throw;
  }
  count("committed");
}

namespace {
/* Serializable writers of all processes stand in one line before they read anything: a snapshot taken while another writes would only be in vain. */
void begin(Sql& sql, bool serializable) {
  if (sql.engine() == Engine::sqlite) return sql.step("BEGIN IMMEDIATE");
  sql.run(serializable ? "BEGIN ISOLATION LEVEL SERIALIZABLE" : "BEGIN ISOLATION LEVEL READ COMMITTED");
  if (serializable) sql.run("LOCK TABLE write_turn IN EXCLUSIVE MODE");
}
}  // namespace

bool Database::again(const DatabaseError& error) { return last_error_ = std::make_shared<DatabaseError>(error), false; }

/* One try: true when committed or deliberately undone, false when it should be tried again. */
bool Database::attempt_alone(const Work& work, bool serializable) {
  Lease lease(*this);
  auto sql = lease.sql();
  bool begun = false;
  try {
    begin(sql, serializable);
    begun = true;
    if (work(sql)) timed_commit(sql);
    else sql.step("ROLLBACK");
    return true;
  } catch (const DatabaseError& error) {
    if (!begun || error.broken) lease.reconnect();
    else lease.undo();
    if (!error.uncertain && (error.conflict || !begun)) return again(error);
    throw;
  } catch (...) {
    if (begun) lease.undo();
    throw;
  }
}

/* ---- several writers, one commit -------------------------------------------- */

struct Database::Member {
  enum class Outcome { none, settled, again, failed };
  const Work* work;
  Outcome outcome = Outcome::none;
  std::exception_ptr error; /* failed */
};

/* Whoever comes while nobody commits carries out what all who wait want; the others find their outcome. */
bool Database::attempt(const Work& work, bool serializable) {
  if (!serializable && engine_ == Engine::postgresql) return attempt_alone(work, false);
  Member mine{&work, Member::Outcome::none, nullptr};
  std::unique_lock hold(group_lock_);
  waiting_.push_back(&mine);
  group_bell_.wait(hold, [&] { return mine.outcome != Member::Outcome::none || !leading_; });
  if (mine.outcome == Member::Outcome::none) {
    const auto group = std::exchange(waiting_, {});
    leading_ = true;
    hold.unlock();
    commit_together(group);
    hold.lock();
    leading_ = false;
    group_bell_.notify_all();
  }
  if (mine.outcome == Member::Outcome::failed) std::rethrow_exception(mine.error);
  return mine.outcome == Member::Outcome::settled;
}

/* Sets the outcome of each; throws nothing. What one wrote is undone alone when it fails; what is lost as a whole is tried again or failed for all. */
void Database::commit_together(const std::vector<Member*>& group) noexcept {
  using Outcome = Member::Outcome;
  std::vector<Outcome> outcomes(group.size(), Outcome::none);
  const auto tell = [&](std::size_t i, Outcome outcome) {
    const std::lock_guard hold(group_lock_); /* the others look at theirs */
    group[i]->outcome = outcome;
  };
  const auto all = [&](const DatabaseError& error) {
    const bool try_again = error.conflict && !error.uncertain;
    if (try_again) again(error);
    for (std::size_t i = 0; i < group.size(); ++i) {
      group[i]->error = std::make_exception_ptr(error);
      tell(i, try_again ? Outcome::again : Outcome::failed);
    }
  };
  if (group.size() == 1) {
    try {
      tell(0, attempt_alone(*group[0]->work, true) ? Outcome::settled : Outcome::again);
    } catch (...) {
      group[0]->error = std::current_exception();
      tell(0, Outcome::failed);
    }
    return;
  }
  Lease lease(*this);
  auto sql = lease.sql();
  bool begun = false;
  try {
    begin(sql, true);
    begun = true;
    for (std::size_t i = 0; i < group.size(); ++i) {
      sql.step("SAVEPOINT member");
      try {
        if (!(*group[i]->work)(sql)) sql.step("ROLLBACK TO member");
        outcomes[i] = Outcome::settled;
      } catch (const DatabaseError& error) {
        if (error.broken || (error.conflict && engine_ == Engine::postgresql)) throw; /* the transaction as a whole */
        sql.step("ROLLBACK TO member");
        if (error.conflict) again(error), outcomes[i] = Outcome::again;
        else group[i]->error = std::current_exception(), outcomes[i] = Outcome::failed;
      } catch (...) {
        group[i]->error = std::current_exception(), outcomes[i] = Outcome::failed;
        sql.step("ROLLBACK TO member");
      }
      sql.step("RELEASE member");
    }
    timed_commit(sql);
    for (std::size_t i = 0; i < group.size(); ++i) tell(i, outcomes[i]);
  } catch (DatabaseError& error) {
    if (!begun || error.broken) lease.reconnect();
    else lease.undo();
    error.conflict = error.conflict || !begun;
    all(error);
  } catch (const std::exception& error) {
    lease.undo();
    all(DatabaseError(error.what(), false, false));
  }
}

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
  Lease lease(*this);
  lease.wait_until_usable(std::chrono::milliseconds(0));
  lease.sql().row("SELECT 1");
}

std::string Database::Lease::reconnect() {
  if (database_.engine_ == Engine::sqlite) return "";
  try {
    postgresql::reopen(database_.pool_->at(place_));
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

void Database::Lease::undo() {
  try { sql().run("ROLLBACK"); } catch (const std::exception&) { /* the engine has rolled back already, or the connection is lost */ }
}

/* Before BEGIN nothing has happened, so a server that is away is waited for a little, too. */
void Database::transact(const Work& work, bool serializable) {
  const auto until = std::chrono::steady_clock::now() + patience;
  bool absent = false;
  for (int i = 0; i < attempts_max && std::chrono::steady_clock::now() < until; ++i) {
    if (i > 0) pause_before(i);
    if (attempt(work, serializable)) return;
    const auto error = last_error_.load();
    absent = error && !error->conflict;
    if (absent && std::chrono::steady_clock::now() > until - patience + patience_for_absent) break;
  }
  const auto error = last_error_.load();
  const std::string why = error ? error->what() : "";
  throw DatabaseError((absent ? does_not_answer : "The database stayed busy: ") + why, !absent, false);
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
