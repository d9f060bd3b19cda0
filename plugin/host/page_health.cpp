// Job health: what runs in the background and whether it is well, in one sentence and a line per matter.
#include "host/addresses.hpp"
#include "host/call.hpp"
#include "host/health.hpp"
#include "host/pages.hpp"
#include "host/view_parts.hpp"

namespace amazonpay::host {
namespace {

const char* word_of_role(std::string_view role) { return role == "good" ? tr("Well") : role == "wait" ? tr("Look at it") : role == "stop" ? tr("Does not work") : tr("Not yet"); }
const char* icon_of_role(std::string_view role) { return role == "good" ? "good" : role == "wait" ? "warn" : role == "stop" ? "stop" : "info"; }

// Where a line's matter can be looked at further.
std::string more_of(std::string_view id, bool may_connect) {
  if (id == "notifications") return page_address("notifications");
  if (id == "requests") return page_address("tasks");
  if (id == "bulk") return page_address("bulk");
  if (id == "settlements") return page_address("reports");
  return may_connect && (id == "keys" || id == "amazon") ? page_address("connection") : std::string();
}

json::object row_of(const HealthLine& line, bool may_connect, const Speech& speech) {
  json::object row{{"label", speech.say(line.label)}, {"state", speech.say(line.state)}, {"advice", speech.say(line.advice)}, {"href", more_of(line.id, may_connect)},
                   {"word", json::object{{"role", line.role}, {"icon", icon_of_role(line.role)}, {"text", speech.say(word_of_role(line.role))}}}, {"good", ""}, {"waiting", ""}, {"oldest", ""}};
  if (line.good_ms != 0) row["good"] = speech.time(line.good_ms), row["good_iso"] = iso_time(line.good_ms);
  if (line.waiting >= 0) row["waiting"] = std::to_string(line.waiting);
  if (line.waiting > 0 && line.oldest_ms != 0) row["oldest"] = speech.say({tr("oldest since {time}"), {{"time", speech.time(line.oldest_ms)}}});
  return row;
}

class HealthPage : public Page {
 public:
  Result<json::value> view(const Session& session, const json::value&) override {
    if (auto allowed = authorise(session, "payment.view"); !allowed) return allowed.failure();
    auto health = health_of(session);
    if (!health) return health.failure();
    const Speech speech(session);
    const bool may_connect = session.identity().may("payment.settings").ok();
    json::array rows;
    for (const auto& line : health->lines) rows.push_back(row_of(line, may_connect, speech));
    const auto now_ms = session.core().now_unix_ms();
    return json::value(view_document("health", {{"role", health->role()}, {"icon", icon_of_role(health->role())}, {"sentence", speech.say(health->sentence())},
                                                {"lead", speech.say(tr("What runs in the background, and whether it is well. Nothing here asks Amazon."))},
                                                {"as_of", speech.say({tr("As of {time}"), {{"time", speech.full_time(now_ms)}}})}, {"as_of_iso", iso_time(now_ms)}, {"rows", std::move(rows)}}));
  }
  Result<json::value> run(const Session&, std::string_view action, const json::value&) override { return Failure{Kind::not_found, "this page has no action " + std::string(action)}; }
};

}  // namespace

std::unique_ptr<Page> health_page() { return std::make_unique<HealthPage>(); }

}  // namespace amazonpay::host
