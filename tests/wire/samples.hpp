// Answers of Amazon Pay as the API reference shows them (section 13), and a helper to change one place of them.
#pragma once
#include <stdexcept>
#include <string>

#include "domain/money.hpp"

namespace wire_tests {

inline const amazonpay::Currency eur("EUR");
inline amazonpay::Money euro(std::int64_t minor) { return {minor, eur}; }
inline const std::string charge_id = "S02-1234567-7654321-C012345";
constexpr const char* settlement_type = "_GET_FLAT_FILE_OFFAMAZONPAYMENTS_SANDBOX_SETTLEMENT_DATA_";

extern const std::string permission_sample;         // 13.3
extern const std::string authorized_charge_sample;  // 13.5
extern const std::string captured_charge_sample;    // 13.6, after a refund of 5.50
extern const std::string refund_sample;             // 13.8
extern const std::string session_sample;            // an open checkout session, after 3.4

// The sample with the first occurrence of a part replaced; throws if the part is not there, so that a test never tests nothing.
inline std::string with(std::string sample, const std::string& from, const std::string& to) {
  const auto at = sample.find(from);
  if (at == sample.npos) throw std::logic_error("the sample has no " + from);
  return sample.replace(at, from.size(), to);
}

}  // namespace wire_tests
