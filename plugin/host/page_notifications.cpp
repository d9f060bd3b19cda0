// The doctor of notifications: do they arrive, and which wait for a person. Acts: work off again, set aside, confirm the topic that a well
// signed message came from. None of them moves money. Money without an order is on the page of transactions.
#include "amazon/notification.hpp"
#include "amazon/signing.hpp"
#include "flows/notification.hpp"
#include "host/call.hpp"
#include "host/pages.hpp"
#include "host/setting.hpp"
#include "host/store_inbox.hpp"
#include "host/view_parts.hpp"
#include "host/wishes.hpp"

namespace amazonpay::host {
namespace {

constexpr int rows_shown = 100;
constexpr int newest_most = 25;
constexpr std::int64_t silence_ms = 3 * day_ms;  // longer than any weekend without a payment that notifications would tell of

struct Problem {
  const char* id;
  const char* sentence;
};

const char* sentence_of(const std::string& problem) {
  static constexpr Problem problems[] = {
      {"topic_not_confirmed", tr("The signature is good, but nobody has confirmed the topic yet. Confirm it if it is the one of your Amazon account.")},
      {"other_merchant", tr("It is about another merchant than the one in the settings. Check the merchant ID, or where the notifications are sent.")},
      {"unknown_type", tr("Amazon speaks of a kind of object that this version does not know. It is kept for a later version.")},
      {"unknown_object", tr("Signature good, object unknown to this account. It may belong to another shop on the same account.")},
      {"dispute", tr("The buyer disputes a payment (chargeback), but no single order here fits it. Find it in Seller Central and answer it there.")},
      {"unreadable", tr("The signature is good, but the message inside cannot be read. It is kept for a later version.")},
  };
  for (const auto& p : problems)
    if (problem == p.id) return p.sentence;
  return "";
}

const char* label_of(NotificationState state) {
  switch (state) {
    case NotificationState::received: case NotificationState::postponed: return tr("Waiting");
    case NotificationState::done: return tr("Done");
    case NotificationState::ignored: return tr("Set aside");
    case NotificationState::quarantined: return tr("Quarantine");
  }
  return "";
}

const char* object_label(const std::string& type) {
  if (type == "CHARGE") return tr("Charge");
  if (type == "REFUND") return tr("Refund");
  if (type == "CHARGE_PERMISSION") return tr("Charge permission");
  return type == "CHARGEBACK" ? tr("Chargeback") : "";
}

std::string about(const Notification& n, const Speech& speech) {
  const auto* label = object_label(n.object_type);
  return *label != '\0' ? speech.say(label) : n.object_type;
}

struct Rows {
  std::vector<Notification> waiting, newest;
  std::size_t orphans = 0;
};

Result<Rows> read_rows(StoreNotifications& store) {
  auto waiting = store.newest("quarantined", rows_shown);
  if (!waiting) return waiting.failure();
  auto newest = store.newest("", newest_most);
  if (!newest) return newest.failure();
  auto orphans = store.open_orphans(rows_shown);
  if (!orphans) return orphans.failure();
  return Rows{std::move(*waiting), std::move(*newest), orphans->size()};
}

json::object quarantine_row(const Notification& n, bool may_act, const Speech& speech) {
  json::object row{{"title", about(n, speech) + (n.object_id.empty() ? "" : " " + n.object_id)}, {"text", speech.say(sentence_of(n.problem))},
                   {"role", n.problem == "dispute" ? "stop" : "wait"}, {"icon", n.problem == "dispute" ? "stop" : "bell"}, {"topic", n.topic},
                   {"when", speech.time(n.received_ms)}, {"raw", n.text}};
  if (!may_act) return row;
  const FormValues message{{"notification", n.key}};
  const bool topic = n.problem == "topic_not_confirmed";
  row["main"] = json::object{{"action", topic ? "confirm_topic" : "replay"}, {"label", speech.say(topic ? tr("Confirm this topic") : tr("Work it off again"))}, {"form", form_part(message)}};
  row["aside"] = json::object{{"form", form_part(message)}};
  return row;
}

json::object state_part(const Notification& n, const Speech& speech) {
  const auto state = n.state;
  const bool open = waits(n) || state == NotificationState::quarantined;
  return {{"role", open ? "wait" : state == NotificationState::done ? "good" : "neutral"}, {"icon", open ? "wait" : state == NotificationState::done ? "good" : "info"},
          {"text", speech.say(label_of(state))}};
}

json::object news_row(const Notification& n, const Speech& speech) {
  json::object row{{"about", about(n, speech)}, {"id", n.object_id}, {"id_short", short_id(n.object_id)}, {"received", speech.time(n.received_ms)},
                   {"received_iso", iso_time(n.received_ms)}, {"state", state_part(n, speech)}};
  if (n.deliveries > 1) row["copies"] = speech.say({tr("came {count} time|came {count} times"), {{"count", std::int64_t{n.deliveries}}}});
  if (!n.order_id.empty()) row["order_url"] = "/orders/" + amazon::percent_encoded(n.order_id);
  return row;
}

// Is anything arriving? Silence counts only while there is something to tell.
json::object health(const std::vector<Notification>& newest, const std::string& topic, bool missing, std::int64_t now_ms, const Speech& speech) {
  const auto say = [&](const char* role, const char* icon, Text title, const char* text) {
    return json::object{{"role", role}, {"icon", icon}, {"title", speech.say(title)}, {"text", speech.say(text)}};
  };
  if (newest.empty())
    return say("wait", "bell", {tr("No notification has arrived yet")},
               tr("Enter the address below in Seller Central, Integration Settings, Instant Notifications. Until then Amazon is asked at intervals, so nothing is lost."));
  const auto last_ms = newest.front().received_ms;
  if (topic.empty())
    return say("wait", "key", {tr("The topic is not confirmed yet")}, tr("Well signed messages arrive, but until you confirm their topic they wait in quarantine. Amazon is asked at intervals meanwhile."));
  if (missing)
    return say("stop", "bell", {tr("Nothing has arrived since {time}, although there was something to tell"), {{"time", speech.time(last_ms)}}},
               tr("Amazon accepted a request more than three hours ago and should have told of it. Check the address in Seller Central. Amazon is asked at intervals meanwhile, so nothing is lost."));
  if (now_ms - last_ms > silence_ms)
    return say("wait", "wait", {tr("Nothing has arrived since {time}"), {{"time", speech.time(last_ms)}}},
               tr("If orders came in since, check the address in Seller Central. Amazon is asked at intervals meanwhile, so nothing is lost."));
  return say("good", "good", {tr("The last one arrived {time}"), {{"time", speech.time(last_ms)}}}, tr("Each one is checked for Amazon’s signature, and the object is read again before anything changes."));
}

// Pins the topic of a message in quarantine and works off what waits from it.
Result<> confirm_topic(Call& call, const std::string& key, const Actor& who) {
  auto stored = call.notifications.notification(key);
  if (!stored) return stored.failure();
  const auto& n = stored->notification;
  if (n.state != NotificationState::quarantined || n.problem != "topic_not_confirmed")
    return Failure{Kind::conflict, tr("This notification is not in quarantine any more. Look at the page again.")};
  auto known = setting_of(call.session, "notification_topic");
  if (!known) return known.failure();
  if (!known->empty() && *known != n.topic) return Failure{Kind::refused, tr("Another topic is confirmed in the settings. Change it there if it is wrong.")};
  if (auto set = call.session.settings().set(json::object{{"values", json::object{{"notification_topic", n.topic}}}}); !set) return set.failure();
  auto waiting = call.notifications.newest("quarantined", rows_shown);
  if (!waiting) return waiting.failure();
  auto merchant_id = setting_of(call.session, "merchant_id");
  if (!merchant_id) return merchant_id.failure();
  for (const auto& one : *waiting) {
    if (one.problem != "topic_not_confirmed" || one.topic != n.topic) continue;
    // Only now it is read as what it is: it may be about a dispute or another merchant, which a person must see.
    amazon::Envelope envelope;
    envelope.message_id = one.message_id, envelope.topic = one.topic, envelope.message = one.text, envelope.sent_ms = one.sent_ms;
    auto judged = amazon::read_notification(envelope, *merchant_id, true);
    judged.key = one.key;
    if (one.object_type == "SUBSCRIPTION") judged = one, judged.state = NotificationState::received;
    if (auto replayed = flows::judge_notification(call.ports(), judged, who); !replayed && replayed.kind() != Kind::conflict) return replayed;
  }
  return hostapi::success();
}

class NotificationPage : public Page {
 public:
  explicit NotificationPage(PaymentsSource& amazon) : amazon_(amazon) {}
  Result<json::value> view(const Session& session, const json::value& request) override;
  Result<json::value> run(const Session& session, std::string_view action, const json::value& form) override;

