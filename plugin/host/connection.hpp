// The one connection to Amazon Pay of this plugin, made from the settings and the stored private key, and kept as long as they stay the same: the parsed
// key and the open TLS connections cost far more than a call. Shared by all calls and threads; for_call() makes the small client bound to a call's deadline.
// Without usable keys every operation answers refused with code "keys_missing" and a sentence for the person who must mend the settings.
#pragma once
#include <hostapi/sdk.hpp>

#include <map>
#include <memory>
#include <mutex>

#include "amazon/client.hpp"
#include "amazon/report_client.hpp"

namespace amazonpay::host {

namespace json = boost::json;

// The account a settings document and a private key describe.
amazon::Account account_of(const json::value& values, amazon::Secret private_key);
// How long a call may talk to Amazon, and whether a person waits for it.
amazon::Terms terms_of(const hostapi::sdk::Session& session, amazon::Urgency urgency = amazon::Urgency::staff);

// Where a call gets its way to Amazon from: Connections in the plugin, a fake in tests.
class PaymentsSource {
 public:
  virtual ~PaymentsSource() = default;
  virtual std::shared_ptr<ports::Payments> for_call(const hostapi::sdk::Session& session, amazon::Urgency urgency) = 0;
  virtual Result<std::shared_ptr<ports::Reports>> reports_for_call(const hostapi::sdk::Session& session) = 0;  // always background work
};

class Connections : public PaymentsSource {
 public:
  std::shared_ptr<ports::Payments> for_call(const hostapi::sdk::Session& session, amazon::Urgency urgency) override;
  Result<std::shared_ptr<ports::Reports>> reports_for_call(const hostapi::sdk::Session& session) override;

 private:
  Result<std::shared_ptr<const amazon::Connection>> shared(const hostapi::sdk::Session& session);

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const amazon::Connection>> by_content_;  // SHA-256 of settings and key, the newest few
};

}  // namespace amazonpay::host
