/* What becomes of writes when PostgreSQL dies, is restarted, ends connections or hands over to a standby. Servers of their own, on 127.0.0.1. */
#include <arpa/inet.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <random>
#include <thread>

#include "loader/plugins.hpp"
#include "log.hpp"
#include "store/collections.hpp"
#include "store/postgresql.hpp"
#include "support.hpp"

using namespace testing;

namespace {
const std::string bin = "/usr/lib/postgresql/15/bin/";

/* Below those the system gives to who connects, so that nobody takes it while its server is away. */
int free_port() {
  std::random_device dice;
  for (int i = 0; i < 1000; ++i) {
    const auto port = std::uniform_int_distribution<int>(10'000, 32'000)(dice);
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET, address.sin_addr.s_addr = htonl(INADDR_LOOPBACK), address.sin_port = htons(static_cast<std::uint16_t>(port));
    const bool free = ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    if (free) return port;
  }
  throw std::runtime_error("no free port");
}

class Server {
 public:
  explicit Server(const Server* primary = nullptr) : port(free_port()) {
    if (::geteuid() == 0) {
      const auto* user = ::getpwnam("postgres");
      if (!user || ::chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0) throw std::runtime_error("the tests need the user postgres (package postgresql-15)");
      as_user_ = "runuser -u postgres -- ";
    }
    if (primary) run("pg_basebackup -D " + data() + " -R --no-sync -c fast -X stream -d 'host=127.0.0.1 port=" + std::to_string(primary->port) + " user=postgres application_name=standby'");
    else run("initdb -D " + data() + " -A trust -U postgres --no-sync --no-locale -E UTF8");
    start();
  }
  ~Server() { kill(); }
  void start() {
    run("pg_ctl -D " + data() + " -l " + data() + "/log -w -t 60 -o \"-c listen_addresses=127.0.0.1 -p " + std::to_string(port) + " -c unix_socket_directories='' -c fsync=off -c max_wal_senders=4\" start >/dev/null");
  }
  void kill() { /* as SIGKILL for the clients: no goodbye, no checkpoint */
    int code = 0;
    command_output("cd / && " + as_user_ + bin + "pg_ctl -D " + data() + " -m immediate -w stop", &code);
  }
  void promote() { run("pg_ctl -D " + data() + " -w promote"); }
  std::string sql(const std::string& statement, const std::string& database = "postgres") const {
    auto out = command_output("psql -h 127.0.0.1 -p " + std::to_string(port) + " -U postgres -d " + database + " -Atqc \"" + statement + "\"");
    while (!out.empty() && out.back() == '\n') out.pop_back();
    return out;
  }
  std::string url() const { return "postgresql://postgres@127.0.0.1:" + std::to_string(port) + "/postgres"; }
  const int port;

