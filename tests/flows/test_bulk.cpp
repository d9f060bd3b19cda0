// Bulk jobs against the bank in memory: every row acts once, whatever breaks; nobody gets more than was confirmed.
#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <thread>

#include "memory_bulk.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

const Actor jana{"u1", "Jana"}, adam{"u2", "Adam"};

AskedRow ask(int row, const std::string& order, const std::string& amount = "") {
  AskedRow a;
  a.row = row, a.line = row + 1, a.order = order, a.amount = amount;
  return a;
}

struct Shop : World {
  MemoryBulk bulk{ledger, orders};

  void orders_of(int count, ChargeState state = ChargeState::captured) {
    for (int i = 1; i <= count; ++i) order("o-" + std::to_string(i), euro(1000), state);
  }
  BulkJob check(std::vector<AskedRow> rows, BulkKind kind = BulkKind::refund, int stop_after = 10) {
    flows::BulkWish wish;
    wish.job_id = "job", wish.kind = kind, wish.rows = std::move(rows), wish.who = jana, wish.stop_after = stop_after, wish.reason = "goodwill";
    auto job = flows::check_bulk(ports, bulk, wish);
    REQUIRE(job);
    return *job;
  }
  BulkJob check_all(int count, int stop_after = 10) {
    std::vector<AskedRow> rows;
    for (int i = 1; i <= count; ++i) rows.push_back(ask(i, "o-" + std::to_string(i)));
    return check(std::move(rows), BulkKind::refund, stop_after);
  }
  Result<BulkJob> start(std::int64_t cents) { return flows::start_bulk(ports, bulk, "job", {euro(cents)}, std::nullopt, jana); }
  // A job with claimed rows, so many in each turn of a worker: only a large job sends several at once.
  void claimed_in_turns_of(int count) {
    orders_of(64 * count);
    (void)check_all(64 * count);
    REQUIRE(start(64 * count * 1000));
    bulk.stored.at("job").job.in_flight_most = bulk_in_flight_max;
    (void)turn();
  }
  BulkJob job() { return bulk.stored.at("job").job; }
  const BulkRow& row(int number) { return bulk.rows_of.at("job").at(number); }

  // One turn of the clockwork: what is due runs once; a failing task stays.
  bool turn() {
    std::vector<ports::Task> due;
    for (const auto& [key, t] : ledger.tasks)
      if (t.due_ms <= clock.now) due.push_back(t);
    for (const auto& t : due) {
      ledger.tasks.erase(t.key);
      if (t.name != "bulk") {
        if (!(t.name == "bulk_rows" ? flows::run_rows(ports, bulk, t.job_id, t.rows) : run(t))) ledger.add_task(t);
        continue;
      }
      auto again_ms = flows::run_bulk(ports, bulk, t.job_id);
      auto next = t;
      next.due_ms = clock.now + (again_ms ? *again_ms : 1'000);
      if (!again_ms || *again_ms > 0) ledger.add_task(next);
    }
    clock.now += 500;
    return !due.empty();
  }
  void run_out(int turns = 200) {
    for (int i = 0; i < turns; ++i) (void)turn();
  }
  void invariant() {
    const auto j = job();
    int planned = 0, waiting = 0, done = 0, errors = 0;
    for (const auto& [number, r] : bulk.rows_of.at("job")) {
      planned += r.stage == BulkStage::planned, waiting += r.stage == BulkStage::waiting, done += r.stage == BulkStage::done, errors += r.stage == BulkStage::error;
    }
    CHECK(planned == j.not_begun());
    CHECK(waiting == j.waiting);
    CHECK(done == j.done);
    CHECK(errors == j.errors);
  }
};

bool audited(const MemoryLedger& ledger, const std::string& event) {
  return std::any_of(ledger.audit.begin(), ledger.audit.end(), [&](const ports::AuditEntry& a) { return a.event == event; });
}

}  // namespace

TEST_CASE("a dry run moves nothing and says of each row what would happen") {
  Shop shop;
  shop.orders_of(3);
  shop.order("o-4", euro(1000), ChargeState::authorized);
  shop.orders.orders["paypal"].id = "paypal";
  const auto job = shop.check({ask(1, "o-1"), ask(2, "o-2", "4,00"), ask(3, "o-3", "99.00"), ask(4, "o-4"), ask(5, "o-1"), ask(6, "o-22"), ask(7, "paypal")});
  CHECK(job.will == 2);
  CHECK(job.less == 1);
  CHECK(job.left_out == 4);
  REQUIRE(job.planned_sums.size() == 1);
  CHECK(job.planned_sums[0].amount == euro(1000 + 400 + 1000));
  CHECK(shop.row(3).planned == euro(1000));
  CHECK(shop.row(5).why.args.at("row") == TextValue{std::int64_t{1}});
  CHECK(shop.row(6).why.args.contains("number"));
  CHECK(shop.row(7).why.id == "This order was not paid with Amazon Pay.");
  shop.run_out(10);
  CHECK(shop.amazon.refunds_made() == 0);
  CHECK(audited(shop.ledger, "bulk.checked"));
}

