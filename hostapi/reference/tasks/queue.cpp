#include "tasks/queue.hpp"
#include "texts.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace shopadmin {

namespace {
const char* const task_columns =
    "t.id, t.plugin_id, t.name, t.key, t.lane, t.state, t.attempts, t.due_ms, t.created_ms, t.leased_until_ms, t.every_s, t.last_error, t.lease_owner, t.payload";

Task task_from(const Row& row) {
  Task task;
  task.id = row.whole(0), task.plugin_id = row.text(1), task.name = row.text(2), task.key = row.text(3), task.lane = row.text(4), task.state = row.text(5);
  task.attempts = row.whole(6), task.due_ms = row.whole(7), task.created_ms = row.whole(8), task.leased_until_ms = row.whole(9), task.every_s = row.whole(10);
  task.last_error = row.text(11), task.lease_owner = row.text(12);
  auto payload = parse_object(row.text(13), "task payload");
  if (payload) task.payload = std::move(*payload);
  return task;
}

const std::string is_failing = "attempts >= 5 AND last_error <> ''"; /* has an index, tasks_failing */
constexpr std::chrono::seconds unwatched_wait{10}; /* should the one who watches be kept busy: somebody looks then */

void lock_queue(Sql& sql) {
  if (sql.engine() == Engine::postgresql) sql.rows("SELECT pg_advisory_xact_lock(7241953)::text");
}

/* Due: waiting and its time has come, or leased by someone whose lease ran out. A task waits for the earlier ones of its lane and for a running one with its
 * own key. Two questions instead of one with OR: each is a walk of the index tasks_due in its own order, however many wait. The empty lane and key stand before
 * NOT EXISTS, or every task without a lane would be compared with all before it; and again within, or the index of lanes, which has no empty ones, could not serve. */
const std::string free_to_run =
    " AND (t.lane = '' OR NOT EXISTS (SELECT 1 FROM tasks e WHERE e.lane = t.lane AND e.lane <> '' AND e.id < t.id))"
    " AND (t.key = '' OR NOT EXISTS (SELECT 1 FROM tasks r WHERE r.plugin_id = t.plugin_id AND r.name = t.name AND r.key = t.key AND r.id <> t.id AND r.state = 'running'))";
const std::string its_lease_ran_out = "t.state = 'running' AND t.leased_until_ms < :l" + free_to_run;
const std::string its_time_has_come = "t.state = 'waiting' AND t.due_ms <= :d" + free_to_run;
const std::string of_one_name = " FROM tasks t WHERE t.plugin_id = :p AND t.name = :n AND ";
const std::array<std::string, 2> due_conditions = {of_one_name + its_lease_ran_out, of_one_name + its_time_has_come};

/* Which of those wanted (by their place) have something due and room for it: one question, because workers ask it all the time and mostly in vain. */
std::vector<TaskQueue::Wanted> due_now(Sql& sql, const std::string& owner, const std::vector<TaskQueue::Wanted>& wanted, std::int64_t now) {
  std::string names;
  std::vector<Bound> values;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto place = std::to_string(i);
    names += (i == 0 ? "SELECT " : " UNION ALL SELECT ") + place + " AS place, CAST(:p" + place + " AS text) AS plugin_id, CAST(:n" + place + " AS text) AS name, " +
             std::to_string(wanted[i].concurrency) + " AS room";
    values.emplace_back(wanted[i].plugin_id), values.emplace_back(wanted[i].name);
  }
  const std::string of_these = " FROM tasks t WHERE t.plugin_id = w.plugin_id AND t.name = w.name AND ";
  const auto question = "SELECT w.place FROM (" + names + ") w WHERE (EXISTS (SELECT 1" + of_these + its_lease_ran_out + ") OR EXISTS (SELECT 1" + of_these + its_time_has_come +
                        ")) AND (SELECT count(*)" + of_these + "t.state = 'running' AND t.leased_until_ms >= :r AND (w.room = 1 OR t.lease_owner = :o)) < w.room"
                        " ORDER BY w.place";
  values.insert(values.end(), {now, now, now, owner});
  std::vector<TaskQueue::Wanted> due;
  for (const auto& row : sql.rows(question, values)) due.push_back(wanted.at(static_cast<std::size_t>(row.whole(0))));
  return due;
}

/* The same task waits already. SQLite is asked first, for an INSERT writes its counter of ids even when it inserts nothing; nobody else writes meanwhile. PostgreSQL
 * must try: that locks the row, so that it is not leased before this change is there to be seen. */
