#include <catch2/catch.hpp>

#include "flows/reports.hpp"
#include "memory_settlements.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

constexpr const char* refunds = "_GET_FLAT_FILE_OFFAMAZONPAYMENTS_REFUND_DATA_";
const Actor asker{"u1", "Jana"};

struct Desk {
  World w;
  FakeReports reports;
  MemorySettlements settlements{w.ledger};
  MemoryShelf shelf{settlements};

  Desk() { w.settings.current.environment = Environment::live; }
  Result<> ask(const std::string& id) { return flows::request_report(w.ports, shelf, {id, refunds, w.clock.now - 5 * day_ms, w.clock.now, asker}); }
  Result<std::int64_t> work(const std::string& id) { return flows::work_on_report(w.ports, reports, shelf, settlements, id); }
  KeptReport report(const std::string& id) { return shelf.reports.at(id).value; }
  void finish(const std::string& text) {
    reports.made.back().state = ReportState::completed, reports.made.back().document_id = "doc", reports.documents["doc"] = text;
  }
  flows::ScheduleWish schedule(const std::string& id, bool replaces = false) { return {id, refunds, "P1D", w.clock.now + day_ms, replaces, asker}; }
};

}  // namespace

TEST_CASE("A report is asked for once under its key, waited for without a page, fetched and kept") {
  Desk d;
  for (int twice = 0; twice < 2; ++twice) REQUIRE(d.ask("r1"));
  CHECK(d.shelf.tasks.size() == 1);
  d.reports.away = true;
  CHECK(d.work("r1").kind() == Kind::unavailable);
  d.reports.away = false;
  d.shelf.lose_commit_answer = true;  // Amazon took it, the store's answer got lost
  CHECK_FALSE(d.work("r1"));
  REQUIRE(d.work("r1"));
  CHECK(d.reports.made.size() == 1);
  CHECK(d.report("r1").state == KeptState::in_progress);
  d.w.clock.now += 60'000;
  CHECK(*d.work("r1") == 15'000);
  d.finish("AmazonRefundId\n");
  CHECK(*d.work("r1") == 0);
  CHECK(d.report("r1").state == KeptState::ready);
  CHECK(*d.shelf.text(d.report("r1")) == "AmazonRefundId\n");
  CHECK(*d.work("r1") == 0);
  CHECK(d.reports.downloads == 1);
}

TEST_CASE("What Amazon does not make here, or for no time at all, is refused before it is stored") {
  Desk d;
  CHECK(flows::request_report(d.w.ports, d.shelf, {"r1", refunds, d.w.clock.now, d.w.clock.now - 1, asker}).kind() == Kind::refused);
  CHECK(flows::request_report(d.w.ports, d.shelf, {"r1", "_GET_SOMETHING_", 1, 2, asker}).kind() == Kind::refused);
  d.w.settings.current.environment = Environment::sandbox;
  CHECK(d.ask("r1").kind() == Kind::refused);
  CHECK(d.shelf.reports.empty());
}

TEST_CASE("Amazon's own list is taken over once, a report this shop asked for is no second one, and texts go after their time") {
  Desk d;
  REQUIRE(d.ask("r1"));
  REQUIRE(d.work("r1"));
  d.reports.publish("900", "text", refunds);
  for (int twice = 0; twice < 2; ++twice) REQUIRE(flows::list_reports(d.w.ports, d.reports, d.shelf));
  CHECK(d.shelf.reports.size() == 2);
  REQUIRE(d.work("900"));
  CHECK(d.report("900").kept());
  d.w.clock.now += 400 * day_ms;
  REQUIRE(flows::drop_old_texts(d.w.ports, d.shelf));
  CHECK_FALSE(d.report("900").kept());
  CHECK(d.shelf.texts.count("900") == 0);
  CHECK(d.shelf.reports.size() == 2);
}

TEST_CASE("There is one schedule for each report: a second one replaces it only when told so, and ends at Amazon too") {
  Desk d;
  REQUIRE(flows::request_schedule(d.w.ports, d.shelf, d.schedule("s1")));
  for (int twice = 0; twice < 2; ++twice) REQUIRE(flows::work_on_schedule(d.reports, d.shelf, "s1"));
  CHECK(d.reports.schedules.size() == 1);
  CHECK(flows::request_schedule(d.w.ports, d.shelf, d.schedule("s2")).kind() == Kind::refused);
  REQUIRE(flows::request_schedule(d.w.ports, d.shelf, d.schedule("s2", true)));
  REQUIRE(flows::work_on_schedule(d.reports, d.shelf, "s2"));
  CHECK(d.shelf.stored_schedules.at("s1").value.state == ScheduleState::ended);
  REQUIRE(flows::list_schedules(d.w.ports, d.reports, d.shelf));
  CHECK(d.shelf.schedules(Environment::live)->size() == 1);
  REQUIRE(flows::end_schedule(d.w.ports, d.shelf, "s2", asker));
  REQUIRE(flows::work_on_schedule(d.reports, d.shelf, "s2"));
  CHECK(d.reports.schedules.empty());
  d.reports.schedules.push_back({"777", refunds, "P7D", d.w.clock.now});  // made in Seller Central
  REQUIRE(flows::list_schedules(d.w.ports, d.reports, d.shelf));
  CHECK(d.shelf.schedules(Environment::live)->size() == 1);
  d.reports.schedules.clear();
  REQUIRE(flows::list_schedules(d.w.ports, d.reports, d.shelf));
  CHECK(d.shelf.schedules(Environment::live)->empty());
}
