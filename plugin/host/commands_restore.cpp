// The command after-restore: the host runs it after a restore, before its workers start and its pages open; page after page until it answers no `next`.
#include <charconv>

#include "flows/restored.hpp"
#include "host/commands.hpp"
#include "host/store_documents.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

using hostapi::sdk::Session;

struct Place {
  std::vector<std::string> orders;
  std::string next;
};

std::int64_t number_of(const std::string& text, std::int64_t fallback) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : fallback;
}

Result<Place> payments_after(const Session& session, const std::string& after) {
  json::object query{{"collection", "payments"}, {"order", "key"}, {"limit", 200}};
  if (!after.empty()) query["after"] = after;
  auto found = session.store().find(query);
  if (!found) return found.failure();
  return reading("the stored payments", [&] {
    const Members answer(*found);
    Place place{{}, answer.text("next")};
    for (const auto& item : answer.list("items")) place.orders.push_back(Members(item).needed_text("key"));
    return place;
  });
}

}  // namespace

Result<json::value> run_after_restore(Call& call, std::string_view, const json::value& arguments, const Actor&) {
  if (auto allowed = authorise(call.session, "payment.settings"); !allowed) return allowed.failure();
  const auto backup_ms = number_of(form_text(arguments, "backup_ms"), 0);
  if (backup_ms <= 0) return Failure{Kind::invalid, tr("backup_ms is missing: when the backup was made, in milliseconds since 1970.")};
  const auto ports = call.ports();
  const auto until_ms = ports.clock.now_ms() + 1000 * number_of(form_text(arguments, "seconds"), 60);
  std::string after = form_text(arguments, "after");
  std::int64_t marked = 0;
  do {
    auto place = payments_after(call.session, after);
    if (!place) return place.failure();
    for (const auto& order_id : place->orders) {
      if (auto done = flows::distrust_record(ports, order_id, backup_ms); !done) return done.failure();
      ++marked;
    }
    after = place->next;
  } while (!after.empty() && ports.clock.now_ms() < until_ms);
  const Speech speech(call.session);
  return json::value(json::object{{"marked", marked}, {"next", after.empty() ? json::value() : json::value(after)},
                                  {"text", speech.say({tr("{count} payment is read from Amazon before money moves for it.|{count} payments are read from Amazon before money moves for them."), {{"count", marked}}}) + "\n"}});
}

}  // namespace amazonpay::host
