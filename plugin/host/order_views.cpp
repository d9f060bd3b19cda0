#include "host/contributions.hpp"
#include "host/panel.hpp"
#include "host/tab.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

constexpr int panel_events = 8;

// Somebody looks at a payment nobody has read yet: its first reading is put in front of the queue. The page does not wait for it, nor for this commit to
// succeed: recovery finds the order too.
void ask_for_first_reading(const Session& session, const Picture& picture) {
  if (picture.stored || picture.payment.permission_id.empty()) return;
  const auto task = flows::sync_task(picture.payment.order_id, picture.now_ms);
  (void)session.store().commit(json::object{{"tasks", json::array{task_document(task)}}});
}

json::value export_timeline(const Picture& picture, const Story& story, const json::value& request, const Speech& speech) {
  return json::object{{"download", json::object{{"file_name", "payment-" + picture.payment.order_number + ".csv"}, {"media_type", "text/csv"},
                                                {"text", timeline_csv(picture, story, timeline_wish(request), speech)}}}};
}

}  // namespace

Result<json::value> OrderViews::view(const Session& session, std::string_view slot, std::string_view order_id, const json::value& request) {
  const bool tab = slot == "tab";
  if (!tab && slot != "panel") return Failure{Kind::not_found, "this plugin has no view for the slot " + std::string(slot)};
  auto picture = draw(session, std::string(order_id), panel_events);
  if (!picture) return picture.failure();
  ask_for_first_reading(session, *picture);
  const Speech speech(session);
  if (!picture->rights.view) return json::value(hidden_view(*picture, speech));
  if (!tab) return json::value(panel_view(*picture, speech));
  auto story = load_story(session, picture->payment.order_id);
  if (!story) return story.failure();
  if (form_text(request, "export") == "timeline") return export_timeline(*picture, *story, request, speech);
  return json::value(tab_view(*picture, *story, request, speech));
}

}  // namespace amazonpay::host
