// The page Connection: a guide for who sets the shop up. What it shows is in connection_view, what it does in connection_acts.
#include "host/call.hpp"
#include "host/connection_acts.hpp"
#include "host/connection_view.hpp"
#include "host/pages.hpp"

namespace amazonpay::host {
namespace {

class ConnectionPage : public Page {
 public:
  Result<json::value> view(const Session& session, const json::value& request) override {
    if (auto allowed = authorise(session, "payment.settings"); !allowed) return allowed.failure();
    return connection_view(session, request);
  }
  Result<json::value> run(const Session& session, std::string_view action, const json::value& form) override {
    if (auto allowed = authorise(session, "payment.settings"); !allowed) return allowed.failure();
    return run_connection_act(session, action, form);
  }
};

}  // namespace

std::unique_ptr<Page> connection_page() { return std::make_unique<ConnectionPage>(); }

}  // namespace amazonpay::host
