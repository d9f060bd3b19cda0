// Amazon's reports, settlements and the shelf in memory, with the commit promises of their ports: all or nothing, expected versions, a commit that fails
// before or after its effect.
#pragma once
#include "fakes.hpp"
#include "flows/settlements.hpp"

namespace amazonpay::test {

// Amazon's reports, two to a page.
struct FakeReports : ports::Reports {
  std::vector<Report> made;
  std::map<std::string, std::string> documents, by_key;
  std::vector<Disbursement> disbursements;
  std::vector<ReportSchedule> schedules;
  int downloads = 0;
  bool away = false;

  void publish(const std::string& id, const std::string& text, const std::string& type = "_GET_FLAT_FILE_OFFAMAZONPAYMENTS_SANDBOX_SETTLEMENT_DATA_");
  Result<ReportPage> find_reports(const ReportFilter& filter) override;
  Result<std::string> download_document(const std::string& id) override;
  Result<Report> get_report(const std::string& id) override;
  Result<std::string> create_report(const std::string& type, std::int64_t start_ms, std::int64_t end_ms, const std::string& key) override;
  Result<std::vector<ReportSchedule>> find_schedules(const std::vector<std::string>&) override { return schedules; }
  Result<ReportSchedule> get_schedule(const std::string&) override { return Failure{Kind::not_found, ""}; }
  Result<std::string> create_schedule(const std::string& type, const std::string& frequency, std::int64_t next_ms, bool replace, const std::string& key) override;
  Result<> cancel_schedule(const std::string& id) override;
  Result<DisbursementPage> find_disbursements(std::int64_t, std::int64_t, int, const std::string&) override { return DisbursementPage{disbursements, ""}; }
};

template <class T>
using Versions = std::map<std::string, ports::Stored<T>>;

class MemorySettlements : public ports::Settlements {
 public:
  explicit MemorySettlements(MemoryLedger& ledger) : ledger_(ledger) {}
  std::map<std::string, ports::SettlementProgress> kept;
  Versions<SettledLine> lines;
  Versions<SettlementSum> sums;
  Versions<DaySum> days;
  std::map<std::string, Payout> payouts;
  ports::Stored<std::int64_t> counted;
  std::vector<ports::Task> tasks;
  std::vector<ports::AuditEntry> audit;
  int fail_commit_in = 0;
  bool lose_commit_answer = false;

  Result<ports::SettlementProgress> progress(const std::string& id) override;
  Result<std::int64_t> newest_ms() override;
  Result<ports::StoredLine> line(const std::string& key) override;
  Result<ports::StoredSum> sum(const std::string& key) override;
  Result<ports::StoredDay> day(const std::string& key) override;
  Result<std::vector<SettledLine>> unmatched(Environment environment, int limit) override;
  Result<std::int64_t> newest_payout_ms(Environment environment) override;
  Result<ports::Stored<std::int64_t>> counted_ms() override { return counted; }
  Result<std::vector<Entry>> entries(std::int64_t from_ms, std::int64_t before_ms, int limit) override;
  Result<> commit(const ports::SettlementChange& change) override;

 private:
  MemoryLedger& ledger_;
};

class MemoryShelf : public ports::ReportShelf {
 public:
  explicit MemoryShelf(MemorySettlements& settlements) : settlements_(settlements) {}
  Versions<KeptReport> reports;
  Versions<KeptSchedule> stored_schedules;
  std::map<std::string, std::string> texts;
  std::vector<ports::Task> tasks;
  std::vector<ports::AuditEntry> audit;
  bool lose_commit_answer = false;
  std::function<void()> before_commit;  // somebody else between reading and writing, once

  Result<ports::StoredReport> report(const std::string& id) override;
  Result<ports::StoredReport> report_of(const std::string& report_id) override;
  Result<std::vector<KeptReport>> newest(Environment environment, std::int64_t before_ms, int limit) override;
  Result<std::vector<KeptReport>> open(int limit) override;
  Result<std::vector<KeptReport>> kept_before(std::int64_t kept_ms, int limit) override;
  Result<ports::StoredSchedule> schedule(const std::string& id) override;
  Result<std::vector<KeptSchedule>> schedules(Environment environment) override;
  Result<> commit(const ports::ShelfChange& change) override;
  Result<> put_text(KeptReport& report, const std::string& text) override;
  Result<std::string> text(const KeptReport& report) override;
  Result<> drop_text(const KeptReport& report) override;

 private:
  MemorySettlements& settlements_;
};

}  // namespace amazonpay::test
