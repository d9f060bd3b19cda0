#include "host/pages.hpp"

namespace amazonpay::host {

MenuPages::MenuPages(PaymentsSource& amazon, Actions& actions) {
  pages_["transactions"] = transactions_page(amazon);
  pages_["tasks"] = task_page(amazon, actions);
  pages_["bulk"] = bulk_page(amazon);
  pages_["reports"] = reports_page(amazon);
  pages_["notifications"] = notification_page(amazon);
  pages_["health"] = health_page();
  pages_["connection"] = connection_page();
}

Page* MenuPages::find(std::string_view page) {
  const auto found = pages_.find(page);
  return found == pages_.end() ? nullptr : found->second.get();
}

Result<json::value> MenuPages::view(const Session& session, std::string_view page, const json::value& request) {
  auto* found = find(page);
  if (found == nullptr) return Failure{Kind::not_found, "this plugin has no page " + std::string(page)};
  return found->view(session, request);
}

Result<json::value> MenuPages::run(const Session& session, std::string_view page, std::string_view action, const json::value& form) {
  auto* found = find(page);
  if (found == nullptr) return Failure{Kind::not_found, "this plugin has no page " + std::string(page)};
  return found->run(session, action, form);
}

}  // namespace amazonpay::host
