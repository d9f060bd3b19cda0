// ports::Settlements over hostapi.store: the collection settlements, one document per report. Made per call; failures are the host's. In-call, one thread.
#pragma once
#include <hostapi/sdk.hpp>

#include "ports/settlements.hpp"

namespace amazonpay::host {

class StoreSettlements : public ports::Settlements {
 public:
  explicit StoreSettlements(const hostapi::sdk::Session& session) : session_(session) {}
  Result<ports::SettlementProgress> progress(const std::string& report_id) override;
  Result<std::int64_t> newest_ms() override;
  Result<> save(const ports::SettlementProgress& progress, const std::vector<ports::Task>& tasks) override;

 private:
  hostapi::sdk::Session session_;
};

}  // namespace amazonpay::host
