#include "host/contributions.hpp"
#include "host/panel.hpp"
#include "host/tab.hpp"

namespace amazonpay::host {
namespace {

// Somebody looks at a payment nobody has read yet: its first reading is put in front of the queue. The page does not wait for it, nor for this commit to
// succeed: recovery finds the order too.
void ask_for_first_reading(const Session& session, const Picture& picture) {
  if (picture.stored || picture.payment.permission_id.empty()) return;
  const auto task = flows::sync_task(picture.payment.order_id, picture.now_ms);
  (void)session.store().commit(json::object{{"tasks", json::array{task_document(task)}}});
}

}  // namespace

Result<json::value> OrderViews::view(const Session& session, std::string_view slot, std::string_view order_id) {
  const bool tab = slot == "tab";
  if (!tab && slot != "panel") return Failure{Kind::not_found, "this plugin has no view for the slot " + std::string(slot)};
  auto picture = draw(session, std::string(order_id), tab ? timeline_most : 8);
  if (!picture) return picture.failure();
  ask_for_first_reading(session, *picture);
  const Speech speech(session);
  if (!picture->rights.view) return json::value(hidden_view(*picture, speech));
  return json::value(tab ? tab_view(*picture, speech) : panel_view(*picture, speech));
}

}  // namespace amazonpay::host
