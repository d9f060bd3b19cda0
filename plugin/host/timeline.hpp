// The whole story of an order's payment on its tab: events and tasks in one line, newest first, filtered and paged by the address, or as a file.
// timeline() is pure over Picture and the tasks; load_story() reads the store. In-call.
#pragma once
#include "host/view_parts.hpp"

namespace amazonpay::host {

struct Story {
  std::vector<Event> events;                 // newest first
  std::vector<Todo> todos;                   // open and closed
  std::vector<Notification> notifications;   // newest first
  std::map<std::string, std::string> answers;  // Amazon's raw answers by the id of the object
};
Result<Story> load_story(const hostapi::sdk::Session& session, const std::string& order_id);

// What the address asks for: show=money|tasks|amazon|people (else all), from=40 (entries to skip).
struct TimelineWish {
  std::string show = "all";
  std::size_t from = 0;
};
TimelineWish timeline_wish(const json::value& request);

json::object timeline_part(const Picture& p, const Story& story, const TimelineWish& wish, const Speech& speech);
// One line per entry, all pages: when (UTC), kind, who, what, amount, currency, and Amazon's and our ids.
std::string timeline_csv(const Picture& p, const Story& story, const TimelineWish& wish, const Speech& speech);
json::object notifications_part(const Story& story, const Speech& speech);

}  // namespace amazonpay::host
