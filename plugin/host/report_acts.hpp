// What people do on the page "Reports" and by the report commands: one function each, with the form's values as texts. Nothing here waits for Amazon.
// Needs payment.reports, checked here. In-call.
#pragma once
#include "flows/reports.hpp"
#include "flows/settlements.hpp"
#include "host/call.hpp"
#include "host/store_reports.hpp"
#include "host/store_settlements.hpp"

namespace amazonpay::host {

class ReportActs {
 public:
  ReportActs(Call& call, const json::value& form, Actor who)
      : call_(call), ports_(call.ports()), settlements_(call.session), shelf_(call.session), form_(form), who_(std::move(who)) {}

  // A sentence for the person; id: what the request is kept under (operation_id of the form, made when it was rendered).
  Result<Text> run(std::string_view action, const std::string& id);

 private:
  Result<Text> bring(const std::string& id);
  Result<Text> match();
  Result<Text> set_aside();
  Result<Text> request(const std::string& id);
  Result<Text> schedule(const std::string& id);
  Result<Text> look();
  std::string text(const char* name) const;

  Call& call_;
  flows::Ports ports_;
  StoreSettlements settlements_;
  StoreReports shelf_;
  const json::value& form_;
  Actor who_;
};

}  // namespace amazonpay::host
