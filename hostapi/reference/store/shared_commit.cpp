/* Database: how a change is committed. Those who write at the same moment share one commit, each behind a savepoint of its own. One thread does it for all, so
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
  if (sql.engine() == Engine::sqlite) return sql.run("BEGIN IMMEDIATE");
  sql.run(serializable ? "BEGIN ISOLATION LEVEL SERIALIZABLE; LOCK TABLE write_turn IN EXCLUSIVE MODE" : "BEGIN ISOLATION LEVEL READ COMMITTED");
}
}  // namespace

bool Database::again(const DatabaseError& error) { return last_error_ = std::make_shared<DatabaseError>(error), false; }

/* One try: true when committed or deliberately undone, false when it should be tried again. */
bool Database::attempt_alone(const Work& work, bool serializable) {
  Lease lease(*this, true);
  auto sql = lease.sql();
  bool begun = false;
  try {
    begin(sql, serializable);
    begun = true;
    if (work(sql)) timed_commit(sql);
    else sql.run("ROLLBACK");
    return true;
  } catch (const DatabaseError& error) {
    lease.undo(begun && !error.broken);
    if (!error.uncertain && (error.conflict || !begun)) return again(error);
    throw;
  } catch (...) {
    lease.undo(true);
    throw;
  }
}

struct Database::Member {
  enum class Outcome { none, settled, again, failed };
  const Work* work;
  Outcome outcome = Outcome::none;
  std::exception_ptr error = {}; /* failed */
  std::condition_variable bell = {}; /* its own, so that nobody wakes only to wait again */
};

bool Database::attempt(const Work& work, bool serializable) {
  if (!serializable && engine_ == Engine::postgresql) return attempt_alone(work, false);
  Member mine{&work};
  std::unique_lock hold(group_lock_);
  if (!committer_.joinable()) committer_ = std::thread([this] { commit_groups(); });
  waiting_.push_back(&mine);
  if (waiting_.size() == 1) committer_bell_.notify_one();
  mine.bell.wait(hold, [&] { return mine.outcome != Member::Outcome::none; });
  if (mine.outcome == Member::Outcome::failed) std::rethrow_exception(mine.error);
  return mine.outcome == Member::Outcome::settled;
}

/* The committer's thread: all who came while it committed the ones before are the next group. */
void Database::commit_groups() {
  std::unique_lock hold(group_lock_);
  for (;;) {
    committer_bell_.wait(hold, [&] { return closing_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const auto group = std::exchange(waiting_, {});
    hold.unlock();
    commit_together(group);
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

/* Sets the outcome of each; throws nothing. What one wrote is undone alone when it fails; what is lost as a whole is tried again or failed for all. */
void Database::commit_together(const std::vector<Member*>& group) noexcept {
  using Outcome = Member::Outcome;
  std::vector<Outcome> outcomes(group.size(), Outcome::none);
  const auto tell = [&](std::size_t i, Outcome outcome) {
    const std::lock_guard hold(group_lock_); /* the others look at theirs, and are gone once they saw it */
    group[i]->outcome = outcome;
    group[i]->bell.notify_one();
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
  std::optional<Lease> lease;
  bool begun = false;
  try {
    lease.emplace(*this, true);
    auto sql = lease->sql();
    begin(sql, true);
    begun = true;
    for (std::size_t i = 0; i < group.size(); ++i) {
      sql.run("SAVEPOINT member");
      try {
        if (!(*group[i]->work)(sql)) sql.run("ROLLBACK TO member");
        outcomes[i] = Outcome::settled;
      } catch (const DatabaseError& error) {
        if (error.broken || (error.conflict && engine_ == Engine::postgresql)) throw; /* the transaction as a whole */
        sql.run("ROLLBACK TO member");
        if (error.conflict) again(error), outcomes[i] = Outcome::again;
        else group[i]->error = std::current_exception(), outcomes[i] = Outcome::failed;
      } catch (...) {
        group[i]->error = std::current_exception(), outcomes[i] = Outcome::failed;
        sql.run("ROLLBACK TO member");
      }
      sql.run("RELEASE member");
    }
    timed_commit(sql);
    for (std::size_t i = 0; i < group.size(); ++i) tell(i, outcomes[i]);
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
