#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "store/collections.hpp"
#include "support.hpp"

using namespace testing;

namespace {
const std::string plugin = "org.example.probe";
std::vector<TaskQueue::Wanted> want(int concurrency) { return {{plugin, "sync", concurrency}}; }
NewTask sync(const std::string& key, std::int64_t due_ms = 0, const std::string& lane = "") { return {plugin, "sync", key, due_ms, {{"order_id", key}}, lane}; }
}  // namespace

TEST_CASE("a task with the same key that still waits is replaced, and the earlier due time wins") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    auto& queue = host.app->queue;
    const auto now = host.clock->now_ms();
    REQUIRE(queue.add({plugin, "sync", "k", now + 5000, {{"n", 1}}, ""}));
    REQUIRE(queue.add({plugin, "sync", "k", now + 9000, {{"n", 2}}, ""}));
    const auto tasks = queue.list();
    REQUIRE(tasks.size() == 1);
    CHECK(tasks[0].due_ms == now + 5000);
    CHECK(tasks[0].payload.at("n").as_int64() == 2);
  }
}

TEST_CASE("a task queued while its twin runs waits for it and runs afterwards") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    auto& queue = host.app->queue;
    REQUIRE(queue.add(sync("k")));
    const auto running = queue.lease("me", want(4), 4, 1000);
    REQUIRE(running.size() == 1);
    REQUIRE(queue.add(sync("k")));
    CHECK(queue.lease("me", want(4), 4, 1000).empty());
    queue.done(running[0]);
    CHECK(queue.lease("me", want(4), 4, 1000).size() == 1);
    CHECK(queue.counts().done == 1);
  }
}