 private:
  PaymentsSource& amazon_;
};

}  // namespace

Result<json::value> NotificationPage::view(const Session& session, const json::value& request) {
  if (auto allowed = authorise(session, "payment.view"); !allowed) return allowed.failure();
  StoreNotifications store(session);
  auto rows = read_rows(store);
  if (!rows) return rows.failure();
  auto topic = setting_of(session, "notification_topic");
  if (!topic) return topic.failure();
  auto facts = StoreInbox(session).facts(*topic);
  if (!facts) return facts.failure();
  const auto before_ms = std::atoll(text_in(request, "before").substr(0, 18).c_str());
  auto shown = store.newest("", newest_most + 1, before_ms);
  if (!shown) return shown.failure();
  const bool more = static_cast<int>(shown->size()) > newest_most;
  if (more) shown->pop_back();
  const Speech speech(session);
  const bool may_act = session.identity().may("payment.settings").ok();
  const auto now_ms = session.core().now_unix_ms();
  json::array quarantine, news;
  for (const auto& n : rows->waiting) quarantine.push_back(quarantine_row(n, may_act, speech));
  for (const auto& n : *shown) news.push_back(news_row(n, speech));
  return json::value(view_document("notifications", {{"health", health(rows->newest, *topic, notifications_missing(*facts), now_ms, speech)},
                                                     {"topic", *topic},
                                                     {"quarantine", std::move(quarantine)},
                                                     {"news", std::move(news)},
                                                     {"paged", more || before_ms > 0},
                                                     {"newest", before_ms > 0 ? "?" : ""},
                                                     {"older", more ? "?before=" + std::to_string(shown->back().received_ms) : std::string()},
                                                     {"orphans", rows->orphans == 0 ? json::value() : json::value(speech.say({tr("{count} payment at Amazon has no order here|{count} payments at Amazon have no order here"), {{"count", static_cast<std::int64_t>(rows->orphans)}}}))}}));
}

Result<json::value> NotificationPage::run(const Session& session, std::string_view action, const json::value& form) {
  if (auto allowed = authorise(session, "payment.settings"); !allowed) return allowed.failure();
  auto who = actor_of(session);
  if (!who) return who.failure();
  const auto key = form_text(form, "notification"), note = form_text(form, "note").substr(0, 400);
  const bool sets_aside = action == "dismiss";
  if (key.empty()) return in_words(session, {Kind::invalid, tr("This form is incomplete. Open the page again.")});
  if (sets_aside && note.empty()) return in_words(session, {Kind::refused, tr("Write why it is set aside, so that the next reader understands it.")});
  Call call(session, amazon_);
  Result<> ran = Failure{Kind::not_found, "this page has no action " + std::string(action)};
  const char* answer = tr("Set aside. No money moved.");
  if (action == "replay") ran = flows::replay_notification(call.ports(), key, *who), answer = tr("It is worked off again now.");
  if (action == "dismiss") ran = flows::dismiss_notification(call.ports(), key, *who, note);
  if (action == "confirm_topic") ran = confirm_topic(call, key, *who), answer = tr("The topic is confirmed. What waited from it is worked off now.");
  if (!ran) return in_words(session, ran.failure());
  return json::value(json::object{{"done", true}, {"message", Speech(session).say(answer)}, {"level", "good"}});
}

std::unique_ptr<Page> notification_page(PaymentsSource& amazon) { return std::make_unique<NotificationPage>(amazon); }

}  // namespace amazonpay::host
