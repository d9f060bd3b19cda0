/* Database: how a change is committed. Those who write at the same moment share one commit; what fails of it leaves the others alone. One thread does it for all, so
 * that workers, which are content with what processor time is left, never hold up those who wait for a commit with them. */
#include <chrono>
#include <condition_variable>
#include <optional>
#include <utility>

#include "operate/metrics.hpp"
#include "store/database.hpp"

namespace shopadmin {

namespace {
void timed_commit(Sql& sql) {
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

/* Serializable writers of all processes stand in one line before they read anything: a snapshot taken while another writes would only be in vain. */
void begin(Sql& sql, bool serializable) {
  if (sql.engine() == Engine::sqlite) return (void)sql.change("BEGIN IMMEDIATE"); /* prepared once */
  sql.run(serializable ? "BEGIN ISOLATION LEVEL SERIALIZABLE; LOCK TABLE write_turn IN EXCLUSIVE MODE" : "BEGIN ISOLATION LEVEL READ COMMITTED");
}
}  // namespace

/* One try. */
Database::Again Database::attempt_alone(const Work& work, bool serializable) {
  Lease lease(*this, true);
  auto sql = lease.sql();
  bool begun = false;
  try {
    begin(sql, serializable);
    begun = true;
    if (work(sql)) timed_commit(sql);
    else sql.run("ROLLBACK");
    return nullptr;
  } catch (const DatabaseError& error) {
    lease.undo(begun && !error.broken);
    if (!error.uncertain && (error.conflict || !begun)) return std::make_shared<DatabaseError>(error);
    throw;
  } catch (...) {
    lease.undo(true);
    throw;
  }
}

/* A change that waits for its commit. What became of it is written by the committer's thread and read when the group was told. */
struct Database::Member {
  const Work& work; /* there until then */
  Again again = {};
  std::exception_ptr error = {};
};

/* Those who wrote at the same moment; kept by all of them and by the committer. All learn at once that it is over, with one bell: a call of the system for each
 * would hold up the next group. */
struct Database::Group {
  std::vector<Member> members;

  void tell() {
    {
      const std::lock_guard hold(lock_);
      told_ = true;
    }
    bell_.notify_all();
  }
  void wait() {
    std::unique_lock hold(lock_);
    bell_.wait(hold, [&] { return told_; });
  }

 private:
  std::mutex lock_;
  std::condition_variable bell_; /* its own, so that nobody wakes only to wait again */
  bool told_ = false;
};

Database::Again Database::attempt(const Work& work, bool serializable) {
  if (!serializable && engine_ == Engine::postgresql) return attempt_alone(work, false);
  std::shared_ptr<Group> group;
  std::size_t place = 0;
  {
    const std::lock_guard hold(group_lock_);
    if (!committer_.joinable()) committer_ = std::thread([this] { commit_groups(); });
    if (!waiting_) waiting_ = std::make_shared<Group>();
    group = waiting_, place = group->members.size();
    group->members.push_back({work});
  }
  if (place == 0) committer_bell_.notify_one();
  group->wait();
  auto& mine = group->members[place];
  if (mine.error) std::rethrow_exception(std::exchange(mine.error, {}));
  return mine.again;
}

/* The committer's thread: all who came while it committed the ones before are the next group. */
void Database::commit_groups() {
  std::unique_lock hold(group_lock_);
  for (;;) {
    committer_bell_.wait(hold, [&] { return closing_ || waiting_; });
    if (!waiting_) return;
    const auto group = std::exchange(waiting_, nullptr);
    hold.unlock();
    commit_together(*group);
    group->tell();
    hold.lock();
  }
}

void Database::stop_committing() {
  {
    const std::lock_guard hold(group_lock_);
    closing_ = true;
    committer_bell_.notify_one();
  }
  if (committer_.joinable()) committer_.join();
}

/* All members in one transaction that is not committed yet. With savepoints what one wrote is undone alone when it fails; without, the first failure ends it:
 * false, and nothing of it may stay. Throws what ends the transaction as a whole. */
bool Database::work_together(Sql& sql, Group& group, bool savepoints) {
  for (auto& member : group.members) {
    if (savepoints) sql.run("SAVEPOINT member");
    member.again = {}, member.error = {};
    bool good = false;
    try {
      good = member.work(sql);
    } catch (const DatabaseError& error) {
      if (error.broken || (error.conflict && engine_ == Engine::postgresql)) throw; /* the transaction as a whole */
      if (error.conflict) member.again = std::make_shared<DatabaseError>(error);
      else member.error = std::current_exception();
    } catch (...) {
      member.error = std::current_exception();
    }
    if (!good && !savepoints) return false;
    if (!good) sql.run("ROLLBACK TO member");
    if (savepoints) sql.run("RELEASE member");
  }
  return true;
}

/* Settles the outcome of each; throws nothing. What is lost as a whole is tried again or failed for all. Most groups have no member that fails, and savepoints
 * are not free (SQLite copies each page before it changes, PostgreSQL is asked twice more): they are set when one failed without. */
void Database::commit_together(Group& group) noexcept {
  if (group.members.size() == 1) {
    auto& member = group.members.front();
    try {
      member.again = attempt_alone(member.work, true);
    } catch (...) {
      member.error = std::current_exception();
    }
    return;
  }
  const auto all = [&](const DatabaseError& error) {
    const bool try_again = error.conflict && !error.uncertain;
    for (auto& member : group.members) {
      member.again = try_again ? std::make_shared<DatabaseError>(error) : nullptr;
      member.error = try_again ? nullptr : std::make_exception_ptr(error);
    }
  };
  std::optional<Lease> lease;
  bool begun = false;
  try {
    lease.emplace(*this, true);
    auto sql = lease->sql();
    begin(sql, true);
    begun = true;
    if (!work_together(sql, group, false)) {
      lease->undo(true);
      begun = false;
      begin(sql, true);
      begun = true;
      (void)work_together(sql, group, true);
    }
    timed_commit(sql);
  } catch (DatabaseError& error) {
    if (lease) lease->undo(begun && !error.broken);
    error.conflict = error.conflict || !begun;
    all(error);
  } catch (const std::exception& error) {
    if (lease) lease->undo(true);
    all(DatabaseError(error.what(), false, false));
  }
}

}  // namespace shopadmin