TEST_CASE("a lease that runs out comes back to another worker, and the first one's answer no longer counts") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    auto& queue = host.app->queue;
    REQUIRE(queue.add(sync("k")));
    const auto first = queue.lease("one", want(1), 1, 10'000);
    REQUIRE(first.size() == 1);
    CHECK(queue.lease("two", want(1), 1, 10'000).empty());
    host.clock->advance(10'001);
    const auto second = queue.lease("two", want(1), 1, 10'000);
    REQUIRE(second.size() == 1);
    CHECK(second[0].attempts == 2);
    CHECK_FALSE(queue.renew(first[0], 10'000));
    queue.failed(first[0], "late");
    CHECK(queue.list()[0].state == "running");
    CHECK(queue.renew(second[0], 10'000));
    queue.done(second[0]);
    CHECK(queue.list().empty());
  }
}

TEST_CASE("a failed task waits longer each time, at most five minutes and a quarter, and stays visible") {
  CHECK(TaskQueue::back_off_ms(1, 0) == 1000);
  CHECK(TaskQueue::back_off_ms(2, 0) == 2000);
  CHECK(TaskQueue::back_off_ms(3, 999) < 5000);
  CHECK(TaskQueue::back_off_ms(50, 999) <= 375'000);
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    auto& queue = host.app->queue;
    REQUIRE(queue.add(sync("k")));
    for (int i = 1; i <= 12; ++i) {
      const auto leased = queue.lease("me", want(1), 1, 1000);
      REQUIRE(leased.size() == 1);
      CHECK(leased[0].attempts == i);
      queue.failed(leased[0], "unavailable: no network");
      CHECK(queue.lease("me", want(1), 1, 1000).empty());
      host.clock->advance(400'000);
    }
    const auto task = queue.list().at(0);
    CHECK(task.failing());
    CHECK(task.last_error == "unavailable: no network");
    CHECK(queue.counts().failing == 1);
    CHECK(queue.failing() == 1);
    CHECK(queue.retry_now(task.id));
    CHECK(queue.lease("me", want(1), 1, 1000).size() == 1);
  }
}

TEST_CASE("tasks of one lane run in their order, also when the first one fails") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    auto& queue = host.app->queue;
    REQUIRE(queue.add(sync("a", 0, "lane")));
    REQUIRE(queue.add(sync("b", 0, "lane")));
    REQUIRE(queue.add(sync("c", 0, "other")));
    auto leased = queue.lease("me", want(8), 8, 60'000);
    REQUIRE(leased.size() == 2);
    CHECK(leased[0].key == "a");
    CHECK(leased[1].key == "c");
    queue.failed(leased[0], "no");
    CHECK(queue.lease("me", want(8), 8, 60'000).empty());
    host.clock->advance(2000);
    leased = queue.lease("me", want(8), 8, 60'000);
    REQUIRE(leased.size() == 1);
    CHECK(leased[0].key == "a");
    queue.done(leased[0]);
    CHECK(queue.lease("me", want(8), 8, 60'000).at(0).key == "b");
  }
}

TEST_CASE("a periodic task is one row, however often and from how many processes it is declared") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    auto& queue = host.app->queue;
    for (int i = 0; i < 3; ++i) REQUIRE(queue.declare_periodic(plugin, "sync", 30));
    REQUIRE(queue.list().size() == 1);
    const auto leased = queue.lease("me", want(1), 1, 1000);
    REQUIRE(leased.size() == 1);
    queue.done(leased[0]);
    CHECK(queue.lease("me", want(1), 1, 1000).empty());
    host.clock->advance(30'000);
    CHECK(queue.lease("me", want(1), 1, 1000).size() == 1);
    CHECK_FALSE(queue.remove(leased[0].id));
  }
}

TEST_CASE("several threads lease each task once and never more at a time than the concurrency allows") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    auto& queue = host.app->queue;
    for (int i = 0; i < 60; ++i) REQUIRE(queue.add(sync("k" + std::to_string(i))));
    std::mutex lock;
    std::multiset<std::string> ran;
    std::atomic<int> running{0}, most{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int idle = 0; idle < 20;) {
          const auto leased = queue.lease("worker", want(3), 1, 60'000);
          if (leased.empty()) {
            ++idle;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
            continue;
          }
          idle = 0;
          const int now = ++running;
          for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {}
          {
            const std::lock_guard hold(lock);
            ran.insert(leased[0].key);
          }
          --running;
          queue.done(leased[0]);
        }
      });
    }
    for (auto& thread : threads) thread.join();
    CHECK(ran.size() == 60);
    CHECK(std::set<std::string>(ran.begin(), ran.end()).size() == 60);
    CHECK(most <= 3);
    CHECK(queue.counts().done == 60);
  }
}

TEST_CASE("two processes share one queue: every task runs once, and a killed process loses none") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    host.options.clock = nullptr; /* real time: processes do not share a clock that is set */
    for (int i = 0; i < 40; ++i) REQUIRE(host.app->queue.add(sync("k" + std::to_string(i), 1)));
    host.app.reset(); /* no connection crosses the fork */
    std::vector<pid_t> children;
    for (int c = 0; c < 2; ++c) {
      const auto child = ::fork();
      if (child == 0) {
        try {
          Result<std::unique_ptr<App>> app = App::open(host.options);
          if (!app || !(*app)->plugins.load(probe_folder("good"))) ::_exit(3);
          int idle = 0;
          for (int runs = 0; idle < 40;) {
            if ((*app)->workers.run_one()) idle = 0, ++runs;
            else ++idle, std::this_thread::sleep_for(std::chrono::milliseconds(10));
            if (c == 0 && runs == 5) {
              (void)(*app)->queue.lease("dies", {{plugin, "sync", 4}}, 1, 500);
              ::_exit(0); /* with a lease in hand */
            }
          }
          ::_exit(0);
        } catch (...) {
          ::_exit(4);
        }
      }
      children.push_back(child);
    }
    for (const auto child : children) {
      int status = 0;
      ::waitpid(child, &status, 0);
      CHECK(WEXITSTATUS(status) == 0);
    }
    host.reopen();
    host.load_probe();
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    while (host.app->workers.run_one()) {}
    CHECK(host.app->queue.list({plugin, "sync", "", false, 0, 100}).empty());
    CHECK(host.app->queue.counts(plugin).done >= 40);
    Collections store(host.app->database, *host.app->clock, host.app->audit, host.app->queue);
    const auto manifest = *host.app->plugins.manifest(plugin);
    for (int i = 0; i < 40; ++i) CHECK(store.get(manifest, "seen", "task/sync/k" + std::to_string(i))->value == R"({"runs":1})");
  }
}

TEST_CASE("leases of a process that is gone come back at once when another one starts on the same machine") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    auto& queue = host.app->queue;
    REQUIRE(queue.add(sync("a")));
    REQUIRE(queue.add(sync("b")));
    REQUIRE(queue.lease("here:4711-x", want(1), 1, 60'000).size() == 1);
    REQUIRE(queue.lease("there:4711-x", want(2), 1, 60'000).size() == 1);
    queue.take_back("here", [](long pid) { return pid != 4711; });
    const auto again = queue.lease("here:1-y", want(8), 8, 60'000);
    REQUIRE(again.size() == 1);
    CHECK(again[0].key == "a");
    CHECK(again[0].attempts == 2);
  }
}

TEST_CASE("two that queue the same task at the same moment leave one, and nobody fails") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    std::vector<std::thread> threads;
    std::atomic<int> failures{0};
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 10; ++i) {
          try {
            if (!host.app->queue.add(sync("k" + std::to_string(i)))) ++failures;
          } catch (const std::exception&) {
            ++failures;
          }
        }
      });
    }
    for (auto& thread : threads) thread.join();
    CHECK(failures == 0);
    CHECK(host.app->queue.list().size() == 10);
  }
}

TEST_CASE("a task that waits already is not written again: on SQLite not even the counter of ids") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    auto& queue = host.app->queue;
    for (int i = 0; i < 3; ++i) REQUIRE(queue.add(sync("k", 5)));
    REQUIRE(queue.add(sync("k", 9)));
    REQUIRE(queue.add(sync("other", 5)));
    const auto tasks = queue.list();
    REQUIRE(tasks.size() == 2);
    CHECK(tasks[0].due_ms == 5);
    if (host.app->database.engine() == Engine::sqlite) CHECK(tasks[1].id == tasks[0].id + 1);
  }
}

