// Amazon's reports and payouts as values (API reference 3.8 to 3.12). Made by plugin/amazon, read by the flows.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/money.hpp"

namespace amazonpay {

enum class ReportState { in_progress, completed, failed, canceled, unknown };  // canceled: there was nothing to report

struct Report {
  std::string id;
  std::string type;             // _GET_FLAT_FILE_OFFAMAZONPAYMENTS_…
  ReportState state = ReportState::unknown;
  std::string raw_state;
  std::string document_id;      // empty until completed
  std::int64_t start_ms = 0;    // the time it reports about
  std::int64_t end_ms = 0;
  std::int64_t created_ms = 0;
};

struct ReportPage {
  std::vector<Report> reports;
  std::string next_token;       // empty: the last page
};

struct ReportFilter {
  std::vector<std::string> types;         // empty: all
  std::vector<std::string> states;        // Amazon's words; empty: all
  std::optional<std::int64_t> created_since_ms;
  std::optional<std::int64_t> created_until_ms;
  int page_size = 0;                      // 0: Amazon's default
  std::string next_token;                 // if set, everything else is ignored, as Amazon wants it
};

struct ReportSchedule {
  std::string id;
  std::string type;
  std::string frequency;        // PT5M … P30D
  std::int64_t next_ms = 0;
};

struct Disbursement {           // money that Amazon paid out to the merchant
  std::string settlement_id;
  std::string reference_id;
  Money amount;
  std::int64_t at_ms = 0;
};

struct DisbursementPage {
  std::vector<Disbursement> disbursements;
  std::string next_token;
};

}  // namespace amazonpay
