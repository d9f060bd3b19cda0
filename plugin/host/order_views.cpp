#include "host/contributions.hpp"
#include "host/panel.hpp"
#include "host/tab.hpp"

namespace amazonpay::host {

Result<json::value> OrderViews::view(const Session& session, std::string_view slot, std::string_view order_id) {
  const bool tab = slot == "tab";
  if (!tab && slot != "panel") return Failure{Kind::not_found, "this plugin has no view for the slot " + std::string(slot)};
  auto picture = draw(session, std::string(order_id), tab ? timeline_most : 8);
  if (!picture) return picture.failure();
  const Speech speech(session);
  if (!picture->rights.view) return json::value(hidden_view(*picture, speech));
  return json::value(tab ? tab_view(*picture, speech) : panel_view(*picture, speech));
}

}  // namespace amazonpay::host