bool waits_already(Sql& sql, const NewTask& task, std::int64_t due_ms, const std::string& payload) {
  return sql.engine() == Engine::sqlite && !task.key.empty() &&
         sql.row("SELECT 1 FROM tasks WHERE plugin_id = :1 AND name = :2 AND key = :3 AND key <> '' AND state = 'waiting' AND due_ms <= :4 AND payload = :5",
                 {task.plugin_id, task.name, task.key, due_ms, payload});
}
}  // namespace

std::int64_t TaskQueue::back_off_ms(std::int64_t attempts, unsigned jitter) {
  const std::int64_t most = 300'000;
  const auto base = attempts >= 10 ? most : std::min(most, std::int64_t{1000} << std::max<std::int64_t>(attempts - 1, 0));
  return base + base * static_cast<std::int64_t>(jitter % 1000) / 4000;
}

void TaskQueue::add(Sql& sql, const NewTask& task) {
  const auto now = clock_.now_ms();
  const auto due = task.due_ms > 0 ? task.due_ms : now;
  const auto payload = json::serialize(task.payload);
  if (waits_already(sql, task, due, payload)) return;
  sql.change(
      "INSERT INTO tasks (plugin_id, name, key, lane, state, attempts, due_ms, created_ms, leased_until_ms, lease_owner, every_s, last_error, payload)"
      " VALUES (:1, :2, :3, :4, 'waiting', 0, :5, :6, 0, '', 0, '', :7)"
      " ON CONFLICT (plugin_id, name, key) WHERE state = 'waiting' AND key <> ''"
      " DO UPDATE SET payload = excluded.payload, due_ms = CASE WHEN tasks.due_ms < excluded.due_ms THEN tasks.due_ms ELSE excluded.due_ms END"
      " WHERE tasks.due_ms > excluded.due_ms OR tasks.payload <> excluded.payload", /* else it is there already, and nothing is written */
      {task.plugin_id, task.name, task.key, task.lane, due, now, payload});
}

Result<void> TaskQueue::add(const NewTask& task) {
  auto added = database_.write([&](Sql& sql) {
    add(sql, task);
    return Result<void>{};
  });
  wake();
  return added;
}

Result<void> TaskQueue::declare_periodic(const std::string& plugin_id, const std::string& name, std::int64_t every_s) {
  return database_.write_plain([&](Sql& sql) {
    lock_queue(sql);
    const auto row = sql.row("SELECT id, every_s FROM tasks WHERE plugin_id = :1 AND name = :2 AND every_s > 0 ORDER BY id LIMIT 1", {plugin_id, name});
    if (row && row->whole(1) == every_s) return Result<void>{};
    if (row) {
      sql.change("UPDATE tasks SET every_s = :1 WHERE id = :2", {every_s, row->whole(0)});
      return Result<void>{};
    }
    sql.change(
        "INSERT INTO tasks (plugin_id, name, key, lane, state, attempts, due_ms, created_ms, leased_until_ms, lease_owner, every_s, last_error, payload)"
        " VALUES (:1, :2, 'periodic', '', 'waiting', 0, :3, :4, 0, '', :5, '', '{}')",
        {plugin_id, name, clock_.now_ms(), clock_.now_ms(), every_s});
    return Result<void>{};
  });
}

std::vector<Task> TaskQueue::list(const TaskQuery& query) {
  std::string where;
  std::vector<Bound> values;
  const auto add_condition = [&](const std::string& condition, Bound value) {
    values.push_back(std::move(value));
    where += (where.empty() ? " WHERE " : " AND ") + condition + " :v" + std::to_string(values.size());
  };
  if (!query.plugin_id.empty()) add_condition("t.plugin_id =", query.plugin_id);
  if (!query.name.empty()) add_condition("t.name =", query.name);
  if (!query.state.empty()) add_condition("t.state =", query.state);
  if (query.failing_only) where += (where.empty() ? " WHERE " : " AND ") + is_failing;
  if (query.after_id > 0) add_condition("t.id >", query.after_id);
  return database_.read([&](Sql& sql) {
    std::vector<Task> tasks;
    for (const auto& row : sql.rows(std::string("SELECT ") + task_columns + " FROM tasks t" + where + " ORDER BY t.id LIMIT " + std::to_string(std::clamp(query.limit, 1, 10000)), values)) {
      tasks.push_back(task_from(row));
    }
    return tasks;
  });
}