/* What the plugin's notifications rely on: each stores itself and asks for one and the same task. */
TEST_CASE("what is written with a task that waits already is seen by that task or by its next run") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    auto& app = *host.app;
    REQUIRE(app.database.write([](Sql& sql) { return sql.run("CREATE TABLE inbox (place bigint PRIMARY KEY)"), Result<void>{}; }));
    std::atomic<int> writing{4};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 40; ++i) {
          (void)app.database.write([&](Sql& sql) {
            sql.change("INSERT INTO inbox (place) VALUES (:1)", {std::int64_t{t * 100 + i}});
            app.queue.add(sql, sync("slot"));
            return Result<void>{};
          });
        }
        --writing;
      });
    }
    std::set<std::string> seen;
    std::mutex lock;
    for (int t = 0; t < 2; ++t) {
      threads.emplace_back([&] {
        for (int idle = 0; idle < 20;) {
          const auto leased = app.queue.lease("worker", want(3), 1, 60'000);
          if (leased.empty()) {
            idle += writing == 0 ? 1 : 0;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            continue;
          }
          const auto rows = app.database.read([](Sql& sql) { return sql.rows("SELECT place FROM inbox"); });
          {
            const std::lock_guard hold(lock);
            for (const auto& row : rows) seen.insert(row.text(0));
          }
          app.queue.done(leased[0]);
        }
      });
    }
    for (auto& thread : threads) thread.join();
    CHECK(seen.size() == 160);
    CHECK(app.queue.list().empty());
  }
}

TEST_CASE("workers run what is queued at once, try again what fails, and stop gracefully") {
  ON_EACH_ENGINE(engine) {
    Host host(engine);
    host.options.clock = std::make_shared<Clock>();
    host.reopen();
    host.load_probe();
    host.app->start_workers(2);
    const auto began = std::chrono::steady_clock::now();
    REQUIRE(host.app->queue.add(sync("x")));
    REQUIRE(host.app->queue.add({plugin, "flaky", "f", 0, {}, ""}));
    const auto left = [&](const char* name) { return host.app->queue.list({plugin, name, "", false, 0, 10}).size(); };
    while (left("sync") > 0 && std::chrono::steady_clock::now() - began < std::chrono::seconds(5)) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    CHECK(left("sync") == 0);
    while (left("flaky") > 0 && std::chrono::steady_clock::now() - began < std::chrono::seconds(20)) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    CHECK(left("flaky") == 0);
    host.app->stop_workers();
    CHECK(host.app->queue.list({plugin, "", "running", false, 0, 10}).empty());
  }
}
