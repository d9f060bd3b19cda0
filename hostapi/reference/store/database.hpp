/* The database: SQLite (a file, WAL) or PostgreSQL behind one small face over SOCI. Everything in the host reads and writes through it.
 *   read(fn)   one pooled connection, no transaction.
 *   write(fn)  one transaction: BEGIN IMMEDIATE on SQLite, SERIALIZABLE on PostgreSQL; committed when fn returns a good Result, else undone.
 *              Conflicts of serialization are retried here (fn may run several times, and on another thread while its own waits: it must only touch the database).
 *              Those who write at the same moment share one commit; one that fails is undone alone. Every write returns after that commit only.
 * Any thread; a Sql object belongs to the thread that got it. Database failures leave as DatabaseError (an exception), which borders turn into
 * UNAVAILABLE (nothing happened), or UNCERTAIN when the answer to COMMIT got lost. A connection that broke, or whose server no longer takes writes, is
 * replaced before its next use: with a PostgreSQL address of several hosts by one to the server that does. Queries use :named places and always bound values. */
#pragma once
#include <atomic>
#include <boost/optional.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "result.hpp"

namespace soci {
class session;
class connection_pool;
}

namespace shopadmin {

class Statements;

enum class Engine { sqlite, postgresql };

/* Counters on pages count up to this and one more: beyond it they say "1,000+", for a count of all would cost more with every order the shop ever had. */
constexpr std::int64_t counted_most = 1'000;

struct DatabaseError : std::runtime_error {
  DatabaseError(const std::string& what, bool conflict_, bool duplicate_, std::string check_ = "")
      : std::runtime_error(what), conflict(conflict_), duplicate(duplicate_), check(std::move(check_)) {}
  bool conflict;     /* serialization, deadlock, busy: trying again helps */
  bool duplicate;    /* a unique key is there already */
  bool broken = false;    /* the connection is lost, or its server takes no writes */
  bool uncertain = false; /* the answer to COMMIT got lost: it may have happened */
  std::string check;      /* id of the rule of a collection the statement breaks (collection_checks.hpp), or empty */
};

using Bound = std::variant<std::nullptr_t, std::int64_t, std::string>;

struct Row {
  std::vector<boost::optional<std::string>> cells;
  bool null(std::size_t i) const { return !cells.at(i); }
  std::string text(std::size_t i) const { return cells.at(i).value_or(""); }
  std::int64_t whole(std::size_t i) const;
  bool flag(std::size_t i) const { return whole(i) != 0; }
};

/* One connection while it is borrowed. The values replace :1, :2 … in order. */
class Sql {
 public:
  Sql(soci::session& session, Engine engine, Statements& statements) : session_(session), engine_(engine), statements_(statements) {}
  std::vector<Row> rows(const std::string& query, const std::vector<Bound>& values = {});
  boost::optional<Row> row(const std::string& query, const std::vector<Bound>& values = {});
  std::int64_t count(std::int64_t most, const std::string& from, const std::vector<Bound>& values = {}); /* rows of "table WHERE …", no more than that */
  std::int64_t change(const std::string& statement, const std::vector<Bound>& values = {}); /* rows changed */
  void run(const std::string& statement); /* without values: of the schema, or of a transaction */
  /* "CREATE INDEX name ON …". SQLite takes an index of which it has no samples for the best there is, so they are counted at once; other connections see both
   * together. */
  void create_index(const std::string& statement);
  void commit(); /* DatabaseError.uncertain when its answer got lost */
  bool table_exists(const std::string& table);
  Engine engine() const { return engine_; }

 private:
  soci::session& session_;
  Engine engine_;
  Statements& statements_;
};

class Database {
 public:
  /* url: sqlite:///absolute/path or postgresql://user@host:port/name (any libpq URL, with several hosts too) */
  static Result<std::unique_ptr<Database>> open(const std::string& url, int connections = 6);
  /* SQLite: counts samples of the tables, so that the most selective index is taken, if the shop has grown fourfold since it was done last; for processes that
   * run long (PostgreSQL does it by itself).
   * Connections see it when they are opened anew, which this does: nothing else may run meanwhile. */
  void refresh_statistics();
  ~Database();
  Result<void> migrate(); /* brings the host's own tables to the newest version; safe when several processes start at once */
  int schema_version();
  Engine engine() const { return engine_; }
  const std::string& url() const { return url_; } /* may hold a password: not for logs */

  /* Throws when the server is not there now; for who asks whether it is. */
  void ping();
  /* Like a change, waits some seconds for a server that is away: a standby may be taking over. */
  template <class F>
  auto read(F&& work) {
    Lease lease(*this, false);
    lease.wait_until_usable(patience_for_absent);
    auto sql = lease.sql();
    return work(sql);
  }
  template <class F>
  auto write(F&& work) {
    return written(std::forward<F>(work), true);
  }
  /* READ COMMITTED on PostgreSQL: for leases and schema changes, which take their own locks */
  template <class F>
  auto write_plain(F&& work) {
    return written(std::forward<F>(work), false);
  }

 private:
  static constexpr std::chrono::milliseconds patience_for_absent{5000};
  Database() = default;
  class Lease {
   public:
    Lease(Database& database, bool to_write);
    ~Lease();
    Lease(const Lease&) = delete;
    Sql sql();
    void open(); /* SQLite, when it is used for the first time */
    bool usable();
    void wait_until_usable(std::chrono::milliseconds patience_left);
    std::string reconnect(); /* why not, or nothing */
    void undo(bool usable); /* what was begun; a connection that is not usable is opened anew */

   private:
    soci::session& session();
    Database& database_;
    soci::connection_pool& pool_;
    std::size_t place_;   /* in its pool */
    std::size_t number_;  /* among all connections */
  };
  template <class F>
  auto written(F&& work, bool serializable) -> decltype(work(std::declval<Sql&>())) {
    boost::optional<decltype(work(std::declval<Sql&>()))> answer;
    transact([&](Sql& sql) {
      answer.emplace(work(sql));
      return answer->ok();
    }, serializable);
    return std::move(*answer);
  }
  using Work = std::function<bool(Sql&)>;
  using Again = std::shared_ptr<const DatabaseError>; /* why a try should be made again; nothing: committed, or deliberately undone */
  struct Member; /* of a group that commits together */
  struct Group;
  void transact(const Work& work, bool serializable);
  Again attempt(const Work& work, bool serializable);
  Again attempt_alone(const Work& work, bool serializable);
  void commit_groups();
  bool work_together(Sql& sql, Group& group, bool savepoints);
  void commit_together(Group& group) noexcept; /* nobody would be told otherwise */
  void stop_committing();

  Engine engine_ = Engine::sqlite;
  std::string url_;
  std::size_t connections_ = 0;
  std::unique_ptr<soci::connection_pool> pool_;
  std::unique_ptr<soci::connection_pool> writer_; /* SQLite: the one connection that writes. Its cache stays good, because nobody else of this process writes */
  std::vector<std::unique_ptr<Statements>> statements_; /* of each connection that is open, the writer's last; those of SQLite are opened when they are needed */
  std::mutex group_lock_;
  std::shared_ptr<Group> waiting_;
  bool closing_ = false;
  std::condition_variable committer_bell_;
  std::thread committer_; /* begun by the first change */
};

}  // namespace shopadmin