TaskCounts TaskQueue::counts(const std::string& plugin_id) {
  const std::string where = plugin_id.empty() ? "" : " WHERE plugin_id = :1";
  const std::vector<Bound> values = plugin_id.empty() ? std::vector<Bound>{} : std::vector<Bound>{plugin_id};
  return database_.read([&](Sql& sql) {
    TaskCounts counts;
    for (const auto& row : sql.rows("SELECT state, count(*), min(due_ms), sum(CASE WHEN " + is_failing + " THEN 1 ELSE 0 END) FROM tasks" + where + " GROUP BY state", values)) {
      (row.text(0) == "running" ? counts.running : counts.waiting) = row.whole(1);
      if (row.text(0) == "waiting") counts.oldest_due_ms = row.whole(2);
      counts.failing += row.whole(3);
    }
    counts.done = sql.row("SELECT coalesce(sum(done), 0) FROM task_counters" + where, values)->whole(0);
    return counts;
  });
}

std::int64_t TaskQueue::failing() {
  return database_.read([](Sql& sql) { return sql.count(counted_most + 1, "tasks WHERE " + is_failing); });
}

Result<void> TaskQueue::retry_now(std::int64_t task_id) {
  const auto changed = database_.write([&](Sql& sql) {
    return Result<std::int64_t>(sql.change("UPDATE tasks SET due_ms = :1 WHERE id = :2 AND state = 'waiting'", {clock_.now_ms(), task_id}));
  });
  if (*changed == 0) return sentence(Kind::not_found, "Task {task} is not waiting (any more).", {{"task", task_id}});
  wake();
  return {};
}

Result<void> TaskQueue::remove(std::int64_t task_id) {
  const auto changed = database_.write([&](Sql& sql) {
    return Result<std::int64_t>(sql.change("DELETE FROM tasks WHERE id = :1 AND state = 'waiting' AND every_s = 0", {task_id}));
  });
  if (*changed == 0) return sentence(Kind::not_found, "Task {task} is not waiting, or is periodic and stays.", {{"task", task_id}});
  return {};
}

/* ---- for workers ---------------------------------------------------------- */

std::vector<Task> TaskQueue::lease(const std::string& owner, const std::vector<Wanted>& wanted, int count, std::int64_t lease_ms) {
  const auto now = clock_.now_ms();
  if (wanted.empty()) return {};
  const auto due = database_.read([&](Sql& sql) { return due_now(sql, owner, wanted, now); });
  if (due.empty()) return {};
  std::vector<Task> leased;
  bool more = false;
  (void)database_.write_plain([&](Sql& sql) {
    leased.clear();
    more = due.size() > 1;
    lock_queue(sql);
    const std::string skip = sql.engine() == Engine::postgresql ? " FOR UPDATE SKIP LOCKED" : "";
    for (const auto& want : due) {
      /* One at a time means everywhere; more are a share of this process, so that a second one brings its own. */
      const bool shared = want.concurrency == 1;
      std::vector<Bound> counted{want.plugin_id, want.name, now};
      if (!shared) counted.emplace_back(owner);
      const auto running = sql.row(std::string("SELECT count(*) FROM tasks WHERE plugin_id = :1 AND name = :2 AND state = 'running' AND leased_until_ms >= :3") + (shared ? "" : " AND lease_owner = :4"), counted)->whole(0);
      const auto places = want.concurrency - running;
      auto room = std::min<std::int64_t>(count - static_cast<std::int64_t>(leased.size()), places);
      for (const auto& condition : due_conditions) {
        if (room <= 0) break;
        for (const auto& row : sql.rows(std::string("SELECT ") + task_columns + condition + " ORDER BY t.due_ms, t.id LIMIT " + std::to_string(std::min(places, room + 1)) + skip, {want.plugin_id, want.name, now})) {
          if (room == 0) {
            more = true; /* and a place for it */
            break;
          }
          auto task = task_from(row);
          task.attempts += 1, task.lease_owner = owner, task.state = "running", task.leased_until_ms = now + lease_ms;
          sql.change("UPDATE tasks SET state = 'running', attempts = :1, lease_owner = :2, leased_until_ms = :3 WHERE id = :4", {task.attempts, owner, task.leased_until_ms, task.id});
          leased.push_back(std::move(task));
          --room;
        }
      }
    }
    return Result<void>{};
  });
  if (more && !leased.empty()) wake();
  return leased;
}

namespace {
const std::string still_mine = " WHERE id = :id AND state = 'running' AND lease_owner = :owner AND attempts = :attempts";
}

