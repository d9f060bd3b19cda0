#include "host/health.hpp"

#include <algorithm>
#include <string_view>

#include "host/codec.hpp"
#include "host/heartbeat.hpp"
#include "host/setting.hpp"
#include "host/store_documents.hpp"
#include "host/store_inbox.hpp"
#include "host/store_notifications.hpp"
#include "ports/payments.hpp"

namespace amazonpay::host {
namespace {

using hostapi::sdk::Session;
// The clockwork's own round comes every 30 seconds and is written once a minute.
constexpr std::int64_t silent_ms = 5 * minute_ms;
constexpr std::int64_t late_ms = 15 * minute_ms;

struct Waiting {
  std::int64_t count = 0, oldest_ms = 0;
};

// How many documents match, and the value of `order` in the first of them, read by `age`.
Result<Waiting> waiting(const Session& session, const char* collection, json::array where, const char* order) {
  auto found = session.store().find(json::object{{"collection", collection}, {"where", std::move(where)}, {"order", order}, {"limit", 1}, {"count_up_to", 10'000}});
  if (!found) return found.failure();
  return reading("the figures", [&] {
    const Members answer(*found);
    Waiting w{answer.number("count"), 0};
    for (const auto& item : answer.list("items"))
      if (const auto value = Members(item).object("value")) w.oldest_ms = value->number(order);
    return w;
  });
}

Text failing_text(const Heartbeat& beat) { return beat.text.empty() ? Text{tr("It fails.")} : Text{tr("It fails: {message}"), {{"message", beat.text}}}; }

class CheckUp {
 public:
  explicit CheckUp(const Session& session) : session_(session), now_ms_(session.core().now_unix_ms()) {}

  Result<Health> make() {
    auto beats = heartbeats(session_);
    if (!beats) return beats.failure();
    beats_ = std::move(*beats);
    clockwork();
    amazon();
    if (auto done = requests(); !done) return done.failure();
    if (auto done = readings(); !done) return done.failure();
    if (auto done = notifications(); !done) return done.failure();
    if (auto done = bulk(); !done) return done.failure();
    settlements();
    keys();
    return std::move(health_);
  }

 private:
  const Heartbeat& beat(const std::string& name) { return beats_[name]; }
  HealthLine& add(HealthLine line) { return health_.lines.emplace_back(std::move(line)); }

  void clockwork() {
    const auto& round = beat("recover");
    const auto last_ms = std::max(round.good_ms, round.failed_ms);
    HealthLine line{"clockwork", tr("The clockwork"), "good", {tr("It runs.")}, {}, round.good_ms};
    if (last_ms == 0) line.role = "wait", line.state = {tr("It has not run yet.")}, line.advice = {tr("Wait a minute. If it stays so, start the shop’s server with its workers.")};
    else if (now_ms_ - last_ms > silent_ms) line.role = "stop", line.state = {tr("It stands still.")}, line.advice = {tr("Start the shop’s server with its workers: nothing is sent or read until then.")};
    else if (round.failing()) line.role = "stop", line.state = failing_text(round), line.advice = {tr("An administrator finds the reason in the log and under Queue.")};
    add(std::move(line));
  }

  void amazon() {
    const auto& pulse = beat("amazon");
    HealthLine line{"amazon", tr("Amazon answers"), "good", {tr("Amazon answers.")}, {}, pulse.good_ms};
    const bool keys = ports::keys_refused({Kind::refused, "", pulse.code});
    if (pulse.good_ms == 0 && pulse.failed_ms == 0) line.role = "neutral", line.state = {tr("Amazon has not been asked yet.")};
    else if (pulse.failing() && keys) line.role = "stop", line.state = {tr("Amazon refuses the keys.")}, line.advice = {tr("Mend the connection: its page says what is wrong.")};
    else if (pulse.failing()) line.role = "wait", line.state = failing_text(pulse), line.advice = {tr("Nothing is lost: it is asked again by itself, slower and slower.")};
    else if (now_ms_ - pulse.paced_ms < 10 * minute_ms && pulse.paced_ms != 0) line.state = {tr("Amazon answers; requests wait for their turn, because Amazon takes only so many.")};
    add(std::move(line));
  }

  Result<> requests() {
    auto open = waiting(session_, "intents", {condition("state", "in", json::array{"planned", "sending", "uncertain"})}, "created_ms");
    if (!open) return open.failure();
    const auto& act = beat("intent");
    HealthLine line{"requests", tr("Captures, refunds, cancellations"), "good", open->count == 0 ? Text{tr("Nothing waits to be sent.")} : Text{tr("They are being sent.")}, {}, act.good_ms, open->count, open->oldest_ms};
    if (open->count > 0 && act.failing()) line.role = "wait", line.state = failing_text(act), line.advice = {tr("It is sent once, as soon as it can be. Orders with a lost answer show it.")};
    else if (open->count > 0 && open->oldest_ms != 0 && now_ms_ - open->oldest_ms > 2 * hour_ms) line.role = "wait", line.state = {tr("One waits unusually long.")}, line.advice = {tr("Look at the tasks: an answer may be missing, or the order belongs to the other environment.")};
    add(std::move(line));
    return hostapi::success();
  }

  Result<> readings() {
    auto late = waiting(session_, "payments", {condition("next_sync_ms", "<=", now_ms_ - late_ms)}, "next_sync_ms");
    if (!late) return late.failure();
    const auto& reading = beat("sync");
    HealthLine line{"readings", tr("Payments read from Amazon"), "good", {tr("All are read in time.")}, {}, reading.good_ms, late->count};
    if (late->count > 0) line.role = "wait", line.state = {tr("{count} payment is late to be read|{count} payments are late to be read"), {{"count", late->count}}}, line.advice = {tr("They are read as soon as Amazon’s limits allow; an order can be refreshed by hand.")};
    if (late->count > 0 && reading.failing()) line.state = failing_text(reading);
    add(std::move(line));
    return hostapi::success();
  }

  Result<> notifications() {
    auto topic = setting_of(session_, "notification_topic");
    if (!topic) return topic.failure();
    auto facts = StoreInbox(session_).facts(*topic);
    if (!facts) return facts.failure();
    auto unread = waiting(session_, "notifications", {still_waiting()}, "received_ms");
    if (!unread) return unread.failure();
    HealthLine line{"notifications", tr("Amazon’s notifications"), "good", {tr("They arrive.")}, {}, facts->last_received_ms, unread->count, unread->oldest_ms};
    if (notifications_missing(*facts)) line.role = "wait", line.state = {tr("They do not arrive any more.")}, line.advice = {tr("Check the address in Seller Central; payments are read at intervals meanwhile.")};
    else if (facts->last_received_ms == 0) line.role = "neutral", line.state = {tr("None has come yet.")}, line.advice = {tr("Enter the address of the page Notifications in Seller Central. Without them payments are read at intervals.")};
    else if (facts->quarantined > 0) line.role = "wait", line.state = {tr("{count} notification in quarantine|{count} notifications in quarantine"), {{"count", facts->quarantined}}}, line.advice = {tr("The page Notifications says why and what to do.")};
    add(std::move(line));
    return hostapi::success();
  }

  Result<> bulk() {
    auto running = waiting(session_, "bulk_jobs", {condition("state", "=", "running")}, "created_ms");
    if (!running) return running.failure();
    const auto& job = beat("bulk");
    HealthLine line{"bulk", tr("Bulk jobs"), "good", running->count == 0 ? Text{tr("None is running.")} : Text{tr("{count} is running|{count} are running"), {{"count", running->count}}}, {}, job.good_ms, running->count};
    if (running->count > 0 && job.failing()) line.role = "wait", line.state = failing_text(job), line.advice = {tr("It goes on where it stands.")};
    add(std::move(line));
    return hostapi::success();
  }

  void settlements() {
    const auto& found = beat("settlements");
    const auto& read = beat("settlement");
    HealthLine line{"settlements", tr("Settlement reports"), "good", {tr("They are looked for every six hours.")}, {}, found.good_ms};
    if (found.good_ms == 0 && found.failed_ms == 0) line.role = "neutral", line.state = {tr("They have not been looked for yet.")};
    else if (found.failing() || read.failing()) line.role = "wait", line.state = failing_text(found.failing() ? found : read), line.advice = {tr("It is tried again by itself. Amazon’s first settlement comes about 14 days after the first payment.")};
    add(std::move(line));
  }

  // Only whether there is a key: its age and its test stand on the page Connection.
  void keys() {
    auto document = session_.settings().get();
    bool set = false;
    if (document && document->is_object())
      if (const auto* secrets = document->get_object().if_contains("secrets_set"); secrets != nullptr && secrets->is_array())
        for (const auto& name : secrets->get_array()) set = set || (name.is_string() && name.get_string() == "private_key");
    HealthLine line{"keys", tr("Keys"), "good", {tr("A private key is stored.")}, {}};
    if (!set) line.role = "stop", line.state = {tr("No private key is stored.")}, line.advice = {tr("Connect the Amazon Pay account on the page Connection.")};
    add(std::move(line));
  }

  const Session& session_;
  const std::int64_t now_ms_;
  std::map<std::string, Heartbeat> beats_;
  Health health_;
};

}  // namespace

bool Health::ok() const { return std::string_view(role()) != "stop"; }

const char* Health::role() const {
  const auto any = [&](std::string_view wanted) { return std::any_of(lines.begin(), lines.end(), [&](const HealthLine& l) { return wanted == l.role; }); };
  return any("stop") ? "stop" : any("wait") ? "wait" : "good";
}

Text Health::sentence() const {
  const std::string_view worst = role();
  if (worst == "good") return {tr("All is well.")};
  const auto count = std::count_if(lines.begin(), lines.end(), [&](const HealthLine& l) { return worst == l.role; });
  const auto args = std::map<std::string, TextValue>{{"count", std::int64_t{count}}};
  return worst == "stop" ? Text{tr("{count} thing does not work. It is marked red below, with what to do.|{count} things do not work. They are marked red below, with what to do."), args}
                         : Text{tr("It works, but {count} thing needs a look.|It works, but {count} things need a look."), args};
}

Result<Health> health_of(const Session& session) { return CheckUp(session).make(); }

}  // namespace amazonpay::host