TEST_CASE("a job starts with the typed total of the dry run only, and runs every row once") {
  Shop shop;
  shop.orders_of(25);
  (void)shop.check_all(25);
  CHECK(shop.start(24'999).kind() == Kind::refused);
  CHECK(flows::start_bulk(shop.ports, shop.bulk, "job", {}, std::nullopt, jana).kind() == Kind::refused);
  REQUIRE(shop.start(25'000));
  REQUIRE(shop.start(25'000));  // the double click
  shop.run_out();
  CHECK(shop.job().state == BulkState::done);
  CHECK(shop.amazon.refunds_made() == 25);
  CHECK(shop.job().done_sums.at(0).amount == euro(25'000));
  for (int i = 1; i <= 25; ++i) CHECK(shop.intents("o-" + std::to_string(i)).front().event == "bulk");
  for (const char* event : {"bulk.started", "bulk.done", "refund.requested"}) CHECK(audited(shop.ledger, event));
  shop.invariant();
}

TEST_CASE("captures and cancellations run as jobs, too") {
  for (const auto kind : {BulkKind::capture, BulkKind::cancel}) {
    Shop shop;
    shop.orders_of(3, ChargeState::authorized);
    const auto job = shop.check({ask(1, "o-1"), ask(2, "o-2"), ask(3, "o-3")}, kind);
    CHECK(job.will == 3);
    REQUIRE(shop.start(3000));
    shop.run_out(20);
    CHECK(shop.job().state == BulkState::done);
    CHECK((kind == BulkKind::capture ? shop.amazon.captures_made : shop.amazon.cancels_made) == 3);
    CHECK(shop.job().done_sums.at(0).amount == euro(3000));
  }
}

TEST_CASE("a bulk refund survives a failure before and after every commit: each row once, every cent right") {
  for (const bool lost_answer : {false, true})
    for (const bool of_job : {false, true})
      for (int at = 1; at <= 16; ++at) {
        Shop shop;
        shop.orders_of(128);
        (void)shop.check_all(128, 0);
        REQUIRE(shop.start(128'000));
        shop.bulk.stored.at("job").job.in_flight_most = bulk_in_flight_max;  // two in one turn
        (of_job ? shop.bulk.fail_commit_in : shop.ledger.fail_commit_in) = at;
        (of_job ? shop.bulk.lose_commit_answer : shop.ledger.lose_commit_answer) = lost_answer;
        shop.ledger.commit_failure = Kind::unavailable;
        for (int i = 0; i < 60 && shop.job().state != BulkState::done; ++i) (void)shop.turn();
        shop.run_out(3);
        INFO("commit " << at << (of_job ? " of the job" : " of the ledger") << (lost_answer ? ", answer lost" : ", not done"));
        CHECK(shop.job().state == BulkState::done);
        CHECK(shop.amazon.refunds_made() == 128);
        CHECK(shop.amazon.refunded() == euro(128'000));
        CHECK(shop.job().done == 128);
        shop.invariant();
      }
}

TEST_CASE("a killed process loses the task: recovery brings it back and the job ends") {
  Shop shop;
  shop.orders_of(30);
  (void)shop.check_all(30);
  REQUIRE(shop.start(30'000));
  (void)shop.turn();
  (void)shop.turn();
  CHECK(shop.job().state == BulkState::running);
  shop.ledger.tasks.erase("bulk:job");
  shop.run_out(3);
  CHECK(shop.job().state == BulkState::running);
  shop.clock.now += 120'000;
  REQUIRE(flows::recover_bulk(shop.ports, shop.bulk));
  shop.run_out();
  CHECK(shop.job().state == BulkState::done);
  CHECK(shop.amazon.refunds_made() == 30);
}

TEST_CASE("claimed rows whose tasks were lost come back, and those that were decided are not decided again") {
  Shop shop;
  shop.claimed_in_turns_of(4);
  REQUIRE(flows::run_rows(shop.ports, shop.bulk, "job", {5, 6, 7, 8}));
  shop.ledger.tasks.clear();
  shop.clock.now += 120'000;
  REQUIRE(flows::recover_bulk(shop.ports, shop.bulk));
  CHECK(shop.ledger.tasks.contains("bulk_rows:job/1"));
  CHECK_FALSE(shop.ledger.tasks.contains("bulk_rows:job/5"));
  shop.run_out();
  CHECK(shop.job().state == BulkState::done);
  CHECK(shop.amazon.refunds_made() == 256);
  CHECK(shop.amazon.refunded() == euro(256'000));
  shop.invariant();
}

TEST_CASE("rows that were decided and not sent, because the process was killed, are sent under their first keys") {
  Shop shop;
  shop.claimed_in_turns_of(4);
  shop.ledger.fail_commit_in = 1, shop.ledger.lose_commit_answer = true, shop.ledger.commit_failure = Kind::unavailable;
  shop.amazon.next = Trouble::not_sent, shop.amazon.trouble_count = 1000;
  CHECK_FALSE(flows::run_rows(shop.ports, shop.bulk, "job", {1, 2, 3, 4}));
  std::vector<std::string> keys;
  for (int i = 1; i <= 4; ++i) {
    REQUIRE(shop.intents("o-" + std::to_string(i)).size() == 1);
    keys.push_back(shop.intents("o-" + std::to_string(i)).front().id);
  }
  CHECK(shop.amazon.refunds_made() == 0);
  shop.amazon.next = Trouble::none, shop.amazon.trouble_count = 0;
  REQUIRE(flows::run_rows(shop.ports, shop.bulk, "job", {1, 2, 3, 4}));
  CHECK(shop.amazon.refunds_made() == 4);
  for (int i = 1; i <= 4; ++i) CHECK(shop.intents("o-" + std::to_string(i)).front().id == keys[static_cast<std::size_t>(i) - 1]);
}

TEST_CASE("pause leaves the rows not begun alone, resume goes on, stop leaves them out") {
  Shop shop;
  shop.orders_of(40);
  (void)shop.check_all(40);
  REQUIRE(shop.start(40'000));
  (void)shop.turn();
  REQUIRE(flows::pause_bulk(shop.ports, shop.bulk, "job", adam));
  shop.run_out(20);
  const auto made = shop.amazon.refunds_made();
  CHECK(made == shop.job().done);
  CHECK(made == 10);
  CHECK(shop.job().not_begun() == 30);
  shop.invariant();
  REQUIRE(flows::resume_bulk(shop.ports, shop.bulk, "job", jana));
  (void)shop.turn();
  (void)shop.turn();
  REQUIRE(flows::stop_bulk(shop.ports, shop.bulk, "job", jana));
  shop.run_out(20);
  CHECK(shop.job().state == BulkState::stopped);
  CHECK(shop.job().waiting == 0);
  CHECK(shop.amazon.refunds_made() == shop.job().done);
  CHECK(shop.job().not_begun() > 0);
  CHECK(shop.job().problem.args.at("count") == TextValue{std::int64_t{shop.job().not_begun()}});
  CHECK(flows::resume_bulk(shop.ports, shop.bulk, "job", jana).kind() == Kind::refused);
  const auto csv = result_csv(shop.job(), *flows::rows_now(shop.bulk, {"job", std::nullopt, std::nullopt, 0, 0, 100}), [](const Text& t) { return t.id; });
  CHECK(csv.find(",left,") != csv.npos);
  for (const char* event : {"bulk.paused", "bulk.resumed", "bulk.stopped"}) CHECK(audited(shop.ledger, event));
}

TEST_CASE("a job pauses after exactly so many errors, and never makes more of them") {
  Shop shop;
  shop.orders_of(30);
  (void)shop.check_all(30, 4);
  REQUIRE(shop.start(30'000));
  shop.amazon.next = Trouble::refuse, shop.amazon.trouble_count = 1000, shop.amazon.refuse_code = "TransactionCountExceeded";
  shop.run_out(40);
  CHECK(shop.job().state == BulkState::paused);
  CHECK(shop.job().errors == 4);
  CHECK(shop.job().waiting == 0);
  CHECK(shop.job().problem.args.at("count") == TextValue{std::int64_t{4}});
  CHECK(shop.row(1).code == "TransactionCountExceeded");
  CHECK(shop.amazon.refunds_made() == 0);
  shop.amazon.next = Trouble::none;
  REQUIRE(flows::resume_bulk(shop.ports, shop.bulk, "job", jana));
  shop.run_out();
  CHECK(shop.job().state == BulkState::done);
  CHECK(shop.job().errors == 4);
  CHECK(shop.amazon.refunds_made() == 26);
  shop.invariant();
}

TEST_CASE("lost answers and a silent Amazon make rows wait, never act twice") {
  Shop shop;
  shop.orders_of(12);
  (void)shop.check_all(12);
  REQUIRE(shop.start(12'000));
  shop.amazon.next = Trouble::answer_lost, shop.amazon.trouble_count = 7;
  shop.run_out();
  CHECK(shop.job().state == BulkState::done);
  CHECK(shop.amazon.refunds_made() == 12);
  CHECK(shop.job().errors == 0);
}

TEST_CASE("a payment that changed since the dry run is an error with its reason; nothing moves, also not out of the allowance") {
  Shop shop;
  shop.orders_of(2);
  (void)shop.check({ask(1, "o-1", "1.00"), ask(2, "o-2")});
  shop.amazon.refund_in_seller_central(shop.orders.orders["o-1"].permission_id + "-C1", euro(950));
  REQUIRE(flows::sync(shop.ports, "o-1"));
  REQUIRE(shop.sums("o-1").refundable >= euro(100));  // the allowance would pay it
  REQUIRE(shop.start(1100));
  shop.run_out(20);
  CHECK(shop.job().state == BulkState::done);
  CHECK(shop.job().errors == 1);
  CHECK(shop.row(1).stage == BulkStage::error);
  CHECK_FALSE(shop.row(1).message.empty());
  CHECK(shop.amazon.refunds_made() == 1);  // row 2
  CHECK(audited(shop.ledger, "bulk.row_refused"));
  shop.invariant();
}

TEST_CASE("a capture somebody else made meanwhile is not made again as a new charge") {
  Shop shop;
  shop.orders_of(1, ChargeState::authorized);
  shop.amazon.permission_at(shop.orders.orders["o-1"].permission_id).balance = euro(5000);
  REQUIRE(flows::sync(shop.ports, "o-1"));
  (void)shop.check({ask(1, "o-1")}, BulkKind::capture);
  REQUIRE(flows::capture(shop.ports, shop.act("o-1", "click"), euro(1000)));
  shop.work();
  REQUIRE(shop.start(1000));
  shop.run_out(20);
  CHECK(shop.amazon.captures_made == 1);
  CHECK(shop.row(1).stage == BulkStage::error);
}

TEST_CASE("two hosts on one job at once: each row exactly once, the counters right") {
  Shop shop;
  shop.orders_of(60);
  (void)shop.check_all(60);
  REQUIRE(shop.start(60'000));
  shop.ledger.tasks.erase("bulk:job");
  const auto host = [&] {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (shop.bulk.job("job")->job.state == BulkState::running && std::chrono::steady_clock::now() < until) {
      (void)flows::run_bulk(shop.ports, shop.bulk, "job");
      std::this_thread::yield();
    }
  };
  std::atomic<bool> over{false};
  std::thread first(host), second(host), amazon([&] {
    while (!over) {
      for (int number = 1; number <= 60; ++number) (void)flows::run_rows(shop.ports, shop.bulk, "job", {number});
    }
  });
  first.join(), second.join();
  over = true;
  amazon.join();
  CHECK(shop.job().state == BulkState::done);
  CHECK(shop.amazon.refunds_made() == 60);
  CHECK(shop.amazon.refunded() == euro(60'000));
  shop.invariant();
}

TEST_CASE("rows sent in one turn: when Amazon is away for one, the rest stays at home, and each goes once later") {
  for (const auto trouble : {Trouble::not_sent, Trouble::answer_lost, Trouble::server_error, Trouble::paced, Trouble::keys}) {
    Shop shop;
    shop.claimed_in_turns_of(4);
    const std::vector<int> rows{1, 2, 3, 4};
    CHECK(shop.ledger.tasks.at("bulk_rows:job/1").rows == rows);
    shop.ledger.tasks.clear();
    shop.amazon.next = trouble, shop.amazon.trouble_count = 1, shop.amazon.calls = 0;
    CHECK_FALSE(flows::run_rows(shop.ports, shop.bulk, "job", rows));
    CHECK(shop.amazon.calls <= 1);
    CHECK(shop.amazon.refunds_made() <= 1);
    for (int i = 2; i <= 4; ++i) CHECK(shop.intents("o-" + std::to_string(i)).front().state == IntentState::planned);
    shop.amazon.next = Trouble::none;
    REQUIRE(flows::run_rows(shop.ports, shop.bulk, "job", rows));
    REQUIRE(flows::run_rows(shop.ports, shop.bulk, "job", rows));
    CHECK(shop.amazon.refunds_made() == 4);
    CHECK(shop.amazon.refunded() == euro(4000));
  }
}

TEST_CASE("rows sent in one turn: a refused one holds up nobody, and a change of one order between call and outcome loses nothing") {
  Shop shop;
  shop.claimed_in_turns_of(4);
  shop.amazon.next = Trouble::refuse;
  shop.ledger.fail_commit_in = 2, shop.ledger.commit_failure = Kind::conflict;  // the outcomes of all four together
  shop.run_out();
  CHECK(shop.amazon.refunds_made() == 255);
  CHECK(shop.job().state == BulkState::done);
  CHECK(shop.job().errors == 1);
  CHECK(shop.job().done == 255);
  shop.invariant();
}

TEST_CASE("a pause between reading and writing is never lost") {
  Shop shop;
  shop.orders_of(30);
  (void)shop.check_all(30);
  REQUIRE(shop.start(30'000));
  shop.bulk.before_commit = [&] { REQUIRE(flows::pause_bulk(shop.ports, shop.bulk, "job", adam)); };
  shop.run_out(10);
  CHECK(shop.job().state == BulkState::paused);
  CHECK(shop.amazon.refunds_made() == 0);
}

TEST_CASE("above the thresholds another person has to approve the job as a whole") {
  Shop shop;
  shop.orders_of(3);
  shop.settings.current.approval.refund = Threshold{2500};
  shop.settings.current.approval.expires_ms = 3'600'000;
  (void)shop.check_all(3);
  REQUIRE(shop.start(3000));
  CHECK(shop.job().state == BulkState::waiting_approval);
  shop.run_out(5);
  CHECK(shop.amazon.refunds_made() == 0);
  CHECK(flows::approve_bulk(shop.ports, shop.bulk, "job", jana).kind() == Kind::denied);
  CHECK(flows::resume_bulk(shop.ports, shop.bulk, "job", jana).kind() == Kind::refused);

  SECTION("approved: the rows are not held again") {
    REQUIRE(flows::approve_bulk(shop.ports, shop.bulk, "job", adam));
    shop.settings.current.approval.refund = Threshold{500};
    shop.run_out(20);
    CHECK(shop.job().state == BulkState::done);
    CHECK(shop.amazon.refunds_made() == 3);
    CHECK(shop.intents("o-1").front().approved_by.id == "u2");
  }
  SECTION("not approved") {
    REQUIRE(flows::reject_bulk(shop.ports, shop.bulk, "job", "too much", adam));
    shop.run_out(5);
    CHECK(shop.job().state == BulkState::stopped);
  }
  SECTION("nobody approves it in time") {
    shop.clock.now += 3'600'001;
    CHECK(flows::approve_bulk(shop.ports, shop.bulk, "job", adam).kind() == Kind::refused);
    REQUIRE(flows::recover_bulk(shop.ports, shop.bulk));
    CHECK(shop.job().state == BulkState::stopped);
  }
  if (shop.job().state == BulkState::stopped) CHECK(shop.amazon.refunds_made() == 0);
}

TEST_CASE("compensation and the thresholds of a day hold a job, too") {
  Shop shop;
  shop.orders_of(2);
  SECTION("rows above what is held") {
    shop.settings.current.approval.compensation = true;
    (void)shop.check({ask(1, "o-1", "11.00"), ask(2, "o-2")});
    REQUIRE(shop.start(2100));
  }
  SECTION("one person's refunds of today") {
    shop.settings.current.approval.refunds_per_user_day = Threshold{2500};
    shop.order("o-3", euro(1000), ChargeState::captured);
    REQUIRE(flows::refund(shop.ports, shop.act("o-3", "click"), euro(1000), {}));
    (void)shop.check_all(2);
    REQUIRE(shop.start(2000));
  }
  CHECK(shop.job().state == BulkState::waiting_approval);
  CHECK_FALSE(shop.job().approval_why.empty());
}

TEST_CASE("the same form is checked once, and an empty one is refused") {
  Shop shop;
  shop.orders_of(2);
  (void)shop.check_all(2);
  CHECK(shop.check({ask(1, "o-1")}).rows == 2);
  flows::BulkWish empty;
  empty.job_id = "other";
  CHECK(flows::check_bulk(shop.ports, shop.bulk, empty).kind() == Kind::refused);
}