bool TaskQueue::renew(const Task& task, std::int64_t lease_ms) {
  return *database_.write_plain([&](Sql& sql) {
    return Result<std::int64_t>(sql.change("UPDATE tasks SET leased_until_ms = :1" + still_mine, {clock_.now_ms() + lease_ms, task.id, task.lease_owner, task.attempts}));
  }) > 0;
}

void TaskQueue::put_back(Sql& sql, const Task& task, std::int64_t due_ms, std::int64_t attempts, const std::string& error) {
  /* A newer one with the same key took its place while this one ran. (key <> '' is what lets the index of waiting tasks serve.) */
  if (!task.key.empty() && sql.row("SELECT id FROM tasks WHERE plugin_id = :1 AND name = :2 AND key = :3 AND key <> '' AND state = 'waiting'", {task.plugin_id, task.name, task.key})) {
    sql.change("DELETE FROM tasks" + still_mine, {task.id, task.lease_owner, task.attempts});
    return;
  }
  sql.change("UPDATE tasks SET state = 'waiting', due_ms = :1, attempts = :2, last_error = :3, lease_owner = '', leased_until_ms = 0" + still_mine,
             {due_ms, attempts, error, task.id, task.lease_owner, task.attempts});
}

void TaskQueue::done(const Task& task, std::int64_t again_ms) {
  (void)database_.write_plain([&](Sql& sql) {
    /* Said twice, because the first answer got lost, it counts once. */
    if (!sql.row("SELECT id FROM tasks" + still_mine, {task.id, task.lease_owner, task.attempts})) return Result<void>{};
    sql.change("INSERT INTO task_counters (plugin_id, name, done) VALUES (:1, :2, 1) ON CONFLICT (plugin_id, name) DO UPDATE SET done = task_counters.done + 1", {task.plugin_id, task.name});
    if (again_ms >= 0) put_back(sql, task, clock_.now_ms() + again_ms, 0, "");
    else if (task.every_s > 0) put_back(sql, task, clock_.now_ms() + task.every_s * 1000, 0, "");
    else sql.change("DELETE FROM tasks" + still_mine, {task.id, task.lease_owner, task.attempts});
    return Result<void>{};
  });
  if (!task.lane.empty() || again_ms >= 0) wake(); /* the next of the lane may go */
}

void TaskQueue::failed(const Task& task, const std::string& error) {
  static thread_local unsigned jitter = static_cast<unsigned>(std::stoul(random_hex(3), nullptr, 16));
  jitter = jitter * 1103515245u + 12345u;
  const auto due = clock_.now_ms() + back_off_ms(task.attempts, jitter >> 8);
  (void)database_.write_plain([&](Sql& sql) {
    put_back(sql, task, due, task.attempts, error.substr(0, 2000));
    return Result<void>{};
  });
}

void TaskQueue::release(const Task& task) {
  (void)database_.write_plain([&](Sql& sql) {
    put_back(sql, task, task.due_ms, task.attempts - 1, task.last_error);
    return Result<void>{};
  });
}

void TaskQueue::take_back(const std::string& place, const std::function<bool(long)>& alive) {
  for (const auto& task : list({"", "", "running", false, 0, 10000})) {
    if (task.lease_owner.rfind(place + ":", 0) != 0) continue;
    if (alive(std::atol(task.lease_owner.c_str() + place.size() + 1))) continue;
    (void)database_.write_plain([&](Sql& sql) {
      sql.change("UPDATE tasks SET leased_until_ms = 0" + still_mine, {task.id, task.lease_owner, task.attempts});
      return Result<void>{};
    });
  }
}

void TaskQueue::wake() {
  {
    const std::lock_guard hold(lock_);
    ++rung_;
  }
  bell_.notify_one();
}

void TaskQueue::wake_all() {
  {
    const std::lock_guard hold(lock_);
    ++rung_;
  }
  bell_.notify_all();
}

std::uint64_t TaskQueue::rung() {
  const std::lock_guard hold(lock_);
  return rung_;
}

void TaskQueue::wait(std::uint64_t seen, std::int64_t timeout_ms) {
  std::unique_lock hold(lock_);
  const auto woken = [&] { return rung_ != seen; };
  if (watched_) return bell_.wait_for(hold, unwatched_wait, woken), void();
  watched_ = true;
  bell_.wait_for(hold, std::chrono::milliseconds(timeout_ms), woken);
  watched_ = false;
}

}  // namespace shopadmin
