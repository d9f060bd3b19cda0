#include <catch2/catch.hpp>

#include "fakes.hpp"
#include "flows/settlements.hpp"

using namespace amazonpay;
using namespace amazonpay::test;

namespace {

// Amazon's reports, two to a page.
struct FakeReports : ports::Reports {
  std::vector<Report> made;
  std::map<std::string, std::string> documents;
  int downloads = 0;

  void publish(const std::string& id, const std::string& text) {
    Report r;
    r.id = id, r.type = "_GET_FLAT_FILE_OFFAMAZONPAYMENTS_SANDBOX_SETTLEMENT_DATA_", r.state = ReportState::completed, r.document_id = "doc" + id, r.created_ms = 1;
    made.push_back(r), documents[r.document_id] = text;
  }
  Result<ReportPage> find_reports(const ReportFilter& filter) override {
    const auto from = filter.next_token.empty() ? std::size_t{0} : std::stoul(filter.next_token);
    ReportPage page;
    for (std::size_t i = from; i < std::min(from + 2, made.size()); ++i) page.reports.push_back(made[i]);
    if (from + 2 < made.size()) page.next_token = std::to_string(from + 2);
    return page;
  }
  Result<std::string> download_document(const std::string& id) override {
    ++downloads;
    return documents.at(id);
  }
  Result<Report> get_report(const std::string&) override { return Failure{Kind::not_found, ""}; }
  Result<std::string> create_report(const std::string&, std::int64_t, std::int64_t, const std::string&) override { return Failure{Kind::not_found, ""}; }
  Result<std::vector<ReportSchedule>> find_schedules(const std::vector<std::string>&) override { return std::vector<ReportSchedule>{}; }
  Result<ReportSchedule> get_schedule(const std::string&) override { return Failure{Kind::not_found, ""}; }
  Result<std::string> create_schedule(const std::string&, const std::string&, std::int64_t, bool, const std::string&) override { return Failure{Kind::not_found, ""}; }
  Result<> cancel_schedule(const std::string&) override { return Failure{Kind::not_found, ""}; }
  Result<DisbursementPage> find_disbursements(std::int64_t, std::int64_t, int, const std::string&) override { return DisbursementPage{}; }
};

struct MemorySettlements : ports::Settlements {
  std::map<std::string, ports::SettlementProgress> kept;
  std::vector<ports::Task> tasks;
  Result<ports::SettlementProgress> progress(const std::string& id) override {
    auto found = kept.find(id);
    if (found == kept.end()) return Failure{Kind::not_found, "never seen"};
    return found->second;
  }
  Result<std::int64_t> newest_ms() override {
    std::int64_t newest = 0;
    for (const auto& [id, p] : kept) newest = std::max(newest, p.created_ms);
    return newest;
  }
  Result<> save(const ports::SettlementProgress& p, const std::vector<ports::Task>& more) override {
    kept[p.report_id] = p;
    tasks.insert(tasks.end(), more.begin(), more.end());
    return hostapi::success();
  }
};

const std::string columns = "TransactionPostedDate\tSettlementId\tAmazonTransactionId\tTransactionType\tAmazonOrderReferenceId\tCurrencyCode\tTransactionAmount\tTotalTransactionFee\tNetTransactionAmount\n";
std::string row(const std::string& transaction, const char* type, const std::string& permission, const std::string& amount) {
  return "20250310T101500Z\t77\t" + transaction + "\t" + type + "\t" + permission + "\tEUR\t" + amount + "\t-1.00\t" + amount + "\n";
}

}  // namespace

TEST_CASE("A settled capture reads completed and captured, once, however often the report is read") {
  World w;
  FakeReports reports;
  MemorySettlements settlements;
  auto& order = w.order("o1", euro(80'00), ChargeState::captured);
  reports.publish("1", columns + row(order.charge_id, "Capture", order.permission_id, "80.00"));
  reports.publish("2", columns);
  reports.publish("3", "no settlement at all");
  REQUIRE(flows::find_settlements(w.ports, reports, settlements));
  REQUIRE(flows::find_settlements(w.ports, reports, settlements));
  REQUIRE(settlements.tasks.size() == 3);
  for (int again = 0; again < 2; ++again)
    for (const auto& task : settlements.tasks) CHECK(*flows::read_settlement_report(w.ports, reports, settlements, task.report_id) == 0);
  CHECK(reports.downloads == 3);
  CHECK(w.verdict("o1").word == Word::completed_and_captured);
  CHECK(w.ledger.events.count("o1:" + order.charge_id + ":settled") == 1);
  CHECK(settlements.kept.at("1").settled == 1);
  CHECK(settlements.kept.at("2").done);
  CHECK_FALSE(settlements.kept.at("3").problem.empty());
  REQUIRE(flows::sync(w.ports, "o1"));
  CHECK(w.verdict("o1").word == Word::completed_and_captured);
}

TEST_CASE("A settlement finds money without an order, and a refund of an order that nobody told us of") {
  World w;
  FakeReports reports;
  MemorySettlements settlements;
  auto& order = w.order("o1", euro(80'00), ChargeState::captured);
  auto refund = w.amazon.create_refund(order.charge_id, euro(5'00), "", "by hand");
  REQUIRE(refund);
  const auto lost = w.amazon.checkout(euro(30'00), ChargeState::captured);
  reports.publish("1", columns + row(lost + "-C1", "Capture", lost, "30.00") + row(refund->id, "Refund", order.permission_id, "-5.00") + row("S02-8-C1", "Capture", "S02-8", "1.00"));
  REQUIRE(flows::find_settlements(w.ports, reports, settlements));
  REQUIRE(flows::read_settlement_report(w.ports, reports, settlements, "1"));
  REQUIRE(w.notifications.orphans.count(lost) == 1);
  CHECK(w.notifications.orphans.at(lost).source == "settlement");
  CHECK(w.notifications.orphans.size() == 1);
  CHECK(settlements.kept.at("1").unknown == 2);
  CHECK(w.verdict("o1").drift == euro(5'00));
}

TEST_CASE("Capture at checkout captures what the first reading finds reserved, once, and leaves old reservations alone") {
  World w;
  w.settings.current.capture_mode = ports::CaptureMode::at_checkout;
  w.order("o1", euro(80'00), ChargeState::authorized);
  w.work();
  REQUIRE(flows::sync(w.ports, "o1"));
  w.work();
  CHECK(w.amazon.captures_made == 1);
  CHECK(w.verdict("o1").word == Word::captured);
  CHECK(w.verdict("o1").drift_collected == euro(0));

  const auto old = w.amazon.checkout(euro(20'00), ChargeState::authorized);
  w.clock.now += 3 * day_ms;
  ports::ShopOrder order = w.orders.orders.at("o1");
  order.id = order.number = "o2", order.permission_id = old, order.charge_id = old + "-C1", order.total = order.original_total = euro(20'00);
  w.orders.orders["o2"] = order;
  REQUIRE(flows::sync(w.ports, "o2"));
  w.work();
  CHECK(w.amazon.captures_made == 1);
}
