// ports::Settlements over hostapi.store: the collections settlements, settlement_lines, settlement_sums, payouts, day_sums and reporting. Made per call;
// failures are the host's. In-call, one thread.
#pragma once
#include <hostapi/sdk.hpp>

#include "ports/settlements.hpp"

namespace amazonpay::host {

namespace json = boost::json;

class StoreSettlements : public ports::Settlements {
 public:
  explicit StoreSettlements(const hostapi::sdk::Session& session) : session_(session) {}
  Result<ports::SettlementProgress> progress(const std::string& report_id) override;
  Result<std::int64_t> newest_ms() override;
  Result<ports::StoredLine> line(const std::string& key) override;
  Result<ports::StoredSum> sum(const std::string& key) override;
  Result<ports::StoredDay> day(const std::string& key) override;
  Result<std::vector<SettledLine>> unmatched(Environment environment, int limit) override;
  Result<std::int64_t> newest_payout_ms(Environment environment) override;
  Result<ports::Stored<std::int64_t>> counted_ms() override;
  Result<std::vector<Entry>> entries(std::int64_t from_ms, std::int64_t before_ms, int limit) override;
  Result<> commit(const ports::SettlementChange& change) override;

  // For the views. Sums newest first, from before to_ms (0: from the newest).
  Result<std::vector<SettlementSum>> sums(Environment environment, std::int64_t before_ms, int limit);
  Result<std::vector<SettlementSum>> sums_of(Environment environment, const std::string& settlement_id);   // one per currency
  Result<std::vector<Payout>> payouts_of(const std::vector<std::string>& settlement_ids);
  struct LinePage {
    std::vector<SettledLine> lines;   // as they were posted
    std::string next;                 // cursor; empty: the last page
  };
  Result<LinePage> lines(const std::string& settlement_key, const std::string& after, int limit);
  Result<std::vector<SettledLine>> all_lines(const std::string& settlement_key);
  // Reports that could not be read or are being read.
  Result<std::vector<ports::SettlementProgress>> newest_reports(int limit);
  Result<std::vector<DaySum>> days(Environment environment, Currency currency, const std::string& from_day, const std::string& to_day);
  Result<std::vector<std::string>> currencies(Environment environment);   // that have figures

 private:
  hostapi::sdk::Session session_;
};

json::object put_of(const ports::SettlementProgress& progress);

}  // namespace amazonpay::host
