#include "host/contributions.hpp"

namespace amazonpay::host {

Page* MenuPages::find(std::string_view page) {
  if (page == "tasks") return &tasks_;
  if (page == "bulk") return &bulk_;
  return page == "notifications" ? &notifications_ : nullptr;
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