 private:
  std::string data() const { return (folder_.path() / "data").string(); }
  void run(const std::string& command) const { command_output("cd / && " + as_user_ + bin + command); }
  TempDir folder_;
  std::string as_user_;
};

/* A commit that waits for a standby that is not there, until its connection is ended: done here, and nobody told. */
void lose_the_answer(const Server& server) {
  for (int i = 0; i < 200; ++i) {
    if (server.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") != "0") return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw std::runtime_error("no commit waited for the standby");
}
void wait_for_nobody(const Server& server, bool wait) {
  server.sql(std::string("ALTER SYSTEM ") + (wait ? "SET synchronous_standby_names = 'nobody'" : "RESET synchronous_standby_names"));
  server.sql("SELECT pg_reload_conf()");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
}

struct OnServer {
  explicit OnServer(const std::string& url) {
    log_to([this](const std::string& line) {
      const std::lock_guard hold(lock);
      log += line + "\n";
    });
    options.data = folder.path() / "data", options.database = url, options.connections = 4;
    auto opened = App::open(options);
    if (!opened) throw std::runtime_error(opened.message());
    app = std::move(*opened);
  }
  ~OnServer() {
    app.reset();
    log_to([](const std::string&) {});
  }
  Result<void> put(int n) {
    return app->database.write([&](Sql& sql) { return sql.change("INSERT INTO operations (operation_id, act, order_id, request, at_ms, result) VALUES (:1, '', '', '', 0, '')", {std::to_string(n)}), Result<void>{}; });
  }
  std::int64_t count() {
    return app->database.read([](Sql& sql) { return sql.row("SELECT count(*) FROM operations")->whole(0); });
  }
  TempDir folder;
  AppOptions options;
  std::unique_ptr<App> app;
  std::mutex lock;
  std::string log;
};

/* Writes one row after the other until told to stop; knows what became of each. */
struct Writer {
  explicit Writer(OnServer& on) : thread([this, &on] {
    for (int n = 0; !stop; ++n) {
      try {
        (void)on.put(n);
        done.push_back(n);
        ++good;
      } catch (const DatabaseError& error) {
        (error.uncertain ? uncertain : gone).push_back(n);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
    }
  }) {}
  void until_more(int than, int more) {
    for (int i = 0; i < 600 && good < than + more; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    REQUIRE(good >= than + more);
  }
  void finish() { stop = true, thread.join(); }
  void check(OnServer& on) {
    std::set<std::string> there;
    for (const auto& row : on.app->database.read([](Sql& sql) { return sql.rows("SELECT operation_id FROM operations"); })) there.insert(row.text(0));
    for (const int n : done) CHECK(there.count(std::to_string(n)) == 1);
    for (const int n : gone) CHECK(there.count(std::to_string(n)) == 0);
  }
  std::atomic<bool> stop{false};
  std::atomic<int> good{0};
  std::vector<int> done, gone, uncertain;
  std::thread thread;
};
}  // namespace

TEST_CASE("a PostgreSQL address gets what a failover needs, unless it says otherwise") {
  const auto plain = postgresql::with_defaults("postgresql://u@a:1,b:2/db");
  CHECK(plain.find("postgresql://u@a:1,b:2/db?application_name=shopadmin&target_session_attrs=read-write&connect_timeout=5&") == 0);
  CHECK(plain.find("tcp_user_timeout=15000") != std::string::npos);
  const auto own = postgresql::with_defaults("postgresql://u@a/db?connect_timeout=9&target_session_attrs=any");
  CHECK(own.find("connect_timeout=5") == std::string::npos);
  CHECK(own.find("read-write") == std::string::npos);
  CHECK(own.find("&keepalives_idle=10") != std::string::npos);
}

TEST_CASE("a connection ended between statements, a lost answer to COMMIT, a dead server: each write says what became of it", "[failover]") {
  Server server;
  OnServer on(server.url());

  SECTION("ended between statements: nothing happened, and the next write works at once") {
    bool tried = false;
    const auto broken = [&] {
      (void)on.app->database.write([&](Sql& sql) {
        sql.change("INSERT INTO operations (operation_id, act, order_id, request, at_ms, result) VALUES ('x', '', '', '', 0, '')");
        if (!tried) server.sql("SELECT pg_terminate_backend(" + sql.row("SELECT pg_backend_pid()")->text(0) + ")");
        tried = true;
        sql.change("UPDATE operations SET act = 'y'");
        return Result<void>{};
      });
    };
    try {
      broken();
      FAIL("the write went through without its connection");
    } catch (const DatabaseError& error) {
      CHECK_FALSE(error.uncertain);
      CHECK_FALSE(error.conflict);
      CHECK(error.broken);
    }
    CHECK(on.count() == 0);
    server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'shopadmin'"); /* all of the pool, idle */
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    CHECK(on.count() == 0);
    CHECK(on.put(1));
    CHECK(on.app->database.read([](Sql& sql) { return sql.row("SELECT current_setting('client_min_messages')")->text(0); }) == "error"); /* new ones are set up like the first */
  }

  SECTION("the answer to COMMIT got lost: uncertain, and an act of the host finds its stored answer on the next try") {
    insert(*on.app, sample_order("100"));
    auto notes = act(Act::set_notes, "o-100");
    notes.notes = "rings twice";
    REQUIRE(on.app->plugins.load(probe_folder("good")));
    const auto manifest = *read_manifest(probe_folder("good"));
    Collections store(on.app->database, *on.app->clock, on.app->audit, on.app->queue);
    wait_for_nobody(server, true);
    std::thread ends([&] { lose_the_answer(server), lose_the_answer(server); });
    const auto first = on.app->orders.perform(staff(), notes);
    const auto task = on.app->plugins.run_task(manifest.id, {{"name", "sync"}, {"key", "k"}, {"attempt", 1}, {"due_ms", 0}, {"payload", {{"order_id", "a"}}}}); /* store.commit's answer is the task's */
    ends.join();
    wait_for_nobody(server, false);
    CHECK(task.kind() == Kind::uncertain);
    CHECK(store.get(manifest, "seen", "task/sync/a")->version == 1);
    if (!first) CHECK(first.kind() == Kind::uncertain); /* or it found its answer by itself at once */
    const auto again = on.app->orders.perform(staff(), notes);
    REQUIRE(again);
    CHECK(again->repeated);
    CHECK(on.app->orders.get("o-100")->version == 2);
    CHECK(on.app->audit.verify().entries == 1);
    CHECK(on.log.find("ORDERS_ACT_FAILED") != std::string::npos);
  }

  SECTION("killed and started again while writing: nothing that was said to be stored is lost, nothing said to be gone is there") {
    Writer writer(on);
    writer.until_more(0, 20);
    for (int round = 0; round < 2; ++round) {
      server.kill();
      std::this_thread::sleep_for(std::chrono::milliseconds(round * 6000)); /* the second time longer than a write waits */
      server.start();
      writer.until_more(writer.good, 20);
    }
    writer.finish();
    CHECK_FALSE(writer.gone.empty());
    writer.check(on);
  }
}

TEST_CASE("workers outlive a server that is away, and say so once", "[failover]") {
  Server server;
  OnServer on(server.url());
  REQUIRE(on.app->plugins.load(probe_folder("good")));
  const std::string plugin = "org.example.probe";
  on.app->start_workers(2);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  server.kill();
  std::this_thread::sleep_for(std::chrono::milliseconds(7000));
  server.start();
  REQUIRE(on.app->queue.add({plugin, "sync", "k", 0, {{"order_id", "x"}}, ""}));
  for (int i = 0; i < 300 && on.app->queue.counts(plugin).done == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK(on.app->queue.counts(plugin).done >= 1);
  on.app->stop_workers();
  std::size_t told = 0;
  for (std::size_t at = 0; (at = on.log.find("\"TASKS_DATABASE\"", at)) != std::string::npos; ++at) ++told;
  CHECK(told == 1);
  CHECK(on.log.find("\"TASKS_DATABASE_BACK\"") != std::string::npos);
}

TEST_CASE("the primary dies in the middle and its synchronous standby takes over: writing goes on there", "[failover]") {
  Server primary;
  Server standby(&primary);
  primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'");
  primary.sql("SELECT pg_reload_conf()");
  for (int i = 0; i < 200 && primary.sql("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") != "1"; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  /* the standby stands first: it takes connections, but no writes */
  OnServer on("postgresql://postgres@127.0.0.1:" + std::to_string(standby.port) + ",127.0.0.1:" + std::to_string(primary.port) + "/postgres");
  Writer writer(on);
  writer.until_more(0, 20);
  primary.kill();
  standby.promote();
  writer.until_more(writer.good, 20);
  writer.finish();
  writer.check(on);
  CHECK(standby.sql("SELECT pg_is_in_recovery()") == "f");
}
